//! The audit log: entries as the store writes them, with the transaction they tell of, and as lists read them.

mod auditor;
mod diff;
mod flags;
mod purge;
mod read;
mod records;

use chrono::{DateTime, Utc};
use entity::audit_logs;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, JsonValue};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::bulk::AT_ONCE;
use super::error::Error;
use crate::model::audit::{AuditAction, AuditedType};
use crate::model::ids::{AuditId, OrgId, RequestId, UserId};
use crate::model::names::folded;

pub(super) use auditor::Auditing;
pub use auditor::{Auditor, LogAuditor};
pub use diff::Diff;
pub use purge::{remove_before, remove_old_connections};
pub use read::{Filter, find, page_of, select_page};
pub use records::{Conversion, GitKeyPair, GroupRecord, Membership, UserRecord};

/// Where a write came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The HTTP request, or nil.
    pub request: RequestId,
    /// The client's address, if a request asked.
    pub ip: Option<String>,
    /// The client's name for itself, if it gave one.
    pub user_agent: Option<String>,
}

/// What a write was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditTarget {
    /// Its type.
    pub resource_type: AuditedType,
    /// Its id; an API key is told of by its owner's.
    pub id: Uuid,
    /// Its name for people.
    pub name: String,
    /// The organization it belongs to, if any.
    pub organization: Option<OrgId>,
    /// What became different in it.
    pub diff: Diff,
}

/// One entry: who did what to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// A new id.
    pub id: AuditId,
    /// Now.
    pub time: DateTime<Utc>,
    /// Who did it.
    pub actor: UserId,
    /// What was done.
    pub action: AuditAction,
    /// To what.
    pub target: AuditTarget,
    /// The status that the request ends with. What is refused changed nothing: its diff is not written (logs.md A3, rule 2).
    pub status: u16,
    /// Facts that only some entries have, as JSON members.
    pub additional: Map<String, Value>,
    /// Where from.
    pub origin: Origin,
}

/// The longest user agent that is kept, in characters.
const USER_AGENT_LIMIT: usize = 256;

/// From here on a status says that nothing was done.
const REFUSED: u16 = 400;

pub(super) async fn insert(connection: &impl ConnectionTrait, events: &[AuditEvent]) -> Result<(), Error> {
    for some in events.chunks(AT_ONCE) {
        let rows = some.iter().map(row);
        audit_logs::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

fn row(event: &AuditEvent) -> audit_logs::ActiveModel {
    let AuditEvent { id, time, actor, action, target, status, additional, origin } = event;
    let agent = origin.user_agent.as_ref().map(|agent| agent.chars().take(USER_AGENT_LIMIT).collect());
    if target.organization.is_none() && target.resource_type.needs_organization() {
        tracing::error!(%id, of = target.resource_type.as_str(), "an audit entry lacks its organization");
    }
    let diff = if *status < REFUSED { target.diff.to_json() } else { Diff::default().to_json() };
    audit_logs::ActiveModel {
        id: Set(id.0),
        time: Set(*time),
        user_id: Set(actor.0),
        organization_id: Set(target.organization.map_or(Uuid::nil(), |id| id.0)),
        ip: Set(origin.ip.clone()),
        user_agent: Set(agent),
        resource_type: Set(target.resource_type.as_str().to_owned()),
        action: Set(action.as_str().to_owned()),
        resource_id: Set(target.id),
        resource_target: Set(target.name.clone()),
        resource_target_lower: Set(folded(&target.name)),
        diff: Set(diff),
        status_code: Set(i32::from(*status)),
        additional_fields: Set(JsonValue::Object(additional.clone())),
        request_id: Set(origin.request.0),
        resource_icon: Set(String::new()),
    }
}
