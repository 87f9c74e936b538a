//! Which ways in there are, and a server on which passwords are none.

use roster::domain::Settings;
use serde_json::json;
use uuid::Uuid;

use super::helpers::{WRONG, log_in, served};
use crate::support::{Mint, PASSWORD, TestApp, settings, uuid};

#[tokio::test]
async fn anybody_may_ask_for_the_ways_in() {
    let app = TestApp::new().await;
    let methods = app.client().get("/users/authmethods").await.expect(200).json();
    let off = json!({ "enabled": false, "default_provider_configured": false });
    assert_eq!(methods["password"], json!({ "enabled": true }));
    assert_eq!(methods["github"], off);
    assert_eq!(methods["oidc"], json!({ "enabled": false, "signInText": "", "iconUrl": "" }));
    assert!(methods.get("terms_of_service_url").is_none(), "{methods}");
}

#[tokio::test]
async fn a_bad_key_does_not_matter_where_none_is_needed() {
    let (app, _, bea) = served().await;
    for key in ["abc", bea.token.as_str()] {
        let client = app.client().with_token(key);
        client.get("/users/authmethods").await.expect(200);
        client.get("/users/first").await.expect(200);
        client.get("/buildinfo").await.expect(200);
    }
}

/// A server without passwords, and the id of its owner, who has one all the same.
async fn without_passwords() -> (TestApp, Uuid) {
    let app = TestApp::with(Settings { password_login: false, ..settings() }).await;
    let owner = json!({ "email": "owner@example.com", "username": "owner", "password": PASSWORD });
    let made = app.client().post("/users/first", owner).await.expect(201).json();
    (app, uuid(&made["user_id"]))
}

#[tokio::test]
async fn passwords_can_be_switched_off() {
    let (app, _) = without_passwords().await;
    let methods = app.client().get("/users/authmethods").await.expect(200).json();
    assert_eq!(methods["password"]["enabled"], false);
    let refused = log_in(&app.client(), "owner@example.com", PASSWORD).await.expect(403);
    assert_eq!(refused.message(), "Password authentication is disabled.");
    assert!(refused.header("set-cookie").is_empty());
}

#[tokio::test]
async fn without_passwords_a_wrong_one_is_still_told_first() {
    let (app, _) = without_passwords().await;
    let wrong = log_in(&app.client(), "owner@example.com", "wrong").await.expect(401);
    let unknown = log_in(&app.client(), "nobody@example.com", "wrong").await.expect(401);
    assert_eq!(wrong.message(), WRONG);
    assert_eq!(wrong.text, unknown.text);
}

#[tokio::test]
async fn without_passwords_that_is_told_before_suspension() {
    let (app, owner) = without_passwords().await;
    app.set_user(owner, entity::users::Column::Status, "suspended").await;
    log_in(&app.client(), "owner@example.com", PASSWORD).await.expect(403);
}

#[tokio::test]
async fn keys_need_no_passwords() {
    let (app, owner) = without_passwords().await;
    let token = app.mint(owner, Mint::default()).await;
    app.client().with_token(&token).get("/users/me").await.expect(200);
}
