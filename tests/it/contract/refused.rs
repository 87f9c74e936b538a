//! Who shows no good key is refused everywhere, before anything else about the request is looked at.

use chrono::TimeDelta;

use super::walk::{Operation, operations};
use super::world::{call, call_with};
use crate::support::{Client, Mint, Reply, TestApp};

const SIGNED_OUT: &str = "You are signed out or your session has expired. Please sign in again to continue.";

fn secured() -> Vec<Operation> {
    operations().into_iter().filter(Operation::needs_session).collect()
}

/// Every secured operation answers this client with 401 and this detail.
async fn assert_refused_everywhere(client: &Client, detail: &str) {
    for operation in secured() {
        let reply = call(client, &operation, &operation.any_path()).await;
        assert_refused(&operation, &reply, detail);
    }
}

fn assert_refused(operation: &Operation, reply: &Reply, detail: &str) {
    let told = (reply.status, reply.message(), reply.detail());
    assert_eq!(told, (401, SIGNED_OUT.to_owned(), detail.to_owned()), "{operation:?}");
    assert!(
        reply.header("www-authenticate").starts_with("Bearer "),
        "{operation:?} answers without a challenge"
    );
}

#[tokio::test]
async fn without_a_key_every_secured_operation_is_refused() {
    let app = TestApp::new().await;
    let detail = "Cookie \"coder_session_token\" or query parameter must be provided.";
    assert_refused_everywhere(&app.client(), detail).await;
}

#[tokio::test]
async fn an_empty_key_is_no_key() {
    let app = TestApp::new().await;
    let detail = "Cookie \"coder_session_token\" or query parameter must be provided.";
    assert_refused_everywhere(&app.client().with_token(""), detail).await;
}

#[tokio::test]
async fn a_malformed_key_is_refused_everywhere() {
    let app = TestApp::new().await;
    let malformed = [
        ("nodashatall".to_owned(), "incorrect amount of API key parts, expected 2 got 1"),
        ("a-b-c".to_owned(), "incorrect amount of API key parts, expected 2 got 3"),
        (format!("short-{}", "x".repeat(22)), "invalid API key ID length, expected 10 got 5"),
        ("0123456789-short".to_owned(), "invalid API key secret length, expected 22 got 5"),
    ];
    for (token, why) in malformed {
        let detail = format!("Invalid API key format: {why}");
        assert_refused_everywhere(&app.client().with_token(&token), &detail).await;
    }
}

#[tokio::test]
async fn a_key_of_an_unknown_id_is_refused_everywhere() {
    let app = TestApp::new().await;
    let unknown = format!("0123456789-{}", "x".repeat(22));
    assert_refused_everywhere(&app.client().with_token(&unknown), "API key is invalid.").await;
}

#[tokio::test]
async fn a_key_with_a_wrong_secret_is_refused_everywhere() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (id, _) = owner.token.split_once('-').unwrap();
    let wrong = format!("{id}-{}", "x".repeat(22));
    assert_refused_everywhere(&app.client().with_token(&wrong), "API key secret is invalid.").await;
    owner.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn an_expired_key_is_refused_everywhere() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let lifetime = TimeDelta::milliseconds(3_600_123);
    let token = app.mint(owner.id, Mint { lifetime, ..Mint::default() }).await;
    app.clock.advance(TimeDelta::hours(2));
    let detail = "API key expired at \"2026-05-20 01:00:00.123 +0000 UTC\".";
    assert_refused_everywhere(&app.client().with_token(&token), detail).await;
}

#[tokio::test]
async fn a_key_that_was_logged_out_is_refused_everywhere() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    owner.post_empty("/users/logout").await.expect(200);
    assert_refused_everywhere(&owner, "API key is invalid.").await;
}

#[tokio::test]
async fn the_key_is_asked_for_before_the_body_is_judged() {
    let app = TestApp::new().await;
    for operation in secured().into_iter().filter(Operation::has_body) {
        for body in ["", "{", "[]"] {
            let reply = call_with(&app.client(), &operation, &operation.any_path(), body).await;
            assert_eq!(reply.status, 401, "{operation:?} with the body {body:?}");
        }
    }
}

#[tokio::test]
async fn public_operations_ask_nobody_for_a_key() {
    let app = TestApp::new().await;
    let bad = app.client().with_token("nonsense");
    for operation in operations().into_iter().filter(|o| !o.is_secured()) {
        for client in [&app.client(), &bad] {
            let reply = call_with(client, &operation, &operation.any_path(), "{}").await;
            assert_ne!(reply.status, 401, "{operation:?}: {reply:?}");
        }
    }
}
