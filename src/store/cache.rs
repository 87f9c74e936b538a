//! The memory of the one hot read: key → key, owner, compiled roles; and of how many rows the unfiltered lists have, from the
//! beginning and from the marks of `places` on.
//!
//! Nobody calls an invalidation: a transaction notes what it touches, and its commit drops that (`Tx::finish`), here and, by a
//! message, in every other replica. While the messages cannot be heard, nothing is believed. An entry also dies of age, so
//! that a lost message has a stated bound.
//!
//! A value read before a commit must not be put in after it. Loads therefore remember the epoch they began in, and what they
//! read is not put in when the epoch has moved meanwhile.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use moka::sync::Cache as Memory;

use super::error::Error;
use super::places::Marks;
use super::tx::Touched;
use super::user_links::LinkState;
use crate::model::ids::{KeyId, OrgId, UserId};
use crate::model::key::ApiKey;
use crate::model::user::{LoginType, Person};
use crate::rbac::{CompiledKey, CustomRole, Roles, Switches};

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

    /// The organizations' own roles that the person may hold.
    pub fn custom_roles(&self) -> &[CustomRole] {
        &self.custom
    }

    /// The roles, joined when they are first asked for: most people who are read never act. The switches of a deployment stay
    /// as they are while it runs.
    pub fn roles(&self, switches: Switches) -> Arc<Roles> {
        self.roles.get_or_init(|| Arc::new(Roles::compile(&self.person, &self.custom, switches))).clone()
    }
}

/// Whose rows are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum CountOf {
    Users,
    ActiveUsers,
    Seats,
    Members(OrgId),
}

pub(super) struct Cache {
    keys: Memory<KeyId, Arc<CachedKey>>,
    people: Memory<UserId, Arc<CachedPerson>>,
    names: Memory<String, UserId>,
    links: Memory<(UserId, LoginType), Option<LinkState>>,
    /// Whether somebody has used AI features.
    seats: Memory<UserId, bool>,
    counts: Memory<CountOf, u64>,
    marks: Memory<OrgId, Arc<Marks>>,
    /// How many drops there were. Held while something is put in or dropped: between the look at the epoch and the putting
    /// in, nothing may be dropped.
    epoch: Mutex<u64>,
    deaf: AtomicBool,
}

/// The ways to log in that have identities.
const LINKED: [LoginType; 2] = [LoginType::Oidc, LoginType::Github];

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
            links: memory(age, size),
            seats: memory(age, size),
            counts: memory(age, size),
            marks: memory(age, size),
            epoch: Mutex::new(0),
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

    /// The state of an identity, which may be that there is none.
    pub(super) fn link(&self, user: UserId, login_type: LoginType) -> Option<Option<LinkState>> {
        self.believing(|| self.links.get(&(user, login_type)))
    }

    /// Whether somebody has used AI features, as far as it is known.
    pub(super) fn seat(&self, user: UserId) -> Option<bool> {
        self.believing(|| self.seats.get(&user))
    }

    pub(super) fn count(&self, of: CountOf) -> Option<u64> {
        self.believing(|| self.counts.get(&of))
    }

    pub(super) fn marks(&self, of: OrgId) -> Option<Arc<Marks>> {
        self.believing(|| self.marks.get(&of))
    }

    fn believing<T>(&self, get: impl FnOnce() -> Option<T>) -> Option<T> {
        if self.deaf.load(Ordering::Acquire) { None } else { get() }
    }

    /// The epoch to begin a load in.
    pub(super) fn epoch(&self) -> u64 {
        *self.hold_epoch()
    }

    fn hold_epoch(&self) -> MutexGuard<'_, u64> {
        self.epoch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, since: u64, put_in: impl FnOnce()) {
        let epoch = self.hold_epoch();
        if *epoch == since {
            put_in();
        }
    }

    pub(super) fn keep_key(&self, since: u64, key: &Arc<CachedKey>) {
        self.keep(since, || self.keys.insert(key.key.id.clone(), key.clone()));
    }

    pub(super) fn keep_person(&self, since: u64, person: &Arc<CachedPerson>) {
        self.keep(since, || self.people.insert(person.person.user.id, person.clone()));
    }

    pub(super) fn keep_name(&self, folded: String, id: UserId) {
        self.names.insert(folded, id);
    }

    pub(super) fn keep_link(&self, since: u64, of: (UserId, LoginType), state: Option<LinkState>) {
        self.keep(since, || self.links.insert(of, state));
    }

    pub(super) fn keep_seats(&self, since: u64, seats: impl Iterator<Item = (UserId, bool)>) {
        self.keep(since, || seats.for_each(|(user, has)| self.seats.insert(user, has)));
    }

    pub(super) fn keep_count(&self, since: u64, of: CountOf, count: u64) {
        self.keep(since, || self.counts.insert(of, count));
    }

    pub(super) fn keep_marks(&self, since: u64, of: OrgId, marks: &Arc<Marks>) {
        self.keep(since, || self.marks.insert(of, marks.clone()));
    }

    /// Forgets what a transaction made stale.
    pub(super) fn drop_touched(&self, touched: &Touched) {
        let mut epoch = self.hold_epoch();
        *epoch += 1;
        touched.keys.iter().for_each(|key| self.keys.invalidate(key));
        for user in &touched.people {
            self.people.invalidate(user);
            LINKED.iter().for_each(|login_type| self.links.invalidate(&(*user, *login_type)));
            self.seats.invalidate(user);
        }
        if !touched.people.is_empty() {
            // Their states may be others now.
            [CountOf::ActiveUsers, CountOf::Seats].iter().for_each(|of| self.counts.invalidate(of));
        }
        if !touched.organizations.is_empty() {
            self.drop_members(&touched.organizations);
        }
        if touched.counts {
            self.counts.invalidate_all();
            self.marks.invalidate_all();
        }
    }

    /// Whoever is a member only since then was dropped, or not put in, for joining.
    fn drop_members(&self, organizations: &BTreeSet<OrgId>) {
        let among =
            |person: &CachedPerson| person.person.organizations().any(|id| organizations.contains(&id));
        let members = self.people.iter().filter(|(_, person)| among(person));
        members.for_each(|(id, _)| self.people.invalidate(&*id));
    }

    /// Forgets everything.
    pub(super) fn drop_everything(&self) {
        let mut epoch = self.hold_epoch();
        *epoch += 1;
        self.keys.invalidate_all();
        self.people.invalidate_all();
        self.names.invalidate_all();
        self.links.invalidate_all();
        self.seats.invalidate_all();
        self.counts.invalidate_all();
        self.marks.invalidate_all();
    }

    /// Says whether the messages of other replicas are heard.
    pub(super) fn set_deaf(&self, deaf: bool) {
        self.deaf.store(deaf, Ordering::Release);
    }
}

#[cfg(test)]
mod tests;
