//! What the deployment says about itself to anybody.

use super::ctx::Backend;
use super::error::Error;

/// Facts that need no session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildInfo {
    /// `v2.…`.
    pub version: String,
    /// Where people reach the deployment.
    pub access_url: String,
    /// Identifies the deployment.
    pub deployment: uuid::Uuid,
}

/// The facts of this deployment.
pub fn build_info(backend: &Backend) -> BuildInfo {
    let settings = &backend.settings;
    BuildInfo {
        version: settings.version.clone(),
        access_url: settings.access_url.clone(),
        deployment: backend.deployment,
    }
}

/// Whether the deployment can do its work now.
///
/// # Errors
/// When the database does not answer.
pub async fn ready(backend: &Backend) -> Result<(), Error> {
    Ok(backend.store.ping().await?)
}
