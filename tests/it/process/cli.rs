//! `roster openapi` and `roster migrate`.

use std::fs;
use std::process::Command;

use reqwest::Method;
use sea_orm::{ConnectionTrait, Database};
use serde_json::Value;

use super::{Child, Server, roster};
use crate::support::TestDatabase;

#[tokio::test]
async fn the_printed_document_is_the_served_one() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    let served =
        server.client().finish(server.client().request(Method::GET, "/openapi.json")).await.expect(200);
    let printed = Child::spawn(&mut roster(&["openapi"])).ended().await.expect(0);
    let document: Value = serde_json::from_str(&printed.out).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(printed.out, served.text);
}

#[tokio::test]
async fn the_document_needs_no_database() {
    let mut command = roster(&["openapi"]);
    command.env("ROSTER_DATABASE_URL", "sqlite:///nowhere/at/all.db");
    Child::spawn(&mut command).ended().await.expect(0);
}

#[tokio::test]
async fn the_document_is_written_with_its_tables_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("openapi.json");
    let beside = |name: &str| folder.path().join(name);
    let [surface, roles, calls] = ["surface.txt", "roles.txt", "who-may-call-what.md"].map(beside);
    let out = file.to_str().unwrap();
    let run =
        async |flags: &[&str]| Child::spawn(roster(&["openapi", "--out", out]).args(flags)).ended().await;

    let stale = run(&["--check"]).await.expect(1);
    assert!(stale.complaint().contains("openapi.json") && stale.complaint().contains("surface.txt"));
    assert!(!file.exists() && !surface.exists(), "a check wrote something");

    let wrote = run(&[]).await.expect(0);
    let written = [&file, &surface, &roles, &calls].map(|file| format!("wrote {}\n", file.display()));
    assert_eq!(wrote.out, written.concat());
    let printed = Child::spawn(&mut roster(&["openapi"])).ended().await.expect(0);
    assert_eq!(fs::read_to_string(&file).unwrap(), printed.out);
    assert!(fs::read_to_string(&surface).unwrap().contains("log-in-user"));
    assert!(fs::read_to_string(&roles).unwrap().contains("organization_member:read"));
    assert!(fs::read_to_string(&calls).unwrap().contains("POST /api/v2/users/logout"));
    run(&["--check"]).await.expect(0);
    assert_eq!(run(&[]).await.expect(0).out, "", "what is fresh is not written again");

    fs::write(&surface, "something else").unwrap();
    let stale = run(&["--check"]).await.expect(1);
    assert!(stale.complaint().contains("surface.txt") && !stale.complaint().contains("openapi.json"));
}

#[tokio::test]
async fn a_document_that_cannot_be_written_is_one_line() {
    let refused =
        Child::spawn(&mut roster(&["openapi", "--out", "/nowhere/at/all.json"])).ended().await.expect(1);
    assert!(refused.complaint().contains("/nowhere/at/all.json"));
    Child::spawn(&mut roster(&["openapi", "--check"])).ended().await.expect(2);
}

#[tokio::test]
async fn a_reader_that_has_seen_enough_is_no_panic() {
    // The reader is gone by the time there is something to read.
    let pipe = "(sleep 0.2; exec \"$0\" openapi) | true; exit ${PIPESTATUS[0]}";
    let mut command = Command::new("bash");
    command.args(["-c", pipe, env!("CARGO_BIN_EXE_roster")]);
    let ended = Child::spawn(&mut command).ended().await.expect(0);
    assert_eq!(ended.err, "");
}

/// `roster migrate …`, and what it lists.
async fn migrate(database: &TestDatabase, arguments: &[&str]) -> Vec<(String, bool)> {
    let mut command = roster(&["migrate"]);
    command.args(arguments).args(["--database-url", &database.url]);
    let ended = Child::spawn(&mut command).ended().await.expect(0);
    let read = |line: &str| {
        let (state, name) = line.split_once(' ').unwrap_or_else(|| panic!("what is this: {line}"));
        assert!(["applied", "missing"].contains(&state), "{line}");
        (name.to_owned(), state == "applied")
    };
    ended.out.lines().map(read).collect()
}

fn applied(list: &[(String, bool)]) -> usize {
    list.iter().filter(|(_, applied)| *applied).count()
}

#[tokio::test]
async fn migrations_go_up_and_down_and_up() {
    let database = TestDatabase::new().await;
    let before = migrate(&database, &["status"]).await;
    assert!(before.len() >= 7 && applied(&before) == 0, "{before:?}");
    let all = before.len();

    assert_eq!(applied(&migrate(&database, &["up"]).await), all);
    assert_eq!(applied(&migrate(&database, &["up"]).await), all);
    let down = migrate(&database, &["down"]).await;
    assert_eq!(applied(&down), all - 1);
    assert!(!down.last().unwrap().1, "not the newest was taken back: {down:?}");
    assert_eq!(applied(&migrate(&database, &["down", "--steps", "2"]).await), all - 3);
    assert_eq!(applied(&migrate(&database, &["status"]).await), all - 3);
    assert_eq!(applied(&migrate(&database, &["down", "--steps", "1000"]).await), 0);
    let beside = Database::connect(&database.url).await.unwrap();
    assert!(beside.execute_unprepared("SELECT 1 FROM users").await.is_err(), "a table is left");

    assert_eq!(applied(&migrate(&database, &["up"]).await), all);
    Server::start(&database.url).await.owner().await.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn migrations_that_start_together_wait_for_each_other() {
    let database = TestDatabase::new().await;
    let lists =
        tokio::join!(migrate(&database, &["up"]), migrate(&database, &["up"]), migrate(&database, &["up"]));
    assert_eq!(lists.0, lists.1);
    assert_eq!(lists.1, lists.2);
    assert_eq!(applied(&lists.0), lists.0.len());
}
