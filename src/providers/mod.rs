//! Speaks to identity providers, for the traits of [`crate::domain::provider`]. Knows no rules: it brings facts.

pub mod github;
mod http;
pub mod oidc;
