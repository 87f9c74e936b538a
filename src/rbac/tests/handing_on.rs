//! A new key never exceeds the key that makes it: held against decisions, both ways.

use std::sync::Arc;

use uuid::Uuid;

use super::dice::{Dice, seed};
use super::words::{key, speaker};
use crate::model::key::AllowEntry;
use crate::rbac::{Action, CompiledKey, Object, Resource, Subject, decide};

const SCOPES: [&str; 12] = [
    "coder:all",
    "coder:application_connect",
    "coder:workspaces.operate",
    "coder:workspaces.access",
    "coder:apikeys.manage_self",
    "workspace:*",
    "workspace:read",
    "workspace:ssh",
    "template:read",
    "api_key:*",
    "api_key:read",
    "user:read",
];
const TYPES: [&str; 5] = ["*", "workspace", "template", "api_key", "user"];

fn ids() -> Vec<Uuid> {
    (1..=3).map(Uuid::from_u128).collect()
}

fn random_key(dice: &mut Dice) -> CompiledKey {
    let scopes: Vec<String> = (0..=dice.below(3)).map(|_| dice.pick(&SCOPES).to_owned()).collect();
    let entry = |dice: &mut Dice| {
        let id = if dice.percent(50) { "*".to_owned() } else { dice.pick(&ids()[..2]).to_string() };
        AllowEntry { kind: dice.pick(&TYPES).to_owned(), id }
    };
    let everything = dice.percent(40);
    let list = if everything {
        vec![AllowEntry::everything()]
    } else {
        (0..=dice.below(4)).map(|_| entry(dice)).collect()
    };
    CompiledKey::compile(&scopes, &list).unwrap()
}

/// Everything that can be asked of an owner's keys: each verb and a word that is none, on each type, with an id of a list, with
/// one that no list names, and without.
fn questions() -> Vec<(Option<Action>, Object)> {
    let mut all = Vec::new();
    for kind in Resource::ALL {
        let object = Object::of(*kind);
        let things = ids().into_iter().map(|id| object.with_id(id)).chain([object]);
        for thing in things {
            let verbs = Action::ALL.iter().copied().map(Some).chain([None]);
            all.extend(verbs.map(|verb| (verb, thing)));
        }
    }
    all
}

#[test]
fn a_key_is_within_another_exactly_when_no_decision_tells_otherwise() {
    let seed = seed("handing_on");
    // Whoever may do everything, so that keys alone decide.
    let owner = speaker("OWN");
    let everything = crate::rbac::Permission { resource: None, action: None, negate: false };
    let lists = crate::rbac::rights::Lists { site: &[everything], ..Default::default() };
    let held = [crate::rbac::held::Held { name: "all".into(), organization: None, lists }];
    let roles = Arc::new(crate::rbac::Roles::of(&held, crate::rbac::Switches::default()));
    let (questions, mut within) = (questions(), 0);
    for part in 0..800 {
        let mut dice = Dice::new(seed, part);
        let (new, maker) = (random_key(&mut dice), random_key(&mut dice));
        let through =
            |key: &CompiledKey| Subject { roles: roles.clone(), key: Arc::new(key.clone()), ..owner.clone() };
        let (new_subject, maker_subject) = (through(&new), through(&maker));
        let exceeds = questions.iter().find(|(verb, object)| {
            decide(&new_subject, *verb, object).allowed && !decide(&maker_subject, *verb, object).allowed
        });
        assert_eq!(maker_subject.may_hand_on(&new), exceeds.is_none(), "{new:?}\n{maker:?}\n{exceeds:?}");
        within += usize::from(exceeds.is_none());
    }
    assert!((80..720).contains(&within), "one-sided dice: {within}");
}

#[test]
fn a_key_is_within_itself_and_everything_is_within_everything_only() {
    let all = CompiledKey::everything();
    for (scopes, list) in
        [("coder:all", "*:*"), ("user:read", "*:*"), ("user:*", "user:x"), ("coder:all", "user:*")]
    {
        let one = key(scopes, list);
        assert!(one.is_within(&one) && one.is_within(&all), "{scopes} {list}");
        assert_eq!(all.is_within(&one), (scopes, list) == ("coder:all", "*:*"), "{scopes} {list}");
    }
}
