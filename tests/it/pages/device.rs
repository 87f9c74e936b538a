//! Logging in by a code that is typed in at GitHub.

use std::sync::{Arc, Mutex};

use roster::domain::provider::{Failure, GithubAccount, GithubEmail, GithubRules, Providers, Tokens};
use roster::model::ids::Secret;

use super::away::{self, Typed};
use super::{ask, open, send_with, value};
use crate::support::{Reply, TestApp, settings};

const STATE: &str = "0123456789abcdef0123456789abcdef";
const COOKIES: &str = "oauth_state=0123456789abcdef0123456789abcdef; oauth_redirect=/swagger/";

/// A server to whose GitHub this is said of the code, one after the other.
async fn serving(answers: Vec<Result<(), &str>>) -> TestApp {
    let refused = |error: &str| Failure::Refused { error: error.to_owned(), description: String::new() };
    let tokens = || Tokens { access: Secret::new("a"), refresh: Secret::new(""), expires_at: None };
    let answers = answers.into_iter().map(|answer| answer.map(|()| tokens()).map_err(refused)).collect();
    let account =
        GithubAccount { id: 7, login: "octo".into(), name: "Octo".into(), avatar_url: String::new() };
    let email = GithubEmail { email: "octo@example.com".to_owned(), primary: true, verified: true };
    let rules = GithubRules {
        allow_everyone: true,
        allow_signups: true,
        device_flow: true,
        ..GithubRules::default()
    };
    let client = Typed { answers: Mutex::new(answers), account, email };
    let github = Some(Arc::new(roster::domain::provider::Github { client: Box::new(client), rules }));
    TestApp::with_providers(settings(), Providers { github, ..Providers::default() }).await
}

async fn shown(app: &TestApp) -> Reply {
    open(app, &format!("/login/device?state={STATE}"), COOKIES).await
}

/// Sends the form of a page.
async fn typed(app: &TestApp, page: &Reply) -> Reply {
    let names = ["state", "device_code", "user_code", "verification_uri", "interval"];
    let values = names.map(|name| value(page, name).replace("&#60;", "<"));
    let fields: Vec<_> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
    send_with(app, "/login/device", &[("cookie", COOKIES)], &fields).await
}

fn cookies(reply: &Reply) -> Vec<(&str, &str)> {
    let all = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    all.map(|cookie| cookie.split(';').next().unwrap().split_once('=').unwrap()).collect()
}

#[tokio::test]
async fn the_code_is_shown_with_where_to_enter_it() {
    let app = serving(vec![]).await;
    let page = shown(&app).await.expect(200);
    assert!(page.text.contains(">WDJB-&#60;MJHT</code>"), "{page:?}");
    assert!(page.text.contains("href=\"https://github.test/login/device\" target=\"_blank\""), "{page:?}");
    assert_eq!((value(&page, "state"), value(&page, "device_code")), (STATE, "secret-of-the-device"));
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn whoever_waits_for_the_code_sees_it_again_and_then_is_in() {
    let app = serving(vec![Err("authorization_pending"), Err("slow_down"), Ok(())]).await;
    let page = shown(&app).await.expect(200);
    let pending = typed(&app, &page).await.expect(200);
    assert!(
        pending.text.contains("wait 5 seconds") && pending.text.contains(">WDJB-&#60;MJHT</code>"),
        "{pending:?}"
    );
    assert_eq!(cookies(&pending), []);
    let slower = typed(&app, &pending).await.expect(200);
    assert!(slower.text.contains("wait 10 seconds"), "{slower:?}");
    assert_eq!(value(&slower, "interval"), "10");
    let done = typed(&app, &slower).await.expect(303);
    assert_eq!(done.header("location"), "/swagger/");
    let set = cookies(&done);
    let token = set.iter().find(|(name, _)| *name == "coder_session_token").unwrap().1;
    assert!(set.contains(&("oauth_state", "")) && set.contains(&("oauth_redirect", "")), "{set:?}");
    let me = app.client().with_token(token).get("/users/me").await.expect(200).json();
    assert_eq!((&me["username"], &me["login_type"]), (&"octo".into(), &"github".into()));
}

#[tokio::test]
async fn a_code_that_is_refused_ends_the_login() {
    let app = serving(vec![Err("access_denied")]).await;
    let page = shown(&app).await.expect(200);
    let refused = typed(&app, &page).await.expect(500);
    assert_eq!(refused.header("content-type"), "text/html; charset=utf-8");
    assert!(refused.text.contains("Failed exchanging Oauth code."), "{refused:?}");
    assert!(cookies(&refused).contains(&("oauth_state", "")), "{refused:?}");
}

#[tokio::test]
async fn programs_that_ask_whether_the_code_was_typed_in_may_ask_again() {
    let app = serving(vec![Err("authorization_pending"), Ok(())]).await;
    let path = format!("/api/v2/users/oauth2/github/callback?code=secret-of-the-device&state={STATE}");
    let pending = open(&app, &path, COOKIES).await.expect(400);
    assert_eq!((pending.message().as_str(), cookies(&pending)), ("Failed exchanging Oauth code.", vec![]));
    open(&app, &path, COOKIES).await.expect(200);
}

#[tokio::test]
async fn only_the_browser_that_began_the_login_gets_a_code() {
    let app = serving(vec![Ok(())]).await;
    for (query, cookies, status) in [
        ("", COOKIES, 400),
        ("?state=", COOKIES, 400),
        (&format!("?state={STATE}"), "", 401),
        ("?state=another", COOKIES, 401),
    ] {
        let refused = open(&app, &format!("/login/device{query}"), cookies).await.expect(status);
        assert!(!refused.text.contains("WDJB"), "{refused:?}");
        let form = [("state", query.trim_start_matches("?state=")), ("device_code", "secret-of-the-device")];
        send_with(&app, "/login/device", &[("cookie", cookies)], &form).await.expect(status);
    }
    let headers = [("cookie", COOKIES), ("sec-fetch-site", "cross-site")];
    send_with(&app, "/login/device", &headers, &[("state", STATE)]).await.expect(403);
}

#[tokio::test]
async fn where_codes_are_not_the_way_there_is_no_page() {
    for github in [None, Some(GithubRules::default())] {
        let app = TestApp::with_providers(settings(), away::providers(vec![], github)).await;
        let refused = shown(&app).await.expect(400);
        assert!(refused.text.contains("not enabled"), "{refused:?}");
        ask(
            &app,
            reqwest::Method::POST,
            "/login/device",
            &[("content-type", "application/x-www-form-urlencoded")],
            "",
        )
        .await
        .expect(400);
    }
}

#[tokio::test]
async fn an_address_that_is_no_link_is_none() {
    let app = serving(vec![Err("authorization_pending")]).await;
    let fields = [("state", STATE), ("verification_uri", "javascript:alert(1)"), ("interval", "99999999999")];
    let page = send_with(&app, "/login/device", &[("cookie", COOKIES)], &fields).await.expect(200);
    assert!(!page.text.contains("href=\"javascript"), "{page:?}");
    assert_eq!(value(&page, "interval"), "3600");
}
