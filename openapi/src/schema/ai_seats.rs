//! Who uses AI features: no page of the reference shows it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

crate::string_enum!(AiSeatUsageReason as "experimental.AISeatUsageReason" { Aibridge = "aibridge", Task = "task" });

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = experimental::RecordAISeatUsageRequest)]
#[serde(default)]
pub struct RecordAiSeatUsageRequest {
    /// What exactly it was, at most 1024 bytes.
    pub description: String,
    /// How AI features were used.
    #[schema(required, value_type = AiSeatUsageReason)]
    pub event_type: String,
    /// When, not in the future; now when not given.
    #[schema(format = "date-time")]
    pub time: String,
    /// ID, name, or me: who used them.
    #[schema(required)]
    pub user: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = experimental::AISeats)]
pub struct AiSeats {
    /// How many users have used AI features.
    pub count: i64,
    pub seats: Vec<AiSeatState>,
    /// How many of them take a seat: the active ones.
    pub taken: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = experimental::AISeatState)]
pub struct AiSeatState {
    #[serde(with = "crate::time")]
    pub first_used_at: DateTime<Utc>,
    pub last_event_description: String,
    pub last_event_type: AiSeatUsageReason,
    #[serde(with = "crate::time")]
    pub last_used_at: DateTime<Utc>,
    /// Whether the user takes a seat now.
    pub takes_seat: bool,
    #[serde(with = "crate::time")]
    pub updated_at: DateTime<Utc>,
    pub user_id: Uuid,
    pub username: String,
}

crate::wire!(RecordAiSeatUsageRequest, AiSeats);
