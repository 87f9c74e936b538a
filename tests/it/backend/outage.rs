//! A database that is gone is told of, in the envelope, and by nobody but those who need it.

use reqwest::Method;
use serde_json::json;

use crate::support::{Client, PASSWORD, Reply, TestApp};

async fn get(client: &Client, path: &str) -> Reply {
    client.finish(client.request(Method::GET, path)).await
}

#[track_caller]
fn assert_unavailable(reply: &Reply) {
    assert_eq!(reply.status, 503, "{reply:?}");
    assert_eq!(reply.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(reply.message(), "The database is not available at the moment. Please try again.");
}

#[tokio::test]
async fn a_server_with_its_database_is_ready() {
    let app = TestApp::new().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(get(&app.client(), path).await.expect(200).text, "OK", "{path}");
    }
}

#[tokio::test]
async fn a_server_without_its_database_lives_and_is_not_ready() {
    let app = TestApp::new().await;
    app.backend.store.close().await;
    get(&app.client(), "/healthz").await.expect(200);
    get(&app.client(), "/openapi.json").await.expect(200);
    app.client().get("/buildinfo").await.expect(200);
    assert_unavailable(&get(&app.client(), "/readyz").await);
}

#[tokio::test]
async fn what_needs_the_database_is_unavailable_without_it() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let unknown = app.client().with_token(&format!("0123456789-{}", "x".repeat(22)));
    owner.get("/users/me").await.expect(200);
    app.backend.store.close().await;

    let login = json!({ "email": owner.email, "password": PASSWORD });
    let first = json!({ "email": "a@example.com", "username": "a", "password": PASSWORD });
    let bea = json!({ "email": "b@example.com", "username": "b", "organization_ids": [app.organization] });
    assert_unavailable(&app.client().get("/users/first").await);
    assert_unavailable(&app.client().post("/users/first", first).await);
    assert_unavailable(&app.client().post("/users/login", login).await);
    assert_unavailable(&unknown.get("/users/me").await);
    assert_unavailable(&owner.get("/users").await);
    assert_unavailable(&owner.get("/organizations").await);
    assert_unavailable(&owner.get("/organizations/default/paginated-members").await);
    assert_unavailable(&owner.post("/users", bea).await);
    assert_unavailable(&owner.post_empty("/users/logout").await);
}
