//! The deployment itself, beside its build: settings, experiments, newer releases.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::Experiment)]
pub struct Experiment(pub String);

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::AvailableExperiments)]
pub struct AvailableExperiments {
    /// Those that can be switched on without harm.
    pub safe: Vec<Experiment>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UpdateCheckResponse)]
pub struct UpdateCheckResponse {
    /// Whether no newer release is known. This server does not look for one.
    pub current: bool,
    /// Where the release can be read about.
    pub url: String,
    /// The newest release that is known, as semantic version with a leading `v`.
    pub version: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::DeploymentConfig)]
pub struct DeploymentConfig {
    /// Every setting of the server by its name, as its environment variable would hold it. Secrets are empty.
    pub config: BTreeMap<String, String>,
    /// The same settings with all that is known of them.
    pub options: Vec<SerpentOption>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = serpent::Option)]
pub struct SerpentOption {
    /// `secret` is `true` for what is not shown.
    pub annotations: BTreeMap<String, String>,
    pub default: String,
    pub description: String,
    /// The environment variable.
    pub env: String,
    /// The flag, without its hyphens.
    pub flag: String,
    pub name: String,
    /// Empty for secrets, and for what is not given.
    pub value: String,
    /// Where the value comes from: `flag`, `env`, `default`, or empty for nowhere.
    pub value_source: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::SSHConfigResponse)]
pub struct SshConfigResponse {
    /// What the names of hosts begin with.
    pub hostname_prefix: String,
    /// What the names of hosts end with.
    pub hostname_suffix: String,
    /// More options for SSH clients.
    pub ssh_config_options: BTreeMap<String, String>,
}

crate::wire!(Experiment, AvailableExperiments, UpdateCheckResponse, DeploymentConfig, SshConfigResponse);
