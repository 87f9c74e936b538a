//! Logins by way of identity providers.

mod callback;
mod conversion;
mod conversion_bounds;
mod gaps;
mod github_client;
mod github_device;
mod github_flags;
mod github_rules;
mod github_web;
mod github_world;
mod linking;
mod outage;
mod provider;
mod redirect;
mod refresh;
mod refusals;
mod sign_up;
mod strangers;
mod sync;
mod world;
