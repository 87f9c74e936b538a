//! The audit log: who did what to what, and how that is told (logs.md A).

mod describe;
mod names;
mod search;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::ids::{AuditId, OrgId, RequestId, UserId};
use super::user::User;

pub use describe::{description, resource_link};
pub use names::{AuditAction, AuditedType, BuildReason, CONNECTION_ACTIONS};
pub use search::AuditSearch;

/// How far the entries are counted: one more says that there are more (logs.md A6).
pub const COUNT_CAP: u64 = 2_000;

/// How many entries a page has that does not say it.
pub const PAGE: u32 = 100;

/// An entry as it is read, with what its page shows of the user and the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// When it happened.
    pub time: DateTime<Utc>,
    /// Who did it.
    pub actor: UserId,
    /// That user, unless nothing is left of it.
    pub user: Option<User>,
    /// Where it happened, if in an organization.
    pub organization: Option<OrgId>,
    /// That organization, also a deleted one.
    pub place: Option<Place>,
    /// The client's address, if a request asked.
    pub ip: Option<String>,
    /// The client's name for itself, if it gave one.
    pub user_agent: Option<String>,
    /// What was done.
    pub action: Option<AuditAction>,
    /// The type of what it was done to; none for one that nobody knows any more.
    pub resource_type: Option<AuditedType>,
    /// Its id.
    pub resource_id: Uuid,
    /// Its name for people.
    pub target: String,
    /// What people see of it.
    pub icon: String,
    /// Whether it is gone, as far as that can be told.
    pub target_gone: bool,
    /// What changed: a JSON object of fields, each with `old`, `new` and `secret`.
    pub diff: String,
    /// The status that the request ended with.
    pub status: u16,
    /// Facts that only some entries have: a JSON object.
    pub additional: String,
    /// The request; nil for what no request asked for.
    pub request: RequestId,
}

/// An entry to be made by hand, for what happened elsewhere. Where it happened is all that decides.
#[derive(Debug, Clone)]
pub struct NewAuditEntry {
    /// The organization, if it is about one.
    pub organization: Option<OrgId>,
}

/// What an entry shows of its organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// What people see.
    pub display_name: String,
    /// May be empty.
    pub icon: String,
}
