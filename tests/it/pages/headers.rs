//! What a browser may do with a page.

use reqwest::Method;

use super::{ask, cookie, open, send, send_with};
use crate::auth::helpers::served;
use crate::support::{PASSWORD, Reply};

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

fn is_guarded(reply: &Reply) {
    let expected = [
        ("content-security-policy", POLICY),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ];
    for (name, value) in expected {
        let all: Vec<_> = reply.headers.get_all(name).iter().collect();
        assert_eq!(all, [value], "{name}: {reply:?}");
    }
}

#[tokio::test]
async fn every_answer_of_a_page_is_guarded() {
    let (app, owner, _) = served().await;
    let session = cookie(&owner);
    let credentials = [("email", owner.email.as_str()), ("password", PASSWORD)];
    let cross = [("sec-fetch-site", "cross-site")];
    let replies = [
        (200, open(&app, "/login", "").await),
        (303, open(&app, "/login", &session).await),
        (303, send(&app, "/login", &credentials).await),
        (401, send(&app, "/login", &[credentials[0], ("password", "x")]).await),
        (403, send_with(&app, "/login", &cross, &credentials).await),
        (405, ask(&app, Method::PUT, "/login", &[], "").await),
        (415, ask(&app, Method::POST, "/login", &[], "{}").await),
        (303, open(&app, "/cli-auth", "").await),
        (200, open(&app, "/cli-auth", &session).await),
        (200, send_with(&app, "/cli-auth", &[("cookie", &session)], &[]).await),
        (403, send_with(&app, "/cli-auth", &[cross[0], ("cookie", &session)], &[]).await),
    ];
    for (status, reply) in replies {
        is_guarded(&reply.expect(status));
    }
}

#[tokio::test]
async fn pages_load_nothing_but_their_style_sheet() {
    let (app, owner, _) = served().await;
    for page in [open(&app, "/login", "").await, open(&app, "/cli-auth", &cookie(&owner)).await] {
        let page = page.expect(200);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(!page.text.contains("<script") && !page.text.contains(" style="), "{page:?}");
        let (_, rest) = page.text.split_once("<link rel=\"stylesheet\" href=\"").unwrap();
        let href = rest.split('"').next().unwrap();
        let sheet = open(&app, href, "").await.expect(200);
        assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
        assert_eq!(sheet.header("cache-control"), "public, max-age=31536000, immutable");
        assert!(!sheet.text.contains("url(") && !sheet.text.contains("@import"));
    }
}

#[tokio::test]
async fn another_version_of_the_style_sheet_is_not_kept() {
    let (app, ..) = served().await;
    for path in ["/static/roster.css", "/static/roster.css?v=old", "/static/roster.svg", "/favicon.ico"] {
        assert_eq!(open(&app, path, "").await.expect(200).header("cache-control"), "no-cache", "{path}");
    }
}
