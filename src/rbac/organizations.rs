//! Organizations to be made, as decisions see them.

use super::object::{Object, Target};
use super::resource::Resource;
use crate::model::organization::{Member, Organization};

/// An organization to be made, with what comes with it.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    /// The organization as it will be.
    pub organization: Organization,
    /// Whoever makes it, as its first member. Part of the making: it takes no right of its own.
    pub founder: Member,
}

/// An organization that is not there yet is in none, not even in itself (rbac.md 11): only site roles can let it pass.
impl Target for NewOrganization {
    fn object(&self) -> Object {
        Object::of(Resource::Organization)
    }
}
