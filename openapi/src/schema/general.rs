//! The General page.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::BuildInfoResponse)]
#[serde(default)]
pub struct BuildInfoResponse {
    /// The version of the agent protocol; this server has no agents.
    pub agent_api_version: String,
    /// Where people reach this deployment.
    pub dashboard_url: String,
    /// Identifies this deployment for as long as its database lives.
    pub deployment_id: String,
    /// Where this release can be read about.
    pub external_url: String,
    /// The version of the provisioner protocol; this server has no provisioners.
    pub provisioner_api_version: String,
    /// Whether this deployment reports usage to anybody.
    pub telemetry: bool,
    /// Shown by command lines whose version differs from the server's.
    pub upgrade_message: String,
    /// The version of the API, as semantic version with a leading `v`.
    pub version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub webpush_public_key: String,
    pub workspace_proxy: bool,
}

crate::wire!(BuildInfoResponse);
