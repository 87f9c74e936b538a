//! `POST /organizations/{organization}/members/{user}` (members.md 6.2).

use chrono::TimeDelta;
use entity::users::Column;
use sea_orm::Set;
use serde_json::json;

use super::{
    NOT_FOUND, PREBUILDS, change_user, custom_role, join, machine, member, members, outsider, usernames,
};
use crate::support::{Mint, TestApp};

const ALREADY: &str = "User is already an organization member";

#[tokio::test]
async fn who_is_added_is_a_member_without_roles() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let bea = app.user(&owner, "bea", &[]).await;
    app.clock.advance(TimeDelta::minutes(10));
    let added = owner.post_empty(&member(acme, "bea")).await.expect(200).json();
    let expected = json!({
        "user_id": bea.id, "organization_id": acme, "roles": [],
        "created_at": "2026-05-20T00:10:00Z", "updated_at": "2026-05-20T00:10:00Z",
    });
    assert_eq!(added, expected);
    assert_eq!(usernames(&owner.get(&members(acme)).await.expect(200).json()), ["bea"]);
}

#[tokio::test]
async fn users_are_added_by_name_by_id_and_as_me() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.organization("acme").await;
    let (_bea, joe) = (app.user(&owner, "bea", &[]).await, app.user(&owner, "joe", &[]).await);
    for who in ["BEA", &joe.id.to_string(), "me"] {
        owner.post_empty(&member("Acme", who)).await.expect(200);
    }
    let list = owner.get(&members("acme")).await.expect(200).json();
    assert_eq!(usernames(&list), ["bea", "joe", "owner"]);
}

#[tokio::test]
async fn a_body_is_not_looked_at() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    for (username, body) in [("bea", "{\"roles\":[\"organization-admin\"]}"), ("joe", "no JSON {")] {
        app.user(&owner, username, &[]).await;
        let added = owner.post_text(&member(acme, username), body).await.expect(200).json();
        assert_eq!(added["roles"], json!([]));
    }
}

#[tokio::test]
async fn nobody_is_added_twice() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "Bea", &[]).await;
    let twice = owner.post_empty(&member("default", "bea")).await.expect(400);
    assert_eq!(twice.message(), ALREADY);
    assert_eq!(twice.detail(), "Bea is already a member of Coder");
    assert!(twice.validations().is_empty());
}

#[tokio::test]
async fn who_was_removed_can_be_added_again_without_the_old_roles() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    app.set_member_roles(app.organization, bea.id, &["organization-admin"]).await;
    owner.delete(&member("default", "bea")).await.expect(204);
    join(&owner, app.organization, &bea).await;
    let again = owner.get(&member("default", "bea")).await.expect(200).json();
    assert_eq!(again["roles"], json!([]));
}

#[tokio::test]
async fn the_new_member_gains_access_with_the_next_request() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let bea = app.user(&owner, "bea", &[]).await;
    bea.get(&members(acme)).await.expect(404);
    join(&owner, acme, &bea).await;
    assert_eq!(usernames(&bea.get(&members(acme)).await.expect(200).json()), ["bea"]);
}

#[tokio::test]
async fn suspended_and_dormant_users_and_service_accounts_can_be_added() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    for status in ["suspended", "dormant"] {
        let user = app.user(&owner, status, &[]).await;
        app.set_user(user.id, Column::Status, status).await;
        join(&owner, acme, &user).await;
        let shown = owner.get(&member(acme, status)).await.expect(200).json();
        assert_eq!(shown["status"], status);
    }
    let robot = machine(&app, &owner, "robot").await;
    join(&owner, acme, &robot).await;
}

#[tokio::test]
async fn the_servers_own_user_can_be_added_by_those_who_know_it() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (acme, initech) = (app.organization("acme").await, app.organization("initech").await);
    owner.post_empty(&member(acme, "prebuilds")).await.expect(200);
    owner.post_empty(&member(initech, PREBUILDS)).await.expect(200);
    assert_eq!(owner.post_empty(&member("default", "prebuilds")).await.expect(400).message(), ALREADY);
    assert!(usernames(&owner.get(&members(acme)).await.expect(200).json()).is_empty());
}

#[tokio::test]
async fn an_unknown_user_is_not_found() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let nobody = uuid::Uuid::max().to_string();
    for who in ["nobody", nobody.as_str()] {
        assert_eq!(owner.post_empty(&member("default", who)).await.expect(404).message(), NOT_FOUND);
    }
}

#[tokio::test]
async fn an_organization_admin_adds_a_stranger() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let stranger = outsider(&app, &owner, acme, "stranger").await;
    let admin = app.user(&owner, "admin", &[]).await;
    app.set_member_roles(app.organization, admin.id, &["organization-admin"]).await;
    join(&admin, app.organization, &stranger).await;
}

#[tokio::test]
async fn a_template_admin_adds_nobody() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let stranger = outsider(&app, &owner, acme, "stranger").await;
    let admin = app.user(&owner, "admin", &[]).await;
    app.set_member_roles(app.organization, admin.id, &["organization-template-admin"]).await;
    let refused = admin.post_empty(&member("default", stranger.id)).await.expect(404);
    assert_eq!(refused.message(), NOT_FOUND);
    owner.get(&member("default", stranger.id)).await.expect(404);
}

#[tokio::test]
async fn a_member_adds_neither_itself_elsewhere_nor_others_here() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let (bea, both) = (app.user(&owner, "bea", &[]).await, app.user(&owner, "both", &[]).await);
    join(&owner, acme, &both).await;
    bea.post_empty(&member(acme, "me")).await.expect(404);
    both.post_empty(&member(acme, "bea")).await.expect(404);
    // Whether somebody is a member already is told only to those who may add.
    bea.post_empty(&member("default", "me")).await.expect(404);
}

/// The right to assign roles is not enough: the caller must hold a role that may grant the one that comes with membership.
#[tokio::test]
async fn a_custom_role_cannot_grant_membership() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let stranger = outsider(&app, &owner, acme, "stranger").await;
    let porter = app.user(&owner, "porter", &["auditor"]).await;
    let grants = [("assign_org_role", "assign"), ("organization_member", "create")];
    custom_role(&app, app.organization, "porter", &grants).await;
    app.set_member_roles(app.organization, porter.id, &["porter"]).await;
    let refused = porter.post_empty(&member("default", stranger.id)).await.expect(403);
    let role = format!("organization-member:{}", app.organization);
    assert_eq!(refused.message(), format!("not authorized to assign role \"{role}\""));
    owner.get(&member("default", stranger.id)).await.expect(404);
}

/// For each check of the contract's table a request that fails it and one that comes after it.
#[tokio::test]
async fn the_checks_come_in_their_order() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    outsider(&app, &owner, acme, "stranger").await;
    app.user(&owner, "bea", &[]).await;
    let (stranger, bea) = (member("default", "stranger"), member("default", "bea"));
    // May neither assign nor grant nor create, then not grant nor create; for a member and for somebody who is none.
    let auditor = app.user(&owner, "auditor", &["auditor"]).await;
    custom_role(&app, app.organization, "giver", &[("assign_org_role", "assign")]).await;
    let giver = app.user(&owner, "giver", &["auditor"]).await;
    app.set_member_roles(app.organization, giver.id, &["giver"]).await;
    let above = format!("not authorized to assign role \"organization-member:{}\"", app.organization);
    for path in [&stranger, &bea] {
        assert_eq!(auditor.post_empty(path).await.expect(404).json(), json!({ "message": NOT_FOUND }));
        assert_eq!(giver.post_empty(path).await.expect(403).json(), json!({ "message": above }));
    }
    // Not create, but all else; then nothing but that there is such a member.
    let scopes = vec!["organization:read", "user:read", "assign_org_role:assign"];
    let narrow = app.client().with_token(&app.mint(owner.id, Mint { scopes, ..Mint::default() }).await);
    for path in [&stranger, &bea] {
        assert_eq!(narrow.post_empty(path).await.expect(404).json(), json!({ "message": NOT_FOUND }));
    }
    let twice = json!({ "message": ALREADY, "detail": "bea is already a member of Coder" });
    assert_eq!(owner.post_empty(&bea).await.expect(400).json(), twice);
}

/// Found by its id (members.md 1.2), and put nowhere any more.
#[tokio::test]
async fn a_deleted_user_joins_nothing() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let bea = app.user(&owner, "bea", &[]).await;
    change_user(&app, bea.id, |row| row.deleted = Set(true)).await;
    for who in ["bea", &bea.id.to_string()] {
        let refused = owner.post_empty(&member(acme, who)).await.expect(404);
        assert_eq!(refused.json(), json!({ "message": NOT_FOUND }), "{who}");
    }
    owner.get(&member(acme, bea.id)).await.expect(404);
}
