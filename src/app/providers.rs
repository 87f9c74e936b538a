//! The identity providers of the settings.

mod github;
mod oidc;

use std::sync::Arc;

use crate::config::Server;
use crate::domain::provider::Providers;

/// As the settings say.
///
/// # Errors
/// When they make no sense.
pub fn providers(server: &Server) -> Result<Providers, String> {
    let github = github::github(&server.github)?.map(Arc::new);
    Ok(Providers { oidc: oidc::providers(&server.oidc)?, github })
}
