//! Where a browser begins, and what the provider is shown at the exchange.

use std::collections::HashMap;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use roster::domain::provider::OidcClient;
use roster::providers::oidc::{Client, Limits};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::{
    CLIENT_SECRET, HostileProvider, NONCE, REDIRECT, come_back, log_in, nonce, object, seconds_off, start,
};

fn query(url: &str) -> HashMap<String, String> {
    Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

#[tokio::test]
async fn a_browser_begins_with_all_that_the_provider_needs() {
    let provider = HostileProvider::start().await;
    let start = start(&provider.client()).await;
    assert!(start.url.starts_with(&format!("{}/authorize?", provider.issuer)), "{}", start.url);
    let mut query = query(&start.url);
    let challenge = query.remove("code_challenge").unwrap();
    let verifier = start.verifier.unwrap();
    assert_eq!(challenge, Base64UrlUnpadded::encode_string(&Sha256::digest(verifier.expose())));
    assert!(verifier.expose().len() >= 43);
    let expected = [
        ("response_type", "code"),
        ("client_id", "roster"),
        ("state", "a-state"),
        ("nonce", NONCE),
        ("redirect_uri", REDIRECT),
        ("scope", "openid profile email"),
        ("access_type", "offline"),
        ("code_challenge_method", "S256"),
    ];
    assert_eq!(query, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}

#[tokio::test]
async fn verifiers_differ() {
    let provider = HostileProvider::start().await;
    let client = provider.client();
    let (one, other) = (start(&client).await, start(&client).await);
    assert_ne!(one.verifier.unwrap().expose(), other.verifier.unwrap().expose());
}

#[tokio::test]
async fn other_scopes_and_parameters_are_sent() {
    let provider = HostileProvider::start().await;
    let mut settings = provider.settings();
    settings.scopes = vec!["openid".to_owned(), "groups".to_owned()];
    settings.auth_url_params = [("prompt".to_owned(), "select account".to_owned())].into();
    let query = query(&start(&Client::new(settings, Limits::default()).unwrap()).await.url);
    assert_eq!((&*query["scope"], &*query["prompt"]), ("openid groups", "select account"));
    assert!(!query.contains_key("access_type"));
}

#[tokio::test]
async fn an_endpoint_that_has_a_query_keeps_it() {
    let provider = HostileProvider::start().await;
    let endpoint = format!("{}/authorize?tenant=7", provider.issuer);
    provider.change(|conduct| conduct.discovery = object(json!({ "authorization_endpoint": endpoint })));
    let url = start(&provider.client()).await.url;
    assert_eq!((&*query(&url)["tenant"], &*query(&url)["client_id"]), ("7", "roster"));
}

#[tokio::test]
async fn a_challenge_is_sent_where_the_provider_knows_it_and_nowhere_else() {
    for (methods, known) in
        [(json!(["S256"]), true), (json!(["plain"]), false), (json!([]), false), (Value::Null, false)]
    {
        let provider = HostileProvider::start().await;
        provider.change(|conduct| {
            conduct.discovery = object(json!({ "code_challenge_methods_supported": methods }));
        });
        let client = provider.client();
        assert_eq!(client.uses_pkce().await, Ok(known), "{methods}");
        let start = start(&client).await;
        assert_eq!(start.verifier.is_some(), known, "{methods}");
        assert_eq!(query(&start.url).contains_key("code_challenge"), known, "{methods}");
        let returned = come_back(start).await;
        client.finish(&returned, &nonce(), seconds_off(&provider, 0)).await.unwrap();
        let sent = provider.last("/token").fields.get("code_verifier").cloned();
        assert_eq!(sent.as_deref(), returned.verifier.as_ref().map(roster::model::ids::Secret::expose));
    }
}

#[tokio::test]
async fn the_exchange_proves_who_asks_in_the_way_that_the_provider_takes() {
    let basic = Base64::encode_string(b"roster:the%2Bclient%2Fsecret");
    let header = format!("Basic {basic}");
    let table = [
        (Value::Null, true),
        (json!(["client_secret_post", "client_secret_basic"]), true),
        (json!(["private_key_jwt"]), true),
        (json!(["client_secret_post"]), false),
    ];
    for (methods, by_header) in table {
        let provider = HostileProvider::start().await;
        provider.change(|conduct| {
            conduct.discovery = object(json!({ "token_endpoint_auth_methods_supported": methods }));
        });
        log_in(&provider, &provider.client()).await.unwrap();
        let asked = provider.last("/token");
        let secret = asked.fields.get("client_secret").map(String::as_str);
        let expected = if by_header { (header.as_str(), None) } else { ("", Some(CLIENT_SECRET)) };
        assert_eq!((asked.authorization.as_str(), secret), expected, "{methods}");
        assert_eq!(asked.fields["grant_type"], "authorization_code");
        assert_eq!(asked.fields["redirect_uri"], REDIRECT);
    }
}

#[tokio::test]
async fn a_public_client_names_itself_and_proves_nothing() {
    let provider = HostileProvider::start().await;
    let mut settings = provider.settings();
    settings.client_secret = None;
    log_in(&provider, &Client::new(settings, Limits::default()).unwrap()).await.unwrap();
    let asked = provider.last("/token");
    assert_eq!((asked.authorization.as_str(), &*asked.fields["client_id"]), ("", "roster"));
    assert!(!asked.fields.contains_key("client_secret"));
}
