//! What a start says and does.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{Child, Server, roster, until};
use crate::support::TestDatabase;

/// The lines of the greeting that a reader may paste into a shell.
fn pasted(greeting: &str) -> String {
    let lines = greeting.lines().skip_while(|line| !line.trim_start().starts_with("curl "));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_printed_line_creates_the_first_user() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    until("the whole greeting", async || server.out().trim_end().ends_with('\'')).await;

    let line = pasted(&server.out());
    let made = Child::spawn(Command::new("sh").args(["-c", &line])).ended().await.expect(0);
    let answer: Value = serde_json::from_str(&made.out).unwrap_or_else(|e| panic!("{e}: {made:#?}"));
    assert!(answer["user_id"].is_string(), "{answer}");

    let token = server.log_in("admin@example.com", "PasswordSecured123!").await;
    let me = server.client().with_token(&token).get("/users/me").await.expect(200).json();
    assert_eq!((&me["username"], &me["roles"][0]["name"]), (&"admin".into(), &"owner".into()));
}

#[tokio::test]
async fn the_greeting_names_the_address_and_the_interactive_pages() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    let base = server.base.clone();
    let pages = format!("{base}/swagger/");
    let page = reqwest::get(&pages).await.unwrap();
    assert_eq!(page.status().as_u16(), 200);
    assert!(page.text().await.unwrap().contains("swagger-ui"));

    let said = server.stop().await.out;
    let lines: Vec<&str> = said.lines().take(3).collect();
    let first = "There are no users yet. Create the first one, the owner:";
    assert_eq!(lines, [&format!("Roster listens on {base}"), &format!("Explore the API at {pages}"), first]);
}

#[tokio::test]
async fn once_there_are_users_nobody_is_told_to_make_the_first() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    server.owner().await;
    server.stop().await;

    let again = Server::start(&database.url).await;
    let base = again.base.clone();
    let said = again.stop().await.out;
    assert_eq!(said, format!("Roster listens on {base}\nExplore the API at {base}/swagger/\n"));
}

#[tokio::test]
async fn without_a_command_the_server_starts_on_a_database_in_the_current_folder() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::from(roster(&["--http-address", "127.0.0.1:0"]).current_dir(folder.path())).await;
    server.owner().await;
    server.stop().await;
    let file = folder.path().join("roster.db");
    assert!(is_sqlite(&file), "{}", file.display());
    assert!(!file.with_extension("db-wal").exists(), "the log was not folded into the file");
}

fn is_sqlite(file: &Path) -> bool {
    std::fs::read(file).is_ok_and(|bytes| bytes.starts_with(b"SQLite format 3\0"))
}

#[tokio::test]
async fn two_servers_may_start_at_once_on_one_empty_database() {
    let database = TestDatabase::new().await;
    let (one, other) = tokio::join!(Server::start(&database.url), Server::start(&database.url));
    let (one, other) = (one.client().get("/buildinfo").await, other.client().get("/buildinfo").await);
    assert_eq!(one.expect(200).json()["deployment_id"], other.expect(200).json()["deployment_id"]);
}

#[tokio::test]
async fn json_logs_are_one_object_a_line() {
    let database = TestDatabase::new().await;
    let flags = ["--log-format", "json", "--log-level", "debug"];
    let server = Server::start_with(&database.url, &flags).await;
    let answer = server.client().get("/buildinfo").await.expect(200);

    let said = server.stop().await.err;
    let lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().all(|line| line["timestamp"].is_string() && line["level"].is_string()), "{said}");
    let of_request = |line: &&Value| line["fields"]["request"] == answer.header("x-request-id");
    let told = lines.iter().find(of_request).unwrap_or_else(|| panic!("not logged: {said}"));
    assert_eq!(
        (&told["fields"]["path"], &told["fields"]["status"]),
        (&"/api/v2/buildinfo".into(), &200.into())
    );
}

#[tokio::test]
async fn text_logs_are_plain_where_nobody_can_see_colours() {
    let database = TestDatabase::new().await;
    let server = Server::start_with(&database.url, &["--log-level", "debug"]).await;
    let answer = server.client().get("/buildinfo").await.expect(200);
    let said = server.stop().await.err;
    assert!(said.contains(answer.header("x-request-id")), "{said}");
    assert!(!said.contains('\u{1b}'), "{said:?}");
}

#[tokio::test]
async fn by_default_requests_are_not_logged() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    let answer = server.client().get("/buildinfo").await.expect(200);
    let said = server.stop().await.err;
    assert!(!said.contains(answer.header("x-request-id")), "{said}");
}
