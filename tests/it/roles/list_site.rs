//! `GET /users/roles` (members.md 7.2).

use serde_json::{Value, json};

use super::{forbidden, line, names, narrowed};
use crate::support::{Client, TestApp};

async fn list(caller: &Client) -> Value {
    caller.get("/users/roles").await.expect(200).json()
}

#[tokio::test]
async fn there_are_four_and_the_implied_one_is_not_listed() {
    let app = TestApp::new().await;
    let list = list(&app.owner().await.client).await;
    assert_eq!(names(&list), ["owner", "auditor", "template-admin", "user-admin"]);
    for role in list.as_array().unwrap() {
        assert_eq!((&role["built_in"], &role["organization_id"]), (&json!(true), &Value::Null), "{role}");
        assert_eq!(role["organization_permissions"], json!([]), "{role}");
        assert_eq!(role["organization_member_permissions"], json!([]), "{role}");
        assert_eq!(role["user_permissions"], json!([]), "{role}");
    }
}

#[tokio::test]
async fn a_role_is_told_with_all_its_lines() {
    let app = TestApp::new().await;
    let auditor = list(&app.owner().await.client).await[1].clone();
    let lines = [
        ("assign_org_role", "read"),
        ("audit_log", "read"),
        ("connection_log", "read"),
        ("template", "read"),
        ("template", "view_insights"),
        ("user", "read"),
        ("group", "read"),
        ("group_member", "read"),
        ("organization", "read"),
        ("organization_member", "read"),
        ("deployment_stats", "read"),
        ("deployment_config", "read"),
        ("aibridge_interception", "read"),
    ];
    let expected = json!({
        "name": "auditor", "display_name": "Auditor", "assignable": true, "built_in": true,
        "site_permissions": lines.map(|(kind, action)| line(kind, action)),
        "user_permissions": [], "organization_permissions": [], "organization_member_permissions": [],
    });
    assert_eq!(auditor, expected);
}

#[tokio::test]
async fn only_owners_may_grant_any() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let may =
        |list: Value| list.as_array().unwrap().iter().map(|r| r["assignable"] == true).collect::<Vec<_>>();
    assert_eq!(may(list(&owner).await), [true; 4]);
    for role in ["user-admin", "auditor", "template-admin"] {
        let caller = app.user(&owner, role, &[role]).await;
        assert_eq!(may(list(&caller).await), [false; 4], "{role}");
    }
    let plain = app.user(&owner, "plain", &[]).await;
    assert_eq!(may(list(&plain).await), [false; 4]);
}

#[tokio::test]
async fn a_key_without_the_scope_is_refused() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for scope in ["user:read", "assign_role:assign", "assign_org_role:read", "coder:application_connect"] {
        forbidden(narrowed(&app, &owner, &[scope]).await.get("/users/roles").await);
    }
    assert_eq!(list(&narrowed(&app, &owner, &["assign_role:read"]).await).await, list(&owner).await);
}
