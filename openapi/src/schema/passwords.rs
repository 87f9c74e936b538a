//! Passwords: changing, forgetting, judging and leaving them. Parts of the Users and Authorization pages.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::common::LoginType;

#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UpdateUserPasswordRequest)]
#[serde(default)]
pub struct UpdateUserPasswordRequest {
    /// Required when one changes one's own.
    pub old_password: String,
    #[schema(required)]
    pub password: String,
}

#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::ValidateUserPasswordRequest)]
#[serde(default)]
pub struct ValidateUserPasswordRequest {
    #[schema(required)]
    pub password: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::ValidateUserPasswordResponse)]
pub struct ValidateUserPasswordResponse {
    /// What to do better, empty for a good password.
    #[schema(required = false)]
    pub details: String,
    #[schema(required = false)]
    pub valid: bool,
}

#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::RequestOneTimePasscodeRequest)]
#[serde(default)]
pub struct RequestOneTimePasscodeRequest {
    #[schema(required, format = "email")]
    pub email: String,
}

#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::ChangePasswordWithOneTimePasscodeRequest)]
#[serde(default)]
pub struct ChangePasswordWithOneTimePasscodeRequest {
    #[schema(required, format = "email")]
    pub email: String,
    #[schema(required)]
    pub one_time_passcode: String,
    #[schema(required)]
    pub password: String,
}

#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::ConvertLoginRequest)]
#[serde(default)]
pub struct ConvertLoginRequest {
    /// The password of the user whose login type is to change.
    #[schema(required)]
    pub password: String,
    /// `github` or `oidc`.
    #[schema(required, value_type = LoginType)]
    pub to_type: String,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::OAuthConversionResponse)]
pub struct OAuthConversionResponse {
    /// The conversion must be done by then.
    #[serde(with = "crate::time")]
    #[schema(required = false)]
    pub expires_at: DateTime<Utc>,
    /// Open the route of the login provider with this as `oidc_merge_state`.
    #[schema(required = false)]
    pub state_string: String,
    #[schema(required = false, value_type = LoginType)]
    pub to_type: String,
    #[schema(required = false)]
    pub user_id: Uuid,
}

crate::wire!(
    UpdateUserPasswordRequest,
    ValidateUserPasswordRequest,
    ValidateUserPasswordResponse,
    RequestOneTimePasscodeRequest,
    ChangePasswordWithOneTimePasscodeRequest,
    ConvertLoginRequest,
    OAuthConversionResponse,
);
