//! GET /entitlements (cases 10, 12 and 14).

use roster::domain::Feature;
use serde_json::{Value, json};

use super::*;

/// What Roster has of what can be named.
const BUILT: [&str; 11] = [
    "ai_governance_user_limit",
    "audit_log",
    "connection_log",
    "custom_roles",
    "high_availability",
    "multiple_organizations",
    "scim",
    "service_accounts",
    "template_rbac",
    "user_limit",
    "user_role_management",
];

const NAMES: [&str; 27] = [
    "user_limit",
    "audit_log",
    "connection_log",
    "browser_only",
    "scim",
    "template_rbac",
    "high_availability",
    "multiple_external_auth",
    "external_provisioner_daemons",
    "appearance",
    "advanced_template_scheduling",
    "workspace_proxy",
    "user_role_management",
    "external_token_encryption",
    "workspace_batch_actions",
    "task_batch_actions",
    "access_control",
    "control_shared_ports",
    "custom_roles",
    "multiple_organizations",
    "workspace_prebuilds",
    "managed_agent_limit",
    "workspace_external_agent",
    "aibridge",
    "boundary",
    "service_accounts",
    "ai_governance_user_limit",
];

/// The whole answer of a server with these numbers of users and seats, and nothing switched off.
fn unlimited(users: u64, seats: u64) -> Value {
    let feature = |name: &&str| {
        let mut of = json!({ "enabled": BUILT.contains(name), "entitlement": "entitled" });
        match *name {
            "user_limit" => of["actual"] = users.into(),
            "ai_governance_user_limit" => of["actual"] = seats.into(),
            _ => {}
        }
        ((*name).to_owned(), of)
    };
    json!({
        "errors": [], "features": Value::from_iter(NAMES.iter().map(feature)), "has_license": true,
        "refreshed_at": "2026-05-20T00:00:00Z", "require_telemetry": false, "trial": false, "warnings": [],
    })
}

#[tokio::test]
async fn everything_is_entitled_when_nothing_is_said() {
    let app = TestApp::new().await;
    assert_eq!(app.client().get("/entitlements").await.expect(200).json(), unlimited(0, 0));
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    for client in [&app.client(), &*owner, &app.client().with_token("nonsense")] {
        assert_eq!(client.get("/entitlements").await.expect(200).json(), unlimited(2, 0));
    }
}

#[tokio::test]
async fn the_numbers_are_those_of_the_moment() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let actual = async || {
        let told = owner.get("/entitlements").await.expect(200).json();
        let of = |name: &str| told["features"][name]["actual"].as_u64().unwrap();
        (of("user_limit"), of("ai_governance_user_limit"))
    };
    assert_eq!(actual().await, (2, 0));
    let used = json!({ "user": "bea", "event_type": "task" }).to_string();
    let request = owner.request(reqwest::Method::POST, "/api/experimental/ai-seats/usage");
    owner.finish(request.body(used)).await.expect(204);
    assert_eq!(actual().await, (2, 1));
    owner.put_empty("/users/bea/status/suspend").await.expect(200);
    assert_eq!(actual().await, (1, 0));
    owner.put_empty("/users/bea/status/activate").await.expect(200);
    owner.delete("/users/bea").await.expect(200);
    assert_eq!(actual().await, (1, 0));
}

#[tokio::test]
async fn what_is_switched_off_is_neither_entitled_nor_enabled() {
    let all = Rules {
        disabled: Feature::ALL.iter().copied().collect(),
        user_limit: Some(5),
        ai_governance_user_limit: Some(5),
    };
    let (app, _) = narrowed(all).await;
    let told = app.client().get("/entitlements").await.expect(200).json();
    for name in NAMES {
        let mut wanted = json!({ "enabled": false, "entitlement": "not_entitled" });
        if ["user_limit", "ai_governance_user_limit"].contains(&name) {
            wanted["actual"] = 0.into();
        }
        assert_eq!(told["features"][name], wanted, "{name}");
    }
}

#[tokio::test]
async fn limits_are_told_and_refuse_nothing() {
    let rules = Rules { user_limit: Some(1), ai_governance_user_limit: Some(1), ..Rules::default() };
    let (app, _) = narrowed(rules).await;
    let owner = app.owner().await;
    for name in ["bea", "cy"] {
        app.user(&owner, name, &[]).await;
        let used = json!({ "user": name, "event_type": "task" }).to_string();
        let request = owner.request(reqwest::Method::POST, "/api/experimental/ai-seats/usage");
        owner.finish(request.body(used)).await.expect(204);
    }
    let told = owner.get("/entitlements").await.expect(200).json();
    let limited =
        |actual: u64| json!({ "actual": actual, "enabled": true, "entitlement": "entitled", "limit": 1 });
    assert_eq!(told["features"]["user_limit"], limited(3));
    assert_eq!(told["features"]["ai_governance_user_limit"], limited(2));
    let warnings = [
        "Your deployment has 3 active users but is only licensed for 1.",
        "Your organization is using 2 of 1 AI Governance add-on seats (1 over the limit).",
    ];
    assert_eq!((&told["warnings"], &told["errors"]), (&json!(warnings), &json!([])));
}

#[tokio::test]
async fn rules_that_cannot_be_read_any_more_stay_as_they_were() {
    let readable = Arc::new(Mutex::new(true));
    let read = readable.clone();
    let rules = Rules { disabled: [Feature::CustomRoles].into(), ..Rules::default() };
    let read = move || if *read.lock().unwrap() { Ok(rules.clone()) } else { Err("gone".to_owned()) };
    let entitlements = Source::new(read);
    let app = TestApp::with(Settings { entitlements, ..support::settings() }).await;
    *readable.lock().unwrap() = false;
    roster::app::refresh_entitlements(&app.backend).await;
    assert!(!app.backend.is_enabled(Feature::CustomRoles) && app.backend.is_enabled(Feature::AuditLog));
}

#[tokio::test]
async fn provisioning_needs_its_secret() {
    let app = TestApp::with(Settings { scim_secret: None, ..support::settings() }).await;
    for _ in 0..2 {
        let told = app.client().get("/entitlements").await.expect(200).json();
        assert_eq!(told["features"]["scim"], json!({ "enabled": false, "entitlement": "entitled" }));
        roster::app::refresh_entitlements(&app.backend).await;
    }
}
