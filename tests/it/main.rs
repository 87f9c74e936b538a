//! The suite: real HTTP against the real server on a real database, one database per test.
//!
//! SQLite files by default; PostgreSQL when `ROSTER_TEST_POSTGRES_URL` is set. A test never names the engine.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

mod audit;
mod auth;
mod authcheck;
mod authz;
mod backend;
mod connections;
mod contract;
mod dialect;
mod entitlements;
mod groups;
mod import;
mod keys;
mod members;
mod neighbours;
mod oidc_client;
mod organizations;
mod pages;
mod passwords;
mod people;
mod personal;
mod process;
mod random;
mod roles;
mod scim;
mod seats;
mod sign_in;
mod skills;
mod users;
