//! Claims of the second source.

use roster::domain::provider::{Failure, Vouched};
use roster::providers::oidc::{ClaimsSource, Client, Limits};
use serde_json::{Value, json};

use super::{HostileProvider, log_in, object};
use crate::support::hostile_provider::{CLIENT_ID, Odd};
use crate::support::signing::SigningKey;

fn client(provider: &HostileProvider, claims_source: ClaimsSource) -> Client {
    Client::new(super::Settings { claims_source, ..provider.settings() }, Limits::default()).unwrap()
}

#[track_caller]
fn assert_untold(outcome: Result<Vouched, Failure>, why: &str) {
    match outcome {
        Err(Failure::NoUserinfo(text)) if text.contains(why) => {}
        other => panic!("not {why:?} but {other:?}"),
    }
}

#[tokio::test]
async fn userinfo_counts_more_than_the_id_token() {
    let provider = HostileProvider::start().await;
    provider.change(|conduct| {
        conduct.userinfo =
            object(json!({ "name": "Ada Lovelace", "groups": ["x"], "email_verified": "yes" }));
    });
    let vouched = log_in(&provider, &provider.client()).await.unwrap();
    assert_eq!((&vouched.claims["name"], &vouched.claims["groups"]), (&json!("Ada Lovelace"), &json!(["x"])));
    assert_eq!(
        (&vouched.claims["email"], &vouched.claims["email_verified"]),
        (&json!("ada@example.com"), &json!("yes"))
    );
    assert_eq!(provider.last("/userinfo").authorization, "Bearer an-access-token");
}

#[tokio::test]
async fn userinfo_about_somebody_else_is_refused() {
    for subject in [json!("root"), json!(null), json!(""), json!(7)] {
        let provider = HostileProvider::start().await;
        provider.change(|conduct| conduct.userinfo = object(json!({ "sub": subject, "name": "Root" })));
        assert_untold(log_in(&provider, &provider.client()).await, "somebody else");
    }
}

#[tokio::test]
async fn a_provider_without_userinfo_is_fine() {
    let provider = HostileProvider::start().await;
    provider.change(|conduct| conduct.discovery = object(json!({ "userinfo_endpoint": null })));
    let vouched = log_in(&provider, &provider.client()).await.unwrap();
    assert_eq!(vouched.claims["name"], "Ada");
    assert_eq!(provider.count("/userinfo"), 0);
}

#[tokio::test]
async fn userinfo_that_fails_fails_the_login() {
    let provider = HostileProvider::start().await;
    let client = provider.client();
    let token = json!({ "error": "the token an-access-token is bad" });
    let table = [
        (Odd::Status(404, json!({})), "404"),
        (Odd::Status(500, json!({})), "500"),
        (Odd::Status(401, token), "401"),
        (Odd::Status(200, json!(["an-access-token"])), "makes no sense"),
        (Odd::Text("text/plain", "an-access-token".to_owned()), "makes no sense"),
        (Odd::Text("application/jwt", "an-access-token".to_owned()), "no JSON Web Token"),
        (Odd::BreakOff, "userinfo failed"),
        (Odd::Endless, "larger than"),
        (Odd::Redirect(format!("{}/jwks", provider.issuer)), "redirect"),
    ];
    for (odd, why) in table {
        provider.change(|conduct| conduct.odd.insert("/userinfo", odd));
        assert_untold(log_in(&provider, &client).await, why);
    }
}

#[tokio::test]
async fn userinfo_may_be_a_signed_token() {
    let provider = HostileProvider::start().await;
    let client = provider.client();
    let signed = |claims: Value| {
        let token = provider.change(|conduct| conduct.keys[0].sign(&claims));
        provider.change(|conduct| {
            conduct.odd.insert("/userinfo", Odd::Text("application/jwt; charset=utf-8", token))
        });
    };
    let honest = json!({ "iss": provider.issuer, "aud": CLIENT_ID, "sub": "ada-1", "name": "Signed" });
    signed(honest.clone());
    assert_eq!(log_in(&provider, &client).await.unwrap().claims["name"], "Signed");
    for (name, value) in [("iss", "https://evil.example"), ("aud", "another"), ("sub", "root")] {
        let mut claims = honest.clone();
        claims[name] = value.into();
        signed(claims);
        assert_untold(log_in(&provider, &client).await, "");
    }
}

#[tokio::test]
async fn without_a_second_source_nobody_is_asked() {
    let provider = HostileProvider::start().await;
    provider.change(|conduct| conduct.userinfo = object(json!({ "name": "Ada Lovelace" })));
    let vouched = log_in(&provider, &client(&provider, ClaimsSource::None)).await.unwrap();
    assert_eq!((&vouched.claims["name"], provider.count("/userinfo")), (&json!("Ada"), 0));
}

/// A login with an access token of these claims, signed by this key.
async fn with_access_token(other: Value, key: &SigningKey) -> Result<Vouched, Failure> {
    let provider = HostileProvider::start().await;
    let now = provider.change(|conduct| conduct.now).timestamp();
    let mut claims = json!({ "iss": provider.issuer, "aud": "an-api", "sub": "ada-1", "exp": now + 60 });
    for (name, value) in object(other) {
        claims[name] = value;
    }
    provider.change(|conduct| {
        conduct.keys = vec![SigningKey::new("first", "RS256")];
        conduct.tokens = object(json!({ "access_token": key.sign(&claims) }));
    });
    log_in(&provider, &client(&provider, ClaimsSource::AccessToken)).await
}

#[tokio::test]
async fn an_access_token_counts_less_than_the_id_token() {
    let key = SigningKey::new("first", "RS256");
    let vouched = with_access_token(json!({ "name": "Another", "roles": ["x"] }), &key).await.unwrap();
    assert_eq!((&vouched.claims["name"], &vouched.claims["roles"]), (&json!("Ada"), &json!(["x"])));
    assert_eq!(vouched.claims["aud"], CLIENT_ID);
}

#[tokio::test]
async fn an_access_token_is_verified() {
    let key = SigningKey::new("first", "RS256");
    assert_untold(with_access_token(json!({ "iss": "https://evil.example" }), &key).await, "another issuer");
    assert_untold(with_access_token(json!({ "exp": 1000 }), &key).await, "has ended");
    assert_untold(with_access_token(json!({ "sub": "root" }), &key).await, "somebody else");
    let forged = SigningKey::new("first", "ES256");
    assert_untold(with_access_token(json!({}), &forged).await, "no such key");
    let provider = HostileProvider::start().await;
    let opaque = log_in(&provider, &client(&provider, ClaimsSource::AccessToken)).await;
    assert_untold(opaque, "no JSON Web Token");
}
