//! A button for each provider.

use roster::domain::Settings;
use roster::domain::provider::{GithubRules, OidcRules};
use serde_json::json;

use super::{away, open};
use crate::support::{PASSWORD, TestApp, settings};

fn rules(slug: &str, text: &str, icon: &str) -> OidcRules {
    let owned = str::to_owned;
    OidcRules { slug: owned(slug), sign_in_text: owned(text), icon_url: owned(icon), ..OidcRules::default() }
}

/// Where the buttons lead and what stands on them, up to the ends of the links.
fn buttons(html: &str) -> Vec<(&str, &str)> {
    let links = html.split("<li><a class=\"button\" href=\"").skip(1);
    links.map(|link| link.split("</a>").next().unwrap().split_once("\">").unwrap()).collect()
}

#[tokio::test]
async fn each_provider_has_a_button_that_keeps_where_one_wants_to_go() {
    let oidc = vec![rules("", "Sign in with <Us>", ""), rules("second", "Second", "")];
    let app = TestApp::with_providers(settings(), away::providers(oidc, Some(GithubRules::default()))).await;
    app.owner().await;
    let page = open(&app, "/login?redirect=%2Fx%3Fa%3Db%26c", "").await.expect(200);
    let ways = ["oidc", "oidc/second", "oauth2/github"];
    let links = ways.map(|way| format!("/api/v2/users/{way}/callback?redirect=%2Fx%3Fa%3Db%26c"));
    let texts = ["Sign in with &#60;Us&#62;", "Second", "GitHub"];
    let expected: Vec<_> = links.iter().map(String::as_str).zip(texts).collect();
    assert_eq!(buttons(&page.text), expected);
    assert!(page.text.contains("<form"), "{page:?}");
}

#[tokio::test]
async fn pictures_come_from_this_server_only() {
    let icons = [
        "/icons/a.svg",
        "https://evil.test/a.svg",
        "//evil.test/a.svg",
        "/\\evil.test",
        "data:image/png,",
        "a.svg",
    ];
    let oidc = icons.iter().map(|icon| rules("", "It", icon)).collect();
    let app = TestApp::with_providers(settings(), away::providers(oidc, None)).await;
    let page = open(&app, "/login", "").await.expect(200);
    let pictures: Vec<_> = page.text.match_indices("<img ").collect();
    assert_eq!(pictures.len(), 1, "{page:?}");
    assert!(page.text.contains("<img src=\"/icons/a.svg\" alt=\"\""), "{page:?}");
}

#[tokio::test]
async fn the_first_to_come_may_come_by_a_provider() {
    let app = TestApp::with_providers(settings(), away::providers(vec![rules("", "It", "")], None)).await;
    let page = open(&app, "/login", "").await.expect(200);
    assert_eq!(buttons(&page.text).len(), 1);
    assert!(page.text.contains("or sign in below") && !page.text.contains("<form"), "{page:?}");
}

#[tokio::test]
async fn without_passwords_the_buttons_are_what_there_is() {
    let settings = Settings { password_login: false, ..settings() };
    let app = TestApp::with_providers(settings, away::providers(vec![rules("", "It", "")], None)).await;
    let first = json!({ "email": "owner@example.com", "username": "owner", "password": PASSWORD });
    app.client().post("/users/first", first).await.expect(201);
    let page = open(&app, "/login", "").await.expect(200);
    assert_eq!(buttons(&page.text).len(), 1);
    assert!(!page.text.contains("<form") && !page.text.contains("disabled"), "{page:?}");
}
