//! Times are the same when they come back, and compare as times.

use chrono::{DateTime, Utc};
use entity::users;
use sea_orm::ActiveValue::Set;

use super::rows::{self, put};
use crate::support::{Actor, TestApp};

/// Times with every number of digits that an engine could lose, and those at the ends.
const TIMES: [&str; 8] = [
    "0001-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999999Z",
    "2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05.000001Z",
    "2026-01-02T03:04:05.1Z",
    "2026-01-02T03:04:05.123Z",
    "2026-01-02T03:04:05.123456Z",
    "9999-12-31T23:59:59.999999Z",
];

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A user made at a time.
fn made_at(username: &str, text: &str) -> users::ActiveModel {
    let all = Set(time(text));
    users::ActiveModel {
        created_at: all.clone(),
        updated_at: all.clone(),
        last_seen_at: all,
        ..rows::user(username)
    }
}

/// The usernames that a search finds.
async fn found(owner: &Actor, query: &str) -> Vec<String> {
    let list = owner.search("/users", query).await.expect(200).json();
    list["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["username"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn every_time_comes_back_as_it_went() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (n, text) in TIMES.iter().enumerate() {
        put(&app, made_at(&format!("u{n}"), text)).await.unwrap();
        let user = owner.get(&format!("/users/u{n}")).await.expect(200).json();
        for field in ["created_at", "updated_at", "last_seen_at"] {
            assert_eq!(user[field], *text, "{field}");
        }
    }
}

#[tokio::test]
async fn times_compare_as_times_and_not_as_text() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (n, text) in TIMES.iter().enumerate() {
        put(&app, made_at(&format!("u{n}"), text)).await.unwrap();
    }
    let names = |from: usize, to: usize| (from..to).map(|n| format!("u{n}")).collect::<Vec<_>>();
    for (n, text) in TIMES.iter().enumerate() {
        let (before, after) = (format!("u created_before:\"{text}\""), format!("u created_after:\"{text}\""));
        assert_eq!(found(&owner, &before).await, names(0, n + 1), "{before}");
        assert_eq!(found(&owner, &after).await, names(n, TIMES.len()), "{after}");
    }
}

#[tokio::test]
async fn the_zone_of_a_time_does_not_matter() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    put(&app, made_at("u", "2026-01-02T03:04:05.5Z")).await.unwrap();
    for same in ["2026-01-02T03:04:05.5Z", "2026-01-02T05:04:05.5+02:00", "2026-01-01T22:34:05.500000-04:30"]
    {
        let query = format!("last_seen_after:\"{same}\" last_seen_before:\"{same}\"");
        assert_eq!(found(&owner, &query).await, ["u"], "{same}");
    }
}

#[tokio::test]
async fn what_is_finer_than_a_microsecond_is_cut_off() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    put(&app, made_at("u", "2026-01-02T03:04:05.123456Z")).await.unwrap();
    for same in ["2026-01-02T03:04:05.123456001Z", "2026-01-02T03:04:05.123456999Z"] {
        let query = format!("created_after:\"{same}\" created_before:\"{same}\"");
        assert_eq!(found(&owner, &query).await, ["u"], "{same}");
    }
}

#[tokio::test]
async fn who_was_never_seen_was_seen_at_the_zero_time() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = serde_json::json!({
        "username": "bea", "email": "bea@example.com", "login_type": "none", "organization_ids": [app.organization],
    });
    assert_eq!(owner.post("/users", body).await.expect(201).json()["last_seen_at"], "0001-01-01T00:00:00Z");
    assert_eq!(owner.get("/users/bea").await.expect(200).json()["last_seen_at"], "0001-01-01T00:00:00Z");
    assert_eq!(found(&owner, "bea last_seen_before:\"0001-01-01T00:00:00Z\"").await, ["bea"]);
}
