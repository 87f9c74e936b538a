//! The session cookie: given by a login, taken away by a logout.

use std::collections::BTreeSet;

use reqwest::Method;
use roster::domain::{SameSite, Settings, Web};
use serde_json::json;

use super::helpers::{log_in, session};
use crate::support::{PASSWORD, Reply, TestApp, settings};

/// `name=value` of the cookie of this name that a reply sets, and its attributes.
fn cookie_named(reply: &Reply, name: &str) -> (String, BTreeSet<String>) {
    let all = reply.headers.get_all("set-cookie").into_iter().map(|value| value.to_str().unwrap());
    let mut named = all.filter(|cookie| cookie.split('=').next() == Some(name));
    let found = named.next().unwrap_or_else(|| panic!("no {name}: {reply:?}"));
    assert_eq!(named.next(), None, "{reply:?}");
    let mut parts = found.split("; ").map(str::to_owned);
    (parts.next().unwrap(), parts.collect())
}

/// The same of the session cookie.
fn cookie(reply: &Reply) -> (String, BTreeSet<String>) {
    cookie_named(reply, "coder_session_token")
}

fn attributes(of: &[&str]) -> BTreeSet<String> {
    of.iter().map(|text| (*text).to_owned()).collect()
}

/// What a login and a logout of the owner set, on a server with these settings.
async fn both(settings: Settings) -> ((String, BTreeSet<String>), (String, BTreeSet<String>), String) {
    let app = TestApp::with(settings).await;
    app.owner().await;
    let login = log_in(&app.client(), "owner@example.com", PASSWORD).await.expect(201);
    let token = login.json()["session_token"].as_str().unwrap().to_owned();
    let logout = app.client().with_token(&token).post_empty("/users/logout").await.expect(200);
    (cookie(&login), cookie(&logout), token)
}

#[tokio::test]
async fn a_login_sets_the_key_as_a_cookie_for_a_year() {
    let ((value, found), _, token) = both(settings()).await;
    assert_eq!(value, format!("coder_session_token={token}"));
    assert_eq!(found, attributes(&["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=31536000"]));
}

#[tokio::test]
async fn a_logout_takes_the_cookie_away() {
    let (_, (value, found), _) = both(settings()).await;
    assert_eq!(value, "coder_session_token=");
    assert_eq!(found, attributes(&["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=-1"]));
}

#[tokio::test]
async fn behind_https_the_cookie_is_sent_over_https_only() {
    let secure =
        Settings { access_url: "https://roster.test".to_owned(), secure_cookies: true, ..settings() };
    let ((_, login), (_, logout), _) = both(secure).await;
    assert!(login.contains("Secure") && logout.contains("Secure"), "{login:?} {logout:?}");
    assert!(login.contains("HttpOnly") && logout.contains("HttpOnly"), "{login:?} {logout:?}");
}

#[tokio::test]
async fn the_cookie_as_it_was_set_opens_doors() {
    let app = TestApp::new().await;
    app.owner().await;
    let login = log_in(&app.client(), "owner@example.com", PASSWORD).await.expect(201);
    let (pair, _) = cookie(&login);
    let request = app.client().request(Method::GET, "/api/v2/users/me").header("cookie", pair);
    app.client().finish(request).await.expect(200);
}

#[tokio::test]
async fn nothing_else_sets_cookies() {
    let app = TestApp::new().await;
    app.owner().await;
    let token = session(&app, "owner@example.com").await;
    let client = app.client().with_token(&token);
    for path in ["/users/me", "/users", "/buildinfo", "/users/authmethods", "/users/nobody"] {
        assert!(client.get(path).await.header("set-cookie").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn the_token_against_forged_requests_comes_and_goes_with_the_session() {
    let app = TestApp::new().await;
    app.owner().await;
    let login = log_in(&app.client(), "owner@example.com", PASSWORD).await.expect(201);
    let (value, found) = cookie_named(&login, "csrf_token");
    assert_eq!(found, attributes(&["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=31536000"]));
    let token = login.json()["session_token"].as_str().unwrap().to_owned();
    // What tells the session does not follow from it.
    assert_eq!(value.len(), "csrf_token=".len() + 64);
    assert!(!value.contains(token.split_once('-').unwrap().1), "{value}");
    let logout = app.client().with_token(&token).post_empty("/users/logout").await.expect(200);
    let (value, found) = cookie_named(&logout, "csrf_token");
    assert_eq!(value, "csrf_token=");
    assert_eq!(found, attributes(&["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=-1"]));
}

#[tokio::test]
async fn a_new_login_beside_an_old_cookie_gives_the_token_of_the_new_session() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let request = owner.request(Method::POST, "/api/v2/users/login");
    let request = request.header("cookie", format!("coder_session_token={}", owner.token));
    let body = json!({ "email": owner.email, "password": PASSWORD });
    let login = owner.finish(request.body(body.to_string())).await.expect(201);
    let (session, token) = (cookie(&login).0, cookie_named(&login, "csrf_token").0);
    let write = app.client().request(Method::POST, "/api/v2/authcheck").body("{}");
    let write = write.header("cookie", format!("{session}; {token}"));
    let write = write.header("X-CSRF-TOKEN", token.strip_prefix("csrf_token=").unwrap());
    app.client().finish(write).await.expect(200);
}

fn secure_with(web: Web) -> Settings {
    let limits = settings().web.limits;
    let url = "https://roster.test".to_owned();
    Settings { access_url: url, secure_cookies: true, web: Web { limits, ..web }, ..settings() }
}

#[tokio::test]
async fn cookies_may_be_sent_from_other_sites_where_that_is_wanted() {
    let web = Web { same_site: SameSite::None, ..Web::default() };
    let ((_, login), (_, logout), _) = both(secure_with(web)).await;
    assert_eq!(login, attributes(&["Path=/", "HttpOnly", "SameSite=None", "Max-Age=31536000", "Secure"]));
    assert_eq!(logout, attributes(&["Path=/", "HttpOnly", "SameSite=None", "Max-Age=-1", "Secure"]));
}

async fn prefixed() -> TestApp {
    TestApp::with(secure_with(Web { host_prefix_cookie: true, ..Web::default() })).await
}

const PREFIXED: &str = "__Host-coder_session_token";

#[tokio::test]
async fn with_the_prefix_the_cookie_has_another_name_and_no_domain() {
    let app = prefixed().await;
    app.owner().await;
    let login = log_in(&app.client(), "owner@example.com", PASSWORD).await.expect(201);
    let token = login.json()["session_token"].as_str().unwrap().to_owned();
    let (value, found) = cookie_named(&login, PREFIXED);
    assert_eq!(value, format!("{PREFIXED}={token}"));
    assert_eq!(found, attributes(&["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=31536000", "Secure"]));
    assert!(cookie_named(&login, "csrf_token").1.contains("Secure"));
    let logout = app.client().with_token(&token).post_empty("/users/logout").await.expect(200);
    let (value, found) = cookie_named(&logout, PREFIXED);
    assert_eq!(value, format!("{PREFIXED}="));
    assert_eq!(found, attributes(&["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=-1", "Secure"]));
}

#[tokio::test]
async fn with_the_prefix_a_cookie_without_it_is_ignored_and_taken_away() {
    let app = prefixed().await;
    let owner = app.owner().await;
    let client = app.client();
    let ask = async |method: Method, path: &str, cookie: String| {
        let request = client.request(method, &format!("/api/v2{path}")).header("cookie", cookie);
        client.finish(request.body("{}")).await
    };
    let plain = format!("coder_session_token={}", owner.token);
    let good = format!("{PREFIXED}={}", owner.token);
    let gone = attributes(&["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=-1", "Secure"]);
    // A write as well: a cookie that counts for nothing vouches for nothing, and endangers nobody.
    for (method, path) in [(Method::GET, "/users/me"), (Method::POST, "/authcheck")] {
        let reply = ask(method, path, plain.clone()).await.expect(401);
        assert_eq!(
            cookie_named(&reply, "coder_session_token"),
            ("coder_session_token=".to_owned(), gone.clone())
        );
    }
    let reply = ask(Method::GET, "/users/me", format!("coder_session_token=abc; {good}")).await.expect(200);
    assert_eq!(cookie(&reply).1, gone);
    let reply = ask(Method::GET, "/users/me", good.clone()).await.expect(200);
    assert!(!reply.headers.get_all("set-cookie").iter().any(|c| c.to_str().unwrap().contains("session")));
    let refused = ask(Method::POST, "/authcheck", good).await.expect(400);
    assert!(refused.text.starts_with("Something is wrong with your CSRF token."), "{refused:?}");
    owner.get("/users/me").await.expect(200);
    client.get(&format!("/users/me?coder_session_token={}", owner.token)).await.expect(200);
}

#[tokio::test]
async fn without_the_prefix_one_with_it_is_another_cookie() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let request = app.client().request(Method::GET, "/api/v2/users/me");
    app.client().finish(request.header("cookie", format!("{PREFIXED}={}", owner.token))).await.expect(401);
}
