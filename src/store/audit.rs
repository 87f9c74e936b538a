//! The audit log as the store writes it: with the transaction it tells of.

use chrono::{DateTime, Utc};
use entity::audit_logs;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, JsonValue};
use uuid::Uuid;

use super::bulk::AT_ONCE;
use super::error::Error;
use crate::model::ids::{AuditId, OrgId, RequestId, UserId};

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
    /// `user`, `api_key` and so on.
    pub resource_type: &'static str,
    /// Its id; an API key is told of by its owner's.
    pub id: Uuid,
    /// Its name for people.
    pub name: String,
    /// The organization it belongs to, if any.
    pub organization: Option<OrgId>,
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
    /// `create`, `write`, `delete`, `login` and so on.
    pub action: &'static str,
    /// To what.
    pub target: AuditTarget,
    /// The status that the request ends with.
    pub status: u16,
    /// Facts that only some entries have, as JSON members.
    pub additional: Vec<(&'static str, String)>,
    /// Where from.
    pub origin: Origin,
}

/// The longest user agent that is kept, in characters.
const USER_AGENT_LIMIT: usize = 256;

pub(super) async fn insert(connection: &impl ConnectionTrait, events: Vec<AuditEvent>) -> Result<(), Error> {
    let mut rows = events.into_iter().map(row).peekable();
    while rows.peek().is_some() {
        let some: Vec<_> = rows.by_ref().take(AT_ONCE).collect();
        audit_logs::Entity::insert_many(some).exec_without_returning(connection).await?;
    }
    Ok(())
}

fn row(event: AuditEvent) -> audit_logs::ActiveModel {
    let AuditEvent { id, time, actor, action, target, status, additional, origin } = event;
    let agent = origin.user_agent.map(|agent| agent.chars().take(USER_AGENT_LIMIT).collect());
    let additional = additional.into_iter().map(|(key, value)| (key.to_owned(), JsonValue::String(value)));
    audit_logs::ActiveModel {
        id: Set(id.0),
        time: Set(time),
        user_id: Set(actor.0),
        organization_id: Set(target.organization.map_or(Uuid::nil(), |id| id.0)),
        ip: Set(origin.ip),
        user_agent: Set(agent),
        resource_type: Set(target.resource_type.to_owned()),
        action: Set(action.to_owned()),
        resource_id: Set(target.id),
        resource_target: Set(target.name),
        diff: Set(JsonValue::Object(Default::default())),
        status_code: Set(i32::from(status)),
        additional_fields: Set(JsonValue::Object(additional.collect())),
        request_id: Set(origin.request.0),
        resource_icon: Set(String::new()),
    }
}
