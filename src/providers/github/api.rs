//! What GitHub's API tells about those whose tokens it is asked with.

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, LINK};
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::endpoints::Endpoints;
use super::tokens::plain;
use crate::domain::provider::{Failure, GithubAccount, GithubEmail, Tokens};
use crate::providers::http;

/// The version of the API that this file was written for.
const VERSION: (&str, &str) = ("X-GitHub-Api-Version", "2022-11-28");
const PAGE_SIZE: &str = "100";
/// More pages than anybody has; a server that always has one more must not keep us.
const PAGES: u32 = 20;
/// How long all pages of a list may take together.
const LIST_PATIENCE: Duration = Duration::from_secs(30);
const ACTIVE: &str = "active";

/// Asks the API with somebody's token.
pub struct Api<'a> {
    /// The client to ask with.
    pub client: &'a reqwest::Client,
    /// Where.
    pub endpoints: &'a Endpoints,
    /// Whose.
    pub tokens: &'a Tokens,
}

struct Answer {
    status: StatusCode,
    has_next: bool,
    body: Vec<u8>,
}

#[derive(Deserialize)]
struct Account {
    id: i64,
    login: String,
    name: Option<String>,
    avatar_url: Option<String>,
}

#[derive(Deserialize)]
struct Email {
    email: String,
    #[serde(default)]
    primary: bool,
    #[serde(default)]
    verified: bool,
}

#[derive(Deserialize)]
struct Membership {
    state: String,
    organization: Organization,
}

#[derive(Deserialize)]
struct Organization {
    login: String,
}

#[derive(Deserialize)]
struct TeamMembership {
    state: String,
}

#[derive(Deserialize)]
struct Complaint {
    message: String,
}

impl Api<'_> {
    /// Who it is.
    pub async fn account(&self) -> Result<GithubAccount, Failure> {
        let found: Account = self.get(&["user"], &[]).await?.read()?;
        if found.id <= 0 || found.login.is_empty() {
            return Err(senseless());
        }
        Ok(GithubAccount {
            id: found.id,
            login: found.login,
            name: found.name.unwrap_or_default(),
            avatar_url: found.avatar_url.unwrap_or_default(),
        })
    }

    /// All e-mail addresses.
    pub async fn emails(&self) -> Result<Vec<GithubEmail>, Failure> {
        let found: Vec<Email> = self.list(&["user", "emails"], &[]).await?;
        let email = |Email { email, primary, verified }| GithubEmail { email, primary, verified };
        Ok(found.into_iter().map(email).collect())
    }

    /// The organizations of active memberships. GitHub is asked for these only, and yet not believed to have understood.
    pub async fn organizations(&self) -> Result<Vec<String>, Failure> {
        let path = ["user", "memberships", "orgs"];
        let found: Vec<Membership> = self.list(&path, &[("state", ACTIVE)]).await?;
        let active = found.into_iter().filter(|membership| membership.state == ACTIVE);
        Ok(active.map(|membership| membership.organization.login).collect())
    }

    /// Whether somebody is an active member of a team. Those who are not get the same answer as for a team that does not exist.
    pub async fn is_in_team(
        &self,
        (organization, team): &(String, String),
        login: &str,
    ) -> Result<bool, Failure> {
        let path = ["orgs", organization, "teams", team, "memberships", login];
        let answer = self.get(&path, &[]).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(false);
        }
        Ok(answer.read::<TeamMembership>()?.state == ACTIVE)
    }

    /// All pages of a list.
    async fn list<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Vec<T>, Failure> {
        let all = tokio::time::timeout(LIST_PATIENCE, self.pages(path, query)).await;
        all.unwrap_or_else(|_| Err(endless(path)))
    }

    async fn pages<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Vec<T>, Failure> {
        let mut all = Vec::new();
        for page in 1..=PAGES {
            let page = page.to_string();
            let query = [query, &[("per_page", PAGE_SIZE), ("page", &page)]].concat();
            let answer = self.get(path, &query).await?;
            all.extend(answer.read::<Vec<T>>()?);
            if !answer.has_next {
                return Ok(all);
            }
        }
        Err(endless(path))
    }

    async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Answer, Failure> {
        self.ask(self.endpoints.api(path, query)?).await
    }

    async fn ask(&self, url: Url) -> Result<Answer, Failure> {
        let request = self.client.get(url).bearer_auth(self.tokens.access.expose());
        let request = request.header(ACCEPT, "application/vnd.github+json").header(VERSION.0, VERSION.1);
        let response = request.send().await.map_err(http::unreachable)?;
        let (status, has_next) = (response.status(), has_next(response.headers()));
        Ok(Answer { status, has_next, body: http::body(response).await? })
    }
}

impl Answer {
    fn read<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        if !self.status.is_success() {
            return Err(self.complaint());
        }
        serde_json::from_slice(&self.body).map_err(|_| senseless())
    }

    fn complaint(&self) -> Failure {
        let words = serde_json::from_slice(&self.body).map(|Complaint { message }| plain(&message));
        let words = words.map(|words| format!(": {words}")).unwrap_or_default();
        Failure::Unreachable(format!("GitHub answered with status {}{words}", self.status))
    }
}

/// Whether a list goes on. Only that is taken from the header: the next URL is ours, so that no answer sends us elsewhere.
fn has_next(headers: &HeaderMap) -> bool {
    let links = headers.get_all(LINK).into_iter().filter_map(|value| value.to_str().ok());
    links.flat_map(|value| value.split(',')).any(|link| link.contains("rel=\"next\""))
}

fn endless(path: &[&str]) -> Failure {
    Failure::Unreachable(format!("GitHub's list /{} does not end", path.join("/")))
}

fn senseless() -> Failure {
    Failure::Unreachable("GitHub's answer makes no sense".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_on_where_there_is_a_next_page() {
        let of = |link: &str| has_next(&HeaderMap::from_iter([(LINK, link.parse().unwrap())]));
        assert!(of(
            r#"<https://api.github.com/x?page=1>; rel="prev", <https://api.github.com/x?page=3>; rel="next""#
        ));
        assert!(!of(
            r#"<https://api.github.com/x?page=1>; rel="prev", <https://api.github.com/x?page=1>; rel="first""#
        ));
        assert!(!has_next(&HeaderMap::new()));
    }
}
