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

crate::wire!(Organization);
