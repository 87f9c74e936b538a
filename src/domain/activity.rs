//! Uses of keys, written later and together.
//!
//! A read must not wait for a write. That a key was used is noted in memory at once (so that the next request does not note it
//! again) and written by [`flush`], which runs every second and when the server stops. A crash loses at most that second.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::ctx::{Backend, Settings, Visitor};
use super::error::Error;
use crate::model::ids::{KeyId, UserId};
use crate::model::key::ApiKey;
use crate::model::user::LoginType;
use crate::rbac::{act, system};
use crate::store::{CachedKey, CachedPerson, Use, keys, users};

/// A use is written when the stored one is older than this, and an end moves at most this often.
const GRAIN: TimeDelta = TimeDelta::hours(1);

/// Uses that are not written yet, by key.
#[derive(Debug, Default)]
pub struct Activity {
    waiting: Mutex<HashMap<KeyId, Noted>>,
    /// Held while some are written: whoever flushes next finds them written, or waiting again.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Clone)]
struct Noted {
    key: Arc<CachedKey>,
    person: Arc<CachedPerson>,
    use_: Use,
    ip: String,
    at: DateTime<Utc>,
}

/// What one more use at `now` changes (auth.md 2.3); none when the stored use is recent enough.
///
/// Sessions move their end with use; tokens keep theirs.
fn after_use(settings: &Settings, key: &ApiKey, before: Use, now: DateTime<Utc>) -> Option<Use> {
    let stale = now - before.last_used > GRAIN;
    let slides = settings.sessions_slide && key.login_type != LoginType::Token && key.lifetime > GRAIN;
    let due = slides && before.expires_at - now <= key.lifetime - GRAIN;
    let after = Use {
        last_used: if stale { now } else { before.last_used },
        expires_at: if due { now + key.lifetime } else { before.expires_at },
    };
    (stale || due).then_some(after)
}

/// Notes that a key was used, with its owner.
pub(super) fn note(visitor: &Visitor, key: &Arc<CachedKey>, person: &Arc<CachedPerson>) {
    let (backend, now) = (&visitor.backend, visitor.backend.now());
    let changed = key.note_use(|before| after_use(&backend.settings, &key.key, before, now));
    let Some(use_) = changed else { return };
    let noted = Noted { key: key.clone(), person: person.clone(), use_, ip: visitor.ip(), at: now };
    backend.activity.lock().insert(key.key.id.clone(), noted);
}

impl Activity {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<KeyId, Noted>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Vec<Noted> {
        std::mem::take(&mut *self.lock()).into_values().collect()
    }

    /// Puts back what could not be written, unless something newer came.
    fn put_back(&self, noted: Vec<Noted>) {
        let mut waiting = self.lock();
        for one in noted {
            waiting.entry(one.key.key.id.clone()).or_insert(one);
        }
    }
}

/// Writes all noted uses in one transaction. When it returns, those noted before are written.
///
/// # Errors
/// When the database does not answer; the uses are kept for the next time.
pub async fn flush(backend: &Backend) -> Result<(), Error> {
    let _turn = backend.activity.turn.lock().await;
    let noted = backend.activity.take();
    if noted.is_empty() {
        return Ok(());
    }
    let written = write(backend, &noted).await;
    if written.is_err() {
        backend.activity.put_back(noted);
    }
    written
}

/// Keys first, then their owners, each in the order of their ids: two replicas that write the same rows wait for each other
/// instead of for themselves.
async fn write(backend: &Backend, noted: &[Noted]) -> Result<(), Error> {
    let subject = system::activity();
    let by_key: BTreeMap<&KeyId, &Noted> = noted.iter().map(|one| (&one.key.key.id, one)).collect();
    let mut by_owner: BTreeMap<UserId, &Noted> = BTreeMap::new();
    for one in noted {
        let latest = by_owner.entry(one.key.key.user).or_insert(one);
        *latest = if one.at > latest.at { one } else { latest };
    }
    let mut tx = backend.store.write().await?;
    for one in by_key.values() {
        let key = subject.may::<act::Update, _>(one.key.key.clone())?;
        keys::set_use(&mut tx, &key, one.use_, &one.ip).await?;
    }
    for one in by_owner.values() {
        let owner = subject.may::<act::Update, _>(one.person.person.user.clone())?;
        users::set_seen(&mut tx, &owner, one.at).await?;
    }
    Ok(tx.commit_unaudited("being seen is no event").await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::Ids;
    use crate::model::key::AllowEntry;

    fn key(login_type: LoginType, made: DateTime<Utc>, lifetime: TimeDelta) -> ApiKey {
        let ids = Ids::seeded(1);
        ApiKey {
            id: ids.key().0,
            hashed_secret: [0; 32],
            user: UserId(ids.uuid()),
            login_type,
            lifetime,
            expires_at: made + lifetime,
            created_at: made,
            updated_at: made,
            last_used: DateTime::UNIX_EPOCH,
            ip_address: String::new(),
            token_name: String::new(),
            scopes: vec![],
            allow_list: vec![AllowEntry::everything()],
        }
    }

    fn uses(login_type: LoginType, lifetime: TimeDelta, minutes: &[i64]) -> Vec<Option<i64>> {
        let made = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let key = key(login_type, made, lifetime);
        let mut state = Use { last_used: key.last_used, expires_at: key.expires_at };
        let mut ends = Vec::new();
        for minute in minutes {
            let next = after_use(&Settings::default(), &key, state, made + TimeDelta::minutes(*minute));
            state = next.unwrap_or(state);
            ends.push(next.map(|use_| (use_.expires_at - made).num_minutes()));
        }
        ends
    }

    #[test]
    fn sessions_slide_at_most_hourly() {
        let day = TimeDelta::hours(24);
        let ends = uses(LoginType::Password, day, &[0, 59, 61, 62, 130]);
        assert_eq!(ends, [Some(1440), None, Some(1501), None, Some(1570)]);
    }

    #[test]
    fn tokens_keep_their_end() {
        assert_eq!(uses(LoginType::Token, TimeDelta::hours(24), &[0, 61]), [Some(1440), Some(1440)]);
    }

    #[test]
    fn short_keys_do_not_slide() {
        assert_eq!(uses(LoginType::Password, TimeDelta::hours(1), &[0, 30]), [Some(60), None]);
    }

    #[test]
    fn sliding_can_be_switched_off() {
        let made = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let key = key(LoginType::Password, made, TimeDelta::hours(24));
        let before = Use { last_used: key.last_used, expires_at: key.expires_at };
        let still = Settings { sessions_slide: false, ..Settings::default() };
        let after = after_use(&still, &key, before, made + TimeDelta::hours(5)).unwrap();
        assert_eq!((after.expires_at, after.last_used), (before.expires_at, made + TimeDelta::hours(5)));
    }
}
