//! The Organizations page.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::Organization)]
pub struct Organization {
    #[serde(with = "crate::time")]
    #[schema(required)]
    pub created_at: DateTime<Utc>,
    #[schema(required = false)]
    pub description: String,
    #[schema(required = false)]
    pub display_name: String,
    #[schema(required = false)]
    pub icon: String,
    #[schema(required)]
    pub id: Uuid,
    #[schema(required)]
    pub is_default: bool,
    #[schema(required = false)]
    pub name: String,
    #[serde(with = "crate::time")]
    #[schema(required)]
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::CreateOrganizationRequest)]
#[serde(default)]
pub struct CreateOrganizationRequest {
    pub description: String,
    /// The name when not given.
    pub display_name: String,
    pub icon: String,
    #[schema(required)]
    pub name: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UpdateOrganizationRequest)]
#[serde(default)]
pub struct UpdateOrganizationRequest {
    /// Kept when not given; the empty text clears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    pub description: Option<String>,
    /// Kept when empty or not given.
    pub display_name: String,
    /// Kept when not given; the empty text clears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    pub icon: Option<String>,
    /// Kept when empty or not given.
    pub name: String,
}

crate::wire!(Organization, CreateOrganizationRequest, UpdateOrganizationRequest);

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::MinimalOrganization)]
pub struct MinimalOrganization {
    #[schema(required = false)]
    pub display_name: String,
    #[schema(required = false)]
    pub icon: String,
    #[schema(required)]
    pub id: Uuid,
    #[schema(required = false)]
    pub name: String,
}
