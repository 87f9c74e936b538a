//! What the built-in roles may and may not (rbac.md 6 and 7), over all 166 pairs of type and verb.

use std::collections::BTreeSet;

use super::words::{allowed, object, speaker};
use crate::rbac::{Resource, decide};

/// The pairs, written `type:verb`, that `who` may not do to things with these properties.
fn denied(who: &str, properties: &str) -> BTreeSet<String> {
    pairs(who, properties, false)
}

fn granted(who: &str, properties: &str) -> BTreeSet<String> {
    pairs(who, properties, true)
}

fn pairs(who: &str, properties: &str, wanted: bool) -> BTreeSet<String> {
    let subject = speaker(who);
    let all =
        Resource::ALL.iter().flat_map(|resource| resource.actions().iter().map(move |a| (*resource, *a)));
    let found = all.filter(|(resource, action)| {
        let thing = object(&format!("{} {properties}", resource.as_str()));
        decide(&subject, *action, &thing).allowed == wanted
    });
    found.map(|(resource, action)| format!("{}:{}", resource.as_str(), action.as_str())).collect()
}

/// `type: verb verb` per line.
fn listed(text: &str) -> BTreeSet<String> {
    let lines = text.trim().lines().filter_map(|line| line.split_once(':'));
    let pairs = lines.flat_map(|(kind, verbs)| verbs.split_whitespace().map(move |verb| (kind.trim(), verb)));
    pairs.map(|(kind, verb)| format!("{kind}:{verb}")).collect()
}

#[test]
fn an_owner_may_do_all_but_a_few_things() {
    let few = listed(
        "ai_seat: create read
         boundary_usage: delete read update
         usage_event: create read update
         user_secret: create delete read update
         user_skill: create update
         workspace_dormant: application_connect share ssh start",
    );
    assert_eq!(denied("M, OWN", "id=x owner=x"), few);
    assert_eq!(denied("M, OWN", "owner=x org=A"), few);
}

#[test]
fn a_member_may_do_little_to_what_others_own() {
    let little = listed("assign_role: read\noauth2_app: read\nworkspace_proxy: read");
    assert_eq!(granted("M", "id=x owner=x"), little);
    assert_eq!(granted("M", "owner=x org=A"), little);
    assert_eq!(granted("M", "owner=me org=A"), little);
}

#[test]
fn a_member_keeps_its_own_profile_and_keys() {
    for (verb, may) in [
        ("read", true),
        ("read_personal", true),
        ("update_personal", true),
        ("update", false),
        ("delete", false),
        ("create", false),
    ] {
        assert_eq!(allowed("M", verb, "user id=me owner=me"), may, "{verb}");
        assert!(!allowed("M", verb, "user id=x owner=x"), "{verb}");
    }
    for verb in ["create", "read", "update", "delete"] {
        assert!(allowed("M", verb, "api_key owner=me") && !allowed("M", verb, "api_key owner=x"), "{verb}");
    }
}

#[test]
fn an_organization_admin_may_do_nearly_all_at_home() {
    let few = listed(
        "ai_seat: create read
         assign_role: assign unassign
         boundary_usage: delete read update
         user_secret: create delete read update
         workspace: application_connect ssh
         workspace_dormant: application_connect share ssh start",
    );
    assert_eq!(denied("M, OA@A", "owner=x org=A"), few);
}

#[test]
fn an_organization_admin_sees_all_users_and_makes_none() {
    assert!(allowed("M, OM@A, OA@A", "read", "user id=x owner=x"));
    for verb in ["create", "update", "delete", "read_personal", "update_personal"] {
        assert!(!allowed("M, OM@A, OA@A", verb, "user id=x owner=x"), "{verb}");
        assert!(!allowed("M, OM@A, OA@A", verb, "user"), "{verb}");
    }
}

#[test]
fn an_organization_admin_is_nobody_elsewhere() {
    let little = listed("assign_role: read\noauth2_app: read\nworkspace_proxy: read\nuser: read");
    assert_eq!(granted("M, OM@A, OA@A", "owner=x org=B"), little);
    assert_eq!(granted("M, OM@A, OA@A", "owner=x"), little);
}

#[test]
fn the_creation_ban_stops_all_but_owners() {
    for verb in ["create", "delete"] {
        for own in ["owner=me", "owner=x"] {
            let thing = format!("workspace org=A {own}");
            assert!(!allowed("M, OM@A, BAN@A", verb, &thing), "{verb} {thing}");
            assert!(!allowed("M, OM@A, OA@A, BAN@A", verb, &thing), "{verb} {thing}");
            assert!(allowed("M, OM@A, OWN, BAN@A", verb, &thing), "{verb} {thing}");
        }
    }
    assert!(allowed("M, OM@A, BAN@A", "update", "workspace org=A owner=me"));
    assert!(allowed("M, OM@A, OA@A, BAN@A", "update", "workspace org=A owner=x"));
}

#[test]
fn sharing_modes_shape_what_members_may() {
    let questions = [
        ("read", "organization_member id=x owner=x org=A"),
        ("read", "organization_member id=me owner=me org=A"),
        ("read", "group org=A"),
        ("share", "workspace org=A owner=me"),
    ];
    let table = [
        ("OM@A(everyone)", [true, true, true, true]),
        ("OM@A(service_accounts)", [true, true, false, false]),
        ("OM@A(none)", [false, true, false, false]),
        ("SA@A(everyone)", [true, true, true, true]),
        ("SA@A(service_accounts)", [true, true, true, true]),
        ("SA@A(none)", [false, true, false, false]),
        ("OM@A(everyone), OA@A", [true, true, true, true]),
        // The organization's admin votes on a level above, where nothing is denied but in the last mode.
        ("OM@A(service_accounts), OA@A", [true, true, true, true]),
        ("OM@A(none), OA@A", [true, true, true, false]),
    ];
    for (who, answers) in table {
        let given = questions.map(|(verb, thing)| allowed(&format!("M, {who}"), verb, thing));
        assert_eq!(given, answers, "{who}");
    }
}
