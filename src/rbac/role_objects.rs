//! Roles as things that decisions are about: seen, granted, taken and defined (rbac.md 11).

use std::sync::Arc;

use super::builtin::Builtin;
use super::definition::RoleDefinition;
use super::object::{Object, Target};
use super::resource::Resource;
use crate::model::ids::{OrgId, UserId};
use crate::model::organization::Member;
use crate::model::user::Person;

/// A role that comes with the server, or one of an organization's own.
#[derive(Debug, Clone)]
pub enum Role {
    /// Comes with the server.
    BuiltIn(&'static Builtin),
    /// Defined by the organization.
    Own(RoleDefinition),
}

/// A role of a list, for somebody who looks for roles to grant.
#[derive(Debug, Clone)]
pub struct AssignableRole {
    /// Where it would be held; none for site roles.
    pub organization: Option<OrgId>,
    /// The role.
    pub role: Role,
    /// Whether who looks may grant it.
    pub assignable: bool,
}

/// A membership with the roles that it is to have.
#[derive(Debug, Clone)]
pub struct MemberRoles(pub Member);

/// What a membership that is there says of roles, by name and without the implied one.
#[derive(Debug, Clone)]
pub struct MembershipRoles {
    /// The organization.
    pub organization: OrgId,
    /// Whose membership it is.
    pub user: UserId,
    /// The names.
    pub roles: Vec<String>,
}

/// A person with the site roles that it is to have.
#[derive(Debug, Clone)]
pub struct SiteRoles(pub Arc<Person>);

/// The granting of roles has neither an id nor an owner.
const fn granting(organization: Option<OrgId>) -> Object {
    match organization {
        Some(organization) => Object::of(Resource::AssignOrgRole).within(organization),
        None => Object::of(Resource::AssignRole),
    }
}

impl Target for AssignableRole {
    fn object(&self) -> Object {
        granting(self.organization)
    }
}

impl Target for RoleDefinition {
    fn object(&self) -> Object {
        granting(Some(self.organization))
    }
}

impl Target for MemberRoles {
    fn object(&self) -> Object {
        granting(Some(self.0.organization))
    }
}

impl Target for MembershipRoles {
    fn object(&self) -> Object {
        let user = self.user.0;
        Object::of(Resource::OrganizationMember).with_id(user).owned_by(user).within(self.organization)
    }
}

impl Target for SiteRoles {
    fn object(&self) -> Object {
        granting(None)
    }
}
