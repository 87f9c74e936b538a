//! `DELETE /organizations/{organization}/members/roles/{roleName}` (members.md 7.6).

use serde_json::json;

use super::{
    NOT_FOUND, answered, assign, define, forbidden, member, of_member, own_roles, refused, request, role,
    roles, roles_of,
};
use crate::support::TestApp;

#[track_caller]
fn no_such_role(reply: crate::support::Reply, name: &str) {
    refused(reply, 404, &format!("No custom role with the name {name} found"), "no role found");
}

#[tokio::test]
async fn what_is_left_is_answered() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    for name in ["zoologist", "gardener", "baker"] {
        define(&owner, name, &[("template", "read")]).await;
    }
    owner.post(&roles(acme), request("gardener", &[])).await.expect(200);
    let left = owner.delete(&role("default", "gardener")).await.expect(200).json();
    let expected =
        ["baker", "zoologist"].map(|name| answered(app.organization, name, &[("template", "read")]));
    assert_eq!(left, json!(expected));
    for name in ["baker", "zoologist"] {
        owner.delete(&role("default", name)).await.expect(200);
    }
    assert!(own_roles(&owner).await.is_empty());
    let there = owner.delete(&role(acme, "gardener")).await.expect(200);
    assert_eq!(there.text.trim(), "[]");
}

#[tokio::test]
async fn a_role_that_is_not_there_has_a_message_of_its_own() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let plain = app.user(&owner, "plain", &[]).await;
    define(&owner, "gardener", &[]).await;
    owner.delete(&role("default", "gardener")).await.expect(200);
    no_such_role(owner.delete(&role("default", "gardener")).await, "gardener");
    define(&owner, "gardener", &[]).await;
    // Exactly the name, and in its organization.
    no_such_role(owner.delete(&role("default", "Gardener")).await, "Gardener");
    no_such_role(owner.delete(&role(acme, "gardener")).await, "gardener");
    for implied in ["organization-member", "organization-service-account"] {
        no_such_role(owner.delete(&role("default", implied)).await, implied);
    }
    // That comes before the question whether the caller may.
    no_such_role(plain.delete(&role("default", "nobody")).await, "nobody");
}

#[tokio::test]
async fn built_in_roles_and_bad_names_are_refused() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in ["owner", "member", "organization-admin", "agents-access", "Owner"] {
        let detail = format!("\"{name}\" is a reserved role name, and not allowed to be used");
        refused(owner.delete(&role("default", name)).await, 400, "Reserved role name", &detail);
    }
    refused(
        owner.delete(&role("default", "organization-workspace-creation-ban")).await,
        400,
        "Reserved role name",
        "\"organization-workspace-creation-ban\" is a reserved role name, and not allowed to be used",
    );
    for (name, why) in [
        ("a_b", "must be alphanumeric with hyphens"),
        ("new", "cannot use \"new\" as a name"),
        ("a%00b", "must be alphanumeric with hyphens"),
        (&"x".repeat(33), "must be <= 32 characters"),
    ] {
        refused(owner.delete(&role("default", name)).await, 400, "Invalid role name", why);
    }
}

#[tokio::test]
async fn who_may_not_is_told_so() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    define(&owner, "gardener", &[]).await;
    for (username, held) in
        [("plain", None), ("joe", Some("organization-user-admin")), ("mia", Some("gardener"))]
    {
        let caller = member(&app, &owner, username, held.as_slice()).await;
        forbidden(caller.delete(&role("default", "gardener")).await);
    }
    let stranger = super::outsider(&app, &owner, acme, "stranger").await;
    refused(stranger.delete(&role("default", "gardener")).await, 404, NOT_FOUND, "");
    assert_eq!(own_roles(&owner).await, ["gardener"]);
    let admin = member(&app, &owner, "admin", &["organization-admin"]).await;
    admin.delete(&role("default", "gardener")).await.expect(200);
}

#[tokio::test]
async fn members_keep_their_other_roles_and_nothing_else_changes() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    for name in ["gardener", "baker"] {
        define(&owner, name, &[]).await;
    }
    owner.post(&roles(acme), request("gardener", &[])).await.expect(200);
    for (username, held) in [
        ("bea", vec!["gardener", "baker", "organization-auditor"]),
        ("joe", vec!["gardener"]),
        ("zoe", vec!["baker"]),
    ] {
        member(&app, &owner, username, &held).await;
    }
    owner.post_empty(&format!("/organizations/{acme}/members/bea")).await.expect(200);
    owner.put(&of_member(acme, "bea"), json!({ "roles": ["gardener"] })).await.expect(200);
    let before = owner.get("/organizations/default/members/bea").await.expect(200).json();
    app.clock.advance(chrono::TimeDelta::minutes(5));
    owner.delete(&role("default", "gardener")).await.expect(200);
    let after = owner.get("/organizations/default/members/bea").await.expect(200).json();
    assert_eq!(after["updated_at"], before["updated_at"]);
    assert_eq!(roles_of(&owner, "bea").await, ["baker", "organization-auditor"]);
    assert!(roles_of(&owner, "joe").await.is_empty());
    assert_eq!(roles_of(&owner, "zoe").await, ["baker"]);
    let elsewhere = owner.get(&format!("/organizations/{acme}/members/bea")).await.expect(200).json();
    assert_eq!(elsewhere["roles"][0]["name"], "gardener");
    // They can be given roles as before, and the same name is another role from now on.
    assign(&owner, "joe", &["baker"]).await.expect(200);
    define(&owner, "gardener", &[("template", "read")]).await;
    assert_eq!(roles_of(&owner, "bea").await, ["baker", "organization-auditor"]);
}

#[tokio::test]
async fn a_key_that_may_delete_but_not_see_roles_is_told_of_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in ["gardener", "baker"] {
        define(&owner, name, &[]).await;
    }
    let narrow = super::narrowed(&app, &owner, &["organization:read", "assign_org_role:delete"]).await;
    assert_eq!(narrow.delete(&role("default", "baker")).await.expect(200).text.trim(), "[]");
    assert_eq!(own_roles(&owner).await, ["gardener"]);
}

/// For each check of the contract's table a request that fails it and those that come after it.
#[tokio::test]
async fn the_checks_come_in_their_order() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    define(&owner, "gardener", &[]).await;
    let plain = app.user(&owner, "plain", &[]).await;
    let stranger = super::outsider(&app, &owner, acme, "stranger").await;
    for name in ["owner", "a_b", "nobody", "organization-member", "gardener"] {
        refused(stranger.delete(&role("default", name)).await, 404, NOT_FOUND, "");
        refused(stranger.delete(&role("nowhere", name)).await, 404, NOT_FOUND, "");
    }
    let reserved = "\"owner\" is a reserved role name, and not allowed to be used";
    refused(plain.delete(&role("default", "owner")).await, 400, "Reserved role name", reserved);
    let bad = "must be alphanumeric with hyphens";
    refused(plain.delete(&role("default", "a_b")).await, 400, "Invalid role name", bad);
    for name in ["nobody", "organization-member"] {
        no_such_role(plain.delete(&role("default", name)).await, name);
    }
    forbidden(plain.delete(&role("default", "gardener")).await);
}

#[tokio::test]
async fn a_name_in_a_path_may_be_encoded() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "Head-Gardener", &[]).await;
    no_such_role(owner.delete(&role("default", "Head-Gardener")).await, "Head-Gardener");
    owner.delete(&role("default", "%68ead%2Dgardener/")).await.expect(200);
    assert!(own_roles(&owner).await.is_empty());
}
