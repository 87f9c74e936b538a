//! Who may do what: pure decisions over plain data.
//!
//! An *actor* ([`Subject`]) holds *roles*; a role is permissions on four levels; a key narrows its owner by a *scope* and an
//! *allow list*. An *object* has a type and maybe an id, an owner and an organization. [`decide()`] votes level by level: the
//! site level first, then what people own, then the organization, then what people own in it; a denial at a level beats every grant
//! of the same level, and the first level that votes yes or no wins (rbac.md 3).
//!
//! The room decides; it never loads, waits or answers. Two things leave it as proof that a decision was made:
//! [`Allowed`], a thing its holder may act on, and [`Scope`], the rows of a list. Nothing else makes them, and
//! the store asks for them.

mod action;
mod allowed;
mod assign;
mod builtin;
mod decide;
mod key_scope;
mod object;
mod permission;
mod resource;
mod scope;
mod subject;
#[cfg(test)]
mod tests;

pub use action::{Action, act};
pub use allowed::{Allowed, Denied, Verb};
pub use assign::{Granted, ORGANIZATION_MEMBER, is_reserved, may_grant};
pub use builtin::{SITE_ROLES, display_name, implied_role, is_site_role};
pub use decide::{Decision, Reason, decide};
pub use key_scope::{CompiledKey, KeyScopeError};
pub use object::{AllMembers, NewKey, NewMember, Object, Target};
pub use permission::{Permission, PermissionSet};
pub use resource::Resource;
pub use scope::{Rows, Scope};
pub use subject::{CustomRole, Roles, Subject, system};
