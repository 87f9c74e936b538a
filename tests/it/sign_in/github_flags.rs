//! GitHub, configured as an operator does it.

use serde_json::json;

use super::github_world::Browser;
use crate::process::{Child, Server, roster};
use crate::support::TestDatabase;
use crate::support::github::{CLIENT_ID, CLIENT_SECRET, GithubServer, Person};

#[tokio::test]
async fn an_enterprise_server_is_asked_when_flags_and_variables_say_so() {
    let people = [
        Person::new(7, "ada").of("acme", "active").in_team("acme", "ops", "active"),
        Person::new(8, "bea").of("acme", "active"),
    ];
    let github = GithubServer::with(people).await;
    let database = TestDatabase::new().await;
    let mut command =
        roster(&["server", "--http-address", "127.0.0.1:0", "--access-url", "http://roster.test"]);
    command.args(["--database-url", &database.url, "--oauth2-github-client-id", CLIENT_ID]);
    command.args(["--oauth2-github-allowed-orgs", "other,Acme", "--oauth2-github-allow-signups"]);
    command.args(["--oauth2-github-enterprise-base-url", &github.base]);
    command.env("ROSTER_OAUTH2_GITHUB_CLIENT_SECRET", CLIENT_SECRET);
    command.env("ROSTER_OAUTH2_GITHUB_ALLOWED_TEAMS", "acme/ops");
    let server = Server::from(&mut command).await;
    let owner = server.owner().await;

    let mut browser = Browser::new(server.client());
    browser.log_in("").await.expect(307);
    let me = browser.me().await;
    assert_eq!((&me["username"], &me["login_type"]), (&json!("ada"), &json!("github")));
    // Only those of github.com itself are kept.
    let found = owner.search("/users", "github_com_user_id:7").await.expect(200).json();
    assert_eq!(found["count"], 0);

    github.sign_in("bea");
    Browser::new(server.client()).log_in("").await.expect(401);
}

#[tokio::test]
async fn a_server_that_would_let_nobody_in_by_github_does_not_start() {
    let app = ["server", "--oauth2-github-client-id=x", "--oauth2-github-client-secret=hunter2"];
    let table: [(&[&str], &str); 3] = [
        (
            &[],
            "--oauth2-github-client-id (ROSTER_OAUTH2_GITHUB_CLIENT_ID) needs --oauth2-github-allowed-orgs",
        ),
        (&["--oauth2-github-allow-everyone", "--oauth2-github-allowed-orgs=acme"], "cannot be used with"),
        (
            &["--oauth2-github-allowed-orgs=acme", "--oauth2-github-allowed-teams=other/ops"],
            "needs \"other\" among",
        ),
    ];
    for (flags, complaint) in table {
        let ended = Child::spawn(&mut roster(&[&app, flags].concat())).ended().await.expect(2);
        let line = ended.complaint();
        assert!(line.starts_with("roster: --oauth2-github-") && line.contains(complaint), "{line}");
        assert!(!line.contains("hunter2"), "{line}");
    }
}

#[tokio::test]
async fn the_client_secret_is_not_shown_in_the_help() {
    let mut command = roster(&["server", "--help"]);
    let help = command.env("ROSTER_OAUTH2_GITHUB_CLIENT_SECRET", "hunter2hunter2").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("ROSTER_OAUTH2_GITHUB_CLIENT_SECRET") && !help.contains("hunter2"), "{help}");
}
