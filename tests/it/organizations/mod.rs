//! Organizations: making, changing and deleting them. Reading them is tested with their members.

mod create;
mod create_refused;
mod delete;
mod keys;
mod lasting;
mod races;
mod rights;
mod texts;
mod update;
mod update_refused;

use std::fmt::Display;

use chrono::TimeDelta;
use entity::{audit_logs, organization_members, organizations};
use reqwest::Method;
use reqwest::header::HeaderMap;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Client, Mint, Reply, TestApp, uuid};

/// What is said of things that are not there and of things that may not be seen.
const NOT_FOUND: &str = "Resource not found or you do not have access to this resource";
/// Where they are made and listed.
const ALL: &str = "/organizations";

fn path(organization: impl Display) -> String {
    format!("/organizations/{organization}")
}

fn member(organization: impl Display, user: impl Display) -> String {
    format!("/organizations/{organization}/members/{user}")
}

/// Makes an organization by the API; its id.
async fn make(owner: &Client, name: &str) -> Uuid {
    uuid(&owner.post(ALL, json!({ "name": name })).await.expect(201).json()["id"])
}

async fn patch(client: &Client, organization: impl Display, change: Value) -> Reply {
    client.send(Method::PATCH, &path(organization), Some(change.to_string())).await
}

async fn join(owner: &Client, organization: impl Display, user: &Actor) {
    owner.post_empty(&member(organization, user.id)).await.expect(200);
}

/// A user of this organization only.
pub async fn user_of(app: &TestApp, owner: &Actor, organization: Uuid, username: &str) -> Actor {
    app.user_from(owner, json!({ "username": username, "organization_ids": [organization] })).await
}

/// The same person with another key.
pub async fn narrowed(
    app: &TestApp,
    who: &Actor,
    scopes: &[&'static str],
    allow_list: &[(&'static str, String)],
) -> Client {
    let mint = Mint { scopes: scopes.to_vec(), allow_list: allow_list.to_vec(), ..Mint::default() };
    who.client.with_token(&app.mint(who.id, mint).await)
}

pub fn everything() -> [(&'static str, String); 1] {
    [("*", "*".to_owned())]
}

/// A refusal with this status and text, handed on for a closer look.
#[track_caller]
fn assert_refused(reply: Reply, status: u16, message: &str) -> Reply {
    let reply = reply.expect(status);
    assert_eq!(reply.message(), message);
    reply
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

/// The refusal of these fields, each with the rule that it broke and its value, in this order.
#[track_caller]
fn assert_breaks_rules(reply: Reply, broken: &[(&str, &str, &str)]) {
    let detail =
        |rule: &str, value: &str| format!("Validation failed for tag \"{rule}\" with value: \"{value}\"");
    let expected = broken.iter().map(|(field, rule, value)| (*field, detail(rule, value)));
    let expected: Vec<_> = expected.map(|(field, detail)| (field.to_owned(), detail)).collect();
    assert_eq!(assert_refused(reply, 400, "Validation failed.").validations(), expected);
}

/// All that a client can see of an answer, but for what is different each time.
fn seen(reply: &Reply) -> (u16, HeaderMap, &str) {
    let mut headers = reply.headers.clone();
    headers.remove("x-request-id");
    headers.remove("date");
    (reply.status, headers, &reply.text)
}

/// The names of a list of organizations, in its order.
async fn listed(client: &Client, path: &str) -> Vec<String> {
    let list = client.get(path).await.expect(200).json();
    list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

async fn row(app: &TestApp, id: Uuid) -> organizations::Model {
    organizations::Entity::find_by_id(id).one(&app.db).await.unwrap().unwrap()
}

/// The ids of the members of an organization, whoever may see them.
async fn members_in_database(app: &TestApp, id: Uuid) -> Vec<Uuid> {
    let rows = organization_members::Entity::find();
    let rows = rows.filter(organization_members::Column::OrganizationId.eq(id)).all(&app.db).await.unwrap();
    rows.into_iter().map(|row| row.user_id).collect()
}

/// The audit entries about organizations.
async fn audited(app: &TestApp) -> Vec<audit_logs::Model> {
    let entries = audit_logs::Entity::find().filter(audit_logs::Column::ResourceType.eq("organization"));
    entries.all(&app.db).await.unwrap()
}

/// The statuses of those entries, which tell of nothing that changed.
async fn refusals(app: &TestApp) -> Vec<i32> {
    let entries = audited(app).await;
    entries.iter().for_each(|entry| assert_eq!(entry.diff, serde_json::json!({}), "{entry:?}"));
    let mut statuses: Vec<i32> = entries.into_iter().map(|entry| entry.status_code).collect();
    statuses.sort_unstable();
    statuses
}

/// How many rows there are of what making an organization leaves: organizations, memberships, audit entries of what was done.
async fn rows_of_creation(app: &TestApp) -> [u64; 3] {
    let done = audit_logs::Column::StatusCode.lt(400);
    [
        organizations::Entity::find().count(&app.db).await.unwrap(),
        organization_members::Entity::find().count(&app.db).await.unwrap(),
        audit_logs::Entity::find().filter(done).count(&app.db).await.unwrap(),
    ]
}

/// The one entry is about this organization, and about the request that was answered so.
#[track_caller]
fn assert_audited(entries: &[audit_logs::Model], action: &str, by: &Actor, of: (Uuid, &str), answer: &Reply) {
    let [entry] = entries else { panic!("not one entry: {entries:?}") };
    let told = (entry.action.as_str(), entry.user_id, entry.organization_id, entry.resource_id);
    assert_eq!(told, (action, by.id, of.0, of.0));
    assert_eq!((entry.resource_target.as_str(), entry.status_code), (of.1, i32::from(answer.status)));
    assert_eq!(entry.request_id.to_string(), answer.header("x-request-id"));
    assert_eq!(entry.ip.as_deref(), Some("127.0.0.1"));
}
