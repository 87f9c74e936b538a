//! What is kept for a while, and then no more.

use super::ctx::Backend;
use super::error::Error;
use crate::rbac::{EndedKeys, OldConnections, act, system};
use crate::store::{Lock, connection_logs, keys};

/// How many rows one transaction removes: others wait no longer than for these.
const AT_ONCE: u64 = 500;

/// Removes the keys that ended longer ago than they are kept (auth.md 2.3), and says how many they were.
///
/// # Errors
/// When the database does not answer; what was removed until then stays removed.
pub async fn remove_ended_keys(backend: &Backend) -> Result<usize, Error> {
    let kept = backend.settings.key_retention;
    if kept.is_zero() {
        return Ok(0);
    }
    let before = backend.now() - kept;
    let may = system::retention().may::<act::Delete, _>(EndedKeys)?;
    let mut removed = 0;
    loop {
        let mut tx = backend.store.write().await?;
        let some = keys::remove_ended(&mut tx, &may, before, AT_ONCE).await?;
        tx.commit_unaudited("what ended is told of when it ended").await?;
        removed += some;
        if some == 0 {
            return Ok(removed);
        }
    }
}

/// How many entries of a log one transaction removes (logs.md, part C).
const LOGGED_AT_ONCE: u64 = 10_000;

/// Removes the entries of the connection log that are older than they are kept, the oldest first, and says how many they were.
/// In short transactions, one replica at a time, until nothing is left.
///
/// # Errors
/// When the database does not answer; what was removed until then stays removed.
pub async fn remove_old_connections(backend: &Backend) -> Result<u64, Error> {
    let kept = backend.settings.connection_log_retention;
    let Some(before) = backend.now().checked_sub_signed(kept).filter(|_| !kept.is_zero()) else {
        return Ok(0);
    };
    let may = system::retention().may::<act::Delete, _>(OldConnections)?;
    let mut removed = 0;
    loop {
        let mut tx = backend.store.write().await?;
        tx.lock(Lock::Retention).await?;
        let some = connection_logs::remove_old(&mut tx, &may, before, LOGGED_AT_ONCE).await?;
        tx.commit_unaudited("what is old goes as the operator says").await?;
        removed += some;
        if some < LOGGED_AT_ONCE {
            return Ok(removed);
        }
    }
}
