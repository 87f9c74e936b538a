//! Groups of members of an organization (neighbours.md 1; rbac.md 11).

mod audit;
mod create;
mod delete;
mod everyone;
mod gate;
mod get;
mod lasting;
mod list;
mod members;
mod moves;
mod noticed;
mod races;
mod rights;
mod sharing;
mod storage;
mod update;

use std::fmt::Display;

use entity::{audit_logs, group_members};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::organizations::{everything, narrowed, user_of};
use crate::support::{Actor, Client, Reply, TestApp, uuid};

/// What is said of things that are not there and of things that may not be seen.
const NOT_FOUND: &str = "Resource not found or you do not have access to this resource";
/// The groups of the default organization.
const HERE: &str = "/organizations/default/groups";

/// A server with its owner and a plain member of the default organization.
async fn served() -> (TestApp, Actor, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    (app, owner, bea)
}

fn path(group: impl Display) -> String {
    format!("/groups/{group}")
}

/// Makes a group of the default organization by the API; its id.
async fn make(client: &Client, name: &str) -> Uuid {
    uuid(&client.post(HERE, json!({ "name": name })).await.expect(201).json()["id"])
}

async fn patch(client: &Client, group: impl Display, change: Value) -> Reply {
    client.send(Method::PATCH, &path(group), Some(change.to_string())).await
}

/// Puts users into a group by the API.
async fn put_in(client: &Client, group: Uuid, users: &[&Actor]) {
    let ids: Vec<Uuid> = users.iter().map(|user| user.id).collect();
    patch(client, group, json!({ "add_users": ids })).await.expect(200);
}

/// A member of the default organization with roles there.
async fn member(app: &TestApp, owner: &Actor, username: &str, roles: &[&str]) -> Actor {
    let member = app.user(owner, username, &[]).await;
    app.set_member_roles(app.organization, member.id, roles).await;
    member
}

/// The usernames of those whom a group shows, in their order.
fn usernames(users: &Value) -> Vec<&str> {
    users.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect()
}

/// The names of a list of groups, in its order.
async fn names(client: &Client, list: &str) -> Vec<String> {
    let list = client.get(list).await.expect(200).json();
    list.as_array().unwrap().iter().map(|group| group["name"].as_str().unwrap().to_owned()).collect()
}

/// The users who were put into a group, as they are stored, by id.
async fn stored(app: &TestApp, group: Uuid) -> Vec<Uuid> {
    let rows = group_members::Entity::find().filter(group_members::Column::GroupId.eq(group));
    let rows = rows.order_by_asc(group_members::Column::UserId).all(&app.db).await.unwrap();
    rows.into_iter().map(|row| row.user_id).collect()
}

/// The entries of the audit log about groups, the oldest first.
async fn audited(app: &TestApp) -> Vec<audit_logs::Model> {
    let about = audit_logs::Entity::find().filter(audit_logs::Column::ResourceType.eq("group"));
    about.order_by_asc(audit_logs::Column::Time).all(&app.db).await.unwrap()
}

#[track_caller]
fn assert_hidden(reply: Reply) {
    assert_eq!(reply.expect(404).json(), json!({ "message": NOT_FOUND }));
}

#[track_caller]
fn assert_forbidden(reply: Reply) {
    let expected = json!({
        "message": "Forbidden.",
        "detail": "You don't have permission to view this content. If you believe this is a mistake, please contact your administrator or try signing in with different credentials.",
    });
    assert_eq!(reply.expect(403).json(), expected);
}

/// The refusal of one field for this reason.
#[track_caller]
fn assert_bad_field(reply: Reply, field: &str, detail: &str) {
    assert_bad_fields(reply, &[(field, detail.to_owned())]);
}

#[track_caller]
fn assert_bad_fields(reply: Reply, fields: &[(&str, String)]) {
    let reply = reply.expect(400);
    assert_eq!(reply.message(), "Validation failed.");
    let expected: Vec<_> =
        fields.iter().map(|(field, detail)| ((*field).to_owned(), detail.clone())).collect();
    assert_eq!(reply.validations(), expected);
}

fn broken(rule: &str, value: impl Display) -> String {
    format!("Validation failed for tag \"{rule}\" with value: \"{value}\"")
}
