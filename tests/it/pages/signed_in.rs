//! The page for those who have a session already, or had one.

use entity::users::Column;

use super::{ask, cookie, open};
use crate::auth::helpers::served;

#[tokio::test]
async fn who_is_logged_in_goes_on_at_once() {
    let (app, owner, _) = served().await;
    let there =
        open(&app, "/login?redirect=https%3A%2F%2Fevil.test%2Fx%3Fy", &cookie(&owner)).await.expect(303);
    assert_eq!(there.header("location"), "/x?y");
    let root = open(&app, "/login", &cookie(&owner)).await.expect(303);
    assert_eq!(root.header("location"), "/");
}

#[tokio::test]
async fn a_session_that_is_no_good_is_as_none() {
    let (app, _, bea) = served().await;
    for other in ["coder_session_token=abc", "coder_session_token="] {
        assert!(open(&app, "/login", other).await.expect(200).text.contains("<form"), "{other}");
    }
    app.set_user(bea.id, Column::Status, "suspended").await;
    assert!(open(&app, "/login", &cookie(&bea)).await.expect(200).text.contains("<form"));
}

#[tokio::test]
async fn only_the_cookie_counts() {
    let (app, owner, _) = served().await;
    let bearer = format!("Bearer {}", owner.token);
    for headers in [("coder-session-token", owner.token.as_str()), ("authorization", &bearer)] {
        for (path, status) in [("/login", 200), ("/cli-auth", 303)] {
            ask(&app, reqwest::Method::GET, path, &[headers], "").await.expect(status);
        }
    }
    for name in ["coder_session_token", "access_token"] {
        open(&app, &format!("/login?{name}={}", owner.token), "").await.expect(200);
        open(&app, &format!("/cli-auth?{name}={}", owner.token), "").await.expect(303);
    }
}
