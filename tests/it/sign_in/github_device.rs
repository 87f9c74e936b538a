//! Logging in with a code that is typed in at GitHub (auth.md 9.5).

use serde_json::json;

use super::github_world::{Browser, CALLBACK, World, by_device, members_of, open, param};
use crate::support::github::{Person, Trouble};
use crate::support::{Reply, TestApp};

const DEVICE: &str = "/users/oauth2/github/device";

/// A login that has begun: the state, and the code with what is typed in.
async fn begun(world: &World, browser: &mut Browser) -> (String, String) {
    let page = browser.begin("?redirect=/x?y=z").await;
    assert!(page.starts_with("/login/device?state="), "{page}");
    let state = param(&page, "state");
    assert_eq!(state, browser.cookies["oauth_state"]);
    let code = world.app.client().get(DEVICE).await.expect(200).json();
    let question = format!("{CALLBACK}?code={}&state={state}", code["device_code"].as_str().unwrap());
    (question, code["user_code"].as_str().unwrap().to_owned())
}

/// Begins, types the code in, and asks.
async fn log_in(world: &World, login: &str) -> (Browser, Reply) {
    let mut browser = world.browser();
    let (question, user_code) = begun(world, &mut browser).await;
    world.github.type_in(&user_code, login);
    let reply = browser.get(&question).await;
    (browser, reply)
}

#[tokio::test]
async fn a_code_to_type_in_comes_from_github() {
    let world = World::new(by_device(open()), [Person::new(7, "ada")]).await;
    let code = world.app.client().get(DEVICE).await.expect(200).json();
    assert_eq!((&code["expires_in"], &code["interval"]), (&json!(899), &json!(5)));
    assert_eq!(code["verification_uri"], format!("{}/login/device", world.github.base));
    assert!(!code["device_code"].as_str().unwrap().is_empty() && code["device_code"] != code["user_code"]);
}

#[tokio::test]
async fn a_browser_asks_until_the_code_is_typed_in() {
    let world = World::new(by_device(open()), [Person::new(7, "ada")]).await;
    let mut browser = world.browser();
    let (question, user_code) = begun(&world, &mut browser).await;
    for error in ["authorization_pending", "slow_down", "authorization_pending"] {
        let reply = browser.get(&question).await.expect(400);
        assert_eq!(reply.message(), "Failed exchanging Oauth code.");
        assert!(reply.detail().starts_with(error), "{}", reply.text);
        assert!(!browser.has_session());
    }
    world.github.type_in(&user_code, "ada");
    let reply = browser.get(&question).await.expect(200);
    assert_eq!(reply.json(), json!({ "redirect_url": "/x?y=z" }));
    let left: Vec<&String> = browser.cookies.keys().collect();
    assert_eq!(left, ["coder_session_token", "csrf_token"]);
    let me = browser.me().await;
    assert_eq!((&me["username"], &me["login_type"]), (&json!("ada"), &json!("github")));
}

#[tokio::test]
async fn a_code_is_of_the_browser_that_began() {
    let world = World::new(by_device(open()), [Person::new(7, "ada")]).await;
    let mut browser = world.browser();
    let (question, user_code) = begun(&world, &mut browser).await;
    world.github.type_in(&user_code, "ada");
    let reply = world.browser().get(&question).await.expect(401);
    assert_eq!(reply.message(), "Cookie \"oauth_state\" must be provided.");
    assert_eq!(world.stored().await, (0, 0));
    browser.get(&question).await.expect(200);
}

#[tokio::test]
async fn refusals_are_json() {
    let people = [
        Person::new(7, "ada").of("acme", "active"),
        Person::new(8, "bea"),
        Person::new(9, "cleo").of("acme", "active"),
    ];
    let rules =
        roster::domain::provider::GithubRules { allow_signups: false, ..by_device(members_of(&["acme"])) };
    let world = World::new(rules, people).await;
    log_in(&world, "ada").await.1.expect(200);

    let (browser, reply) = log_in(&world, "bea").await;
    let reply = reply.expect(401);
    assert_eq!(reply.message(), "Unauthorized");
    assert_eq!(reply.detail(), "You aren't a member of the authorized Github organizations!");
    assert!(!browser.has_session());

    let (_, reply) = log_in(&world, "cleo").await;
    assert_eq!(reply.expect(403).message(), "Signups are disabled");

    world.github.change("ada", |ada| ada.emails[0].2 = false);
    let (_, reply) = log_in(&world, "ada").await;
    assert_eq!(reply.expect(400).message(), "Your primary email must be verified on GitHub!");
    assert_eq!(world.stored().await, (1, 1));
}

#[tokio::test]
async fn a_code_that_is_denied_or_unknown_opens_nothing() {
    let world = World::new(by_device(open()), [Person::new(7, "ada")]).await;
    let mut browser = world.browser();
    let (question, user_code) = begun(&world, &mut browser).await;
    world.github.deny(&user_code);
    let reply = browser.get(&question).await.expect(500);
    assert!(reply.detail().starts_with("access_denied"), "{}", reply.text);
    let state = param(&browser.begin("").await, "state");
    let reply = browser.get(&format!("{CALLBACK}?code=guessed&state={state}")).await.expect(500);
    assert!(reply.detail().starts_with("incorrect_device_code"), "{}", reply.text);
    assert!(!browser.has_session());
    assert_eq!(world.stored().await, (0, 0));
}

#[tokio::test]
async fn there_are_codes_only_where_they_are_switched_on() {
    let refused = TestApp::new().await.client().get(DEVICE).await.expect(400);
    assert_eq!(refused.message(), "Github OAuth2 is not enabled.");
    let world = World::new(open(), [Person::new(7, "ada")]).await;
    let refused = world.app.client().get(DEVICE).await.expect(400);
    assert_eq!(refused.message(), "Device flow is not enabled for Github OAuth2.");
    assert_eq!(world.github.count("POST /login/device/code"), 0);
}

#[tokio::test]
async fn a_github_that_gives_no_codes_is_told_of() {
    let world = World::new(by_device(open()), [Person::new(7, "ada")]).await;
    let off =
        r#"{"error":"device_flow_disabled","error_description":"Device Flow must be enabled for this App."}"#;
    for (status, body, why) in
        [(200, off, "device_flow_disabled: "), (502, "", "GitHub answered with status 502")]
    {
        world.github.trouble("POST /login/device/code", Trouble::Says(status, body.to_owned()));
        let reply = world.app.client().get(DEVICE).await.expect(500);
        assert_eq!(reply.message(), "Failed to authorize device.");
        assert!(reply.detail().starts_with(why), "{}", reply.text);
    }
}
