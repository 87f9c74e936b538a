//! Writes that only a cookie vouches for, and what vouches for them (auth.md 4).

use reqwest::Method;
use reqwest::header::COOKIE;
use roster::domain::{RateLimits, Settings, Web};
use serde_json::json;

use super::helpers::{FAULT, flush, stored_key};
use crate::support::{Actor, Client, PASSWORD, Reply, TestApp, settings};

const NO_PROOF: &str = "Something is wrong with your CSRF token. Please refresh the page. If this error persists, \
     try clearing your cookies.\n";
const TWO_TOKENS: &str = "CSRF error encountered. Authentication via \"coder_session_token\" cookie and \
     \"Coder-Session-Token\" header detected, but the values do not match.";

/// A request with these headers and nothing else that shows who sends it.
async fn ask(client: &Client, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
    let request = client.request(method, &format!("/api/v2{path}"));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    client.finish(request.body("{}")).await
}

/// Something that changes nothing and needs a key.
async fn write(app: &TestApp, headers: &[(&str, &str)]) -> Reply {
    ask(&app.client(), Method::POST, "/authcheck", headers).await
}

#[track_caller]
fn assert_refused(reply: &Reply, text: &str) {
    assert_eq!(reply.status, 400, "{reply:?}");
    assert!(reply.text.starts_with(text), "{reply:?}");
    assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(reply.header("x-coder-build-version"), "v2.34.0");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("www-authenticate"), "");
}

fn session(token: &str) -> String {
    format!("coder_session_token={token}")
}

async fn started() -> (TestApp, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    (app, owner)
}

/// `name=value` of the token's cookie that a reply sets, if it does.
fn given(reply: &Reply) -> Option<String> {
    let all = reply.headers.get_all("set-cookie").into_iter().map(|value| value.to_str().unwrap());
    let found: Vec<_> = all.filter(|cookie| cookie.starts_with("csrf_token=")).collect();
    assert!(found.len() < 2, "{found:?}");
    found.first().map(|cookie| cookie.split(';').next().unwrap().to_owned())
}

#[tokio::test]
async fn a_write_with_nothing_but_the_cookie_is_refused() {
    let (app, owner) = started().await;
    let cookie = session(&owner.token);
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        for path in
            ["/users", "/users/me/roles", "/authcheck", "/users/login", "/users/logout", "/nothing", ""]
        {
            let client = app.client();
            let request = client.request(method.clone(), &format!("/api/v2{path}")).header(COOKIE, &cookie);
            let response = request.send().await.unwrap();
            assert_eq!(response.status().as_u16(), 400, "{method} {path}");
            assert_eq!(response.text().await.unwrap(), NO_PROOF, "{method} {path}");
        }
    }
    assert_refused(&write(&app, &[("cookie", &cookie)]).await, NO_PROOF);
    owner.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn so_is_one_with_a_stale_cookie_before_anybody_looks_at_it() {
    let (app, owner) = started().await;
    let stale = format!("0123456789-{}", "x".repeat(22));
    for token in [stale.as_str(), "abc"] {
        assert_refused(&write(&app, &[("cookie", &session(token))]).await, NO_PROOF);
    }
    let wrong = [("cookie", session(&stale)), ("coder-session-token", owner.token.clone())];
    let wrong = wrong.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_refused(&write(&app, &wrong).await, TWO_TOKENS);
}

#[tokio::test]
async fn a_cookie_and_another_token_in_the_header_are_told_apart() {
    let (app, owner) = started().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let headers = [("cookie", &*session(&owner.token)), ("Coder-Session-Token", &bea.token)];
    assert_refused(&write(&app, &headers).await, TWO_TOKENS);
    ask(&app.client(), Method::GET, "/users/me", &headers).await.expect(200);
}

#[tokio::test]
async fn what_another_site_cannot_send_vouches_for_a_write() {
    let (app, owner) = started().await;
    let cookie = session(&owner.token);
    let bearer = format!("bEARER {}", owner.token);
    let vouchers = [
        ("Coder-Session-Token", owner.token.as_str()),
        ("Authorization", &bearer),
        ("Authorization", "Bearer whatever"),
        ("Coder-Provisioner-Daemon-Key", "x"),
        ("Coder-Provisioner-Daemon-PSK", "x"),
    ];
    for voucher in vouchers {
        let reply = write(&app, &[("cookie", &cookie), voucher]).await;
        assert_eq!(reply.status, 200, "{voucher:?}: {reply:?}");
    }
    let path = format!("/authcheck?coder_session_token={}", owner.token);
    ask(&app.client(), Method::POST, &path, &[("cookie", &cookie)]).await.expect(200);
    let other = "/authcheck?coder_session_token=other";
    assert_refused(&ask(&app.client(), Method::POST, other, &[("cookie", &cookie)]).await, NO_PROOF);
    let basic = [("cookie", cookie.as_str()), ("Authorization", "Basic eDp5")];
    assert_refused(&write(&app, &basic).await, NO_PROOF);
}

#[tokio::test]
async fn beside_a_bearer_the_cookie_is_still_the_key() {
    let (app, owner) = started().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let bearer = format!("Bearer {}", owner.token);
    let headers = [("cookie", &*session(&bea.token)), ("Authorization", &*bearer)];
    let made = ask(&app.client(), Method::POST, "/users", &headers).await;
    assert_ne!(made.status, 401);
    let headers = [("cookie", "coder_session_token=abc"), ("Authorization", &*bearer)];
    write(&app, &headers).await.expect(401);
}

#[tokio::test]
async fn the_token_that_was_given_vouches_for_writes_of_its_session() {
    let (app, owner) = started().await;
    let cookie = session(&owner.token);
    let pair = given(&ask(&app.client(), Method::GET, "/users/me", &[("cookie", &cookie)]).await).unwrap();
    let token = pair.strip_prefix("csrf_token=").unwrap().to_owned();
    let both = format!("{cookie}; {pair}");
    write(&app, &[("cookie", &both), ("X-CSRF-TOKEN", &token)]).await.expect(200);

    let bea = app.user(&owner, "bea", &[]).await;
    let of_bea = format!("{}; {pair}", session(&bea.token));
    let made_up = format!("{cookie}; csrf_token=made-up");
    let empty = format!("{cookie}; csrf_token=");
    let wrong = [
        (both.as_str(), "made-up"),
        (&both, ""),
        (&cookie, &token),
        (&of_bea, &token),
        (&made_up, "made-up"),
        (&made_up, &token),
        (&empty, ""),
    ];
    for (cookie, token) in wrong {
        assert_refused(&write(&app, &[("cookie", cookie), ("X-CSRF-TOKEN", token)]).await, NO_PROOF);
    }
    assert_refused(&write(&app, &[("cookie", &both)]).await, NO_PROOF);
}

#[tokio::test]
async fn the_token_is_given_to_those_who_have_a_session_cookie_and_not_the_token() {
    let (app, owner) = started().await;
    let cookie = session(&owner.token);
    let client = app.client();
    let first = given(&ask(&client, Method::GET, "/users/me", &[("cookie", &cookie)]).await).unwrap();
    // Where a write is refused, too, so that the next one passes; and where the answer is a failure.
    for (method, path) in
        [(Method::POST, "/authcheck"), (Method::GET, "/users/nobody"), (Method::GET, "/nothing")]
    {
        let reply = ask(&client, method, path, &[("cookie", &cookie)]).await;
        assert_eq!(given(&reply), Some(first.clone()), "{path}");
    }
    let with = format!("{cookie}; {first}");
    assert_eq!(given(&ask(&client, Method::GET, "/users/me", &[("cookie", &with)]).await), None);
    let other = format!("{cookie}; csrf_token=of-another-session");
    assert_eq!(given(&ask(&client, Method::GET, "/users/me", &[("cookie", &other)]).await), Some(first));
    let plain = ask(&client, Method::GET, "/users/me", &[("cookie", "theme=dark")]).await;
    assert_eq!(given(&plain), None);
}

#[tokio::test]
async fn those_without_the_cookie_may_write() {
    let (app, owner) = started().await;
    let bearer = format!("Bearer {}", owner.token);
    let empty = format!("{}; theme=dark", session(""));
    write(&app, &[("Coder-Session-Token", &owner.token)]).await.expect(200);
    write(&app, &[("Authorization", &bearer)]).await.expect(200);
    write(&app, &[("cookie", "theme=dark"), ("Coder-Session-Token", &owner.token)]).await.expect(200);
    write(&app, &[("cookie", &empty), ("Coder-Session-Token", &owner.token)]).await.expect(200);
    write(&app, &[("cookie", "csrf_token=x")]).await.expect(401);
}

#[tokio::test]
async fn reading_needs_no_proof() {
    let (app, owner) = started().await;
    let cookie = session(&owner.token);
    for method in [Method::GET, Method::HEAD] {
        ask(&app.client(), method, "/users/me", &[("cookie", &cookie)]).await.expect(200);
    }
    for method in [Method::OPTIONS, Method::TRACE] {
        ask(&app.client(), method, "/users/me", &[("cookie", &cookie)]).await.expect(405);
    }
}

#[tokio::test]
async fn the_first_user_is_made_whatever_the_cookie() {
    let app = TestApp::new().await;
    let body = json!({ "email": "a@example.com", "username": "a", "password": PASSWORD }).to_string();
    for (path, status) in [("/api/v2/users/first", 201), ("/api/v2/users/first/", 409)] {
        let request = app.client().request(Method::POST, path).header(COOKIE, session("abc"));
        app.client().finish(request.body(body.clone())).await.expect(status);
    }
}

#[tokio::test]
async fn it_comes_before_the_limit_and_the_database() {
    let web = Web { limits: RateLimits { api: 2, login: 1 }, ..Web::default() };
    let app = TestApp::with(Settings { web, ..settings() }).await;
    let owner = app.owner().await;
    let (cookie, before) = (session(&owner.token), stored_key(&app, &owner.token).await);
    for _ in 0..5 {
        assert_refused(&write(&app, &[("cookie", &cookie)]).await, NO_PROOF);
    }
    flush(&app).await;
    assert_eq!(stored_key(&app, &owner.token).await, before, "a refused write is no use of the key");
    owner.post("/authcheck", json!({})).await.expect(200);
    app.backend.store.close().await;
    assert_refused(
        &write(&app, &[("cookie", &session("0123456789-0123456789012345678901"))]).await,
        NO_PROOF,
    );
    let reached = write(&app, &[("Coder-Session-Token", "0123456789-0123456789012345678901")]).await;
    assert_ne!((reached.status, reached.message().as_str()), (400, FAULT));
}
