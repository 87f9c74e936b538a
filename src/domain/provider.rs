//! Identity providers: what the rules ask of them, and what the operator allows for each.
//!
//! The traits say what a provider can be asked; the room `providers` has those that speak to real ones. What they answer is
//! facts; whether somebody is let in with them is decided here.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde_json::{Map, Value};

use crate::model::ids::{OrgId, Secret};
use crate::rbac::is_site_role;

/// The claims of an identity, by name.
pub type Claims = Map<String, Value>;

/// The providers of a deployment.
#[derive(Debug, Clone, Default)]
pub struct Providers {
    /// OpenID providers; the first one is that of the documented routes.
    pub oidc: Vec<Arc<Oidc>>,
    /// GitHub, or a GitHub Enterprise server.
    pub github: Option<Arc<Github>>,
}

impl Providers {
    /// Whether any provider decides which site roles people hold.
    pub fn decide_roles(&self) -> bool {
        self.oidc.iter().any(|oidc| !oidc.rules.roles.field.is_empty())
    }

    /// Whether any provider decides which organizations people belong to.
    pub fn decide_organizations(&self) -> bool {
        self.oidc.iter().any(|oidc| !oidc.rules.organizations.field.is_empty())
    }

    /// An OpenID provider by its name in paths.
    pub fn oidc_named(&self, slug: &str) -> Option<&Arc<Oidc>> {
        self.oidc.iter().find(|oidc| oidc.rules.slug == slug)
    }
}

/// An OpenID provider with its rules.
#[derive(Debug)]
pub struct Oidc {
    /// Speaks to it.
    pub client: Box<dyn OidcClient>,
    /// What the operator allows.
    pub rules: OidcRules,
}

/// GitHub with its rules.
#[derive(Debug)]
pub struct Github {
    /// Speaks to it.
    pub client: Box<dyn GithubClient>,
    /// What the operator allows.
    pub rules: GithubRules,
}

/// What the operator allows those who come from an OpenID provider, and which claims are read (auth.md 9.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcRules {
    /// Its name in paths; empty for the first one, whose routes the contract names.
    pub slug: String,
    /// What its button says.
    pub sign_in_text: String,
    /// The picture on its button; empty for none.
    pub icon_url: String,
    /// Whether those who have no account get one.
    pub allow_signups: bool,
    /// What those read who get none; empty for the usual words.
    pub signups_disabled_text: String,
    /// The domains that e-mail addresses may be of, in lower case and without `@`; empty for all.
    pub email_domains: Vec<String>,
    /// Whether addresses count that the provider has not verified.
    pub ignore_email_verified: bool,
    /// The claim with the e-mail address.
    pub email_field: String,
    /// The claim with the username.
    pub username_field: String,
    /// The claim with the display name.
    pub name_field: String,
    /// Which site roles come from the provider.
    pub roles: RoleSync,
    /// Which organizations do.
    pub organizations: OrganizationSync,
}

impl Default for OidcRules {
    fn default() -> Self {
        Self {
            slug: String::new(),
            sign_in_text: "OpenID Connect".to_owned(),
            icon_url: String::new(),
            allow_signups: true,
            signups_disabled_text: String::new(),
            email_domains: Vec::new(),
            ignore_email_verified: false,
            email_field: "email".to_owned(),
            username_field: "preferred_username".to_owned(),
            name_field: "name".to_owned(),
            roles: RoleSync::default(),
            organizations: OrganizationSync::default(),
        }
    }
}

/// Site roles by a claim. Off without a field: roles are then granted by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleSync {
    /// The claim with the names; empty for none.
    pub field: String,
    /// What the provider's names stand for. A name that is not here stands for itself.
    pub mapping: BTreeMap<String, Vec<String>>,
    /// What everybody gets who logs in.
    pub default: Vec<String>,
}

impl RoleSync {
    /// A role that it would grant and that there is not.
    pub fn unknown_role(&self) -> Option<&str> {
        let mut all = self.mapping.values().flatten().chain(&self.default);
        all.find(|role| !is_site_role(role)).map(String::as_str)
    }
}

/// Organizations by a claim. Off without a field: members are then added by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationSync {
    /// The claim with the names; empty for none.
    pub field: String,
    /// What the provider's names stand for. A name that is not here is passed over.
    pub mapping: BTreeMap<String, Vec<OrgId>>,
    /// Whether everybody who logs in belongs to the default organization.
    pub assign_default: bool,
}

impl Default for OrganizationSync {
    fn default() -> Self {
        Self { field: String::new(), mapping: BTreeMap::new(), assign_default: true }
    }
}

/// What the operator allows those who come from GitHub (auth.md 9.4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GithubRules {
    /// Whether those who have no account get one.
    pub allow_signups: bool,
    /// Whether everybody may come; otherwise `organizations` says who.
    pub allow_everyone: bool,
    /// Those whose members may come; GitHub compares names in any case.
    pub organizations: Vec<String>,
    /// If any are listed, one has to be in one of these too: organization and team.
    pub teams: Vec<(String, String)>,
    /// Whether codes are shown instead of sending browsers to GitHub.
    pub device_flow: bool,
    /// Whether it is github.com itself, whose ids users can be searched by.
    pub is_github_com: bool,
}

/// What a provider gave for a login, to be asked again with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// For the provider's own API.
    pub access: Secret,
    /// For another one when that ends; empty when there is none.
    pub refresh: Secret,
    /// When the access token ends; none for never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Where a browser is sent.
#[derive(Debug)]
pub struct Start {
    /// The URL at the provider.
    pub url: String,
    /// What proves, when the browser is back, that it was this one; none where the provider does not ask for that.
    pub verifier: Option<Secret>,
}

/// What a browser brought back.
#[derive(Debug)]
pub struct Return {
    /// The provider's code.
    pub code: Secret,
    /// As [`Start::verifier`].
    pub verifier: Option<Secret>,
    /// Where the provider sent the browser back to.
    pub redirect_url: String,
}

/// Whom an OpenID provider vouches for. Its signature, issuer, audience, times and nonce are verified.
#[derive(Debug)]
pub struct Vouched {
    /// Who says so.
    pub issuer: String,
    /// Who it is, there. Never empty.
    pub subject: String,
    /// The claims of the id token and of the second source, merged.
    pub claims: Claims,
    /// To ask again with.
    pub tokens: Tokens,
}

/// Somebody at GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GithubAccount {
    /// Never changes.
    pub id: i64,
    /// The username there.
    pub login: String,
    /// Display name, may be empty.
    pub name: String,
    /// Picture, may be empty.
    pub avatar_url: String,
}

/// An e-mail address at GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GithubEmail {
    /// The address.
    pub email: String,
    /// Whether it is the one to use.
    pub primary: bool,
    /// Whether GitHub has verified it.
    pub verified: bool,
}

/// A code for somebody to type in at GitHub (RFC 8628).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCode {
    /// What is asked with whether it was typed in.
    pub device_code: Secret,
    /// What is typed in.
    pub user_code: String,
    /// Where.
    pub verification_uri: String,
    /// For how many seconds the code is good.
    pub expires_in: i64,
    /// How many seconds to wait between questions.
    pub interval: i64,
}

/// Why a provider was of no use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It did not answer, or not in a way that means anything.
    Unreachable(String),
    /// It refused, in its own words.
    Refused {
        /// The code of OAuth, such as `invalid_grant`.
        error: String,
        /// What it says besides; may be empty.
        description: String,
    },
    /// It answered a code without an id token.
    NoIdToken,
    /// Its id token is not to be believed.
    BadIdToken(String),
    /// Its id token is about nobody.
    NoSubject,
    /// It did not tell about the user.
    NoUserinfo(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable(why) | Self::BadIdToken(why) | Self::NoUserinfo(why) => f.write_str(why),
            Self::Refused { error, description } if description.is_empty() => f.write_str(error),
            Self::Refused { error, description } => write!(f, "{error}: {description}"),
            Self::NoIdToken => f.write_str("no id token"),
            Self::NoSubject => f.write_str("no subject"),
        }
    }
}

/// What an OpenID provider can be asked. It need not be there when the server starts.
pub trait OidcClient: Debug + Send + Sync {
    /// The issuer as it is configured, which is the one it must say of itself.
    fn issuer(&self) -> &str;

    /// Where a browser begins: the URL with `state`, `nonce` and, if the provider knows PKCE, a challenge.
    fn start<'a>(
        &'a self,
        state: &'a Secret,
        nonce: &'a Secret,
        redirect_url: &'a str,
    ) -> BoxFuture<'a, Result<Start, Failure>>;

    /// Whether [`OidcClient::start`] gives a verifier, so that a return without one is refused.
    fn uses_pkce(&self) -> BoxFuture<'_, Result<bool, Failure>>;

    /// Trades a code for an identity. `now` is the server's time; a minute of difference to the provider's is forgiven.
    fn finish<'a>(
        &'a self,
        returned: &'a Return,
        nonce: &'a Secret,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Vouched, Failure>>;

    /// Trades a refresh token for new tokens. Without a new refresh token the old one stays good.
    fn refresh<'a>(
        &'a self,
        refresh: &'a Secret,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Tokens, Failure>>;
}

/// What GitHub can be asked.
pub trait GithubClient: Debug + Send + Sync {
    /// Where a browser begins: the URL with `state` and a challenge.
    fn start(&self, state: &Secret, redirect_url: &str) -> Start;

    /// Trades a browser's code for tokens.
    fn exchange<'a>(
        &'a self,
        returned: &'a Return,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Tokens, Failure>>;

    /// A new device code.
    fn device_code(&self) -> BoxFuture<'_, Result<DeviceCode, Failure>>;

    /// Trades a device code for tokens; `authorization_pending` and `slow_down` are [`Failure::Refused`].
    fn exchange_device<'a>(
        &'a self,
        device_code: &'a Secret,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Tokens, Failure>>;

    /// Trades a refresh token for new tokens.
    fn refresh<'a>(
        &'a self,
        refresh: &'a Secret,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Tokens, Failure>>;

    /// Who it is.
    fn account<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<GithubAccount, Failure>>;

    /// All e-mail addresses.
    fn emails<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<Vec<GithubEmail>, Failure>>;

    /// The organizations that it is an active member of, by name.
    fn organizations<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<Vec<String>, Failure>>;

    /// Whether it is an active member of a team.
    fn is_in_team<'a>(
        &'a self,
        tokens: &'a Tokens,
        team: &'a (String, String),
        login: &'a str,
    ) -> BoxFuture<'a, Result<bool, Failure>>;
}
