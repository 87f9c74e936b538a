//! The pages count as the operations do.

use chrono::TimeDelta;
use roster::domain::{Proxies, RateLimits, Settings, Web};

use super::{cookie, open, send, send_with};
use crate::auth::helpers::log_in;
use crate::support::{Reply, TestApp, settings};

async fn limited(api: i64, login: i64) -> TestApp {
    let limits = RateLimits { api, login };
    TestApp::with(Settings { web: Web { limits, ..Web::default() }, ..settings() }).await
}

async fn guess(app: &TestApp) -> Reply {
    send(app, "/login", &[("email", "nobody@example.com"), ("password", "")]).await
}

#[tokio::test]
async fn whoever_guesses_at_the_page_and_the_api_has_one_limit() {
    for limits in [(0, 4), (4, 0), (512, 4)] {
        let app = limited(limits.0, limits.1).await;
        for _ in 0..2 {
            guess(&app).await.expect(400);
            log_in(&app.client(), "nobody@example.com", "").await.expect(400);
        }
        let refused = guess(&app).await.expect(429);
        log_in(&app.client(), "nobody@example.com", "").await.expect(429);
        assert_eq!(refused.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(refused.header("x-ratelimit-limit"), "4");
        let text = "You&#39;ve been rate limited for sending more than 4 requests in 1m0s.";
        assert!(refused.text.contains(text), "{refused:?}");
        let wait: i64 = refused.header("retry-after").parse().unwrap();
        app.clock.advance(TimeDelta::seconds(wait));
        guess(&app).await.expect(400);
    }
}

#[tokio::test]
async fn opening_a_page_counts_for_the_limit_of_all_paths() {
    let app = limited(2, 60).await;
    for status in [200, 200, 429] {
        open(&app, "/login", "").await.expect(status);
    }
    guess(&app).await.expect(400);
    open(&app, "/static/roster.css", "").await.expect(200);
}

#[tokio::test]
async fn the_logged_in_are_counted_alone() {
    let app = limited(3, 0).await;
    let owner = app.owner().await;
    for status in [303, 303, 303, 429] {
        open(&app, "/cli-auth", "").await.expect(status);
    }
    for status in [200, 200, 200, 429] {
        open(&app, "/cli-auth", &cookie(&owner)).await.expect(status);
    }
}

#[tokio::test]
async fn clients_behind_a_trusted_proxy_are_told_apart() {
    let proxies = Proxies {
        trusted: vec!["127.0.0.0/8".parse().unwrap()],
        headers: vec!["x-forwarded-for".to_owned()],
    };
    let web = Web { proxies, limits: RateLimits { api: 0, login: 1 }, ..Web::default() };
    let app = TestApp::with(Settings { web, ..settings() }).await;
    for (address, status) in [("203.0.113.1", 400), ("203.0.113.1", 429), ("203.0.113.2", 400)] {
        send_with(&app, "/login", &[("x-forwarded-for", address)], &[]).await.expect(status);
    }
}
