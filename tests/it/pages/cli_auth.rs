//! A token for a command line.

use chrono::TimeDelta;
use entity::users::Column;
use roster::domain::Settings;

use super::{cookie, open, send_with};
use crate::auth::helpers::{audited, served, stored_key};
use crate::support::{Mint, Reply, TestApp, settings};

async fn make(app: &TestApp, cookie: &str) -> Reply {
    send_with(app, "/cli-auth", &[("cookie", cookie), ("sec-fetch-site", "same-origin")], &[]).await
}

fn token(reply: &Reply) -> String {
    let (_, rest) = reply.text.split_once("<code tabindex=\"0\" aria-describedby=\"what\">").unwrap();
    rest.split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_token_works_at_once_and_is_a_session_key() {
    let (app, _, bea) = served().await;
    let page = open(&app, "/cli-auth", &cookie(&bea)).await.expect(200);
    assert!(
        page.text.contains("<strong>bea</strong>") && page.text.contains("action=\"/cli-auth\""),
        "{page:?}"
    );
    let made = make(&app, &cookie(&bea)).await.expect(200);
    assert!(made.text.contains("It ends on 27 May 2026, 00:00 UTC, unless it is used before."), "{made:?}");
    let token = token(&made);
    assert_ne!(token, bea.token);

    let by_api = bea.post_empty("/users/me/keys").await.expect(201).json();
    let other = stored_key(&app, by_api["key"].as_str().unwrap()).await.unwrap();
    let key = stored_key(&app, &token).await.unwrap();
    let same =
        entity::api_keys::Model { id: key.id.clone(), hashed_secret: key.hashed_secret.clone(), ..other };
    assert_eq!(key, same);
    assert_eq!(audited(&app, bea.id, "create").await.len(), 2);

    // Last: a use is noted in the key, sooner or later.
    let me = app.client().with_token(&token).get("/users/me").await.expect(200).json();
    assert_eq!(me["username"], "bea");
}

#[tokio::test]
async fn each_time_there_is_another_token() {
    let (app, _, bea) = served().await;
    let first = token(&make(&app, &cookie(&bea)).await.expect(200));
    let second = token(&make(&app, &cookie(&bea)).await.expect(200));
    assert_ne!(first, second);
    let page = open(&app, "/cli-auth", &cookie(&bea)).await.expect(200);
    assert!(!page.text.contains(&first) && !page.text.contains(&second), "{page:?}");
}

#[tokio::test]
async fn where_sessions_do_not_slide_the_page_says_so() {
    let settings = Settings { sessions_slide: false, ..settings() };
    let app = TestApp::with(settings).await;
    let owner = app.owner().await;
    let made = make(&app, &cookie(&owner)).await.expect(200);
    assert!(made.text.contains("It ends on 27 May 2026, 00:00 UTC."), "{made:?}");
}

#[tokio::test]
async fn whoever_has_no_good_session_logs_in_first() {
    let (app, _, bea) = served().await;
    let login = "/login?redirect=%2Fcli-auth";
    for other in ["", "coder_session_token=abc"] {
        assert_eq!(open(&app, "/cli-auth", other).await.expect(303).header("location"), login);
        assert_eq!(make(&app, other).await.expect(303).header("location"), login);
    }
    app.clock.advance(TimeDelta::hours(25));
    assert_eq!(make(&app, &cookie(&bea)).await.expect(303).header("location"), login);
}

#[tokio::test]
async fn the_suspended_get_none() {
    let (app, _, bea) = served().await;
    app.set_user(bea.id, Column::Status, "suspended").await;
    for reply in [open(&app, "/cli-auth", &cookie(&bea)).await, make(&app, &cookie(&bea)).await] {
        let reply = reply.expect(401);
        assert!(reply.text.contains("User is not active (status = &#34;suspended&#34;)."), "{reply:?}");
        assert!(reply.text.contains("href=\"/login\""), "{reply:?}");
    }
}

#[tokio::test]
async fn a_session_that_may_do_less_makes_none_that_may_do_more() {
    let (app, _, bea) = served().await;
    let scopes = vec!["api_key:create", "user:read", "user:read_personal"];
    let narrow = app.mint(bea.id, Mint { scopes, ..Mint::default() }).await;
    let reply = make(&app, &format!("coder_session_token={narrow}")).await.expect(403);
    assert!(reply.text.contains("A new key never exceeds the key that makes it"), "{reply:?}");
}
