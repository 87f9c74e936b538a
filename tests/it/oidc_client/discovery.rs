//! Finding out about a provider: late, once, and again when it is time.

use std::sync::Arc;
use std::time::Duration;

use roster::domain::provider::OidcClient;
use roster::model::ids::Secret;
use roster::providers::oidc::{Client, Limits, Settings};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{HostileProvider, REDIRECT, assert_unbelieved, assert_unreachable, log_in, nonce, object};
use crate::support::hostile_provider::Odd;
use crate::support::signing::SigningKey;

const DOCUMENT: &str = "/.well-known/openid-configuration";

fn client(settings: Settings, limits: Limits) -> Client {
    Client::new(settings, limits).unwrap()
}

/// Limits of a client that does not wait.
fn hasty() -> Limits {
    let short = Duration::ZERO;
    Limits { between_keys: short, failure_memory: short, between_renewals: short, ..Limits::default() }
}

async fn outcome(client: &Client) -> Result<bool, super::Failure> {
    client.uses_pkce().await
}

#[tokio::test]
async fn nobody_is_asked_before_it_is_needed_and_then_once() {
    let provider = HostileProvider::start().await;
    let client = Arc::new(provider.client());
    assert_eq!(provider.count(DOCUMENT), 0);
    let many = (0..50).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.uses_pkce().await })
    });
    for asked in futures_util::future::join_all(many).await {
        assert_eq!(asked.unwrap(), Ok(true));
    }
    log_in(&provider, &client).await.unwrap();
    assert_eq!((provider.count(DOCUMENT), provider.count("/jwks")), (1, 1));
}

#[tokio::test]
async fn a_provider_that_is_away_may_come_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let provider = HostileProvider::on(listener);
    let settings = provider.settings();
    let usual = client(settings.clone(), Limits::default());
    let hasty = client(settings, hasty());
    drop(provider);
    wait_until_closed(address).await;
    assert_unreachable(outcome(&usual).await, "discovery failed");
    assert_unreachable(outcome(&hasty).await, "discovery failed");

    let provider = HostileProvider::on(listen_again(address).await);
    log_in(&provider, &hasty).await.unwrap();
    // The other one remembers for a moment that nobody was there.
    let began = tokio::time::Instant::now();
    while outcome(&usual).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn wait_until_closed(address: std::net::SocketAddr) {
    let began = tokio::time::Instant::now();
    while tokio::net::TcpStream::connect(address).await.is_ok() {
        assert!(began.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn listen_again(address: std::net::SocketAddr) -> TcpListener {
    let began = tokio::time::Instant::now();
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(error) => assert!(began.elapsed() < Duration::from_secs(20), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn many_who_wait_for_a_provider_that_is_silent_wait_once() {
    let provider = HostileProvider::start().await;
    provider.change(|conduct| conduct.odd.insert(DOCUMENT, Odd::Silence));
    let patience = Duration::from_millis(300);
    let limits = Limits { patience, failure_memory: Duration::from_secs(60), ..Limits::default() };
    let client = Arc::new(client(provider.settings(), limits));
    let many = (0..20).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.uses_pkce().await })
    });
    for asked in futures_util::future::join_all(many).await {
        assert_unreachable(asked.unwrap(), "did not answer within 300ms");
    }
    assert_eq!(provider.count(DOCUMENT), 1);
}

#[tokio::test]
async fn a_document_that_lies_or_makes_no_sense_is_refused() {
    let table = [
        (json!({ "issuer": "https://evil.example" }), "unexpected issuer"),
        (json!({ "issuer": null }), "makes no sense"),
        (json!({ "jwks_uri": null }), "makes no sense"),
        (json!({ "authorization_endpoint": "nowhere" }), "makes no sense"),
        (json!({ "token_endpoint": null }), "no token endpoint"),
        (json!({ "token_endpoint": "ftp://127.0.0.1/token" }), "not of https"),
        (json!({ "authorization_endpoint": "javascript:alert(1)" }), "not of https"),
        (json!({ "userinfo_endpoint": "file:///etc/passwd" }), "not of https"),
    ];
    for (lie, why) in table {
        let provider = HostileProvider::start().await;
        provider.change(|conduct| conduct.discovery = object(lie));
        assert_unreachable(outcome(&provider.client()).await, why);
    }
}

#[tokio::test]
async fn the_issuer_is_compared_to_the_letter() {
    let provider = HostileProvider::start().await;
    let settings = Settings { issuer: format!("{}/", provider.issuer), ..provider.settings() };
    assert_unreachable(outcome(&client(settings, hasty())).await, "unexpected issuer");
}

#[tokio::test]
async fn odd_answers_to_discovery_are_refused() {
    for path in [DOCUMENT, "/jwks"] {
        let provider = HostileProvider::start().await;
        let elsewhere = format!("{}/elsewhere", provider.issuer);
        let client = client(provider.settings(), hasty());
        let table = [
            (Odd::Status(500, json!({})), "500"),
            (Odd::Status(404, json!({})), "404"),
            (Odd::Text("text/html", "<html>".to_owned()), "Content-Type"),
            (Odd::Text("application/json", "{".to_owned()), "makes no sense"),
            (Odd::Endless, "larger than"),
            (Odd::BreakOff, "discovery failed"),
            (Odd::Redirect(elsewhere), "redirect"),
        ];
        for (odd, why) in table {
            provider.change(|conduct| conduct.odd.insert(path, odd));
            assert_unreachable(outcome(&client).await, why);
        }
        assert_eq!(provider.count("/elsewhere"), 0);
        provider.change(|conduct| conduct.odd.clear());
        assert_eq!(outcome(&client).await, Ok(true));
    }
}

#[tokio::test]
async fn new_keys_are_fetched_when_they_are_needed() {
    let provider = HostileProvider::start().await;
    let client = provider.client();
    log_in(&provider, &client).await.unwrap();
    provider.change(|conduct| conduct.keys = vec![SigningKey::new("second", "ES256")]);
    log_in(&provider, &client).await.unwrap();
    assert_eq!((provider.count(DOCUMENT), provider.count("/jwks")), (1, 2));
    // Not again so soon, or whoever sends bad tokens makes the server ask.
    provider.change(|conduct| conduct.keys = vec![SigningKey::new("third", "ES256")]);
    for _ in 0..3 {
        assert_unbelieved(log_in(&provider, &client).await, "no such key");
    }
    assert_eq!(provider.count("/jwks"), 2);
}

#[tokio::test]
async fn a_new_key_may_have_the_old_name() {
    let provider = HostileProvider::start().await;
    let client = provider.client();
    provider.change(|conduct| conduct.keys = vec![SigningKey::new("same", "ES256")]);
    log_in(&provider, &client).await.unwrap();
    provider.change(|conduct| conduct.keys = vec![SigningKey::new("same", "ES256")]);
    log_in(&provider, &client).await.unwrap();
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_leave_the_old_ones() {
    let provider = HostileProvider::start().await;
    let client = client(provider.settings(), hasty());
    log_in(&provider, &client).await.unwrap();
    let old = provider.change(|conduct| {
        conduct.odd.insert("/jwks", Odd::Status(500, json!({})));
        std::mem::replace(&mut conduct.keys, vec![SigningKey::new("second", "ES256")])
    });
    assert_unbelieved(log_in(&provider, &client).await, "no such key");
    provider.change(|conduct| conduct.keys = old);
    log_in(&provider, &client).await.unwrap();
}

#[tokio::test]
async fn keys_that_are_not_understood_are_passed_over() {
    let provider = HostileProvider::start().await;
    let mut keys: Vec<Value> = vec![
        json!({ "kty": "EC", "crv": "secp256k1", "kid": "x", "x": "AA", "y": "AA", "alg": "ES256K" }),
        json!({ "kty": "LATTICE", "kid": "y" }),
        json!({ "kty": "RSA", "use": "enc", "kid": "first", "n": "AQAB", "e": "AQAB" }),
    ];
    keys.push(provider.change(|conduct| conduct.keys[0].public()));
    provider.change(|conduct| conduct.odd.insert("/jwks", Odd::Status(200, json!({ "keys": keys }))));
    log_in(&provider, &provider.client()).await.unwrap();
}

#[tokio::test]
async fn what_is_known_is_renewed_in_time_and_kept_while_the_provider_is_away() {
    let provider = HostileProvider::start().await;
    let limits = Limits { document_lifetime: Duration::ZERO, ..hasty() };
    let client = client(provider.settings(), limits);
    assert_eq!(outcome(&client).await, Ok(true));
    provider.change(|conduct| conduct.discovery = object(json!({ "code_challenge_methods_supported": [] })));
    assert_eq!(outcome(&client).await, Ok(false));
    provider.change(|conduct| {
        conduct.discovery.clear();
        conduct.odd.insert(DOCUMENT, Odd::Status(500, json!({})));
    });
    assert_eq!(outcome(&client).await, Ok(false));
    log_in(&provider, &client).await.unwrap();
    provider.change(|conduct| conduct.odd.clear());
    assert_eq!(outcome(&client).await, Ok(true));
}

#[tokio::test]
async fn a_renewal_that_hangs_holds_nobody_else_up() {
    let provider = HostileProvider::start().await;
    let limits = Limits {
        document_lifetime: Duration::ZERO,
        patience: Duration::from_secs(60),
        between_renewals: Duration::from_secs(60),
        ..Limits::default()
    };
    let client = Arc::new(client(provider.settings(), limits));
    assert_eq!(outcome(&client).await, Ok(true));
    provider.change(|conduct| conduct.odd.insert(DOCUMENT, Odd::Silence));
    let held_up = tokio::spawn({
        let client = client.clone();
        async move { client.uses_pkce().await }
    });
    while provider.count(DOCUMENT) < 2 {
        tokio::task::yield_now().await;
    }
    let begun = tokio::time::timeout(Duration::from_secs(30), async {
        client.start(&Secret::new("s"), &nonce(), REDIRECT).await.unwrap()
    });
    begun.await.unwrap();
    held_up.abort();
}

#[tokio::test]
async fn every_request_has_a_time_limit() {
    let provider = HostileProvider::start().await;
    let limits = Limits { patience: Duration::from_millis(300), ..Limits::default() };
    let client = client(provider.settings(), limits);
    log_in(&provider, &client).await.unwrap();
    provider.change(|conduct| conduct.odd.insert("/userinfo", Odd::Silence));
    let failure = log_in(&provider, &client).await.unwrap_err();
    assert!(failure.to_string().contains("did not answer within 300ms"), "{failure}");
    provider.change(|conduct| conduct.odd.insert("/token", Odd::Silence));
    assert_unreachable(log_in(&provider, &client).await, "did not answer within 300ms");
}
