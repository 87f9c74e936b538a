//! Roles that organizations define (members.md 7.4).

use std::sync::Arc;

use super::matrix::{member_of, person, subject};
use super::words::organization;
use crate::model::key::AllowEntry;
use crate::rbac::{
    Action, AskedPermission, CompiledKey, NotHandedOn, Permission, Resource, Roles, Subject, Switches,
    explicit, hand_on, organization_roles, site_roles,
};

fn asked(resource: &str, action: &str) -> AskedPermission {
    AskedPermission { negate: false, resource: resource.to_owned(), action: action.to_owned() }
}

#[test]
fn words_mean_something_when_the_type_knows_the_verb() {
    for resource in Resource::ALL {
        for action in Action::ALL {
            let nonsense = asked(resource.as_str(), action.as_str()).nonsense();
            assert_eq!(nonsense.is_none(), resource.actions().contains(action), "{resource:?} {action:?}");
        }
        assert_eq!(asked(resource.as_str(), "*").nonsense(), None);
    }
    assert_eq!(asked("*", "read").nonsense(), None);
    assert_eq!(asked("*", "banana").nonsense(), None);
    assert_eq!(asked("foobar", "*").nonsense().unwrap(), "invalid resource type \"foobar\"");
    let odd = asked("workspace", "view_insights").nonsense().unwrap();
    assert_eq!(odd, "invalid action \"view_insights\" for resource \"workspace\"");
}

#[test]
fn negation_is_refused_before_wildcards_and_those_before_escalation() {
    let admin = subject(&person(&[], false, vec![member_of("A", &["organization-admin"])]), &[]);
    let here = organization("A");
    let denied = AskedPermission { negate: true, ..asked("*", "*") };
    assert_eq!(hand_on(&admin, here, &denied), Err(NotHandedOn::Negative));
    for wildcard in [asked("*", "*"), asked("*", "read"), asked("user_secret", "*")] {
        assert_eq!(hand_on(&admin, here, &wildcard), Err(NotHandedOn::Wildcard), "{wildcard:?}");
    }
    assert_eq!(hand_on(&admin, here, &asked("workspace", "ssh")), Err(NotHandedOn::Escalation));
    let granted = Permission::grant(Resource::Template, Action::Update);
    assert_eq!(hand_on(&admin, here, &asked("template", "update")), Ok(granted));
}

#[test]
fn rights_are_handed_on_where_they_count() {
    let admin = subject(&person(&[], false, vec![member_of("A", &["organization-admin"])]), &[]);
    let line = asked("template", "update");
    assert_eq!(hand_on(&admin, organization("B"), &line), Err(NotHandedOn::Escalation));
    // What members may do to their own things only is nothing to hand on.
    let plain = subject(&person(&[], false, vec![member_of("A", &[])]), &[]);
    assert_eq!(hand_on(&plain, organization("A"), &asked("workspace", "read")), Err(NotHandedOn::Escalation));
}

#[test]
fn a_key_narrows_what_its_owner_hands_on() {
    let owner = person(&["owner"], false, vec![]);
    let scopes = ["template:read".to_owned(), "file:read".to_owned()];
    let list = [AllowEntry { kind: "template".to_owned(), id: "*".to_owned() }];
    let key = CompiledKey::compile(&scopes, &list).unwrap();
    let narrow = Subject::new(
        owner.user.id,
        Arc::new(Roles::compile(&owner, &[], Switches::default())),
        Arc::new(key),
    );
    let here = organization("A");
    assert!(hand_on(&narrow, here, &asked("template", "read")).is_ok());
    for line in [asked("template", "update"), asked("file", "read")] {
        assert_eq!(hand_on(&narrow, here, &line), Err(NotHandedOn::Escalation), "{line:?}");
    }
}

#[test]
fn wildcards_are_written_out() {
    let lines = [
        Permission::all_of(Resource::License),
        Permission::deny(Resource::Workspace, Action::Create),
        Permission { resource: Some(Resource::Replicas), action: None, negate: true },
    ];
    let expected = [
        (Resource::License, Action::Create, false),
        (Resource::License, Action::Delete, false),
        (Resource::License, Action::Read, false),
        (Resource::Workspace, Action::Create, true),
        (Resource::Replicas, Action::Read, true),
    ];
    assert_eq!(explicit(&lines).collect::<Vec<_>>(), expected);
    let everything = [Permission { resource: None, action: None, negate: false }];
    assert_eq!(explicit(&everything).count(), 166);
}

#[test]
fn the_roles_of_answers_come_in_their_order() {
    let names: Vec<&str> = site_roles(Switches::default()).map(|role| role.name).collect();
    assert_eq!(names, ["owner", "auditor", "template-admin", "user-admin"]);
    let names: Vec<&str> = organization_roles().map(|role| role.name).collect();
    let expected = [
        "organization-admin",
        "organization-auditor",
        "organization-user-admin",
        "organization-template-admin",
        "organization-workspace-creation-ban",
        "agents-access",
    ];
    assert_eq!(names, expected);
}
