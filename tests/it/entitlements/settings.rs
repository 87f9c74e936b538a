//! Where the entitlements come from: flags and the settings file, which is read again when the process is told to.

use std::fs;

use serde_json::Value;

use crate::process::{Child, Server, roster, until};
use crate::support::TestDatabase;

async fn feature(server: &Server, name: &str) -> Value {
    server.client().get("/entitlements").await.expect(200).json()["features"][name].clone()
}

#[tokio::test]
async fn the_file_is_read_again_on_a_hangup_and_nonsense_in_it_changes_nothing() {
    let (database, folder) = (TestDatabase::new().await, tempfile::tempdir().unwrap());
    let file = folder.path().join("roster.toml");
    fs::write(&file, "[entitlements]\ndisable = [\"custom_roles\"]\nuser_limit = 9\n").unwrap();
    let flags = ["--settings-file", file.to_str().unwrap(), "--ai-governance-user-limit", "4"];
    let server = Server::start_with(&database.url, &flags).await;
    let owner = server.owner().await;
    let role = serde_json::json!({ "name": "gardener" });
    let roles = "/organizations/default/members/roles";
    owner.post(roles, role.clone()).await.expect(403);
    assert_eq!(feature(&server, "user_limit").await["limit"], 9);
    assert_eq!(feature(&server, "ai_governance_user_limit").await["limit"], 4);

    fs::write(&file, "[entitlements]\nuser_limit = 10\n").unwrap();
    server.signal("HUP");
    until("the new limit", async || feature(&server, "user_limit").await["limit"] == 10).await;
    owner.post(roles, role).await.expect(200);

    fs::write(&file, "[entitlements]\nuser_limit = \"many\"\n").unwrap();
    server.signal("HUP");
    until("the complaint", async || server.err().contains("stay as they were")).await;
    assert_eq!(feature(&server, "user_limit").await["limit"], 10);
}

#[tokio::test]
async fn a_feature_that_nobody_knows_is_refused_at_the_start() {
    let database = TestDatabase::new().await;
    let mut command = roster(&["server", "--http-address", "127.0.0.1:0", "--database-url", &database.url]);
    let ended =
        Child::spawn(command.args(["--disable-features", "audit_log,coffee"])).ended().await.expect(1);
    let line = ended.complaint();
    assert!(
        line.contains("--disable-features (ROSTER_DISABLE_FEATURES)") && line.contains("\"coffee\""),
        "{line}"
    );
    assert!(line.contains("custom_roles"), "{line}");
}

#[tokio::test]
async fn the_command_shows_what_a_server_would_say() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    server.owner().await;
    drop(server);
    let mut command = roster(&["entitlements", "show", "--database-url", &database.url]);
    command.args(["--disable-features", "audit_log", "--user-limit", "1", "--ai-governance-user-limit", "5"]);
    let shown = Child::spawn(&mut command).ended().await.expect(0).out;
    let row = |name: &str| {
        let line = shown.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
        line.split_whitespace().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    // Whoever was not seen yet is active as the first user.
    assert_eq!(row("user_limit"), ["entitled", "true", "1", "1"]);
    assert_eq!(row("ai_governance_user_limit"), ["entitled", "true", "0", "5"]);
    assert_eq!(row("audit_log"), ["not_entitled", "false", "-", "-"]);
    assert_eq!(row("browser_only"), ["entitled", "false", "-", "-"]);
    assert_eq!(shown.lines().count(), 28);

    let mut command = roster(&["entitlements", "show", "--settings-file", "/nowhere/at/all.toml"]);
    let refused = Child::spawn(command.args(["--database-url", &database.url])).ended().await.expect(1);
    assert!(refused.complaint().contains("--settings-file (ROSTER_SETTINGS_FILE)"), "{refused:?}");
}
