//! What is decided first: the key, the route, the method (auth.md 2.1).

use entity::users::Column;
use reqwest::Method;
use roster::model::clock::{Clock, never};
use serde_json::json;

use super::helpers::{credentials, flush, log_in, served, stored_key, stored_user};
use crate::support::{Client, PASSWORD, Reply, TestApp};

async fn ask(client: &Client, method: Method, path: &str) -> Reply {
    client.finish(client.request(method, &format!("/api/v2{path}"))).await
}

#[tokio::test]
async fn an_unknown_route_is_unknown_to_everybody() {
    let (app, owner, _) = served().await;
    let bad = app.client().with_token("abc");
    for client in [&app.client(), &bad, &owner.client] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let reply = ask(client, method, "/users/me/nothing/at/all").await.expect(404);
            assert_eq!(
                (reply.message().as_str(), reply.header("www-authenticate")),
                ("Route not found.", "")
            );
        }
    }
}

#[tokio::test]
async fn a_wrong_method_is_wrong_for_everybody() {
    let (app, owner, _) = served().await;
    for client in [&app.client(), &owner.client] {
        let reply = ask(client, Method::PATCH, "/users/nobody").await.expect(405);
        assert!(reply.header("allow").contains("GET"), "{reply:?}");
    }
}

#[tokio::test]
async fn a_good_key_is_used_wherever_it_is_shown() {
    for path in ["/buildinfo", "/users/authmethods", "/nothing"] {
        let (app, _, bea) = served().await;
        bea.get(path).await;
        flush(&app).await;
        assert_eq!(stored_key(&app, &bea.token).await.unwrap().last_used, app.clock.now(), "{path}");
        assert_eq!(stored_user(&app, bea.id).await.last_seen_at, app.clock.now(), "{path}");
    }
}

#[tokio::test]
async fn that_of_a_suspended_or_sleeping_user_is_not_used_at_an_open_door() {
    for status in ["suspended", "dormant"] {
        let (app, _, bea) = served().await;
        app.set_user(bea.id, Column::Status, status).await;
        let (key, user) = (stored_key(&app, &bea.token).await, stored_user(&app, bea.id).await);
        bea.get("/buildinfo").await.expect(200);
        bea.get("/nothing").await.expect(404);
        flush(&app).await;
        assert_eq!(stored_key(&app, &bea.token).await, key, "{status}");
        let after = stored_user(&app, bea.id).await;
        assert_eq!((after.last_seen_at, &after), (never(), &user), "{status}");
    }
}

#[tokio::test]
async fn open_doors_are_open_whatever_the_key() {
    let (app, owner, bea) = served().await;
    app.set_user(bea.id, Column::Status, "suspended").await;
    let unknown = app.client().with_token(&format!("0123456789-{}", "x".repeat(22)));
    let bad = app.client().with_token("abc");
    for client in [&bea.client, &unknown, &bad, &owner.client, &app.client()] {
        client.get("/buildinfo").await.expect(200);
        client.get("/users/first").await.expect(200);
        client.get("/users/authmethods").await.expect(200);
        log_in(client, &owner.email, PASSWORD).await.expect(201);
        client.post("/users/login", credentials("", "")).await.expect(400);
    }
}

#[tokio::test]
async fn a_lost_database_closes_no_open_door() {
    let app = TestApp::new().await;
    let unknown = app.client().with_token(&format!("0123456789-{}", "x".repeat(22)));
    app.backend.store.close().await;
    unknown.get("/buildinfo").await.expect(200);
    unknown.get("/users/authmethods").await.expect(200);
    assert_eq!(unknown.get("/nothing").await.expect(404).message(), "Route not found.");
    unknown.get("/users/me").await.expect(503);
}

#[tokio::test]
async fn the_key_comes_before_the_target_and_the_body() {
    let (app, owner, _) = served().await;
    for path in ["/users/nobody/roles", "/users/me/roles"] {
        app.client().put_text(path, "{").await.expect(401);
    }
    owner.put_text("/users/nobody/roles", "{").await.expect(404);
    owner.put("/users/me/roles", json!({ "roles": [] })).await.expect(400);
}
