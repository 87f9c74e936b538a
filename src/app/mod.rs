//! The only place where all rooms meet: settings in, a running server out.

mod logging;
pub mod serve;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use crate::config;
use crate::domain::activity::{self, Activity};
use crate::domain::passwords::Hasher;
use crate::domain::{Backend, Error, Settings, Visitor};
use crate::model::clock::{Clock, SystemClock};
use crate::model::ids::{Ids, RequestId};
use crate::store::{self, Origin, Store, install};

pub use logging::start_logging;

/// How long a database that is not there yet is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
const BETWEEN_TRIES: Duration = Duration::from_secs(2);
/// How often uses of keys are written.
const FLUSH: Duration = Duration::from_secs(1);

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
    Settings {
        secure_cookies: access_url.starts_with("https://"),
        access_url,
        version: server.build_version.clone(),
        session_lifetime: TimeDelta::from_std(server.session_duration).unwrap_or(TimeDelta::hours(24)),
        sessions_slide: !server.disable_session_expiry_refresh,
        password_login: !server.disable_password_auth,
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

/// The backend over a database that is brought up to date first.
///
/// # Errors
/// When the database does not answer or a migration fails.
pub async fn backend(
    store: Store,
    settings: Settings,
    clock: Arc<dyn Clock>,
    ids: Ids,
) -> Result<Arc<Backend>, Error> {
    store.migrate().await?;
    let deployment = install::install(&store, clock.now(), || ids.uuid()).await?;
    let (_, nobody) = ids.key();
    let hasher = Hasher::start(&nobody).map_err(|why| Error::new(crate::domain::Kind::Internal, why))?;
    let activity = Activity::default();
    Ok(Arc::new(Backend { store, clock, ids, settings, hasher, activity, deployment }))
}

/// The backend of commands that work on the database itself.
///
/// # Errors
/// As [`backend`].
pub async fn offline(database: &config::Database, server: &config::Server) -> Result<Visitor, Error> {
    let store = connect(&store_options(database)).await?;
    let settings = settings(server, server.http_address);
    let backend = backend(store, settings, Arc::new(SystemClock), Ids::random()).await?;
    let origin = Origin { request: RequestId(uuid::Uuid::nil()), ip: None, user_agent: None };
    Ok(Visitor { backend, origin })
}

/// Writes the uses of keys, every second until the backend is dropped by all others.
pub fn start_flushing(backend: &Arc<Backend>) {
    let backend = Arc::downgrade(backend);
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(FLUSH);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(backend) = backend.upgrade() else { return };
            flush(&backend).await;
        }
    });
}

/// Writes the uses of keys now; a failure is logged, and the uses are kept.
pub async fn flush(backend: &Backend) {
    if let Err(error) = activity::flush(backend).await {
        tracing::warn!(%error, "the uses of keys are not written yet");
    }
}

/// Whether anybody can log in yet.
///
/// # Errors
/// When the database does not answer.
pub async fn has_users(backend: &Backend) -> Result<bool, Error> {
    crate::domain::first_user::exists(backend).await
}
