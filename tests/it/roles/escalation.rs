//! Nobody puts into a role what one may not do oneself (members.md 7.4, step 13).

use super::{define, member, request, role, roles};
use crate::support::{Actor, Client, TestApp};

/// Whether somebody may put each of these into a role.
async fn grants(caller: &Client, owner: &Actor, who: &str, lines: &[((&str, &str), bool)]) {
    for (line, may) in lines {
        let reply = caller.post(&roles("default"), request("attempt", &[*line])).await;
        assert_eq!(reply.status, if *may { 200 } else { 400 }, "{who}: {line:?}: {}", reply.text);
        if *may {
            owner.delete(&role("default", "attempt")).await.expect(200);
        } else {
            assert!(reply.detail().ends_with(", not allowed to grant this permission"), "{who}: {line:?}");
        }
    }
}

#[tokio::test]
async fn an_owner_hands_on_what_owners_may_in_an_organization() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let lines = [
        (("template", "update"), true),
        (("workspace", "ssh"), true),
        (("assign_role", "assign"), true),
        (("license", "read"), true),
        (("user_secret", "read"), false),
        (("usage_event", "read"), false),
        (("ai_seat", "read"), false),
        (("boundary_usage", "read"), false),
        (("user_skill", "read"), true),
        (("user_skill", "create"), false),
        (("user_skill", "update"), false),
        (("workspace_dormant", "ssh"), false),
        (("workspace_dormant", "stop"), true),
    ];
    grants(&owner, &owner, "owner", &lines).await;
}

#[tokio::test]
async fn an_organization_admin_hands_on_what_those_may() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let admin = member(&app, &owner, "admin", &["organization-admin"]).await;
    let lines = [
        (("template", "update"), true),
        (("workspace", "start"), true),
        (("workspace", "ssh"), false),
        (("workspace", "application_connect"), false),
        (("workspace_dormant", "ssh"), false),
        (("assign_role", "assign"), false),
        (("assign_org_role", "assign"), true),
        (("user_secret", "read"), false),
        (("ai_seat", "create"), false),
        (("boundary_usage", "delete"), false),
        (("usage_event", "read"), true),
        (("user_skill", "create"), true),
        (("user", "read"), true),
    ];
    grants(&admin, &owner, "organization-admin", &lines).await;
}

/// What one may do to one's own things only cannot be handed on: a role is about everybody's.
#[tokio::test]
async fn what_counts_on_ones_own_things_is_not_handed_on() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "maker", &[("assign_org_role", "create"), ("file", "read")]).await;
    let maker = member(&app, &owner, "mia", &["maker"]).await;
    let lines = [
        (("workspace", "read"), false),
        (("api_key", "create"), false),
        (("file", "create"), false),
        (("file", "read"), true),
        (("provisioner_daemon", "read"), true),
        (("organization_member", "read"), true),
    ];
    grants(&maker, &owner, "maker", &lines).await;
}

#[tokio::test]
async fn a_narrow_key_hands_on_what_it_may_itself() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let scopes = ["organization:read", "assign_org_role:create", "template:read"];
    let narrow = super::narrowed(&app, &owner, &scopes).await;
    let lines = [
        (("template", "read"), true),
        (("template", "update"), false),
        (("organization", "read"), true),
        (("organization", "update"), false),
        (("assign_org_role", "create"), true),
        (("assign_org_role", "assign"), false),
    ];
    grants(&narrow, &owner, "a narrow key", &lines).await;
}

/// An object without an id passes only an allow list of its whole type.
#[tokio::test]
async fn an_allow_list_narrows_what_is_handed_on() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let allow_list = vec![
        ("organization", app.organization.to_string()),
        ("assign_org_role", "*".to_owned()),
        ("template", "*".to_owned()),
    ];
    let mint = crate::support::Mint { allow_list, ..Default::default() };
    let narrow = owner.client.with_token(&app.mint(owner.id, mint).await);
    let lines = [(("template", "read"), true), (("organization", "read"), false), (("file", "read"), false)];
    grants(&narrow, &owner, "an allow list", &lines).await;
}

/// A negated line beats every grant of its level, and so do its holder's means to hand on.
#[tokio::test]
async fn who_is_banned_from_something_does_not_hand_it_on() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let held = ["organization-admin", "organization-workspace-creation-ban"];
    let admin = member(&app, &owner, "admin", &held).await;
    let lines = [(("workspace", "create"), false), (("workspace", "update"), true)];
    grants(&admin, &owner, "a banned admin", &lines).await;
}
