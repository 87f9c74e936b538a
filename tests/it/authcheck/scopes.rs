//! What tokens may be narrowed to, and the words of the model in the document.

use roster::rbac::{Action, REQUESTABLE_SCOPES, Resource};
use serde_json::json;

use crate::support::{self, TestApp};

#[tokio::test]
async fn anybody_is_told_the_scopes_of_tokens() {
    let app = TestApp::new().await;
    let reply = app.client().get("/auth/scopes").await.expect(200);
    assert_eq!(reply.text, format!("{}\n", json!({ "external": REQUESTABLE_SCOPES.as_slice() })));
    let names = reply.json()["external"].as_array().unwrap().clone();
    assert_eq!(names.len(), 54);
    assert!(names.iter().is_sorted_by_key(|name| name.as_str().unwrap()));
    for left_out in ["all", "application_connect", "user:*", "user.*", "debug_info:read"] {
        assert!(!names.contains(&json!(left_out)), "{left_out}");
    }
    for there in ["coder:all", "coder:application_connect", "user:read", "workspace:ssh"] {
        assert!(names.contains(&json!(there)), "{there}");
    }
}

#[tokio::test]
async fn a_bad_key_does_not_matter_to_who_needs_none() {
    let app = TestApp::new().await;
    let plain = app.client().get("/auth/scopes").await.expect(200);
    let owner = app.owner().await;
    for client in [app.client().with_token("nonsense"), app.client().with_token(&owner.token)] {
        assert_eq!(client.get("/auth/scopes").await.expect(200).text, plain.text);
    }
}

fn documented(schema: &str) -> Vec<&'static str> {
    let values = support::document()["components"]["schemas"][schema]["enum"].as_array().unwrap();
    values.iter().map(|value| value.as_str().unwrap()).collect()
}

#[test]
fn the_documented_types_and_verbs_are_those_of_the_model() {
    let types: Vec<&str> = ["*"].into_iter().chain(Resource::ALL.iter().map(|kind| kind.as_str())).collect();
    assert_eq!(documented("codersdk.RBACResource"), types);
    let mut verbs: Vec<&str> = Action::ALL.iter().map(|verb| verb.as_str()).collect();
    verbs.sort_unstable();
    assert_eq!(documented("codersdk.RBACAction"), verbs);
}

#[test]
fn the_documented_scopes_are_those_of_the_model() {
    let verbs = |kind: &Resource| kind.actions().iter().map(|verb| verb.as_str()).chain(["*"]);
    let low_level =
        Resource::ALL.iter().flat_map(|kind| verbs(kind).map(|v| format!("{}:{v}", kind.as_str())));
    let special = REQUESTABLE_SCOPES.iter().filter(|name| name.starts_with("coder:"));
    let mut stored: Vec<String> = low_level.chain(special.map(|name| (*name).to_owned())).collect();
    stored.sort_unstable();
    assert_eq!(stored.len(), 222);
    let old = ["all", "application_connect"].into_iter();
    let wanted: Vec<&str> = old.chain(stored.iter().map(String::as_str)).collect();
    assert_eq!(documented("codersdk.APIKeyScope"), wanted);
}
