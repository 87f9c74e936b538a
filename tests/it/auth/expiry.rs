//! When keys end: sessions move their end with use, tokens do not.

use chrono::{DateTime, TimeDelta, Utc};
use roster::domain::Settings;
use roster::model::clock::Clock;
use roster::model::user::LoginType;

use super::helpers::{SIGNED_OUT, flush, served, session, stored_key};
use crate::support::{Mint, TestApp, settings};

/// The end of a key after a use so many minutes after the last.
async fn end_after(app: &TestApp, token: &str, minutes: i64) -> DateTime<Utc> {
    app.clock.advance(TimeDelta::minutes(minutes));
    app.client().with_token(token).get("/users/me").await.expect(200);
    flush(app).await;
    stored_key(app, token).await.unwrap().expires_at
}

#[tokio::test]
async fn a_session_ends_a_day_after_its_last_use() {
    let (app, _, bea) = served().await;
    let token = session(&app, &bea.email).await;
    let (start, day) = (app.clock.now(), TimeDelta::hours(24));
    assert_eq!(end_after(&app, &token, 0).await, start + day);
    assert_eq!(end_after(&app, &token, 59).await, start + day);
    assert_eq!(end_after(&app, &token, 2).await, start + TimeDelta::minutes(61) + day);
    assert_eq!(end_after(&app, &token, 23 * 60).await, start + TimeDelta::minutes(24 * 60 + 1) + day);
    assert_eq!(stored_key(&app, &token).await.unwrap().lifetime_seconds, 86400);
}

#[tokio::test]
async fn a_session_in_use_never_ends() {
    let (app, _, bea) = served().await;
    let token = session(&app, &bea.email).await;
    for _ in 0..10 {
        end_after(&app, &token, 20 * 60).await;
    }
}

#[tokio::test]
async fn a_moved_end_counts_before_it_is_written() {
    let (app, _, bea) = served().await;
    let client = app.client().with_token(&session(&app, &bea.email).await);
    for _ in 0..3 {
        app.clock.advance(TimeDelta::hours(20));
        client.get("/users/me").await.expect(200);
    }
}

#[tokio::test]
async fn a_token_keeps_its_end() {
    let (app, _, bea) = served().await;
    let mint = Mint { login_type: LoginType::Token, ..Mint::default() };
    let token = app.mint(bea.id, mint).await;
    let end = app.clock.now() + TimeDelta::hours(24);
    for _ in 0..4 {
        assert_eq!(end_after(&app, &token, 5 * 60).await, end);
        assert_eq!(stored_key(&app, &token).await.unwrap().last_used, app.clock.now());
    }
    app.clock.advance(TimeDelta::hours(4) + TimeDelta::seconds(1));
    app.client().with_token(&token).get("/users/me").await.expect(401);
}

#[tokio::test]
async fn a_short_session_keeps_its_end() {
    let (app, _, bea) = served().await;
    let token = app.mint(bea.id, Mint { lifetime: TimeDelta::hours(1), ..Mint::default() }).await;
    let end = app.clock.now() + TimeDelta::hours(1);
    assert_eq!(end_after(&app, &token, 50).await, end);
}

#[tokio::test]
async fn moving_ends_can_be_switched_off() {
    let app = TestApp::with(Settings { sessions_slide: false, ..settings() }).await;
    let owner = app.owner().await;
    let end = app.clock.now() + TimeDelta::hours(24);
    assert_eq!(end_after(&app, &owner.token, 61).await, end);
    assert_eq!(stored_key(&app, &owner.token).await.unwrap().last_used, app.clock.now());
    assert_eq!(end_after(&app, &owner.token, 20 * 60).await, end);
}

#[tokio::test]
async fn how_long_a_session_lives_is_a_setting() {
    let app = TestApp::with(Settings { session_lifetime: TimeDelta::hours(3), ..settings() }).await;
    let owner = app.owner().await;
    let key = stored_key(&app, &owner.token).await.unwrap();
    assert_eq!((key.lifetime_seconds, key.expires_at), (3 * 3600, app.clock.now() + TimeDelta::hours(3)));
    assert_eq!(end_after(&app, &owner.token, 61).await, app.clock.now() + TimeDelta::hours(3));
}

#[tokio::test]
async fn an_ended_key_says_when_it_ended() {
    let (app, _, bea) = served().await;
    app.clock.advance(TimeDelta::hours(24));
    let (id, _) = super::helpers::parts(&bea.token);
    app.clock.advance(TimeDelta::microseconds(1));
    let refused = bea.get("/users/me").await.expect(401);
    assert_eq!(refused.message(), SIGNED_OUT);
    assert_eq!(refused.detail(), "API key expired at \"2026-05-21 00:00:00 +0000 UTC\".");
    assert!(refused.header("www-authenticate").contains("The access token has expired"));
    assert!(stored_key(&app, &bea.token).await.is_some(), "it is kept, so that it can say so");
    let guess = format!("{id}-{}", "0".repeat(22));
    let refused = app.client().with_token(&guess).get("/users/me").await.expect(401);
    assert_eq!(refused.detail(), "API key secret is invalid.", "only its holder learns that it ended");
}

#[tokio::test]
async fn the_end_is_told_to_the_microsecond() {
    let (app, _, bea) = served().await;
    let lifetime = TimeDelta::minutes(9) + TimeDelta::microseconds(9_123_400);
    let token = app.mint(bea.id, Mint { lifetime, ..Mint::default() }).await;
    app.clock.advance(TimeDelta::hours(1));
    let refused = app.client().with_token(&token).get("/users/me").await.expect(401);
    assert_eq!(refused.detail(), "API key expired at \"2026-05-20 00:09:09.1234 +0000 UTC\".");
}

#[tokio::test]
async fn a_use_noted_before_somebody_ended_the_key_does_not_revive_it() {
    use entity::api_keys::{Column, Entity};
    use sea_orm::sea_query::Expr;
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let (app, _, bea) = served().await;
    app.clock.advance(TimeDelta::hours(2));
    bea.get("/users/me").await.expect(200);
    let end = app.clock.now();
    let (id, _) = super::helpers::parts(&bea.token);
    let ending = Entity::update_many().col_expr(Column::ExpiresAt, Expr::value(end));
    ending.filter(Column::Id.eq(id)).exec(&app.db).await.unwrap();
    flush(&app).await;
    assert_eq!(stored_key(&app, &bea.token).await.unwrap().expires_at, end);
}

#[tokio::test]
async fn a_key_lives_through_its_last_moment() {
    let (app, _, bea) = served().await;
    app.clock.advance(TimeDelta::hours(24));
    bea.get("/users/me").await.expect(200);
}
