//! How the deployment is used.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::GetUserStatusCountsResponse)]
pub struct GetUserStatusCountsResponse {
    /// The days of each status, the oldest first.
    pub status_counts: BTreeMap<String, Vec<UserStatusChangeCount>>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UserStatusChangeCount)]
pub struct UserStatusChangeCount {
    /// How many users had the status when the day ended; today, how many have it now.
    pub count: i64,
    /// When the day began.
    #[serde(with = "crate::time")]
    pub date: DateTime<Utc>,
}

crate::wire!(GetUserStatusCountsResponse);
