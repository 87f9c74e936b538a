//! What the deployment says about itself.

use super::ctx::{Backend, Ctx};
use super::error::Error;
use crate::rbac::{Allowed, Object, Resource};

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

/// The names of what this server tries out, for those who ask. There is nothing at the moment.
pub const EXPERIMENTS: &[&str] = &[];

/// A setting of the server, as those who look after the deployment see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Its flag, without hyphens.
    pub flag: String,
    /// Its environment variable.
    pub env: String,
    /// The value when none is given; may be empty.
    pub default: String,
    /// The value; empty for a secret.
    pub value: String,
    /// Where the value comes from: `flag`, `env`, `default` or nowhere.
    pub source: &'static str,
    /// Whether it is not shown.
    pub secret: bool,
}

/// Whether the caller may see how the server is set.
///
/// # Errors
/// 403.
pub fn may_see_config(ctx: &Ctx) -> Result<Allowed<Object>, Error> {
    ctx.subject.may(Object::of(Resource::DeploymentConfig)).map_err(|_| Error::forbidden())
}

/// The settings that the server was started with.
pub fn config<'c>(ctx: &'c Ctx, _may: &Allowed<Object>) -> &'c [Shown] {
    &ctx.backend().settings.shown
}
