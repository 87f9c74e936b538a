//! What the server does by itself, again and again.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::{flush, refresh_entitlements, remove_ended_keys, remove_old_entries};
use crate::domain::{Backend, dormancy, retention};

/// How often uses of keys are written.
const FLUSH: Duration = Duration::from_secs(1);

/// How often it is looked for what need not be kept any more.
const RETENTION: Duration = Duration::from_secs(10 * 60);
/// How often it is asked who was not seen for long (users.md 3.21).
const DORMANCY: Duration = Duration::from_secs(15 * 60);

/// How often the entitlements are read and worked out again (ai-seats.md 5).
const ENTITLEMENTS: Duration = Duration::from_secs(10 * 60);

/// Starts all jobs. Each runs at once and then at its own pace, until the backend is dropped by all others.
pub fn start_jobs(backend: &Arc<Backend>) {
    every(FLUSH, backend, |backend| async move { flush(&backend).await });
    every(RETENTION, backend, |backend| async move { remove_ended_keys(&backend).await });
    every(RETENTION, backend, |backend| async move { remove_old_connections(&backend).await });
    every(RETENTION, backend, |backend| async move { remove_old_entries(&backend).await });
    every(DORMANCY, backend, |backend| async move { make_dormant(&backend).await });
    every(ENTITLEMENTS, backend, |backend| async move { refresh_entitlements(&backend).await });
}

async fn remove_old_connections(backend: &Backend) {
    match retention::remove_old_connections(backend).await {
        Ok(0) => {}
        Ok(count) => tracing::debug!(count, "removed old entries of the connection log"),
        Err(error) => tracing::warn!(%error, "old entries of the connection log are not removed yet"),
    }
}

async fn make_dormant(backend: &Backend) {
    match dormancy::run(backend).await {
        Ok(0) => {}
        Ok(made) => tracing::info!(made, "users were not seen for long and are dormant"),
        Err(error) => tracing::warn!(%error, "who was not seen for long is not dormant yet"),
    }
}

/// A job that takes longer than its pace is not run twice at once.
fn every<F>(pace: Duration, backend: &Arc<Backend>, job: impl Fn(Arc<Backend>) -> F + Send + 'static)
where
    F: Future<Output = ()> + Send,
{
    let backend = Arc::downgrade(backend);
    tokio::spawn(async move {
        let mut ticks = interval(pace);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(backend) = backend.upgrade() else { return };
            job(backend).await;
        }
    });
}
