//! Logging in on the page.

use std::collections::BTreeSet;

use entity::users::Column;
use reqwest::Method;
use roster::domain::{SameSite, Settings, Web};
use serde_json::json;

use super::{ask, open, send, value};
use crate::auth::helpers::{WRONG, served};
use crate::support::{PASSWORD, Reply, TestApp, settings};

async fn log_in(app: &TestApp, email: &str, password: &str, redirect: &str) -> Reply {
    send(app, "/login", &[("email", email), ("password", password), ("redirect", redirect)]).await
}

/// `name=value` and the attributes of the cookie of this name.
fn set_cookie(reply: &Reply, name: &str) -> (String, BTreeSet<String>) {
    let all = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let named: Vec<_> = all.filter(|cookie| cookie.split('=').next() == Some(name)).collect();
    assert_eq!(named.len(), 1, "{reply:?}");
    let mut parts = named[0].split("; ").map(str::to_owned);
    (parts.next().unwrap(), parts.collect())
}

#[tokio::test]
async fn the_form_logs_in_and_leads_on() {
    let app = TestApp::new().await;
    app.owner().await;
    let page = open(&app, "/login?redirect=%2Fswagger%2F%3Fa%3Db", "").await.expect(200);
    assert!(page.text.contains("<form method=\"post\" action=\"/login\">"), "{page:?}");
    let redirect = value(&page, "redirect");
    assert_eq!(redirect, "/swagger/?a=b");
    let done = log_in(&app, "owner@example.com", PASSWORD, redirect).await.expect(303);
    assert_eq!((done.header("location"), done.text.as_str()), ("/swagger/?a=b", ""));

    let (session, attributes) = set_cookie(&done, "coder_session_token");
    let expected = ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=31536000"].map(str::to_owned);
    assert_eq!(attributes, BTreeSet::from(expected.clone()));
    let (proof, attributes) = set_cookie(&done, "csrf_token");
    assert_eq!(attributes, BTreeSet::from(expected));
    let token = proof.strip_prefix("csrf_token=").unwrap();
    let headers = [("cookie", format!("{session}; {proof}")), ("x-csrf-token", token.to_owned())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    ask(&app, Method::POST, "/api/v2/authcheck", &headers, "{}").await.expect(200);
}

#[tokio::test]
async fn the_cookie_is_as_the_settings_want_it() {
    let web = Web { same_site: SameSite::None, host_prefix_cookie: true, ..settings().web };
    let url = "https://roster.test".to_owned();
    let app = TestApp::with(Settings { access_url: url, secure_cookies: true, web, ..settings() }).await;
    app.owner().await;
    let done = log_in(&app, "owner@example.com", PASSWORD, "").await.expect(303);
    let (session, attributes) = set_cookie(&done, "__Host-coder_session_token");
    assert!(attributes.contains("Secure") && attributes.contains("SameSite=None"), "{attributes:?}");
    open(&app, "/login", &session).await.expect(303);
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let (app, owner, _) = served().await;
    let wishes = [
        ("", "/"),
        ("/x?y=%2F%2Fz", "/x?y=%2F%2Fz"),
        ("https://evil.test/x", "/x"),
        ("https://evil.test//evil.test/x", "/"),
        ("////evil.test", "/"),
        ("/\\evil.test", "/"),
        ("/\t/evil.test", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
        ("/%2F/evil.test", "/%2F/evil.test"),
        ("/é", "/%C3%A9"),
    ];
    for (wish, end) in wishes {
        let done = log_in(&app, &owner.email, PASSWORD, wish).await.expect(303);
        assert_eq!(done.header("location"), end, "{wish:?}");
        assert_eq!(done.headers.get_all("set-cookie").iter().count(), 2, "{wish:?}");
    }
}

#[tokio::test]
async fn the_refused_see_why_and_keep_their_address_but_not_their_password() {
    let (app, owner, bea) = served().await;
    app.set_user(bea.id, Column::Status, "suspended").await;
    let none = app.user(&owner, "cy", &[]).await;
    let secret = "NotThePassword123!";
    let suspended = "Your account is suspended. Contact an admin to reactivate your account.";
    let incomplete = "Please enter your e-mail address and your password.";
    let cases = [
        (owner.email.as_str(), secret, 401, WRONG),
        ("nobody@example.com", secret, 401, WRONG),
        (&none.email, secret, 401, WRONG),
        (&bea.email, PASSWORD, 401, suspended),
        (&bea.email, secret, 401, WRONG),
        (&owner.username, PASSWORD, 400, incomplete),
        (&owner.email, "", 400, incomplete),
    ];
    for (email, password, status, text) in cases {
        let page = log_in(&app, email, password, "/x").await.expect(status);
        assert!(page.text.contains(&format!("role=\"alert\" id=\"notice\">{text}</p>")), "{email}: {page:?}");
        assert_eq!((value(&page, "email"), value(&page, "redirect")), (email, "/x"));
        assert!(password.is_empty() || !page.text.contains(password), "{page:?}");
        assert!(page.headers.get("set-cookie").is_none(), "{page:?}");
    }
}

#[tokio::test]
async fn without_fields_nothing_is_known() {
    let (app, ..) = served().await;
    let page = send(&app, "/login", &[]).await.expect(400);
    assert_eq!((value(&page, "email"), value(&page, "redirect")), ("", "/"));
}

#[tokio::test]
async fn where_passwords_are_disabled_there_is_no_form() {
    let app = TestApp::with(Settings { password_login: false, ..settings() }).await;
    let first = json!({ "email": "owner@example.com", "username": "owner", "password": PASSWORD });
    app.client().post("/users/first", first).await.expect(201);
    let page = open(&app, "/login", "").await.expect(200);
    assert!(!page.text.contains("<form") && page.text.contains("passwords are disabled"), "{page:?}");
    let refused = log_in(&app, "owner@example.com", PASSWORD, "").await.expect(403);
    assert!(refused.text.contains("Password authentication is disabled."), "{refused:?}");
}

#[tokio::test]
async fn while_there_is_nobody_the_page_says_how_to_begin() {
    let app = TestApp::new().await;
    let page = open(&app, "/login", "").await.expect(200);
    assert!(!page.text.contains("<form"), "{page:?}");
    assert!(page.text.contains("http://roster.test/api/v2/users/first"), "{page:?}");
    app.owner().await;
    let page = open(&app, "/login", "").await.expect(200);
    assert!(page.text.contains("<form") && !page.text.contains("users/first"), "{page:?}");
}

#[tokio::test]
async fn a_database_that_is_away_is_told_as_a_page() {
    let (app, owner, _) = served().await;
    app.backend.store.close().await;
    for reply in [open(&app, "/login", "").await, log_in(&app, &owner.email, PASSWORD, "").await] {
        let reply = reply.expect(503);
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        assert!(reply.text.contains("The database is not available at the moment."), "{reply:?}");
    }
}

#[tokio::test]
async fn a_message_is_shown_up_to_a_length() {
    let (app, ..) = served().await;
    let page = open(&app, "/login?message=Come+back+later.&message=no", "").await.expect(200);
    assert!(page.text.contains("role=\"alert\" id=\"notice\">Come back later.</p>"), "{page:?}");
    let page = open(&app, &format!("/login?message={}", "x".repeat(501)), "").await.expect(200);
    assert!(page.text.contains(&"x".repeat(500)) && !page.text.contains(&"x".repeat(501)), "{page:?}");
}
