//! What is remembered, for how long, and what makes it be forgotten.

use chrono::TimeDelta;

use super::*;
use crate::model::ids::Ids;
use crate::model::key::AllowEntry;
use crate::model::organization::Sharing;
use crate::model::user::{LoginType, Membership, User, UserStatus};

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

fn member_of(username: &str, organizations: &[OrgId]) -> Arc<CachedPerson> {
    let membership = |id: &OrgId| Membership {
        organization: *id,
        roles: vec![],
        sharing: Sharing::Everyone,
        groups: vec![],
    };
    let memberships = organizations.iter().map(membership).collect();
    let person = Person { memberships, ..Person::clone(&person(username, false).person) };
    Arc::new(CachedPerson::new(person, Arc::new([])))
}

fn touching(keys: &[&Arc<CachedKey>], people: &[&Arc<CachedPerson>]) -> Touched {
    Touched {
        keys: keys.iter().map(|key| key.key.id.clone()).collect(),
        people: people.iter().map(|person| person.person.user.id).collect(),
        ..Touched::default()
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
fn members_are_dropped_together_and_all_others_stay() {
    let (cache, key) = (cache(), key());
    let [here, there] = [1, 2].map(|n| OrgId(uuid::Uuid::from_u128(n)));
    let bea = member_of("bea", &[here]);
    let joe = member_of("joe", &[there, here]);
    let ida = member_of("ida", &[there]);
    cache.keep_key(cache.epoch(), &key);
    [&bea, &joe, &ida].into_iter().for_each(|person| cache.keep_person(cache.epoch(), person));
    cache.drop_touched(&Touched { organizations: [here].into(), ..Touched::default() });
    let left = [&bea, &joe, &ida].map(|person| cache.person(person.person.user.id).is_some());
    assert_eq!(left, [false, false, true]);
    assert!(cache.key(&key.key.id).is_some());
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
    let organization = OrgId(Ids::random().uuid());
    let members = CountOf::Members(organization);
    for of in [CountOf::Users, members] {
        cache.keep_count(cache.epoch(), of, 7);
    }
    cache.keep_marks(cache.epoch(), organization, &Arc::new(Marks(Vec::new())));
    cache.drop_touched(&touching(&[&key()], &[]));
    assert_eq!((cache.count(CountOf::Users), cache.count(members)), (Some(7), Some(7)));
    assert!(cache.marks(organization).is_some());
    cache.drop_touched(&counts());
    assert_eq!((cache.count(CountOf::Users), cache.count(members)), (None, None));
    assert!(cache.marks(organization).is_none());
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
