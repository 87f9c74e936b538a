//! POST /users: who may make whom (users.md 1.6, 3.2 rows 10, 11, 15 and 16).

use serde_json::json;

use super::*;
use crate::support::{Actor, Mint, PASSWORD, uuid};

const NOT_AUTHORIZED: &str = "You are not authorized to create users.";

async fn assert_may_not_create(app: &TestApp, caller: &Actor, body: serde_json::Value) {
    let before = rows_of_creation(app).await;
    assert_refused(caller.post("/users", body).await, 403, NOT_AUTHORIZED);
    assert_eq!(rows_of_creation(app).await, before);
}

#[tokio::test]
async fn most_people_may_not_make_users() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for role in ["auditor", "template-admin"] {
        let caller = app.user(&owner, role, &[role]).await;
        assert_may_not_create(&app, &caller, request(&app, "x")).await;
    }
    for role in ["organization-admin", "organization-user-admin", "organization-auditor"] {
        let caller = app.user(&owner, role, &[]).await;
        app.set_member_roles(app.organization, caller.id, &[role]).await;
        assert_may_not_create(&app, &caller, request(&app, "x")).await;
    }
    let member = app.user(&owner, "member", &[]).await;
    assert_may_not_create(&app, &member, request(&app, "x")).await;
}

#[tokio::test]
async fn a_member_with_a_bad_body_is_told_of_the_body() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let member = app.user(&owner, "m1", &[]).await;
    let cases = [
        (json!({ "organization_ids": [] }), 400),
        (json!({ "username": "a_b" }), 400),
        (json!({ "login_type": "password", "password": "weak" }), 400),
        (json!({ "login_type": "token" }), 400),
        (json!({ "roles": ["nonsense"] }), 400),
        (json!({ "roles": ["owner"] }), 403),
        (json!({}), 403),
    ];
    for (change, status) in cases {
        member.post("/users", with(request(&app, "x"), change)).await.expect(status);
    }
}

#[tokio::test]
async fn that_a_name_is_taken_is_told_to_those_who_may_see_its_holder() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (one, _) = (app.user(&owner, "m1", &[]).await, app.user(&owner, "m2", &[]).await);
    let auditor = app.user(&owner, "aud", &["auditor"]).await;
    let taken = [json!({ "username": "M2" }), json!({ "email": "M2@example.com" })];
    for taken in taken {
        let body = with(request(&app, "x"), taken);
        assert_refused(auditor.post("/users", body.clone()).await, 409, "User already exists.");
        assert_refused(one.post("/users", body).await, 403, NOT_AUTHORIZED);
    }
    assert_refused(one.post("/users", request(&app, "m1")).await, 409, "User already exists.");
}

#[tokio::test]
async fn an_organization_that_may_not_be_seen_is_not_there() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let other = app.organization("other").await;
    let body = json!({ "username": "far", "organization_ids": [other] });
    let far = app.user_from(&owner, body).await;
    let text = format!("Organization does not exist with the provided id \"{}\".", app.organization);
    assert_refused(far.post("/users", request(&app, "x")).await, 404, &text);
    let nil = with(request(&app, "x"), json!({ "organization_ids": [Uuid::nil()] }));
    let text = format!("Organization does not exist with the provided id \"{}\".", Uuid::nil());
    assert_refused(far.post("/users", nil).await, 404, &text);
    assert_may_not_create(&app, &far, with(request(&app, "x"), json!({ "organization_ids": [other] }))).await;
}

#[tokio::test]
async fn a_user_admin_makes_members_anywhere() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let other = app.organization("other").await;
    let ute = app.user(&owner, "ute", &["user-admin"]).await;
    let body = with(request(&app, "bea"), json!({ "organization_ids": [other, app.organization] }));
    assert_eq!(ute.post("/users", body).await.expect(201).json()["roles"], json!([]));
    let robot = with(without(request(&app, "robot"), &["email"]), json!({ "service_account": true }));
    ute.post("/users", robot).await.expect(201);
    let member = with(request(&app, "ben"), json!({ "roles": ["member"] }));
    assert_eq!(ute.post("/users", member).await.expect(201).json()["roles"], json!([]));
}

#[tokio::test]
async fn a_user_admin_grants_no_site_role() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let ute = app.user(&owner, "ute", &["user-admin"]).await;
    let before = rows_of_creation(&app).await;
    for role in ["owner", "auditor", "template-admin", "user-admin"] {
        for roles in [json!([role]), json!(["member", role])] {
            ute.post("/users", with(request(&app, "x"), json!({ "roles": roles }))).await.expect(403);
        }
    }
    assert_eq!(rows_of_creation(&app).await, before);
    assert_hidden(owner.get("/users/x").await);
}

#[tokio::test]
async fn an_owner_grants_every_site_role() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let roles = [
        ("owner", "Owner"),
        ("auditor", "Auditor"),
        ("template-admin", "Template Admin"),
        ("user-admin", "User Admin"),
    ];
    for (role, display_name) in roles {
        let body = with(request(&app, &format!("by-{role}")), json!({ "roles": [role] }));
        let made = owner.post("/users", body).await.expect(201).json();
        assert_eq!(made["roles"], json!([{ "name": role, "display_name": display_name }]));
    }
}

#[tokio::test]
async fn a_new_owner_has_the_rights_of_one() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let second = app.user(&owner, "second", &["owner"]).await;
    second.post("/users", with(request(&app, "third"), json!({ "roles": ["owner"] }))).await.expect(201);
}

#[tokio::test]
async fn unknown_roles_are_refused() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let before = rows_of_creation(&app).await;
    let organization_form = format!("organization-admin:{}", app.organization);
    for role in ["nonsense", "", "Owner", "owner ", "organization-admin", &organization_form] {
        let body = with(request(&app, "x"), json!({ "roles": ["auditor", role] }));
        assert_refused(owner.post("/users", body).await, 400, &format!("\"{role}\" is not a supported role"));
    }
    assert_eq!(rows_of_creation(&app).await, before);
}

#[tokio::test]
async fn a_key_that_may_not_create_makes_nobody() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let narrow = Mint { scopes: vec!["user:read", "organization:read"], ..Mint::default() };
    let client = app.client().with_token(&app.mint(owner.id, narrow).await);
    assert_refused(client.post("/users", request(&app, "x")).await, 403, NOT_AUTHORIZED);
    let of_others = Mint { allow_list: vec![("user", owner.id.to_string())], ..Mint::default() };
    let client = app.client().with_token(&app.mint(owner.id, of_others).await);
    client.post("/users", request(&app, "x")).await.expect(404);
}

#[tokio::test]
async fn a_suspended_admin_makes_nobody() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = json!({ "username": "ute", "roles": ["user-admin"], "user_status": "suspended" });
    let ute = app.user_from(&owner, body).await;
    let text = "User is not active (status = \"suspended\"). Contact an admin to reactivate your account.";
    assert_refused(ute.post("/users", request(&app, "x")).await, 401, text);
}

#[tokio::test]
async fn whoever_was_made_with_a_password_can_log_in() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = with(request(&app, "bea"), json!({ "login_type": "password", "password": PASSWORD }));
    let made = owner.post("/users", body).await.expect(201).json();
    assert_eq!((&made["status"], &made["login_type"]), (&json!("dormant"), &json!("password")));
    let login = json!({ "email": "BEA@example.com", "password": PASSWORD });
    app.client().post("/users/login", login).await.expect(201);
    assert_eq!(owner.get("/users/bea").await.expect(200).json()["status"], "active");
    assert_eq!(row(&app, uuid(&made["id"])).await.status, "active");
}
