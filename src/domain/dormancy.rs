//! Those who are not seen for long take no seat (users.md 3.21). Owners too: whoever comes back is awake at once.

use chrono::TimeDelta;

use super::audit;
use super::ctx::Backend;
use super::error::Error;
use crate::model::user::{User, UserStatus};
use crate::rbac::{Resource, Scope, act, system};
use crate::store::standing::{self, Unseen};

/// Makes dormant who was active and was not seen for as long as the settings say; how many those were. An account that is
/// younger than that is left alone, seen or not. A few at a time, each with its audit entry: others write in between.
///
/// # Errors
/// When the database does not answer; those who are dormant by then stay so.
pub async fn run(backend: &Backend) -> Result<u64, Error> {
    let (now, patience) = (backend.now(), backend.settings.dormant_after);
    let Some(since) = now.checked_sub_signed(patience).filter(|_| patience > TimeDelta::zero()) else {
        return Ok(0);
    };
    let scope: Scope<act::Update> = system::activity().scope(Resource::User);
    let (mut made, mut after) = (0, None);
    loop {
        let mut tx = backend.store.write().await?;
        let found = standing::make_dormant(&mut tx, &scope, Unseen { since, now, after }).await?;
        let Some(last) = found.last() else { return Ok(made) };
        after = Some(last.id);
        made += found.len() as u64;
        let events = found.iter().map(|user| {
            let dormant = User { status: UserStatus::Dormant, ..user.clone() };
            audit::by_dormancy(backend, user, &dormant)
        });
        tx.commit(events.collect()).await?;
    }
}
