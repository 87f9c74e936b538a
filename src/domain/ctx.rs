//! What every use-case gets first: the parts of the server, and who asks.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::activity::Activity;
use super::ai_seats::{Pace, Throttle};
use super::audit::Attempt;
use super::connections::Loggers;
use super::deployment::Shown;
use super::entitlements::{self, Entitlements};
use super::git_keys::Maker;
use super::passwords::Hasher;
use super::provider::Providers;
use super::provider_session::Refreshing;
use super::web::Web;
use crate::model::clock::Clock;
use crate::model::feature::Feature;
use crate::model::git_key::KeyAlgorithm;
use crate::model::ids::{Ids, RequestId, Secret, UserId};
use crate::model::notice::Notifier;
use crate::rbac::{Subject, Switches};
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
    /// How long keys live that nobody says it of.
    pub default_token_lifetime: TimeDelta,
    /// How long tokens may live.
    pub max_token_lifetime: TimeDelta,
    /// How long tokens of owners may live.
    pub max_admin_token_lifetime: TimeDelta,
    /// How long keys are kept that ended; zero is for ever.
    pub key_retention: TimeDelta,
    /// How long its entries are kept; zero is for ever.
    pub connection_log_retention: TimeDelta,
    /// Whether each entry of it goes to the log of the process too.
    pub log_audit: bool,
    /// How long entries of the audit log are kept; zero is for ever.
    pub audit_retention: TimeDelta,
    /// Whether passwords may be used to log in.
    pub password_login: bool,
    /// Whether the session cookie is sent over https only.
    pub secure_cookies: bool,
    /// How requests are received.
    pub web: Web,
    /// How long an active user may stay unseen; zero for ever.
    pub dormant_after: TimeDelta,
    /// What the operator has switched in the built-in roles.
    pub switches: Switches,
    /// The kind of new key pairs for git.
    pub ssh_keygen_algorithm: KeyAlgorithm,
    /// What a directory shows that provisions users over SCIM; none when none may. Without a `Bearer` before it.
    pub scim_secret: Option<Secret>,
    /// What narrows what the deployment may do.
    pub entitlements: entitlements::Source,
    /// How often uses of AI features are written.
    pub ai_seats: Pace,
    /// All settings that the server was started with, as those see them who look after it.
    pub shown: Arc<[Shown]>,
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
    /// Key pairs for git.
    pub git_keys: Maker,
    /// Uses of keys that are not written yet.
    pub activity: Activity,
    /// What the deployment may do.
    pub entitlements: Entitlements,
    /// Whose uses of AI features are not written for a while.
    pub seats: Throttle,
    /// Identifies the deployment for as long as its database lives.
    pub deployment: Uuid,
    /// What the deployment signs with; only it knows.
    pub signing_key: Secret,
    /// Take events of connections.
    pub connections: Loggers,
    /// Takes letters to people.
    pub notifier: Arc<dyn Notifier>,
    /// Vouch for those who log in.
    pub providers: Providers,
    /// Trades of provider's tokens that are under way.
    pub refreshing: Refreshing,
    /// Work that outlives the request it came from; waited for at the end.
    pub background: TaskTracker,
}

impl Default for Settings {
    /// What the contract has where nobody says otherwise.
    fn default() -> Self {
        Self {
            access_url: String::new(),
            version: String::new(),
            session_lifetime: TimeDelta::hours(24),
            sessions_slide: true,
            default_token_lifetime: TimeDelta::hours(168),
            max_token_lifetime: TimeDelta::hours(876_600),
            max_admin_token_lifetime: TimeDelta::hours(168),
            key_retention: TimeDelta::days(7),
            connection_log_retention: TimeDelta::zero(),
            log_audit: false,
            audit_retention: TimeDelta::zero(),
            password_login: true,
            secure_cookies: false,
            web: Web::default(),
            dormant_after: TimeDelta::days(90),
            switches: Switches::default(),
            ssh_keygen_algorithm: KeyAlgorithm::default(),
            scim_secret: None,
            entitlements: entitlements::Source::default(),
            ai_seats: Pace::default(),
            shown: Arc::default(),
        }
    }
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Backend").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Settings {
    /// The features that need a setting which nobody gave (ai-seats.md 5).
    pub fn unset(&self) -> BTreeSet<Feature> {
        let scim = self.scim_secret.is_none().then_some(Feature::Scim);
        scim.into_iter().collect()
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
    /// What it tries, for the audit log.
    pub(super) attempt: Attempt,
}

impl Visitor {
    /// The server itself, whom no request asked.
    pub fn itself(backend: &Arc<Backend>) -> Self {
        let origin = Origin { request: RequestId(Uuid::nil()), ip: None, user_agent: None };
        Self::new(backend.clone(), origin)
    }

    /// Somebody from there.
    pub fn new(backend: Arc<Backend>, origin: Origin) -> Self {
        Self { backend, origin, attempt: Attempt::default() }
    }

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
