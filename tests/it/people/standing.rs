//! PUT /users/{user}/status/suspend and …/activate (users.md 3.19 and 3.20, case 31).

use chrono::TimeDelta;
use reqwest::Method;
use roster::model::clock::Clock;

use super::*;
use crate::auth::helpers::{log_in, served};
use crate::support::{Mint, PASSWORD};

async fn put(caller: &Actor, path: &str) -> Reply {
    caller.send(Method::PUT, path, None).await
}

#[tokio::test]
async fn the_suspended_are_locked_out_at_once_and_their_keys_wait() {
    let Cast { app, owner, one, .. } = Cast::new().await;
    one.get("/users/me").await.expect(200);
    let before = owner.get("/users/one").await.expect(200).json();
    app.clock.advance(TimeDelta::minutes(5));
    let suspended = put(&owner, &suspend("one")).await.expect(200).json();
    let mut expected = before;
    expected["status"] = "suspended".into();
    expected["updated_at"] = "2026-05-20T00:05:00Z".into();
    expected["last_seen_at"] = suspended["last_seen_at"].clone();
    assert_eq!(suspended, expected);
    let text = "User is not active (status = \"suspended\"). Contact an admin to reactivate your account.";
    refused(one.get("/users/me").await, 401, text);
    assert_eq!(put(&owner, &activate("one")).await.expect(200).json()["status"], "active");
    one.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn the_suspended_do_not_log_in() {
    let (app, owner, bea) = served().await;
    put(&owner, &suspend("bea")).await.expect(200);
    log_in(&app.client(), &bea.email, PASSWORD).await.expect(401);
    put(&owner, &activate("bea")).await.expect(200);
    log_in(&app.client(), &bea.email, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn neither_oneself_nor_an_owner_is_suspended() {
    let Cast { app, owner, user_admin, auditor, one, .. } = Cast::new().await;
    let second = app.user(&owner, "second", &["owner"]).await;
    let text = "You cannot suspend a user with the \"owner\" role. You must remove the role first.";
    for caller in [&owner, &user_admin, &auditor] {
        refused(put(caller, &suspend("second")).await, 400, text);
    }
    for caller in [&owner, &one] {
        refused(put(caller, &suspend("me")).await, 400, "You cannot suspend yourself.");
    }
    second.get("/users/me").await.expect(200);
    assert_eq!(states(&app, second.id).await, ["active"]);
}

#[tokio::test]
async fn who_may_not_change_users_is_told_what_it_may_know() {
    let Cast { app, owner, user_admin, auditor, one, two, .. } = Cast::new().await;
    for path in [suspend("two"), activate("two")] {
        forbidden(put(&auditor, &path).await);
        hidden(put(&one, &path).await);
        let mint = Mint { scopes: vec!["user:read"], ..Mint::default() };
        let reader = app.client().with_token(&app.mint(owner.id, mint).await);
        forbidden(reader.send(Method::PUT, &path, None).await);
        hidden(put(&owner, &path.replace("two", "nobody")).await);
        forbidden(put(&owner, &path.replace("two", PREBUILDS)).await);
    }
    two.get("/users/me").await.expect(200);
    put(&user_admin, &suspend("two")).await.expect(200);
    put(&user_admin, &activate("two")).await.expect(200);
    // Oneself can be activated by those who may change users; members may not.
    put(&user_admin, &activate("me")).await.expect(200);
    put(&owner, &activate("me")).await.expect(200);
    forbidden(put(&one, &activate("me")).await);
}

#[tokio::test]
async fn repeating_it_is_audited_and_remembered_once() {
    let Cast { app, owner, one, .. } = Cast::new().await;
    for path in [suspend("one"), suspend("one"), activate("one"), activate("one")] {
        app.clock.advance(TimeDelta::minutes(1));
        put(&owner, &path).await.expect(200);
        assert_eq!(stored(&app, one.id).await.updated_at, app.clock.now());
    }
    assert_eq!(states(&app, one.id).await, ["active", "suspended", "active"]);
    let entries = audited(&app, one.id, "write").await;
    assert_eq!(entries.len(), 4);
    assert!(entries.iter().all(|entry| entry.user_id == owner.id && entry.status_code == 200));
}

#[tokio::test]
async fn activating_the_dormant_leaves_when_they_were_seen() {
    let Cast { app, owner, .. } = Cast::new().await;
    let asleep = app.user_from(&owner, json!({ "username": "asleep", "user_status": "dormant" })).await;
    let before = stored(&app, asleep.id).await.last_seen_at;
    put(&owner, &activate("asleep")).await.expect(200);
    let after = stored(&app, asleep.id).await;
    assert_eq!((after.status.as_str(), after.last_seen_at), ("active", before));
    assert_eq!(states(&app, asleep.id).await, ["dormant", "active"]);
}

#[tokio::test]
async fn a_waking_user_is_remembered_as_active() {
    let Cast { app, owner, .. } = Cast::new().await;
    let asleep = app.user_from(&owner, json!({ "username": "asleep", "user_status": "dormant" })).await;
    asleep.get("/users/me").await.expect(200);
    assert_eq!(states(&app, asleep.id).await, ["dormant", "active"]);
}

#[tokio::test]
async fn service_accounts_are_suspended_like_people() {
    let Cast { app, owner, .. } = Cast::new().await;
    let body = json!({ "username": "robot", "email": "", "service_account": true });
    let robot = app.user_from(&owner, body).await;
    robot.get("/users/me").await.expect(200);
    put(&owner, &suspend("robot")).await.expect(200);
    robot.get("/users/me").await.expect(401);
    let found = put(&owner, &activate("robot")).await.expect(200).json();
    assert_eq!((&found["is_service_account"], &found["email"]), (&json!(true), &json!("")));
    robot.get("/users/me").await.expect(200);
    owner.delete("/users/robot").await.expect(200);
    robot.get("/users/me").await.expect(401);
}
