//! A provider that is away, or says what it should not.

use serde_json::{Value, json};

use super::world::{Plan, World, set_cookies};
use crate::support::{Browser, Reply};

const BAD_TOKEN: &str = "Failed to verify OIDC token.";
const NO_USERINFO: &str = "Failed to obtain user information claims.";
const EXCHANGE_FAILED: &str = "Failed exchanging Oauth code.";

/// Somebody who is just about to come back, and a number of users and keys that must not change.
async fn returning(world: &World) -> (Browser, String, (u64, u64)) {
    world.app.owner().await;
    let before = world.rows().await;
    let mut browser = world.browser();
    let start = browser.begin("").await.expect(307);
    let back = browser.at_provider(start.header("location"), "alice").await;
    (browser, back, before)
}

#[track_caller]
fn assert_failed(reply: &Reply, status: u16, message: &str) {
    assert_eq!((reply.status, reply.message().as_str()), (status, message), "{reply:?}");
    assert!(set_cookies(reply).iter().all(|cookie| !cookie.starts_with("coder_session_token=")), "{reply:?}");
}

/// What is answered when the provider answers in other words, by path.
async fn answered(habits: Value, answers: Value) -> Option<(Reply, (u64, u64), (u64, u64))> {
    let world = World::of(Plan { habits, ..Plan::default() }).await?;
    let (mut browser, back, before) = returning(&world).await;
    world.realm.set_answers(&answers);
    let reply = browser.get(&back).await;
    Some((reply, before, world.rows().await))
}

#[tokio::test]
async fn a_provider_that_is_away_at_the_start_is_a_bad_gateway() {
    let Some(World { app, realm }) = World::new().await else { return };
    drop(realm);
    let reply = app.client().get("/users/oidc/callback").await;
    assert_eq!(reply.status, 502, "{reply:?}");
    assert!(!reply.message().is_empty() && set_cookies(&reply).is_empty(), "{reply:?}");
    // Passwords still work.
    app.owner().await.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn a_provider_that_goes_away_during_a_login_leaves_nothing_behind() {
    let Some(world) = World::new().await else { return };
    let (mut browser, back, before) = returning(&world).await;
    let World { app, realm } = world;
    drop(realm);
    assert_failed(&browser.get(&back).await, 500, EXCHANGE_FAILED);
    use sea_orm::{EntityTrait, PaginatorTrait};
    let users = entity::users::Entity::find().count(&app.db).await.unwrap();
    assert_eq!((users, entity::api_keys::Entity::find().count(&app.db).await.unwrap()), before);
}

#[tokio::test]
async fn answers_of_the_token_endpoint_that_are_of_no_use_are_told_apart() {
    let forged = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.";
    for (answer, status, message) in [
        (json!({ "status": 500, "body": "broken" }), 500, EXCHANGE_FAILED),
        (json!({ "body": "no json" }), 500, EXCHANGE_FAILED),
        (json!({ "status": 302, "body": "elsewhere" }), 500, EXCHANGE_FAILED),
        (json!({ "patch": { "access_token": null } }), 500, EXCHANGE_FAILED),
        (
            json!({ "patch": { "id_token": null } }),
            400,
            "id_token not found in response payload. Ensure your OIDC callback is configured correctly!",
        ),
        (json!({ "patch": { "id_token": forged } }), 400, BAD_TOKEN),
        (json!({ "patch": { "id_token": "nonsense" } }), 400, BAD_TOKEN),
        // This provider does not bind its tokens to each other: the wrong one is noticed where it is used.
        (json!({ "patch": { "access_token": "another" } }), 500, NO_USERINFO),
    ] {
        let outcome = answered(json!({}), json!({ "/token": answer })).await;
        let Some((reply, before, after)) = outcome else { return };
        assert_failed(&reply, status, message);
        assert_eq!(before, after, "{answer}");
    }
}

#[tokio::test]
async fn userinfo_that_fails_or_is_about_somebody_else_lets_nobody_in() {
    for answer in [
        json!({ "status": 500, "body": "broken" }),
        json!({ "body": "no json" }),
        json!({ "patch": { "sub": "somebody else" } }),
        json!({ "patch": { "sub": null } }),
    ] {
        let outcome = answered(json!({}), json!({ "/me": answer })).await;
        let Some((reply, before, after)) = outcome else { return };
        assert_failed(&reply, 500, NO_USERINFO);
        assert_eq!(before, after, "{answer}");
    }
}

#[tokio::test]
async fn a_discovery_document_of_somebody_else_is_not_believed() {
    let patch = json!({ "patch": { "issuer": "http://evil.test" } });
    let habits = json!({ "answers": { "/.well-known/openid-configuration": patch } });
    let Some(world) = World::of(Plan { habits, ..Plan::default() }).await else { return };
    let reply = world.browser().begin("").await;
    assert_eq!(reply.status, 502, "{reply:?}");
}
