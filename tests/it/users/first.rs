//! GET and POST /users/first (users.md 2).

use entity::api_keys;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::*;
use crate::support::{PASSWORD, uuid};

const NOT_CREATED: &str = "The initial user has not been created!";
const CREATED: &str = "The initial user has already been created!";
const CREATED_ALREADY: &str = "The initial user has already been created.";

fn good() -> Value {
    json!({ "email": "Ada@Example.com", "username": "Ada", "name": "Ada L.", "password": PASSWORD })
}

#[tokio::test]
async fn an_empty_server_says_so() {
    let app = TestApp::new().await;
    let reply = assert_refused(app.client().get("/users/first").await, 404, NOT_CREATED);
    assert_eq!(reply.json(), json!({ "message": NOT_CREATED }));
    assert!(!reply.header("X-Coder-Build-Version").is_empty());
}

#[tokio::test]
async fn a_server_with_a_user_says_so() {
    let app = TestApp::new().await;
    app.owner().await;
    let reply = app.client().get("/users/first").await.expect(200);
    assert_eq!(reply.json(), json!({ "message": CREATED }));
}

#[tokio::test]
async fn the_first_user_is_an_active_owner_in_the_default_organization() {
    let app = TestApp::new().await;
    let made = app.client().post("/users/first", good()).await.expect(201).json();
    assert_eq!(uuid(&made["organization_id"]), app.organization);
    let login = json!({ "email": "ada@example.com", "password": PASSWORD });
    let session = app.client().post("/users/login", login).await.expect(201).json();
    let client = app.client().with_token(session["session_token"].as_str().unwrap());
    let me = client.get("/users/me").await.expect(200).json();
    let expected = json!({
        "id": made["user_id"], "username": "Ada", "email": "Ada@Example.com", "name": "Ada L.",
        "status": "active", "login_type": "password", "has_ai_seat": false,
        "roles": [{ "name": "owner", "display_name": "Owner" }], "organization_ids": [app.organization],
        "created_at": "2026-05-20T00:00:00Z", "updated_at": me["updated_at"], "last_seen_at": me["last_seen_at"],
    });
    assert_eq!(me, expected);
}

#[tokio::test]
async fn the_first_user_comes_with_a_git_key_a_plain_membership_and_an_audit_entry() {
    let app = TestApp::new().await;
    let id = uuid(&app.client().post("/users/first", good()).await.expect(201).json()["user_id"]);
    assert!(git_key(&app, id).await.public_key.starts_with("ssh-ed25519 "));
    let joined = memberships(&app, id).await;
    assert_eq!((joined.len(), joined[0].organization_id, joined[0].roles.0.len()), (1, app.organization, 0));
    let entries = audited(&app, id, "create").await;
    assert_eq!((entries.len(), entries[0].user_id, entries[0].status_code), (1, id, 201));
    assert_eq!(entries[0].resource_target, "Ada");
}

#[tokio::test]
async fn making_the_first_user_opens_no_session() {
    let app = TestApp::new().await;
    let reply = app.client().post("/users/first", good()).await.expect(201);
    assert_eq!(reply.header("set-cookie"), "");
    assert_eq!(api_keys::Entity::find().count(&app.db).await.unwrap(), 0);
}

#[tokio::test]
async fn there_is_one_first_user_only() {
    let app = TestApp::new().await;
    app.owner().await;
    let before = rows_of_creation(&app).await;
    assert_refused(app.client().post("/users/first", good()).await, 409, CREATED_ALREADY);
    assert_eq!(rows_of_creation(&app).await, before);
}

#[tokio::test]
async fn a_weak_password_is_told_only_while_there_is_nobody() {
    let app = TestApp::new().await;
    let weak = with(good(), json!({ "password": "password" }));
    let reply =
        assert_refused(app.client().post("/users/first", weak.clone()).await, 400, "Password is invalid");
    let (field, detail) = reply.validations().remove(0);
    assert_eq!(field, "password");
    assert!(detail.starts_with("insecure password, try "), "{detail}");
    app.owner().await;
    assert_refused(app.client().post("/users/first", weak).await, 409, CREATED_ALREADY);
}

#[tokio::test]
async fn a_strong_password_may_be_too_long() {
    let app = TestApp::new().await;
    let long = with(good(), json!({ "password": "Aq7!".repeat(17) }));
    let reply = assert_refused(app.client().post("/users/first", long).await, 400, "Password is invalid");
    let expected = ("password".to_owned(), "password must be no more than 64 characters".to_owned());
    assert_eq!(reply.validations(), [expected]);
}

#[tokio::test]
async fn bad_fields_are_told_before_anything_else() {
    let app = TestApp::new().await;
    app.owner().await;
    let bad = with(good(), json!({ "username": "a_b" }));
    assert_breaks_rule(app.client().post("/users/first", bad).await, "username", "username", "a_b");
    assert_refused(
        app.client().post_text("/users/first", "{").await,
        400,
        "Request body must be valid JSON.",
    );
}

#[tokio::test]
async fn all_missing_fields_are_told_at_once() {
    let app = TestApp::new().await;
    let reply = assert_refused(app.client().post("/users/first", json!({})).await, 400, "Validation failed.");
    let mut refused = reply.validations();
    refused.sort();
    let missing = "Validation failed for tag \"required\" with value: \"\"";
    let expected = ["email", "password", "username"].map(|field| (field.to_owned(), missing.to_owned()));
    assert_eq!(refused, expected);
}

#[tokio::test]
async fn each_field_has_its_rule() {
    let app = TestApp::new().await;
    let padded = " Ada".to_owned();
    let cases = [
        ("email", "email", "ada@localhost"),
        ("username", "username", "-ada"),
        ("name", "user_real_name", padded.as_str()),
    ];
    for (field, rule, value) in cases {
        let reply = app.client().post("/users/first", with(good(), json!({ field: value }))).await;
        assert_breaks_rule(reply, field, rule, value);
    }
}

#[tokio::test]
async fn trial_and_onboarding_change_nothing() {
    let app = TestApp::new().await;
    let talkative = json!({
        "trial": true, "trial_info": { "first_name": "Ada", "developers": "1-10" },
        "onboarding_info": { "newsletter_marketing": true, "newsletter_releases": false },
    });
    app.client().post("/users/first", with(good(), talkative)).await.expect(201);
}

#[tokio::test]
async fn onboarding_info_may_be_null() {
    let app = TestApp::new().await;
    let body =
        with(good(), json!({ "onboarding_info": null, "trial_info": null, "trial": null, "name": null }));
    app.client().post("/users/first", body).await.expect(201);
}

#[tokio::test]
async fn a_session_does_not_matter() {
    let app = TestApp::new().await;
    let stale = app.client().with_token("0123456789-0123456789012345678901");
    assert_refused(stale.get("/users/first").await, 404, NOT_CREATED);
    stale.post("/users/first", good()).await.expect(201);
}

#[tokio::test]
async fn a_server_whose_users_are_all_deleted_begins_anew() {
    let app = TestApp::new().await;
    let first = uuid(&app.client().post("/users/first", good()).await.expect(201).json()["user_id"]);
    delete_in_database(&app, first).await;
    assert_refused(app.client().get("/users/first").await, 404, NOT_CREATED);
    let second = uuid(&app.client().post("/users/first", good()).await.expect(201).json()["user_id"]);
    assert_ne!(first, second);
}

#[tokio::test]
async fn users_of_the_server_itself_do_not_count() {
    let app = TestApp::new().await;
    let first = uuid(&app.client().post("/users/first", good()).await.expect(201).json()["user_id"]);
    set(&app, first, users::Column::IsSystem, true).await;
    assert_refused(app.client().get("/users/first").await, 404, NOT_CREATED);
    let other = with(good(), json!({ "username": "bea", "email": "bea@example.com" }));
    app.client().post("/users/first", other).await.expect(201);
}
