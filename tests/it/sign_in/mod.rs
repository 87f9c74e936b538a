//! Logins by identity providers.

mod github_client;
