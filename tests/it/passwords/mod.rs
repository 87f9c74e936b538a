//! Passwords: changing them, forgetting them, those that come from elsewhere, and leaving them; and the letters of it all.

mod change;
mod convert_login;
mod delivery;
mod imported;
mod notices;
mod one_time;
mod races;
mod replicas;
mod validate;

use std::sync::Arc;

use entity::{audit_logs, users};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::mail::{MailServer, impatient};
use crate::support::{Actor, Client, PASSWORD, Reply, TestApp};

/// Another good password.
const NEW: &str = "AnotherGoodOne456?";
/// What people are told whose e-mail address or code is not right.
const INCORRECT: &str = "Incorrect email or one-time passcode.";
/// What those are told who look for what they may not see.
const NOT_FOUND: &str = "Resource not found or you do not have access to this resource";

/// An active user of the default organization who logs in with the usual password.
async fn member(app: &TestApp, owner: &Actor, username: &str, roles: &[&str]) -> Actor {
    let body =
        json!({ "username": username, "login_type": "password", "password": PASSWORD, "roles": roles });
    app.user_from(owner, body).await
}

/// A server with an owner and one such member.
async fn served() -> (TestApp, Actor, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = member(&app, &owner, "bea", &[]).await;
    (app, owner, bea)
}

/// The same with a mail server, after the news of the new member.
async fn written() -> (TestApp, Actor, Actor, MailServer) {
    let mut mail = MailServer::start(&[]).await;
    let app = TestApp::writing(Arc::new(mail.queue(impatient(3)))).await;
    let owner = app.owner().await;
    let bea = member(&app, &owner, "bea", &[]).await;
    assert_eq!(mail.next().await.to, "owner@example.com");
    (app, owner, bea, mail)
}

async fn log_in(client: &Client, email: &str, password: &str) -> Reply {
    client.post("/users/login", json!({ "email": email, "password": password })).await
}

async fn session(app: &TestApp, email: &str, password: &str) -> Client {
    let reply = log_in(&app.client(), email, password).await.expect(201).json();
    app.client().with_token(reply["session_token"].as_str().unwrap())
}

async fn change(client: &Client, user: &str, old: &str, new: &str) -> Reply {
    let body = json!({ "old_password": old, "password": new });
    client.put(&format!("/users/{user}/password"), body).await
}

async fn ask_for_code(app: &TestApp, email: &str) -> Reply {
    app.client().post("/users/otp/request", json!({ "email": email })).await
}

fn with_code(email: &str, code: &str, password: &str) -> Value {
    json!({ "email": email, "one_time_passcode": code, "password": password })
}

async fn use_code(app: &TestApp, email: &str, code: &str, password: &str) -> Reply {
    app.client().post("/users/otp/change-password", with_code(email, code, password)).await
}

async fn stored(app: &TestApp, user: Uuid) -> users::Model {
    users::Entity::find_by_id(user).one(&app.db).await.unwrap().unwrap()
}

/// What requests left to be done later is done when this returns.
async fn settled(app: &TestApp) {
    let background = &app.backend.background;
    background.close();
    background.wait().await;
    background.reopen();
}

/// What the audit log holds of a user's deeds of this kind: type, target and status.
async fn audited(app: &TestApp, actor: Uuid, action: &str) -> Vec<(String, Uuid, i32)> {
    let entries = audit_logs::Entity::find().filter(audit_logs::Column::UserId.eq(actor));
    let entries =
        entries.filter(audit_logs::Column::Action.eq(action)).order_by_asc(audit_logs::Column::Time);
    let told = |e: audit_logs::Model| (e.resource_type, e.resource_id, e.status_code);
    entries.all(&app.db).await.unwrap().into_iter().map(told).collect()
}
