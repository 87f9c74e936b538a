//! Those who were not seen yet, or not for long, and what wakes them.

use chrono::TimeDelta;
use entity::users::Column;
use roster::model::clock::Clock;
use serde_json::json;
use uuid::Uuid;

use super::helpers::{audited, log_in, served, stored_user};
use crate::support::{Actor, PASSWORD, TestApp};

/// A server with an owner and a member who was not seen yet; an hour after it was made.
async fn with_sleeper() -> (TestApp, Actor, Actor) {
    let (app, owner, bea) = served().await;
    app.set_user(bea.id, Column::Status, "dormant").await;
    app.clock.advance(TimeDelta::hours(1));
    (app, owner, bea)
}

async fn assert_woken_once(app: &TestApp, user: Uuid) {
    let stored = stored_user(app, user).await;
    assert_eq!(stored.status, "active");
    assert_eq!((stored.last_seen_at, stored.updated_at), (app.clock.now(), app.clock.now()));
    let entries = audited(app, user, "write").await;
    assert_eq!(entries.len(), 1, "{entries:#?}");
    let entry = &entries[0];
    assert_eq!((entry.resource_type.as_str(), entry.resource_id), ("user", user));
    assert_eq!((entry.resource_target.as_str(), entry.status_code), ("bea", 200));
    assert_eq!(
        entry.additional_fields,
        json!({ "automatic_actor": "coder", "automatic_subsystem": "dormancy" })
    );
    assert_eq!((entry.request_id, entry.ip.as_ref(), entry.user_agent.as_ref()), (Uuid::nil(), None, None));
}

#[tokio::test]
async fn a_new_user_sleeps() {
    let (app, owner, _) = served().await;
    let made = app.user_from(&owner, json!({ "username": "cy", "user_status": null })).await;
    assert_eq!(owner.get("/users/cy").await.expect(200).json()["status"], "dormant");
    made.get("/users/me").await.expect(200);
    assert_eq!(owner.get("/users/cy").await.expect(200).json()["status"], "active");
}

#[tokio::test]
async fn a_login_wakes() {
    let (app, owner, bea) = with_sleeper().await;
    assert_eq!(owner.get("/users/bea").await.expect(200).json()["status"], "dormant");
    let made = log_in(&app.client(), &bea.email, PASSWORD).await.expect(201).json();
    assert_woken_once(&app, bea.id).await;
    assert_eq!(owner.get("/users/bea").await.expect(200).json()["status"], "active");
    let client = app.client().with_token(made["session_token"].as_str().unwrap());
    assert_eq!(client.get("/users/me").await.expect(200).json()["status"], "active");
    assert_woken_once(&app, bea.id).await;
}

#[tokio::test]
async fn a_wrong_password_does_not_wake() {
    let (app, _, bea) = with_sleeper().await;
    log_in(&app.client(), &bea.email, "wrong").await.expect(401);
    assert_eq!(stored_user(&app, bea.id).await.status, "dormant");
    assert!(audited(&app, bea.id, "write").await.is_empty());
}

#[tokio::test]
async fn a_request_wakes() {
    let (app, owner, bea) = with_sleeper().await;
    let me = bea.get("/users/me").await.expect(200).json();
    assert_eq!((&me["status"], &me["last_seen_at"]), (&json!("active"), &json!("2026-05-20T01:00:00Z")));
    assert_woken_once(&app, bea.id).await;
    bea.get("/users/me").await.expect(200);
    assert_woken_once(&app, bea.id).await;
    assert_eq!(owner.get("/users/bea").await.expect(200).json()["status"], "active");
}

#[tokio::test]
async fn a_refused_request_wakes_too() {
    let (app, _, bea) = with_sleeper().await;
    bea.get("/users/nobody").await.expect(404);
    assert_woken_once(&app, bea.id).await;
}

#[tokio::test]
async fn a_request_that_needs_no_key_does_not_wake() {
    let (app, _, bea) = with_sleeper().await;
    bea.get("/buildinfo").await.expect(200);
    bea.get("/users/authmethods").await.expect(200);
    assert_eq!(stored_user(&app, bea.id).await.status, "dormant");
}

#[tokio::test]
async fn an_ended_key_does_not_wake() {
    let (app, _, bea) = with_sleeper().await;
    app.clock.advance(TimeDelta::hours(24));
    bea.get("/users/me").await.expect(401);
    assert_eq!(stored_user(&app, bea.id).await.status, "dormant");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_requests_at_once_wake_once() {
    let (app, _, bea) = with_sleeper().await;
    let tries: Vec<_> = (0..24)
        .map(|_| {
            let client = bea.client.clone();
            tokio::spawn(async move { client.get("/users/me").await })
        })
        .collect();
    for one in tries {
        let me = one.await.unwrap().expect(200).json();
        assert_eq!(me["status"], "active");
    }
    assert_woken_once(&app, bea.id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_logins_and_requests_at_once_wake_once() {
    let (app, _, bea) = with_sleeper().await;
    let tries: Vec<_> = (0..8)
        .map(|n| {
            let (client, email) = (bea.client.clone(), bea.email.clone());
            tokio::spawn(async move {
                match n % 2 {
                    0 => log_in(&client, &email, PASSWORD).await.expect(201),
                    _ => client.get("/users/me").await.expect(200),
                }
            })
        })
        .collect();
    for one in tries {
        one.await.unwrap();
    }
    assert_woken_once(&app, bea.id).await;
}
