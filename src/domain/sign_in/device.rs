//! Codes that people type in at GitHub instead of being sent there (auth.md 9.5).

use std::sync::Arc;

use super::way::Way;
use crate::domain::ctx::{Backend, Visitor};
use crate::domain::error::{Error, Kind};
use crate::domain::provider::{DeviceCode, Failure, Github};

/// A new code.
///
/// # Errors
/// 400 where codes are not the way, 500 when GitHub gives none.
pub async fn device_code(visitor: &Visitor) -> Result<DeviceCode, Error> {
    github(&visitor.backend)?.client.device_code().await.map_err(no_code)
}

/// GitHub, where codes are the way.
///
/// # Errors
/// 400 where they are not.
pub fn way(backend: &Backend) -> Result<Way, Error> {
    github(backend).cloned().map(Way::Github)
}

fn github(backend: &Backend) -> Result<&Arc<Github>, Error> {
    let github = backend.providers.github.as_ref();
    let github = github.ok_or_else(|| Error::invalid("Github OAuth2 is not enabled."))?;
    if !github.rules.device_flow {
        return Err(Error::invalid("Device flow is not enabled for Github OAuth2."));
    }
    Ok(github)
}

fn no_code(failure: Failure) -> Error {
    tracing::warn!(%failure, "GitHub gives no device code");
    Error::new(Kind::Internal, "Failed to authorize device.").detail(failure.to_string())
}
