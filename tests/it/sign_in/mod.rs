//! Logins by way of identity providers.

mod github_client;
mod github_device;
mod github_flags;
mod github_rules;
mod github_web;
mod github_world;
mod provider;
