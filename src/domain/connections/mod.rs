//! The connection log: who connected to which workspace, how and for how long (logs.md, part B).
//!
//! Whoever watches connections tells of them in events. There are two ways in: [`record`] writes events before it answers, for
//! those who must know that nothing is lost; a [`ConnectionLogger`] takes them one by one and writes them soon, for those who
//! must not wait.

mod batch;
mod check;
mod logger;

use super::ai_seats::{Holders, holders};
use super::ctx::{Backend, Ctx, Visitor};
use super::error::{Error, Kind};
use crate::model::connection::{ConnectionEvent, ListedConnection};
use crate::model::connection_search::{ConnectionFilter, ConnectionSearch};
use crate::model::feature::Feature;
use crate::model::ids::{OrgId, UserId};
use crate::model::organization::{DEFAULT_ORGANIZATION, OrgRef};
use crate::model::page::FieldError;
use crate::model::user::UserRef;
use crate::rbac::{Allowed, Resource, Subject, act, system};
use crate::store::{self, Store, Unique, connection_logs, organizations as stored};

pub use batch::{BatchLogger, Limits, Writer};
pub use check::{MOST_EVENTS, Told};
pub use logger::{ConnectionLogger, Loggers, TraceLogger};
pub use store::connection_logs::COUNT_CAP;

/// How many entries a page has when nobody says.
const PAGE: u32 = 100;

/// A page of the log.
#[derive(Debug, Default)]
pub struct Found {
    /// The entries.
    pub entries: Vec<Allowed<ListedConnection>>,
    /// How many match; one more than [`COUNT_CAP`] is "more than that".
    pub count: u64,
    /// Who of the users in them takes a seat of AI features.
    pub seats: Holders,
}

/// Whether the deployment keeps the log.
///
/// # Errors
/// 403 when it does not.
pub fn enabled(backend: &Backend) -> Result<(), Error> {
    if backend.is_enabled(Feature::ConnectionLog) {
        return Ok(());
    }
    Err(Error::new(Kind::Forbidden, "Connection Log is not enabled on this deployment."))
}

/// A page of the entries that the caller may read and that match, the newest first.
///
/// # Errors
/// 403 when the log is switched off, 400 for a query that makes no sense.
pub async fn list(ctx: &Ctx, query: &str, limit: u32, offset: u32) -> Result<Found, Error> {
    list_as(ctx.backend(), &ctx.subject, Some(ctx.me()), query, (limit, offset)).await
}

/// The same for the operator at the machine itself, who may read all and is nobody: `me` finds nothing.
///
/// # Errors
/// As [`list`].
pub async fn list_all(visitor: &Visitor, query: &str, limit: u32, offset: u32) -> Result<Found, Error> {
    list_as(&visitor.backend, &system::connection_log(), None, query, (limit, offset)).await
}

async fn list_as(
    backend: &Backend,
    subject: &Subject,
    me: Option<UserId>,
    query: &str,
    (limit, offset): (u32, u32),
) -> Result<Found, Error> {
    enabled(backend)?;
    let search = ConnectionSearch::parse(query).map_err(invalid)?;
    let Some(filter) = looked_up(&backend.store, subject, me, search).await? else {
        return Ok(Found::default());
    };
    let scope = subject.scope(Resource::ConnectionLog);
    let limit = if limit == 0 { PAGE } else { limit };
    let found = connection_logs::select_page(&backend.store, &scope, &filter, (limit, offset)).await?;
    let seats = holders(backend, found.rows.iter().filter_map(|row| row.user.as_ref())).await;
    Ok(Found { entries: found.rows, count: found.count, seats })
}

fn invalid(fields: Vec<FieldError>) -> Error {
    Error::invalid("Invalid connection search query.").fields(fields)
}

/// The same search for whom and what it names; none when somebody is named who is not there, for nothing is found then.
async fn looked_up(
    store: &Store,
    subject: &Subject,
    me: Option<UserId>,
    search: ConnectionSearch<OrgRef, UserRef>,
) -> Result<Option<ConnectionFilter>, Error> {
    let ConnectionSearch { organization, owner, user, kind, after, before, workspace, connection, ended } =
        search;
    let organization = match organization {
        Some(named) => Some(named_organization(store, subject, &named).await?),
        None => None,
    };
    let (Some(owner), Some(user)) = (people(store, me, owner).await?, people(store, me, user).await?) else {
        return Ok(None);
    };
    let filter =
        ConnectionFilter { organization, owner, user, kind, after, before, workspace, connection, ended };
    Ok(Some(filter))
}

/// An id is taken as it is. A name must be that of an organization which the caller may read.
async fn named_organization(store: &Store, subject: &Subject, named: &OrgRef) -> Result<OrgId, Error> {
    if let OrgRef::Id(id) = named {
        return Ok(*id);
    }
    let scope = subject.scope(Resource::Organization);
    let found = stored::select_named(store, &scope, std::slice::from_ref(named)).await?;
    found.first().map(|organization| organization.id).ok_or_else(|| {
        let name = match named {
            OrgRef::Name(name) => name,
            _ => DEFAULT_ORGANIZATION,
        };
        let why = "either does not exist, or you are unauthorized to view it";
        let detail = format!("Query param \"organization\" has invalid value: organization {name:?} {why}");
        invalid(vec![FieldError::new("organization", detail)])
    })
}

/// Those who are named by username and by address; none when one of them is not there.
async fn people(
    store: &Store,
    me: Option<UserId>,
    named: [Option<UserRef>; 2],
) -> Result<Option<[Option<UserId>; 2]>, Error> {
    let mut found = [None, None];
    for (place, named) in found.iter_mut().zip(named) {
        let Some(named) = named else { continue };
        let person = match named {
            UserRef::Me => me,
            UserRef::Id(id) => Some(id),
            UserRef::Email(email) => store.person_at(&email).await?.map(|found| found.person.user.id),
            UserRef::Name(name) => store.person_named(&name).await?.map(|found| found.person.user.id),
        };
        if person.is_none() {
            return Ok(None);
        }
        *place = person;
    }
    Ok(Some(found))
}

/// Writes what events tell, all or nothing. When it returns they are durable; the same ones once more change nothing.
///
/// # Errors
/// 403 when the log is switched off or an event is of an organization whose log the caller may not write; 400 for events that
/// make no sense, and for more than [`MOST_EVENTS`].
pub async fn record(ctx: &Ctx, told: Vec<Told>) -> Result<(), Error> {
    record_as(ctx.backend(), &ctx.subject, told).await
}

/// The same for the operator at the machine itself.
///
/// # Errors
/// As [`record`].
pub async fn record_all(visitor: &Visitor, told: Vec<Told>) -> Result<(), Error> {
    record_as(&visitor.backend, &system::connection_log(), told).await
}

async fn record_as(backend: &Backend, subject: &Subject, told: Vec<Told>) -> Result<(), Error> {
    enabled(backend)?;
    check::few_enough(&told)?;
    let events = told.into_iter().map(|told| told.event(&backend.ids));
    let events = events.map(|event| subject.may(event)).collect::<Result<Vec<_>, _>>();
    let events: Vec<Allowed<ConnectionEvent, act::Update>> = events.map_err(|_| Error::forbidden())?;
    check::events(&events)?;
    let others = backend.connections.beside_database(&events);
    write(&backend.store, events).await.map_err(refused)?;
    backend.connections.tell(others).await;
    Ok(())
}

/// Writes events in one transaction.
async fn write(
    store: &Store,
    events: Vec<Allowed<ConnectionEvent, act::Update>>,
) -> Result<(), store::Error> {
    if events.is_empty() {
        return Ok(());
    }
    let mut tx = store.write().await?;
    connection_logs::upsert(&mut tx, events).await?;
    tx.commit_unaudited("the connection log is a log itself").await
}

/// The database finds out.
fn refused(error: store::Error) -> Error {
    match error {
        store::Error::Dangling => {
            Error::invalid("An event names an organization or a workspace owner that does not exist.")
        }
        store::Error::Taken(Unique::ConnectionLog) => {
            Error::new(Kind::Conflict, "An event of a new connection has the id of another entry.")
        }
        other => other.into(),
    }
}
