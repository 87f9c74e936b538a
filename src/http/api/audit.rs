//! The audit log.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{BAD_REQUEST, FORBIDDEN, NOT_FOUND};
use roster_openapi::param::{Count, Query, Text, UuidText};
use roster_openapi::payload::{Body, Empty, Reply};
use roster_openapi::schema::audit::{
    AuditLog, AuditLogResponse, CreateTestAuditLogRequest, RecordAuditLogRequest,
};

use super::Tag;
use crate::domain::audit_log;
use crate::http::auth::Caller;
use crate::http::convert_audit as convert;
use crate::http::params::{Paging, search};
use crate::http::seated;

/// Who did what to what.
pub struct Audit;

#[OpenApi(tag = "Tag::Audit")]
impl Audit {
    /// Get audit logs
    ///
    /// The newest entries first, of what the caller may read: all of them, or those of some organizations. `q` takes terms that
    /// must all hold: `resource_type`, `action`, `resource_id`, `resource_target`, `request_id`, `username` (also `me`), `email`,
    /// `date_from`, `date_to` (both `YYYY-MM-DD`, inclusive, UTC), `organization` (name or id) and `build_reason`. Words without a
    /// colon are a `resource_type`. A value with spaces or colons stands in quotes.
    #[oai(path = "/api/v2/audit", method = "get", operation_id = "get-audit-logs")]
    async fn get_audit_logs(
        &self,
        caller: Caller,
        /// Search query
        q: Query<Text>,
        /// After ID; not looked at
        after_id: Query<UuidText>,
        /// Page limit, 100 when 0 or not given
        limit: Query<Count>,
        /// Page offset
        offset: Query<Count>,
    ) -> Result<Reply<200, AuditLogResponse>, Fails<{ BAD_REQUEST | FORBIDDEN }>> {
        let paging = Paging { after_id, limit, offset };
        let found = audit_log::list(&caller, &search(&q), || paging.read()).await?;
        Ok(Reply(seated::entries(&caller, found).await))
    }

    /// Generate fake audit log
    ///
    /// Adds an entry to try the log with, by the caller, about something that need not be there.
    #[oai(path = "/api/v2/audit/testgenerate", method = "post", operation_id = "generate-fake-audit-log")]
    async fn generate_fake_audit_log(
        &self,
        caller: Caller,
        /// Audit log request
        body: Body<CreateTestAuditLogRequest>,
    ) -> Result<Empty<204>, Fails<{ BAD_REQUEST | FORBIDDEN }>> {
        audit_log::gate(&caller)?;
        audit_log::create_sample(&caller, convert::sample(body.parse()?)?).await?;
        Ok(Empty)
    }

    /// Record audit log
    ///
    /// Experimental: it may change or go in any version. Adds an entry of what the caller did elsewhere, in a part of the system
    /// that is no part of this server.
    #[oai(path = "/api/experimental/audit", method = "post", operation_id = "record-audit-log")]
    async fn record_audit_log(
        &self,
        caller: Caller,
        /// Entry to add
        body: Body<RecordAuditLogRequest>,
    ) -> Result<Reply<201, AuditLog>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND }>> {
        let record = convert::record(body.parse()?)?;
        Ok(Reply(seated::entry(&caller, audit_log::create(&caller, record).await?).await))
    }
}
