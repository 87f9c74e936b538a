//! OpenID Connect: the client of one provider.
//!
//! `discovery` finds out about the provider, `exchange` speaks OAuth, `jwt` and `claims` decide which tokens are believed, `userinfo`
//! asks for more claims; `wire` is below all of them.

mod claims;
mod discovery;
mod exchange;
mod failure;
mod jwt;
mod userinfo;
mod wire;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use oauth2::TokenResponse;
use openidconnect::{AccessToken, AccessTokenHash, IssuerUrl};

use crate::domain::provider::{Claims, Failure, OidcClient, Return, Start, Tokens, Vouched};
use crate::model::ids::Secret;
use claims::Expected;
use discovery::{Discovery, Known, knows_pkce};
use exchange::Answer;
use jwt::{Doubt, Signed};
use userinfo::Told;
use wire::Wire;

/// Which provider, and as whom.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What the provider says of itself, to the letter.
    pub issuer: String,
    /// Whom the provider knows this deployment as.
    pub client_id: String,
    /// What proves it; none for a public client.
    pub client_secret: Option<Secret>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// What browsers take to the provider besides.
    pub auth_url_params: BTreeMap<String, String>,
    /// Where more claims come from.
    pub claims_source: ClaimsSource,
}

/// Where claims come from beside the id token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimsSource {
    /// From the userinfo endpoint, which counts more than the id token.
    Userinfo,
    /// From the access token, which counts less.
    AccessToken,
    /// From nowhere.
    None,
}

/// How patient the client is.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long an answer may take.
    pub patience: Duration,
    /// How long the discovery document and the keys are good.
    pub document_lifetime: Duration,
    /// How long they are good for once more when the provider does not tell them anew.
    pub between_renewals: Duration,
    /// How long to wait before the keys are asked for again because one is missing.
    pub between_keys: Duration,
    /// For how long a provider that is away is not asked again.
    pub failure_memory: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(10),
            document_lifetime: Duration::from_secs(60 * 60),
            between_renewals: Duration::from_secs(60),
            between_keys: Duration::from_secs(30),
            failure_memory: Duration::from_secs(1),
        }
    }
}

/// The client of one provider.
#[derive(Debug)]
pub struct Client {
    settings: Settings,
    wire: Wire,
    discovery: Discovery,
}

impl Client {
    /// A client that has not asked for anything yet.
    ///
    /// # Errors
    /// When the issuer is no URL, or the system's certificates cannot be read.
    pub fn new(settings: Settings, limits: Limits) -> Result<Self, String> {
        let issuer =
            IssuerUrl::new(settings.issuer.clone()).map_err(|error| format!("the issuer: {error}"))?;
        let wire = Wire::new(limits.patience)?;
        let discovery = Discovery::new(issuer, wire.clone(), limits);
        Ok(Self { settings, wire, discovery })
    }

    async fn trade(&self, returned: &Return, nonce: &Secret, now: DateTime<Utc>) -> Result<Vouched, Failure> {
        let known = self.discovery.known().await?;
        let answer = exchange::code(&self.settings, &known.metadata, &self.wire, returned).await?;
        let token = exchange::id_token(&answer).ok_or(Failure::NoIdToken)?;
        let signed = self.signed(&known, token).await.map_err(|doubt| disbelieved(doubt.why()))?;
        self.expected(now).id_token(&signed.claims, nonce).map_err(disbelieved)?;
        check_hash(&signed, answer.access_token())?;
        let subject = claims::subject(&signed.claims).ok_or(Failure::NoSubject)?.to_owned();
        let claims = self.more(&known, signed.claims, &subject, &answer, now).await;
        Ok(Vouched {
            issuer: self.settings.issuer.clone(),
            subject,
            claims: claims.map_err(Failure::NoUserinfo)?,
            tokens: exchange::tokens(&answer, None, now),
        })
    }

    const fn expected(&self, now: DateTime<Utc>) -> Expected<'_> {
        Expected { issuer: self.settings.issuer.as_str(), client_id: self.settings.client_id.as_str(), now }
    }

    /// The claims of a token, with newer keys if those at hand do not verify it: providers change them.
    async fn signed(&self, known: &Arc<Known>, token: &str) -> Result<Signed, Doubt> {
        let doubt = match jwt::read(token, &known.keys) {
            Err(doubt @ Doubt::Key(_)) => doubt,
            decided => return decided,
        };
        match self.discovery.with_newer_keys(known).await {
            Some(newer) => jwt::read(token, &newer.keys),
            None => Err(doubt),
        }
    }

    /// The claims with those of the second source.
    async fn more(
        &self,
        known: &Arc<Known>,
        claims: Claims,
        subject: &str,
        answer: &Answer,
        now: DateTime<Utc>,
    ) -> Result<Claims, String> {
        let access = Secret::new(answer.access_token().secret());
        match self.settings.claims_source {
            ClaimsSource::None => Ok(claims),
            ClaimsSource::Userinfo => {
                let Some(endpoint) = known.metadata.userinfo_endpoint() else { return Ok(claims) };
                let told = userinfo::ask(&self.wire, endpoint, &access).await?;
                let more = self.believed(known, told, now).await?;
                check_subject(&more, subject, "userinfo")?;
                Ok(merged(claims, more))
            }
            ClaimsSource::AccessToken => {
                let more = self.of_access_token(known, &access, now).await?;
                if more.contains_key("sub") {
                    check_subject(&more, subject, "the access token")?;
                }
                Ok(merged(more, claims))
            }
        }
    }

    async fn believed(&self, known: &Arc<Known>, told: Told, now: DateTime<Utc>) -> Result<Claims, String> {
        match told {
            Told::Json(body) => {
                serde_json::from_slice(&body).map_err(|_| "userinfo makes no sense".to_owned())
            }
            Told::Jwt(token) => {
                let no = |why: &str| format!("userinfo is not believed: {why}");
                let signed = self.signed(known, token.expose()).await.map_err(|doubt| no(doubt.why()))?;
                self.expected(now).userinfo(&signed.claims).map_err(no)?;
                Ok(signed.claims)
            }
        }
    }

    async fn of_access_token(
        &self,
        known: &Arc<Known>,
        token: &Secret,
        now: DateTime<Utc>,
    ) -> Result<Claims, String> {
        let no = |why: &str| format!("the access token is not believed: {why}");
        let signed = self.signed(known, token.expose()).await.map_err(|doubt| no(doubt.why()))?;
        self.expected(now).access_token(&signed.claims).map_err(no)?;
        Ok(signed.claims)
    }
}

impl OidcClient for Client {
    fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    fn start<'a>(
        &'a self,
        state: &'a Secret,
        nonce: &'a Secret,
        redirect_url: &'a str,
    ) -> BoxFuture<'a, Result<Start, Failure>> {
        Box::pin(async move {
            let known = self.discovery.known().await?;
            exchange::start(&self.settings, &known.metadata, state, nonce, redirect_url)
        })
    }

    fn uses_pkce(&self) -> BoxFuture<'_, Result<bool, Failure>> {
        Box::pin(async move { Ok(knows_pkce(&self.discovery.known().await?.metadata)) })
    }

    fn finish<'a>(
        &'a self,
        returned: &'a Return,
        nonce: &'a Secret,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Vouched, Failure>> {
        Box::pin(self.trade(returned, nonce, now))
    }

    fn refresh<'a>(
        &'a self,
        refresh: &'a Secret,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Tokens, Failure>> {
        Box::pin(async move {
            let known = self.discovery.known().await?;
            let answer = exchange::refresh(&self.settings, &known.metadata, &self.wire, refresh).await?;
            Ok(exchange::tokens(&answer, Some(refresh), now))
        })
    }
}

fn disbelieved(why: &str) -> Failure {
    Failure::BadIdToken(format!("the id token is not believed: {why}"))
}

/// Whether the access token came with this id token, where the id token says which one did.
fn check_hash(signed: &Signed, access: &AccessToken) -> Result<(), Failure> {
    let Some(named) = signed.claims.get("at_hash") else { return Ok(()) };
    let actual = AccessTokenHash::from_token(access, &signed.algorithm, &signed.key);
    match actual {
        Ok(actual) if named.as_str() == Some(actual.as_str()) => Ok(()),
        _ => Err(disbelieved("it came with another access token")),
    }
}

fn check_subject(claims: &Claims, subject: &str, source: &str) -> Result<(), String> {
    if claims::subject(claims) == Some(subject) {
        return Ok(());
    }
    Err(format!("{source} is about somebody else"))
}

/// The upper claims where there are any, and the lower ones elsewhere.
fn merged(mut lower: Claims, upper: Claims) -> Claims {
    // A verification is of the address beside it, and of no other.
    let other = upper.get("email").is_some_and(|email| lower.get("email") != Some(email));
    if other && !upper.contains_key("email_verified") {
        lower.remove("email_verified");
    }
    lower.extend(upper);
    lower
}
