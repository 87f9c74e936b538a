//! That a key was used, noted to the hour.

use chrono::{DateTime, TimeDelta, Utc};
use roster::model::clock::{Clock, never};

use super::helpers::{flush, log_in, served, stored_key, stored_user};
use crate::support::{Actor, Mint, PASSWORD, TestApp};

fn now(app: &TestApp) -> DateTime<Utc> {
    app.clock.now()
}

async fn last_used(app: &TestApp, token: &str) -> DateTime<Utc> {
    flush(app).await;
    stored_key(app, token).await.unwrap().last_used
}

async fn use_key(of: &Actor) {
    of.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn a_new_key_was_never_used() {
    let (app, _, bea) = served().await;
    assert_eq!(last_used(&app, &bea.token).await, DateTime::UNIX_EPOCH);
    assert_eq!(stored_user(&app, bea.id).await.last_seen_at, never());
}

#[tokio::test]
async fn the_first_use_is_written() {
    let (app, _, bea) = served().await;
    app.clock.advance(TimeDelta::minutes(7));
    use_key(&bea).await;
    assert_eq!(last_used(&app, &bea.token).await, now(&app));
}

#[tokio::test]
async fn further_uses_within_the_hour_are_not() {
    let (app, _, bea) = served().await;
    let first = now(&app);
    for _ in 0..6 {
        use_key(&bea).await;
        assert_eq!(last_used(&app, &bea.token).await, first);
        app.clock.advance(TimeDelta::minutes(10));
    }
    use_key(&bea).await;
    assert_eq!(last_used(&app, &bea.token).await, first, "an hour is not more than an hour");
    app.clock.advance(TimeDelta::minutes(1));
    use_key(&bea).await;
    assert_eq!(last_used(&app, &bea.token).await, first + TimeDelta::minutes(61));
}

#[tokio::test]
async fn the_owner_is_seen_when_the_use_is_written() {
    let (app, _, bea) = served().await;
    use_key(&bea).await;
    flush(&app).await;
    let first = now(&app);
    app.clock.advance(TimeDelta::minutes(30));
    use_key(&bea).await;
    flush(&app).await;
    let seen = stored_user(&app, bea.id).await;
    assert_eq!((seen.last_seen_at, seen.updated_at), (first, first));
    app.clock.advance(TimeDelta::minutes(31));
    use_key(&bea).await;
    flush(&app).await;
    let seen = stored_user(&app, bea.id).await;
    assert_eq!((seen.last_seen_at, seen.updated_at), (now(&app), now(&app)));
}

#[tokio::test]
async fn being_seen_shows_in_the_next_answer() {
    let (app, owner, bea) = served().await;
    let seen = async || owner.get("/users/bea").await.expect(200).json()["last_seen_at"].clone();
    assert_eq!(seen().await, "0001-01-01T00:00:00Z");
    use_key(&bea).await;
    flush(&app).await;
    assert_eq!(seen().await, "2026-05-20T00:00:00Z");
}

#[tokio::test]
async fn a_use_does_not_touch_what_else_is_known_of_the_key() {
    let (app, _, bea) = served().await;
    let before = stored_key(&app, &bea.token).await.unwrap();
    app.clock.advance(TimeDelta::minutes(5));
    use_key(&bea).await;
    flush(&app).await;
    let after = stored_key(&app, &bea.token).await.unwrap();
    assert_eq!(after, entity::api_keys::Model { last_used: now(&app), ..before });
}

#[tokio::test]
async fn uses_of_many_keys_are_written_together() {
    let (app, _, bea) = served().await;
    let mut tokens = Vec::new();
    for _ in 0..20 {
        let token = app.mint(bea.id, Mint::default()).await;
        app.client().with_token(&token).get("/users/me").await.expect(200);
        tokens.push(token);
    }
    flush(&app).await;
    for token in tokens {
        assert_eq!(stored_key(&app, &token).await.unwrap().last_used, now(&app));
    }
}

#[tokio::test]
async fn uses_are_written_without_being_asked_for() {
    let (app, _, bea) = served().await;
    use_key(&bea).await;
    for _ in 0..100 {
        if stored_key(&app, &bea.token).await.unwrap().last_used == now(&app) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the use was not written in ten seconds");
}

#[tokio::test]
async fn a_refused_key_was_not_used() {
    let (app, _, bea) = served().await;
    let (id, _) = super::helpers::parts(&bea.token);
    let wrong = format!("{id}-{}", "0".repeat(22));
    app.client().with_token(&wrong).get("/users/me").await.expect(401);
    assert_eq!(last_used(&app, &bea.token).await, DateTime::UNIX_EPOCH);
    app.clock.advance(TimeDelta::hours(25));
    bea.get("/users/me").await.expect(401);
    assert_eq!(last_used(&app, &bea.token).await, DateTime::UNIX_EPOCH);
    assert_eq!(stored_user(&app, bea.id).await.last_seen_at, never());
}

#[tokio::test]
async fn a_use_noted_before_a_logout_does_not_bring_the_key_back() {
    let (app, _, bea) = served().await;
    use_key(&bea).await;
    bea.post_empty("/users/logout").await.expect(200);
    flush(&app).await;
    assert!(stored_key(&app, &bea.token).await.is_none());
    bea.get("/users/me").await.expect(401);
}

#[tokio::test]
async fn a_login_is_no_use_of_its_key() {
    let (app, _, bea) = served().await;
    let made = log_in(&app.client(), &bea.email, PASSWORD).await.expect(201).json();
    let token = made["session_token"].as_str().unwrap();
    assert_eq!(last_used(&app, token).await, DateTime::UNIX_EPOCH);
}
