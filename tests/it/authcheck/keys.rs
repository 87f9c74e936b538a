//! What a narrow key leaves of the answers.

use roster::rbac::Resource;
use serde_json::{Map, Value, json};

use super::{allowed, check};
use crate::support::{Actor, Client, Mint, TestApp};

async fn narrow(app: &TestApp, of: &Actor, mint: Mint) -> Client {
    app.client().with_token(&app.mint(of.id, mint).await)
}

async fn scoped(app: &TestApp, of: &Actor, scopes: &[&'static str]) -> Client {
    narrow(app, of, Mint { scopes: scopes.to_vec(), ..Mint::default() }).await
}

/// Every pair of type and verb that is allowed on one's own things in the default organization or outside of it.
async fn all_allowed(app: &TestApp, client: &Client) -> Vec<String> {
    let places = [
        json!({}),
        json!({ "owner_id": "me" }),
        json!({ "owner_id": "me", "organization_id": app.organization }),
    ];
    let mut found = Vec::new();
    for (n, place) in places.iter().enumerate() {
        let mut checks = Map::new();
        for kind in Resource::ALL {
            for verb in kind.actions() {
                let mut object = place.clone();
                object["resource_type"] = json!(kind.as_str());
                checks.insert(
                    format!("{}:{} {n}", kind.as_str(), verb.as_str()),
                    check(verb.as_str(), &object),
                );
            }
        }
        let answers = client.post("/authcheck", json!({ "checks": checks })).await.expect(200).json();
        let yes = answers.as_object().unwrap().iter().filter(|(_, answer)| **answer == Value::Bool(true));
        found.extend(yes.map(|(key, _)| key.clone()));
    }
    found
}

#[tokio::test]
async fn a_key_for_applications_is_for_nothing_else() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let scope = ["coder:application_connect"];
    let everywhere = [0, 1, 2].map(|n| format!("workspace:application_connect {n}"));
    assert_eq!(all_allowed(&app, &scoped(&app, &owner, &scope).await).await, everywhere);
    assert_eq!(all_allowed(&app, &scoped(&app, &bea, &scope).await).await, everywhere[2..]);
}

#[tokio::test]
async fn a_key_that_reads_users_does_nothing_else() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    assert_eq!(all_allowed(&app, &scoped(&app, &bea, &["user:read"]).await).await, ["user:read 1"]);
    let by_owner = scoped(&app, &owner, &["user:read"]).await;
    assert_eq!(all_allowed(&app, &by_owner).await, ["user:read 0", "user:read 1", "user:read 2"]);
}

#[tokio::test]
async fn a_scope_for_every_verb_takes_verbs_that_are_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let template = json!({ "resource_type": "template" });
    assert!(allowed(&scoped(&app, &owner, &["template:*"]).await, "banana", &template).await);
    assert!(!allowed(&scoped(&app, &owner, &["template:read"]).await, "banana", &template).await);
}

#[tokio::test]
async fn an_allow_list_leaves_what_it_names() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let listing = |id: String| Mint { allow_list: vec![("user", id)], ..Mint::default() };
    let just_bea = narrow(&app, &owner, listing(bea.id.to_string())).await;
    let any_user = narrow(&app, &owner, listing("*".to_owned())).await;
    let table = [
        (json!({ "resource_type": "user", "resource_id": bea.id }), true, true),
        (json!({ "resource_type": "user", "resource_id": owner.id }), false, true),
        (json!({ "resource_type": "user" }), false, true),
        (json!({ "resource_type": "user", "owner_id": bea.id }), false, true),
        (json!({ "resource_type": "template" }), false, false),
    ];
    for (object, one, any) in table {
        let answers =
            (allowed(&just_bea, "update", &object).await, allowed(&any_user, "update", &object).await);
        assert_eq!(answers, (one, any), "{object}");
    }
}

#[tokio::test]
async fn a_stored_user_is_loaded_with_the_rights_of_the_key() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let object = json!({ "resource_type": "user", "resource_id": bea.id });
    assert!(!allowed(&scoped(&app, &owner, &["user:update"]).await, "update", &object).await);
    assert!(allowed(&scoped(&app, &owner, &["user:update", "user:read"]).await, "update", &object).await);
}

#[tokio::test]
async fn who_is_suspended_is_told_nothing() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    app.set_user(bea.id, entity::users::Column::Status, "suspended").await;
    bea.post("/authcheck", json!({})).await.expect(401);
    super::explain(&bea, &json!({})).await.expect(401);
}
