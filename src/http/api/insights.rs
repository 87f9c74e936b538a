//! How the deployment is used.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{BAD_REQUEST, FORBIDDEN};
use roster_openapi::param::{Hours, Query, Text};
use roster_openapi::payload::Reply;
use roster_openapi::schema::insights::GetUserStatusCountsResponse;

use super::Tag;
use crate::domain::insights;
use crate::http::auth::Caller;
use crate::http::{convert_deployment, params};

/// Operations about the use of the deployment.
pub struct Insights;

#[OpenApi(prefix_path = "/api/v2", tag = "Tag::Insights")]
impl Insights {
    /// Get insights about user status counts
    ///
    /// How many users had each status at the end of each of the last sixty days, and have it now. Days are those of the time
    /// zone that is asked for, else of UTC.
    #[oai(
        path = "/insights/user-status-counts",
        method = "get",
        operation_id = "get-insights-about-user-status-counts"
    )]
    async fn get_user_status_counts(
        &self,
        caller: Caller,
        /// IANA timezone name (e.g. America/St_Johns)
        timezone: Query<Text>,
        /// Time-zone offset in hours (e.g. -2), where no timezone is given
        tz_offset: Query<Hours>,
    ) -> Result<Reply<200, GetUserStatusCountsResponse>, Fails<{ BAD_REQUEST | FORBIDDEN }>> {
        let may = insights::may_read(&caller)?;
        let zone = params::zone(&timezone, &tz_offset)?;
        let days = insights::status_counts(&caller, &may, zone).await?;
        Ok(Reply(convert_deployment::status_counts(&days)))
    }
}
