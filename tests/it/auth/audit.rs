//! What the audit log tells of logins and logouts.

use entity::audit_logs::Model;
use entity::users::Column;
use reqwest::Method;
use roster::model::clock::Clock;
use roster::model::user::LoginType;
use serde_json::json;
use uuid::Uuid;

use super::helpers::{audited, audited_soon, credentials, log_in, served};
use crate::support::{Mint, PASSWORD, Reply, TestApp};

/// The only entry of this kind; it is about keys, and was made by this request.
async fn only(app: &TestApp, actor: Uuid, action: &str, reply: &Reply) -> Model {
    let mut entries = audited_soon(app, actor, action).await;
    assert_eq!(entries.len(), 1, "{entries:#?}");
    let entry = entries.remove(0);
    assert_eq!(entry.resource_type, "api_key");
    assert_eq!(entry.status_code, i32::from(reply.status));
    assert_eq!(entry.request_id.to_string(), reply.header("x-request-id"));
    assert_eq!((entry.time, entry.organization_id), (app.clock.now(), Uuid::nil()));
    assert_eq!((&entry.diff, &entry.additional_fields), (&json!({}), &json!({})));
    assert_eq!(entry.resource_target, "");
    assert_eq!(entry.ip.as_deref(), Some("127.0.0.1"));
    entry
}

#[tokio::test]
async fn a_login_is_told_of_by_its_user() {
    let (app, _, bea) = served().await;
    let client = app.client();
    let request = client.request(Method::POST, "/api/v2/users/login").header("user-agent", "tests/1.0");
    let reply = client.finish(request.body(credentials(&bea.email, PASSWORD).to_string())).await.expect(201);
    let entry = only(&app, bea.id, "login", &reply).await;
    assert_eq!((entry.resource_id, entry.user_agent.as_deref()), (bea.id, Some("tests/1.0")));
}

#[tokio::test]
async fn an_agent_of_any_length_does_not_lose_the_entry() {
    let (app, _, bea) = served().await;
    let client = app.client();
    let request = client.request(Method::POST, "/api/v2/users/login").header("user-agent", "x".repeat(5000));
    let reply = client.finish(request.body(credentials(&bea.email, PASSWORD).to_string())).await.expect(201);
    let entry = only(&app, bea.id, "login", &reply).await;
    assert_eq!(entry.user_agent.unwrap().len(), 256);
}

#[tokio::test]
async fn a_logout_is_told_of_by_its_user() {
    let (app, _, bea) = served().await;
    let reply = bea.post_empty("/users/logout").await.expect(200);
    assert_eq!(only(&app, bea.id, "logout", &reply).await.resource_id, bea.id);
}

#[tokio::test]
async fn a_logout_with_a_token_is_a_logout() {
    let (app, _, bea) = served().await;
    let token = app.mint(bea.id, Mint { login_type: LoginType::Token, ..Mint::default() }).await;
    let reply = app.client().with_token(&token).post_empty("/users/logout").await.expect(200);
    let entries = audited(&app, bea.id, "logout").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].request_id.to_string(), reply.header("x-request-id"));
}

/// logs.md A4: a key goes by its owner and, if it is a token, by its name.
#[tokio::test]
async fn a_logout_with_a_token_names_the_token() {
    let (app, _, bea) = served().await;
    let made = bea.post("/users/me/keys/tokens", json!({ "token_name": "ci" })).await.expect(201).json();
    let token = app.client().with_token(made["key"].as_str().unwrap());
    token.post_empty("/users/logout").await.expect(200);
    let entries = audited(&app, bea.id, "logout").await;
    let told: Vec<_> = entries.iter().map(|entry| (entry.resource_id, &*entry.resource_target)).collect();
    assert_eq!(told, [(bea.id, "ci")]);
}

#[tokio::test]
async fn a_failed_login_is_told_of_when_its_user_is_known() {
    let (app, _, bea) = served().await;
    let reply = log_in(&app.client(), &bea.email, "wrong").await.expect(401);
    assert_eq!(only(&app, bea.id, "login", &reply).await.resource_id, Uuid::nil());
}

#[tokio::test]
async fn so_is_a_refused_one() {
    let (app, _, bea) = served().await;
    app.set_user(bea.id, Column::LoginType, "oidc").await;
    let reply = log_in(&app.client(), &bea.email, PASSWORD).await.expect(403);
    assert_eq!(only(&app, bea.id, "login", &reply).await.resource_id, Uuid::nil());
}

#[tokio::test]
async fn so_is_one_of_the_suspended() {
    let (app, _, bea) = served().await;
    app.set_user(bea.id, Column::Status, "suspended").await;
    let reply = log_in(&app.client(), &bea.email, PASSWORD).await.expect(401);
    assert_eq!(only(&app, bea.id, "login", &reply).await.resource_id, Uuid::nil());
}

#[tokio::test]
async fn an_unknown_address_leaves_no_trace() {
    let (app, _, _) = served().await;
    let count = async || {
        use sea_orm::{EntityTrait, PaginatorTrait};
        entity::audit_logs::Entity::find().count(&app.db).await.unwrap()
    };
    let before = count().await;
    log_in(&app.client(), "nobody@example.com", "wrong").await.expect(401);
    app.client().get("/users/me").await.expect(401);
    app.client().post_empty("/users/logout").await.expect(401);
    assert_eq!(count().await, before);
}
