//! The connection log of a real server, also of one that dies; `roster connections`, and its settings.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use entity::connection_logs::{Column, Entity, Model};
use reqwest::Method;
use sea_orm::{ColumnTrait, Database, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{Child, Ended, Server, roster, until};
use crate::support::{Client, TestDatabase};

const FEED: &str = "/api/experimental/connectionlog";
const BATCHES: usize = 100;
const EVENTS: usize = 1_000;
const DEATHS: usize = 4;

/// A batch of each kind of event: 400 connections begin, of which 300 end in the same batch, and 100 of those that the batch before
/// left open end; 200 browsers.
fn batch(number: usize, organization: &str, owner: &str) -> String {
    let event = |id: usize, more: Value| {
        let mut event = json!({
            "agent_name": "main", "organization_id": organization, "time": "2026-05-20T00:00:10Z", "type": "ssh",
            "status": "connected", "workspace_id": Uuid::from_u128(7), "workspace_name": "garden",
            "workspace_owner_id": owner, "id": Uuid::from_u128((number * EVENTS + id) as u128 + 1),
        });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let connection = |number: usize, id: usize| Uuid::from_u128((1 << 64) + (number * 400 + id) as u128);
    let end = |connection: Uuid| {
        let time = "2026-05-20T00:00:20Z";
        json!({ "status": "disconnected", "time": time, "code": 0, "disconnect_reason": "bye", "connection_id": connection })
    };
    let begin = (0..400).map(|id| event(id, json!({ "connection_id": connection(number, id) })));
    let ends = (0..300).map(|id| event(400 + id, end(connection(number, id))));
    let before = (0..100).map(|id| event(700 + id, end(connection(number.max(1) - 1, 300 + id))));
    let web = (0..200).map(|id| event(800 + id, json!({ "type": "workspace_app", "code": 200 })));
    let events: Vec<Value> = begin.chain(ends).chain(before).chain(web).collect();
    json!({ "events": events }).to_string()
}

/// Sends a batch until a server says that it has it.
async fn deliver(body: String, token: &str, base: &RwLock<String>) {
    let http = reqwest::Client::new();
    loop {
        let url = format!("{}{FEED}", base.read().unwrap());
        let request = http.post(url).header("Coder-Session-Token", token).body(body.clone());
        match request.send().await {
            Ok(answer) if answer.status().as_u16() == 204 => return,
            Ok(answer) => panic!("{}: {:?}", answer.status(), answer.text().await),
            // Whether it was written before the server died, nobody knows.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn start(database: &TestDatabase) -> Server {
    Server::start_with(&database.url, &["--api-rate-limit", "0"]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_events_outlive_the_deaths_of_the_server() {
    let database = TestDatabase::new().await;
    let mut server = start(&database).await;
    let owner = server.owner().await;
    let me = owner.get("/users/me").await.expect(200).json();
    let (organization, id) = (me["organization_ids"][0].as_str().unwrap(), me["id"].as_str().unwrap());

    let base = Arc::new(RwLock::new(server.base.clone()));
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let mut feeders = JoinSet::new();
    for feeder in 0..2 {
        let bodies: Vec<String> =
            (feeder..BATCHES).step_by(2).map(|number| batch(number, organization, id)).collect();
        let (token, base, acknowledged) = (owner.token().to_owned(), base.clone(), acknowledged.clone());
        feeders.spawn(async move {
            for body in bodies {
                deliver(body, &token, &base).await;
                acknowledged.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    for death in 1..=DEATHS {
        let enough = BATCHES * death / (DEATHS + 1);
        until("enough batches", async || acknowledged.load(Ordering::SeqCst) >= enough).await;
        server.signal("KILL");
        assert_eq!(server.gone().await.code, None);
        server = start(&database).await;
        *base.write().unwrap() = server.base.clone();
    }
    feeders.join_all().await;
    assert_whole(&database).await;
    let page = server.client().with_token(owner.token()).get("/connectionlog").await.expect(200).json();
    assert_eq!(page["count"], 2_001);
}

/// Everything is there once, as if nobody had died.
async fn assert_whole(database: &TestDatabase) {
    let db = Database::connect(&database.url).await.unwrap();
    let rows: Vec<Model> = Entity::find().all(&db).await.unwrap();
    let (web, ssh): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.connection_id.is_none());
    let distinct: HashSet<_> = ssh.iter().map(|row| row.connection_id).collect();
    assert_eq!((web.len(), ssh.len(), distinct.len()), (200 * BATCHES, 400 * BATCHES, 400 * BATCHES));
    // Those that the last batch left open.
    let open = ssh.iter().filter(|row| row.disconnect_time.is_none()).count();
    assert_eq!(open, 100);
    let half = |row: &&&Model| {
        (row.disconnect_time.is_none(), row.code.is_none())
            != (row.code.is_none(), row.disconnect_reason.is_none())
    };
    assert_eq!(ssh.iter().filter(half).count(), 0);
    let begin = "2026-05-20T00:00:10Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert_eq!(Entity::find().filter(Column::ConnectTime.ne(begin)).count(&db).await.unwrap(), 0);
}

async fn connections(database: &TestDatabase, arguments: &[&str], input: &str) -> Ended {
    let mut command = roster(&["connections"]);
    command.args(arguments).args(["--database-url", &database.url]);
    Child::spawn_with_input(&mut command, input).ended().await
}

/// A server with an owner, and the lines of two events of one connection and of a browser.
async fn served() -> (TestDatabase, Server, Client, String) {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    let owner = server.owner().await;
    let me = owner.get("/users/me").await.expect(200).json();
    let (organization, id) = (me["organization_ids"][0].as_str().unwrap(), me["id"].as_str().unwrap());
    let body: Value = serde_json::from_str(&batch(0, organization, id)).unwrap();
    let lines = [0, 400, 800].map(|event| body["events"][event].to_string()).join("\n\n");
    (database, server, owner, lines + "\n")
}

#[tokio::test]
async fn what_a_command_records_the_server_lists_and_so_does_the_command() {
    let (database, _server, owner, lines) = served().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.jsonl");
    std::fs::write(&file, &lines).unwrap();
    let said = "recorded 3 events of connections\n";
    assert_eq!(connections(&database, &["record", file.to_str().unwrap()], "").await.expect(0).out, said);
    // Once more changes nothing.
    assert_eq!(connections(&database, &["record"], &lines).await.expect(0).out, said);

    let page = owner.get("/connectionlog").await.expect(200).json();
    assert_eq!(page["count"], 2);
    let told =
        |out: &str| -> Vec<Value> { out.lines().map(|line| serde_json::from_str(line).unwrap()).collect() };
    let listed = connections(&database, &["list"], "").await.expect(0);
    assert_eq!(json!(told(&listed.out)), page["connection_logs"]);
    let found =
        connections(&database, &["list", "--search", "status:completed", "--limit", "5"], "").await.expect(0);
    assert_eq!(told(&found.out)[0]["type"], "ssh");
    assert_eq!(connections(&database, &["list", "--offset", "2"], "").await.expect(0).out, "");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_in_one_line() {
    let (database, _server, owner, lines) = served().await;
    let bad = format!("{lines}{{\"type\":\"ssh\"}}\n");
    let ended = connections(&database, &["record"], &bad).await.expect(1);
    assert!(ended.complaint().starts_with("roster: line 6: missing field"), "{ended:?}");
    let senseless = lines
        .replace("\"code\":200", "\"code\":200,\"connection_id\":\"00000000-0000-0000-0000-000000000009\"");
    let ended = connections(&database, &["record"], &senseless).await.expect(1);
    assert!(ended.complaint().contains("events[2].connection_id"), "{ended:?}");
    let ended = connections(&database, &["list", "--search", "status:bogus"], "").await.expect(1);
    assert!(ended.complaint().contains("\"bogus\" is not a valid value"), "{ended:?}");
    let ended = connections(&database, &["record", "/nowhere/at/all"], "").await.expect(1);
    assert!(ended.complaint().contains("/nowhere/at/all"), "{ended:?}");
    assert_eq!(owner.get("/connectionlog").await.expect(200).json()["count"], 0);
}

#[tokio::test]
async fn the_log_is_switched_off_by_a_setting() {
    let database = TestDatabase::new().await;
    let server = Server::start_with(&database.url, &["--disable-features", "connection_log"]).await;
    let owner = server.owner().await;
    owner.get("/connectionlog").await.expect(403);
    owner.finish(owner.request(Method::POST, FEED).body("{\"events\":[]}")).await.expect(403);
    let mut command = roster(&["connections", "list", "--database-url", &database.url]);
    let ended =
        Child::spawn(command.env("ROSTER_DISABLE_FEATURES", "connection_log")).ended().await.expect(1);
    assert_eq!(ended.complaint(), "roster: Connection Log is not enabled on this deployment.");
}

#[tokio::test]
async fn the_log_of_the_server_tells_of_connections_to_those_who_ask() {
    for (level, tells) in [("info,connection_log=debug", true), ("info", false)] {
        let database = TestDatabase::new().await;
        let server = Server::start_with(&database.url, &["--log-level", level]).await;
        let owner = server.owner().await;
        let me = owner.get("/users/me").await.expect(200).json();
        let (organization, id) = (me["organization_ids"][0].as_str().unwrap(), me["id"].as_str().unwrap());
        let body = batch(0, organization, id);
        owner.finish(owner.request(Method::POST, FEED).body(body)).await.expect(204);
        let ended = server.stop().await;
        let lines: Vec<&str> =
            ended.err.lines().filter(|line| line.contains("DEBUG connection_log: ")).collect();
        assert_eq!(lines.len(), if tells { EVENTS } else { 0 }, "{level}");
        let whole =
            |line: &&str| ["garden", "ssh", "disconnected", "bye"].iter().all(|part| line.contains(part));
        assert_eq!(lines.iter().filter(|line| whole(line)).count(), if tells { 400 } else { 0 }, "{level}");
    }
}

/// Whether an old entry is gone soon after a server started with this environment.
async fn is_removed(variables: &[(&str, &str)]) -> bool {
    let (database, server, owner, lines) = served().await;
    connections(&database, &["record"], &lines.replace("2026-05-20", "2020-01-01")).await.expect(0);
    server.stop().await;
    let mut command = roster(&["server", "--http-address", "127.0.0.1:0", "--database-url", &database.url]);
    let again = Server::from(command.envs(variables.iter().copied())).await;
    let client = again.client().with_token(owner.token());
    let mut left = 2;
    for _ in 0..40 {
        left = client.get("/connectionlog").await.expect(200).json()["count"].as_u64().unwrap();
        if left == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    left == 0
}

#[tokio::test]
async fn old_entries_go_as_the_environment_says_by_either_name() {
    let (ours, older) = ("ROSTER_CONNECTION_LOGS_RETENTION", "CODER_CONNECTION_LOGS_RETENTION");
    assert!(is_removed(&[(ours, "30d")]).await);
    assert!(is_removed(&[(older, "4w")]).await);
    assert!(!is_removed(&[(older, "4w"), (ours, "0")]).await, "our name wins");
}

#[tokio::test]
async fn a_retention_that_makes_no_sense_is_refused_by_either_name() {
    for name in ["ROSTER_CONNECTION_LOGS_RETENTION", "CODER_CONNECTION_LOGS_RETENTION"] {
        let ended = Child::spawn(roster(&["server"]).env(name, "soon")).ended().await.expect(2);
        let line = ended.complaint();
        assert!(line.starts_with("roster: --connection-logs-retention ("), "{line}");
    }
}
