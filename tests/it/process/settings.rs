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

#[tokio::test]
async fn key_pairs_for_git_are_of_the_kind_that_is_named() {
    for (kind, beginning) in
        [("ed25519", "ssh-ed25519 "), ("ecdsa", "ecdsa-sha2-nistp256 "), ("rsa4096", "ssh-rsa ")]
    {
        let database = TestDatabase::new().await;
        let server = Server::start_with(&database.url, &["--ssh-keygen-algorithm", kind]).await;
        let owner = server.owner().await;
        let key = owner.get("/users/me/gitsshkey").await.expect(200).json();
        assert!(key["public_key"].as_str().unwrap().starts_with(beginning), "{kind}: {key}");
    }
}

/// What the owner of a server with these flags may do to things of others, and whether the list of roles says so.
async fn powers(flags: &[&str]) -> serde_json::Value {
    let database = TestDatabase::new().await;
    let server = Server::start_with(&database.url, flags).await;
    let owner = server.owner().await;
    let about = |kind: &str, verb: &str| json!({ "action": verb, "object": { "resource_type": kind } });
    let checks = json!({
        "enter": about("workspace", "ssh"), "connect": about("workspace", "application_connect"),
        "share": about("workspace", "share"), "talk": about("chat", "share"),
    });
    let mut told = owner.post("/authcheck", json!({ "checks": checks })).await.expect(200).json();
    let roles = owner.get("/users/roles").await.expect(200).json();
    let lines = roles[0]["site_permissions"].as_array().unwrap();
    let enters = |line: &serde_json::Value| line["resource_type"] == "workspace" && line["action"] == "ssh";
    told["listed"] = lines.iter().any(enters).into();
    told
}

#[tokio::test]
async fn the_switches_of_roles_work() {
    let without = |what: &[&str]| {
        let all = ["enter", "connect", "share", "talk", "listed"];
        let told = all.map(|name| (name.to_owned(), json!(!what.contains(&name))));
        serde_json::Value::from_iter(told)
    };
    let table: [(&[&str], &[&str]); 4] = [
        (&[], &[]),
        (&["--disable-owner-workspace-access"], &["enter", "connect", "listed"]),
        (&["--disable-workspace-sharing"], &["share"]),
        (&["--disable-chat-sharing"], &["talk"]),
    ];
    for (flags, missing) in table {
        assert_eq!(powers(flags).await, without(missing), "{flags:?}");
    }
}

/// Each setting with a value that makes no sense.
const NONSENSE: &[(&str, &str)] = &[
    ("--http-address", "nowhere"),
    ("--access-url", "ftp://x"),
    ("--session-duration", "soon"),
    ("--session-duration", "300000years"),
    ("--cache-age", "2000years"),
    ("--build-version", "2"),
    ("--dialect", "klingon"),
    ("--database-url", "mysql://127.0.0.1/x"),
    ("--database-connections", "0"),
    ("--cache-age", "-1"),
    ("--cache-size", "many"),
    ("--log-level", "loud"),
    ("--log-format", "xml"),
    ("--ssh-keygen-algorithm", "dsa"),
    ("--connection-logs-retention", "soon"),
    ("--connection-logs-retention", "-1d"),
    ("--api-rate-limit", "few"),
    ("--login-rate-limit", "1.5"),
    ("--samesite-auth-cookie", "strict"),
    ("--secure-auth-cookie", "perhaps"),
    ("--trusted-proxies", "10.0.0.0/8,nowhere"),
    ("--trusted-headers", "X Forwarded"),
    ("--oidc-issuer-url", "http://login.example.com"),
    ("--oidc-issuer-url", "https://ada:secret@login.example.com"),
    ("--oidc-issuer-url", "https://login.example.com?x=1"),
    ("--oidc-issuer-url", "nowhere"),
    ("--oidc-scopes", "openid,two words"),
    ("--oidc-auth-url-params", "access_type=offline"),
    ("--oidc-auth-url-params", r#"{"state":"x"}"#),
    ("--oidc-auth-url-params", r#"{"max_age":1}"#),
    ("--oidc-allow-signups", "perhaps"),
    ("--oidc-email-domain", "example.com,ada@example.com"),
    ("--oidc-claims-source", "nowhere"),
    ("--oidc-icon-url", "javascript:alert(1)"),
    ("--oidc-user-role-mapping", r#"{"admins":"owner"}"#),
    ("--oidc-organization-mapping", r#"{"admins":["default"]}"#),
    ("--oidc-organization-assign-default", "perhaps"),
    ("--oauth2-github-client-id", ""),
    ("--oauth2-github-client-secret", ""),
    ("--oauth2-github-allowed-orgs", "acme,an other"),
    ("--oauth2-github-allowed-teams", "acme"),
    ("--oauth2-github-enterprise-base-url", "http://git.example.com"),
    ("--settings-file", "/nowhere/at/all.toml"),
    ("--user-limit", "-1"),
    ("--ai-governance-user-limit", "many"),
    ("--ai-seat-pace", "often"),
    ("--ai-seat-retry", "soon"),
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
    assert_eq!(commands().len(), 30);
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

#[tokio::test]
async fn the_settings_of_cookies_limits_and_proxies_work() {
    let database = TestDatabase::new().await;
    let flags = ["--samesite-auth-cookie", "none", "--secure-auth-cookie", "true", "--host-prefix-cookie"];
    let more =
        ["--login-rate-limit", "2", "--api-rate-limit=-1", "--trusted-proxies", "10.0.0.0/8,127.0.0.1"];
    let flags = [&flags[..], &more, &["--trusted-headers", "X-Real-IP,X-Forwarded-For"]].concat();
    let server = Server::start_with(&database.url, &flags).await;
    server.owner().await;
    let login = async |from: &str| {
        let request = server.client().request(reqwest::Method::POST, "/api/v2/users/login");
        let body = json!({ "email": "owner@example.com", "password": PASSWORD });
        server.client().finish(request.header("X-Real-IP", from).body(body.to_string())).await
    };
    for status in [201, 201, 429] {
        login("203.0.113.1").await.expect(status);
    }
    let answer = login("203.0.113.2").await.expect(201);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-coder_session_token="), "{cookie}");
    assert!(cookie.ends_with("; SameSite=None; Secure"), "{cookie}");
}

#[tokio::test]
async fn cookies_are_not_for_https_only_where_that_is_said() {
    let database = TestDatabase::new().await;
    let flags = ["--access-url", "https://roster.example.org", "--secure-auth-cookie", "false"];
    let server = Server::start_with(&database.url, &flags).await;
    server.owner().await;
    let body = json!({ "email": "owner@example.com", "password": PASSWORD });
    let login = server.client().post("/users/login", body).await.expect(201);
    assert!(!login.header("set-cookie").contains("Secure"), "{login:?}");
}

#[tokio::test]
async fn cookies_that_no_browser_takes_are_refused() {
    let insecure: [&[&str]; 3] = [
        &[],
        &["--access-url", "http://x.org"],
        &["--access-url", "https://x.org", "--secure-auth-cookie=false"],
    ];
    for more in insecure {
        for (flag, value) in [("--host-prefix-cookie", None), ("--samesite-auth-cookie", Some("none"))] {
            let arguments =
                [&["server", "--http-address", "127.0.0.1:0", flag], value.as_slice(), more].concat();
            let ended = Child::spawn(&mut roster(&arguments)).ended().await.expect(2);
            let line = ended.complaint();
            assert!(line.starts_with(&format!("roster: {flag} ({}) ", variable(flag))), "{line}");
            assert!(line.contains("needs secure cookies"), "{line}");
        }
    }
}
