//! Roles: seen, granted, taken, and defined by organizations.

mod audit;
mod bodies;
mod caching;
mod create;
mod delete;
mod escalation;
mod get_user;
mod hidden;
mod keys;
mod list_organization;
mod list_site;
mod races;
mod rights;
mod set_member;
mod set_member_refused;
mod set_user;
mod story;
mod update;

use std::fmt::Display;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Client, Mint, Reply, TestApp};

/// What is said of things that are not there and of things that may not be seen.
const NOT_FOUND: &str = "Resource not found or you do not have access to this resource";
/// What is said of writes that the caller may not do to things that it may see.
const FORBIDDEN: &str = "Forbidden.";
/// What is said of lines that a role may not have.
const UNACCEPTABLE: &str = "Failed to update role permissions";
/// The server's own user.
const PREBUILDS: &str = "c42fdf75-3097-471c-8c33-fb52454d81c0";

/// The roles of an organization.
fn roles(organization: impl Display) -> String {
    format!("/organizations/{organization}/members/roles")
}

/// One role of an organization.
fn role(organization: impl Display, name: &str) -> String {
    format!("/organizations/{organization}/members/roles/{name}")
}

fn of_member(organization: impl Display, user: impl Display) -> String {
    format!("/organizations/{organization}/members/{user}/roles")
}

fn of_user(user: impl Display) -> String {
    format!("/users/{user}/roles")
}

/// A line of a role.
fn line(kind: &str, action: &str) -> Value {
    json!({ "negate": false, "resource_type": kind, "action": action })
}

/// A request for a role that grants these pairs of type and verb.
fn request(name: &str, grants: &[(&str, &str)]) -> Value {
    let lines: Vec<Value> = grants.iter().map(|(kind, action)| line(kind, action)).collect();
    json!({ "name": name, "display_name": format!("The {name}"), "organization_permissions": lines })
}

/// A role as answered.
fn answered(organization: Uuid, name: &str, grants: &[(&str, &str)]) -> Value {
    let lines: Vec<Value> = grants.iter().map(|(kind, action)| line(kind, action)).collect();
    json!({
        "name": name, "display_name": format!("The {name}"), "organization_id": organization,
        "site_permissions": [], "user_permissions": [], "organization_permissions": lines,
        "organization_member_permissions": [],
    })
}

/// Makes a role of the default organization.
async fn define(caller: &Client, name: &str, grants: &[(&str, &str)]) {
    caller.post(&roles("default"), request(name, grants)).await.expect(200);
}

/// Gives a member of the default organization exactly these roles.
async fn assign(caller: &Client, user: impl Display, names: &[&str]) -> Reply {
    caller.put(&of_member("default", user), json!({ "roles": names })).await
}

/// Gives a user exactly these site roles.
async fn assign_site(caller: &Client, user: impl Display, names: &[&str]) -> Reply {
    caller.put(&of_user(user), json!({ "roles": names })).await
}

/// A member of the default organization with these roles in it.
async fn member(app: &TestApp, owner: &Actor, username: &str, names: &[&str]) -> Actor {
    let member = app.user(owner, username, &[]).await;
    assign(owner, username, names).await.expect(200);
    member
}

/// A user of another organization only.
async fn outsider(app: &TestApp, owner: &Actor, organization: Uuid, username: &str) -> Actor {
    app.user_from(owner, json!({ "username": username, "organization_ids": [organization] })).await
}

/// The same person with another key.
async fn narrowed(app: &TestApp, who: &Actor, scopes: &[&'static str]) -> Client {
    let mint = Mint { scopes: scopes.to_vec(), ..Mint::default() };
    who.client.with_token(&app.mint(who.id, mint).await)
}

/// The names of the roles in a list, in its order.
fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|role| role["name"].as_str().unwrap()).collect()
}

/// The organization roles of a member, as the owner sees them.
async fn roles_of(owner: &Actor, user: impl Display) -> Vec<String> {
    let member = owner.get(&format!("/organizations/default/members/{user}")).await.expect(200).json();
    names(&member["roles"]).into_iter().map(str::to_owned).collect()
}

/// The site roles of a user, as the owner sees them.
async fn site_roles_of(caller: &Client, user: impl Display) -> Vec<String> {
    let user = caller.get(&of_user(user)).await.expect(200).json();
    names(&user["roles"]).into_iter().map(str::to_owned).collect()
}

/// The names of the default organization's own roles, as somebody sees them.
async fn own_roles(caller: &Client) -> Vec<String> {
    let list = caller.get(&roles("default")).await.expect(200).json();
    let own = list.as_array().unwrap().iter().filter(|role| role["built_in"] == false);
    own.map(|role| role["name"].as_str().unwrap().to_owned()).collect()
}

/// A refusal with this status, message and detail, and nothing else.
#[track_caller]
fn refused(reply: Reply, status: u16, message: &str, detail: &str) {
    let mut expected = json!({ "message": message });
    if !detail.is_empty() {
        expected["detail"] = detail.into();
    }
    assert_eq!(reply.expect(status).json(), expected);
}

/// A refusal of a write on something that may be seen.
#[track_caller]
fn forbidden(reply: Reply) {
    let detail = "You don't have permission to view this content. If you believe this is a mistake, please contact your administrator or try signing in with different credentials.";
    refused(reply, 403, FORBIDDEN, detail);
}
