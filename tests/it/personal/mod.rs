//! What is personal of users: appearance, preferences, build parameters, and key pairs for git.

mod appearance;
mod callers;
mod git_keys;
mod handshake;
mod parameters;
mod preferences;
mod races;
mod texts;
mod tools;

use entity::user_configs;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Reply, TestApp};

const APPEARANCE: &str = "/users/me/appearance";
const PREFERENCES: &str = "/users/me/preferences";
const GIT_KEY: &str = "/users/me/gitsshkey";

/// A server with its owner and a plain member.
async fn served() -> (TestApp, Actor, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    (app, owner, bea)
}

/// The path of something personal of a user.
fn of(user: impl std::fmt::Display, what: &str) -> String {
    format!("/users/{user}/{what}")
}

/// The answer for what is not there and for what may not be seen: it must not tell which.
#[track_caller]
fn assert_hidden(reply: &Reply, what: &str) {
    let hidden = json!({ "message": "Resource not found or you do not have access to this resource" });
    assert_eq!((reply.status, reply.json()), (404, hidden), "{what}");
}

/// A refusal with just this text.
#[track_caller]
fn assert_refused(reply: &Reply, message: &str) {
    assert_eq!((reply.status, reply.json()), (400, json!({ "message": message })), "{reply:?}");
}

/// A refusal for exactly these fields, each with the rule that it broke and its value.
#[track_caller]
fn assert_broken(reply: &Reply, wanted: &[(&str, &str, &str)]) {
    let wanted: Vec<(String, String)> = wanted
        .iter()
        .map(|(field, rule, value)| {
            ((*field).to_owned(), format!("Validation failed for tag \"{rule}\" with value: \"{value}\""))
        })
        .collect();
    assert_eq!((reply.status, reply.message().as_str()), (400, "Validation failed."), "{reply:?}");
    assert_eq!(reply.validations(), wanted);
}

/// The same object with some members replaced or added; null takes one away.
fn with(mut object: Value, changes: Value) -> Value {
    let members = object.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        members.remove(name);
        if !value.is_null() {
            members.insert(name.clone(), value.clone());
        }
    }
    object
}

/// What is stored of a user's settings, by key.
async fn stored(app: &TestApp, user: Uuid) -> Vec<(String, String)> {
    let rows = user_configs::Entity::find().filter(user_configs::Column::UserId.eq(user));
    let mut rows: Vec<_> =
        rows.all(&app.db).await.unwrap().into_iter().map(|row| (row.key, row.value)).collect();
    rows.sort();
    rows
}

/// Puts a setting into the database, as an older or a newer server may have left it there.
async fn store(app: &TestApp, user: Uuid, key: &str, value: &str) {
    use user_configs::{ActiveModel, Column, Entity};
    let row = ActiveModel { user_id: Set(user), key: Set(key.to_owned()), value: Set(value.to_owned()) };
    let replace = OnConflict::columns([Column::UserId, Column::Key]).update_column(Column::Value).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(&app.db).await.unwrap();
}
