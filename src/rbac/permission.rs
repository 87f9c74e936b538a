//! Permissions, and sets of them that answer in two bit tests.

use super::action::Action;
use super::ask::{Ask, EVERY_VERB};
use super::resource::{COUNT, Resource};

/// One line of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    /// The type; none is every type.
    pub resource: Option<Resource>,
    /// The verb; none is every verb.
    pub action: Option<Action>,
    /// Denies instead of granting.
    pub negate: bool,
}

impl Permission {
    /// A grant of one verb on one type.
    pub const fn grant(resource: Resource, action: Action) -> Self {
        Self { resource: Some(resource), action: Some(action), negate: false }
    }

    /// A grant of every verb on one type.
    pub const fn all_of(resource: Resource) -> Self {
        Self { resource: Some(resource), action: None, negate: false }
    }

    /// Whether this line is about a verb on a type; no verb is a word that names none.
    pub fn covers(&self, resource: Resource, action: Option<Action>) -> bool {
        let verb = self.action.is_none() || (action.is_some() && self.action == action);
        verb && self.resource.is_none_or(|own| own == resource)
    }

    /// A denial of one verb on one type.
    pub const fn deny(resource: Resource, action: Action) -> Self {
        Self { resource: Some(resource), action: Some(action), negate: true }
    }
}

/// The permissions of one level, joined over all roles: per type the granted and the denied verbs as bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionSet {
    grants: [u32; COUNT],
    denials: [u32; COUNT],
}

impl Default for PermissionSet {
    fn default() -> Self {
        Self { grants: [0; COUNT], denials: [0; COUNT] }
    }
}

impl PermissionSet {
    /// Adds permissions.
    pub fn add(&mut self, permissions: &[Permission]) {
        for permission in permissions {
            let bits = permission.action.map_or(EVERY_VERB, Action::bit);
            let side = if permission.negate { &mut self.denials } else { &mut self.grants };
            match permission.resource {
                Some(resource) => side[resource as usize] |= bits,
                None => side.iter_mut().for_each(|verbs| *verbs |= bits),
            }
        }
    }

    /// The set that votes as the most generous of several; the empty one when there are none.
    pub(super) fn greatest<'a>(sets: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sets = sets.into_iter();
        let Some(first) = sets.next() else { return Self::default() };
        let mut all = first.clone();
        all.grants.iter_mut().zip(&first.denials).for_each(|(grants, denials)| *grants &= !denials);
        for set in sets {
            for place in 0..COUNT {
                all.grants[place] |= set.grants[place] & !set.denials[place];
                all.denials[place] &= set.denials[place];
            }
        }
        all
    }

    /// The verbs that are granted on a type and not denied, as bits.
    pub(super) fn granted(&self, resource: Resource) -> u32 {
        let place = resource as usize;
        self.grants[place] & !self.denials[place]
    }

    /// -1 when anything denies, 1 when something grants, else 0 (rbac.md 3.1).
    #[inline]
    pub(super) fn vote(&self, ask: Ask) -> i8 {
        let place = ask.resource as usize;
        if self.denials[place] & ask.bit != 0 {
            return -1;
        }
        i8::from(self.grants[place] & ask.bit != 0)
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = Self::default();
        set.add(&permissions.into_iter().collect::<Vec<_>>());
        set
    }
}
