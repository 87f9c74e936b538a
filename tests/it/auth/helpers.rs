//! What the tests of this folder share.

use std::time::Duration;

use entity::{api_keys, audit_logs, users};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Client, PASSWORD, Reply, TestApp};

/// What everybody is told whose key is no good.
pub const SIGNED_OUT: &str =
    "You are signed out or your session has expired. Please sign in again to continue.";
/// What those are told who give the wrong address or password.
pub const WRONG: &str = "Incorrect email or password.";
/// What those are told who look for what they may not see.
pub const NOT_FOUND: &str = "Resource not found or you do not have access to this resource";
/// What everybody is told when a key cannot be looked at.
pub const FAULT: &str = "An internal error occurred. Please try again or contact the system administrator.";

/// The body of a login.
pub fn credentials(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

/// Tries to log in with a password.
pub async fn log_in(client: &Client, email: &str, password: &str) -> Reply {
    client.post("/users/login", credentials(email, password)).await
}

/// The key of a new session of somebody who knows the usual password.
pub async fn session(app: &TestApp, email: &str) -> String {
    let reply = log_in(&app.client(), email, PASSWORD).await.expect(201).json();
    reply["session_token"].as_str().unwrap().to_owned()
}

/// An active member of the default organization who logs in with the usual password.
pub async fn member(app: &TestApp, owner: &Actor, username: &str) -> Actor {
    let body = json!({ "username": username, "login_type": "password", "password": PASSWORD });
    app.user_from(owner, body).await
}

/// A server with an owner and one such member.
pub async fn served() -> (TestApp, Actor, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = member(&app, &owner, "bea").await;
    (app, owner, bea)
}

/// The two parts of a key.
pub fn parts(token: &str) -> (&str, &str) {
    token.split_once('-').unwrap()
}

/// A key as it is stored, if it still is.
pub async fn stored_key(app: &TestApp, token: &str) -> Option<api_keys::Model> {
    api_keys::Entity::find_by_id(parts(token).0).one(&app.db).await.unwrap()
}

/// A user as it is stored.
pub async fn stored_user(app: &TestApp, user: Uuid) -> users::Model {
    users::Entity::find_by_id(user).one(&app.db).await.unwrap().unwrap()
}

/// Sets a column of a user that is no text, in the database; before the user's first request.
pub async fn set(app: &TestApp, user: Uuid, column: users::Column, value: impl Into<SimpleExpr>) {
    let update = users::Entity::update_many().col_expr(column, value.into());
    update.filter(users::Column::Id.eq(user)).exec(&app.db).await.unwrap();
}

/// The uses that are noted so far are written when this returns.
pub async fn flush(app: &TestApp) {
    roster::app::flush(&app.backend).await;
}

/// What the audit log holds of a user's deeds of this kind, oldest first.
pub async fn audited(app: &TestApp, actor: Uuid, action: &str) -> Vec<audit_logs::Model> {
    let entries = audit_logs::Entity::find().filter(audit_logs::Column::UserId.eq(actor));
    let entries = entries.filter(audit_logs::Column::Action.eq(action));
    entries.order_by_asc(audit_logs::Column::Time).all(&app.db).await.unwrap()
}

/// The same, when at least one is there; refused logins are told of after their answer.
pub async fn audited_soon(app: &TestApp, actor: Uuid, action: &str) -> Vec<audit_logs::Model> {
    for _ in 0..200 {
        let entries = audited(app, actor, action).await;
        if !entries.is_empty() {
            return entries;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no {action} of {actor} in the audit log");
}
