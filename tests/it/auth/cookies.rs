//! The session cookie: given by a login, taken away by a logout.

use std::collections::BTreeSet;

use roster::domain::Settings;

use super::helpers::{log_in, session};
use crate::support::{PASSWORD, Reply, TestApp, settings};

/// `name=value` of the one cookie of a reply, and its attributes.
fn cookie(reply: &Reply) -> (String, BTreeSet<String>) {
    let all: Vec<_> = reply.headers.get_all("set-cookie").iter().collect();
    assert_eq!(all.len(), 1, "{reply:?}");
    let mut parts = all[0].to_str().unwrap().split("; ").map(str::to_owned);
    (parts.next().unwrap(), parts.collect())
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
    let request = app.client().request(reqwest::Method::GET, "/api/v2/users/me").header("cookie", pair);
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
