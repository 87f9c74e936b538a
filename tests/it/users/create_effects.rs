//! POST /users: what is there afterwards (users.md 3.2, side effects).

use serde_json::{Value, json};

use super::*;
use crate::support::{Actor, PASSWORD, uuid};

async fn create(caller: &Actor, body: Value) -> Uuid {
    uuid(&caller.post("/users", body).await.expect(201).json()["id"])
}

#[tokio::test]
async fn the_answer_is_what_get_and_list_answer() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let made = owner.post("/users", request(&app, "Bea")).await.expect(201).json();
    assert_eq!(owner.get("/users/bea").await.expect(200).json(), made);
    assert_eq!(owner.get("/users?q=bea").await.expect(200).json(), json!({ "users": [made], "count": 1 }));
}

#[tokio::test]
async fn a_new_user_is_dormant_until_its_first_request() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let id = create(&owner, request(&app, "bea")).await;
    let token = app.mint(id, crate::support::Mint::default()).await;
    app.clock.advance(chrono::TimeDelta::minutes(5));
    let me = app.client().with_token(&token).get("/users/me").await.expect(200).json();
    assert_eq!((&me["status"], &me["last_seen_at"]), (&json!("active"), &json!("2026-05-20T00:05:00Z")));
    assert_eq!(me["created_at"], "2026-05-20T00:00:00Z");
    let woken = audited(&app, id, "write").await;
    assert_eq!((woken.len(), woken[0].user_id, woken[0].status_code), (1, id, 200));
    let fields = json!({ "automatic_actor": "coder", "automatic_subsystem": "dormancy" });
    assert_eq!(woken[0].additional_fields, fields);
}

#[tokio::test]
async fn every_organization_is_joined_without_roles() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let other = app.organization("other").await;
    let body = with(request(&app, "bea"), json!({ "organization_ids": [other, app.organization] }));
    let made = owner.post("/users", body).await.expect(201).json();
    assert_eq!(made["organization_ids"], json!([other, app.organization]));
    let joined = memberships(&app, uuid(&made["id"])).await;
    assert_eq!(joined.len(), 2);
    for membership in joined {
        assert!([other, app.organization].contains(&membership.organization_id));
        assert_eq!(membership.roles.0, Vec::<String>::new());
        assert_eq!(membership.created_at, row(&app, membership.user_id).await.created_at);
    }
}

#[tokio::test]
async fn the_nil_id_is_the_default_organization() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let other = app.organization("other").await;
    let cases = [
        (json!([Uuid::nil()]), json!([app.organization])),
        (json!([other, Uuid::nil()]), json!([other, app.organization])),
        (json!([Uuid::nil(), app.organization, other, other]), json!([app.organization, other])),
    ];
    for (number, (asked, expected)) in cases.into_iter().enumerate() {
        let body = with(request(&app, &format!("u{number}")), json!({ "organization_ids": asked }));
        let made = owner.post("/users", body).await.expect(201).json();
        assert_eq!(made["organization_ids"], expected);
        assert_eq!(memberships(&app, uuid(&made["id"])).await.len(), expected.as_array().unwrap().len());
    }
}

#[tokio::test]
async fn the_older_single_organization_is_added() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let other = app.organization("other").await;
    for (name, spelling) in [("u0", "organization_id"), ("u1", "Organization_ID")] {
        let alone = with(without(request(&app, name), &["organization_ids"]), json!({ spelling: other }));
        let made = owner.post("/users", alone).await.expect(201).json();
        assert_eq!(made["organization_ids"], json!([other]));
    }
    let both = with(request(&app, "u2"), json!({ "organization_id": other }));
    let made = owner.post("/users", both).await.expect(201).json();
    assert_eq!(made["organization_ids"], json!([app.organization, other]));
}

#[tokio::test]
async fn roles_are_stored_once_and_without_the_implied_one() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let roles = json!(["user-admin", "auditor", "member", "user-admin", "auditor"]);
    let id = create(&owner, with(request(&app, "bea"), json!({ "roles": roles }))).await;
    let mut stored = row(&app, id).await.rbac_roles.0;
    stored.sort();
    assert_eq!(stored, ["auditor", "user-admin"]);
}

#[tokio::test]
async fn every_user_gets_a_git_key_of_its_own() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let one = git_key(&app, create(&owner, request(&app, "u1")).await).await;
    let two = git_key(&app, create(&owner, request(&app, "u2")).await).await;
    assert!(one.public_key.starts_with("ssh-ed25519 AAAA") && one.public_key.ends_with('\n'));
    assert_eq!(one.public_key.split_whitespace().count(), 2);
    assert!(one.private_key.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----"));
    assert_ne!(one.public_key, two.public_key);
    assert_eq!(one.created_at, row(&app, one.user_id).await.created_at);
}

#[tokio::test]
async fn making_a_user_is_audited() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let ute = app.user(&owner, "ute", &["user-admin"]).await;
    let post = ute.request(reqwest::Method::POST, "/api/v2/users").header("User-Agent", "a test");
    let reply = ute.finish(post.body(request(&app, "Bea").to_string())).await.expect(201);
    let id = uuid(&reply.json()["id"]);
    let entries = audited(&app, id, "create").await;
    assert_eq!(entries.len(), 1);
    let entry = &entries[0];
    assert_eq!((entry.user_id, entry.status_code, entry.organization_id), (ute.id, 201, Uuid::nil()));
    assert_eq!((entry.resource_target.as_str(), entry.resource_icon.as_str()), ("Bea", ""));
    assert_eq!((entry.ip.as_deref(), entry.user_agent.as_deref()), (Some("127.0.0.1"), Some("a test")));
    assert_eq!(entry.request_id.to_string(), reply.header("x-request-id"));
    assert_eq!(entry.time, row(&app, id).await.created_at);
}

#[tokio::test]
async fn passwords_are_kept_as_hashes_only() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = |name| with(request(&app, name), json!({ "login_type": "password", "password": PASSWORD }));
    let one = row(&app, create(&owner, body("u1")).await).await.hashed_password;
    let two = row(&app, create(&owner, body("u2")).await).await.hashed_password;
    assert!(!one.is_empty() && !one.contains(PASSWORD));
    assert_ne!(one, two, "the same password is salted anew");
    let none = row(&app, create(&owner, request(&app, "u3")).await).await.hashed_password;
    assert_eq!(none, "");
}

#[tokio::test]
async fn a_service_account_has_neither_address_nor_password() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (name, login_type) in [("r1", json!(null)), ("r2", json!("")), ("r3", json!("none"))] {
        let body = json!({ "service_account": true, "login_type": login_type, "email": "" });
        let made = owner.post("/users", with(request(&app, name), body)).await.expect(201).json();
        assert_eq!((&made["email"], &made["login_type"]), (&json!(""), &json!("none")));
        assert_eq!((&made["is_service_account"], &made["status"]), (&json!(true), &json!("dormant")));
        assert_eq!(row(&app, uuid(&made["id"])).await.hashed_password, "");
    }
}

#[tokio::test]
async fn a_service_account_acts_by_tokens() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = json!({ "username": "robot", "service_account": true, "email": "" });
    let robot = app.user_from(&owner, body).await;
    assert_eq!(robot.get("/users/me").await.expect(200).json()["username"], "robot");
    robot.get("/users/me/organizations/coder").await.expect(200);
}

#[tokio::test]
async fn a_refused_user_leaves_nothing_behind() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let before = rows_of_creation(&app).await;
    let refusals = [
        json!({ "username": "Owner" }),
        json!({ "roles": ["nonsense"] }),
        json!({ "organization_ids": [app.organization, Uuid::from_u128(7)] }),
        json!({ "login_type": "password", "password": "weak" }),
    ];
    for refusal in refusals {
        let status = owner.post("/users", with(request(&app, "x"), refusal)).await.status;
        assert!([400, 404, 409].contains(&status), "{status}");
    }
    assert_eq!(rows_of_creation(&app).await, before);
}

#[tokio::test]
async fn the_new_user_is_counted_at_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for number in 1..4 {
        assert_eq!(owner.get("/users?limit=1").await.expect(200).json()["count"], number);
        create(&owner, request(&app, &format!("u{number}"))).await;
    }
}
