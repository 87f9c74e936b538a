//! Members and organizations.

mod add;
mod audit;
mod crowd;
mod get;
mod hidden;
mod keys;
mod list;
mod organizations;
mod pages;
mod paths;
pub mod races;
mod refusals;
mod remove;
mod rights;
mod rows;
mod search;
mod sharing;
mod system;

use std::fmt::Display;

use reqwest::Url;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Client, Reply, TestApp};

/// What is said of things that are not there and of things that may not be seen.
const NOT_FOUND: &str = "Resource not found or you do not have access to this resource";
/// The server's own user.
const PREBUILDS: &str = "c42fdf75-3097-471c-8c33-fb52454d81c0";

fn members(organization: impl Display) -> String {
    format!("/organizations/{organization}/members")
}

fn member(organization: impl Display, user: impl Display) -> String {
    format!("/organizations/{organization}/members/{user}")
}

fn paginated(organization: impl Display) -> String {
    format!("/organizations/{organization}/paginated-members")
}

/// A path with query parameters, encoded.
fn with_query(path: &str, parameters: &[(&str, &str)]) -> String {
    let url = Url::parse_with_params("http://nowhere/", parameters).unwrap();
    format!("{path}?{}", url.query().unwrap_or_default())
}

/// The usernames of a list of members, in its order.
fn usernames(list: &Value) -> Vec<String> {
    let names = list.as_array().unwrap().iter().map(|row| row["username"].as_str().unwrap().to_owned());
    names.collect()
}

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The one object in the answer of the paginated list: usernames and count.
#[track_caller]
fn page_of(reply: Reply) -> (Vec<String>, i64) {
    let body = reply.expect(200).json();
    let [page] = body.as_array().map(Vec::as_slice).unwrap() else { panic!("not one object: {body}") };
    (usernames(&page["members"]), page["count"].as_i64().unwrap())
}

/// A page of the default organization.
async fn page(client: &Client, parameters: &[(&str, &str)]) -> (Vec<String>, i64) {
    page_of(client.get(&with_query(&paginated("default"), parameters)).await)
}

/// Puts a user into an organization by the API.
async fn join(owner: &Actor, organization: Uuid, user: &Actor) {
    owner.post_empty(&member(organization, user.id)).await.expect(200);
}

/// A user of the second organization only.
async fn outsider(app: &TestApp, owner: &Actor, organization: Uuid, username: &str) -> Actor {
    let body = json!({ "username": username, "organization_ids": [organization] });
    app.user_from(owner, body).await
}

/// A service account of the default organization.
async fn machine(app: &TestApp, owner: &Actor, username: &str) -> Actor {
    let body = json!({ "username": username, "email": "", "service_account": true });
    app.user_from(owner, body).await
}

/// Changes the row of a user behind the server's back; before the server reads it.
async fn change_user(app: &TestApp, user: Uuid, change: impl FnOnce(&mut entity::users::ActiveModel)) {
    let row = entity::users::Entity::find_by_id(user).one(&app.db).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    change(&mut row);
    row.update(&app.db).await.unwrap();
}

/// Changes the row of an organization behind the server's back.
async fn change_organization(
    app: &TestApp,
    organization: Uuid,
    change: impl FnOnce(&mut entity::organizations::ActiveModel),
) {
    let row = entity::organizations::Entity::find_by_id(organization).one(&app.db).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    change(&mut row);
    row.update(&app.db).await.unwrap();
}

/// A role that the organization made itself, granting these pairs of type and verb in it.
pub(crate) async fn custom_role(app: &TestApp, organization: Uuid, name: &str, grants: &[(&str, &str)]) {
    app.custom_role(organization, name, grants).await;
}
