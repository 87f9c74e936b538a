//! Entries of the audit log to the wire, and what people add to it from there.

use std::collections::BTreeMap;

use roster_openapi::param::storable;
use roster_openapi::schema::audit::{
    AuditAction as WireAction, AuditDiffField, AuditLog, AuditLogResponse, CreateTestAuditLogRequest,
    RecordAuditLogRequest, ResourceType,
};
use roster_openapi::schema::organizations::MinimalOrganization;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::convert::actor;
use crate::domain::Error;
use crate::domain::ai_seats::Holders;
use crate::domain::audit_log::{Record, Sample};
use crate::model::audit::{
    AuditAction, AuditEntry, AuditedType, COUNT_CAP, Place, description, resource_link,
};
use crate::model::ids::{OrgId, RequestId};
use crate::model::page::{Counted, FieldError};
use crate::rbac::Allowed;

/// A page of entries as answered.
pub fn page(found: Counted<Allowed<AuditEntry>>, seats: &Holders) -> AuditLogResponse {
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let (count, count_cap) = (whole(found.count), whole(COUNT_CAP));
    AuditLogResponse {
        audit_logs: found.rows.into_iter().map(|row| entry(row, seats)).collect(),
        count,
        count_cap,
    }
}

/// An entry as answered to who may read it, or has made it.
pub fn entry<V>(entry: Allowed<AuditEntry, V>, seats: &Holders) -> AuditLog {
    let entry = entry.into_inner();
    let (description, resource_link) = (description(&entry), resource_link(&entry));
    let id = entry.organization.map_or(Uuid::nil(), |id| id.0);
    AuditLog {
        action: entry.action.map_or(WireAction::Unknown, action),
        additional_fields: json(&entry.additional),
        description,
        diff: json(&entry.diff),
        id: entry.id.0,
        ip: entry.ip.unwrap_or_default(),
        is_deleted: entry.target_gone,
        organization: entry.place.map(|place| organization(id, place)),
        organization_id: id,
        request_id: entry.request.0,
        resource_icon: entry.icon,
        resource_id: entry.resource_id,
        resource_link,
        resource_target: entry.target,
        resource_type: entry.resource_type.map_or(ResourceType::Unknown, resource_type),
        status_code: entry.status.into(),
        time: entry.time,
        user: entry.user.as_ref().map(|user| actor(user, seats)),
        user_agent: entry.user_agent.unwrap_or_default(),
    }
}

/// The same as a line of JSON, for files.
pub fn line<V>(of: Allowed<AuditEntry, V>, seats: &Holders) -> String {
    serde_json::to_string(&entry(of, seats)).unwrap_or_default()
}

/// What the database keeps as JSON is an object; anything else would be of other hands, and is shown as an empty one.
fn json<T: DeserializeOwned + Default>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_default()
}

fn organization(id: Uuid, place: Place) -> MinimalOrganization {
    let Place { name, display_name, icon } = place;
    MinimalOrganization { display_name, icon, id, name }
}

fn action(action: AuditAction) -> WireAction {
    action.as_str().parse().unwrap_or(WireAction::Unknown)
}

fn resource_type(of: AuditedType) -> ResourceType {
    of.as_str().parse().unwrap_or(ResourceType::Unknown)
}

fn meant_action(action: WireAction) -> Option<AuditAction> {
    AuditAction::parse(action.as_str())
}

fn meant_type(of: ResourceType) -> Option<AuditedType> {
    AuditedType::parse(of.as_str())
}

/// What an entry to try the log with is to be like.
///
/// # Errors
/// 400 for the words that stand for what is unknown.
pub fn sample(body: CreateTestAuditLogRequest) -> Result<Sample, Error> {
    let unknown = |field: &str| refused(vec![unknown(field)]);
    let action = body.action.map(|it| meant_action(it).ok_or_else(|| unknown("action")));
    let of = body.resource_type.map(|it| meant_type(it).ok_or_else(|| unknown("resource_type")));
    Ok(Sample {
        action: action.transpose()?,
        resource_type: of.transpose()?,
        resource_id: given(body.resource_id),
        additional: body.additional_fields.unwrap_or_default(),
        organization: given(body.organization_id).map(OrgId),
        time: body.time,
        request: given(body.request_id).map(RequestId),
    })
}

/// What an entry that is fed is to be like.
///
/// # Errors
/// 400 with what is missing.
pub fn record(body: RecordAuditLogRequest) -> Result<Record, Error> {
    let RecordAuditLogRequest { action, resource_type, resource_id, resource_target, .. } = body.clone();
    let action = action.and_then(meant_action);
    let of = resource_type.and_then(meant_type);
    let (Some(action), Some(of), Some(id)) = (action, of, resource_id) else {
        let missing = [
            ("action", action.is_none()),
            ("resource_id", resource_id.is_none()),
            ("resource_type", of.is_none()),
        ];
        let missing = missing.iter().filter(|(_, missing)| *missing);
        return Err(refused(missing.map(|(field, _)| unknown(field)).collect()));
    };
    Ok(Record {
        organization: given(body.organization_id).map(OrgId),
        diff: fields(body.diff),
        additional: body.additional_fields.unwrap_or_default(),
        status: body.status_code.unwrap_or(200),
        time: body.time,
        ..Record::about(action, of, id, storable(resource_target.into()))
    })
}

fn refused(fields: Vec<FieldError>) -> Error {
    Error::invalid("Validation failed.").fields(fields)
}

fn unknown(field: &str) -> FieldError {
    FieldError::new(field, "must be given, and say something that is known")
}

/// The nil id is none.
fn given(id: Option<Uuid>) -> Option<Uuid> {
    id.filter(|id| !id.is_nil())
}

fn fields(diff: BTreeMap<String, AuditDiffField>) -> Map<String, Value> {
    let written = |field| serde_json::to_value(field).unwrap_or_default();
    diff.into_iter().map(|(name, field)| (name, written(field))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two lists of words: one of the rules, one of the document.
    #[test]
    fn the_words_of_the_rules_are_those_of_the_document() {
        let actions: Vec<_> = AuditAction::ALL.iter().map(|action| action.as_str()).collect();
        assert_eq!([&actions[..], &["unknown"]].concat(), WireAction::VALUES);
        let types: Vec<_> = AuditedType::ALL.iter().map(|of| of.as_str()).collect();
        assert_eq!([&types[..], &["unknown"]].concat(), ResourceType::VALUES);
    }
}
