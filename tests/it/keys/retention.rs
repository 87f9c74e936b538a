//! Keys that ended are kept for a while (auth.md 2.3; case 14).

use chrono::TimeDelta;
use entity::api_keys::Entity;
use roster::domain::{Settings, retention};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::{HOUR, ask, id, served, token};
use crate::support::{Mint, TestApp, settings};

#[tokio::test]
async fn a_key_says_when_it_ended_until_it_is_removed() {
    let (app, owner, bea) = served().await;
    let key = token(&bea, "me", json!({ "token_name": "t", "lifetime": HOUR })).await;
    let used = bea.with_token(&key);
    used.get("/users/me").await.expect(200);
    app.clock.advance(TimeDelta::hours(1) + TimeDelta::days(7));
    assert!(used.get("/users/me").await.expect(401).detail().starts_with("API key expired at"));
    assert_eq!(retention::remove_ended_keys(&app.backend).await.unwrap(), 0, "not a moment too early");
    app.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(retention::remove_ended_keys(&app.backend).await.unwrap(), 1);
    assert_eq!(used.get("/users/me").await.expect(401).detail(), "API key is invalid.");
    let owner = owner.with_token(&app.mint(owner.id, Mint::default()).await);
    ask(&owner, "bea", json!({ "token_name": "t" })).await.expect(201);
    owner.get(&format!("/users/me/keys/{}", id(&key))).await.expect(404);
}

#[tokio::test]
async fn many_are_removed_and_the_living_stay() {
    let (app, _, bea) = served().await;
    let before = Entity::find().count(&app.db).await.unwrap();
    for _ in 0..3 {
        app.mint(bea.id, Mint { lifetime: TimeDelta::seconds(1), ..Mint::default() }).await;
    }
    // More than one transaction removes.
    let ended = Entity::find().all(&app.db).await.unwrap();
    let ended = ended.into_iter().find(|key| key.lifetime_seconds == 1).unwrap();
    for some in (0..1_200).collect::<Vec<_>>().chunks(100) {
        let copies = some.iter().map(|n| {
            let copy = entity::api_keys::Model { id: format!("{n:010}"), ..ended.clone() };
            entity::api_keys::ActiveModel::from(copy)
        });
        Entity::insert_many(copies).exec_without_returning(&app.db).await.unwrap();
    }
    app.clock.advance(TimeDelta::days(7) + TimeDelta::seconds(2));
    assert_eq!(retention::remove_ended_keys(&app.backend).await.unwrap(), 1_203);
    assert_eq!(Entity::find().count(&app.db).await.unwrap(), before);
}

#[tokio::test]
async fn nothing_is_removed_when_keys_are_kept_for_ever() {
    let app = TestApp::with(Settings { key_retention: TimeDelta::zero(), ..settings() }).await;
    let owner = app.owner().await;
    app.mint(owner.id, Mint { lifetime: TimeDelta::seconds(1), ..Mint::default() }).await;
    app.clock.advance(TimeDelta::days(10_000));
    assert_eq!(retention::remove_ended_keys(&app.backend).await.unwrap(), 0);
}
