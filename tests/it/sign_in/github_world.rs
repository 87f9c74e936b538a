//! A server whose people come from GitHub, and their browsers.

use std::collections::BTreeMap;
use std::sync::Arc;

use entity::{user_links, users};
use reqwest::Method;
use reqwest::Url;
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;
use roster::domain::provider::{GithubRules, Providers};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::support::github::{GithubServer, Person};
use crate::support::{Client, Reply, TestApp, settings};

/// The route that a login begins and ends at.
pub const CALLBACK: &str = "/users/oauth2/github/callback";

/// A GitHub, and a server that people log in to by it.
pub struct World {
    /// The server.
    pub app: TestApp,
    /// The GitHub. Its first person sits before the browser.
    pub github: GithubServer,
}

/// Everybody may come, and gets an account.
pub fn open() -> GithubRules {
    GithubRules { allow_everyone: true, allow_signups: true, ..GithubRules::default() }
}

/// Members of these organizations may come, and get an account.
pub fn members_of(organizations: &[&str]) -> GithubRules {
    let organizations = organizations.iter().map(|name| (*name).to_owned()).collect();
    GithubRules { organizations, allow_signups: true, ..GithubRules::default() }
}

/// The same with people typing codes in.
pub fn by_device(rules: GithubRules) -> GithubRules {
    GithubRules { device_flow: true, ..rules }
}

impl World {
    /// One with these rules and people.
    pub async fn new(rules: GithubRules, people: impl IntoIterator<Item = Person>) -> Self {
        let github = GithubServer::with(people).await;
        let github_provider = Some(Arc::new(github.provider(rules)));
        let providers = Providers { github: github_provider, ..Providers::default() };
        Self { app: TestApp::with_providers(settings(), providers).await, github }
    }

    /// A browser that was nowhere yet.
    pub fn browser(&self) -> Browser {
        Browser::new(self.app.client())
    }

    /// Somebody of GitHub logs in with a fresh browser; what the return is answered.
    pub async fn log_in(&self, login: &str) -> (Browser, Reply) {
        self.github.sign_in(login);
        let mut browser = self.browser();
        let reply = browser.log_in("").await;
        (browser, reply)
    }

    /// How many users, beside the system's own, and identities are stored.
    pub async fn stored(&self) -> (u64, u64) {
        let people = users::Entity::find().filter(users::Column::IsSystem.eq(false));
        let people = people.count(&self.app.db).await.unwrap();
        (people, user_links::Entity::find().count(&self.app.db).await.unwrap())
    }
}

/// Follows no redirect by itself, and keeps the cookies of the server.
pub struct Browser {
    client: Client,
    /// By name.
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    /// One that was nowhere yet.
    pub fn new(client: Client) -> Self {
        Self { client, cookies: BTreeMap::new() }
    }

    /// Opens a path below `/api/v2`, with its query.
    pub async fn get(&mut self, path: &str) -> Reply {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        let request = self.client.request(Method::GET, &format!("/api/v2{path}")).header(COOKIE, cookies);
        let reply = self.client.finish(request).await;
        for cookie in reply.headers.get_all(SET_COOKIE) {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=-1") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    /// Begins with this query; the state and where it is sent.
    pub async fn begin(&mut self, query: &str) -> String {
        self.get(&format!("{CALLBACK}{query}")).await.expect(307).header("location").to_owned()
    }

    /// At GitHub, where whoever is signed in there agrees; where it is sent back to, below `/api/v2`.
    pub async fn agree(&self, url: &str) -> String {
        let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        let answer = http.get(url).send().await.unwrap();
        let back = answer.headers()["location"].to_str().unwrap();
        back.strip_prefix("http://roster.test/api/v2").unwrap().to_owned()
    }

    /// The whole way, begun with this query.
    pub async fn log_in(&mut self, query: &str) -> Reply {
        let there = self.begin(query).await;
        let back = self.agree(&there).await;
        self.get(&back).await
    }

    /// Whoever has the session of this browser.
    pub async fn me(&mut self) -> serde_json::Value {
        self.get("/users/me").await.expect(200).json()
    }

    /// Whether it has a session.
    pub fn has_session(&self) -> bool {
        self.cookies.contains_key("coder_session_token")
    }
}

/// A parameter of a URL or of a path with a query, empty when it is not there.
pub fn param(url: &str, name: &str) -> String {
    let url = Url::parse("http://x").unwrap().join(url).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}
