//! Roster: users, organization members, roles and tokens behind one HTTP API.
//!
//! The rooms, and what each may know (`tests/arrows.rs` checks it):
//! [`http`] knows HTTP and no SQL; [`domain`] knows the rules and neither; [`store`] knows SQL and no rules; [`rbac`] decides
//! and does nothing else; [`notify`] writes to people;
//! [`providers`] asks those who vouch for them; [`model`] is the floor. [`app`] puts them together, [`config`] reads the settings, [`cli`] runs the
//! commands. ARCHITECTURE.md has the picture.

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod http;
pub mod model;
pub mod notify;
pub mod providers;
pub mod rbac;
pub mod store;
