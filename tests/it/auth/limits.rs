//! Who asks too often is told so, and when to come back (auth.md 3).

use chrono::TimeDelta;
use entity::users::Column;
use reqwest::Method;
use roster::domain::{RateLimits, Settings, Web};
use roster::model::clock::Clock;

use super::helpers::{credentials, flush, log_in, stored_key};
use crate::contract::walk::operations;
use crate::support::{Actor, Client, PASSWORD, Reply, TestApp, settings};

const BYPASS: &str = "X-Coder-Bypass-Ratelimit";

async fn limited(api: i64, login: i64) -> TestApp {
    let limits = RateLimits { api, login };
    TestApp::with(Settings { web: Web { limits, ..Web::default() }, ..settings() }).await
}

/// Logs in with a password that is no account's: the limit does not care.
async fn guess(client: &Client) -> Reply {
    log_in(client, "nobody@example.com", "not a password").await
}

async fn statuses(client: &Client, path: &str, count: usize) -> Vec<u16> {
    let mut found = Vec::new();
    for _ in 0..count {
        found.push(client.get(path).await.status);
    }
    found
}

async fn with_header(client: &Client, path: &str, name: &str, value: &str) -> Reply {
    client.finish(client.request(Method::GET, &format!("/api/v2{path}")).header(name, value)).await
}

#[tokio::test]
async fn the_limits_are_those_of_the_contract() {
    assert_eq!(RateLimits::default(), RateLimits { api: 512, login: 60 });
}

#[tokio::test]
async fn the_sixty_first_login_in_a_minute_is_refused() {
    let app = limited(512, 60).await;
    for _ in 0..60 {
        // A wrong login in a minute costs a hash; bad fields do not, and count as well.
        app.client().post("/users/login", credentials("", "")).await.expect(400);
        app.clock.advance(TimeDelta::milliseconds(900));
    }
    let refused = guess(&app.client()).await.expect(429);
    assert_eq!(refused.message(), "You've been rate limited for sending more than 60 requests in 1m0s.");
    assert_eq!((refused.detail().as_str(), refused.validations().len()), ("", 0));
    assert_eq!(refused.header("x-ratelimit-limit"), "60");
    assert_eq!(refused.header("x-ratelimit-remaining"), "0");
    let minute = app.clock.now().timestamp() - 54 + 60;
    assert_eq!(refused.header("x-ratelimit-reset"), minute.to_string());
    // Six seconds of the minute are left, and one in which the first of sixty leaves it.
    assert_eq!(refused.header("retry-after"), "7");
    assert_eq!(refused.header("x-coder-build-version"), "v2.34.0");
    assert_eq!(refused.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn whoever_waits_as_long_as_told_passes() {
    let app = limited(0, 3).await;
    for _ in 0..3 {
        app.client().post("/users/login", credentials("", "")).await.expect(400);
    }
    let wait: i64 = guess(&app.client()).await.expect(429).header("retry-after").parse().unwrap();
    app.clock.advance(TimeDelta::seconds(wait - 1));
    guess(&app.client()).await.expect(429);
    app.clock.advance(TimeDelta::seconds(1));
    guess(&app.client()).await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_logins_at_once_exactly_as_many_pass() {
    let app = limited(512, 60).await;
    let tries: Vec<_> = (0..200)
        .map(|_| {
            let client = app.client();
            tokio::spawn(async move { client.post("/users/login", credentials("", "")).await.status })
        })
        .collect();
    let (mut passed, mut refused) = (0, 0);
    for one in tries {
        match one.await.unwrap() {
            400 => passed += 1,
            429 => refused += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!((passed, refused), (60, 140));
}

#[tokio::test]
async fn a_refused_login_checks_no_password() {
    let app = limited(0, 2).await;
    let owner = app.owner().await;
    guess(&app.client()).await.expect(401);
    log_in(&app.client(), &owner.email, PASSWORD).await.expect(429);
    // Nor does it ask the database.
    app.backend.store.close().await;
    guess(&app.client()).await.expect(429);
}

#[tokio::test]
async fn each_path_has_a_limit_of_its_own() {
    let app = limited(3, 60).await;
    assert_eq!(statuses(&app.client(), "/buildinfo", 4).await, [200, 200, 200, 429]);
    let refused = app.client().get("/buildinfo").await.expect(429);
    assert_eq!(refused.message(), "You've been rate limited for sending more than 3 requests in 1m0s.");
    assert_eq!(statuses(&app.client(), "/users/authmethods", 4).await, [200, 200, 200, 429]);
    assert_eq!(statuses(&app.client(), "/nothing", 4).await, [404, 404, 404, 429]);
    assert_eq!(statuses(&app.client(), "/users", 4).await, [401, 401, 401, 429]);
}

#[tokio::test]
async fn another_spelling_of_a_path_is_the_same_path() {
    let app = limited(3, 60).await;
    let owner = app.owner().await;
    for path in ["/users/me/roles", "/users/ME/roles/", "/users/%6de/roles//"] {
        owner.get(path).await;
    }
    for path in ["/users/me/roles", "/users/me/roles?x=1", "/users/Me/roles", "/users/m%65/roles"] {
        owner.get(path).await.expect(429);
    }
}

#[tokio::test]
async fn logins_count_for_both_limits() {
    let app = limited(2, 60).await;
    for status in [401, 401, 429] {
        guess(&app.client()).await.expect(status);
    }
}

/// A server on which each path may be asked three times, with an owner and a member who share an address.
async fn with_two(api: i64) -> (TestApp, Actor, Actor) {
    let app = limited(api, 0).await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    (app, owner, bea)
}

#[tokio::test]
async fn whoever_has_a_good_key_is_counted_alone() {
    let (app, owner, bea) = with_two(3).await;
    let second = app.client().with_token(&app.mint(bea.id, Default::default()).await);
    assert_eq!(statuses(&bea, "/buildinfo", 2).await, [200, 200]);
    assert_eq!(statuses(&second, "/buildinfo", 2).await, [200, 429]);
    assert_eq!(statuses(&owner, "/buildinfo", 4).await, [200, 200, 200, 429]);
    assert_eq!(statuses(&app.client(), "/buildinfo", 1).await, [200]);
    let bad = app.client().with_token(&format!("{}x", &bea.token[..32]));
    assert_eq!(statuses(&bad, "/buildinfo", 3).await, [200, 200, 429]);
}

#[tokio::test]
async fn the_suspended_are_counted_as_whom_they_are() {
    let (app, _, bea) = with_two(3).await;
    app.set_user(bea.id, Column::Status, "suspended").await;
    assert_eq!(statuses(&bea, "/users/me", 4).await, [401, 401, 401, 429]);
    assert_eq!(statuses(&app.client(), "/users/me", 1).await, [401]);
}

#[tokio::test]
async fn zero_and_less_are_no_limit() {
    for limit in [0, -1, i64::MIN] {
        let app = limited(limit, limit).await;
        assert_eq!(statuses(&app.client(), "/buildinfo", 600).await, [200; 600], "{limit}");
        for _ in 0..70 {
            app.client().post("/users/login", credentials("", "")).await.expect(400);
        }
    }
}

#[tokio::test]
async fn what_is_no_api_is_not_counted() {
    let (app, owner, _) = with_two(3).await;
    for _ in 0..10 {
        for path in ["/healthz", "/readyz", "/openapi.json", "/swagger/"] {
            app.client().finish(app.client().request(Method::GET, path)).await.expect(200);
        }
        let explain = owner.request(Method::POST, "/api/experimental/authcheck/explain").body("{}");
        assert_ne!(owner.finish(explain).await.status, 429);
    }
}

#[tokio::test]
async fn owners_may_pass_uncounted() {
    let (app, owner, bea) = with_two(2).await;
    for value in ["true", "TRUE"].repeat(3) {
        with_header(&owner, "/buildinfo", BYPASS, value).await.expect(200);
    }
    assert_eq!(statuses(&owner, "/buildinfo", 3).await, [200, 200, 429]);
    with_header(&owner, "/buildinfo", BYPASS, "true").await.expect(200);
    with_header(&owner, "/buildinfo", BYPASS, "false").await.expect(429);

    let refused = with_header(&bea, "/buildinfo", BYPASS, "true").await.expect(428);
    assert_eq!(refused.message(), "Only owners may bypass the rate limit.");
    with_header(&bea, "/buildinfo", BYPASS, "false").await.expect(200);

    for status in [200, 200, 429] {
        with_header(&app.client(), "/buildinfo", BYPASS, "true").await.expect(status);
    }
    let bad = app.client().with_token("abc");
    with_header(&bad, "/buildinfo", BYPASS, "true").await.expect(429);
}

#[tokio::test]
async fn without_a_limit_there_is_nothing_to_bypass() {
    let (_app, _, bea) = with_two(0).await;
    with_header(&bea, "/buildinfo", BYPASS, "true").await.expect(200);
}

#[tokio::test]
async fn a_suspended_owner_is_no_owner() {
    let (app, owner, _) = with_two(2).await;
    let other = app.user(&owner, "cy", &["owner"]).await;
    app.set_user(other.id, Column::Status, "suspended").await;
    for status in [200, 200, 429] {
        with_header(&other, "/buildinfo", BYPASS, "true").await.expect(status);
    }
}

#[tokio::test]
async fn the_refused_are_not_let_into_the_database() {
    let (app, _, bea) = with_two(2).await;
    let before = stored_key(&app, &bea.token).await.unwrap();
    bea.get("/users/bea").await.expect(200);
    flush(&app).await;
    assert_ne!(stored_key(&app, &bea.token).await.unwrap().last_used, before.last_used);
    bea.get("/users/bea").await.expect(200);
    app.backend.store.close().await;
    bea.get("/users/bea").await.expect(429);
}

#[test]
fn the_operations_with_the_narrow_limit_are_there() {
    for id in roster::http::LOGIN_GROUP {
        assert!(operations().iter().any(|operation| operation.id() == *id), "{id} is no operation");
    }
}

/// Wherever a wrong answer tells that a guess was wrong; auth.md 3, and convert-login, which takes the password of anybody.
#[test]
fn the_narrow_limit_is_where_secrets_can_be_guessed() {
    let guessable = [
        "callback-of-another-openid-provider",
        "change-password-with-a-one-time-passcode",
        "convert-user-from-password-to-oauth-authentication",
        "get-github-device-auth",
        "log-in-user",
        "oauth-20-github-callback",
        "openid-connect-callback",
        "request-one-time-passcode",
        "update-user-password",
        "validate-user-password",
    ];
    assert_eq!(roster::http::LOGIN_GROUP, guessable);
}

#[tokio::test]
async fn each_of_them_has_it() {
    let app = limited(0, 1).await;
    for operation in operations().into_iter().filter(|o| roster::http::LOGIN_GROUP.contains(&o.id())) {
        let client = app.client();
        let ask = || client.finish(client.request(operation.method.clone(), &operation.any_path()).body("{"));
        assert_ne!(ask().await.status, 429, "{operation:?}");
        assert_eq!(ask().await.status, 429, "{operation:?}");
    }
    assert_eq!(statuses(&app.client(), "/buildinfo", 3).await, [200; 3]);
}
