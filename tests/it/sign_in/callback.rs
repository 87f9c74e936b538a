//! The way there and back: states, verifiers, codes, and the cookies that hold them together.

use reqwest::Url;
use roster::providers::oidc::ClaimsSource;
use serde_json::json;

use super::world::{Plan, World, alice, set_cookie, set_cookies, somebody};
use crate::support::openid::CALLBACK;
use crate::support::{Browser, Reply, TestApp};

const EXCHANGE_FAILED: &str = "Failed exchanging Oauth code.";

fn parameter(url: &str, name: &str) -> Option<String> {
    let url: Url = url.parse().unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Somebody who is just about to come back from the provider.
async fn returning(world: &World, account: &str) -> (Browser, String) {
    let mut browser = world.browser();
    let start = browser.begin("").await.expect(307);
    let back = browser.at_provider(start.header("location"), account).await;
    (browser, back)
}

/// Whether a reply is this failure, and leaves no session behind.
#[track_caller]
fn assert_failed(reply: &Reply, status: u16, message: &str) {
    assert_eq!((reply.status, reply.message().as_str()), (status, message), "{reply:?}");
    assert!(set_cookies(reply).iter().all(|cookie| !cookie.starts_with("coder_session_token=")), "{reply:?}");
}

#[tokio::test]
async fn a_start_sends_the_browser_to_the_provider_with_all_that_binds_it_to_this_browser() {
    let Some(world) = World::new().await else { return };
    let mut browser = world.browser();
    let start = browser.begin("?redirect=%2Fa%3Fb").await.expect(307);
    let location = start.header("location");
    assert!(location.starts_with(&format!("{}/auth?", world.realm.issuer)), "{location}");
    for (name, value) in [
        ("client_id", "roster"),
        ("response_type", "code"),
        ("redirect_uri", &*format!("http://roster.test{CALLBACK}")),
        ("scope", "openid profile email"),
        ("code_challenge_method", "S256"),
        ("access_type", "offline"),
    ] {
        assert_eq!(parameter(location, name).as_deref(), Some(value), "{name}: {location}");
    }
    let state = parameter(location, "state").unwrap();
    assert_eq!((state.len(), browser.cookie("oauth_state")), (32, Some(&*state)));
    assert_eq!(parameter(location, "code_challenge").unwrap().len(), 43);
    assert!(parameter(location, "nonce").is_some_and(|nonce| nonce.len() >= 32), "{location}");
    for name in ["oauth_state", "oauth_redirect", "oauth_pkce_verifier"] {
        let cookie = set_cookie(&start, name);
        for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Lax"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
    }
    assert!(!location.contains(browser.cookie("oauth_pkce_verifier").unwrap()), "{location}");
    assert_eq!(start.text, "");

    let again = world.browser().begin("").await.expect(307);
    assert_ne!(parameter(again.header("location"), "state").unwrap(), state);
    assert_ne!(parameter(again.header("location"), "nonce"), parameter(location, "nonce"));
}

#[tokio::test]
async fn cookies_of_a_start_are_gone_after_a_return_whatever_becomes_of_it() {
    let accounts = json!({ "alice": alice(), "bob": { "email": "bob@example.com" } });
    let Some(world) = World::with_accounts(accounts).await else { return };
    world.app.owner().await;
    for (account, status) in [("alice", 307), ("bob", 403)] {
        let (mut browser, back) = returning(&world, account).await;
        browser.get(&back).await.expect(status);
        for name in ["oauth_state", "oauth_redirect", "oauth_pkce_verifier"] {
            assert_eq!(browser.cookie(name), None, "{account}");
        }
    }
}

#[tokio::test]
async fn a_return_needs_the_state_that_this_browser_was_given() {
    let Some(world) = World::new().await else { return };
    world.app.owner().await;
    let before = world.rows().await;
    let (browser, back) = returning(&world, "alice").await;
    let code = parameter(&back, "code").unwrap();

    let without = browser.clone().get(&format!("{CALLBACK}?code={code}")).await;
    assert_failed(&without, 400, "State must be provided.");
    let mut bare = world.browser();
    assert_failed(&bare.get(&back).await, 401, "Cookie \"oauth_state\" must be provided.");
    let mut other = world.browser();
    other.begin("").await.expect(307);
    assert_failed(&other.get(&back).await, 401, "State mismatched.");
    let mut stale = browser.clone();
    stale.set_cookie("oauth_state", "");
    assert_failed(&stale.get(&back).await, 401, "Cookie \"oauth_state\" must be provided.");
    assert_eq!(world.rows().await, before);

    // None of them has used the code up.
    browser.clone().get(&back).await.expect(307);
}

#[tokio::test]
async fn a_return_works_once() {
    let Some(world) = World::new().await else { return };
    world.app.owner().await;
    let (mut browser, back) = returning(&world, "alice").await;
    let before = browser.clone();
    browser.get(&back).await.expect(307);
    let rows = world.rows().await;
    assert_failed(&browser.get(&back).await, 401, "Cookie \"oauth_state\" must be provided.");
    // Somebody who has kept the cookies gets no further: the provider takes a code once.
    let replayed = before.clone().get(&back).await;
    assert_failed(&replayed, 500, EXCHANGE_FAILED);
    assert!(replayed.detail().contains("invalid_grant"), "{replayed:?}");
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn a_return_needs_the_verifier_of_its_start() {
    let Some(world) = World::new().await else { return };
    world.app.owner().await;
    let before = world.rows().await;
    let (browser, back) = returning(&world, "alice").await;
    let mut without = browser.clone();
    without.forget("oauth_pkce_verifier");
    assert_failed(&without.get(&back).await, 400, "PKCE challenge must be provided.");
    let mut wrong = browser.clone();
    wrong.set_cookie("oauth_pkce_verifier", "a-verifier-of-the-length-that-the-standard-asks-for");
    assert_failed(&wrong.get(&back).await, 500, EXCHANGE_FAILED);
    assert_eq!(world.rows().await, before);
}

#[tokio::test]
async fn a_provider_that_does_not_speak_of_pkce_is_not_asked_for_it() {
    let plan = Plan { habits: json!({ "pkce": "unknown" }), ..Plan::default() };
    let Some(world) = World::of(plan).await else { return };
    let mut browser = world.browser();
    let start = browser.begin("").await.expect(307);
    assert_eq!(parameter(start.header("location"), "code_challenge"), None);
    // One that was left from another provider is taken away.
    let verifier = set_cookie(&start, "oauth_pkce_verifier");
    assert!(verifier.starts_with("oauth_pkce_verifier=; Path=/; Max-Age=-1;"), "{verifier}");
    browser.log_in("alice").await.expect(307);
    assert_eq!(browser.client().get("/users/me").await.expect(200).json()["username"], "alice");
}

/// Somebody puts a code of their own under a start of somebody else, who would then work in a stranger's account.
#[tokio::test]
async fn a_code_of_another_start_is_of_no_use() {
    let accounts = json!({ "alice": alice(), "mallory": somebody("mallory@example.com") });
    for (pkce, status, message) in
        [("required", 500, EXCHANGE_FAILED), ("unknown", 400, "Failed to verify OIDC token.")]
    {
        let plan = Plan { accounts: accounts.clone(), habits: json!({ "pkce": pkce }), ..Plan::default() };
        let Some(world) = World::of(plan).await else { return };
        world.app.owner().await;
        let before = world.rows().await;
        let (_, theirs) = returning(&world, "mallory").await;
        let (mut victim, back) = returning(&world, "alice").await;
        let (stolen, own) = (parameter(&theirs, "code").unwrap(), parameter(&back, "code").unwrap());
        assert_failed(&victim.get(&back.replace(&own, &stolen)).await, status, message);
        assert_eq!(world.rows().await, before, "{pkce}");
    }
}

#[tokio::test]
async fn a_nonsense_code_is_told_in_the_words_of_the_provider() {
    let Some(world) = World::new().await else { return };
    let (mut browser, back) = returning(&world, "alice").await;
    let own = parameter(&back, "code").unwrap();
    let reply = browser.get(&back.replace(&own, "nonsense")).await;
    assert_failed(&reply, 500, EXCHANGE_FAILED);
    assert!(reply.detail().contains("invalid_grant"), "{reply:?}");
}

#[tokio::test]
async fn who_cancels_at_the_provider_is_told_so() {
    let Some(world) = World::new().await else { return };
    let mut browser = world.browser();
    let start = browser.begin("").await.expect(307);
    let back = browser.cancel_at_provider(start.header("location")).await;
    let reply = browser.get(&back).await;
    assert_failed(&reply, 400, "Encountered error in oidc process: access_denied");
    assert_eq!(reply.detail(), "the person said no");
}

#[tokio::test]
async fn errors_are_told_before_anything_else_is_looked_at() {
    let Some(world) = World::new().await else { return };
    let mut browser = world.browser();
    let reply = browser.begin("?error=x&code=a&error_uri=http%3A%2F%2Fwhy.test").await;
    assert_failed(&reply, 400, "Encountered error in oidc process: x");
    assert_eq!(reply.detail(), "error_uri: http://why.test");
    let reply = browser.begin("?error=%3Cscript%3E&error_description=d&error_uri=u").await;
    assert_failed(&reply, 400, "Encountered error in oidc process: <script>");
    assert_eq!(reply.detail(), "d, error_uri: u");
    assert_eq!(reply.header("content-type"), "application/json; charset=utf-8");
}

#[tokio::test]
async fn without_a_provider_the_route_says_so() {
    let app = TestApp::new().await;
    for query in ["", "?error=x", "?code=a&state=b"] {
        let reply = app.client().get(&format!("/users/oidc/callback{query}")).await;
        assert_failed(&reply, 400, "The oauth2 method requested is not configured!");
    }
}

#[tokio::test]
async fn consent_is_asked_for_by_the_provider_and_may_take_its_time() {
    let plan = Plan { habits: json!({ "consent": true }), source: ClaimsSource::Userinfo, ..Plan::default() };
    let Some(world) = World::of(plan).await else { return };
    assert_eq!(world.me("alice").await["username"], "alice");
}
