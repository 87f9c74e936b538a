//! Logins that one provider, or somebody at one, would like to be those of another.

use std::sync::Arc;

use roster::domain::provider::{Oidc, OidcRules, Providers};
use serde_json::{Value, json};

use super::world::{id, set_cookies};
use crate::support::hostile_provider::HostileProvider;
use crate::support::{Browser, PASSWORD, Reply, TestApp, settings};

fn oidc(provider: &HostileProvider, slug: &str) -> Arc<Oidc> {
    let rules = OidcRules { slug: slug.to_owned(), ..OidcRules::default() };
    Arc::new(Oidc { client: Box::new(provider.client()), rules })
}

async fn app(oidc: Vec<Arc<Oidc>>) -> TestApp {
    TestApp::with_providers(settings(), Providers { oidc, github: None }).await
}

fn browser(app: &TestApp) -> Browser {
    Browser::new(app.client(), &app.backend.settings.access_url)
}

async fn log_in(app: &TestApp) -> (Browser, Reply) {
    let mut browser = browser(app);
    let start = browser.begin("").await.expect(307);
    let back = browser.get(start.header("location")).await.expect(302);
    let reply = browser.get(back.header("location")).await;
    (browser, reply)
}

async fn announced(app: &TestApp, email: &str) -> Value {
    let owner = app.owner().await;
    let body = json!({
        "username": "kate", "email": email, "login_type": "oidc", "organization_ids": [app.organization],
    });
    owner.post("/users", body).await.expect(201).json()
}

fn has_session(reply: &Reply) -> bool {
    set_cookies(reply)
        .iter()
        .any(|c| c.starts_with("coder_session_token=") && !c.starts_with("coder_session_token=;"))
}

/// The id token vouches for one address, userinfo (which says nothing of verification) names another.
#[tokio::test]
async fn a_verification_of_one_address_does_not_count_for_another() {
    let provider = HostileProvider::start().await;
    let app = app(vec![oidc(&provider, "")]).await;
    let kate = announced(&app, "kate@example.com").await;
    provider.change(|conduct| {
        conduct.claims.insert("sub".into(), json!("mallory"));
        conduct.claims.insert("email".into(), json!("mallory@example.com"));
        conduct.userinfo.insert("email".into(), json!("kate@example.com"));
    });
    let (browser, reply) = log_in(&app).await;
    if has_session(&reply) {
        let me = browser.client().get("/users/me").await.expect(200).json();
        panic!("mallory is {} (kate: {})", me["id"], kate["id"]);
    }
}

/// U+212A folds to `k`: another mailbox.
#[tokio::test]
async fn an_address_that_only_folds_to_anothers_is_not_linked() {
    let provider = HostileProvider::start().await;
    let app = app(vec![oidc(&provider, "")]).await;
    let kate = announced(&app, "kate@example.com").await;
    provider.change(|conduct| {
        conduct.claims.insert("sub".into(), json!("mallory"));
        conduct.claims.insert("email".into(), json!("\u{212A}ate@example.com"));
    });
    let (browser, reply) = log_in(&app).await;
    if has_session(&reply) {
        let me = browser.client().get("/users/me").await.expect(200).json();
        assert_ne!(id(&me), id(&kate), "mallory is kate: {me}");
    }
}

/// A login begun at one provider is not finished at another one.
#[tokio::test]
async fn a_state_of_one_provider_is_no_state_of_another() {
    let (bad, good) = (HostileProvider::start().await, HostileProvider::start().await);
    good.change(|conduct| {
        conduct.claims.insert("sub".into(), json!("mallory"));
        conduct.claims.insert("email".into(), json!("mallory@example.com"));
    });
    let app = app(vec![oidc(&bad, ""), oidc(&good, "good")]).await;
    app.owner().await;
    let mut victim = browser(&app);
    let start = victim.begin("").await.expect(307);
    let at_bad: reqwest::Url = start.header("location").parse().unwrap();
    // The bad provider has seen all of this; its operator takes it to the good one, with an account there.
    let mut at_good: reqwest::Url = format!("{}/authorize", good.issuer).parse().unwrap();
    for (name, value) in at_bad.query_pairs() {
        let value = if name == "redirect_uri" {
            "http://roster.test/api/v2/users/oidc/good/callback".into()
        } else {
            value
        };
        at_good.query_pairs_mut().append_pair(&name, &value);
    }
    let mut mallory = browser(&app);
    let back = mallory.get(at_good.as_str()).await.expect(302);
    let reply = victim.get(back.header("location")).await;
    assert!(
        !has_session(&reply),
        "the victim's browser is logged in with mallory's account at the good provider: {reply:?}"
    );
}

/// A verifier that was made for one provider goes to no other one.
#[tokio::test]
async fn a_start_without_a_verifier_takes_the_old_one_away() {
    let (first, other) = (HostileProvider::start().await, HostileProvider::start().await);
    other.change(|conduct| conduct.discovery.insert("code_challenge_methods_supported".into(), Value::Null));
    let app = app(vec![oidc(&first, ""), oidc(&other, "other")]).await;
    app.owner().await;
    let mut browser = browser(&app);
    browser.begin("").await.expect(307);
    let start = browser.get("/api/v2/users/oidc/other/callback").await.expect(307);
    let back = browser.get(start.header("location")).await.expect(302);
    browser.get(back.header("location")).await.expect(307);
    let sent = other.last("/token").fields;
    assert!(!sent.contains_key("code_verifier"), "{sent:?}");
}

/// A conversion ends the session of whom it converts, and no key of anybody else.
#[tokio::test]
async fn a_conversion_ends_no_key_of_somebody_else() {
    let provider = HostileProvider::start().await;
    let app = app(vec![oidc(&provider, "")]).await;
    let owner = app.owner().await;
    let body = json!({
        "username": "kate", "email": "kate@example.com", "password": PASSWORD,
        "login_type": "password", "organization_ids": [app.organization],
    });
    owner.post("/users", body).await.expect(201);
    let token = owner.post("/users/me/keys/tokens", json!({})).await.expect(201).json();
    let token = token["key"].as_str().unwrap();
    let asked = json!({ "to_type": "oidc", "password": PASSWORD });
    let reply = owner.post("/users/kate/convert-login", asked).await.expect(201);
    let cookie =
        super::world::set_cookie(&reply, "coder_oauth_convert_jwt").split(';').next().unwrap().to_owned();
    let state = reply.json()["state_string"].as_str().unwrap().to_owned();
    provider.change(|conduct| conduct.claims.insert("email".into(), json!("kate@example.com")));
    let mut browser = browser(&app);
    browser.set_cookie("coder_oauth_convert_jwt", cookie.split_once('=').unwrap().1);
    browser.set_cookie("coder_session_token", token);
    let start = browser.begin(&format!("?oidc_merge_state={state}")).await.expect(307);
    let back = browser.get(start.header("location")).await.expect(302);
    browser.get(back.header("location")).await.expect(307);
    app.client().with_token(token).get("/users/me").await.expect(200);
}
