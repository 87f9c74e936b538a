//! Shapes that several pages share.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

crate::string_enum!(UserStatus as "codersdk.UserStatus" { Active = "active", Dormant = "dormant", Suspended = "suspended" });

crate::string_enum!(LoginType as "codersdk.LoginType" {
    Unset = "",
    Password = "password",
    Github = "github",
    Oidc = "oidc",
    Token = "token",
    None = "none",
});

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::SlimRole)]
#[serde(default)]
pub struct SlimRole {
    pub display_name: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    pub organization_id: Option<Uuid>,
}

crate::wire!(SlimRole);
