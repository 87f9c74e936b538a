//! What travels, one file per reference page, with the names of the contract.
//!
//! Doc comments on these types and fields *are* the reference documentation. A field is `required` in the pages when it
//! carries `#[schema(required)]`; the server always sends all fields but those with `skip_serializing_if`. The types have
//! no doc comment: the pages would repeat it in every table that uses them.

#![allow(
    missing_docs,
    clippy::allow_attributes,
    reason = "fields of the contract speak for themselves; see above"
)]

pub mod ai_seats;
pub mod api_key_scope;
pub mod audit;
pub mod authorization;
pub mod coder_dialect;
pub mod common;
pub mod connections;
pub mod deployment;
pub mod enterprise;
pub mod experimental;
pub mod general;
pub mod groups;
pub mod insights;
pub mod keys;
pub mod members;
pub mod organizations;
pub mod passwords;
pub mod people;
pub mod rbac;
pub mod roles;
pub mod scim;
pub mod settings;
pub mod sign_in;
pub mod skills;
pub mod users;
