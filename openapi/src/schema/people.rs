//! The Users page: what people are called, and how they log in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::common::LoginType;

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UpdateUserProfileRequest)]
#[serde(default)]
pub struct UpdateUserProfileRequest {
    /// Taken away when not given.
    pub name: String,
    /// Changed only by those who may update users; others send the present one.
    #[schema(required)]
    pub username: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UserLoginType)]
#[serde(default)]
pub struct UserLoginType {
    pub login_type: LoginType,
}

crate::wire!(UpdateUserProfileRequest, UserLoginType);
