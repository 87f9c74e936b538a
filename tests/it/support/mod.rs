//! What tests stand on.

mod app;
mod browser;
mod client;
mod contract;
mod crowd;
mod database;
mod dice;
pub mod environment;
pub mod github;
pub mod hostile_provider;
pub mod mail;
pub mod openid;
pub mod signing;

pub use app::{Actor, Mint, PASSWORD, SCIM_SECRET, TestApp, settings, store_options, uuid, without};
pub use browser::Browser;
pub use client::{Client, Reply};
pub use contract::{document, of as contract, schema_of as body_schema};
pub use database::TestDatabase;
pub use dice::dice;
