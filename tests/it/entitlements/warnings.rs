//! The header with warnings (case 13).

use super::*;
use crate::support::{Client, Mint, Reply};

const HEADER: &str = "x-coder-entitlements-warning";

fn told(reply: &Reply) -> Vec<&str> {
    reply.headers.get_all(HEADER).iter().map(|value| value.to_str().unwrap()).collect()
}

async fn hears(client: &Client, path: &str, status: u16) -> bool {
    let reply = client.get(path).await.expect(status);
    let texts = told(&reply);
    assert!(texts.is_empty() || texts == [WARNING], "{texts:?}");
    !texts.is_empty()
}

const WARNING: &str = "Your deployment has 5 active users but is only licensed for 2.";

#[tokio::test]
async fn those_who_look_after_the_deployment_are_warned_with_every_answer() {
    let (app, _) = narrowed(Rules { user_limit: Some(2), ..Rules::default() }).await;
    let owner = app.owner().await;
    let auditor = app.user(&owner, "aud", &["auditor"]).await;
    let user_admin = app.user(&owner, "uma", &["user-admin"]).await;
    let member = app.user(&owner, "bea", &[]).await;
    app.user(&owner, "cy", &[]).await;
    assert!(!hears(&owner, "/users/me", 200).await, "nobody has counted yet");
    app.client().get("/entitlements").await.expect(200);
    for caller in [&owner, &auditor] {
        assert!(hears(caller, "/users/me", 200).await);
        assert!(hears(caller, "/users/nobody", 404).await);
        assert!(hears(caller, "/no/such/path", 404).await);
    }
    for caller in [&user_admin, &member] {
        assert!(!hears(caller, "/users/me", 200).await);
        assert!(!hears(caller, "/licenses", 200).await);
    }
    assert!(!hears(&app.client(), "/entitlements", 200).await);
    // A key that may less is told less.
    let narrow = app.mint(owner.id, Mint { scopes: vec!["user:read"], ..Mint::default() }).await;
    assert!(!hears(&app.client().with_token(&narrow), "/users/me", 200).await);
}

#[tokio::test]
async fn each_warning_is_a_header_and_they_end_with_their_reason() {
    let limits = Rules { user_limit: Some(1), ai_governance_user_limit: Some(1), ..Rules::default() };
    let (app, rules) = narrowed(limits).await;
    let owner = app.owner().await;
    let body = serde_json::json!({ "user": "me", "event_type": "task" }).to_string();
    let request = owner.request(reqwest::Method::POST, "/api/experimental/ai-seats/usage");
    owner.finish(request.body(body)).await.expect(204);
    app.user(&owner, "bea", &[]).await;
    owner.get("/entitlements").await.expect(200);
    let reply = owner.get("/users/me").await.expect(200);
    let wanted = [
        "Your deployment has 2 active users but is only licensed for 1.",
        "You have used 100% of your AI Governance add-on seats.",
    ];
    assert_eq!(told(&reply), wanted);
    *rules.lock().unwrap() = Rules::default();
    roster::app::refresh_entitlements(&app.backend).await;
    assert!(told(&owner.get("/users/me").await.expect(200)).is_empty());
}
