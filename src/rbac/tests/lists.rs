//! Random subjects: a list shows exactly the rows that single decisions would allow, and keys only narrow (rbac.md 12).

use std::sync::Arc;

use super::words::{hold, id, key, organization};
use crate::model::ids::UserId;
use crate::rbac::builtin::Builtin;
use crate::rbac::{Action, CompiledKey, Object, Permission, Resource, Roles, Subject, Verb, act, decide};

const ROUNDS: u64 = 400;
/// Few types, verbs and ids, so that what is granted and what is asked for often meet.
const TYPES: [Resource; 3] = [Resource::Workspace, Resource::OrganizationMember, Resource::User];
const VERBS: [Action; 2] = [Action::Read, Action::Delete];
const SCOPES: [&str; 6] =
    ["coder:all", "workspace:*", "organization_member:read", "user:delete", "user:*", "workspace:read"];
const ENTRIES: [&str; 6] = ["*:*", "workspace:*", "workspace:w1", "user:me", "*:w2", "organization_member:x"];

/// Numbers that look random and are the same in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let once = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let twice = (once ^ (once >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (twice ^ (twice >> 31)) % end
    }

    /// True in so many of ten cases.
    fn tenths(&mut self, many: u64) -> bool {
        self.below(10) < many
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

fn permissions(dice: &mut Dice) -> Vec<Permission> {
    let many = dice.below(3);
    let one = |dice: &mut Dice| Permission {
        resource: dice.tenths(8).then(|| dice.pick(&TYPES)),
        action: dice.tenths(7).then(|| dice.pick(&VERBS)),
        negate: dice.tenths(3),
    };
    (0..many).map(|_| one(dice)).collect()
}

fn roles(dice: &mut Dice) -> Roles {
    let mut roles = Roles::default();
    for place in ["A", "B"].iter().filter(|_| dice.tenths(7)).collect::<Vec<_>>() {
        let (user, member) = (permissions(dice), permissions(dice));
        let organization_list = permissions(dice);
        let role = Builtin { user, organization: organization_list, member, ..Builtin::default() };
        hold(&mut roles, &role, Some(organization(place)));
    }
    // The site level would drown the others if it voted each time.
    if dice.tenths(3) {
        roles.site.add(&permissions(dice));
    }
    roles
}

fn some_key(dice: &mut Dice) -> CompiledKey {
    let some = |dice: &mut Dice, from: &[&str]| {
        let words: Vec<&str> = (0..dice.below(3)).map(|_| dice.pick(from)).collect();
        words.join(" ")
    };
    if dice.tenths(3) {
        return CompiledKey::everything();
    }
    let (scopes, list) = (some(dice, &SCOPES), some(dice, &ENTRIES));
    key(&scopes, &list)
}

/// Every object of a type that the names of the texts can say.
fn objects() -> Vec<Object> {
    let ids = [None, Some("me"), Some("x"), Some("w1"), Some("w2")];
    let owners = [None, Some("me"), Some("x")];
    let places = [None, Some("A"), Some("B")];
    let mut all = Vec::new();
    for resource in TYPES {
        for (name, owner, place) in
            ids.iter().flat_map(|i| owners.iter().flat_map(move |o| places.map(|p| (i, o, p))))
        {
            let mut object = Object::of(resource);
            object.id = name.map(id);
            object.owner = owner.map(id);
            object.organization = place.map(organization);
            all.push(object);
        }
    }
    all
}

fn same_as_single_decisions<V: Verb>(subject: &Subject, round: u64) {
    for object in objects() {
        let listed = subject.scope::<V>(object.resource).passes(&object);
        let single = decide(subject, V::ACTION, &object).allowed;
        assert_eq!(listed, single, "round {round}: {} {object:?}", V::ACTION.as_str());
        assert_eq!(subject.may::<V, _>(object).is_ok(), single, "round {round}: {object:?}");
    }
}

#[test]
fn a_list_shows_what_single_decisions_allow() {
    for round in 0..ROUNDS {
        let mut dice = Dice(round);
        let roles = Arc::new(roles(&mut dice));
        let subject = Subject::new(UserId(id("me")), roles, Arc::new(some_key(&mut dice)));
        same_as_single_decisions::<act::Read>(&subject, round);
        same_as_single_decisions::<act::Delete>(&subject, round);
    }
}

#[test]
fn a_key_never_turns_no_into_yes() {
    for round in 0..ROUNDS {
        let mut dice = Dice(round);
        let roles = Arc::new(roles(&mut dice));
        let unnarrowed = Subject::new(UserId(id("me")), roles.clone(), Arc::new(CompiledKey::everything()));
        let narrowed = Subject::new(UserId(id("me")), roles, Arc::new(some_key(&mut dice)));
        for (object, action) in objects().iter().flat_map(|object| VERBS.map(|action| (object, action))) {
            let (before, after) = (decide(&unnarrowed, action, object), decide(&narrowed, action, object));
            assert!(before.allowed || !after.allowed, "round {round}: {action:?} {object:?}");
        }
    }
}
