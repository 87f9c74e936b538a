//! The identity providers of the settings.

mod oidc;

use crate::config::Server;
use crate::domain::provider::Providers;

/// As the settings say.
///
/// # Errors
/// When they make no sense.
pub fn providers(server: &Server) -> Result<Providers, String> {
    Ok(Providers { oidc: oidc::providers(&server.oidc)?, github: None })
}
