//! Seats of AI features (ai-seats.md 2): who has used them, as far as others see it, and how uses are noted.

use std::collections::BTreeSet;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use moka::sync::Cache;

use super::audit::{self, Action};
use super::ctx::{Backend, Ctx, Visitor};
use super::error::Error;
use super::users;
use crate::model::ai_seat::{SeatState, SeatUse, UsageReason, takes_seat};
use crate::model::feature::Feature;
use crate::model::ids::UserId;
use crate::model::names;
use crate::model::page::{FieldError, Page};
use crate::model::user::{User, UserRef};
use crate::rbac::{Allowed, Object, Resource, Verb, act, system};
use crate::store::{self, ai_seats};

/// Who of some users takes a seat.
#[derive(Debug, Default)]
pub struct Holders(BTreeSet<UserId>);

impl Holders {
    /// Whether this user does.
    pub fn has(&self, user: UserId) -> bool {
        self.0.contains(&user)
    }
}

/// Who of these users takes a seat, for whoever may see them. When that cannot be read nobody does, which the log says: no answer
/// fails for it.
pub async fn holders<'u>(backend: &Backend, users: impl IntoIterator<Item = &'u User>) -> Holders {
    if !backend.is_enabled(Feature::AiGovernanceUserLimit) {
        return Holders::default();
    }
    let able: Vec<UserId> = users.into_iter().filter(|user| takes_seat(user)).map(|user| user.id).collect();
    match backend.store.have_used_ai(&able).await {
        Ok(found) => Holders(found),
        Err(error) => {
            tracing::warn!(%error, "who has used AI features cannot be read");
            Holders::default()
        }
    }
}

/// How often uses of one user are written.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// After one that was written.
    pub written: TimeDelta,
    /// After one that could not be written.
    pub failed: TimeDelta,
}

impl Default for Pace {
    fn default() -> Self {
        Self { written: TimeDelta::hours(6), failed: TimeDelta::minutes(30) }
    }
}

/// Until when no use of a user is written, as far as this process knows. Whoever is forgotten is written once more, which harms
/// nobody.
pub struct Throttle {
    pace: Pace,
    until: Cache<UserId, DateTime<Utc>>,
}

/// How many users are remembered.
const REMEMBERED: u64 = 100_000;

impl Throttle {
    /// Nobody is held up yet.
    pub fn new(pace: Pace) -> Self {
        Self { pace, until: Cache::new(REMEMBERED) }
    }

    fn is_open(&self, user: UserId, now: DateTime<Utc>) -> bool {
        self.until.get(&user).is_none_or(|until| until <= now)
    }

    fn hold(&self, user: UserId, now: DateTime<Utc>, written: bool) {
        let pace = if written { self.pace.written } else { self.pace.failed };
        let until = now.checked_add_signed(pace).unwrap_or(DateTime::<Utc>::MAX_UTC);
        self.until.insert(user, until);
    }
}

/// What makes a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason<'t> {
    /// A request to an AI provider, which was stored.
    Interception {
        /// The provider.
        provider: &'t str,
        /// The model.
        model: &'t str,
    },
    /// The workspace of a task was started.
    TaskStarted,
}

const TASK_STARTED: &str = "task workspace build succeeded";

impl Reason<'_> {
    fn told(self) -> (UsageReason, String) {
        match self {
            Self::Interception { provider, model } => {
                (UsageReason::Aibridge, format!("provider={provider}, model={model}"))
            }
            Self::TaskStarted => (UsageReason::Task, TASK_STARTED.to_owned()),
        }
    }
}

/// Notes uses that the server itself sees.
#[derive(Debug, Clone)]
pub struct SeatTracker(Visitor);

impl SeatTracker {
    /// Of the server behind a request, or of one that works by itself.
    pub const fn new(visitor: Visitor) -> Self {
        Self(visitor)
    }

    /// Notes that a user used AI features now. Never fails whoever calls: what cannot be written is in the log, and tried again
    /// with a use half an hour later.
    pub async fn record(&self, user: UserId, reason: Reason<'_>) {
        let (backend, now) = (&self.0.backend, self.0.backend.now());
        if !backend.seats.is_open(user, now) {
            return;
        }
        let (reason, description) = reason.told();
        let used = SeatUse { user, reason, description, used_at: now, told_at: now };
        if let Err(error) = note(&self.0, used).await {
            tracing::warn!(%error, %user, "a use of AI features is not written");
        }
    }
}

/// Writes a use, whatever was written before; true when it is the user's first one, which the audit log is told of.
async fn note(visitor: &Visitor, used: SeatUse) -> Result<bool, Error> {
    let (user, backend) = (used.user, &visitor.backend);
    let written = write(visitor, used).await;
    backend.seats.hold(user, backend.now(), written.is_ok());
    written
}

async fn write(visitor: &Visitor, used: SeatUse) -> Result<bool, Error> {
    let used: Allowed<SeatUse, act::Create> = system::seat_recorder().may(used)?;
    let mut tx = visitor.backend.store.write().await?;
    let first = ai_seats::record(&mut tx, &used).await.map_err(gone)?;
    if first {
        tx.commit(vec![visitor.event(used.user, Action::Create, audit::ai_seat(&used), 200)]).await?;
    } else {
        tx.commit_unaudited("only the first use takes a seat").await?;
    }
    Ok(first)
}

fn gone(error: store::Error) -> Error {
    match error {
        store::Error::Dangling => Error::not_found(),
        other => other.into(),
    }
}

/// A use that somebody tells of.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Who: id, name, or me.
    pub user: String,
    /// How, as one word.
    pub event_type: String,
    /// What exactly, may be empty.
    pub description: String,
    /// When, as RFC 3339 has it; empty for now.
    pub time: String,
}

/// The longest description, in bytes.
pub const DESCRIPTION_LIMIT: usize = 1024;

/// Whether the caller may do this to the system, as who feeds it and who looks into it must.
///
/// # Errors
/// 403.
pub fn may_system<V: Verb>(ctx: &Ctx) -> Result<Allowed<Object, V>, Error> {
    ctx.subject.may(Object::of(Resource::System)).map_err(|_| Error::forbidden())
}

/// Notes a use that the caller tells of. The first one of a user is written at once; later ones as often as the settings say.
///
/// # Errors
/// 400 for bad fields, 404 for an unknown user.
pub async fn record(ctx: &Ctx, _may: &Allowed<Object, act::Create>, request: &Request) -> Result<(), Error> {
    let read = read(ctx.backend(), request)?;
    let user = users::get(ctx, &UserRef::parse(&request.user)).await?;
    let id = user.user.id;
    if user.user.deleted {
        return Err(Error::not_found());
    }
    // Where it cannot be looked up, writing tells.
    let known = ctx.store().have_used_ai(&[id]).await.is_ok_and(|found| found.contains(&id));
    if known && !ctx.backend().seats.is_open(id, ctx.backend().now()) {
        return Ok(());
    }
    note(&ctx.visitor, read.of(id)).await?;
    Ok(())
}

/// The same for an operator, without a throttle; true for the first use.
///
/// # Errors
/// As [`record`].
pub async fn record_offline(visitor: &Visitor, request: &Request) -> Result<bool, Error> {
    let backend = &visitor.backend;
    let read = read(backend, request)?;
    let found = match UserRef::parse(&request.user) {
        UserRef::Id(id) => backend.store.person(id).await?,
        UserRef::Email(email) => backend.store.person_at(&email).await?,
        UserRef::Name(name) => backend.store.person_named(&name).await?,
        UserRef::Me => None,
    };
    let found = found.filter(|found| !found.person.user.deleted).ok_or_else(Error::not_found)?;
    note(visitor, read.of(found.person.user.id)).await
}

/// A use by somebody who is not known yet.
struct Told {
    reason: UsageReason,
    description: String,
    used_at: DateTime<Utc>,
    told_at: DateTime<Utc>,
}

impl Told {
    fn of(self, user: UserId) -> SeatUse {
        let Self { reason, description, used_at, told_at } = self;
        SeatUse { user, reason, description, used_at, told_at }
    }
}

fn read(backend: &Backend, request: &Request) -> Result<Told, Error> {
    let now = backend.now();
    let mut bad = Vec::new();
    if request.user.is_empty() {
        bad.push(FieldError::new("user", "Validation failed for tag \"required\" with value: \"\""));
    }
    let reason = UsageReason::parse(&request.event_type);
    if reason.is_none() {
        let known = UsageReason::ALL.iter().map(|reason| reason.as_str()).collect::<Vec<_>>().join(", ");
        bad.push(FieldError::new("event_type", format!("{:?} is not one of {known}", request.event_type)));
    }
    if request.description.len() > DESCRIPTION_LIMIT || !names::is_storable(&request.description) {
        let detail = format!("a description has at most {DESCRIPTION_LIMIT} bytes and no zero byte");
        bad.push(FieldError::new("description", detail));
    }
    let used_at = moment(&request.time, now).unwrap_or_else(|why| {
        bad.push(FieldError::new("time", why));
        now
    });
    match reason {
        Some(reason) if bad.is_empty() => {
            Ok(Told { reason, description: described(request, reason), used_at, told_at: now })
        }
        _ => Err(Error::invalid("Validation failed.").fields(bad)),
    }
}

fn described(request: &Request, reason: UsageReason) -> String {
    match (request.description.as_str(), reason) {
        ("", UsageReason::Task) => TASK_STARTED.to_owned(),
        (given, _) => given.to_owned(),
    }
}

/// A time that has come, to the microsecond.
fn moment(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, &'static str> {
    if text.is_empty() {
        return Ok(now);
    }
    let read = DateTime::parse_from_rfc3339(text).map_err(|_| "must be a time as in 2006-01-02T15:04:05Z")?;
    let time = read.to_utc().trunc_subsecs(6);
    if time > now { Err("must not be in the future") } else { Ok(time) }
}

/// What is stored of the uses of all users: a page by username, how many rows there are, and how many take a seat.
#[derive(Debug)]
pub struct Seats {
    /// The page.
    pub rows: Vec<Allowed<SeatState>>,
    /// All rows.
    pub count: u64,
    /// Those of active users.
    pub taken: u64,
}

/// What is stored of uses.
///
/// # Errors
/// When the database does not answer.
pub async fn list(ctx: &Ctx, _may: &Allowed<Object>, page: Page) -> Result<Seats, Error> {
    list_offline(ctx.backend(), page).await
}

/// The same for an operator.
///
/// # Errors
/// When the database does not answer.
pub async fn list_offline(backend: &Backend, page: Page) -> Result<Seats, Error> {
    let scope = system::seat_reader().scope(Resource::AiSeat);
    let found = ai_seats::select_page(&backend.store, &scope, page).await?;
    let (_, taken) = backend.store.count_active().await?;
    Ok(Seats { rows: found.rows, count: found.count, taken: taken? })
}
