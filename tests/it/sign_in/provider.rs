//! The provider of these tests, without Roster: what the other tests rely on.

use base64ct::{Base64UrlUnpadded, Encoding};
use reqwest::{Method, RequestBuilder, Url};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::openid::{CALLBACK, CLIENT_ID, CLIENT_SECRET, Realm};
use crate::support::{Browser, Client, Reply};

const HOME: &str = "http://roster.test";
const VERIFIER: &str = "a-verifier-of-the-length-that-the-standard-asks-for";

fn realm(habits: Value) -> Option<Realm> {
    let mut all = json!({ "accounts": { "alice": { "email": "alice@example.com", "groups": ["a", "b"] } } });
    all.as_object_mut().unwrap().extend(habits.as_object().unwrap().clone());
    Realm::open(HOME, all)
}

/// Where a browser begins.
fn start(realm: &Realm, parameters: &[(&str, &str)]) -> String {
    let callback = format!("{HOME}{CALLBACK}");
    let usual = [
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("scope", "openid email"),
        ("redirect_uri", &callback),
        ("state", "s"),
    ];
    Url::parse_with_params(&format!("{}/auth", realm.issuer), usual.iter().chain(parameters)).unwrap().into()
}

fn challenge() -> String {
    Base64UrlUnpadded::encode_string(&Sha256::digest(VERIFIER))
}

/// What comes back with somebody.
async fn back(browser: &mut Browser, start: &str, account: &str) -> Url {
    browser.at_provider(start, account).await.parse().unwrap()
}

fn parameter(url: &Url, name: &str) -> String {
    let found = url.query_pairs().find(|(key, _)| key == name);
    found.unwrap_or_else(|| panic!("no {name} in {url}")).1.into_owned()
}

async fn token(realm: &Realm, form: &[(&str, &str)]) -> Reply {
    let form = [form, &[("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)]].concat();
    send(realm, Method::POST, "/token", |request| request.form(&form)).await
}

async fn send(
    realm: &Realm,
    method: Method,
    path: &str,
    finish: impl FnOnce(RequestBuilder) -> RequestBuilder,
) -> Reply {
    let client = Client::new(&realm.issuer);
    client.exchange(finish(client.request(method, path))).await
}

async fn userinfo(realm: &Realm, tokens: &Value) -> Reply {
    send(realm, Method::GET, "/me", |request| request.bearer_auth(tokens["access_token"].as_str().unwrap()))
        .await
}

#[tokio::test]
async fn the_provider_gives_tokens_for_a_code_and_new_ones_for_a_refresh_token_once() {
    let Some(realm) = realm(json!({ "pkce": "required", "seconds": 60 })) else { return };
    let mut browser = Browser::new(Client::new(HOME), HOME);
    let challenge = [("code_challenge", &*challenge()), ("code_challenge_method", "S256")];
    let url = back(&mut browser, &start(&realm, &challenge), "alice").await;
    assert_eq!(parameter(&url, "state"), "s");
    let (code, callback) = (parameter(&url, "code"), format!("{HOME}{CALLBACK}"));
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", &callback),
        ("code_verifier", VERIFIER),
    ];
    let tokens = token(&realm, &form).await.expect(200).json();
    assert_eq!(tokens["expires_in"], 60);
    assert!(tokens["id_token"].is_string(), "{tokens}");
    assert_eq!(
        userinfo(&realm, &tokens).await.expect(200).json(),
        json!({ "sub": "alice", "email": "alice@example.com", "groups": ["a", "b"] })
    );

    let form =
        [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    let fresh = token(&realm, &form).await.expect(200).json();
    assert_ne!(fresh["access_token"], tokens["access_token"]);
    assert_ne!(fresh["refresh_token"], tokens["refresh_token"]);
    assert_eq!(token(&realm, &form).await.expect(400).json()["error"], "invalid_grant");
    // Who shows an old refresh token is a thief: nothing works any more.
    userinfo(&realm, &fresh).await.expect(401);
}

#[tokio::test]
async fn the_provider_sends_errors_back_and_says_what_it_is_told_to_say() {
    let Some(realm) = realm(json!({ "pkce": "unknown" })) else { return };
    let mut browser = Browser::new(Client::new(HOME), HOME);
    let url: Url = browser.cancel_at_provider(&start(&realm, &[])).await.parse().unwrap();
    assert_eq!(
        (parameter(&url, "error"), parameter(&url, "error_description")),
        ("access_denied".to_owned(), "the person said no".to_owned())
    );

    let discover = || send(&realm, Method::GET, "/.well-known/openid-configuration", |request| request);
    let told = discover().await.expect(200).json();
    assert_eq!(
        (&told["issuer"], &told["code_challenge_methods_supported"]),
        (&json!(realm.issuer), &Value::Null)
    );
    realm.set_answers(&json!({ "/.well-known/openid-configuration": { "status": 503, "body": "busy" } }));
    assert_eq!(discover().await.expect(503).text, "busy");
}
