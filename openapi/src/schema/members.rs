//! The Members page.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::common::{LoginType, SlimRole, UserStatus};

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::OrganizationMember)]
pub struct OrganizationMember {
    #[serde(with = "crate::time")]
    #[schema(required = false)]
    pub created_at: DateTime<Utc>,
    #[schema(required = false)]
    pub organization_id: Uuid,
    #[schema(required = false)]
    pub roles: Vec<SlimRole>,
    #[serde(with = "crate::time")]
    #[schema(required = false)]
    pub updated_at: DateTime<Utc>,
    #[schema(required = false)]
    pub user_id: Uuid,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::OrganizationMemberWithUserData)]
pub struct OrganizationMemberWithUserData {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub avatar_url: String,
    #[serde(with = "crate::time")]
    #[schema(required = false)]
    pub created_at: DateTime<Utc>,
    #[schema(required = false)]
    pub email: String,
    #[schema(required = false)]
    pub global_roles: Vec<SlimRole>,
    /// Whether the user holds an AI seat; present also when false.
    #[schema(required = false)]
    pub has_ai_seat: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_service_account: bool,
    #[serde(with = "crate::time")]
    #[schema(required = false)]
    pub last_seen_at: DateTime<Utc>,
    #[schema(required = false)]
    pub login_type: LoginType,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[schema(required = false)]
    pub organization_id: Uuid,
    #[schema(required = false)]
    pub roles: Vec<SlimRole>,
    #[schema(required = false)]
    pub status: UserStatus,
    #[serde(with = "crate::time")]
    #[schema(required = false)]
    pub updated_at: DateTime<Utc>,
    #[serde(with = "crate::time")]
    #[schema(required = false)]
    pub user_created_at: DateTime<Utc>,
    #[schema(required = false)]
    pub user_id: Uuid,
    #[serde(with = "crate::time")]
    #[schema(required = false)]
    pub user_updated_at: DateTime<Utc>,
    #[schema(required = false)]
    pub username: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::PaginatedMembersResponse)]
pub struct PaginatedMembersResponse {
    #[schema(required = false)]
    pub count: i64,
    #[schema(required = false)]
    pub members: Vec<OrganizationMemberWithUserData>,
}

crate::wire!(OrganizationMember, OrganizationMemberWithUserData, PaginatedMembersResponse);
