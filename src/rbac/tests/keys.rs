//! What keys leave of their owners' rights (rbac.md 3.5, 3.6 and 10).

use std::sync::Arc;

use super::words::{allowed, key, object, organization, speaker};
use crate::model::ids::OrgId;
use crate::model::key::AllowEntry;
use crate::rbac::rights::{Lists, Rights};
use crate::rbac::{Action, AllowList, CompiledKey, Decision, Permission, Reason, Resource, Subject, decide};

#[test]
fn an_empty_allow_list_denies_everything_and_the_full_one_nothing() {
    for thing in ["user id=x", "user", "template id=w1 org=A", "template org=A", "group any_org"] {
        assert!(!allowed("OWN; coder:all; ", "read", thing), "{thing}");
        assert!(allowed("OWN; coder:all; *:*", "read", thing), "{thing}");
    }
}

#[test]
fn an_allow_list_lets_pass_what_one_entry_names() {
    let table = [
        ("template:*", "template id=w1 org=A", true),
        ("template:*", "template org=A", true),
        ("template:*", "group id=w1 org=A", false),
        ("template:w1", "template id=w1 org=A", true),
        ("template:w1", "template id=w2 org=A", false),
        ("template:w1", "template org=A", false),
        ("template:w1", "group id=w1 org=A", false),
        ("*:w1", "group id=w1 org=A", true),
        ("*:w1", "group id=w2 org=A", false),
        ("*:w1", "group org=A", false),
        ("group:g1 template:w1", "template id=w1 org=A", true),
        ("group:g1 template:w1", "template id=g1 org=A", false),
    ];
    for (list, thing, passes) in table {
        assert_eq!(allowed(&format!("OWN; coder:all; {list}"), "read", thing), passes, "{list}: {thing}");
    }
}

#[test]
fn several_scopes_grant_what_any_of_them_grants() {
    let both = "OWN; user:read template:update";
    assert!(allowed(both, "read", "user id=x owner=x") && allowed(both, "update", "template org=A"));
    assert!(!allowed(both, "update", "user id=x owner=x") && !allowed(both, "read", "template org=A"));
}

/// No scope of the server denies; one that did would beat those beside it, as roles do.
#[test]
fn a_scope_that_denies_anywhere_beats_the_others() {
    let denial = Permission::deny(Resource::Workspace, Action::Read);
    let everything = Permission { resource: None, action: None, negate: false };
    let site = |site| (Lists { site, ..Lists::default() }, None);
    let organization = |list| (Lists { organization: list, ..Lists::default() }, Some(organization("A")));
    let owner = speaker("OWN, OM@A");
    let read = |parts: &[(Lists<'_>, Option<OrgId>)], thing: &str| {
        let key = CompiledKey { rights: Rights::join(parts.iter().copied()), list: AllowList::everything() };
        decide(&Subject { key: Arc::new(key), ..owner.clone() }, Action::Read, &object(thing))
    };
    let (one, all) = ([denial], [everything]);
    let refused = Decision { allowed: false, reason: Reason::KeyScope };
    assert_eq!(read(&[site(&all), site(&one)], "workspace org=A"), refused);
    assert_eq!(read(&[site(&one), organization(&all)], "workspace org=A"), refused);
    assert!(read(&[site(&all), organization(&one)], "workspace org=A").allowed);
    assert!(read(&[site(&all), site(&one)], "template org=A").allowed);
}

#[test]
fn a_scope_named_twice_is_the_same_key() {
    assert_eq!(key("user:read user:read user:*", "*:*"), key("user:* user:read", "*:*"));
}

#[test]
fn the_scope_of_everything_is_no_narrowing() {
    assert_eq!(key("coder:all", "*:*"), CompiledKey::everything());
}

#[test]
fn a_scope_grants_nothing_that_the_roles_do_not() {
    assert!(!allowed("M; coder:all", "read", "user id=x owner=x"));
    assert!(!allowed("M; user:*", "create", "user"));
    assert!(!allowed("; coder:all", "read", "user id=me owner=me"));
}

fn compiles(scope: &str) -> bool {
    let everything = AllowEntry { kind: "*".to_owned(), id: "*".to_owned() };
    CompiledKey::compile(&[scope.to_owned()], &[everything]).is_ok()
}

#[test]
fn the_222_stored_names_mean_something() {
    let special = ["coder:all", "coder:application_connect"];
    let composite = [
        "coder:workspaces.create",
        "coder:workspaces.operate",
        "coder:workspaces.delete",
        "coder:workspaces.access",
        "coder:templates.build",
        "coder:templates.author",
        "coder:apikeys.manage_self",
    ];
    let verbs = |resource: &Resource| resource.actions().iter().map(|action| action.as_str()).chain(["*"]);
    let low_level = Resource::ALL.iter().flat_map(|r| verbs(r).map(|verb| format!("{}:{verb}", r.as_str())));
    let names: Vec<String> =
        special.into_iter().chain(composite).map(str::to_owned).chain(low_level).collect();
    assert_eq!(names.len(), 222);
    assert!(names.iter().all(|name| compiles(name)));
}

#[test]
fn other_names_mean_nothing() {
    let wrong = [
        "workspace:",
        ":read",
        "unknown:read",
        "workspace:bogus",
        "a:b:c",
        "",
        "*:*",
        "user:read ",
        "USER:READ",
    ];
    for name in
        wrong.into_iter().chain(["all", "application_connect", "no_user_data", "coder:", "coder:nothing"])
    {
        assert!(!compiles(name), "{name:?}");
    }
}

#[test]
fn a_key_with_an_unreadable_entry_is_worthless() {
    for (kind, id) in [("nothing", "*"), ("user", "not-a-uuid"), ("user", ""), ("", "*")] {
        let entry = AllowEntry { kind: kind.to_owned(), id: id.to_owned() };
        assert!(CompiledKey::compile(&["coder:all".to_owned()], &[entry]).is_err(), "{kind}:{id}");
    }
}

#[test]
fn composites_grant_just_their_parts() {
    let operate = "OWN; coder:workspaces.operate";
    for verb in ["read", "update", "start", "stop"] {
        assert!(allowed(operate, verb, "workspace org=A owner=x"), "{verb}");
    }
    assert!(allowed(operate, "read", "organization_member id=x owner=x org=A"));
    assert!(
        !allowed(operate, "create", "workspace org=A owner=x") && !allowed(operate, "use", "template org=A")
    );
    assert!(!allowed(operate, "delete", "organization_member id=x owner=x org=A"));
}
