//! What clients ask when they start (neighbours.md 1, 2 and 5; cases 1, 4 and 18).

use reqwest::Method;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn there_are_no_experiments_for_those_with_a_key() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let member = app.user(&owner, "bea", &[]).await;
    assert_eq!(member.get("/experiments").await.expect(200).json(), json!([]));
    assert_eq!(member.get("/experiments/available").await.expect(200).json(), json!({ "safe": [] }));
    for path in ["/experiments", "/experiments/available"] {
        app.client().get(path).await.expect(401);
    }
}

#[tokio::test]
async fn the_release_is_current_to_anybody() {
    let app = TestApp::new().await;
    let told = app.client().get("/updatecheck").await.expect(200).json();
    assert_eq!(told, json!({ "current": true, "url": "", "version": "v2.34.0" }));
}

#[tokio::test]
async fn the_deployment_looks_as_it_comes() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let member = app.user(&owner, "bea", &[]).await;
    let told = member.get("/appearance").await.expect(200).json();
    let wanted = json!({
        "announcement_banners": [], "application_name": "", "docs_url": "http://roster.test/swagger/", "logo_url": "",
        "service_banner": { "background_color": "", "enabled": false, "message": "" }, "support_links": [],
    });
    assert_eq!(told, wanted);
    app.client().get("/appearance").await.expect(401);
}

#[tokio::test]
async fn hosts_go_by_the_usual_names() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let member = app.user(&owner, "bea", &[]).await;
    let told = member.get("/deployment/ssh").await.expect(200).json();
    let wanted = json!({ "hostname_prefix": "coder.", "hostname_suffix": "coder", "ssh_config_options": {} });
    assert_eq!(told, wanted);
    app.client().get("/deployment/ssh").await.expect(401);
}

/// Clients compare it at their start, whatever they are answered and wherever they ask.
#[tokio::test]
async fn the_version_is_told_with_every_answer() {
    let app = TestApp::new().await;
    let client = app.client();
    let ask = async |path: &str| client.finish(client.request(Method::GET, path)).await;
    for path in
        ["/login", "/cli-auth", "/login/device", "/nothing", "/api/v2/entitlements", "/api/v2/users/me", "/"]
    {
        let answer = ask(path).await;
        assert_eq!(answer.header("x-coder-build-version"), "v2.34.0", "{path}: {answer:?}");
    }
    let fresh = client.get("/users/first").await.expect(404);
    assert_eq!(fresh.header("x-coder-build-version"), "v2.34.0");
}

#[tokio::test]
async fn an_editor_finds_what_it_reads_at_its_start() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let version =
        app.client().get("/buildinfo").await.expect(200).json()["version"].as_str().unwrap().to_owned();
    let numbers: Vec<u32> =
        version.strip_prefix('v').unwrap().split('.').map(|n| n.parse().unwrap()).collect();
    assert_eq!(numbers.len(), 3);
    let me = owner.get("/users/me").await.expect(200).json();
    assert_eq!((&me["username"], &me["roles"][0]["name"]), (&json!("owner"), &json!("owner")));
    let refused =
        app.client().with_token("0123456789-0123456789012345678901").get("/users/me").await.expect(401);
    assert_eq!(refused.header("content-type"), "application/json; charset=utf-8");
    assert!(!refused.message().is_empty());
}
