//! The decision held against its second telling in `oracle.rs`, on random subjects and questions.

use std::collections::BTreeMap;
use std::thread;

use super::dice::{Dice, seed};
use super::oracle::{self, Outcome};
use super::random::{self, Palette, Question};
use crate::rbac::{Decision, Reason, decide};

const THREADS: u64 = 2;
const SUBJECTS: u64 = 20_000;
const QUESTIONS: u64 = 50;
/// Of so many questions one at least must go each of the ways below, or the comparison would prove little.
const RARE: u64 = 1_000;

/// How often something happened.
type Tally = BTreeMap<&'static str, u64>;

/// The answers, each with every reason that it can have.
const ANSWERS: [(Reason, bool, &str); 14] = [
    (Reason::Site, true, "site allows"),
    (Reason::User, true, "user allows"),
    (Reason::Organization, true, "organization allows"),
    (Reason::OrganizationMember, true, "organization member allows"),
    (Reason::UserAcl, true, "user list allows"),
    (Reason::GroupAcl, true, "group list allows"),
    (Reason::EveryoneAcl, true, "everyone is listed"),
    (Reason::Site, false, "site denies"),
    (Reason::User, false, "user denies"),
    (Reason::Organization, false, "organization denies"),
    (Reason::OrganizationMember, false, "organization member denies"),
    (Reason::NoPermission, false, "no permission"),
    (Reason::KeyScope, false, "key scope denies"),
    (Reason::AllowList, false, "allow list denies"),
];
const CONTRADICTION: &str = "contradiction";
/// The rows of the table of rbac.md 3.3 that settle what the key's scope says, where roles or lists allow.
const SCOPE_ROWS: [&str; 7] =
    ["scope row 1", "scope row 2", "scope row 3", "scope row 4", "scope row 5", "scope row 6", "scope row 7"];
/// Odd corners.
const CORNERS: [&str; 9] = [
    "any organization, allowed",
    "any organization, denied",
    "the nil organization, allowed",
    "a made-up verb, allowed",
    "a made-up verb, denied",
    "an id in the allow list lets pass",
    "a list that is switched off",
    "a list overrules a denial",
    "an empty entry makes a member",
];

#[test]
fn a_million_random_decisions_come_out_as_the_text_has_them() {
    let seed = seed("a_million_random_decisions_come_out_as_the_text_has_them");
    let run = |first: u64| -> Tally {
        let mut tally = Tally::new();
        (first..SUBJECTS).step_by(THREADS as usize).for_each(|number| compare(seed, number, &mut tally));
        tally
    };
    let mut tally = Tally::new();
    thread::scope(|scope| {
        let all: Vec<_> = (0..THREADS).map(|first| scope.spawn(move || run(first))).collect();
        for part in all {
            let part = part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            part.into_iter().for_each(|(way, times)| *tally.entry(way).or_default() += times);
        }
    });
    let answers = ANSWERS.iter().map(|(_, _, way)| way);
    let ways = answers.chain(&SCOPE_ROWS).chain(&CORNERS).chain([&CONTRADICTION]);
    let rare: Vec<_> =
        ways.filter(|way| tally.get(**way).copied().unwrap_or(0) * RARE < SUBJECTS * QUESTIONS).collect();
    assert!(rare.is_empty(), "ROSTER_TEST_SEED={seed}: too rare to prove anything: {rare:?} of {tally:#?}");
}

/// Asks one subject.
fn compare(seed: u64, number: u64, tally: &mut Tally) {
    let mut dice = Dice::new(seed, number);
    let palette = Palette::new(&mut dice);
    let told = palette.subject(&mut dice);
    let (switches, unshared) = random::switches(&mut dice);
    let subject = random::subject(&told, switches);
    for _ in 0..QUESTIONS {
        let question = Question::new(&palette, &mut dice);
        let expected = oracle::decide(&told, question.verb, &question.thing, &unshared);
        let given = question.decide(&subject);
        assert!(
            given == decision(&expected) && given.allowed == expected.allowed,
            "ROSTER_TEST_SEED={seed}, subject {number}: {given:?} instead of {expected:?}\n\
             {question:?} with {switches:?}\n{told:#?}"
        );
        if question.thing.users.is_empty() && question.thing.groups.is_empty() {
            let unshared = decide(&subject, question.action, &question.object);
            assert_eq!(unshared, given, "ROSTER_TEST_SEED={seed}, subject {number}: {question:?}");
        }
        count(&told, &question, &expected, tally);
    }
}

/// The answer and its reason, by what [`Reason`] says of itself.
fn decision(outcome: &Outcome) -> Decision {
    let denied = |reason| Decision { allowed: false, reason };
    let by_acl = [
        (outcome.user_acl, Reason::UserAcl),
        (outcome.group_acl, Reason::GroupAcl),
        (outcome.everyone_acl, Reason::EveryoneAcl),
    ];
    let by_roles = match oracle::row(outcome.roles) {
        1 | 2 => Reason::Site,
        3 => Reason::User,
        4 | 5 => Reason::Organization,
        6 => Reason::OrganizationMember,
        _ if outcome.roles.user < 0 => Reason::User,
        _ if outcome.roles.member < 0 => Reason::OrganizationMember,
        _ => Reason::NoPermission,
    };
    if outcome.malformed {
        return denied(Reason::Contradiction);
    }
    let allowing = match by_acl.iter().find(|(allows, _)| *allows) {
        _ if oracle::row_allows(oracle::row(outcome.roles)) => by_roles,
        Some((_, reason)) => *reason,
        None => return denied(by_roles),
    };
    if !oracle::row_allows(oracle::row(outcome.scope)) {
        return denied(Reason::KeyScope);
    }
    if !outcome.listed {
        return denied(Reason::AllowList);
    }
    Decision { allowed: outcome.allowed, reason: allowing }
}

fn count(told: &oracle::Subject, question: &Question, outcome: &Outcome, tally: &mut Tally) {
    let Question { verb, thing, .. } = question;
    let Decision { allowed, reason } = decision(outcome);
    let mut happened = |way: &'static str| *tally.entry(way).or_default() += 1;
    let answer = ANSWERS.iter().find(|(why, yes, _)| (*why, *yes) == (reason, allowed));
    happened(answer.map_or(CONTRADICTION, |(_, _, way)| way));
    if allowed || matches!(reason, Reason::KeyScope | Reason::AllowList) {
        happened(SCOPE_ROWS[usize::from(oracle::row(outcome.scope)) - 1]);
    }
    let any_org = thing.any_org && !outcome.malformed;
    let by_list = allowed && matches!(reason, Reason::UserAcl | Reason::GroupAcl | Reason::EveryoneAcl);
    let happens: [bool; 9] = [
        any_org && allowed,
        any_org && !allowed,
        allowed && thing.organization == random::NIL,
        allowed && *verb == random::MADE_UP,
        !allowed && *verb == random::MADE_UP,
        allowed && told.allow_list.iter().all(|(_, id)| id != "*"),
        reason == Reason::NoPermission && outcome.switched_off,
        by_list && outcome.roles.site < 0,
        by_list && belongs_by_nothing(told, thing, reason),
    ];
    happens.iter().zip(CORNERS).filter(|(is, _)| **is).for_each(|(_, way)| happened(way));
}

/// Whether a group list allows although every entry for the object's organization is empty.
fn belongs_by_nothing(told: &oracle::Subject, thing: &oracle::Object, reason: Reason) -> bool {
    let entries = told.roles.iter().flat_map(|role| &role.organizations);
    let mut here = entries.filter(|within| within.organization == thing.organization);
    let by_group = matches!(reason, Reason::GroupAcl | Reason::EveryoneAcl);
    by_group && !thing.any_org && here.all(|within| within.org.is_empty() && within.member.is_empty())
}
