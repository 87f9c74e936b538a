//! What differs for clients of Coder from what the reference describes, under the names that it has there.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::api_key_scope::APIKeyScope;
use super::keys::{self, APIAllowListTarget, KeyLoginType, OldScope};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = codersdk::APIKey)]
pub struct APIKey {
    /// What the key may touch at all, each as `type:id`; `*` stands for every type or every id.
    #[schema(required = false)]
    pub allow_list: Vec<String>,
    #[serde(with = "crate::time")]
    #[schema(required)]
    pub created_at: DateTime<Utc>,
    #[serde(with = "crate::time")]
    #[schema(required)]
    pub expires_at: DateTime<Utc>,
    #[schema(required)]
    pub id: String,
    /// To the hour; the Unix epoch for a key that was never used.
    #[serde(with = "crate::time")]
    #[schema(required)]
    pub last_used: DateTime<Utc>,
    #[schema(required)]
    pub lifetime_seconds: i64,
    #[schema(required, inline)]
    pub login_type: KeyLoginType,
    #[schema(required = false, inline)]
    pub scope: OldScope,
    #[schema(required = false, value_type = Vec<APIKeyScope>)]
    pub scopes: Vec<String>,
    /// Empty for sessions.
    #[schema(required)]
    pub token_name: String,
    #[serde(with = "crate::time")]
    #[schema(required)]
    pub updated_at: DateTime<Utc>,
    #[schema(required)]
    pub user_id: Uuid,
    /// In lists only: who owns the key, empty if the caller may not see that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, extensions(("x-apidocgen" = json!({ "skip": true }))))]
    pub username: Option<String>,
}

impl From<keys::APIKey> for APIKey {
    fn from(key: keys::APIKey) -> Self {
        let keys::APIKey {
            allow_list,
            created_at,
            expires_at,
            id,
            last_used,
            lifetime_seconds,
            login_type,
            scope,
            scopes,
            token_name,
            updated_at,
            user_id,
            username,
        } = key;
        let text = |APIAllowListTarget { id, kind }| format!("{kind}:{id}");
        Self {
            allow_list: allow_list.into_iter().map(text).collect(),
            created_at,
            expires_at,
            id,
            last_used,
            lifetime_seconds,
            login_type,
            scope,
            scopes,
            token_name,
            updated_at,
            user_id,
            username,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = codersdk::UserRoles)]
pub struct UserRoles {
    /// Those in organizations, by the organization's ID; every membership that the caller may see is there.
    #[schema(required = false)]
    pub organization_roles: BTreeMap<Uuid, Vec<String>>,
    /// Those on the site.
    #[schema(required = false)]
    pub roles: Vec<String>,
}

crate::wire!(APIKey, UserRoles);
