//! Who may do what: pure decisions over plain data.
//!
//! An *actor* ([`Subject`]) holds *roles*; a role is permissions on four levels; a key narrows its owner by a *scope* and an
//! *allow list*. An *object* has a type and maybe an id, an owner and an organization. [`decide()`] votes level by level: the
//! site level first, then what people own, then the organization, then what people own in it; a denial at a level beats every grant
//! of the same level, and the first level that votes yes or no wins (rbac.md 3). An object may also be *shared* by lists of its own.
//! An [`Explainer`] decides the same and names the lines that settled it.
//!
//! The room decides; it never loads, waits or answers. Two things leave it as proof that a decision was made:
//! [`Allowed`], a thing its holder may act on, and [`Scope`], the rows of a list. Nothing else makes them, and
//! the store asks for them.

mod acl;
mod action;
mod allow_list;
mod allowed;
mod ask;
mod assign;
mod builtin;
mod catalogue;
mod connection_objects;
mod decide;
mod definition;
mod explain;
mod groups;
mod held;
mod key_scope;
mod object;
mod organizations;
mod permission;
mod personal;
mod resource;
mod rights;
mod role_name;
mod role_objects;
mod scope;
mod skills;
mod subject;
mod switches;
mod table;
#[cfg(test)]
mod tests;

pub use acl::{Acl, AclEntry};
pub use action::{Action, act};
pub use allow_list::AllowList;
pub use allowed::{Allowed, Denied, Verb};
pub use assign::{
    Change, Deed, Granted, ORGANIZATION_MEMBER, OWNER, Refusal, check, holds_owner, is_built_in, is_reserved,
    is_system_role, may_grant, not_oneself, takes_an_owner,
};
pub use builtin::{
    Builtin, SITE_ROLES, display_name, implied_role, is_organization_role, is_site_role, organization_roles,
    site_roles,
};
pub use catalogue::REQUESTABLE_SCOPES;
pub use connection_objects::OldConnections;
pub use decide::{Decision, Reason, decide, decide_shared};
pub use definition::{AskedPermission, NotHandedOn, RoleDefinition, explicit, hand_on};
pub use explain::{Asked, Explainer, Explanation, RoleLine};
pub use groups::NewGroup;
pub use held::CustomRole;
pub use key_scope::{ALL as ALL_SCOPE, CompiledKey, KeyScopeError};
pub use object::{AllMembers, EndedKeys, NewKey, NewMember, Object, OldEntries, Target};
pub use organizations::NewOrganization;
pub use permission::{Permission, PermissionSet};
pub use personal::Personal;
pub use resource::Resource;
pub use role_objects::{AssignableRole, MemberRoles, MembershipRoles, Role, SiteRoles};
pub use scope::{Rows, Scope, Shared};
pub use skills::SkillsOf;
pub use subject::{Roles, Subject, system};
pub use switches::Switches;
pub use table::{EXAMPLE_ORGANIZATION, EXAMPLE_STRANGER, EXAMPLE_USER, example, roles_table};
