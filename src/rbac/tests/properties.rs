//! What holds for whatever subject and question: keys and denials only take, lists show what single decisions allow, and
//! explanations name what settled it.

use std::sync::Arc;

use super::dice::{Dice, seed};
use super::oracle::{self, Permission, Role, Within};
use super::random::{self, ME, ORGANIZATIONS, Palette, Part, Question};
use crate::model::ids::UserId;
use crate::model::key::AllowEntry;
use crate::rbac::explain::explain_held;
use crate::rbac::{
    Acl, AclEntry, Action, AllowList, CompiledKey, Explanation, Object, Reason, Resource, Roles, Subject,
    Switches, Target, Verb, act, decide, decide_shared,
};

const SUBJECTS: u64 = 3_000;
const QUESTIONS: u64 = 20;
/// What a property is about must happen so often at least, or the property would prove little.
const OFTEN: u64 = 100;

/// A subject as told and as compiled, with the words it is about.
struct Someone {
    palette: Palette,
    told: oracle::Subject,
    switches: Switches,
    subject: Subject,
    /// For the messages of failures.
    what: String,
}

impl Someone {
    /// The same through another key.
    fn through(&self, key: CompiledKey) -> Subject {
        Subject { key: Arc::new(key), ..self.subject.clone() }
    }

    /// The same with other roles.
    fn with_roles(&self, roles: Vec<Role>) -> Subject {
        random::subject(&oracle::Subject { roles, ..self.told.clone() }, self.switches)
    }

    fn questions(&self, dice: &mut Dice) -> Vec<Question> {
        (0..QUESTIONS).map(|_| Question::new(&self.palette, dice)).collect()
    }
}

/// Asks a property of random subjects; it answers how often what it is about happened.
fn for_all(test: &str, verbs: Option<&[&'static str]>, property: impl Fn(&mut Dice, &Someone) -> u64) {
    let seed = seed(test);
    let happened: u64 = (0..SUBJECTS)
        .map(|number| {
            let mut dice = Dice::new(seed, number);
            let mut palette = Palette::new(&mut dice);
            if let Some(verbs) = verbs {
                palette = palette.with_verbs(verbs);
            }
            let told = palette.subject(&mut dice);
            let (switches, _) = random::switches(&mut dice);
            let subject = random::subject(&told, switches);
            let what = format!("ROSTER_TEST_SEED={seed}, subject {number}");
            property(&mut dice, &Someone { palette, told, switches, subject, what })
        })
        .sum();
    assert!(happened >= OFTEN, "ROSTER_TEST_SEED={seed}: happened {happened} times only");
}

#[test]
fn a_key_never_turns_no_into_yes() {
    for_all("a_key_never_turns_no_into_yes", None, |dice, someone| {
        let unbound = someone.through(CompiledKey::everything());
        let unlisted = CompiledKey { list: AllowList::everything(), ..(*someone.subject.key).clone() };
        let unlisted = someone.through(unlisted);
        let taken = someone.questions(dice).into_iter().filter(|question| {
            let [none, scope, both] =
                [&unbound, &unlisted, &someone.subject].map(|subject| question.decide(subject));
            let grows = (scope.allowed && !none.allowed) || (both.allowed && !scope.allowed);
            assert!(!grows, "{}: {question:?}: {none:?}, {scope:?}, {both:?}", someone.what);
            assert!(!none.allowed || !both.allowed || none == both, "{}: {question:?}", someone.what);
            none.allowed && !both.allowed
        });
        taken.count() as u64
    });
}

#[test]
fn an_intersection_of_allow_lists_lets_pass_what_both_do() {
    for_all("an_intersection_of_allow_lists_lets_pass_what_both_do", None, |dice, someone| {
        let (one, other) = (random::allow_list(&someone.told.allow_list), someone.palette.allow_list(dice));
        let other = random::allow_list(&other);
        let both = one.intersection(&other);
        let divided = someone.questions(dice).into_iter().filter(|question| {
            let passes = [&one, &other].map(|list| list.lists(&question.object));
            assert_eq!(
                both.lists(&question.object),
                passes == [true; 2],
                "{}: {one:?} and {other:?}: {question:?}",
                someone.what
            );
            passes == [true; 2] && one != other
        });
        let divided = divided.count() as u64;
        let entries: Vec<AllowEntry> = both.entries();
        assert_eq!(AllowList::read(&entries).unwrap(), both, "{}", someone.what);
        divided
    });
}

/// Adds a denial to a list that a role has already; none for somebody without roles.
fn with_denial(dice: &mut Dice, palette: &Palette, mut roles: Vec<Role>) -> Option<Vec<Role>> {
    let denial = Permission { negate: true, ..palette.permission(dice) };
    if roles.is_empty() {
        return None;
    }
    let place = dice.below(roles.len());
    let role = &mut roles[place];
    let several = role.organizations.len();
    let list = match (dice.below(4), several) {
        (0, _) => &mut role.site,
        (1, _) | (_, 0) => &mut role.user,
        (2, _) => &mut role.organizations[dice.below(several)].org,
        _ => &mut role.organizations[dice.below(several)].member,
    };
    list.push(denial);
    Some(roles)
}

#[test]
fn a_denial_turns_yes_into_no_and_never_back() {
    for_all("a_denial_turns_yes_into_no_and_never_back", None, |dice, someone| {
        let changed = with_denial(dice, &someone.palette, someone.told.roles.clone());
        let Some(changed) = changed.map(|roles| someone.with_roles(roles)) else { return 0 };
        let taken = someone.questions(dice).into_iter().filter(|question| {
            let (before, after) = (question.decide(&someone.subject), question.decide(&changed));
            let what = || format!("{}: {question:?}: {before:?}, {after:?}", someone.what);
            assert!(before.allowed || !after.allowed, "{}", what());
            let shared = matches!(before.reason, Reason::UserAcl | Reason::GroupAcl | Reason::EveryoneAcl);
            assert!(!shared || before == after, "a list is not stopped: {}", what());
            before.allowed && !after.allowed
        });
        taken.count() as u64
    });
}

/// The one way in which a denial helps: a role for an organization makes a member, whatever it says.
#[test]
fn a_denial_in_a_new_organization_gives_no_more_than_the_membership() {
    let test = "a_denial_in_a_new_organization_gives_no_more_than_the_membership";
    for_all(test, None, |dice, someone| {
        let organization = dice.pick(&ORGANIZATIONS).to_owned();
        let denial = Permission { negate: true, ..someone.palette.permission(dice) };
        let with = |org: Vec<Permission>| {
            let joined = Within { organization: organization.clone(), org, member: Vec::new() };
            let role = Role { organizations: vec![joined], ..Role::default() };
            someone.with_roles([&someone.told.roles[..], &[role]].concat())
        };
        let (empty, denying) = (with(Vec::new()), with(vec![denial.clone()]));
        let helped = someone.questions(dice).into_iter().filter(|question| {
            let [before, joined, denied] =
                [&someone.subject, &empty, &denying].map(|subject| question.decide(subject));
            assert!(!denied.allowed || joined.allowed, "{}: {question:?}", someone.what);
            !before.allowed && denied.allowed
        });
        helped.count() as u64
    });
}

/// Every object that these roles and keys may be about, as far as lists have such rows.
fn rows(kind: &str) -> Vec<Object> {
    let ids = ["", ME, random::THINGS[1], random::THINGS[2], random::GROUPS[0], ORGANIZATIONS[0]];
    let places = [&[""][..], &ORGANIZATIONS, &[random::NIL]].concat();
    let mut rows = Vec::new();
    for id in ids {
        // Nobody owns a group.
        let owners: &[&str] = if kind == "group" { &[""] } else { &["", ME, random::OTHER] };
        for owner in owners {
            rows.extend(places.iter().map(|place| {
                random::object(&oracle::Object {
                    kind: kind.to_owned(),
                    id: id.to_owned(),
                    owner: (*owner).to_owned(),
                    organization: (*place).to_owned(),
                    ..oracle::Object::default()
                })
            }));
        }
    }
    rows
}

/// A row of a list; one of a group is shared with those who are in it, as all groups are.
#[derive(Clone, Copy)]
struct Row(Object);

impl Target for Row {
    fn object(&self) -> Object {
        self.0
    }

    fn acl(&self) -> Acl<'_> {
        let group = self.0.id.filter(|_| self.0.resource == Resource::Group);
        Acl { itself: group.map(|id| AclEntry::new(id, &[Action::Read])), ..Acl::NONE }
    }
}

/// How many rows the list of a type shows, when it shows some and not all.
fn same_as_single_decisions<V: Verb>(someone: &Someone, kind: &str) -> u64 {
    let scope = someone.subject.scope::<V>(Resource::parse(kind).unwrap());
    let rows = rows(kind);
    let shown = rows.iter().filter(|row| {
        let single = decide_shared(&someone.subject, V::ACTION, row, Row(**row).acl()).allowed;
        let what = || format!("{}: {} {row:?}\n{:#?}", someone.what, V::ACTION.as_str(), someone.told);
        assert_eq!(scope.passes(row), single, "{}", what());
        assert_eq!(someone.subject.may::<V, _>(Row(**row)).is_ok(), single, "{}", what());
        assert_eq!(scope.admit(**row).is_some(), single, "{}", what());
        single
    });
    let shown = shown.count();
    assert!(!scope.is_everything() || shown == rows.len(), "{}", someone.what);
    if (1..rows.len()).contains(&shown) { shown as u64 } else { 0 }
}

#[test]
fn a_list_shows_what_single_decisions_allow() {
    let verbs: &[&str] = &["read", "delete"];
    for_all("a_list_shows_what_single_decisions_allow", Some(verbs), |_, someone| {
        let kinds = someone.palette.kinds().iter();
        kinds
            .map(|kind| {
                same_as_single_decisions::<act::Read>(someone, kind)
                    + same_as_single_decisions::<act::Delete>(someone, kind)
            })
            .sum()
    });
}

/// Asks why, and looks at what the answer names.
fn explained(someone: &Someone, parts: &[Part], question: &Question) -> Explanation {
    let held = random::held(parts);
    let roles = Roles::of(&held, someone.switches);
    let subject = Subject::new(UserId(someone.subject.id.0), Arc::new(roles), someone.subject.key.clone());
    let explanation = explain_held(&held, &subject, question.action, &question.object, Acl::NONE);
    let unbound = Subject { key: Arc::new(CompiledKey::everything()), ..subject.clone() };
    let what = || format!("{}: {question:?}: {explanation:?}\n{parts:#?}", someone.what);
    assert_eq!(explanation.decision, decide(&subject, question.action, &question.object), "{}", what());
    assert_eq!(explanation.by_roles, decide(&unbound, question.action, &question.object), "{}", what());
    let silent = matches!(explanation.by_roles.reason, Reason::NoPermission | Reason::Contradiction);
    assert_eq!(explanation.lines.is_empty(), silent, "{}", what());
    for line in &explanation.lines {
        assert!(line.permission.covers(question.object.resource, question.action), "{}", what());
        assert_eq!(line.permission.negate, !explanation.by_roles.allowed, "{}", what());
        let place = held.iter().position(|role| role.name == line.role.name).unwrap();
        assert_eq!(parts[place].organization, line.role.organization, "{}", what());
        let list = level(&mut parts[place].clone(), explanation.by_roles.reason).clone();
        assert!(list.contains(&line.permission), "{}", what());
        let elsewhere = line.role.organization.filter(|_| question.object.any_organization);
        if let Some(id) = elsewhere.filter(|_| explanation.by_roles.reason == Reason::Organization) {
            let there = Object { any_organization: false, ..question.object.within(id) };
            assert_eq!(decide(&unbound, question.action, &there), explanation.by_roles, "{}", what());
        }
    }
    explanation
}

/// The list of a role on the level that settled something.
fn level(part: &mut Part, reason: Reason) -> &mut Vec<crate::rbac::Permission> {
    match reason {
        Reason::Site => &mut part.site,
        Reason::User => &mut part.user,
        Reason::Organization => &mut part.org,
        Reason::OrganizationMember => &mut part.member,
        _ => panic!("{reason:?} is no level"),
    }
}

/// The roles without the lines that an explanation named.
fn without(parts: &[Part], explanation: &Explanation) -> Vec<Part> {
    let mut left = parts.to_vec();
    for (part, role) in left.iter_mut().zip(random::held(parts)) {
        let named = |line: &crate::rbac::Permission| {
            explanation.lines.iter().any(|named| named.role == role.granted() && named.permission == *line)
        };
        level(part, explanation.by_roles.reason).retain(|line| !named(line));
    }
    left
}

#[test]
fn explanations_name_the_lines_without_which_it_would_be_otherwise() {
    let test = "explanations_name_the_lines_without_which_it_would_be_otherwise";
    for_all(test, None, |dice, someone| {
        let parts = random::parts(&someone.told.roles);
        let mut turned = 0;
        for question in someone.questions(dice) {
            let mut left = parts.clone();
            let mut explanation = explained(someone, &left, &question);
            // A level that falls silent lets the next one speak; after the last one nothing is granted.
            while !explanation.lines.is_empty() {
                left = without(&left, &explanation);
                let next = explained(someone, &left, &question);
                assert_ne!(next.by_roles, explanation.by_roles, "{}: {question:?}", someone.what);
                let settled_again = next.by_roles.reason == explanation.by_roles.reason;
                assert!(
                    !settled_again || (next.by_roles.allowed && !explanation.by_roles.allowed),
                    "{}: {question:?}",
                    someone.what
                );
                turned += u64::from(explanation.by_roles.allowed && !next.by_roles.allowed);
                explanation = next;
            }
            assert!(!explanation.by_roles.allowed, "{}: {question:?}", someone.what);
        }
        turned
    });
}
