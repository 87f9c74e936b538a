//! What tests stand on.

mod app;
mod client;
mod contract;
mod database;
pub mod environment;

pub use app::{Actor, Mint, PASSWORD, TestApp, settings, store_options, uuid};
pub use client::{Client, Reply};
pub use contract::document;
pub use database::TestDatabase;
