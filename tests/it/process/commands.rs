//! `roster users`, and that no secret is ever logged.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use super::{Child, Ended, Server, roster, until};
use crate::support::{PASSWORD, TestDatabase};

const NEW_PASSWORD: &str = "AnotherSecured456!";
const WRONG_PASSWORD: &str = "NeverTheRightOne789!";

/// `roster users …` with a password on standard input, or an empty one.
async fn users(database: &TestDatabase, arguments: &[&str], input: &str) -> Ended {
    let mut command = roster(&["users"]);
    command.args(arguments).args(["--database-url", &database.url]);
    Child::spawn_with_input(&mut command, input).ended().await
}

async fn create(database: &TestDatabase, username: &str, more: &[&str], input: &str) -> Ended {
    let email = format!("{username}@example.com");
    let arguments = [&["create", "--username", username, "--email", &email], more].concat();
    users(database, &arguments, input).await
}

#[tokio::test]
async fn an_owner_made_by_command_logs_in() {
    let database = TestDatabase::new().await;
    let made = create(&database, "ada", &["--password", PASSWORD, "--name", "Ada L."], "").await.expect(0);
    let server = Server::start(&database.url).await;
    let ada = server.client().with_token(&server.log_in("ada@example.com", PASSWORD).await);
    let me = ada.get("/users/me").await.expect(200).json();
    assert_eq!(made.out, format!("created {}\n", me["id"].as_str().unwrap()));
    assert_eq!((&me["name"], &me["roles"][0]["name"]), (&"Ada L.".into(), &"owner".into()));
    let members = ada.get("/organizations/default/members").await.expect(200).json();
    assert_eq!(members[0]["username"], "ada");
}

#[tokio::test]
async fn a_password_comes_by_flag_or_environment_or_standard_input() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    create(&database, "flag", &["--password", PASSWORD], "").await.expect(0);
    create(&database, "input", &[], &format!("{PASSWORD}\n")).await.expect(0);
    create(&database, "windows", &[], &format!("{PASSWORD}\r\n")).await.expect(0);
    let mut command = roster(&["users", "create", "--username=env", "--email=env@example.com"]);
    command.args(["--database-url", &database.url]).env("ROSTER_PASSWORD", PASSWORD);
    Child::spawn(&mut command).ended().await.expect(0);
    for name in ["flag", "input", "windows", "env"] {
        server.log_in(&format!("{name}@example.com"), PASSWORD).await;
    }
}

#[tokio::test]
async fn bad_users_are_refused_in_one_line() {
    let database = TestDatabase::new().await;
    create(&database, "ada", &["--password", PASSWORD], "").await.expect(0);
    let weak = create(&database, "bea", &["--password", "password"], "").await.expect(1);
    assert!(weak.complaint().contains("password: insecure password, try "), "{weak:?}");
    let empty = create(&database, "bea", &[], "").await.expect(1);
    assert!(empty.complaint().contains("password: "), "{empty:?}");
    let bad = create(&database, "not a name", &["--password", PASSWORD], "").await.expect(1);
    assert!(bad.complaint().contains("username: "), "{bad:?}");
    let taken = create(&database, "ADA", &["--password", PASSWORD], "").await.expect(1);
    assert_eq!(taken.complaint(), "roster: User already exists.");
    let missing = users(&database, &["create", "--username", "bea"], "").await.expect(2);
    assert!(missing.err.contains("--email"), "{missing:?}");
}

#[tokio::test]
async fn a_reset_password_works_at_once_and_old_sessions_end_within_the_age_of_the_cache() {
    let database = TestDatabase::new().await;
    let server = Server::start_with(&database.url, &["--cache-age", "1s"]).await;
    let owner = server.owner().await;
    let id = owner.get("/users/me").await.expect(200).json()["id"].as_str().unwrap().to_owned();

    let done = users(&database, &["reset-password", "owner", "--password", NEW_PASSWORD], "").await.expect(0);
    assert_eq!(done.out, format!("set the password of {id} and ended all of its sessions\n"));
    let began = Instant::now();
    until("the end of the session", async || owner.get("/users/me").await.status == 401).await;
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    let old = json!({ "email": "owner@example.com", "password": PASSWORD });
    server.client().post("/users/login", old).await.expect(401);
    server.log_in("owner@example.com", NEW_PASSWORD).await;

    // By id and by standard input too.
    users(&database, &["reset-password", &id], &format!("{PASSWORD}\n")).await.expect(0);
    server.log_in("owner@example.com", PASSWORD).await;
}

#[tokio::test]
async fn a_reset_that_cannot_be_is_one_line_and_changes_nothing() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    let owner = server.owner().await;
    let nobody =
        users(&database, &["reset-password", "nobody", "--password", NEW_PASSWORD], "").await.expect(1);
    assert!(nobody.complaint().contains("Resource not found"), "{nobody:?}");
    let weak = users(&database, &["reset-password", "owner", "--password", "password"], "").await.expect(1);
    assert!(weak.complaint().contains("insecure password"), "{weak:?}");
    owner.post("/users", super::server::user("bot")).await.expect(201);
    let bot = users(&database, &["reset-password", "bot", "--password", NEW_PASSWORD], "").await.expect(1);
    assert!(bot.complaint().contains("login type"), "{bot:?}");
    owner.get("/users/me").await.expect(200);
    server.log_in("owner@example.com", PASSWORD).await;
}

/// What was said must hold none of these.
fn assert_silent_about(said: &str, secrets: &[&str]) {
    for secret in secrets {
        let line = said.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "a secret was logged: {}", line.unwrap_or_default());
    }
}

/// Makes the first user with a password that stands nowhere else; the usual one is in the greeting, as an example.
async fn first_user(server: &Server) {
    let body = json!({ "email": "owner@example.com", "username": "owner", "password": NEW_PASSWORD });
    server.client().post("/users/first", body).await.expect(201);
}

/// Shows a key in all ways that a key can be shown.
async fn show_key(server: &Server, token: &str) {
    let client = server.client();
    let ways = [
        ("", "Coder-Session-Token", token.to_owned()),
        ("", "Cookie", format!("coder_session_token={token}")),
        ("", "Authorization", format!("Bearer {token}")),
        (&format!("?coder_session_token={token}"), "Accept", "*/*".to_owned()),
        (&format!("?access_token={token}"), "Accept", "*/*".to_owned()),
    ];
    for (query, header, value) in ways {
        let request = client.request(Method::GET, &format!("/api/v2/users/me{query}")).header(header, value);
        client.finish(request).await.expect(200);
    }
}

#[tokio::test]
async fn passwords_and_keys_are_never_logged() {
    for format in ["text", "json"] {
        let database = TestDatabase::new().await;
        let server =
            Server::start_with(&database.url, &["--log-level", "trace", "--log-format", format]).await;
        first_user(&server).await;
        let token = server.log_in("owner@example.com", NEW_PASSWORD).await;
        show_key(&server, &token).await;
        let wrong = json!({ "email": "owner@example.com", "password": WRONG_PASSWORD });
        server.client().post("/users/login", wrong).await.expect(401);
        let broken = format!("{{\"password\":\"{WRONG_PASSWORD}\" nonsense");
        server.client().post_text("/users/login", &broken).await.expect(400);
        server.client().with_token(&format!("{token}x")).get("/users/me").await.expect(401);

        let ended = server.stop().await;
        assert!(ended.err.lines().count() > 5, "nothing was logged: {ended:?}");
        let secret = token.split_once('-').unwrap().1;
        assert_silent_about(&(ended.out + &ended.err), &[NEW_PASSWORD, WRONG_PASSWORD, secret]);
    }
}

#[tokio::test]
async fn commands_do_not_log_passwords_either() {
    let database = TestDatabase::new().await;
    let flags = ["--password", PASSWORD, "--log-level", "trace"];
    let made = create(&database, "ada", &flags, "").await.expect(0);
    let reset = ["reset-password", "ada", "--password", NEW_PASSWORD, "--log-level", "trace"];
    let done = users(&database, &reset, "").await.expect(0);
    for ended in [made, done] {
        assert_silent_about(&(ended.out + &ended.err), &[PASSWORD, NEW_PASSWORD]);
    }
}
