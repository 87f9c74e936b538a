//! The Authorization page.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::LoginWithPasswordRequest)]
#[serde(default)]
pub struct LoginWithPasswordRequest {
    #[schema(required, format = "email")]
    pub email: String,
    #[schema(required)]
    pub password: String,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::LoginWithPasswordResponse)]
pub struct LoginWithPasswordResponse {
    /// Goes into the header `Coder-Session-Token` of later requests.
    #[schema(required)]
    pub session_token: String,
}

crate::wire!(LoginWithPasswordRequest, LoginWithPasswordResponse);
