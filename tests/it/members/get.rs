//! `GET /organizations/{organization}/members/{user}` and the members of its answer (members.md 2.2, 2.3 and 6.1).

use chrono::TimeDelta;
use entity::users::Column;
use sea_orm::Set;
use serde_json::{Value, json};

use super::{NOT_FOUND, PREBUILDS, change_user, custom_role, join, machine, member, members, outsider};
use crate::support::{TestApp, uuid};

#[tokio::test]
async fn a_member_is_shown_with_the_user_behind_it() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let bea = app
        .user_from(&owner, json!({ "username": "Bea", "name": "Bea Doe", "user_status": "dormant" }))
        .await;
    app.clock.advance(TimeDelta::minutes(90));
    join(&owner, acme, &bea).await;
    let expected = json!({
        "user_id": bea.id, "organization_id": acme, "username": "Bea", "name": "Bea Doe",
        "email": "Bea@example.com", "status": "dormant", "login_type": "none",
        "created_at": "2026-05-20T01:30:00Z", "updated_at": "2026-05-20T01:30:00Z",
        "user_created_at": "2026-05-20T00:00:00Z", "user_updated_at": "2026-05-20T00:00:00Z",
        "last_seen_at": "0001-01-01T00:00:00Z",
        "roles": [], "global_roles": [], "has_ai_seat": false,
    });
    let one = owner.get(&member(acme, "bea")).await.expect(200).json();
    assert_eq!(one, expected);
    assert_eq!(owner.get(&members(acme)).await.expect(200).json(), json!([expected]));
}

#[tokio::test]
async fn what_is_empty_or_false_is_left_out_where_the_contract_says_so() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let bea = owner.get(&member("default", "bea")).await.expect(200).json();
    for absent in ["name", "avatar_url", "is_service_account"] {
        assert!(bea.get(absent).is_none(), "{absent}");
    }
    let joe = app.user(&owner, "joe", &[]).await;
    app.set_user(joe.id, Column::AvatarUrl, "https://example.com/joe.png").await;
    let joe = owner.get(&member("default", "joe")).await.expect(200).json();
    assert_eq!(joe["avatar_url"], "https://example.com/joe.png");
}

#[tokio::test]
async fn roles_are_shown_apart_by_where_they_count() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &["auditor", "user-admin"]).await;
    let granted = ["agents-access", "organization-admin", "gone-role"];
    app.set_member_roles(app.organization, bea.id, &granted).await;
    let bea = owner.get(&member("default", "bea")).await.expect(200).json();
    let here = |name: &str, display_name: &str| json!({ "name": name, "display_name": display_name, "organization_id": app.organization });
    let expected = json!([
        here("agents-access", "Coder Agents User"),
        here("organization-admin", "Organization Admin"),
        here("gone-role", ""),
    ]);
    assert_eq!(bea["roles"], expected);
    let global = json!([
        { "name": "auditor", "display_name": "Auditor" }, { "name": "user-admin", "display_name": "User Admin" },
    ]);
    assert_eq!(bea["global_roles"], global);
}

#[tokio::test]
async fn a_custom_role_is_shown_with_its_display_name() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    custom_role(&app, app.organization, "gardener", &[("template", "read")]).await;
    app.set_member_roles(app.organization, bea.id, &["gardener"]).await;
    let bea = owner.get(&member("default", "bea")).await.expect(200).json();
    let expected =
        json!({ "name": "gardener", "display_name": "The gardener", "organization_id": app.organization });
    assert_eq!(bea["roles"], json!([expected]));
}

#[tokio::test]
async fn a_service_account_has_no_address() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let machine = machine(&app, &owner, "robot").await;
    let robot = machine.get(&member("default", "me")).await.expect(200).json();
    assert_eq!((&robot["email"], &robot["is_service_account"]), (&json!(""), &json!(true)));
    assert_eq!((&robot["login_type"], &robot["roles"]), (&json!("none"), &json!([])));
}

#[tokio::test]
async fn every_status_and_login_type_is_shown() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (username, status, login_type) in
        [("bea", "suspended", "github"), ("joe", "dormant", "oidc"), ("zoe", "active", "password")]
    {
        let user = app.user(&owner, username, &[]).await;
        app.set_user(user.id, Column::Status, status).await;
        app.set_user(user.id, Column::LoginType, login_type).await;
        let shown = owner.get(&member("default", username)).await.expect(200).json();
        assert_eq!((&shown["status"], &shown["login_type"]), (&json!(status), &json!(login_type)));
    }
}

#[tokio::test]
async fn the_list_and_the_single_answer_say_the_same() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &["auditor"]).await;
    machine(&app, &owner, "robot").await;
    let list = owner.get(&members("default")).await.expect(200).json();
    let others = list.as_array().unwrap().iter().filter(|row| row["username"] != "owner");
    for row in others {
        let one: Value = owner.get(&member("default", uuid(&row["user_id"]))).await.expect(200).json();
        assert_eq!(&one, row);
    }
}

#[tokio::test]
async fn who_is_no_member_is_not_found() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    outsider(&app, &owner, acme, "bea").await;
    assert_eq!(owner.get(&member("default", "bea")).await.expect(404).message(), NOT_FOUND);
    assert_eq!(owner.get(&member(acme, "me")).await.expect(404).message(), NOT_FOUND);
}

#[tokio::test]
async fn the_servers_own_user_is_not_found() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in ["prebuilds", PREBUILDS] {
        assert_eq!(owner.get(&member("default", name)).await.expect(404).message(), NOT_FOUND);
    }
}

#[tokio::test]
async fn a_new_username_finds_the_member_and_the_old_one_does_not() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    change_user(&app, bea.id, |row| {
        row.username = Set("beatrice".to_owned());
        row.username_lower = Set("beatrice".to_owned());
    })
    .await;
    owner.get(&member("default", "Beatrice")).await.expect(200);
    owner.get(&member("default", "bea")).await.expect(404);
}
