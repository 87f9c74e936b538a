//! GET /deployment/config.

use std::collections::BTreeSet;

use clap::CommandFactory;
use roster::config::Config;
use serde_json::json;

use crate::process::{Server, roster};
use crate::support::{TestApp, TestDatabase};

const SECRET: &str = "hunter2hunter2";

#[tokio::test]
async fn every_setting_of_the_running_server_is_shown_and_no_secret() {
    let database = TestDatabase::new().await;
    let mut command = roster(&["server", "--http-address", "127.0.0.1:0", "--database-url", &database.url]);
    command.args(["--session-duration", "12h", "--trusted-proxies", "10.0.0.0/8,::1"]);
    command.args(["--oauth2-github-client-id", "id", "--oauth2-github-allow-everyone"]);
    command.env("ROSTER_OAUTH2_GITHUB_CLIENT_SECRET", SECRET).env("ROSTER_API_RATE_LIMIT", "1000");
    let server = Server::from(&mut command).await;
    let owner = server.owner().await;
    let answer = owner.get("/deployment/config").await.expect(200);
    assert!(!answer.text.contains(SECRET), "{}", answer.text);
    let told = answer.json();
    let config = &told["config"];
    assert_eq!((&config["session_duration"], &config["api_rate_limit"]), (&json!("12h"), &json!("1000")));
    assert_eq!((&config["trusted_proxies"], &config["database_url"]), (&json!("10.0.0.0/8,::1"), &json!("")));

    let options = told["options"].as_array().unwrap();
    let option = |name: &str| options.iter().find(|option| option["name"] == name).unwrap();
    let wanted = json!({
        "annotations": {}, "default": "512",
        "description": "How many requests in a minute one user, or one address without a session, may send to one path; 0 for no limit",
        "env": "ROSTER_API_RATE_LIMIT", "flag": "api-rate-limit", "name": "api_rate_limit", "value": "1000",
        "value_source": "env",
    });
    assert_eq!(option("api_rate_limit"), &wanted);
    assert_eq!(option("session_duration")["value_source"], "flag");
    assert_eq!(option("oauth2_github_client_secret")["annotations"], json!({ "secret": "true" }));

    let mut definition = Config::command();
    definition.build();
    let flags = definition.find_subcommand("server").unwrap().get_arguments();
    let flags: BTreeSet<&str> =
        flags.filter_map(|flag| flag.get_long()).filter(|flag| *flag != "help").collect();
    let shown: BTreeSet<&str> = options.iter().filter_map(|option| option["flag"].as_str()).collect();
    assert_eq!(shown, flags);
}

#[tokio::test]
async fn only_those_who_look_after_the_deployment_see_it() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let auditor = app.user(&owner, "aud", &["auditor"]).await;
    let others = [app.user(&owner, "uma", &["user-admin"]).await, app.user(&owner, "bea", &[]).await];
    for caller in [&owner, &auditor] {
        caller.get("/deployment/config").await.expect(200);
    }
    for caller in &others {
        assert_eq!(caller.get("/deployment/config").await.expect(403).message(), "Forbidden.");
    }
    app.client().get("/deployment/config").await.expect(401);
}
