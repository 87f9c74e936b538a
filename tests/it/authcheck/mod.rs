//! Questions about rights, and their answers.

mod answers;
mod bodies;
mod explain;
mod groups;
mod hidden;
mod keys;
mod operations;
mod refusals;
mod scopes;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Client, Reply, TestApp};

/// What is said of things that are not there and of things that may not be seen.
const NOT_FOUND: &str = "Resource not found or you do not have access to this resource";

/// A question: a verb about `{resource_type, …}`.
fn check(action: &str, object: &Value) -> Value {
    json!({ "action": action, "object": object })
}

/// The body with one question, under the key `it`.
fn one(action: &str, object: &Value) -> Value {
    json!({ "checks": { "it": check(action, object) } })
}

/// The answer to one question.
async fn allowed(client: &Client, action: &str, object: &Value) -> bool {
    let answer = client.post("/authcheck", one(action, object)).await.expect(200).json();
    answer["it"].as_bool().unwrap()
}

/// Asks for explanations.
async fn explain(client: &Client, body: &Value) -> Reply {
    let request = client.request(Method::POST, "/api/experimental/authcheck/explain");
    client.finish(request.body(body.to_string())).await
}

/// The explained answer to one question about oneself.
async fn explained(client: &Client, action: &str, object: &Value) -> Value {
    explain(client, &one(action, object)).await.expect(200).json()["checks"]["it"].clone()
}

/// A member of the default organization with roles there.
async fn member(app: &TestApp, owner: &Actor, username: &str, roles: &[&str]) -> Actor {
    let member = app.user(owner, username, &[]).await;
    app.set_member_roles(app.organization, member.id, roles).await;
    member
}

/// A user of another organization only, with roles there.
async fn outsider(app: &TestApp, owner: &Actor, username: &str, organization: Uuid, roles: &[&str]) -> Actor {
    let body = json!({ "username": username, "organization_ids": [organization] });
    let outsider = app.user_from(owner, body).await;
    app.set_member_roles(organization, outsider.id, roles).await;
    outsider
}
