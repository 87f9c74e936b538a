//! The answers that differ, whole.

use reqwest::Method;
use roster::domain::entitlements::{Rules, Source};
use roster::domain::{Dialect, Feature, Settings};
use serde_json::{Value, json};

use super::{coder, speaking};
use crate::contract::walk::{Operation, operations};
use crate::contract::world::{ROLE, World, call};
use crate::support::{Actor, Mint, TestApp};

const ROLES: &str = "/organizations/default/members/roles";
const HOUR: i64 = 3_600_000_000_000;

fn gardener(display_name: &str) -> Value {
    let read = json!({ "action": "read", "negate": false, "resource_type": "template" });
    json!({ "name": ROLE, "display_name": display_name, "organization_permissions": [read] })
}

fn answered(app: &TestApp, display_name: &str) -> Value {
    let mut role = gardener(display_name);
    role["organization_id"] = json!(app.organization);
    for level in ["organization_member_permissions", "site_permissions", "user_permissions"] {
        role[level] = json!([]);
    }
    role
}

#[tokio::test]
async fn a_role_is_answered_as_it_is() {
    let app = coder().await;
    let owner = app.owner().await;
    let made = owner.post(ROLES, gardener("Gardener")).await.expect(200).json();
    assert_eq!(made, answered(&app, "Gardener"));
    let changed = owner.put(ROLES, gardener("Head gardener")).await.expect(200).json();
    assert_eq!(changed, answered(&app, "Head gardener"));
}

#[tokio::test]
async fn a_role_that_is_deleted_leaves_nothing_to_tell() {
    let app = coder().await;
    let owner = app.owner().await;
    for name in [ROLE, "rosarian"] {
        owner.post(ROLES, json!({ "name": name })).await.expect(200);
    }
    let answer = owner.delete(&format!("{ROLES}/{ROLE}")).await.expect(204);
    assert_eq!((answer.text.as_str(), answer.header("content-type")), ("", ""));
    let left = owner.get(ROLES).await.expect(200).json();
    let own: Vec<_> = left.as_array().unwrap().iter().filter(|role| role["built_in"] == false).collect();
    assert_eq!(own.iter().map(|role| &role["name"]).collect::<Vec<_>>(), ["rosarian"]);
}

#[tokio::test]
async fn a_page_of_members_is_an_object() {
    let app = coder().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &["auditor"]).await;
    roster::app::flush(&app.backend).await;
    let all = owner.get("/organizations/default/members").await.expect(200).json();
    let page = owner.get("/organizations/default/paginated-members").await.expect(200).json();
    assert_eq!(page, json!({ "count": 2, "members": all }));
    let one = owner.get("/organizations/default/paginated-members?offset=1&limit=1").await.expect(200).json();
    assert_eq!(one, json!({ "count": 2, "members": [all[1]] }));
    let none = owner.get("/organizations/default/paginated-members?q=zoe").await.expect(200).json();
    assert_eq!(none, json!({ "count": 0, "members": [] }));
}

#[tokio::test]
async fn the_roles_of_a_user_are_names() {
    let app = coder().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let here = app.organization;
    let organizations = json!({ "username": "bea", "roles": ["auditor"], "organization_ids": [here, acme] });
    let bea = app.user_from(&owner, organizations).await;
    let roles = json!({ "roles": ["organization-admin"] });
    owner.put(&format!("/organizations/{here}/members/bea/roles"), roles).await.expect(200);
    let all = json!({
        "roles": ["auditor"],
        "organization_roles": { here.to_string(): ["organization-admin"], acme.to_string(): [] },
    });
    for (caller, name) in [(&owner, "BEA"), (&bea, "me"), (&bea, "bea")] {
        assert_eq!(caller.get(&format!("/users/{name}/roles")).await.expect(200).json(), all, "{name}");
    }
    let own = owner.get("/users/me/roles").await.expect(200).json();
    assert_eq!(own, json!({ "roles": ["owner"], "organization_roles": { here.to_string(): [] } }));
}

#[tokio::test]
async fn a_membership_that_the_caller_may_not_see_is_not_there() {
    let app = coder().await;
    let owner = app.owner().await;
    let scopes = vec!["user:read", "user:read_personal"];
    let narrow = owner.with_token(&app.mint(owner.id, Mint { scopes, ..Mint::default() }).await);
    let told = narrow.get("/users/me/roles").await.expect(200).json();
    assert_eq!(told, json!({ "roles": ["owner"], "organization_roles": {} }));
    let only = vec![("user", owner.id.to_string()), ("organization_member", owner.id.to_string())];
    let narrow = owner.with_token(&app.mint(owner.id, Mint { allow_list: only, ..Mint::default() }).await);
    let told = narrow.get("/users/me/roles").await.expect(200).json();
    assert_eq!(told["organization_roles"], json!({ app.organization.to_string(): [] }));
}

/// A token of the owner that is narrowed to what is named in either form, by its id.
async fn narrowed(owner: &Actor, workspace: &str) -> String {
    let allow_list = json!([format!("workspace:{workspace}"), { "type": "api_key", "id": "*" }]);
    let body = json!({ "token_name": "trowel", "lifetime": HOUR, "allow_list": allow_list });
    let made = owner.post("/users/me/keys/tokens", body).await.expect(201).json();
    made["key"].as_str().unwrap().split('-').next().unwrap().to_owned()
}

#[tokio::test]
async fn what_a_key_may_touch_is_told_as_texts() {
    let app = coder().await;
    let owner = app.owner().await;
    let workspace = "7c6d5e0a-0000-4000-8000-000000000000";
    let id = narrowed(&owner, workspace).await;
    let mut key = json!({
        "allow_list": ["api_key:*", format!("workspace:{workspace}")],
        "created_at": "2026-05-20T00:00:00Z",
        "expires_at": "2026-05-20T01:00:00Z",
        "id": id,
        "last_used": "1970-01-01T00:00:00Z",
        "lifetime_seconds": 3600,
        "login_type": "token",
        "scope": "all",
        "scopes": ["coder:all"],
        "token_name": "trowel",
        "updated_at": "2026-05-20T00:00:00Z",
        "user_id": owner.id,
    });
    for path in ["/users/me/keys/tokens/trowel".to_owned(), format!("/users/me/keys/{id}")] {
        assert_eq!(owner.get(&path).await.expect(200).json(), key, "{path}");
    }
    key["username"] = json!("owner");
    assert_eq!(owner.get("/users/me/keys/tokens").await.expect(200).json(), json!([key]));
    let session = owner.token.split('-').next().unwrap();
    let session = owner.get(&format!("/users/me/keys/{session}")).await.expect(200).json();
    assert_eq!(session["allow_list"], json!(["*:*"]));
}

/// Requests of these operations that are refused.
fn refusals() -> Vec<(Method, &'static str, Option<Value>)> {
    let nobody = "/organizations/nobody/paginated-members";
    vec![
        (Method::POST, ROLES, Some(json!({ "name": "two words" }))),
        (Method::POST, ROLES, Some(json!({ "name": "organization-admin" }))),
        (Method::POST, ROLES, None),
        (Method::POST, "/organizations/nobody/members/roles", Some(json!({}))),
        (Method::PUT, ROLES, Some(json!({ "name": "unknown" }))),
        (Method::DELETE, "/organizations/default/members/roles/unknown", None),
        (Method::DELETE, "/organizations/default/members/roles/organization-admin", None),
        (Method::GET, nobody, None),
        (Method::GET, "/organizations/default/paginated-members?limit=x&after_id=y", None),
        (Method::GET, "/users/nobody/roles", None),
        (Method::GET, "/users/nobody/keys/tokens", None),
        (Method::GET, "/users/me/keys/tokens/unknown", None),
        (Method::GET, "/users/me/keys/unknown", None),
    ]
}

#[tokio::test]
async fn what_is_refused_is_refused_alike() {
    let (here, there) = (coder().await, TestApp::new().await);
    let (here, there) = (here.owner().await, there.owner().await);
    for (method, path, body) in refusals() {
        let body = body.map(|body| body.to_string());
        let (one, other) = (
            here.send(method.clone(), path, body.clone()).await,
            there.send(method.clone(), path, body.clone()).await,
        );
        assert!(one.status >= 400, "{method} {path}: {one:?}");
        assert_eq!((one.status, one.text), (other.status, other.text), "{method} {path} {body:?}");
        let stranger = here.with_token("0123456789-0123456789012345678901").send(method, path, body).await;
        assert_eq!(stranger.status, 401, "{stranger:?}");
    }
}

#[tokio::test]
async fn a_feature_that_is_switched_off_refuses_in_either_dialect() {
    let rules = || Ok(Rules { disabled: [Feature::CustomRoles].into(), ..Rules::default() });
    for dialect in [Dialect::Documented, Dialect::Coder] {
        let entitlements = Source::new(rules);
        let app = TestApp::with(Settings { entitlements, ..speaking(dialect) }).await;
        let owner = app.owner().await;
        let one = format!("{ROLES}/{ROLE}");
        for (method, path) in [(Method::POST, ROLES), (Method::PUT, ROLES), (Method::DELETE, &one)] {
            let told =
                owner.send(method.clone(), path, Some(gardener("Gardener").to_string())).await.expect(403);
            let words = "Custom Roles is not enabled on this deployment.";
            assert_eq!(told.json(), json!({ "message": words }), "{method} {dialect:?}");
        }
    }
}

#[tokio::test]
async fn every_operation_that_reads_answers_in_the_words_of_its_document() {
    let here = World::on(coder().await).await;
    let there = World::on(TestApp::with(speaking(Dialect::Documented)).await).await;
    let reads = |operation: &Operation| operation.method == Method::GET;
    for operation in operations().into_iter().filter(reads) {
        let one = call(&here.owner, &operation, &here.path(&operation)).await;
        let other = call(&there.owner, &operation, &there.path(&operation)).await;
        assert_eq!(one.status, other.status, "{operation:?}: {one:?}");
    }
}
