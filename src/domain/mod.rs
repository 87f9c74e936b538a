//! The rules: one function per operation, in the order the contract gives its checks.
//!
//! A use-case loads, asks [`crate::rbac`] whether the caller may, validates, writes and commits with an audit entry. It knows
//! neither HTTP nor SQL: it takes plain arguments and gives plain records, those that leave wrapped in
//! [`crate::rbac::Allowed`].

mod accounts;
pub mod activity;
pub mod ai_seats;
mod audit;
pub mod audit_log;
pub mod authcheck;
pub mod connections;
mod convert_cookie;
pub mod convert_login;
pub mod ctx;
pub mod custom_roles;
pub mod deletion;
pub mod deployment;
pub mod dormancy;
pub mod entitlements;
mod error;
mod features;
pub mod first_user;
pub mod git_keys;
pub mod groups;
pub mod import;
pub mod insights;
pub mod keys;
pub mod licenses;
pub mod members;
pub mod notices;
pub mod oidc_claims;
pub mod one_time;
pub mod operator;
pub mod organizations;
pub mod password_change;
pub mod passwords;
pub mod personal;
pub mod preferences;
pub mod profile;
pub mod provider;
pub mod provider_session;
pub mod retention;
pub mod roles;
pub mod scim;
pub mod sessions;
pub mod sign_in;
pub mod skills;
pub mod skills_at_machine;
pub mod standing;
mod turn;
pub mod users;
mod validate;
mod web;

pub use ctx::{Backend, Ctx, Settings, Visitor};
pub use error::{Error, Kind};
pub use web::{Dialect, Proxies, RateLimits, SameSite, Web};

pub use crate::model::feature::Feature;
pub use crate::model::git_key::KeyAlgorithm;
pub use crate::rbac::Switches;
pub use crate::store::Origin;
