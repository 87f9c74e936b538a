//! The decision (rbac.md 3).

use super::acl::Acl;
use super::action::Action;
use super::ask::Ask;
use super::object::Object;
use super::rights::Votes;
use super::subject::Subject;

/// What was decided, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether the subject may.
    pub allowed: bool,
    /// What settled it.
    pub reason: Reason,
}

/// What settles a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The site level of the roles.
    Site,
    /// What the subject owns outside of organizations.
    User,
    /// The organization level of the roles.
    Organization,
    /// What the subject owns in an organization.
    OrganizationMember,
    /// The object is shared with the subject.
    UserAcl,
    /// The object is shared with a group of the subject.
    GroupAcl,
    /// The object is shared with everyone in its organization.
    EveryoneAcl,
    /// No role says anything.
    NoPermission,
    /// The roles allow it, the key's scope does not.
    KeyScope,
    /// The roles and the scope allow it, the key's allow list does not.
    AllowList,
    /// The question contradicts itself: any organization, and a certain one.
    Contradiction,
}

/// Decides whether `subject` may do `action` to `object`, which is shared with nobody. Pure, and without allocation.
///
/// No action is a word that names none: only permissions for every verb cover it.
#[inline]
pub fn decide(subject: &Subject, action: impl Into<Option<Action>>, object: &Object) -> Decision {
    decide_shared(subject, action, object, Acl::NONE)
}

/// The same for an object that may be shared.
pub fn decide_shared(
    subject: &Subject,
    action: impl Into<Option<Action>>,
    object: &Object,
    acl: Acl<'_>,
) -> Decision {
    if object.contradicts_itself() {
        return Decision { allowed: false, reason: Reason::Contradiction };
    }
    let ask = Ask::new(object.resource, action.into());
    let (roles, key) = (&*subject.roles, &*subject.key);
    let own = object.owner == Some(subject.id.0);
    let mut by_roles = combine(roles.rights.votes(ask, object, own));
    if !by_roles.allowed {
        let Some(reason) = acl.allows(subject.id.0, roles, ask, object) else { return by_roles };
        by_roles = Decision { allowed: true, reason };
    }
    if !combine(key.rights.votes_within(&roles.rights, ask, object, own)).allowed {
        return Decision { allowed: false, reason: Reason::KeyScope };
    }
    if !key.list.lists(object) {
        return Decision { allowed: false, reason: Reason::AllowList };
    }
    by_roles
}

/// The first level that votes wins; a denial by what one owns ends the same way as silence (rbac.md 3.3).
#[inline]
fn combine(votes: Votes) -> Decision {
    let levels = [
        (votes.site, Reason::Site),
        (votes.user, Reason::User),
        (votes.organization, Reason::Organization),
        (votes.member, Reason::OrganizationMember),
    ];
    for (vote, reason) in levels {
        if vote != 0 {
            return Decision { allowed: vote > 0, reason };
        }
    }
    Decision { allowed: false, reason: Reason::NoPermission }
}
