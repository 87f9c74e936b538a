//! The only place where all rooms meet: settings in, a running server out.

mod entitlements;
mod jobs;
mod logging;
mod mail;
mod providers;
pub mod serve;
mod shown;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::task::TaskTracker;

use crate::config;
use crate::domain::activity::{self, Activity};
use crate::domain::ai_seats::{Pace, Throttle};
use crate::domain::connections::Loggers;
use crate::domain::entitlements::Entitlements;
use crate::domain::git_keys::Maker;
use crate::domain::passwords::Hasher;
use crate::domain::provider::Providers;
use crate::domain::provider_session::Refreshing;
use crate::domain::{Backend, Error, Settings, Visitor};
use crate::domain::{Dialect, KeyAlgorithm, Proxies, RateLimits, SameSite, Switches, Web};
use crate::domain::{retention, scim};
use crate::model::clock::{Clock, SystemClock};
use crate::model::ids::Ids;
use crate::model::notice::Notifier;
use crate::store::{self, LogAuditor, Store, install};

pub use entitlements::{entitlements, refresh_entitlements};
pub use jobs::start_jobs;
pub use logging::start_logging;
pub use mail::{Mail, finish};
pub use providers::providers;

/// How long a database that is not there yet is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
const BETWEEN_TRIES: Duration = Duration::from_secs(2);

/// The store's options from the settings.
pub fn store_options(database: &config::Database) -> store::Options {
    store::Options {
        url: database.database_url.clone(),
        connections: database.database_connections,
        cache_age: database.cache_age,
        cache_size: database.cache_size,
    }
}

/// The rules' settings from the settings of the server, which listens on `address`.
pub fn settings(server: &config::Server, address: SocketAddr) -> Settings {
    let access_url = server.access_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let usual = Settings::default();
    // The flags take a hundred years at most, which fits.
    let or = |given: Duration, usual: TimeDelta| TimeDelta::from_std(given).unwrap_or(usual);
    let tokens = &server.tokens;
    Settings {
        secure_cookies: server.edge.secure_cookies(&access_url),
        web: web(&server.edge, dialect(server.spoken)),
        access_url,
        version: server.build_version.clone(),
        session_lifetime: or(server.session_duration, usual.session_lifetime),
        default_token_lifetime: or(tokens.default_token_lifetime, usual.default_token_lifetime),
        max_token_lifetime: or(tokens.max_token_lifetime, usual.max_token_lifetime),
        max_admin_token_lifetime: or(tokens.max_admin_token_lifetime, usual.max_admin_token_lifetime),
        key_retention: or(tokens.api_keys_retention, usual.key_retention),
        connection_log_retention: or(
            server.connections.connection_logs_retention,
            usual.connection_log_retention,
        ),
        log_audit: server.audit.log_audit,
        audit_retention: or(server.audit.audit_logs_retention, usual.audit_retention),
        sessions_slide: !server.disable_session_expiry_refresh,
        password_login: !server.disable_password_auth,
        dormant_after: TimeDelta::from_std(server.dormancy.dormant_after).unwrap_or(TimeDelta::days(90)),
        switches: switches(server),
        ssh_keygen_algorithm: match server.git_keys.ssh_keygen_algorithm {
            config::KeyAlgorithm::Ed25519 => KeyAlgorithm::Ed25519,
            config::KeyAlgorithm::Ecdsa => KeyAlgorithm::Ecdsa,
            config::KeyAlgorithm::Rsa4096 => KeyAlgorithm::Rsa4096,
        },
        scim_secret: server.scim.scim_auth_header.as_ref().and_then(|header| scim::secret(&header.0)),
        entitlements: entitlements::source(&server.entitlements),
        shown: shown::all(&server.shown),
        ai_seats: Pace {
            written: or(server.ai_seats.ai_seat_pace, usual.ai_seats.written),
            failed: or(server.ai_seats.ai_seat_retry, usual.ai_seats.failed),
        },
    }
}

/// The dialect that a setting names.
pub const fn dialect(spoken: config::Spoken) -> Dialect {
    match spoken.dialect {
        config::Dialect::Documented => Dialect::Documented,
        config::Dialect::Coder => Dialect::Coder,
    }
}

fn web(edge: &config::Edge, dialect: Dialect) -> Web {
    let same_site = match edge.samesite_auth_cookie {
        config::SameSite::Lax => SameSite::Lax,
        config::SameSite::None => SameSite::None,
    };
    Web {
        dialect,
        same_site,
        host_prefix_cookie: edge.host_prefix_cookie,
        limits: RateLimits { api: edge.api_rate_limit, login: edge.login_rate_limit },
        proxies: Proxies { trusted: edge.trusted_proxies.clone(), headers: edge.trusted_headers.clone() },
    }
}

const fn switches(server: &config::Server) -> Switches {
    Switches {
        owner_workspace_exec: !server.disable_owner_workspace_access,
        workspace_sharing: !server.disable_workspace_sharing,
        chat_sharing: !server.disable_chat_sharing,
    }
}

/// Connects, waiting for a database that is just starting, or a file that another process is just creating. A file that cannot
/// be opened is not waited for.
///
/// # Errors
/// When it does not come within half a minute, or refuses for another reason than being away.
pub async fn connect(options: &store::Options) -> Result<Store, store::Error> {
    let began = tokio::time::Instant::now();
    loop {
        match Store::connect(options).await {
            Err(error @ store::Error::Unavailable(_)) if began.elapsed() < PATIENCE => {
                tracing::warn!(%error, "waiting for the database");
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            outcome => return outcome,
        }
    }
}

/// Whom the server speaks to, beside its database.
#[derive(Clone)]
pub struct Outside {
    /// Takes letters to people.
    pub notifier: Arc<dyn Notifier>,
    /// Vouch for those who log in.
    pub providers: Providers,
}

impl Outside {
    /// Nobody.
    pub fn none() -> Self {
        Self { notifier: Mail::none().notifier(), providers: Providers::default() }
    }
}

/// The backend over a database that is brought up to date first.
///
/// # Errors
/// When the database does not answer or a migration fails.
pub async fn backend(
    store: Store,
    settings: Settings,
    clock: Arc<dyn Clock>,
    ids: Ids,
    outside: Outside,
) -> Result<Arc<Backend>, Error> {
    let Outside { notifier, providers } = outside;
    if settings.log_audit {
        store.tell(Arc::new(LogAuditor));
    }
    store.migrate().await?;
    let install::Facts { id: deployment, signing_key } = install::install(&store, clock.now(), &ids).await?;
    let (_, nobody) = ids.key();
    let broken = |why| Error::new(crate::domain::Kind::Internal, why);
    let hasher = Hasher::start(&nobody).map_err(broken)?;
    let git_keys = Maker::start(settings.ssh_keygen_algorithm).map_err(broken)?;
    let activity = Activity::default();
    let background = TaskTracker::new();
    let connections = Loggers::start(&store);
    let entitlements =
        Entitlements::start(settings.entitlements.clone(), settings.unset(), &store, clock.now()).await;
    entitlements.switch(&store, &connections);
    let seats = Throttle::new(settings.ai_seats);
    Ok(Arc::new(Backend {
        store,
        clock,
        ids,
        settings,
        hasher,
        git_keys,
        activity,
        entitlements,
        seats,
        deployment,
        signing_key,
        connections,
        notifier,
        providers,
        refreshing: Refreshing::default(),
        background,
    }))
}

/// The backend of commands that work on the database itself.
///
/// # Errors
/// As [`backend`].
pub async fn offline(database: &config::Database, server: &config::Server) -> Result<Visitor, Error> {
    let store = connect(&store_options(database)).await?;
    let settings = settings(server, server.http_address);
    let backend = backend(store, settings, Arc::new(SystemClock), Ids::random(), Outside::none()).await?;
    Ok(Visitor::itself(&backend))
}

/// Writes the uses of keys now; a failure is logged, and the uses are kept.
pub async fn flush(backend: &Backend) {
    if let Err(error) = activity::flush(backend).await {
        tracing::warn!(%error, "the uses of keys are not written yet");
    }
}

/// Removes keys that ended long ago; a failure is logged, and the next time is soon.
pub async fn remove_ended_keys(backend: &Backend) {
    match retention::remove_ended_keys(backend).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "removed keys that ended long ago"),
        Err(error) => tracing::warn!(%error, "keys that ended long ago are not removed yet"),
    }
}

/// Removes entries of the audit log that are not kept any longer; a failure is logged, and the next time is soon.
pub async fn remove_old_entries(backend: &Backend) {
    match retention::remove_old_entries(backend).await {
        Ok(0) => {}
        Ok(count) => tracing::debug!(count, "removed old entries of the audit log"),
        Err(error) => tracing::warn!(%error, "old entries of the audit log are not removed yet"),
    }
}

/// Whether anybody can log in yet.
///
/// # Errors
/// When the database does not answer.
pub async fn has_users(backend: &Backend) -> Result<bool, Error> {
    crate::domain::first_user::exists(backend).await
}
