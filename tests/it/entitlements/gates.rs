//! What a feature that is switched off refuses (case 14; members.md 2).

use reqwest::Method;
use roster::domain::Feature;
use serde_json::{Value, json};

use super::*;
use crate::support::Reply;

fn without(feature: Feature) -> Rules {
    Rules { disabled: [feature].into(), ..Rules::default() }
}

/// Calls all of these as the owner and as nobody: the former is told that it is switched off, the latter to log in.
async fn refused(app: &TestApp, calls: &[(Method, &str, Value)], words: &str) {
    let owner = app.owner().await;
    for (method, path, body) in calls {
        let told: Reply = owner.send(method.clone(), path, Some(body.to_string())).await;
        let wanted = json!({ "message": format!("{words} is not enabled on this deployment.") });
        assert_eq!(told.expect(403).json(), wanted, "{method} {path}");
        app.client().send(method.clone(), path, Some(body.to_string())).await.expect(401);
    }
}

#[tokio::test]
async fn custom_roles_are_not_written_before_anything_else_is_looked_at() {
    let (app, rules) = narrowed(without(Feature::CustomRoles)).await;
    let roles = "/organizations/default/members/roles";
    let calls = [
        (Method::POST, roles, json!({ "name": "gardener" })),
        (Method::POST, "/organizations/nowhere/members/roles", json!("nonsense")),
        (Method::PUT, roles, json!({ "name": "gardener" })),
        (Method::DELETE, "/organizations/default/members/roles/gardener", json!({})),
    ];
    refused(&app, &calls, "Custom Roles").await;
    // Seeing and holding them goes on; switched on again, so does writing.
    let login = json!({ "email": "owner@example.com", "password": support::PASSWORD });
    let session = app.client().post("/users/login", login).await.expect(201).json();
    let owner = app.client().with_token(session["session_token"].as_str().unwrap());
    owner.get(roles).await.expect(200);
    *rules.lock().unwrap() = Rules::default();
    roster::app::refresh_entitlements(&app.backend).await;
    owner.post(roles, json!({ "name": "gardener" })).await.expect(200);
}

#[tokio::test]
async fn organizations_are_not_written() {
    let (app, _) = narrowed(without(Feature::MultipleOrganizations)).await;
    let calls = [
        (Method::POST, "/organizations", json!({ "name": "acme" })),
        (Method::PATCH, "/organizations/default", json!({ "description": "x" })),
        (Method::DELETE, "/organizations/default", json!({})),
    ];
    refused(&app, &calls, "Multiple Organizations").await;
}

#[tokio::test]
async fn no_service_account_is_made_and_other_users_are() {
    let (app, _) = narrowed(without(Feature::ServiceAccounts)).await;
    let account = |name: &str, service: bool| {
        let email = if service { String::new() } else { format!("{name}@example.com") };
        json!({
            "username": name, "email": email, "login_type": "none", "service_account": service,
            "organization_ids": [app.organization],
        })
    };
    refused(&app, &[(Method::POST, "/users", account("bot", true))], "Service Accounts").await;
    let login = json!({ "email": "owner@example.com", "password": support::PASSWORD });
    let session = app.client().post("/users/login", login).await.expect(201).json();
    let owner = app.client().with_token(session["session_token"].as_str().unwrap());
    owner.post("/users", account("bea", false)).await.expect(201);
    // What is wrong with the request itself is told first (users.md 3.2).
    let mut wrong = account("bot", true);
    wrong["login_type"] = "password".into();
    let told = owner.post("/users", wrong).await.expect(400);
    assert_eq!(told.message(), "Service accounts must use login type 'none'.");
}
