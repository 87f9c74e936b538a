//! Groups of members of an organization, and who is in them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::common::{LoginType, UserStatus};

crate::string_enum!(GroupSource as "codersdk.GroupSource" { User = "user", Oidc = "oidc" });

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::Group)]
pub struct Group {
    #[schema(required = false)]
    pub avatar_url: String,
    #[schema(required = false)]
    pub display_name: String,
    /// That of the organization for the group `Everyone`.
    #[schema(required = false)]
    pub id: Uuid,
    /// Those in the group whom the caller may see, by username.
    #[schema(required = false)]
    pub members: Vec<ReducedUser>,
    #[schema(required = false)]
    pub name: String,
    #[schema(required = false)]
    pub organization_display_name: String,
    #[schema(required = false)]
    pub organization_id: Uuid,
    #[schema(required = false)]
    pub organization_name: String,
    /// What the group adds to the workspace quota of each of its members.
    #[schema(required = false)]
    pub quota_allowance: i32,
    /// Who keeps the group: people, or the identity provider.
    #[schema(required = false)]
    pub source: GroupSource,
    /// How many are in the group, also when `members` shows fewer of them or none.
    #[schema(required = false)]
    pub total_member_count: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::ReducedUser)]
pub struct ReducedUser {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(format = "uri")]
    pub avatar_url: String,
    #[serde(with = "crate::time")]
    #[schema(required)]
    pub created_at: DateTime<Utc>,
    /// Empty for service accounts.
    #[schema(required, format = "email")]
    pub email: String,
    /// Whether the user holds an AI seat; present also when false.
    #[serde(default)]
    pub has_ai_seat: bool,
    #[schema(required)]
    pub id: Uuid,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_service_account: bool,
    /// The zero time for a user who has not been seen yet.
    #[serde(with = "crate::time")]
    #[schema(required = false)]
    pub last_seen_at: DateTime<Utc>,
    #[serde(default)]
    pub login_type: LoginType,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(default)]
    pub status: UserStatus,
    /// Never filled: the theme is part of the appearance settings.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub theme_preference: String,
    #[serde(with = "crate::time")]
    #[schema(required = false)]
    pub updated_at: DateTime<Utc>,
    #[schema(required)]
    pub username: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::GroupMembersResponse)]
pub struct GroupMembersResponse {
    /// How many of those in the group the caller may see and match, before limit and offset; 0 when the page is empty.
    #[schema(required = false)]
    pub count: i64,
    #[schema(required = false)]
    pub users: Vec<ReducedUser>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::CreateGroupRequest)]
#[serde(default)]
pub struct CreateGroupRequest {
    pub avatar_url: String,
    pub display_name: String,
    /// Unique in the organization, whatever the case; `Everyone` is reserved.
    #[schema(required)]
    pub name: String,
    /// What the group adds to the workspace quota of each of its members; 0 when not given.
    #[serde(deserialize_with = "crate::whole::deserialize", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = 0, maximum = 2_147_483_647)]
    pub quota_allowance: Option<i32>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::PatchGroupRequest)]
#[serde(default)]
pub struct PatchGroupRequest {
    /// The ids of members of the organization; together with `remove_users` at most 1000, each once.
    pub add_users: Vec<String>,
    /// Kept when not given; the empty text clears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    pub avatar_url: Option<String>,
    /// Kept when not given; the empty text clears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    pub display_name: Option<String>,
    /// Kept when empty or not given.
    pub name: String,
    /// Kept when not given.
    #[serde(deserialize_with = "crate::whole::deserialize", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = 0, maximum = 2_147_483_647)]
    pub quota_allowance: Option<i32>,
    /// The ids of users.
    pub remove_users: Vec<String>,
}

crate::wire!(Group, GroupMembersResponse, CreateGroupRequest, PatchGroupRequest);
