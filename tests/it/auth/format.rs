//! What is wrong with a key, told in the contract's words, with the challenge.

use reqwest::Method;
use roster_openapi::scim;
use sea_orm::EntityTrait;
use serde_json::Value;

use super::helpers::{NOT_FOUND, SIGNED_OUT, parts, served};
use crate::support::{TestApp, document};

const NO_KEY: &str = "Cookie \"coder_session_token\" or query parameter must be provided.";
const SECRET: &str = "0123456789012345678901";

fn challenge(description: &str) -> String {
    let metadata = "http://roster.test/.well-known/oauth-protected-resource";
    format!(
        "Bearer realm=\"coder\", error=\"invalid_token\", error_description=\"{description}\", \
         resource_metadata=\"{metadata}\""
    )
}

/// The documented operations that no one may call without a key (directories have a secret instead), with a word for each parameter of their paths.
fn closed_operations() -> Vec<(Method, String)> {
    let mut found = Vec::new();
    for (path, operations) in document()["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let schemes = operation["security"].as_array().cloned().unwrap_or_default();
            let open = schemes.is_empty() || schemes.contains(&Value::Object(Default::default()));
            if !open && !scim::is_below(path) {
                found.push((method.to_uppercase().parse().unwrap(), filled(path)));
            }
        }
    }
    found
}

fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "nobody" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn no_closed_operation_answers_without_a_key() {
    let app = TestApp::new().await;
    let operations = closed_operations();
    assert!(operations.len() > 10, "{operations:?}");
    for (method, path) in operations {
        let client = app.client();
        let refused = client.finish(client.request(method, &path)).await.expect(401);
        assert_eq!((refused.message().as_str(), refused.detail().as_str()), (SIGNED_OUT, NO_KEY));
        assert_eq!(refused.header("www-authenticate"), challenge("The access token has expired"));
    }
}

/// As when somebody takes the key back while a request with it waits for its turn: here the database is told behind the
/// server's back, which still remembers the key.
#[tokio::test]
async fn a_key_that_ends_under_way_is_challenged_too() {
    let (app, _, bea) = served().await;
    bea.get("/users/me").await.expect(200);
    let (id, _) = parts(&bea.token);
    entity::api_keys::Entity::delete_by_id(id).exec(&app.db).await.unwrap();
    let refused = bea.post_empty("/users/me/keys").await.expect(401);
    assert_eq!((refused.message().as_str(), refused.detail().as_str()), (SIGNED_OUT, "API key is invalid."));
    let begins =
        "Bearer realm=\"coder\", error=\"invalid_token\", error_description=\"The access token has expired\"";
    assert!(refused.header("www-authenticate").starts_with(begins), "{refused:?}");
}

#[tokio::test]
async fn whether_somebody_exists_is_told_only_to_those_with_a_key() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.client().get("/users/nobody").await.expect(401);
    app.client().get("/users/owner").await.expect(401);
    assert_eq!(owner.get("/users/nobody").await.expect(404).message(), NOT_FOUND);
}

#[tokio::test]
async fn a_malformed_key_is_told_what_is_wrong_with_it() {
    let app = TestApp::new().await;
    let cases = [
        ("abc".to_owned(), "incorrect amount of API key parts, expected 2 got 1"),
        (format!("0123456789-{SECRET}-x"), "incorrect amount of API key parts, expected 2 got 3"),
        (format!("short-{SECRET}"), "invalid API key ID length, expected 10 got 5"),
        ("0123456789-short".to_owned(), "invalid API key secret length, expected 22 got 5"),
        ("-".to_owned(), "invalid API key ID length, expected 10 got 0"),
    ];
    for (key, wrong) in cases {
        let refused = app.client().with_token(&key).get("/users/me").await.expect(401);
        assert_eq!(refused.message(), SIGNED_OUT, "{key}");
        assert_eq!(refused.detail(), format!("Invalid API key format: {wrong}"), "{key}");
    }
}

#[tokio::test]
async fn an_unknown_key_and_a_wrong_secret_are_told_apart() {
    let (app, _, bea) = served().await;
    let (id, secret) = parts(&bea.token);
    let detail = async |key: String| {
        let refused = app.client().with_token(&key).get("/users/me").await.expect(401);
        assert_eq!(refused.message(), SIGNED_OUT);
        refused.detail()
    };
    assert_eq!(detail(format!("0123456789-{secret}")).await, "API key is invalid.");
    assert_eq!(detail(format!("{id}-{SECRET}")).await, "API key secret is invalid.");
    assert_eq!(detail(format!("{id}-{}", secret.to_lowercase())).await, "API key secret is invalid.");
    assert_eq!(detail(format!("{}-{secret}", swapped_case(id))).await, "API key is invalid.");
}

fn swapped_case(text: &str) -> String {
    let swapped = |c: char| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    text.chars().map(swapped).collect()
}

#[tokio::test]
async fn odd_bytes_in_a_key_are_just_an_unknown_key() {
    let app = TestApp::new().await;
    // A NUL reads as three bytes of a replacement, as bytes that are no text do.
    let nul = "%00%00%00a";
    for id in [nul, "%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9", "'OR'1'='1x", "%25%25%25%25%25%25%25%25%25%25"] {
        let path = format!("/users/me?coder_session_token={id}-{SECRET}");
        let refused = app.client().get(&path).await.expect(401);
        assert_eq!(refused.detail(), "API key is invalid.", "{id}");
    }
}

#[tokio::test]
async fn an_unknown_route_needs_no_key() {
    let app = TestApp::new().await;
    assert_eq!(app.client().get("/nothing/here").await.expect(404).message(), "Route not found.");
}
