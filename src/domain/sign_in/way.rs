//! By which provider somebody comes.

use std::sync::Arc;

use super::failure::{device_exchange_failed, exchange_failed, unreachable};
use super::profile::Profile;
use super::refusal::Refusal;
use super::{Returned, github, nonce, oidc, redirect};
use crate::domain::ctx::Backend;
use crate::domain::error::Error;
use crate::domain::provider::{Failure, Github, Oidc, Return, Start, Tokens};
use crate::model::ids::Secret;
use crate::model::user::LoginType;
use crate::store::user_links::UserLink;

/// By which provider somebody comes.
#[derive(Debug, Clone)]
pub enum Way {
    /// An OpenID provider.
    Oidc(Arc<Oidc>),
    /// GitHub.
    Github(Arc<Github>),
}

fn not_configured() -> Error {
    Error::invalid("The oauth2 method requested is not configured!")
}

impl Way {
    /// Every provider.
    pub(super) fn all(backend: &Backend) -> impl Iterator<Item = Self> + '_ {
        let providers = &backend.providers;
        let oidc = providers.oidc.iter().cloned().map(Self::Oidc);
        oidc.chain(providers.github.iter().cloned().map(Self::Github))
    }

    /// The OpenID provider of the documented routes.
    ///
    /// # Errors
    /// 400 where there is none.
    pub fn first_oidc(backend: &Backend) -> Result<Self, Error> {
        backend.providers.oidc.first().cloned().map(Self::Oidc).ok_or_else(not_configured)
    }

    /// An OpenID provider by its name.
    ///
    /// # Errors
    /// 404 where there is none.
    pub fn oidc_named(backend: &Backend, slug: &str) -> Result<Self, Error> {
        backend.providers.oidc_named(slug).cloned().map(Self::Oidc).ok_or_else(Error::not_found)
    }

    /// GitHub.
    ///
    /// # Errors
    /// 400 where it is not configured.
    pub fn github(backend: &Backend) -> Result<Self, Error> {
        backend.providers.github.clone().map(Self::Github).ok_or_else(not_configured)
    }

    /// Whose provider an identity is at, as long as it is configured. An OpenID identity begins with its issuer.
    pub(in crate::domain) fn of_link(backend: &Backend, link: &UserLink) -> Option<Self> {
        if link.login_type == LoginType::Github {
            return Self::github(backend).ok();
        }
        let issuer = link.linked_id.split("||").next()?;
        let found = backend.providers.oidc.iter().find(|oidc| oidc.client.issuer() == issuer);
        found.cloned().map(Self::Oidc)
    }

    pub(super) const fn login_type(&self) -> LoginType {
        match self {
            Self::Oidc(_) => LoginType::Oidc,
            Self::Github(_) => LoginType::Github,
        }
    }

    /// Whether people type a code in at the provider. What is answered then is read by a page of ours, not by people.
    pub fn by_device(&self) -> bool {
        matches!(self, Self::Github(github) if github.rules.device_flow)
    }

    /// The status of a login that succeeds.
    pub(super) fn success(&self) -> u16 {
        if self.by_device() { 200 } else { 307 }
    }

    pub(super) fn allows_signups(&self) -> bool {
        match self {
            Self::Oidc(oidc) => oidc.rules.allow_signups,
            Self::Github(github) => github.rules.allow_signups,
        }
    }

    /// The path of its callback route.
    pub fn callback_path(&self) -> String {
        match self {
            Self::Oidc(oidc) if oidc.rules.slug.is_empty() => "/api/v2/users/oidc/callback".to_owned(),
            Self::Oidc(oidc) => format!("/api/v2/users/oidc/{}/callback", oidc.rules.slug),
            Self::Github(_) => "/api/v2/users/oauth2/github/callback".to_owned(),
        }
    }

    fn redirect_url(&self, backend: &Backend) -> String {
        format!("{}{}", backend.settings.access_url, self.callback_path())
    }

    pub(super) async fn start(
        &self,
        backend: &Backend,
        state: &Secret,
        redirect: &str,
    ) -> Result<Start, Error> {
        let back = self.redirect_url(backend);
        match self {
            Self::Oidc(oidc) => {
                let nonce = nonce(backend, state.expose());
                oidc.client.start(state, &nonce, &back).await.map_err(unreachable)
            }
            Self::Github(_) if self.by_device() => Ok(at_own_page(state, redirect)),
            Self::Github(github) => Ok(github.client.start(state, &back)),
        }
    }

    pub(super) async fn uses_pkce(&self) -> Result<bool, Error> {
        match self {
            Self::Oidc(oidc) => oidc.client.uses_pkce().await.map_err(unreachable),
            Self::Github(_) => Ok(!self.by_device()),
        }
    }

    /// Who it is, as far as the provider may be believed.
    pub(super) async fn profile(&self, backend: &Backend, returned: &Returned) -> Result<Profile, Refusal> {
        let back = Return {
            code: Secret::new(returned.code.clone()),
            verifier: Some(&returned.verifier).filter(|it| !it.is_empty()).map(Secret::new),
            redirect_url: self.redirect_url(backend),
        };
        let now = backend.now();
        match self {
            Self::Oidc(oidc) => {
                let nonce = nonce(backend, &returned.kept_state);
                let vouched = oidc.client.finish(&back, &nonce, now).await.map_err(oidc::not_believed)?;
                oidc::profile(&oidc.rules, &backend.ids, vouched)
            }
            Self::Github(github) => {
                let tokens = if self.by_device() {
                    github.client.exchange_device(&back.code, now).await.map_err(device_exchange_failed)?
                } else {
                    github.client.exchange(&back, now).await.map_err(exchange_failed)?
                };
                github::profile(github, tokens).await
            }
        }
    }

    /// Asks for new tokens.
    pub(in crate::domain) async fn refresh(
        &self,
        backend: &Backend,
        refresh: &Secret,
    ) -> Result<Tokens, Failure> {
        match self {
            Self::Oidc(oidc) => oidc.client.refresh(refresh, backend.now()).await,
            Self::Github(github) => github.client.refresh(refresh, backend.now()).await,
        }
    }
}

/// The page that shows a code to type in.
fn at_own_page(state: &Secret, redirect: &str) -> Start {
    let mut url = format!("/login/device?state={}", state.expose());
    if !redirect.is_empty() {
        url.push_str("&redirect=");
        url.push_str(&redirect::encoded(redirect));
    }
    Start { url, verifier: None }
}
