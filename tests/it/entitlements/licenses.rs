//! /licenses (ai-seats.md 6 and "Roster decides", case 16).

use chrono::TimeDelta;
use serde_json::json;

use super::*;

const REFRESH: &str = "/licenses/refresh-entitlements";

#[tokio::test]
async fn there_are_no_licenses_and_none_is_taken() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let member = app.user(&owner, "bea", &[]).await;
    for caller in [&owner, &member] {
        assert_eq!(caller.get("/licenses").await.expect(200).json(), json!([]));
    }
    let refused = owner.post("/licenses", json!({ "license": "a.b.c" })).await.expect(400);
    assert_eq!(refused.message(), "Invalid license");
    assert!(refused.detail().contains("--settings-file (ROSTER_SETTINGS_FILE)"), "{}", refused.text);
    assert_eq!(owner.delete("/licenses/1").await.expect(404).message(), "Unknown license ID");
    for odd in ["one", "1.5", "2147483648"] {
        let refused = owner.delete(&format!("/licenses/{odd}")).await.expect(404);
        assert_eq!(refused.message(), "License ID must be an integer");
    }
}

#[tokio::test]
async fn others_than_the_owner_are_refused() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for role in ["user-admin", "auditor", "template-admin"] {
        let caller = app.user(&owner, &format!("a-{role}"), &[role]).await;
        caller.post("/licenses", json!({ "license": "x" })).await.expect(403);
        caller.delete("/licenses/1").await.expect(403);
        caller.delete("/licenses/x").await.expect(403);
        caller.post_empty(REFRESH).await.expect(403);
    }
}

#[tokio::test]
async fn entitlements_are_read_again_by_request_once_a_minute() {
    let (app, rules) = narrowed(Rules::default()).await;
    let owner = app.owner().await;
    let limit = async || {
        let told = owner.get("/entitlements").await.expect(200).json();
        told["features"]["user_limit"]["limit"].as_u64()
    };
    rules.lock().unwrap().user_limit = Some(7);
    assert_eq!(limit().await, None);
    let done = owner.post_empty(REFRESH).await.expect(201);
    assert_eq!(done.json(), json!({ "message": "Entitlements updated" }));
    assert_eq!(limit().await, Some(7));

    rules.lock().unwrap().user_limit = Some(8);
    app.clock.advance(TimeDelta::milliseconds(17_500));
    let refused = owner.post_empty(REFRESH).await.expect(400);
    let text = "Entitlements already recently refreshed, please wait 43 seconds to force a new refresh";
    assert_eq!((refused.message().as_str(), refused.header("retry-after")), (text, "43"));
    assert_eq!(limit().await, Some(7));
    app.clock.advance(TimeDelta::milliseconds(42_500));
    owner.post_empty(REFRESH).await.expect(201);
    assert_eq!(limit().await, Some(8));
}
