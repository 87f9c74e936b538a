//! Logging in with GitHub by way of the browser (auth.md 9).

use serde_json::json;

use super::github_world::{CALLBACK, World, open, param};
use crate::support::github::{Person, Trouble};

#[tokio::test]
async fn a_browser_goes_to_github_and_comes_back_with_a_session() {
    let world = World::new(open(), [Person::new(7, "ada")]).await;
    let mut browser = world.browser();
    let there = browser.begin("?redirect=https://evil.test/settings?tab=1").await;
    assert!(there.starts_with(&format!("{}/login/oauth/authorize?", world.github.base)), "{there}");
    assert_eq!(param(&there, "redirect_uri"), "http://roster.test/api/v2/users/oauth2/github/callback");
    assert_eq!(param(&there, "code_challenge_method"), "S256");
    assert_eq!(param(&there, "state"), browser.cookies["oauth_state"]);
    assert_eq!(browser.cookies["oauth_pkce_verifier"].len(), 43);

    let back = browser.agree(&there).await;
    let reply = browser.get(&back).await.expect(307);
    assert_eq!(reply.header("location"), "/settings?tab=1");
    let left: Vec<&String> = browser.cookies.keys().collect();
    assert_eq!(left, ["coder_session_token", "csrf_token"]);
    let me = browser.me().await;
    assert_eq!(
        (&me["username"], &me["email"], &me["name"]),
        (&json!("ada"), &json!("ada@example.com"), &json!("The ada"))
    );
    assert_eq!((&me["login_type"], &me["status"]), (&json!("github"), &json!("active")));
    assert_eq!(me["avatar_url"], format!("{}/avatars/7", world.github.base));
    assert_eq!(world.stored().await, (1, 1));
}

#[tokio::test]
async fn the_first_one_is_let_in_and_owns_the_deployment() {
    let rules = roster::domain::provider::GithubRules { allow_signups: false, ..open() };
    let world = World::new(rules, [Person::new(7, "ada"), Person::new(8, "bea")]).await;
    let (mut ada, reply) = world.log_in("ada").await;
    reply.expect(307);
    assert_eq!(ada.me().await["roles"][0]["name"], "owner");
    let (bea, reply) = world.log_in("bea").await;
    let reply = reply.expect(403);
    assert!(reply.text.contains("Signups are disabled"), "{}", reply.text);
    assert!(reply.header("content-type").starts_with("text/html"));
    assert!(!bea.has_session());
    assert_eq!(world.stored().await, (1, 1));
}

#[tokio::test]
async fn a_second_login_is_the_same_user_as_github_describes_it_now() {
    let world = World::new(open(), [Person::new(7, "ada")]).await;
    let (mut browser, _) = world.log_in("ada").await;
    let before = browser.me().await;
    world.github.change("ada", |ada| {
        ada.login = "countess".to_owned();
        ada.name = None;
        ada.emails =
            vec![("old@example.com".to_owned(), false, true), ("new@example.com".to_owned(), true, true)];
    });
    let (mut browser, _) = world.log_in("countess").await;
    let after = browser.me().await;
    assert_eq!((&after["id"], &after["username"]), (&before["id"], &json!("ada")));
    assert_eq!(after["email"], "new@example.com");
    assert!(after["name"].as_str().unwrap_or_default().is_empty(), "{after}");
    assert_eq!(world.stored().await, (1, 1));
}

#[tokio::test]
async fn only_ids_of_github_com_can_be_searched_for() {
    for is_github_com in [true, false] {
        let rules = roster::domain::provider::GithubRules { is_github_com, ..open() };
        let world = World::new(rules, [Person::new(7, "ada")]).await;
        let owner = world.app.owner().await;
        world.log_in("ada").await.1.expect(307);
        let found = owner.search("/users", "github_com_user_id:7").await.expect(200).json();
        assert_eq!(found["count"], u8::from(is_github_com), "{found}");
        assert_eq!(owner.search("/users", "github_com_user_id:8").await.json()["count"], 0);
    }
}

#[tokio::test]
async fn underscores_become_hyphens_and_taken_names_get_another() {
    let world = World::new(open(), [Person::new(7, "ada_l"), Person::new(8, "owner")]).await;
    world.app.owner().await;
    let (mut browser, _) = world.log_in("ada_l").await;
    assert_eq!(browser.me().await["username"], "ada-l");
    world.github.change("owner", |owner| owner.emails = vec![("another@example.com".to_owned(), true, true)]);
    let (mut browser, _) = world.log_in("owner").await;
    let name = browser.me().await["username"].as_str().unwrap().to_owned();
    assert!(name.starts_with("owner-"), "{name}");
}

#[tokio::test]
async fn a_name_that_cannot_be_one_here_is_a_fault() {
    let long = "x".repeat(33);
    for (id, login) in [(7, "ada_"), (8, "new"), (9, long.as_str()), (10, "a__b")] {
        let world = World::new(open(), [Person::new(id, login)]).await;
        let (browser, reply) = world.log_in(login).await;
        let reply = reply.expect(500);
        assert!(reply.message().contains("cannot be a username here"), "{}", reply.text);
        assert!(!browser.has_session());
        assert_eq!(world.stored().await, (0, 0), "{login}");
    }
}

#[tokio::test]
async fn somebody_who_was_let_in_may_get_any_name_at_github_later() {
    let world = World::new(open(), [Person::new(7, "ada")]).await;
    world.log_in("ada").await.1.expect(307);
    world.github.change("ada", |ada| ada.login = "ada_".to_owned());
    let (mut browser, reply) = world.log_in("ada_").await;
    reply.expect(307);
    assert_eq!(browser.me().await["username"], "ada");
}

#[tokio::test]
async fn only_a_verified_primary_address_counts() {
    let (ada, other) = ("ada@example.com", "other@example.com");
    let bad: [&[(&str, bool, bool)]; 3] =
        [&[(ada, true, false), (other, false, true)], &[(ada, false, true)], &[]];
    for emails in bad {
        let world = World::new(open(), [Person::new(7, "ada").with_emails(emails)]).await;
        let (browser, reply) = world.log_in("ada").await;
        assert_eq!(reply.expect(400).message(), "Your primary email must be verified on GitHub!");
        assert!(!browser.has_session());
        assert_eq!(world.stored().await, (0, 0));
    }
    let good = Person::new(7, "ada").with_emails(&[(other, false, true), (ada, true, true)]);
    let world = World::new(open(), [good]).await;
    assert_eq!(world.log_in("ada").await.0.me().await["email"], ada);
}

#[tokio::test]
async fn an_account_with_a_password_is_not_taken_over() {
    let world = World::new(open(), [Person::new(7, "owner")]).await;
    world.app.owner().await;
    let (browser, reply) = world.log_in("owner").await;
    let reply = reply.expect(403);
    assert!(reply.text.contains("Incorrect login type") && reply.text.contains("convert"), "{}", reply.text);
    assert!(!browser.has_session());
    assert_eq!(world.stored().await, (1, 0));
}

#[tokio::test]
async fn an_account_that_waits_for_github_is_found_by_its_address_once() {
    let people = [Person::new(7, "Countess"), Person::new(8, "thief")];
    let world = World::new(open(), people).await;
    let owner = world.app.owner().await;
    let waiting = json!({ "username": "ada", "email": "Ada@example.com", "login_type": "github" });
    let ada = world.app.user_from(&owner, waiting).await;
    for login in ["Countess", "thief"] {
        world.github.change(login, |person| person.emails = vec![("ada@Example.com".to_owned(), true, true)]);
    }
    let (mut browser, _) = world.log_in("Countess").await;
    assert_eq!(browser.me().await["id"], ada.id.to_string());
    let (browser, reply) = world.log_in("thief").await;
    let text = "This account is already linked to a different identity provider subject.";
    assert_eq!(reply.expect(403).message(), text);
    assert!(!browser.has_session());
    assert_eq!(world.stored().await, (2, 1));
}

#[tokio::test]
async fn a_suspended_user_gets_no_session() {
    let world = World::new(open(), [Person::new(7, "ada")]).await;
    let owner = world.app.owner().await;
    world.log_in("ada").await.1.expect(307);
    owner.put_empty("/users/ada/status/suspend").await.expect(200);
    let (browser, reply) = world.log_in("ada").await;
    assert!(reply.expect(403).text.contains("Account suspended"));
    assert!(!browser.has_session());
}

#[tokio::test]
async fn a_return_without_its_verifier_is_refused() {
    let world = World::new(open(), [Person::new(7, "ada")]).await;
    let mut browser = world.browser();
    let there = browser.begin("").await;
    let back = browser.agree(&there).await;
    browser.cookies.remove("oauth_pkce_verifier");
    assert_eq!(browser.get(&back).await.expect(400).message(), "PKCE challenge must be provided.");
    let mut other = world.browser();
    other.begin("").await;
    let stolen = browser.agree(&there).await;
    assert_eq!(other.get(&stolen).await.expect(401).message(), "State mismatched.");
    assert_eq!(world.stored().await, (0, 0));
}

#[tokio::test]
async fn what_github_refuses_is_told() {
    let world = World::new(open(), [Person::new(7, "ada")]).await;
    let mut browser = world.browser();
    let query = "?error=access_denied&error_description=The+user+has+denied+your+application+access.";
    let reply = browser.get(&format!("{CALLBACK}{query}")).await.expect(400);
    assert_eq!(reply.message(), "Encountered error in oidc process: access_denied");
    assert!(reply.detail().contains("The user has denied"), "{}", reply.text);
    browser.begin("").await;
    let state = browser.cookies["oauth_state"].clone();
    let reply = browser.get(&format!("{CALLBACK}?code=guessed&state={state}")).await.expect(500);
    assert_eq!(reply.message(), "Failed exchanging Oauth code.");
    assert_eq!(reply.detail(), "bad_verification_code: The code passed is incorrect or expired.");
}

#[tokio::test]
async fn nothing_is_half_made_while_github_is_down() {
    let world = World::new(open(), [Person::new(7, "ada")]).await;
    let down = Trouble::Says(503, "<html>Unicorn!</html>".to_owned());
    let table = [
        ("POST /login/oauth/access_token", "Failed exchanging Oauth code."),
        ("GET /api/v3/user", "Failed to obtain user information from GitHub."),
        ("GET /api/v3/user/emails", "Failed to obtain user information from GitHub."),
    ];
    for (path, message) in table {
        world.github.trouble(path, down.clone());
        let (browser, reply) = world.log_in("ada").await;
        let reply = reply.expect(500);
        assert_eq!(reply.message(), message);
        assert_eq!(reply.detail(), "GitHub answered with status 503 Service Unavailable");
        assert!(!browser.has_session());
        assert_eq!(world.stored().await, (0, 0));
        world.github.recover();
    }
    world.log_in("ada").await.1.expect(307);
}

#[tokio::test]
async fn github_is_among_the_ways_to_log_in_where_it_is_configured() {
    let world = World::new(open(), [Person::new(7, "ada")]).await;
    let methods = world.app.client().get("/users/authmethods").await.expect(200).json();
    assert_eq!(methods["github"], json!({ "enabled": true, "default_provider_configured": false }));
    let without = crate::support::TestApp::new().await;
    let methods = without.client().get("/users/authmethods").await.expect(200).json();
    assert_eq!(methods["github"]["enabled"], false);
    let refused = without.client().get(CALLBACK).await.expect(400);
    assert_eq!(refused.message(), "The oauth2 method requested is not configured!");
}
