//! Roles that organizations define themselves: what their lines may say, and who may put a line into one (members.md 7).

use super::action::Action;
use super::decide::decide;
use super::object::Object;
use super::permission::Permission;
use super::resource::Resource;
use super::subject::Subject;
use crate::model::ids::{OrgId, RoleId};

/// A role as an organization defines it. It grants in that organization only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleDefinition {
    /// Never changes.
    pub id: RoleId,
    /// Where it counts.
    pub organization: OrgId,
    /// Its name, in lower case, unique in the organization.
    pub name: String,
    /// What people see, may be empty.
    pub display_name: String,
    /// What it grants, in the order in which it was asked for.
    pub permissions: Vec<Permission>,
}

/// A line of a role as somebody asks for it; its words may mean nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedPermission {
    /// Denies instead of granting.
    pub negate: bool,
    /// The type.
    pub resource: String,
    /// The verb.
    pub action: String,
}

/// Any type, or any verb.
const ANY: &str = "*";

impl AskedPermission {
    /// What makes the words mean nothing, if anything does: an unknown type, or a verb that the type does not know
    /// (rbac.md 2). Wildcards mean something, although no role that is made here may have them.
    pub fn nonsense(&self) -> Option<String> {
        let Self { resource: kind, action, .. } = self;
        if kind == ANY {
            return None;
        }
        let Some(resource) = Resource::parse(kind) else {
            return Some(format!("invalid resource type {kind:?}"));
        };
        let known = Action::parse(action).is_some_and(|action| resource.actions().contains(&action));
        (!known && action != ANY).then(|| format!("invalid action {action:?} for resource {kind:?}"))
    }
}

/// Why somebody may not put a line into a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotHandedOn {
    /// Roles that are made here only grant.
    Negative,
    /// They grant one verb on one type with each line.
    Wildcard,
    /// They grant nothing that their maker may not do.
    Escalation,
}

/// The permission that a line asks for, if `giver` may put it into a role of `organization` (members.md 7.4, steps 11 to
/// 13): nobody hands on what one may not do there to things that belong to nobody.
///
/// # Errors
/// The first rule that stands against it.
pub fn hand_on(
    giver: &Subject,
    organization: OrgId,
    asked: &AskedPermission,
) -> Result<Permission, NotHandedOn> {
    if asked.negate {
        return Err(NotHandedOn::Negative);
    }
    let (resource, action) = (Resource::parse(&asked.resource), Action::parse(&asked.action));
    let (Some(resource), Some(action)) = (resource, action) else { return Err(NotHandedOn::Wildcard) };
    if !decide(giver, action, &Object::of(resource).within(organization)).allowed {
        return Err(NotHandedOn::Escalation);
    }
    Ok(Permission::grant(resource, action))
}

/// The lines of a role with every wildcard written out as type, verb and whether it denies: answers have no wildcard verb.
pub fn explicit(permissions: &[Permission]) -> impl Iterator<Item = (Resource, Action, bool)> + '_ {
    permissions.iter().flat_map(|permission| {
        let one_type = permission.resource.as_ref().map(std::slice::from_ref);
        one_type.unwrap_or(Resource::ALL).iter().flat_map(|resource| {
            let one_verb = permission.action.as_ref().map(std::slice::from_ref);
            let verbs = one_verb.unwrap_or(resource.actions());
            verbs.iter().map(|verb| (*resource, *verb, permission.negate))
        })
    })
}
