//! What objects are shared for, and the switches that end it (rbac.md 3.4 and 8).

use super::words::allowed;

/// Who, verb, thing, answer.
type Case = (&'static str, &'static str, &'static str, bool);

fn hold(cases: &[Case]) {
    for (who, verb, thing, answer) in cases {
        assert_eq!(allowed(who, verb, thing), *answer, "{who} | {verb} | {thing}");
    }
}

#[test]
fn a_list_of_users_names_them_and_their_verbs() {
    hold(&[
        ("M", "read", "template org=A user-acl=me:read", true),
        ("M", "update", "template org=A user-acl=me:read,update", true),
        ("M", "delete", "template org=A user-acl=me:read,update", false),
        ("M", "delete", "template org=A user-acl=me:*", true),
        ("M", "banana", "template org=A user-acl=me:*", true),
        ("M", "banana", "template org=A user-acl=me:read", false),
        ("M", "read", "template org=A user-acl=x:*", false),
        ("M", "read", "template org=A user-acl=x:* user-acl=me:read", true),
        ("M", "read", "template org=A user-acl=me:update user-acl=me:read", true),
        // A user is no group, and a group no user.
        ("M, OM@A", "read", "template org=A group-acl=me:*", false),
        ("M, OM@A, in G", "read", "template org=A user-acl=G:* user-acl=A:*", false),
        // No membership is needed, nor an organization.
        ("", "read", "template user-acl=me:read", true),
    ]);
}

#[test]
fn a_list_of_groups_needs_group_and_membership() {
    hold(&[
        ("M, OM@A, in G", "read", "template org=A group-acl=G:read", true),
        ("M, OM@A, in g1, in G", "read", "template org=A group-acl=G:read", true),
        ("M, OM@A, in G", "update", "template org=A group-acl=G:*", true),
        ("M, OM@A, in G", "update", "template org=A group-acl=G:read", false),
        ("M, OM@A", "read", "template org=A group-acl=G:read", false),
        ("M, OM@A, in g1", "read", "template org=A group-acl=G:read", false),
        ("M, in G", "read", "template org=A group-acl=G:read", false),
        ("M, OM@B, in G", "read", "template org=A group-acl=G:read", false),
        ("M, OM@B, in G", "read", "template group-acl=G:read", false),
        // Any organization will do when any is asked for.
        ("M, OM@B, in G", "read", "template any_org group-acl=G:read", true),
        ("M, in G", "read", "template any_org group-acl=G:read", false),
    ]);
}

#[test]
fn everyone_in_an_organization_is_listed_by_its_id() {
    hold(&[
        ("M, OM@A", "read", "template org=A group-acl=A:read", true),
        ("M, OM@A", "update", "template org=A group-acl=A:*", true),
        ("M, OM@A", "update", "template org=A group-acl=A:read", false),
        ("M, OM@A", "read", "template org=A group-acl=B:read", false),
        ("M, OM@A, OM@B", "read", "template org=A group-acl=B:read", false),
        ("M", "read", "template org=A group-acl=A:read", false),
        ("M, OM@A", "read", "template org=A user-acl=A:read", false),
    ]);
}

/// An entry without any permission in it, and one of denials, make a member as well as any other (rbac.md 3.2).
#[test]
fn whatever_role_is_held_in_an_organization_makes_a_member() {
    for role in ["nothing@A", "BAN@A", "org-deny@A", "OM@A(none)", "AG@A"] {
        hold_for(role);
    }
    fn hold_for(role: &str) {
        for (who, thing, answer) in [
            (format!("M, {role}"), "template org=A group-acl=A:read", true),
            (format!("M, {role}, in G"), "template org=A group-acl=G:read", true),
            (format!("M, {role}, in G"), "template org=B group-acl=G:read group-acl=B:read", false),
        ] {
            assert_eq!(allowed(&who, "read", thing), answer, "{who} | {thing}");
        }
    }
}

#[test]
fn no_denial_of_a_role_stops_a_list_and_every_key_does() {
    hold(&[
        ("site-deny", "read", "workspace org=A user-acl=me:read", true),
        ("org-deny@A", "read", "workspace org=A user-acl=me:read", true),
        ("org-deny@A", "read", "workspace org=A group-acl=A:read", true),
        ("site-deny, user-deny, org-deny@A, in G", "read", "workspace org=A group-acl=G:read", true),
        ("M; workspace:read", "read", "workspace org=A user-acl=me:*", true),
        ("M; workspace:read", "ssh", "workspace org=A user-acl=me:*", false),
        ("M; workspace:read; workspace:w1", "read", "workspace id=w1 org=A user-acl=me:*", true),
        ("M; workspace:read; workspace:w1", "read", "workspace id=w2 org=A user-acl=me:*", false),
        ("M; workspace:read; workspace:w1", "read", "workspace org=A user-acl=me:*", false),
    ]);
}

#[test]
fn switched_off_sharing_denies_to_all_and_ignores_the_lists() {
    let kinds = [("workspace", "no workspace sharing"), ("chat", "no chat sharing")];
    for (kind, switch) in kinds {
        let other = if kind == "workspace" { "no chat sharing" } else { "no workspace sharing" };
        for (lists, who) in [
            ("user-acl=me:*", "M, OM@A"),
            ("group-acl=G:read", "M, OM@A, in G"),
            ("group-acl=A:read", "M, OM@A"),
        ] {
            let thing = format!("{kind} org=A owner=x {lists}");
            assert!(allowed(who, "read", &thing), "{who} | {thing}");
            assert!(allowed(&format!("{other}, {who}"), "read", &thing), "{other}: {who} | {thing}");
            assert!(!allowed(&format!("{switch}, {who}"), "read", &thing), "{switch}: {who} | {thing}");
        }
        for who in ["M, OWN", "M, OM@A, OA@A", "M, OWN, OM@A, OA@A"] {
            let thing = format!("{kind} org=A owner=me");
            assert!(allowed(who, "share", &thing), "{who} | {thing}");
            assert!(allowed(&format!("{other}, {who}"), "share", &thing), "{other}: {who} | {thing}");
            assert!(!allowed(&format!("{switch}, {who}"), "share", &thing), "{switch}: {who} | {thing}");
            assert!(allowed(&format!("{switch}, {who}"), "read", &thing), "{switch}: {who} | {thing}");
        }
    }
    // Lists of other types go on.
    hold(&[("no workspace sharing, no chat sharing, M", "read", "template org=A user-acl=me:read", true)]);
}

/// Who may share a workspace of its own, by sharing mode of the organization and switch of the deployment.
#[test]
fn sharing_needs_mode_and_switch() {
    let table = [
        ("OM", [true, false, false]),
        ("SA", [true, true, false]),
        ("OA", [true, true, false]),
        ("OWN", [true, true, true]),
    ];
    for (who, by_mode) in table {
        for (mode, shares) in ["everyone", "service_accounts", "none"].into_iter().zip(by_mode) {
            let held = match who {
                "SA" => format!("M, SA@A({mode})"),
                "OA" => format!("M, OM@A({mode}), OA@A"),
                "OWN" => format!("M, OM@A({mode}), OWN"),
                _ => format!("M, OM@A({mode})"),
            };
            let thing = "workspace org=A owner=me";
            assert_eq!(allowed(&held, "share", thing), shares, "{held}");
            assert!(
                !allowed(&format!("no workspace sharing, {held}"), "share", thing),
                "{held}, switched off"
            );
            assert_eq!(allowed(&format!("no chat sharing, {held}"), "share", thing), shares, "{held}");
        }
    }
}

#[test]
fn owners_without_exec_enter_their_own_workspaces_only() {
    for verb in ["ssh", "application_connect"] {
        assert!(allowed("M, OWN", verb, "workspace org=A owner=x"), "{verb}");
        assert!(!allowed("M, no exec, OWN", verb, "workspace org=A owner=x"), "{verb}");
        assert!(allowed("M, no exec, OWN, OM@A", verb, "workspace org=A owner=me"), "{verb}");
    }
    assert!(allowed("M, no exec, OWN", "read", "workspace org=A owner=x"));
}
