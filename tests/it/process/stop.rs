//! Stopping, in good order and in bad.

use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{api_keys, audit_logs, git_ssh_keys, organization_members, users};
use sea_orm::{ColumnTrait, Database, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::server::user;
use super::wire::{HEALTHZ, Wire, post};
use super::{Child, Server, roster, until};
use crate::support::{Client, PASSWORD, TestDatabase};

fn refuses_connections(base: &str) -> bool {
    TcpStream::connect(base.strip_prefix("http://").unwrap()).is_err()
}

fn login_body() -> serde_json::Value {
    json!({ "email": "owner@example.com", "password": PASSWORD })
}

#[tokio::test]
async fn logins_in_flight_are_answered_before_the_end() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    server.owner().await;
    let base = server.base.clone();

    let mut logins = JoinSet::new();
    for _ in 0..8 {
        let client = Client::new(&base);
        logins.spawn(async move { client.post("/users/login", login_body()).await.status });
    }
    // One hash is done, so the others are waiting for theirs.
    let first = logins.join_next().await.unwrap().unwrap();
    server.signal("TERM");
    until("closed doors", async || refuses_connections(&base)).await;
    let mut statuses = logins.join_all().await;
    statuses.push(first);
    assert_eq!(statuses, [201; 8]);
    server.gone().await.expect(0);
}

#[tokio::test]
async fn a_request_that_is_half_sent_may_be_finished() {
    for signal in ["TERM", "INT"] {
        let database = TestDatabase::new().await;
        let server = Server::start(&database.url).await;
        server.owner().await;
        let request = post("/api/v2/users/login", &login_body().to_string());
        let (begin, rest) = request.split_at(request.len() - 10);
        let mut wire = Wire::to(&server.base);
        wire.send(begin);
        // The server has read the beginning when it has answered somebody who came later.
        server.serves().await;

        server.signal(signal);
        let base = server.base.clone();
        until("closed doors", async || refuses_connections(&base)).await;
        let answer = wire.send(rest).answer();
        assert_eq!(answer.status, 201, "{signal}: {answer:?}");
        assert!(wire.is_closed());
        let ended = server.gone().await.expect(0);
        assert!(ended.err.contains("stopping; finishing what is in flight"), "{}", ended.err);
    }
}

#[tokio::test]
async fn idle_connections_do_not_hold_up_the_end() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    let mut silent = Wire::to(&server.base);
    let mut kept = Wire::to(&server.base);
    assert_eq!(kept.send(HEALTHZ).answer().status, 200);
    server.stop().await;
    assert!(silent.is_closed() && kept.is_closed());
}

#[tokio::test]
async fn a_stop_right_after_the_first_line_is_a_stop_in_good_order() {
    let database = TestDatabase::new().await;
    let url = database.url.as_str();
    let child = Child::spawn(&mut roster(&["--http-address", "127.0.0.1:0", "--database-url", url]));
    until("the first line", async || child.out().starts_with("Roster listens on ")).await;
    child.signal("TERM");
    child.ended().await.expect(0);
}

async fn last_uses(database: &DatabaseConnection) -> Vec<DateTime<Utc>> {
    let keys = api_keys::Entity::find().all(database).await.unwrap();
    keys.into_iter().map(|key| key.last_used).collect()
}

#[tokio::test]
async fn uses_of_keys_are_written_before_the_end() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    let owner = server.owner().await;
    let beside = Database::connect(&database.url).await.unwrap();
    assert_eq!(last_uses(&beside).await, [DateTime::UNIX_EPOCH]);

    let before = owner.get("/users/me").await.expect(200).json();
    server.stop().await;
    let uses = last_uses(&beside).await;
    assert!(uses.len() == 1 && uses[0] > DateTime::UNIX_EPOCH, "{uses:?}");

    let again = Server::start(&database.url).await;
    let owner = again.client().with_token(&again.log_in("owner@example.com", PASSWORD).await);
    let after = owner.get("/users/me").await.expect(200).json();
    assert_ne!(before["last_seen_at"], after["last_seen_at"]);
}

/// Creates users, one after the other, until the server is gone; notes those that the server said it has made.
async fn create_users(owner: Client, prefix: usize, made: Arc<Mutex<Vec<String>>>) {
    let http = reqwest::Client::new();
    for number in 0.. {
        let username = format!("u{prefix}x{number}");
        let request = owner.request(reqwest::Method::POST, "/api/v2/users").body(user(&username).to_string());
        match http.execute(request.build().unwrap()).await {
            Ok(answer) if answer.status().as_u16() == 201 => made.lock().unwrap().push(username),
            Ok(answer) => panic!("{username}: {answer:?}"),
            Err(_) => return,
        }
    }
}

#[tokio::test]
async fn a_sudden_death_loses_nothing_that_was_acknowledged_and_leaves_nothing_half_done() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    let owner = server.owner().await;
    let made = Arc::new(Mutex::new(Vec::new()));
    let mut writers = JoinSet::new();
    for prefix in 0..4 {
        writers.spawn(create_users(owner.clone(), prefix, made.clone()));
    }
    until("many users", async || made.lock().unwrap().len() >= 60).await;
    server.signal("KILL");
    assert_eq!(server.gone().await.code, None);
    writers.join_all().await;

    let again = Server::start(&database.url).await;
    let made = made.lock().unwrap().clone();
    let owner = again.client().with_token(&again.log_in("owner@example.com", PASSWORD).await);
    for username in &made {
        owner.get(&format!("/users/{username}")).await.expect(200);
    }
    let count = owner.get("/users").await.expect(200).json()["count"].as_u64().unwrap();
    assert!(count > made.len() as u64, "{count} users, {} made", made.len());
    assert_whole(&Database::connect(&database.url).await.unwrap(), &made).await;
}

/// Every user that is there has all that a user has, and those named are there once.
async fn assert_whole(database: &DatabaseConnection, named: &[String]) {
    let there = users::Entity::find().filter(users::Column::IsSystem.eq(false)).all(database).await.unwrap();
    for name in named {
        assert_eq!(there.iter().filter(|user| user.username == *name).count(), 1, "{name}");
    }
    for user in &there {
        assert_eq!(belongings(database, user.id).await, (1, 1, 1), "{}", user.username);
    }
}

/// How many memberships, git keys and entries of its making a user has.
async fn belongings(database: &DatabaseConnection, id: Uuid) -> (u64, u64, u64) {
    let memberships = organization_members::Column::UserId.eq(id);
    let memberships = organization_members::Entity::find().filter(memberships).count(database).await.unwrap();
    let keys = git_ssh_keys::Entity::find_by_id(id).count(database).await.unwrap();
    let entries = audit_logs::Entity::find()
        .filter(audit_logs::Column::ResourceId.eq(id))
        .filter(audit_logs::Column::ResourceType.eq("user"))
        .filter(audit_logs::Column::Action.eq("create"));
    (memberships, keys, entries.count(database).await.unwrap())
}

#[tokio::test]
async fn a_second_request_to_stop_does_not_cut_off_what_is_in_flight() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    server.owner().await;
    let request = post("/api/v2/users/login", &login_body().to_string());
    let (begin, rest) = request.split_at(request.len() - 10);
    let mut wire = Wire::to(&server.base);
    wire.send(begin);
    server.serves().await;
    for signal in ["TERM", "TERM", "INT"] {
        server.signal(signal);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(wire.send(rest).answer().status, 201);
    server.gone().await.expect(0);
}
