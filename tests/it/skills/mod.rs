//! Personal skills (skills.md), below `/api/experimental`.

mod audit;
mod callers;
mod content;
mod front_matter;
mod keys;
mod limits;
mod races;
mod storage;
mod story;
mod update;

use entity::{audit_logs, user_skills};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Client, Reply, TestApp};

/// A server with its owner and a plain member.
async fn served() -> (TestApp, Actor, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    (app, owner, bea)
}

/// A good text with this name.
fn named(name: &str) -> String {
    format!("---\nname: {name}\ndescription: How to {name}\n---\nDo it with care.\n")
}

/// A text with these lines between the delimiters.
fn with_lines(lines: &str) -> String {
    format!("---\n{lines}\n---\nDo it with care.\n")
}

/// The path of the skills of a user, or of one of them.
fn path(user: impl std::fmt::Display, name: &str) -> String {
    let below = if name.is_empty() { String::new() } else { format!("/{name}") };
    format!("/api/experimental/users/{user}/skills{below}")
}

async fn send(client: &Client, method: Method, path: &str, body: Option<String>) -> Reply {
    let request = client.request(method, path);
    client.finish(if let Some(body) = body { request.body(body) } else { request }).await
}

/// Asks for a new skill of a user.
async fn post(client: &Client, user: impl std::fmt::Display, content: &str) -> Reply {
    let body = json!({ "content": content }).to_string();
    send(client, Method::POST, &path(user, ""), Some(body)).await
}

/// Asks for another text of a skill.
async fn patch(client: &Client, user: impl std::fmt::Display, name: &str, content: &str) -> Reply {
    let body = json!({ "content": content }).to_string();
    send(client, Method::PATCH, &path(user, name), Some(body)).await
}

async fn list(client: &Client, user: impl std::fmt::Display) -> Reply {
    send(client, Method::GET, &path(user, ""), None).await
}

async fn get(client: &Client, user: impl std::fmt::Display, name: &str) -> Reply {
    send(client, Method::GET, &path(user, name), None).await
}

async fn delete(client: &Client, user: impl std::fmt::Display, name: &str) -> Reply {
    send(client, Method::DELETE, &path(user, name), None).await
}

/// The names of one's own skills, as they are listed.
async fn names(client: &Client) -> Vec<String> {
    let listed = list(client, "me").await.expect(200).json();
    listed.as_array().unwrap().iter().map(|skill| skill["name"].as_str().unwrap().to_owned()).collect()
}

/// The answer for what is not there and for what may not be seen: it must not tell which.
#[track_caller]
fn assert_hidden(reply: &Reply, what: &str) {
    let hidden = json!({ "message": "Resource not found or you do not have access to this resource" });
    assert_eq!((reply.status, reply.json()), (404, hidden), "{what}");
}

#[track_caller]
fn assert_forbidden(reply: &Reply, what: &str) {
    let detail = "You don't have permission to view this content. If you believe this is a mistake, please contact your administrator or try signing in with different credentials.";
    assert_eq!(
        (reply.status, reply.json()),
        (403, json!({ "message": "Forbidden.", "detail": detail })),
        "{what}"
    );
}

/// A refusal with exactly this body.
#[track_caller]
fn assert_refused(reply: &Reply, status: u16, message: &str, detail: &str) {
    assert_eq!(
        (reply.status, reply.json()),
        (status, json!({ "message": message, "detail": detail })),
        "{reply:.400?}"
    );
}

/// The entries of the audit log about skills, the oldest first.
async fn audited(app: &TestApp) -> Vec<audit_logs::Model> {
    let about = audit_logs::Entity::find().filter(audit_logs::Column::ResourceType.eq("user_skill"));
    about.order_by_asc(audit_logs::Column::Time).all(&app.db).await.unwrap()
}

/// How many skills of a user are stored.
async fn count(app: &TestApp, user: Uuid) -> u64 {
    let of = user_skills::Entity::find().filter(user_skills::Column::UserId.eq(user));
    of.count(&app.db).await.unwrap()
}

/// Puts skills of a user into the database, named `skill-0` and so on.
async fn fill(app: &TestApp, user: Uuid, count: usize) {
    let rows = (0..count).map(|number| storage::row(user, &format!("skill-{number}")));
    user_skills::Entity::insert_many(rows).exec_without_returning(&app.db).await.unwrap();
}

/// The members of an answer that tell of a skill without its text.
fn head_of(skill: &Value) -> Value {
    let mut head = skill.clone();
    head.as_object_mut().unwrap().remove("content").unwrap();
    head
}
