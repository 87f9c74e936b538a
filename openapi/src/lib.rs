//! The contract of Roster: what travels over HTTP, and the OpenAPI document made of it.
//!
//! This crate knows HTTP shapes and nothing else: no database, no rules, no server. The server's API methods use
//! [`payload`], [`param`] and [`security`] in their signatures; [`document`] turns those signatures into the
//! published document, so that a route without documentation, or the other way round, cannot exist.

pub mod document;
pub mod error;
pub mod landing;
pub mod param;
pub mod payload;
pub mod schema;
pub mod scim;
pub mod security;
pub mod surface;
pub mod time;
pub mod whole;
pub mod wire;
