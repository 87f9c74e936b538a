//! Seats of AI features: operations of ours, which no reference page shows and which may change from version to version.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{BAD_REQUEST, FORBIDDEN, NOT_FOUND};
use roster_openapi::param::{Count, Query, UuidText};
use roster_openapi::payload::{Body, Empty, Reply};
use roster_openapi::schema::ai_seats::{AiSeats as WireSeats, RecordAiSeatUsageRequest};

use super::Tag;
use crate::domain::ai_seats::{self, Request};
use crate::http::auth::Caller;
use crate::http::convert_deployment;
use crate::http::params::Paging;

/// Operations about who uses AI features.
pub struct AiSeats;

#[OpenApi(prefix_path = "/api/experimental", tag = "Tag::Enterprise")]
impl AiSeats {
    /// List AI seats
    ///
    /// Experimental: it may change or go in any version. Who has used AI features, by username: first when, last when, and how.
    #[oai(path = "/ai-seats", method = "get", operation_id = "list-ai-seats")]
    async fn list_ai_seats(
        &self,
        caller: Caller,
        /// After ID of a user
        after_id: Query<UuidText>,
        /// Page limit
        limit: Query<Count>,
        /// Page offset
        offset: Query<Count>,
    ) -> Result<Reply<200, WireSeats>, Fails<{ BAD_REQUEST | FORBIDDEN }>> {
        let may = ai_seats::may_system(&caller)?;
        let page = Paging { after_id, limit, offset }.read()?;
        let seats = ai_seats::list(&caller, &may, page).await?;
        Ok(Reply(convert_deployment::seats(seats)))
    }

    /// Record AI seat usage
    ///
    /// Experimental: it may change or go in any version. Notes that somebody used AI features, so that the user takes a seat while
    /// active. Of many uses by one user not each is written.
    #[oai(path = "/ai-seats/usage", method = "post", operation_id = "record-ai-seat-usage")]
    async fn record_ai_seat_usage(
        &self,
        caller: Caller,
        /// Who used AI features, and how
        body: Body<RecordAiSeatUsageRequest>,
    ) -> Result<Empty<204>, Fails<{ FORBIDDEN | NOT_FOUND }>> {
        let may = ai_seats::may_system(&caller)?;
        let RecordAiSeatUsageRequest { description, event_type, time, user } = body.parse()?;
        ai_seats::record(&caller, &may, &Request { user, event_type, description, time }).await?;
        Ok(Empty)
    }
}
