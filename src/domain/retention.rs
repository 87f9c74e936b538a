//! What is kept for a while, and then no more.

use chrono::TimeDelta;

use super::ctx::Backend;
use super::error::Error;
use crate::rbac::{EndedKeys, OldConnections, OldEntries, act, system};
use crate::store::{Lock, audit, connection_logs, keys};

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

/// How many entries of the connection log one transaction removes (logs.md C).
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

/// How many entries of the audit log one transaction removes (logs.md C).
const ENTRIES_AT_ONCE: u64 = 10_000;
/// The same for old entries about connections, whose place is another log now.
const CONNECTIONS_AT_ONCE: u64 = 1_000;
/// How long those are kept, whatever the settings say.
const CONNECTIONS_KEPT: TimeDelta = TimeDelta::days(90);

/// Removes the entries of the audit log that are older than they are kept, and old ones about connections, the oldest first and
/// some at a time; says how many they were. Of several replicas one at a time does so.
///
/// # Errors
/// When the database does not answer; what was removed until then stays removed.
pub async fn remove_old_entries(backend: &Backend) -> Result<u64, Error> {
    let mut removed = 0;
    while remove_connections(backend, &mut removed).await? >= CONNECTIONS_AT_ONCE {}
    if !backend.settings.audit_retention.is_zero() {
        while remove_entries(backend, &mut removed).await? >= ENTRIES_AT_ONCE {}
    }
    Ok(removed)
}

async fn remove_entries(backend: &Backend, removed: &mut u64) -> Result<u64, Error> {
    let before = backend.now() - backend.settings.audit_retention;
    let may = system::retention().may::<act::Delete, _>(OldEntries)?;
    let mut tx = backend.store.write().await?;
    tx.lock(Lock::Retention).await?;
    let some = audit::remove_before(&mut tx, &may, before, ENTRIES_AT_ONCE).await?;
    tx.commit_unaudited("what is forgotten is not told of").await?;
    *removed += some;
    Ok(some)
}

async fn remove_connections(backend: &Backend, removed: &mut u64) -> Result<u64, Error> {
    let before = backend.now() - CONNECTIONS_KEPT;
    let may = system::retention().may::<act::Delete, _>(OldEntries)?;
    let mut tx = backend.store.write().await?;
    tx.lock(Lock::Retention).await?;
    let some = audit::remove_old_connections(&mut tx, &may, before, CONNECTIONS_AT_ONCE).await?;
    tx.commit_unaudited("what is forgotten is not told of").await?;
    *removed += some;
    Ok(some)
}
