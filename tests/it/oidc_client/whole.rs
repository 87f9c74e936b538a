//! The client in the server: one login from the first request to the session.

use std::collections::BTreeMap;
use std::sync::Arc;

use reqwest::redirect::Policy;
use roster::domain::provider::{Oidc, OidcRules, Providers};
use serde_json::Value;
use url::Url;

use super::HostileProvider;
use crate::support::{TestApp, settings};

/// A browser that follows redirects one at a time.
#[derive(Default)]
struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Where this URL leads, with the cookies that it sets kept.
    async fn follow(&mut self, url: &str) -> String {
        let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = client.get(url).header("cookie", cookies.join("; ")).send().await.unwrap();
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = answer.headers().get("location").map(|place| place.to_str().unwrap().to_owned());
        match location {
            Some(place) => place,
            None => panic!("{url} leads nowhere: {}", answer.text().await.unwrap()),
        }
    }
}

#[tokio::test]
async fn a_login_goes_from_the_server_to_the_provider_and_back() {
    let provider = HostileProvider::start().await;
    let oidc = Oidc { client: Box::new(provider.client()), rules: OidcRules::default() };
    let providers = Providers { oidc: vec![Arc::new(oidc)], github: None };
    let app = TestApp::with_providers(settings(), providers).await;
    let mut browser = Browser::default();
    let callback = format!("{}/api/v2/users/oidc/callback", app.base);
    let away = browser.follow(&format!("{callback}?redirect=/after")).await;
    let back = Url::parse(&browser.follow(&away).await).unwrap();
    assert!(back.as_str().starts_with("http://roster.test/api/v2/users/oidc/callback?"), "{back}");
    let after = browser.follow(&format!("{callback}?{}", back.query().unwrap())).await;
    assert_eq!(after, "/after");

    let client = reqwest::Client::new();
    let me = client.get(format!("{}/api/v2/users/me", app.base));
    let me = me.header("Coder-Session-Token", &browser.cookies["coder_session_token"]).send().await.unwrap();
    let me: Value = me.json().await.unwrap();
    assert_eq!(
        (&me["email"], &me["username"], &me["login_type"]),
        (&"ada@example.com".into(), &"ada".into(), &"oidc".into())
    );
}
