//! Votes and levels (rbac.md 3.1 to 3.3).

use std::sync::Arc;

use uuid::Uuid;

use super::words::{self, id, object, organization};
use crate::model::ids::{OrgId, UserId};
use crate::rbac::ask::Ask;
use crate::rbac::builtin::Builtin;
use crate::rbac::{
    Action, CompiledKey, Decision, Permission, PermissionSet, Reason, Resource, Roles, Subject, Switches,
    decide,
};

const GRANT: Permission = Permission::grant(Resource::Workspace, Action::Read);
const DENIAL: Permission = Permission::deny(Resource::Workspace, Action::Read);
const DENY_ALL: Permission = Permission { resource: None, action: None, negate: true };

/// `me` with these roles in the organization A.
fn holder(roles: &[Builtin]) -> Subject {
    let held: Vec<_> = roles.iter().map(|role| (role.clone(), Some(organization("A")))).collect();
    with(words::roles(&held, Switches::default()))
}

fn with(roles: Roles) -> Subject {
    Subject::new(UserId(id("me")), Arc::new(roles), Arc::new(CompiledKey::everything()))
}

fn read(subject: &Subject, thing: &str) -> Decision {
    decide(subject, Action::Read, &object(thing))
}

/// A permission list that votes so on reading workspaces.
fn voting(vote: i8) -> Vec<Permission> {
    match vote {
        1 => vec![GRANT],
        -1 => vec![DENIAL],
        _ => Vec::new(),
    }
}

#[test]
fn one_denial_beats_any_number_of_grants() {
    let vote = |permissions: &[Permission]| {
        let set: PermissionSet = permissions.iter().copied().collect();
        set.vote(Ask::new(Resource::Workspace, Some(Action::Read)))
    };
    assert_eq!(vote(&[]), 0);
    assert_eq!(vote(&[GRANT, Permission::all_of(Resource::Workspace)]), 1);
    assert_eq!(vote(&[GRANT, DENIAL, GRANT]), -1);
    assert_eq!(vote(&[DENY_ALL, GRANT, GRANT]), -1);
    assert_eq!(
        vote(&[
            Permission::grant(Resource::Template, Action::Read),
            Permission::grant(Resource::Workspace, Action::Ssh)
        ]),
        0
    );
}

#[test]
fn a_denial_counts_from_whichever_role_it_comes() {
    type At = fn(Vec<Permission>) -> Builtin;
    let levels: [(At, &str); 4] = [
        (|site| Builtin { site, ..Builtin::default() }, "workspace"),
        (|user| Builtin { user, ..Builtin::default() }, "workspace owner=me"),
        (|organization| Builtin { organization, ..Builtin::default() }, "workspace org=A"),
        (|member| Builtin { member, ..Builtin::default() }, "workspace org=A owner=me"),
    ];
    for (role, thing) in levels {
        let granting = [role(vec![GRANT]), role(vec![Permission::all_of(Resource::Workspace)])];
        assert!(read(&holder(&granting), thing).allowed, "{thing}");
        for denial in [DENIAL, DENY_ALL] {
            let [one, two] = granting.clone();
            assert!(!read(&holder(&[one, role(vec![denial]), two]), thing).allowed, "{thing} {denial:?}");
        }
    }
}

#[test]
fn in_an_organization_the_levels_combine_as_the_table_says() {
    for (site, of_organization, member) in triples() {
        let (site_list, organization, own) = (voting(site), voting(of_organization), voting(member));
        let role =
            Builtin { site: site_list, organization, member: own, user: voting(1), ..Builtin::default() };
        let expected = match (site, of_organization, member) {
            (1, _, _) | (0, 1, _) | (0, 0, 1) => true,
            (-1, _, _) | (0, -1, _) | (0, 0, _) => false,
            other => unreachable!("{other:?}"),
        };
        let decision = read(&holder(&[role]), "workspace org=A owner=me");
        assert_eq!(
            decision.allowed, expected,
            "site {site}, organization {of_organization}, member {member}"
        );
    }
}

#[test]
fn outside_of_organizations_the_levels_combine_as_the_table_says() {
    for (site, user, _) in triples() {
        let (granted, user_list) = (voting(1), voting(user));
        let role = Builtin {
            site: voting(site),
            user: user_list,
            organization: granted.clone(),
            member: granted,
            ..Builtin::default()
        };
        let expected = site == 1 || (site == 0 && user == 1);
        let decision = read(&holder(&[role]), "workspace owner=me");
        assert_eq!(decision.allowed, expected, "site {site}, user {user}");
    }
}

fn triples() -> impl Iterator<Item = (i8, i8, i8)> {
    let votes = || -1..=1_i8;
    votes().flat_map(move |a| votes().flat_map(move |b| votes().map(move |c| (a, b, c))))
}

#[test]
fn what_one_owns_without_an_organization_is_not_what_one_owns_in_one() {
    let outside = holder(&[Builtin { user: vec![GRANT], ..Builtin::default() }]);
    assert!(read(&outside, "workspace owner=me").allowed);
    assert!(!read(&outside, "workspace org=A owner=me").allowed);
    assert!(!read(&outside, "workspace any_org owner=me").allowed);
    let inside = holder(&[Builtin { member: vec![GRANT], ..Builtin::default() }]);
    assert!(read(&inside, "workspace org=A owner=me").allowed);
    assert!(!read(&inside, "workspace owner=me").allowed);
    assert!(!read(&inside, "workspace org=B owner=me").allowed);
}

#[test]
fn what_nobody_owns_is_not_ones_own() {
    let own = Builtin { user: vec![GRANT], member: vec![GRANT], ..Builtin::default() };
    for thing in
        ["workspace", "workspace org=A", "workspace any_org", "workspace owner=x", "workspace org=A owner=x"]
    {
        assert!(!read(&holder(std::slice::from_ref(&own)), thing).allowed, "{thing}");
    }
}

#[test]
fn any_organization_and_a_certain_one_contradict_each_other() {
    let owner = holder(&[Builtin { site: vec![GRANT], ..Builtin::default() }]);
    let refused = read(&owner, "workspace org=A any_org");
    assert_eq!(refused, Decision { allowed: false, reason: Reason::Contradiction });
    let nowhere = object("workspace any_org").within(OrgId(Uuid::nil()));
    assert!(decide(&owner, Action::Read, &nowhere).allowed);
}

#[test]
fn the_nil_organization_is_any_organization_when_any_is_asked_for() {
    let member = holder(&[Builtin { organization: vec![GRANT], ..Builtin::default() }]);
    let nowhere = object("workspace any_org").within(OrgId(Uuid::nil()));
    assert!(decide(&member, Action::Read, &nowhere).allowed);
}

#[test]
fn of_any_organization_the_best_vote_counts() {
    let votes_in = |a: i8, b: i8| {
        let role = |vote| Builtin { organization: voting(vote), ..Builtin::default() };
        let held = [(role(a), Some(organization("A"))), (role(b), Some(organization("B")))];
        read(&with(words::roles(&held, Switches::default())), "workspace any_org").allowed
    };
    assert!(votes_in(1, -1) && votes_in(-1, 1) && votes_in(0, 1));
    assert!(!votes_in(-1, -1) && !votes_in(0, 0) && !votes_in(-1, 0));
    assert!(!read(&with(Roles::default()), "workspace any_org").allowed);
}
