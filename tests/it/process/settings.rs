//! Settings: by flag, by environment, and refused.

use std::process::Command;

use clap::CommandFactory;
use roster::config::Config;
use serde_json::json;

use super::{Child, Server, roster};
use crate::support::{PASSWORD, TestDatabase};

#[tokio::test]
async fn settings_come_from_the_environment() {
    let database = TestDatabase::new().await;
    let mut command = roster(&[]);
    command.env("ROSTER_HTTP_ADDRESS", "127.0.0.1:0").env("ROSTER_DATABASE_URL", &database.url);
    command.env("ROSTER_ACCESS_URL", "https://roster.example.org/").env("ROSTER_BUILD_VERSION", "v2.35.1");
    let server = Server::from(&mut command).await;
    let info = server.client().get("/buildinfo").await.expect(200).json();
    assert_eq!(
        (&info["version"], &info["dashboard_url"]),
        (&"v2.35.1".into(), &"https://roster.example.org".into())
    );

    server.owner().await;
    let login = json!({ "email": "owner@example.com", "password": PASSWORD });
    let answer = server.client().post("/users/login", login).await.expect(201);
    assert!(answer.header("set-cookie").ends_with("; Secure"), "{answer:?}");
    drop(server);
    // The users are where the variable says: a server that is told by flag finds them.
    let by_flag = Server::start(&database.url).await;
    by_flag.log_in("owner@example.com", PASSWORD).await;
}

#[tokio::test]
async fn flags_win_over_the_environment() {
    let database = TestDatabase::new().await;
    let mut command = roster(&["server", "--http-address", "127.0.0.1:0", "--build-version", "v2.36.0"]);
    command.args(["--database-url", &database.url, "--access-url", "http://by.flag"]);
    command.env("ROSTER_HTTP_ADDRESS", "192.0.2.1:1").env("ROSTER_BUILD_VERSION", "v2.35.1");
    command
        .env("ROSTER_DATABASE_URL", "sqlite:///nowhere/at/all.db")
        .env("ROSTER_ACCESS_URL", "http://by.variable");
    let server = Server::from(&mut command).await;
    assert!(server.base.starts_with("http://127.0.0.1:"));
    let info = server.client().get("/buildinfo").await.expect(200).json();
    assert_eq!((&info["version"], &info["dashboard_url"]), (&"v2.36.0".into(), &"http://by.flag".into()));
}

#[tokio::test]
async fn the_switches_of_sessions_and_passwords_work() {
    let database = TestDatabase::new().await;
    let server = Server::start_with(&database.url, &["--disable-password-auth"]).await;
    let methods = server.client().get("/users/authmethods").await.expect(200).json();
    assert_eq!(methods["password"]["enabled"], false);
    drop(server);

    let server = Server::start_with(&database.url, &["--session-duration", "1s"]).await;
    let owner = server.owner().await;
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let refused = owner.get("/users/me").await.expect(401);
    assert!(refused.detail().starts_with("API key expired at "), "{}", refused.text);
}

/// Each setting with a value that makes no sense.
const NONSENSE: [(&str, &str); 12] = [
    ("--http-address", "nowhere"),
    ("--access-url", "ftp://x"),
    ("--session-duration", "soon"),
    ("--session-duration", "300000years"),
    ("--cache-age", "2000years"),
    ("--build-version", "2"),
    ("--database-url", "mysql://127.0.0.1/x"),
    ("--database-connections", "0"),
    ("--cache-age", "-1"),
    ("--cache-size", "many"),
    ("--log-level", "loud"),
    ("--log-format", "xml"),
];

fn variable(flag: &str) -> String {
    format!("ROSTER_{}", flag.trim_start_matches("--").replace('-', "_").to_uppercase())
}

async fn expect_complaint(command: &mut Command, flag: &str, value: &str) -> String {
    let ended = Child::spawn(command).ended().await.expect(2);
    let line = ended.complaint();
    assert!(line.starts_with(&format!("roster: {flag} ({}) ", variable(flag))), "{line}");
    assert!(line.contains(value), "{line}");
    assert_eq!(ended.out, "");
    line.to_owned()
}

#[tokio::test]
async fn a_bad_flag_is_one_line_that_names_flag_and_variable() {
    for (flag, value) in NONSENSE {
        expect_complaint(&mut roster(&["server", &format!("{flag}={value}")]), flag, "").await;
    }
}

#[tokio::test]
async fn a_bad_variable_is_the_same_line() {
    for (flag, value) in NONSENSE {
        expect_complaint(roster(&[]).env(variable(flag), value), flag, "").await;
    }
}

#[tokio::test]
async fn a_complaint_shows_the_value_and_what_would_do() {
    let line = expect_complaint(&mut roster(&["--log-format", "xml"]), "--log-format", "\"xml\"").await;
    assert!(line.contains("text") && line.contains("json"), "{line}");
    let switch = "--disable-password-auth";
    let line = expect_complaint(roster(&[]).env(variable(switch), "perhaps"), switch, "\"perhaps\"").await;
    assert!(line.contains("true") && line.contains("false"), "{line}");
    expect_complaint(&mut roster(&["--http-address", ""]), "--http-address", "\"\"").await;
}

#[tokio::test]
async fn what_has_no_variable_is_complained_of_without_one() {
    let ended = Child::spawn(&mut roster(&["migrate", "down", "--steps", "some"])).ended().await.expect(2);
    assert!(ended.complaint().starts_with("roster: --steps cannot be \"some\""), "{ended:?}");
}

#[tokio::test]
async fn the_password_of_the_database_is_never_shown() {
    let secret = "hunter2hunter2";
    let refused =
        roster(&[]).env("ROSTER_DATABASE_URL", format!("mysql://root:{secret}@127.0.0.1/x")).output();
    let help =
        roster(&["--help"]).env("ROSTER_DATABASE_URL", format!("postgres://root:{secret}@db/x")).output();
    for output in [refused.unwrap(), help.unwrap()] {
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(said.contains("ROSTER_DATABASE_URL") && !said.contains(secret), "{said}");
    }
}

/// Every command as typed, with its definition.
fn commands() -> Vec<(Vec<String>, clap::Command)> {
    fn collect(command: &clap::Command, path: &[String], found: &mut Vec<(Vec<String>, clap::Command)>) {
        found.push((path.to_vec(), command.clone()));
        for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
            collect(below, &[path, &[below.get_name().to_owned()]].concat(), found);
        }
    }
    let mut root = Config::command();
    root.build();
    let mut found = Vec::new();
    collect(&root, &[], &mut found);
    found
}

#[tokio::test]
async fn every_command_explains_itself_and_all_that_it_takes() {
    for (path, definition) in commands() {
        let asked: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
        let help = Child::spawn(&mut roster(&asked)).ended().await.expect(0);
        assert_eq!(help.err, "", "{asked:?}");
        let about = definition.get_about().unwrap().to_string();
        assert!(help.out.starts_with(&about), "{asked:?}: {}", help.out);
        for argument in definition.get_arguments() {
            let flag = argument.get_long().map(|long| format!("--{long}"));
            let name = argument.get_env().map(|name| name.to_string_lossy().into_owned());
            for shown in flag.into_iter().chain(name) {
                assert!(help.out.contains(&shown), "{asked:?} does not tell of {shown}:\n{}", help.out);
            }
        }
    }
    assert_eq!(commands().len(), 10);
}

#[tokio::test]
async fn a_flag_of_the_server_is_not_ignored_before_a_command() {
    for command in ["server", "openapi"] {
        let ended =
            Child::spawn(&mut roster(&["--http-address", "127.0.0.1:0", command])).ended().await.expect(2);
        assert!(
            ended.complaint().starts_with("roster: --http-address is a setting of the server: "),
            "{ended:?}"
        );
    }
}

#[tokio::test]
async fn the_version_is_told() {
    let told = Child::spawn(&mut roster(&["--version"])).ended().await.expect(0);
    assert_eq!(told.out, concat!("roster ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[tokio::test]
async fn an_unknown_command_is_refused() {
    let refused = Child::spawn(&mut roster(&["serve"])).ended().await.expect(2);
    assert!(refused.err.contains("'serve'") && !refused.err.contains("panicked"), "{}", refused.err);
}
