//! Requests that no form of ours sends.

use reqwest::Method;

use super::{ask, open, send, value};
use crate::auth::helpers::served;
use crate::support::PASSWORD;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const HOSTILE: &str = "\"><script>alert('&')</script>";
const HARMLESS: &str = "&#34;&#62;&#60;script&#62;alert(&#39;&#38;&#39;)&#60;/script&#62;";

#[tokio::test]
async fn no_text_of_others_becomes_markup() {
    let (app, owner, _) = served().await;
    let query = super::form(&[("message", HOSTILE), ("redirect", &format!("/{HOSTILE}"))]);
    let page = open(&app, &format!("/login?{query}"), "").await.expect(200);
    assert!(page.text.contains(&format!("id=\"notice\">{HARMLESS}</p>")), "{page:?}");
    assert_eq!(value(&page, "redirect"), format!("/{HARMLESS}"));
    assert!(!page.text.contains("<script"), "{page:?}");

    for email in [HOSTILE.to_owned(), format!("a@{HOSTILE}.test")] {
        let page = send(&app, "/login", &[("email", &email), ("password", HOSTILE)]).await;
        assert!([400, 401].contains(&page.status), "{page:?}");
        assert_eq!(value(&page, "email"), email.replace(HOSTILE, HARMLESS));
        assert!(!page.text.contains("<script") && page.text.matches("script").count() == 2, "{page:?}");
    }
    let page = send(&app, "/login", &[(HOSTILE, "a"), (HOSTILE, "b")]).await.expect(400);
    assert!(!page.text.contains("<script"), "{page:?}");
    let path = format!("/{}", HOSTILE.replace(' ', ""));
    let fields = [("email", owner.email.as_str()), ("password", PASSWORD), ("redirect", &path)];
    assert_eq!(send(&app, "/login", &fields).await.expect(303).header("location"), path);
}

#[tokio::test]
async fn only_forms_are_read() {
    let (app, owner, _) = served().await;
    let body = super::form(&[("email", &owner.email), ("password", PASSWORD)]);
    let json = format!("{{\"email\":\"{}\",\"password\":\"{PASSWORD}\"}}", owner.email);
    for (kind, body) in [
        ("", &body),
        ("text/plain", &body),
        ("application/json", &json),
        ("multipart/form-data; boundary=x", &body),
        ("application/x-www-form-urlencoded-too", &body),
    ] {
        let reply = ask(&app, Method::POST, "/login", &[("content-type", kind)], body).await.expect(415);
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    }
    let kind = "Application/X-WWW-Form-URLencoded ; charset=utf-8";
    ask(&app, Method::POST, "/login", &[("content-type", kind)], &body).await.expect(303);
}

#[tokio::test]
async fn a_field_that_is_there_twice_is_refused() {
    let (app, owner, _) = served().await;
    let (email, password) = (("email", owner.email.as_str()), ("password", PASSWORD));
    for twice in [email, password, ("redirect", "/")] {
        let reply = send(&app, "/login", &[email, password, ("redirect", "/"), twice]).await.expect(400);
        assert!(reply.text.contains("is there more than once."), "{reply:?}");
        assert!(!reply.text.contains(PASSWORD), "{reply:?}");
    }
    send(&app, "/login", &[email, password, ("other", "x")]).await.expect(303);
}

#[tokio::test]
async fn a_large_form_is_refused() {
    let (app, ..) = served().await;
    let body = |size| format!("email={}", "x".repeat(size - "email=".len()));
    ask(&app, Method::POST, "/login", &[FORM], &body(64 * 1024)).await.expect(400);
    let refused = ask(&app, Method::POST, "/login", &[FORM], &body(64 * 1024 + 1)).await.expect(413);
    assert_eq!(refused.header("content-type"), "text/html; charset=utf-8");
    assert!(refused.text.contains("Request body is too large."), "{refused:?}");
}

#[tokio::test]
async fn odd_encodings_are_read_as_texts_or_refused() {
    let (app, ..) = served().await;
    for (body, status) in [
        ("email=%FF%FE@example.com&password=%C3", 401),
        ("email=a%00b@example.com&password=%00", 401),
        ("email=%zz@example.com&password=%", 401),
        ("email=a@example.com&password=%F0%9F%98%80", 401),
        ("email", 400),
        ("&&&=&;", 400),
    ] {
        let reply = ask(&app, Method::POST, "/login", &[FORM], body).await;
        assert!([400, status].contains(&reply.status), "{body}: {reply:?}");
        assert!(reply.text.contains("<form"), "{body}: {reply:?}");
    }
    open(&app, "/login?redirect=%FF%00&message=%FF%00%zz", "").await.expect(200);
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    let (app, ..) = served().await;
    for path in ["/login", "/cli-auth"] {
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            let reply = ask(&app, method, path, &[], "").await.expect(405);
            assert_eq!(reply.header("allow"), "GET, HEAD, POST");
            assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        }
    }
    let head = ask(&app, Method::HEAD, "/login", &[], "").await.expect(200);
    assert_eq!(head.text, "");
    ask(&app, Method::POST, "/static/roster.css", &[], "").await.expect(405);
}
