//! Sessions of people whom a provider lets in last as long as the provider goes on doing so (auth.md 2.2, rows 7 to 9).

use chrono::TimeDelta;
use entity::user_links::{Column, Entity};
use roster::model::clock::Clock;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::world::{Plan, World, alice, id};
use crate::support::{Client, Reply};

const SIGNED_OUT: &str = "You are signed out or your session has expired. Please sign in again to continue.";
const NO_REFRESH: &str =
    "Could not refresh expired OpenID Connect token. Try re-authenticating to resolve this issue.";

/// Alice at a provider whose access tokens live for a minute, and her session.
async fn session(refresh: &str) -> Option<(World, Client, Value)> {
    let habits = json!({ "seconds": 60, "refresh": refresh });
    let world = World::of(Plan { habits, ..Plan::default() }).await?;
    world.app.owner().await;
    let session = world.session("alice").await;
    let me = session.get("/users/me").await.expect(200).json();
    Some((world, session, me))
}

#[track_caller]
fn assert_signed_out(reply: &Reply, message: &str) {
    assert_eq!((reply.status, reply.message().as_str()), (401, message), "{reply:?}");
    assert!(reply.header("www-authenticate").contains("error=\"invalid_token\""), "{reply:?}");
}

#[tokio::test]
async fn an_expired_token_of_the_provider_is_replaced_and_nobody_notices() {
    for refresh in ["rotate", "keep"] {
        let Some((world, session, me)) = session(refresh).await else { return };
        let first = world.link(&me["id"]).await;
        let expiry = first.oauth_expiry.unwrap();
        assert!(expiry <= world.app.clock.now() + TimeDelta::seconds(60), "{expiry}");

        world.app.clock.advance(TimeDelta::seconds(30));
        session.get("/users/me").await.expect(200);
        assert_eq!(world.link(&me["id"]).await, first, "nothing to do yet");
        world.app.clock.advance(TimeDelta::seconds(31));
        session.get("/users/me").await.expect(200);
        let second = world.link(&me["id"]).await;
        assert_ne!(second.oauth_access_token, first.oauth_access_token);
        assert_eq!(second.oauth_refresh_token != first.oauth_refresh_token, refresh == "rotate");
        assert_eq!(second.oauth_expiry, Some(world.app.clock.now() + TimeDelta::seconds(60)));
        assert_eq!((second.claims, second.linked_id), (first.claims, first.linked_id));
        session.get("/users/me").await.expect(200);
        assert_eq!(world.link(&me["id"]).await.oauth_access_token, second.oauth_access_token);

        world.app.clock.advance(TimeDelta::seconds(61));
        session.get("/users/me").await.expect(200);
    }
}

/// The provider takes a refresh token once, and everything back when it is shown again.
#[tokio::test]
async fn requests_at_the_same_time_refresh_once() {
    let Some((world, session, me)) = session("rotate").await else { return };
    for _ in 0..3 {
        world.app.clock.advance(TimeDelta::seconds(61));
        let asked = (0..8).map(|_| async { session.get("/users/me").await.status });
        assert_eq!(futures_util::future::join_all(asked).await, [200; 8]);
    }
    assert_eq!(session.get("/users/me").await.expect(200).json()["id"], me["id"]);
}

#[tokio::test]
async fn who_is_gone_at_the_provider_is_signed_out_when_the_token_ends() {
    let Some((world, session, _)) = session("rotate").await else { return };
    world.realm.set_accounts(&json!({}));
    session.get("/users/me").await.expect(200);
    world.app.clock.advance(TimeDelta::seconds(61));
    let reply = session.get("/users/me").await;
    assert_signed_out(&reply, NO_REFRESH);
    assert!(reply.detail().contains("invalid_grant"), "{reply:?}");
    // A new login mends it.
    world.realm.set_accounts(&json!({ "alice": alice() }));
    assert_eq!(session.get("/users/me").await.status, 401);
    world.session("alice").await.get("/users/me").await.expect(200);
    session.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn without_a_refresh_token_the_session_ends_with_the_token() {
    let Some((world, session, me)) = session("none").await else { return };
    world.app.clock.advance(TimeDelta::seconds(61));
    let reply = session.get("/users/me").await;
    assert_signed_out(&reply, SIGNED_OUT);
    let expiry = world.link(&me["id"]).await.oauth_expiry.unwrap();
    let day = expiry.format("%Y-%m-%d %H:%M:%S").to_string();
    assert!(reply.detail().starts_with(&format!("OpenID Connect session expired at \"{day}")), "{reply:?}");
    assert!(reply.detail().ends_with("Try signing in again."), "{reply:?}");
}

#[tokio::test]
async fn a_provider_that_is_away_cannot_refresh() {
    let Some((world, session, _)) = session("rotate").await else { return };
    world.app.clock.advance(TimeDelta::seconds(61));
    let World { app: _app, realm } = world;
    drop(realm);
    assert_signed_out(&session.get("/users/me").await, NO_REFRESH);
}

#[tokio::test]
async fn without_a_link_there_is_no_session() {
    let Some((world, session, me)) = session("rotate").await else { return };
    let links = Entity::delete_many().filter(Column::UserId.eq(id(&me)));
    assert_eq!(links.exec(&world.app.db).await.unwrap().rows_affected, 1);
    // This server has the link in memory for a while, another one has not.
    let replica = world.app.replica().await;
    let elsewhere = Client::new(&replica.0).with_token(session.token());
    let reply = elsewhere.get("/users/me").await;
    assert_signed_out(&reply, SIGNED_OUT);
    assert_eq!(reply.detail(), "You must re-authenticate with the login provider.");
}

#[tokio::test]
async fn tokens_that_somebody_made_outlive_the_providers() {
    let Some((world, session, _)) = session("none").await else { return };
    let made = session.post("/users/me/keys/tokens", json!({})).await.expect(201).json();
    world.app.clock.advance(TimeDelta::seconds(61));
    session.get("/users/me").await.expect(401);
    let token = world.app.client().with_token(made["key"].as_str().unwrap());
    token.get("/users/me").await.expect(200);
}
