//! GitHub's OAuth and API: github.com, or a GitHub Enterprise server.

mod api;
mod endpoints;
mod tokens;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use openidconnect::PkceCodeChallenge;

use self::api::Api;
use self::endpoints::Endpoints;
use self::tokens::Form;
use super::http;
use crate::domain::provider::{
    DeviceCode, Failure, GithubAccount, GithubClient, GithubEmail, Return, Start, Tokens,
};
use crate::model::ids::Secret;

/// Who it is, in which organizations and teams, and which e-mail addresses it has.
const SCOPES: &str = "read:user read:org user:email";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// The OAuth app of this deployment, as it is registered at GitHub.
#[derive(Debug, Clone)]
pub struct App {
    /// Its public name.
    pub client_id: String,
    /// What proves that it is this deployment that asks.
    pub client_secret: Secret,
    /// The GitHub Enterprise server, such as `https://git.example.com`; none for github.com.
    pub base_url: Option<String>,
}

/// Asks GitHub.
#[derive(Debug)]
pub struct Client {
    app: App,
    endpoints: Endpoints,
    client: reqwest::Client,
}

impl Client {
    /// A client for this app. Nobody is asked yet.
    ///
    /// # Errors
    /// When the server's URL is none, or there are no certificates to check others with.
    pub fn new(app: App) -> Result<Self, String> {
        let endpoints = Endpoints::new(app.base_url.as_deref())?;
        Ok(Self { app, endpoints, client: http::client()? })
    }

    const fn api<'a>(&'a self, tokens: &'a Tokens) -> Api<'a> {
        Api { client: &self.client, endpoints: &self.endpoints, tokens }
    }

    async fn tokens(&self, form: &Form<'_>, now: DateTime<Utc>) -> Result<Tokens, Failure> {
        tokens::tokens(&self.client, &self.endpoints.token, form, now).await
    }

    async fn code_to_tokens(&self, returned: &Return, now: DateTime<Utc>) -> Result<Tokens, Failure> {
        let mut form = vec![
            ("client_id", self.app.client_id.as_str()),
            ("client_secret", self.app.client_secret.expose()),
            ("code", returned.code.expose()),
            ("redirect_uri", &returned.redirect_url),
        ];
        form.extend(returned.verifier.iter().map(|verifier| ("code_verifier", verifier.expose())));
        self.tokens(&form, now).await
    }

    async fn new_tokens(&self, refresh: &Secret, now: DateTime<Utc>) -> Result<Tokens, Failure> {
        let form = [
            ("client_id", self.app.client_id.as_str()),
            ("client_secret", self.app.client_secret.expose()),
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose()),
        ];
        let mut tokens = self.tokens(&form, now).await?;
        if tokens.refresh.expose().is_empty() {
            tokens.refresh = refresh.clone();
        }
        Ok(tokens)
    }
}

impl GithubClient for Client {
    fn start(&self, state: &Secret, redirect_url: &str) -> Start {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut url = self.endpoints.authorize.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.app.client_id)
            .append_pair("redirect_uri", redirect_url)
            .append_pair("scope", SCOPES)
            .append_pair("state", state.expose())
            .append_pair("code_challenge", challenge.as_str())
            .append_pair("code_challenge_method", challenge.method().as_str());
        Start { url: url.into(), verifier: Some(Secret::new(verifier.into_secret())) }
    }

    fn exchange<'a>(
        &'a self,
        returned: &'a Return,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Tokens, Failure>> {
        self.code_to_tokens(returned, now).boxed()
    }

    fn device_code(&self) -> BoxFuture<'_, Result<DeviceCode, Failure>> {
        async move {
            let form = [("client_id", self.app.client_id.as_str()), ("scope", SCOPES)];
            tokens::device_code(&self.client, &self.endpoints.device, &form).await
        }
        .boxed()
    }

    fn exchange_device<'a>(
        &'a self,
        device_code: &'a Secret,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Tokens, Failure>> {
        async move {
            let form = [
                ("client_id", self.app.client_id.as_str()),
                ("device_code", device_code.expose()),
                ("grant_type", DEVICE_GRANT),
            ];
            self.tokens(&form, now).await
        }
        .boxed()
    }

    fn refresh<'a>(
        &'a self,
        refresh: &'a Secret,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Tokens, Failure>> {
        self.new_tokens(refresh, now).boxed()
    }

    fn account<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<GithubAccount, Failure>> {
        async move { self.api(tokens).account().await }.boxed()
    }

    fn emails<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<Vec<GithubEmail>, Failure>> {
        async move { self.api(tokens).emails().await }.boxed()
    }

    fn organizations<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<Vec<String>, Failure>> {
        async move { self.api(tokens).organizations().await }.boxed()
    }

    fn is_in_team<'a>(
        &'a self,
        tokens: &'a Tokens,
        team: &'a (String, String),
        login: &'a str,
    ) -> BoxFuture<'a, Result<bool, Failure>> {
        async move { self.api(tokens).is_in_team(team, login).await }.boxed()
    }
}
