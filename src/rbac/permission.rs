//! Permissions, and sets of them that answer in two bit tests.

use super::action::Action;
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

    /// A denial of one verb on one type.
    pub const fn deny(resource: Resource, action: Action) -> Self {
        Self { resource: Some(resource), action: Some(action), negate: true }
    }
}

/// Every verb, also those that a type does not know: the decision does not check that they fit (rbac.md 2).
const EVERY_ACTION: u32 = (1 << Action::ALL.len()) - 1;

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
            let bits = permission.action.map_or(EVERY_ACTION, Action::bit);
            let side = if permission.negate { &mut self.denials } else { &mut self.grants };
            match permission.resource {
                Some(resource) => side[resource as usize] |= bits,
                None => side.iter_mut().for_each(|verbs| *verbs |= bits),
            }
        }
    }

    /// -1 when anything denies, 1 when something grants, else 0 (rbac.md 3.1).
    #[inline]
    pub fn vote(&self, resource: Resource, action: Action) -> i8 {
        let bit = action.bit();
        if self.denials[resource as usize] & bit != 0 {
            return -1;
        }
        i8::from(self.grants[resource as usize] & bit != 0)
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = Self::default();
        set.add(&permissions.into_iter().collect::<Vec<_>>());
        set
    }
}
