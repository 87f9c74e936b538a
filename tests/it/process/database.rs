//! Databases and ports that are not as they should be when the server starts.

use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{Child, Server, roster, until};
use crate::support::TestDatabase;

const SETTING: &str = "roster: --database-url (ROSTER_DATABASE_URL): ";

fn sqlite(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

/// Every command that needs the database says the same about it.
async fn expect_complaints(url: &str) {
    let commands: [&[&str]; 4] = [
        &["server", "--http-address", "127.0.0.1:0"],
        &["migrate", "status"],
        &["users", "create", "--username=a", "--email=a@example.com", "--password=PasswordSecured123!"],
        &["users", "reset-password", "a", "--password=PasswordSecured123!"],
    ];
    for arguments in commands {
        let ended = Child::spawn(roster(arguments).args(["--database-url", url])).ended().await.expect(1);
        assert!(ended.complaint().starts_with(SETTING), "{arguments:?}: {}", ended.err);
        assert_eq!(ended.out, "", "{arguments:?}");
    }
}

#[tokio::test]
async fn a_folder_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    expect_complaints(&sqlite(folder.path())).await;
}

#[tokio::test]
async fn a_folder_that_is_missing_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    expect_complaints(&sqlite(&folder.path().join("missing/roster.db"))).await;
    assert!(!folder.path().join("missing").exists());
}

#[tokio::test]
async fn a_file_of_something_else_is_no_database_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("picture.png");
    let bytes = b"\x89PNG not a database ".repeat(500);
    std::fs::write(&file, &bytes).unwrap();
    expect_complaints(&sqlite(&file)).await;
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
}

#[tokio::test]
async fn a_damaged_database_is_complained_of() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("roster.db");
    Child::spawn(&mut roster(&["migrate", "up", "--database-url", &sqlite(&file)])).ended().await.expect(0);
    let mut bytes = std::fs::read(&file).unwrap();
    // The first page keeps its header, so that it looks like a database; the tables behind it are gone.
    bytes[100..].fill(0xa5);
    std::fs::write(&file, bytes).unwrap();
    expect_complaints(&sqlite(&file)).await;
}

#[tokio::test]
async fn a_taken_port_is_one_line_that_names_the_setting() {
    let database = TestDatabase::new().await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = roster(&["--http-address", &address, "--database-url", &database.url]);
    let ended = Child::spawn(&mut command).ended().await.expect(1);
    let line = ended.complaint();
    assert!(line.starts_with("roster: --http-address (ROSTER_HTTP_ADDRESS): cannot listen on "), "{line}");
    assert!(line.contains(&address), "{line}");
    assert_eq!(ended.out, "");
}

#[tokio::test]
async fn a_database_server_that_is_down_is_waited_for_with_a_line_every_two_seconds() {
    let url = "postgres://127.0.0.1:1/none";
    let mut child = Child::spawn(&mut roster(&["--http-address", "127.0.0.1:0", "--database-url", url]));
    let began = Instant::now();
    let lines = |child: &Child| child.err().matches("waiting for the database").count();
    until("three lines", async || lines(&child) >= 3).await;
    assert!(began.elapsed() < Duration::from_secs(8), "too slow: {}", child.err());
    assert!(child.err().contains("Connection refused"), "no reason: {}", child.err());
    assert!(child.is_alive());
    assert_eq!(child.out(), "");
}

#[tokio::test]
async fn a_wrong_name_of_a_database_is_not_waited_for() {
    let Some(server) = crate::support::environment::postgres_url() else {
        return crate::support::environment::skip(
            "needs PostgreSQL: a server that knows which databases it has",
        );
    };
    let (server, _) = server.rsplit_once('/').unwrap();
    expect_complaints(&format!("{server}/there_is_no_such_database")).await;
}

#[tokio::test]
async fn waiting_for_a_database_can_be_stopped() {
    let url = "postgres://127.0.0.1:1/none";
    let child = Child::spawn(&mut roster(&["--http-address", "127.0.0.1:0", "--database-url", url]));
    until("a line", async || child.err().contains("waiting for the database")).await;
    child.signal("TERM");
    child.ended_within(Duration::from_secs(3)).await;
}

#[tokio::test]
async fn what_is_missing_in_the_database_is_applied_at_start() {
    let database = TestDatabase::new().await;
    let url = ["--database-url", database.url.as_str()];
    Child::spawn(roster(&["migrate", "up"]).args(url)).ended().await.expect(0);
    Child::spawn(roster(&["migrate", "down", "--steps", "3"]).args(url)).ended().await.expect(0);
    let server = Server::start(&database.url).await;
    server.owner().await.get("/users/me").await.expect(200);
}
