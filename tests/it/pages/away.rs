//! Identity providers that nobody reaches: enough for their buttons; and one that only knows codes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use roster::domain::provider::{
    DeviceCode, Failure, Github, GithubAccount, GithubClient, GithubEmail, GithubRules, Oidc, OidcClient,
    OidcRules, Providers, Return, Start, Tokens, Vouched,
};
use roster::model::ids::Secret;

#[derive(Debug)]
struct Away;

fn away<T: Send + 'static>() -> BoxFuture<'static, Result<T, Failure>> {
    std::future::ready(Err(Failure::Unreachable("nobody answers".to_owned()))).boxed()
}

impl OidcClient for Away {
    fn issuer(&self) -> &str {
        "https://away.test"
    }
    fn start<'a>(
        &'a self,
        _: &'a Secret,
        _: &'a Secret,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Start, Failure>> {
        away()
    }
    fn uses_pkce(&self) -> BoxFuture<'_, Result<bool, Failure>> {
        away()
    }
    fn finish<'a>(
        &'a self,
        _: &'a Return,
        _: &'a Secret,
        _: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Vouched, Failure>> {
        away()
    }
    fn refresh<'a>(&'a self, _: &'a Secret, _: DateTime<Utc>) -> BoxFuture<'a, Result<Tokens, Failure>> {
        away()
    }
}

impl GithubClient for Away {
    fn start(&self, _: &Secret, _: &str) -> Start {
        Start { url: "https://away.test".to_owned(), verifier: None }
    }
    fn exchange<'a>(&'a self, _: &'a Return, _: DateTime<Utc>) -> BoxFuture<'a, Result<Tokens, Failure>> {
        away()
    }
    fn device_code(&self) -> BoxFuture<'_, Result<DeviceCode, Failure>> {
        away()
    }
    fn exchange_device<'a>(
        &'a self,
        _: &'a Secret,
        _: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Tokens, Failure>> {
        away()
    }
    fn refresh<'a>(&'a self, _: &'a Secret, _: DateTime<Utc>) -> BoxFuture<'a, Result<Tokens, Failure>> {
        away()
    }
    fn account<'a>(&'a self, _: &'a Tokens) -> BoxFuture<'a, Result<GithubAccount, Failure>> {
        away()
    }
    fn emails<'a>(&'a self, _: &'a Tokens) -> BoxFuture<'a, Result<Vec<GithubEmail>, Failure>> {
        away()
    }
    fn organizations<'a>(&'a self, _: &'a Tokens) -> BoxFuture<'a, Result<Vec<String>, Failure>> {
        away()
    }
    fn is_in_team<'a>(
        &'a self,
        _: &'a Tokens,
        _: &'a (String, String),
        _: &'a str,
    ) -> BoxFuture<'a, Result<bool, Failure>> {
        away()
    }
}

/// GitHub, where codes are typed in.
#[derive(Debug)]
pub struct Typed {
    /// What becomes of the code, one after the other.
    pub answers: Mutex<VecDeque<Result<Tokens, Failure>>>,
    /// Who types it in.
    pub account: GithubAccount,
    /// Their address.
    pub email: GithubEmail,
}

fn said<T: Send + 'static>(answer: Result<T, Failure>) -> BoxFuture<'static, Result<T, Failure>> {
    std::future::ready(answer).boxed()
}

impl GithubClient for Typed {
    fn start(&self, _: &Secret, _: &str) -> Start {
        Start { url: "https://away.test".to_owned(), verifier: None }
    }
    fn exchange<'a>(&'a self, _: &'a Return, _: DateTime<Utc>) -> BoxFuture<'a, Result<Tokens, Failure>> {
        away()
    }
    fn device_code(&self) -> BoxFuture<'_, Result<DeviceCode, Failure>> {
        let code = DeviceCode {
            device_code: Secret::new("secret-of-the-device"),
            user_code: "WDJB-<MJHT".to_owned(),
            verification_uri: "https://github.test/login/device".to_owned(),
            expires_in: 900,
            interval: 5,
        };
        said(Ok(code))
    }
    fn exchange_device<'a>(
        &'a self,
        _: &'a Secret,
        _: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Tokens, Failure>> {
        said(self.answers.lock().unwrap().pop_front().unwrap())
    }
    fn refresh<'a>(&'a self, _: &'a Secret, _: DateTime<Utc>) -> BoxFuture<'a, Result<Tokens, Failure>> {
        away()
    }
    fn account<'a>(&'a self, _: &'a Tokens) -> BoxFuture<'a, Result<GithubAccount, Failure>> {
        said(Ok(self.account.clone()))
    }
    fn emails<'a>(&'a self, _: &'a Tokens) -> BoxFuture<'a, Result<Vec<GithubEmail>, Failure>> {
        said(Ok(vec![self.email.clone()]))
    }
    fn organizations<'a>(&'a self, _: &'a Tokens) -> BoxFuture<'a, Result<Vec<String>, Failure>> {
        away()
    }
    fn is_in_team<'a>(
        &'a self,
        _: &'a Tokens,
        _: &'a (String, String),
        _: &'a str,
    ) -> BoxFuture<'a, Result<bool, Failure>> {
        away()
    }
}

/// OpenID providers with these rules, and GitHub if it has any.
pub fn providers(oidc: Vec<OidcRules>, github: Option<GithubRules>) -> Providers {
    let oidc = oidc.into_iter().map(|rules| Arc::new(Oidc { client: Box::new(Away), rules }));
    Providers {
        oidc: oidc.collect(),
        github: github.map(|rules| Arc::new(Github { client: Box::new(Away), rules })),
    }
}
