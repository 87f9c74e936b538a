//! From a password to the provider (auth.md 8.1): the second half, at a real provider.

use serde_json::json;

use super::world::{World, alice, set_cookie, somebody};
use crate::support::{Actor, Browser, PASSWORD};

/// A browser of somebody who is logged in with a password and has just asked to be converted, and the state of that.
pub(super) async fn asked(world: &World, user: &Actor) -> (Browser, String) {
    let body = json!({ "to_type": "oidc", "password": PASSWORD });
    let reply = user.post("/users/me/convert-login", body).await.expect(201);
    let cookie = set_cookie(&reply, "coder_oauth_convert_jwt").split(';').next().unwrap().to_owned();
    let mut browser = world.browser();
    browser.set_cookie("coder_oauth_convert_jwt", cookie.split_once('=').unwrap().1);
    browser.set_cookie("coder_session_token", &user.token);
    (browser, reply.json()["state_string"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_account_with_a_password_is_converted_and_must_log_in_again() {
    let accounts = json!({ "owner": somebody("owner@example.com") });
    let Some(world) = World::with_accounts(accounts).await else { return };
    let owner = world.app.owner().await;
    let (mut browser, state) = asked(&world, &owner).await;
    let back = browser.log_in_to(&format!("?oidc_merge_state={state}"), "owner").await.expect(307);
    assert_eq!(browser.cookie("coder_oauth_convert_jwt"), None, "{back:?}");
    assert_eq!(browser.cookie("coder_session_token"), None, "{back:?}");
    owner.get("/users/me").await.expect(401);
    let login = json!({ "email": "owner@example.com", "password": PASSWORD });
    world.app.client().post("/users/login", login).await.expect(401);
    let me = world.me("owner").await;
    assert_eq!((&me["id"], &me["login_type"]), (&json!(owner.id), &json!("oidc")));
}

#[tokio::test]
async fn somebody_else_at_the_provider_converts_nobody() {
    let accounts = json!({ "alice": alice(), "owner": somebody("owner@example.com") });
    let Some(world) = World::with_accounts(accounts).await else { return };
    let owner = world.app.owner().await;
    let (mut browser, state) = asked(&world, &owner).await;
    let start = format!("?oidc_merge_state={state}");
    let back = browser.log_in_to(&start, "alice").await.expect(400);
    assert!(back.message().starts_with("The oidc account with the email \"alice@example.com\""), "{back:?}");

    let mut without = world.browser();
    let back = without.log_in_to(&start, "owner").await.expect(400);
    assert!(back.message().starts_with("Convert to oauth cookie not found"), "{back:?}");
    let (mut browser, _) = asked(&world, &owner).await;
    let back = browser.log_in_to(&start, "owner").await.expect(403);
    assert_eq!(back.message(), "Request to convert login type from password to oidc failed");
    owner.get("/users/me").await.expect(200);
    assert_eq!(owner.get("/users/me").await.json()["login_type"], "password");
}
