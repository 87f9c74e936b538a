//! What is kept for a while, and then no more.

use super::ctx::Backend;
use super::error::Error;
use crate::rbac::{EndedKeys, act, system};
use crate::store::keys;

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
