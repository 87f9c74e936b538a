//! Users: making, finding and listing them.

mod auth_methods;
mod create_callers;
mod create_checks;
mod create_effects;
mod create_fields;
mod first;
mod get;
mod list_paging;
mod list_search;
mod list_terms;
mod list_visibility;
mod odd_bodies;
mod odd_texts;
mod organizations;
mod races;

use entity::{audit_logs, git_ssh_keys, organization_members, users};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, Reply, TestApp};

/// The answer for what is not there and for what may not be seen: it must not tell which.
#[track_caller]
fn assert_hidden(reply: Reply) {
    let hidden = json!({ "message": "Resource not found or you do not have access to this resource" });
    assert_eq!(reply.expect(404).json(), hidden);
}

/// A refusal with this status and text, handed on for a closer look.
#[track_caller]
fn assert_refused(reply: Reply, status: u16, message: &str) -> Reply {
    let reply = reply.expect(status);
    assert_eq!(reply.message(), message);
    reply
}

/// A refusal for one field that broke this rule.
#[track_caller]
fn assert_breaks_rule(reply: Reply, field: &str, rule: &str, value: &str) {
    let reply = assert_refused(reply, 400, "Validation failed.");
    let detail = format!("Validation failed for tag \"{rule}\" with value: \"{value}\"");
    assert_eq!(reply.validations(), [(field.to_owned(), detail)]);
}

/// What POST /users takes for a user of the default organization who needs no password.
fn request(app: &TestApp, username: &str) -> Value {
    json!({
        "username": username, "email": format!("{username}@example.com"), "login_type": "none",
        "organization_ids": [app.organization],
    })
}

/// The same object with some members replaced or added.
fn with(mut object: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    object.as_object_mut().unwrap().extend(changes);
    object
}

/// The same object without some members.
fn without(mut object: Value, names: &[&str]) -> Value {
    object.as_object_mut().unwrap().retain(|name, _| !names.contains(&name.as_str()));
    object
}

/// `?q=…`, encoded.
fn searching(q: &str) -> String {
    let url = reqwest::Url::parse_with_params("http://roster.test/users", [("q", q)]).unwrap();
    format!("/users?{}", url.query().unwrap())
}

/// The usernames that a query lists, in the order of the answer.
async fn found(client: &Client, q: &str) -> Vec<String> {
    usernames(&client.get(&searching(q)).await.expect(200).json())
}

fn usernames(list: &Value) -> Vec<String> {
    texts(list["users"].as_array().unwrap(), "username")
}

fn texts(items: &[Value], member: &str) -> Vec<String> {
    items.iter().map(|item| item[member].as_str().unwrap().to_owned()).collect()
}

/// Sets one column of a user in the database; before the user's first request, which would be remembered.
async fn set(app: &TestApp, user: Uuid, column: users::Column, value: impl Into<sea_orm::Value>) {
    let update = users::Entity::update_many().col_expr(column, Expr::value(value));
    update.filter(users::Column::Id.eq(user)).exec(&app.db).await.unwrap();
}

/// What is left in the database of a user who was deleted.
async fn delete_in_database(app: &TestApp, user: Uuid) {
    set(app, user, users::Column::Deleted, true).await;
    let memberships = organization_members::Entity::delete_many();
    memberships.filter(organization_members::Column::UserId.eq(user)).exec(&app.db).await.unwrap();
}

async fn row(app: &TestApp, user: Uuid) -> users::Model {
    users::Entity::find_by_id(user).one(&app.db).await.unwrap().unwrap()
}

async fn memberships(app: &TestApp, user: Uuid) -> Vec<organization_members::Model> {
    let select = organization_members::Entity::find();
    select.filter(organization_members::Column::UserId.eq(user)).all(&app.db).await.unwrap()
}

async fn git_key(app: &TestApp, user: Uuid) -> git_ssh_keys::Model {
    git_ssh_keys::Entity::find_by_id(user).one(&app.db).await.unwrap().unwrap()
}

/// The audit entries about a user with this action.
async fn audited(app: &TestApp, user: Uuid, action: &str) -> Vec<audit_logs::Model> {
    let about = audit_logs::Entity::find().filter(audit_logs::Column::ResourceId.eq(user));
    let about = about.filter(audit_logs::Column::ResourceType.eq("user"));
    about.filter(audit_logs::Column::Action.eq(action)).all(&app.db).await.unwrap()
}

/// How many rows there are of what making a user leaves: users, git keys, memberships, audit entries. Some are
/// there from the beginning, so look twice.
async fn rows_of_creation(app: &TestApp) -> [u64; 4] {
    let created = audit_logs::Entity::find().filter(audit_logs::Column::Action.eq("create"));
    [
        users::Entity::find().count(&app.db).await.unwrap(),
        git_ssh_keys::Entity::find().count(&app.db).await.unwrap(),
        organization_members::Entity::find().count(&app.db).await.unwrap(),
        created.count(&app.db).await.unwrap(),
    ]
}
