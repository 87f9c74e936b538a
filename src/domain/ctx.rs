//! What every use-case gets first: the parts of the server, and who asks.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::activity::Activity;
use super::passwords::Hasher;
use crate::model::clock::Clock;
use crate::model::ids::{Ids, UserId};
use crate::rbac::Subject;
use crate::store::{CachedKey, CachedPerson, Origin, Store};

/// The settings that rules look at.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where people reach this deployment, without a slash at its end.
    pub access_url: String,
    /// The version that clients compare with theirs, `v2.…`.
    pub version: String,
    /// How long a login lasts without use.
    pub session_lifetime: TimeDelta,
    /// Whether a session's end moves with its use.
    pub sessions_slide: bool,
    /// Whether passwords may be used to log in.
    pub password_login: bool,
    /// Whether the session cookie is sent over https only.
    pub secure_cookies: bool,
}

/// The parts of the running server.
pub struct Backend {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// New ids and secrets.
    pub ids: Ids,
    /// The settings.
    pub settings: Settings,
    /// Password hashing, off the async threads.
    pub hasher: Hasher,
    /// Uses of keys that are not written yet.
    pub activity: Activity,
    /// Identifies the deployment for as long as its database lives.
    pub deployment: Uuid,
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Backend").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Backend {
    /// The current time.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

/// Somebody who has not shown a key.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The server.
    pub backend: Arc<Backend>,
    /// Where the request came from.
    pub origin: Origin,
}

impl Visitor {
    /// The client's address as it is stored with keys.
    pub fn ip(&self) -> String {
        self.origin.ip.clone().unwrap_or_else(|| "0.0.0.0".to_owned())
    }
}

/// Somebody who has.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// The server, and where the request came from.
    pub visitor: Visitor,
    /// Who acts, with which rights.
    pub subject: Subject,
    /// The user behind it.
    pub person: Arc<CachedPerson>,
    /// The key that was shown.
    pub key: Arc<CachedKey>,
}

impl Ctx {
    /// The server.
    pub fn backend(&self) -> &Backend {
        &self.visitor.backend
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.visitor.backend.store
    }

    /// The caller's id.
    pub fn me(&self) -> UserId {
        self.person.person.user.id
    }
}
