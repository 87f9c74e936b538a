//! A server under test, and the real provider that it trusts.

use std::sync::Arc;

use entity::{api_keys, user_links, users};
use roster::domain::Settings;
use roster::domain::provider::{Oidc, OidcRules, Providers};
use roster::model::clock::{Clock, SystemClock};
use roster::model::ids::Secret;
use roster::providers::oidc::{ClaimsSource, Client as Provider, Limits, Settings as ProviderSettings};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::openid::{CLIENT_ID, CLIENT_SECRET, Realm};
use crate::support::{Browser, Client, Reply, TestApp, settings, uuid};

/// What a test wants of the server and the provider.
pub struct Plan {
    /// Who has an account at the provider: claims by name.
    pub accounts: Value,
    /// What else the provider does, in the words of `tests/openid/provider.mjs`.
    pub habits: Value,
    /// What the operator allows.
    pub rules: OidcRules,
    /// Where the server gets more claims from.
    pub source: ClaimsSource,
    /// The server's settings.
    pub settings: Settings,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            accounts: json!({ "alice": alice() }),
            habits: json!({}),
            rules: OidcRules::default(),
            source: ClaimsSource::Userinfo,
            settings: settings(),
        }
    }
}

/// Somebody that a provider knows everything about.
pub fn alice() -> Value {
    json!({
        "sub": "248289761001", "email": "alice@example.com", "email_verified": true, "name": "Alice Liddell",
        "preferred_username": "alice", "picture": "https://pictures.example.com/alice.png",
    })
}

/// Somebody with a verified address, and nothing else.
pub fn somebody(email: &str) -> Value {
    json!({ "email": email, "email_verified": true })
}

/// A claim set with other claims; null takes one away.
pub fn with(mut claims: Value, others: Value) -> Value {
    let members = claims.as_object_mut().unwrap();
    members.extend(others.as_object().unwrap().clone());
    members.retain(|_, value| !value.is_null());
    claims
}

/// A server under test, and the real provider that it trusts.
pub struct World {
    /// The server. Its clock shows the real time, which the provider's tokens are of.
    pub app: TestApp,
    /// The provider.
    pub realm: Realm,
}

impl World {
    /// With Alice alone, and the usual settings. None, after saying why, where providers cannot run.
    pub async fn new() -> Option<Self> {
        Self::of(Plan::default()).await
    }

    /// With these accounts, and the usual settings.
    pub async fn with_accounts(accounts: Value) -> Option<Self> {
        Self::of(Plan { accounts, ..Plan::default() }).await
    }

    /// As a test wants it.
    pub async fn of(plan: Plan) -> Option<Self> {
        let Plan { accounts, habits, rules, source, settings } = plan;
        let realm = Realm::open(&settings.access_url, with(json!({ "accounts": accounts }), habits))?;
        let client = Box::new(provider(&realm, source));
        let oidc = vec![Arc::new(Oidc { client, rules })];
        let app = TestApp::with_providers(settings, Providers { oidc, github: None }).await;
        let world = Self { app, realm };
        world.wind();
        Some(world)
    }

    /// Sets the clock to the real time, unless it is ahead.
    pub fn wind(&self) {
        let behind = SystemClock.now() - self.app.clock.now();
        self.app.clock.advance(behind.max(chrono::TimeDelta::zero()));
    }

    /// A browser that has not been anywhere.
    pub fn browser(&self) -> Browser {
        self.wind();
        Browser::new(self.app.client(), &self.app.backend.settings.access_url)
    }

    /// What somebody with a fresh browser is answered in the end.
    pub async fn log_in(&self, account: &str) -> Reply {
        self.browser().log_in(account).await
    }

    /// Somebody who logged in with a fresh browser.
    pub async fn session(&self, account: &str) -> Client {
        let mut browser = self.browser();
        browser.log_in(account).await.expect(307);
        browser.client()
    }

    /// Who somebody is who logged in with a fresh browser.
    pub async fn me(&self, account: &str) -> Value {
        self.session(account).await.get("/users/me").await.expect(200).json()
    }

    /// How many users and keys there are.
    pub async fn rows(&self) -> (u64, u64) {
        let users = users::Entity::find().count(&self.app.db).await.unwrap();
        (users, api_keys::Entity::find().count(&self.app.db).await.unwrap())
    }

    /// The link of a user.
    pub async fn link(&self, user: &Value) -> user_links::Model {
        let links = user_links::Entity::find().filter(user_links::Column::UserId.eq(uuid(user)));
        links.one(&self.app.db).await.unwrap().unwrap()
    }
}

/// The client of a provider.
pub fn provider(realm: &Realm, source: ClaimsSource) -> Provider {
    let settings = ProviderSettings {
        issuer: realm.issuer.clone(),
        client_id: CLIENT_ID.to_owned(),
        client_secret: Some(Secret::new(CLIENT_SECRET)),
        scopes: ["openid", "profile", "email"].map(str::to_owned).into(),
        auth_url_params: std::iter::once(("access_type".to_owned(), "offline".to_owned())).collect(),
        claims_source: source,
    };
    Provider::new(settings, Limits::default()).unwrap()
}

/// Whether a reply is a page for people that refuses, under this title, and leaves no session behind.
#[track_caller]
pub fn assert_refused(reply: &Reply, title: &str) {
    assert_eq!(reply.status, 403, "{title}: {reply:?}");
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8", "{reply:?}");
    assert!(reply.text.contains(title), "no {title}: {}", reply.text);
    assert!(set_cookies(reply).iter().all(|cookie| !cookie.starts_with("coder_session_token=")), "{reply:?}");
}

/// The cookies that a reply sets.
pub fn set_cookies(reply: &Reply) -> Vec<&str> {
    reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect()
}

/// The cookie of this name that a reply sets, with its attributes.
#[track_caller]
pub fn set_cookie<'r>(reply: &'r Reply, name: &str) -> &'r str {
    let named: Vec<&str> =
        set_cookies(reply).into_iter().filter(|cookie| cookie.split('=').next() == Some(name)).collect();
    assert_eq!(named.len(), 1, "{name}: {reply:?}");
    named[0]
}

/// A user in an answer without what mere use changes, and later.
pub fn described(user: &Value) -> Value {
    with(user.clone(), json!({ "last_seen_at": null, "updated_at": null }))
}

/// The id of a user in an answer.
pub fn id(user: &Value) -> Uuid {
    uuid(&user["id"])
}
