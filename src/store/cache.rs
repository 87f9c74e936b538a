//! The memory of the one hot read: key → key, owner, compiled roles; and of how many rows the unfiltered lists have.
//!
//! Nobody calls an invalidation: a transaction notes what it touches, and its commit drops that (`Tx::finish`), here and, by a
//! message, in every other replica. While the messages cannot be heard, nothing is believed. An entry also dies of age, so
//! that a lost message has a stated bound.
//!
//! A value read before a commit must not be put in after it. Loads therefore remember the epoch they began in, and what they
//! read is not put in when the epoch has moved meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
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
    /// How many drops there were. Held while something is put in or dropped: between the look at the epoch and the putting
    /// in, nothing may be dropped.
    epoch: Mutex<u64>,
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

    pub(super) fn count(&self, of: CountOf) -> Option<u64> {
        self.believing(|| self.counts.get(&of))
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

    pub(super) fn keep_count(&self, since: u64, of: CountOf, count: u64) {
        self.keep(since, || self.counts.insert(of, count));
    }

    /// Forgets what a transaction made stale.
    pub(super) fn drop_touched(&self, touched: &Touched) {
        let mut epoch = self.hold_epoch();
        *epoch += 1;
        touched.keys.iter().for_each(|key| self.keys.invalidate(key));
        touched.people.iter().for_each(|user| self.people.invalidate(user));
        if touched.counts {
            self.counts.invalidate_all();
        }
    }

    /// Forgets everything.
    pub(super) fn drop_everything(&self) {
        let mut epoch = self.hold_epoch();
        *epoch += 1;
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

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::model::ids::Ids;
    use crate::model::key::AllowEntry;
    use crate::model::user::{LoginType, User, UserStatus};

    fn cache() -> Cache {
        Cache::new(Duration::from_secs(60), 100)
    }

    fn key() -> Arc<CachedKey> {
        let (ids, now) = (Ids::random(), DateTime::UNIX_EPOCH);
        let key = ApiKey {
            id: ids.key().0,
            hashed_secret: [0; 32],
            user: UserId(ids.uuid()),
            login_type: LoginType::Password,
            lifetime: TimeDelta::hours(1),
            expires_at: now,
            created_at: now,
            updated_at: now,
            last_used: now,
            ip_address: String::new(),
            token_name: String::new(),
            scopes: vec!["coder:all".to_owned()],
            allow_list: vec![AllowEntry::everything()],
        };
        Arc::new(CachedKey::new(key).unwrap())
    }

    fn person(username: &str, deleted: bool) -> Arc<CachedPerson> {
        let now = DateTime::UNIX_EPOCH;
        let user = User {
            id: UserId(Ids::random().uuid()),
            username: username.to_owned(),
            name: String::new(),
            email: String::new(),
            avatar_url: String::new(),
            created_at: now,
            updated_at: now,
            last_seen_at: now,
            status: UserStatus::Active,
            login_type: LoginType::None,
            roles: vec![],
            is_service_account: false,
            is_system: false,
            deleted,
        };
        let person = Person { user, memberships: vec![] };
        Arc::new(CachedPerson::new(person, Arc::new([])))
    }

    fn touching(keys: &[&Arc<CachedKey>], people: &[&Arc<CachedPerson>]) -> Touched {
        Touched {
            keys: keys.iter().map(|key| key.key.id.clone()).collect(),
            people: people.iter().map(|person| person.person.user.id).collect(),
            counts: false,
        }
    }

    fn counts() -> Touched {
        Touched { counts: true, ..Touched::default() }
    }

    #[test]
    fn what_was_loaded_is_found_until_it_is_touched() {
        let (cache, key, bea) = (cache(), key(), person("bea", false));
        let id = bea.person.user.id;
        cache.keep_key(cache.epoch(), &key);
        cache.keep_person(cache.epoch(), &bea);
        assert!(cache.key(&key.key.id).is_some() && cache.person(id).is_some());
        cache.drop_touched(&touching(&[&key], &[]));
        assert!(cache.key(&key.key.id).is_none() && cache.person(id).is_some());
        cache.drop_touched(&touching(&[], &[&bea]));
        assert!(cache.person(id).is_none());
    }

    #[test]
    fn what_was_read_before_a_commit_is_not_put_in_after_it() {
        let (cache, key, bea) = (cache(), key(), person("bea", false));
        let before = cache.epoch();
        cache.drop_touched(&touching(&[&key], &[&bea]));
        cache.keep_key(before, &key);
        cache.keep_person(before, &bea);
        cache.keep_count(before, CountOf::Users, 7);
        assert!(cache.key(&key.key.id).is_none());
        assert!(cache.person(bea.person.user.id).is_none());
        assert_eq!(cache.count(CountOf::Users), None);
    }

    #[test]
    fn that_holds_for_any_commit_as_a_load_does_not_know_which_rows_it_needs() {
        let (cache, key) = (cache(), key());
        let before = cache.epoch();
        cache.drop_touched(&Touched::default());
        cache.keep_key(before, &key);
        assert!(cache.key(&key.key.id).is_none());
    }

    #[test]
    fn what_is_read_after_a_commit_is_kept() {
        let (cache, key) = (cache(), key());
        cache.drop_touched(&touching(&[&key], &[]));
        cache.keep_key(cache.epoch(), &key);
        assert!(cache.key(&key.key.id).is_some());
    }

    #[test]
    fn a_late_load_does_not_take_out_what_a_newer_one_put_in() {
        let (cache, key) = (cache(), key());
        let before = cache.epoch();
        cache.drop_touched(&touching(&[&key], &[]));
        cache.keep_key(cache.epoch(), &key);
        cache.keep_key(before, &key);
        assert!(cache.key(&key.key.id).is_some());
    }

    #[test]
    fn counts_are_dropped_by_those_who_change_them() {
        let cache = cache();
        let members = CountOf::Members(OrgId(Ids::random().uuid()));
        for of in [CountOf::Users, members] {
            cache.keep_count(cache.epoch(), of, 7);
        }
        cache.drop_touched(&touching(&[&key()], &[]));
        assert_eq!((cache.count(CountOf::Users), cache.count(members)), (Some(7), Some(7)));
        cache.drop_touched(&counts());
        assert_eq!((cache.count(CountOf::Users), cache.count(members)), (None, None));
    }

    #[test]
    fn dropping_everything_leaves_nothing_and_ends_loads_under_way() {
        let (cache, key, bea) = (cache(), key(), person("bea", false));
        let before = cache.epoch();
        cache.keep_key(before, &key);
        cache.keep_person(before, &bea);
        cache.keep_count(before, CountOf::Users, 7);
        cache.drop_everything();
        assert!(cache.key(&key.key.id).is_none() && cache.person(bea.person.user.id).is_none());
        assert_eq!(cache.count(CountOf::Users), None);
        cache.keep_key(before, &key);
        assert!(cache.key(&key.key.id).is_none());
    }

    #[test]
    fn the_deaf_believe_nothing() {
        let (cache, key, bea) = (cache(), key(), person("bea", false));
        cache.keep_key(cache.epoch(), &key);
        cache.keep_person(cache.epoch(), &bea);
        cache.keep_name("bea".to_owned(), bea.person.user.id);
        cache.keep_count(cache.epoch(), CountOf::Users, 7);
        cache.set_deaf(true);
        assert!(cache.key(&key.key.id).is_none() && cache.person(bea.person.user.id).is_none());
        assert!(cache.person_named("bea").is_none() && cache.count(CountOf::Users).is_none());
        cache.set_deaf(false);
        assert!(cache.key(&key.key.id).is_some() && cache.person_named("bea").is_some());
    }

    #[test]
    fn a_name_counts_only_while_its_person_has_it() {
        let cache = cache();
        let (bea, gone) = (person("Bea", false), person("cy", true));
        for (name, person) in [("bea", &bea), ("old-bea", &bea), ("cy", &gone)] {
            cache.keep_person(cache.epoch(), person);
            cache.keep_name(name.to_owned(), person.person.user.id);
        }
        assert!(cache.person_named("bea").is_some());
        assert!(cache.person_named("old-bea").is_none() && cache.person_named("cy").is_none());
        cache.drop_touched(&touching(&[], &[&bea]));
        assert!(cache.person_named("bea").is_none());
    }

    #[test]
    fn a_use_is_noted_once() {
        let key = key();
        let later = Use { last_used: DateTime::UNIX_EPOCH + TimeDelta::hours(2), ..key.last_use() };
        let decide = |before: Use| (before != later).then_some(later);
        assert_eq!(key.note_use(decide), Some(later));
        assert_eq!(key.note_use(decide), None);
        assert_eq!(key.last_use(), later);
    }
}
