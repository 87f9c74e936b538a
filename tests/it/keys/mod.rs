//! Keys and tokens (auth.md 7): made, listed, looked up, ended, deleted, kept for a while.

mod audit;
mod create;
mod lookups;
mod names;
mod narrowing;
mod races;
mod retention;

use serde_json::{Value, json};

use crate::support::{Actor, Client, Reply, TestApp};

const NOT_FOUND: &str = "Resource not found or you do not have access to this resource";
const SIGNED_OUT: &str = "You are signed out or your session has expired. Please sign in again to continue.";
const HOUR: i64 = 3_600_000_000_000;

/// A server with an owner and a member.
async fn served() -> (TestApp, Actor, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    (app, owner, bea)
}

async fn ask(client: &Client, user: &str, body: Value) -> Reply {
    client.post(&format!("/users/{user}/keys/tokens"), body).await
}

/// A new token: the whole key.
async fn token(client: &Client, user: &str, body: Value) -> String {
    let made = ask(client, user, body).await.expect(201).json();
    made["key"].as_str().unwrap().to_owned()
}

/// The part of a key that paths name.
fn id(key: &str) -> &str {
    key.split_once('-').unwrap().0
}

async fn shown(client: &Client, key: &str) -> Value {
    client.get(&format!("/users/me/keys/{}", id(key))).await.expect(200).json()
}

async fn listed(client: &Client, query: &str) -> Vec<Value> {
    let list = client.get(&format!("/users/me/keys/tokens{query}")).await.expect(200).json();
    list.as_array().unwrap().clone()
}

fn names(list: &[Value]) -> Vec<&str> {
    list.iter().map(|token| token["token_name"].as_str().unwrap()).collect()
}

async fn expire(client: &Client, user: &str, key: &str) -> Reply {
    client.send(reqwest::Method::PUT, &format!("/users/{user}/keys/{}/expire", id(key)), None).await
}

fn everything() -> Value {
    json!([{ "type": "*", "id": "*" }])
}
