//! The connection log.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{BAD_REQUEST, CONFLICT, FORBIDDEN};
use roster_openapi::param::{Count, Query, Text, UuidText};
use roster_openapi::payload::{Body, Empty, Reply};
use roster_openapi::schema::connections::{ConnectionLogResponse, RecordConnectionsRequest};

use super::Tag;
use crate::domain::connections;
use crate::http::auth::Caller;
use crate::http::convert_connections as convert;
use crate::http::params::{Paging, search};

/// Operations on the connection log: reading, which is of the contract, and feeding, which is ours.
pub struct Connections;

#[OpenApi(tag = "Tag::Audit")]
impl Connections {
    /// Get connection logs
    ///
    /// The entries that the caller may read, the newest first; whoever may read none gets an empty list. `q` takes terms, all of
    /// which must hold: `organization:`, `workspace_owner:`, `workspace_owner_email:`, `type:`, `username:`, `user_email:`,
    /// `connected_after:`, `connected_before:`, `workspace_id:`, `connection_id:` and `status:ongoing` or `status:completed`.
    /// A time has colons and stands in quotes.
    #[oai(path = "/api/v2/connectionlog", method = "get", operation_id = "get-connection-logs")]
    async fn get_connection_logs(
        &self,
        caller: Caller,
        /// Search query
        q: Query<Text>,
        /// After ID; looked at, and not used
        after_id: Query<UuidText>,
        /// Page limit, 100 when not given
        limit: Query<Count>,
        /// Page offset
        offset: Query<Count>,
    ) -> Result<Reply<200, ConnectionLogResponse>, Fails<{ BAD_REQUEST | FORBIDDEN }>> {
        connections::enabled(caller.backend())?;
        let page = Paging { after_id, limit, offset }.read()?;
        let found = connections::list(&caller, &search(&q), page.limit, page.offset).await?;
        Ok(Reply(convert::page(found)))
    }

    /// Record connections
    ///
    /// Experimental: it may change or go in any version. Writes what events tell of connections, all or nothing. They are
    /// durable when this is answered. The same events can be sent again: a connection that an agent tells of is known by its
    /// id, its workspace and its agent, and an event of a browser by its own id.
    #[oai(path = "/api/experimental/connectionlog", method = "post", operation_id = "record-connections")]
    async fn record_connections(
        &self,
        caller: Caller,
        /// Events of connections
        body: Body<RecordConnectionsRequest>,
    ) -> Result<Empty<204>, Fails<{ BAD_REQUEST | FORBIDDEN | CONFLICT }>> {
        connections::enabled(caller.backend())?;
        let told = body.parse()?.events.into_iter().map(convert::told).collect();
        connections::record(&caller, told).await?;
        Ok(Empty)
    }
}
