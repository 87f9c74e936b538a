//! Logging in by an identity provider.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::OIDCClaimsResponse)]
#[serde(default)]
pub struct OIDCClaimsResponse {
    /// By name; of any shape.
    #[schema(value_type = Object)]
    pub claims: Map<String, Value>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::ExternalAuthDevice)]
#[serde(default)]
pub struct ExternalAuthDevice {
    /// The callback is opened with this as `code`.
    pub device_code: String,
    /// In seconds.
    pub expires_in: i64,
    /// In seconds, between two looks whether the code was typed in.
    pub interval: i64,
    /// To be typed in.
    pub user_code: String,
    /// Where it is typed in.
    pub verification_uri: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::OAuth2DeviceFlowCallbackResponse)]
#[serde(default)]
pub struct OAuth2DeviceFlowCallbackResponse {
    /// A path of this deployment.
    #[schema(required)]
    pub redirect_url: String,
}

crate::wire!(OIDCClaimsResponse, ExternalAuthDevice, OAuth2DeviceFlowCallbackResponse);
