//! The audit log as people read it, and as they add to it by hand (logs.md A6 and "Roster decides").

use chrono::{DateTime, SubsecRound, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::audit::Action;
use super::ctx::{Ctx, Visitor};
use super::error::{Error, Kind};
use crate::model::audit::{AuditEntry, AuditSearch, AuditedType, NewAuditEntry, PAGE};
use crate::model::clock::never;
use crate::model::ids::{AuditId, OrgId, RequestId, UserId};
use crate::model::organization::OrgRef;
use crate::model::page::{Counted, FieldError, Page};
use crate::model::search::LATEST;
use crate::model::user::UserRef;
use crate::rbac::{Allowed, Resource, Rows, Scope, Subject, act, system};
use crate::store::audit::{self, Filter};
use crate::store::{AuditEvent, AuditTarget, Diff, Store, organizations};

/// Who looks: somebody with a key, or the operator at the machine itself.
struct Reader<'a> {
    store: &'a Store,
    subject: &'a Subject,
    /// Who `me` is.
    me: Option<UserId>,
}

/// A page of the entries that the caller may read and that match, the newest first, and how many there are, counted no further
/// than one beyond the cap.
///
/// `page` is asked for after it was decided whether the caller may read any entry.
///
/// # Errors
/// 403 for a caller who may read none wherever, 400 for bad parameters and for a query that makes no sense.
pub async fn list(
    ctx: &Ctx,
    query: &str,
    page: impl FnOnce() -> Result<Page, Error>,
) -> Result<Counted<Allowed<AuditEntry>>, Error> {
    let scope = gate(ctx)?;
    let page = page()?;
    let reader = Reader { store: ctx.store(), subject: &ctx.subject, me: Some(ctx.me()) };
    reader.select(&scope, query, page).await
}

/// The same for the operator.
///
/// # Errors
/// 400 for a query that makes no sense.
pub async fn list_all(
    visitor: &Visitor,
    query: &str,
    page: Page,
) -> Result<Counted<Allowed<AuditEntry>>, Error> {
    let subject = system::operator();
    let reader = Reader { store: &visitor.backend.store, subject: &subject, me: None };
    reader.select(&subject.scope(Resource::AuditLog), query, page).await
}

/// The next entries for the operator who wants all of them: those after `last`, in the order of lists.
///
/// # Errors
/// 400 for a query that makes no sense.
pub async fn list_after(
    visitor: &Visitor,
    query: &str,
    last: Option<(DateTime<Utc>, AuditId)>,
    limit: u32,
) -> Result<Vec<Allowed<AuditEntry>>, Error> {
    let subject = system::operator();
    let reader = Reader { store: &visitor.backend.store, subject: &subject, me: None };
    let scope = subject.scope(Resource::AuditLog);
    let Some(filter) = reader.filter(query).await? else { return Ok(Vec::new()) };
    let (filter, page) = (Filter { after: last, ..filter }, Page { limit, ..Page::default() });
    Ok(audit::select_page(reader.store, &scope, &filter, page).await?.rows)
}

/// The entries that the caller may read. Those of an organization belong to nobody, so that what one may do to one's own grants
/// nothing here (logs.md A7).
///
/// # Errors
/// 403 for a caller who may read none.
pub fn gate(ctx: &Ctx) -> Result<Scope, Error> {
    let scope: Scope = ctx.subject.scope(Resource::AuditLog);
    match scope.rows() {
        Rows::Some { organizations, .. } if organizations.is_empty() => Err(Error::forbidden()),
        _ => Ok(scope),
    }
}

impl Reader<'_> {
    async fn select(
        &self,
        scope: &Scope,
        query: &str,
        page: Page,
    ) -> Result<Counted<Allowed<AuditEntry>>, Error> {
        let Some(filter) = self.filter(query).await? else {
            return Ok(Counted { rows: Vec::new(), count: 0 });
        };
        let limit = if page.limit == 0 { PAGE } else { page.limit };
        Ok(audit::select_page(self.store, scope, &filter, Page { limit, ..page }).await?)
    }

    /// What a query asks for; none for what there is none of: nothing is built here.
    async fn filter(&self, query: &str) -> Result<Option<Filter>, Error> {
        let invalid = |fields| Error::invalid("Invalid audit search query.").fields(fields);
        let search = AuditSearch::parse(query).map_err(invalid)?;
        let never_built = search.build_reason.is_some();
        let filter = self.looked_up(search).await.map_err(|lookup| match lookup {
            Lookup::Refused(field) => invalid(vec![field]),
            Lookup::Failed(error) => error,
        })?;
        Ok(Some(filter).filter(|_| !never_built))
    }

    /// The same search for users and organizations that are there.
    async fn looked_up(&self, search: AuditSearch) -> Result<Filter, Lookup> {
        let organization = match search.organization {
            Some(named) => Some(self.organization(named).await?),
            None => None,
        };
        Ok(Filter {
            resource_type: search.resource_type,
            action: search.action,
            resource_id: search.resource_id,
            request: search.request,
            target: search.target,
            actors: self.actors(&search.actors).await?,
            from: search.from,
            until: search.until,
            organization,
            after: None,
        })
    }

    /// An id is taken as it is: whether there is such an organization shows in nothing.
    async fn organization(&self, named: OrgRef) -> Result<OrgId, Lookup> {
        let name = match &named {
            OrgRef::Id(id) => return Ok(*id),
            OrgRef::Name(name) => name.clone(),
            OrgRef::Default => "default".to_owned(),
        };
        let scope: Scope = self.subject.scope(Resource::Organization);
        let found = organizations::select_named(self.store, &scope, &[named]).await.map_err(Error::from)?;
        found.first().map(|organization| organization.id).ok_or_else(|| {
            let text = format!(
                "Query param \"organization\" has invalid value: organization {name:?} either does not exist, or you are unauthorized to view it"
            );
            Lookup::Refused(FieldError::new("organization", text))
        })
    }

    /// Those who are all of these; nobody is no error.
    async fn actors(&self, named: &[UserRef]) -> Result<Option<Vec<UserId>>, Error> {
        let mut common: Option<Vec<UserId>> = None;
        for user in named {
            let found = match user {
                UserRef::Me => self.me,
                UserRef::Id(id) => Some(*id),
                UserRef::Email(email) => self.store.person_at(email).await?.map(|p| p.person.user.id),
                UserRef::Name(name) => self.store.person_named(name).await?.map(|p| p.person.user.id),
            };
            let before = common.take();
            let both = found.filter(|id| before.as_ref().is_none_or(|before| before.contains(id)));
            common = Some(both.into_iter().collect());
        }
        Ok(common)
    }
}

/// Why a search cannot be answered.
enum Lookup {
    Refused(FieldError),
    Failed(Error),
}

impl From<Error> for Lookup {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// An entry to be made by hand.
#[derive(Debug, Clone)]
pub struct Record {
    /// What was done.
    pub action: Action,
    /// To what type of thing.
    pub resource_type: AuditedType,
    /// Its id.
    pub resource_id: Uuid,
    /// Its name.
    pub target: String,
    /// Where.
    pub organization: Option<OrgId>,
    /// What became different: fields with `old`, `new` and `secret`.
    pub diff: Map<String, Value>,
    /// Facts that only this entry has.
    pub additional: Map<String, Value>,
    /// What it ended with, from 100 to 599.
    pub status: i64,
    /// When; now when not given.
    pub time: Option<DateTime<Utc>>,
    /// The request it belongs to; the one that asks when not given.
    pub request: Option<RequestId>,
}

impl Record {
    /// What an entry about something is like where nothing else is said.
    pub fn about(action: Action, resource_type: AuditedType, resource_id: Uuid, target: String) -> Self {
        let (diff, additional) = (Map::new(), Map::new());
        let (organization, time, request, status) = (None, None, None, 200);
        Self {
            action,
            resource_type,
            resource_id,
            target,
            organization,
            diff,
            additional,
            status,
            time,
            request,
        }
    }
}

/// Adds an entry of what the caller did elsewhere, and answers it.
///
/// # Errors
/// 400 for a status that is none, 403 for who may not add any there.
pub async fn create(ctx: &Ctx, record: Record) -> Result<Allowed<AuditEntry, act::Create>, Error> {
    add(&ctx.visitor, &ctx.subject, ctx.me(), record).await
}

/// The same for somebody else, by the operator.
///
/// # Errors
/// 404 for nobody of that name, 400 for a status that is none.
pub async fn create_for(
    visitor: &Visitor,
    user: &UserRef,
    record: Record,
) -> Result<Allowed<AuditEntry, act::Create>, Error> {
    let store = &visitor.backend.store;
    let found = match user {
        UserRef::Id(id) => store.person(*id).await?,
        UserRef::Email(email) => store.person_at(email).await?,
        UserRef::Name(name) => store.person_named(name).await?,
        UserRef::Me => None,
    };
    let user = found.ok_or_else(Error::not_found)?.person.user.id;
    add(visitor, &system::operator(), user, record).await
}

async fn add(
    visitor: &Visitor,
    subject: &Subject,
    actor: UserId,
    record: Record,
) -> Result<Allowed<AuditEntry, act::Create>, Error> {
    let status = checked_status(record.status)?;
    let new = NewAuditEntry { organization: record.organization };
    let _may: Allowed<_, act::Create> = subject.may(new).map_err(|_| Error::forbidden())?;
    let store = &visitor.backend.store;
    if !store.is_audited() {
        return Err(Error::new(Kind::Forbidden, "The audit log is switched off."));
    }
    let event = event(visitor, actor, status, record);
    let id = event.id;
    store.write().await?.commit(vec![event]).await?;
    // Whoever says that it happened long ago may be told that it is forgotten already.
    let written = audit::find(store, id).await?.ok_or_else(Error::not_found)?;
    subject.may(written).map_err(|_| Error::forbidden())
}

fn checked_status(status: i64) -> Result<u16, Error> {
    let fits = u16::try_from(status).ok().filter(|status| (100..=599).contains(status));
    let refused = || FieldError::new("status_code", "must be a status of HTTP, from 100 to 599");
    fits.ok_or_else(|| Error::invalid("Validation failed.").fields(vec![refused()]))
}

fn event(visitor: &Visitor, actor: UserId, status: u16, record: Record) -> AuditEvent {
    let target = AuditTarget {
        resource_type: record.resource_type,
        id: record.resource_id,
        name: storable(&record.target),
        organization: record.organization,
        diff: Diff::given(storable_object(record.diff)),
    };
    let mut origin = visitor.origin.clone();
    origin.request = record.request.unwrap_or(origin.request);
    AuditEvent {
        id: AuditId(visitor.backend.ids.uuid()),
        time: record.time.map_or_else(|| visitor.backend.now(), kept),
        actor,
        action: record.action,
        target,
        status,
        additional: storable_object(record.additional),
        origin,
    }
}

/// A time that both engines keep: in whole microseconds, with a year of four digits.
fn kept(time: DateTime<Utc>) -> DateTime<Utc> {
    time.clamp(never(), LATEST).trunc_subsecs(6)
}

/// A zero byte is no text to PostgreSQL.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

fn storable_object(fields: Map<String, Value>) -> Map<String, Value> {
    fields.into_iter().map(|(name, value)| (storable(&name), storable_value(value))).collect()
}

fn storable_value(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(storable(&text)),
        Value::Array(items) => items.into_iter().map(storable_value).collect(),
        Value::Object(fields) => Value::Object(storable_object(fields)),
        other => other,
    }
}

/// An entry to try the log with: about something that need not be there, with a made-up diff (logs.md A6).
#[derive(Debug, Default)]
pub struct Sample {
    /// `write` when not given.
    pub action: Option<Action>,
    /// `user` when not given.
    pub resource_type: Option<AuditedType>,
    /// A random one when not given.
    pub resource_id: Option<Uuid>,
    /// Facts that only this entry has.
    pub additional: Map<String, Value>,
    /// Where.
    pub organization: Option<OrgId>,
    /// When; now when not given.
    pub time: Option<DateTime<Utc>>,
    /// The request it belongs to; the one that asks when not given.
    pub request: Option<RequestId>,
}

/// Adds an entry to try the log with. Its target is called like the caller.
///
/// # Errors
/// 403 for who may not add any there.
pub async fn create_sample(ctx: &Ctx, sample: Sample) -> Result<(), Error> {
    let action = sample.action.unwrap_or(Action::Write);
    let resource_type = sample.resource_type.unwrap_or(AuditedType::User);
    let id = sample.resource_id.unwrap_or_else(|| ctx.backend().ids.uuid());
    let target = ctx.person.person.user.username.clone();
    let diff = [("foo".to_owned(), json!({ "old": "bar", "new": "baz", "secret": false }))];
    let record = Record {
        organization: sample.organization,
        diff: diff.into_iter().collect(),
        additional: sample.additional,
        time: sample.time,
        request: sample.request,
        ..Record::about(action, resource_type, id, target)
    };
    create(ctx, record).await.map(drop)
}
