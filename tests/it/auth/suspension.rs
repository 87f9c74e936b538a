//! Those who are locked out.

use chrono::DateTime;
use entity::users::Column;
use roster::model::clock::never;
use roster::model::user::LoginType;

use super::helpers::{flush, served, stored_key, stored_user};
use crate::support::{Actor, Mint, TestApp};

async fn with_suspended() -> (TestApp, Actor, Actor) {
    let (app, owner, bea) = served().await;
    app.set_user(bea.id, Column::Status, "suspended").await;
    (app, owner, bea)
}

#[tokio::test]
async fn a_suspended_user_is_refused_with_the_reason() {
    let (_app, _, bea) = with_suspended().await;
    let refused = bea.get("/users/me").await.expect(401);
    let text = "User is not active (status = \"suspended\"). Contact an admin to reactivate your account.";
    assert_eq!((refused.message().as_str(), refused.detail().as_str()), (text, ""));
    let challenge = refused.header("www-authenticate");
    assert!(challenge.starts_with("Bearer realm=\"coder\", error=\"invalid_token\""), "{challenge}");
    assert!(challenge.contains("error_description=\"The access token is invalid\""), "{challenge}");
}

#[tokio::test]
async fn so_is_every_kind_of_key() {
    let (app, _, bea) = with_suspended().await;
    for login_type in [LoginType::Password, LoginType::Token, LoginType::Oidc] {
        let token = app.mint(bea.id, Mint { login_type, ..Mint::default() }).await;
        app.client().with_token(&token).get("/organizations").await.expect(401);
        app.client().with_token(&token).post_empty("/users/logout").await.expect(401);
    }
}

#[tokio::test]
async fn a_refused_call_is_no_use_of_the_key() {
    let (app, _, bea) = with_suspended().await;
    let before = stored_key(&app, &bea.token).await;
    bea.get("/users/me").await.expect(401);
    bea.get("/users/me").await.expect(401);
    flush(&app).await;
    assert_eq!(stored_key(&app, &bea.token).await, before);
    assert_eq!(before.unwrap().last_used, DateTime::UNIX_EPOCH);
    assert_eq!(stored_user(&app, bea.id).await.last_seen_at, never());
}

#[tokio::test]
async fn a_wrong_secret_does_not_learn_of_the_suspension() {
    let (app, _, bea) = with_suspended().await;
    let (id, _) = super::helpers::parts(&bea.token);
    let guess = format!("{id}-{}", "0".repeat(22));
    let refused = app.client().with_token(&guess).get("/users/me").await.expect(401);
    assert_eq!(refused.detail(), "API key secret is invalid.");
}

#[tokio::test]
async fn others_still_see_a_suspended_user() {
    let (_app, owner, _) = with_suspended().await;
    assert_eq!(owner.get("/users/bea").await.expect(200).json()["status"], "suspended");
}
