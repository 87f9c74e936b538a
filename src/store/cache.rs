//! The memory of the one hot read: key → key, owner, compiled roles; and of how many rows the unfiltered lists have.
//!
//! Nobody calls an invalidation: a transaction notes what it touches, and its commit drops that (`Tx::finish`), here and, by a
//! message, in every other replica. While the messages cannot be heard, nothing is believed. An entry also dies of age, so
//! that a lost message has a stated bound.
//!
//! A value read before a commit must not be put in after it. Loads therefore remember the epoch they began in, and what they
//! put in is taken out again when the epoch has moved meanwhile.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use moka::sync::Cache as Memory;

use super::error::Error;
use super::tx::Touched;
use crate::model::ids::{KeyId, OrgId, UserId};
use crate::model::key::ApiKey;
use crate::model::user::Person;
use crate::rbac::{CompiledKey, CustomRole, Roles};

/// A key with its compiled scope.
#[derive(Debug)]
pub struct CachedKey {
    /// The key as read; its times of use are in [`CachedKey::last_use`].
    pub key: ApiKey,
    /// Its scopes and allow list, ready for decisions.
    pub scope: Arc<CompiledKey>,
    last_use: Mutex<Use>,
}

/// When a key was last used, and until when it lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// To the hour.
    pub last_used: DateTime<Utc>,
    /// Moves with use, for sessions.
    pub expires_at: DateTime<Utc>,
}

impl CachedKey {
    pub(super) fn new(key: ApiKey) -> Result<Self, Error> {
        let scope = CompiledKey::compile(&key.scopes, &key.allow_list);
        let scope = Arc::new(scope.map_err(|e| Error::Corrupt(format!("key {}: {e}", key.id)))?);
        let last_use = Mutex::new(Use { last_used: key.last_used, expires_at: key.expires_at });
        Ok(Self { key, scope, last_use })
    }

    /// When the key was last used as far as this process knows.
    pub fn last_use(&self) -> Use {
        *self.last_use.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the use when `decide` says so, at once for all who look; true when it did.
    pub fn note_use(&self, decide: impl FnOnce(Use) -> Option<Use>) -> Option<Use> {
        let mut now = self.last_use.lock().unwrap_or_else(PoisonError::into_inner);
        let next = decide(*now)?;
        *now = next;
        Some(next)
    }
}

/// A person with compiled roles.
#[derive(Debug)]
pub struct CachedPerson {
    /// The user and the memberships.
    pub person: Arc<Person>,
    custom: Arc<[CustomRole]>,
    roles: OnceLock<Arc<Roles>>,
}

impl CachedPerson {
    pub(super) fn new(person: Person, custom: Arc<[CustomRole]>) -> Self {
        Self { person: Arc::new(person), custom, roles: OnceLock::new() }
    }

    /// The roles, joined when they are first asked for: most people who are read never act.
    pub fn roles(&self) -> Arc<Roles> {
        self.roles.get_or_init(|| Arc::new(Roles::compile(&self.person, &self.custom))).clone()
    }
}

/// Whose rows are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum CountOf {
    Users,
    Members(OrgId),
}

pub(super) struct Cache {
    keys: Memory<KeyId, Arc<CachedKey>>,
    people: Memory<UserId, Arc<CachedPerson>>,
    names: Memory<String, UserId>,
    counts: Memory<CountOf, u64>,
    epoch: AtomicU64,
    deaf: AtomicBool,
}

fn memory<K, V>(age: Duration, size: u64) -> Memory<K, V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    Memory::builder().max_capacity(size).time_to_live(age).build()
}

impl Cache {
    pub(super) fn new(age: Duration, size: u64) -> Self {
        Self {
            keys: memory(age, size),
            people: memory(age, size),
            names: memory(age, size),
            counts: memory(age, size),
            epoch: AtomicU64::new(0),
            deaf: AtomicBool::new(false),
        }
    }

    pub(super) fn key(&self, id: &KeyId) -> Option<Arc<CachedKey>> {
        self.believing(|| self.keys.get(id))
    }

    pub(super) fn person(&self, id: UserId) -> Option<Arc<CachedPerson>> {
        self.believing(|| self.people.get(&id))
    }

    /// A person by folded username. Names are not dropped when they change; a hit counts only if the person still has it.
    pub(super) fn person_named(&self, folded: &str) -> Option<Arc<CachedPerson>> {
        let id = self.believing(|| self.names.get(folded))?;
        let found = self.person(id)?;
        let user = &found.person.user;
        (!user.deleted && user.username.eq_ignore_ascii_case(folded)).then_some(found)
    }

    pub(super) fn count(&self, of: CountOf) -> Option<u64> {
        self.believing(|| self.counts.get(&of))
    }

    fn believing<T>(&self, get: impl FnOnce() -> Option<T>) -> Option<T> {
        if self.deaf.load(Ordering::Acquire) { None } else { get() }
    }

    /// The epoch to begin a load in.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    pub(super) fn keep_key(&self, since: u64, key: &Arc<CachedKey>) {
        self.keys.insert(key.key.id.clone(), key.clone());
        if self.epoch() != since {
            self.keys.invalidate(&key.key.id);
        }
    }

    pub(super) fn keep_person(&self, since: u64, person: &Arc<CachedPerson>) {
        let id = person.person.user.id;
        self.people.insert(id, person.clone());
        if self.epoch() != since {
            self.people.invalidate(&id);
        }
    }

    pub(super) fn keep_name(&self, folded: String, id: UserId) {
        self.names.insert(folded, id);
    }

    pub(super) fn keep_count(&self, since: u64, of: CountOf, count: u64) {
        self.counts.insert(of, count);
        if self.epoch() != since {
            self.counts.invalidate(&of);
        }
    }

    /// Forgets what a transaction made stale.
    pub(super) fn drop_touched(&self, touched: &Touched) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
        touched.keys.iter().for_each(|key| self.keys.invalidate(key));
        touched.people.iter().for_each(|user| self.people.invalidate(user));
        if touched.counts {
            self.counts.invalidate_all();
        }
    }

    /// Forgets everything.
    pub(super) fn drop_everything(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
        self.keys.invalidate_all();
        self.people.invalidate_all();
        self.names.invalidate_all();
        self.counts.invalidate_all();
    }

    /// Says whether the messages of other replicas are heard.
    pub(super) fn set_deaf(&self, deaf: bool) {
        self.deaf.store(deaf, Ordering::Release);
    }
}
