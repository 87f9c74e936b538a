//! The rules: one function per operation, in the order the contract gives its checks.
//!
//! A use-case loads, asks [`crate::rbac`] whether the caller may, validates, writes and commits with an audit entry. It knows
//! neither HTTP nor SQL: it takes plain arguments and gives plain records, those that leave wrapped in
//! [`crate::rbac::Allowed`].

mod accounts;
pub mod activity;
mod audit;
pub mod ctx;
pub mod deployment;
mod error;
pub mod first_user;
mod git_keys;
pub mod members;
pub mod operator;
pub mod organizations;
pub mod passwords;
pub mod sessions;
pub mod users;
mod validate;

pub use ctx::{Backend, Ctx, Settings, Visitor};
pub use error::{Error, Kind};

pub use crate::store::Origin;
