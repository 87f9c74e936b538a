//! Forms that other sites send.

use reqwest::Method;
use roster::domain::Settings;

use super::{ask, cookie, open, send_with};
use crate::auth::helpers::stored_key;
use crate::support::{PASSWORD, TestApp, settings};

#[tokio::test]
async fn browsers_say_where_a_form_comes_from() {
    let settings = Settings { access_url: "https://roster.test".to_owned(), ..settings() };
    let app = TestApp::with(settings).await;
    let owner = app.owner().await;
    let own = app.base.clone();
    let own_host = own.replace("http://", "https://");
    let cases: [(&[(&str, &str)], bool); 18] = [
        (&[], true),
        (&[("sec-fetch-site", "same-origin")], true),
        (&[("sec-fetch-site", "none")], true),
        (&[("sec-fetch-site", "same-origin"), ("origin", "null")], true),
        (&[("sec-fetch-site", "same-site")], false),
        (&[("sec-fetch-site", "cross-site")], false),
        (&[("sec-fetch-site", "cross-site"), ("origin", &own)], false),
        (&[("sec-fetch-site", "Same-Origin, none")], false),
        (&[("origin", &own)], true),
        (&[("origin", &own_host)], true),
        (&[("origin", "https://roster.test")], true),
        (&[("origin", "https://roster.test:443")], true),
        (&[("origin", "https://ROSTER.test")], true),
        (&[("origin", "http://roster.test")], false),
        (&[("origin", "https://roster.test.evil.test")], false),
        (&[("origin", "https://evil.test")], false),
        (&[("origin", "null")], false),
        (&[("origin", "roster.test")], false),
    ];
    for (headers, passes) in cases {
        let fields = [("email", owner.email.as_str()), ("password", PASSWORD)];
        let login = send_with(&app, "/login", headers, &fields).await.expect(if passes { 303 } else { 403 });
        assert_eq!(login.headers.contains_key("set-cookie"), passes, "{headers:?}");
        assert!(passes || login.text.contains("The form came from another site."), "{headers:?}: {login:?}");
        let session = cookie(&owner);
        let with_session: Vec<_> = headers.iter().copied().chain([("cookie", session.as_str())]).collect();
        send_with(&app, "/cli-auth", &with_session, &[]).await.expect(if passes { 200 } else { 403 });
    }
}

#[tokio::test]
async fn links_from_other_sites_are_followed() {
    let app = TestApp::new().await;
    app.owner().await;
    let headers = [("sec-fetch-site", "cross-site"), ("origin", "https://evil.test")];
    ask(&app, Method::GET, "/login", &headers, "").await.expect(200);
    ask(&app, Method::HEAD, "/login", &headers, "").await.expect(200);
}

#[tokio::test]
async fn a_refused_form_does_not_use_the_session() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let before = stored_key(&app, &owner.token).await.unwrap().last_used;
    let session = cookie(&owner);
    let headers = [("cookie", session.as_str()), ("sec-fetch-site", "cross-site")];
    send_with(&app, "/cli-auth", &headers, &[]).await.expect(403);
    crate::auth::helpers::flush(&app).await;
    assert_eq!(stored_key(&app, &owner.token).await.unwrap().last_used, before);
    open(&app, "/cli-auth", &session).await.expect(200);
    crate::auth::helpers::flush(&app).await;
    assert_ne!(stored_key(&app, &owner.token).await.unwrap().last_used, before);
}
