//! Who may grant which role (rbac.md 9), and which roles people come to hold (rbac.md 4).

use std::sync::Arc;

use super::words::{id, object, organization};
use crate::model::clock::never;
use crate::model::ids::{OrgId, UserId};
use crate::model::organization::Sharing;
use crate::model::user::{LoginType, Membership, Person, User, UserStatus};
use crate::rbac::{
    Action, CompiledKey, CustomRole, Granted, Permission, Resource, Roles, Subject, Switches, decide,
    is_reserved, may_grant,
};

/// The columns: five site roles, then eight of organizations.
const TARGETS: [&str; 13] = [
    "owner",
    "auditor",
    "template-admin",
    "user-admin",
    "member",
    "organization-admin",
    "organization-auditor",
    "organization-user-admin",
    "organization-template-admin",
    "organization-workspace-creation-ban",
    "organization-member",
    "agents-access",
    "made-here",
];
const SITE_TARGETS: usize = 5;

/// A row per role that somebody holds; `+` is yes. Roles below the line are held in an organization.
const SITE_MATRIX: [(&str, &str); 5] = [
    ("owner", "+++++ ++++++++"),
    ("user-admin", "----+ -----++-"),
    ("auditor", "----- --------"),
    ("template-admin", "----- --------"),
    ("member", "----- --------"),
];
const ORGANIZATION_MATRIX: [(&str, &str); 9] = [
    ("organization-admin", "----- ++++++++"),
    ("organization-user-admin", "----- -----++-"),
    ("organization-auditor", "----- --------"),
    ("organization-template-admin", "----- --------"),
    ("organization-workspace-creation-ban", "----- --------"),
    ("organization-member", "----- --------"),
    ("organization-service-account", "----- --------"),
    ("agents-access", "----- --------"),
    ("made-here", "----- --------"),
];

/// What somebody with one role may grant, in the site and in the organization A.
fn row(held: &str, held_in: Option<OrgId>) -> String {
    let held = [Granted { name: held.to_owned().into(), organization: held_in }];
    let may = |place: usize, name: &str| {
        let target = (place >= SITE_TARGETS).then(|| organization("A"));
        if may_grant(&held, name, target) { '+' } else { '-' }
    };
    let mut row: String = TARGETS.iter().enumerate().map(|(place, name)| may(place, name)).collect();
    row.insert(SITE_TARGETS, ' ');
    row
}

#[test]
fn roles_grant_what_the_matrix_says() {
    for (held, expected) in SITE_MATRIX {
        assert_eq!(row(held, None), expected, "{held}");
    }
    for (held, expected) in ORGANIZATION_MATRIX {
        assert_eq!(row(held, Some(organization("A"))), expected, "{held}");
    }
}

#[test]
fn roles_of_another_organization_grant_nothing_here() {
    for (held, _) in ORGANIZATION_MATRIX {
        assert_eq!(row(held, Some(organization("B"))), "----- --------", "{held}");
    }
}

#[test]
fn nobody_grants_what_is_only_implied_for_service_accounts() {
    let held: Vec<Granted> = SITE_MATRIX
        .iter()
        .map(|(name, _)| (name, None))
        .chain(ORGANIZATION_MATRIX.iter().map(|(name, _)| (name, Some(organization("A")))))
        .map(|(name, organization)| Granted { name: (*name).to_owned().into(), organization })
        .collect();
    assert!(!may_grant(&held, "organization-service-account", Some(organization("A"))));
    assert!(!may_grant(&[], "member", None));
}

#[test]
fn several_roles_grant_what_any_of_them_grants() {
    let granted = |name: &str, place| Granted { name: name.to_owned().into(), organization: place };
    let held = [granted("auditor", None), granted("organization-user-admin", Some(organization("A")))];
    assert!(may_grant(&held, "agents-access", Some(organization("A"))));
    assert!(!may_grant(&held, "agents-access", Some(organization("B"))));
}

#[test]
fn the_names_of_the_servers_roles_are_reserved_in_any_case() {
    for name in TARGETS.iter().filter(|name| **name != "made-here") {
        assert!(is_reserved(name) && is_reserved(&name.to_uppercase()), "{name}");
    }
    assert!(is_reserved("organization-service-account"));
    assert!(!is_reserved("made-here") && !is_reserved(""));
}

pub(super) fn person(site: &[&str], is_service_account: bool, memberships: Vec<Membership>) -> Person {
    let user = User {
        id: UserId(id("me")),
        username: "me".to_owned(),
        name: String::new(),
        email: String::new(),
        avatar_url: String::new(),
        created_at: never(),
        updated_at: never(),
        last_seen_at: never(),
        status: UserStatus::Active,
        login_type: LoginType::None,
        roles: texts(site),
        is_service_account,
        is_system: false,
        deleted: false,
    };
    Person { user, memberships }
}

pub(super) fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub(super) fn member_of(place: &str, roles: &[&str]) -> Membership {
    Membership {
        organization: organization(place),
        roles: texts(roles),
        sharing: Sharing::None,
        groups: Vec::new(),
    }
}

pub(super) fn subject(person: &Person, custom: &[CustomRole]) -> Subject {
    let roles = Arc::new(Roles::compile(person, custom, Switches::default()));
    Subject::new(person.user.id, roles, Arc::new(CompiledKey::everything()))
}

fn names(subject: &Subject) -> Vec<&str> {
    subject.granted().iter().map(|role| &*role.name).collect()
}

#[test]
fn being_a_user_and_a_member_comes_with_roles() {
    let plain =
        subject(&person(&["auditor", "member"], false, vec![member_of("A", &["agents-access"])]), &[]);
    assert_eq!(names(&plain), ["auditor", "member", "organization-member", "agents-access"]);
    let machine = subject(&person(&[], true, vec![member_of("A", &[])]), &[]);
    assert_eq!(names(&machine), ["member", "organization-service-account"]);
}

#[test]
fn a_role_that_is_gone_is_passed_over() {
    let holder = person(&["gone"], false, vec![member_of("A", &["gone-too", "organization-admin"])]);
    let subject = subject(&holder, &[]);
    assert_eq!(names(&subject), ["member", "organization-member", "organization-admin"]);
    assert!(decide(&subject, Action::Delete, &object("organization org=A")).allowed);
}

#[test]
fn a_role_of_the_wrong_kind_is_passed_over() {
    let holder = person(&["organization-admin"], false, vec![member_of("A", &["owner"])]);
    assert_eq!(names(&subject(&holder, &[])), ["member", "organization-member"]);
}

#[test]
fn a_custom_role_counts_in_its_own_organization_only() {
    let permissions = vec![Permission::grant(Resource::Template, Action::Update)];
    let made_in_a = CustomRole { organization: organization("A"), name: "made-here".to_owned(), permissions };
    let memberships = vec![member_of("A", &["made-here"]), member_of("B", &["made-here"])];
    let subject = subject(&person(&[], false, memberships), &[made_in_a]);
    assert!(decide(&subject, Action::Update, &object("template org=A")).allowed);
    assert!(!decide(&subject, Action::Update, &object("template org=B")).allowed);
    assert_eq!(subject.granted().iter().filter(|role| role.name == "made-here").count(), 1);
}
