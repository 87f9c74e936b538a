//! Lists on an object of those it is shared with (rbac.md 3.4).

use uuid::Uuid;

use super::action::Action;
use super::ask::{Ask, EVERY_VERB, bits};
use super::decide::Reason;
use super::object::Object;
use super::subject::Roles;

/// Somebody whom an object is shared with, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AclEntry {
    /// A user, a group, or an organization for all its members.
    pub who: Uuid,
    verbs: u32,
}

impl AclEntry {
    /// Shares for these verbs.
    pub fn new(who: Uuid, actions: &[Action]) -> Self {
        Self { who, verbs: actions.iter().fold(0, |verbs, action| verbs | bits(Some(*action))) }
    }

    /// Shares for every verb.
    pub const fn everything(who: Uuid) -> Self {
        Self { who, verbs: EVERY_VERB }
    }
}

/// Whom an object is shared with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Acl<'a> {
    /// Users by id.
    pub users: &'a [AclEntry],
    /// Groups by id; the id of the object's organization stands for all its members.
    pub groups: &'a [AclEntry],
    /// One more entry of `groups`, for a thing that keeps no list: a group is shared with those who are in it.
    pub itself: Option<AclEntry>,
}

impl Acl<'_> {
    /// Nobody.
    pub const NONE: Self = Self { users: &[], groups: &[], itself: None };

    /// Why the lists allow what is asked; none when they do not. Votes of roles do not matter here.
    #[inline]
    pub(super) fn allows(&self, user: Uuid, roles: &Roles, ask: Ask, object: &Object) -> Option<Reason> {
        if self.is_nobody() || roles.not_shared(ask.resource) {
            return None;
        }
        let shared = |list: &[AclEntry], who: Uuid| {
            list.iter().any(|entry| entry.who == who && entry.verbs & ask.bit != 0)
        };
        if shared(self.users, user) {
            return Some(Reason::UserAcl);
        }
        if !is_member(roles, object) {
            return None;
        }
        let with_group = |group: Uuid| shared(self.groups, group) || shared(self.itself.as_slice(), group);
        if roles.groups().iter().any(|group| with_group(*group)) {
            return Some(Reason::GroupAcl);
        }
        let everyone = object.organization.is_some_and(|id| with_group(id.0));
        everyone.then_some(Reason::EveryoneAcl)
    }

    fn is_nobody(&self) -> bool {
        self.users.is_empty() && self.groups.is_empty() && self.itself.is_none()
    }
}

fn is_member(roles: &Roles, object: &Object) -> bool {
    match object.organization {
        _ if object.any_organization => !roles.rights.organizations().is_empty(),
        Some(id) => roles.rights.knows(id),
        None => false,
    }
}
