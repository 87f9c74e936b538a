//! Users from a directory, over SCIM 2.0 (neighbours.md 1 and case 21).

mod audit;
mod changes;
mod create;
mod door;
mod list;
mod process;
mod races;
mod replace;
mod replicas;

use entity::{audit_logs, users};
use reqwest::Method;
use roster_openapi::scim::MEDIA_TYPE;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Client, Reply, SCIM_SECRET, TestApp, uuid};

const NOT_FOUND: &str = "Resource not found or you do not have access to this resource";

/// A server with its owner and a plain member, and a directory that knows the secret.
async fn served() -> (TestApp, Actor, Actor, Client) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let directory = directory(&app);
    (app, owner, bea, directory)
}

/// A directory that knows the secret.
fn directory(app: &TestApp) -> Client {
    app.client().with_authorization(&format!("Bearer {SCIM_SECRET}"))
}

async fn send(client: &Client, method: Method, path: &str, body: Option<Value>) -> Reply {
    let request = client.request(method, &format!("/scim/v2{path}")).header("Content-Type", MEDIA_TYPE);
    client.finish(if let Some(body) = body { request.body(body.to_string()) } else { request }).await
}

async fn get(client: &Client, path: &str) -> Reply {
    send(client, Method::GET, path, None).await
}

async fn post(client: &Client, body: Value) -> Reply {
    send(client, Method::POST, "/Users", Some(body)).await
}

async fn patch(client: &Client, id: impl std::fmt::Display, body: Value) -> Reply {
    send(client, Method::PATCH, &format!("/Users/{id}"), Some(body)).await
}

async fn put(client: &Client, id: impl std::fmt::Display, body: Value) -> Reply {
    send(client, Method::PUT, &format!("/Users/{id}"), Some(body)).await
}

/// Somebody as a directory sends it.
fn somebody(user_name: &str, email: &str, active: bool) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": user_name, "active": active,
        "emails": [{ "primary": true, "value": email, "type": "work" }],
    })
}

/// A user of ours as a directory sees it.
fn shown(actor: &Actor, active: bool) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": actor.id, "userName": actor.username,
        "displayName": "", "name": { "givenName": "", "familyName": "" }, "active": active, "groups": [],
        "emails": [{ "primary": true, "type": "work", "value": actor.email }],
        "meta": {
            "resourceType": "User", "created": "2026-05-20T00:00:00Z", "lastModified": "2026-05-20T00:00:00Z",
            "location": format!("http://roster.test/scim/v2/Users/{}", actor.id),
        },
    })
}

/// The row of a user.
async fn stored(app: &TestApp, user: Uuid) -> users::Model {
    users::Entity::find_by_id(user).one(&app.db).await.unwrap().unwrap()
}

async fn status(app: &TestApp, user: Uuid) -> String {
    stored(app, user).await.status
}

/// All entries of the audit log, the oldest first, when all that was left to be done is done.
async fn entries(app: &TestApp) -> Vec<audit_logs::Model> {
    let background = &app.backend.background;
    background.close();
    background.wait().await;
    background.reopen();
    audit_logs::Entity::find().order_by_asc(audit_logs::Column::Time).all(&app.db).await.unwrap()
}

/// Those of one request.
async fn entries_of(app: &TestApp, reply: &Reply) -> Vec<audit_logs::Model> {
    let request: Uuid = reply.header("x-request-id").parse().unwrap();
    entries(app).await.into_iter().filter(|entry| entry.request_id == request).collect()
}

/// A refusal in the shape of SCIM that is the envelope too.
#[track_caller]
fn assert_refused(reply: &Reply, status: u16, reason: &str, detail: &str) {
    let told = reply.json();
    assert_eq!(reply.status, status, "{reply:?}");
    assert_eq!(reply.header("content-type"), MEDIA_TYPE, "{reply:?}");
    assert_eq!(told["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]), "{reply:?}");
    assert_eq!(told["status"], status.to_string(), "{reply:?}");
    assert_eq!(told["scimType"].as_str().unwrap_or_default(), reason, "{reply:?}");
    assert_eq!(told["detail"], detail, "{reply:?}");
    assert!(detail.starts_with(&reply.message()) && !reply.message().is_empty(), "{reply:?}");
}
