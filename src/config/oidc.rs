//! Settings of OpenID Connect.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::{Host, Url};
use uuid::Uuid;

use super::Password;
use super::email::password;
use super::oidc_file::{self, OidcProvider};

/// Logging in with OpenID Connect.
#[derive(Debug, Clone, Args)]
pub struct Oidc {
    /// The OpenID provider that people log in with, as its issuer URL, exactly as the provider spells it.
    ///
    /// Register ACCESS-URL/api/v2/users/oidc/callback there as the redirect URL.
    #[arg(long, env = "ROSTER_OIDC_ISSUER_URL", value_name = "URL", value_parser = issuer)]
    pub oidc_issuer_url: Option<String>,
    /// The id of this deployment at the provider.
    #[arg(long, env = "ROSTER_OIDC_CLIENT_ID", value_name = "ID")]
    pub oidc_client_id: Option<String>,
    /// The secret of this deployment at the provider; none for a public client.
    #[arg(long, env = "ROSTER_OIDC_CLIENT_SECRET", value_name = "SECRET", value_parser = password, hide_env_values = true)]
    pub oidc_client_secret: Option<Password>,
    /// What the provider is asked for, with commas in between.
    #[arg(long, env = "ROSTER_OIDC_SCOPES", default_value = "openid,profile,email", value_name = "SCOPES", value_delimiter = ',', value_parser = scope)]
    pub oidc_scopes: Vec<String>,
    /// What browsers take to the provider besides, as a JSON object.
    #[arg(long, env = "ROSTER_OIDC_AUTH_URL_PARAMS", default_value = r#"{"access_type":"offline"}"#, value_name = "JSON", value_parser = auth_url_params)]
    pub oidc_auth_url_params: BTreeMap<String, String>,
    /// Whether those who have no account get one when they log in.
    #[arg(long, env = "ROSTER_OIDC_ALLOW_SIGNUPS", default_value_t = true, action = ArgAction::Set, value_name = "BOOL")]
    pub oidc_allow_signups: bool,
    /// What those read who get no account.
    #[arg(long, env = "ROSTER_OIDC_SIGNUPS_DISABLED_TEXT", value_name = "TEXT")]
    pub oidc_signups_disabled_text: Option<String>,
    /// The domains that e-mail addresses may be of, with commas in between; all when not given.
    #[arg(long, env = "ROSTER_OIDC_EMAIL_DOMAIN", value_name = "DOMAINS", value_delimiter = ',', value_parser = email_domain)]
    pub oidc_email_domain: Vec<String>,
    /// Let those in whose e-mail address the provider has not verified.
    #[arg(long, env = "ROSTER_OIDC_IGNORE_EMAIL_VERIFIED")]
    pub oidc_ignore_email_verified: bool,
    /// The claim with the e-mail address.
    #[arg(long, env = "ROSTER_OIDC_EMAIL_FIELD", default_value = "email", value_name = "CLAIM")]
    pub oidc_email_field: String,
    /// The claim with the username.
    #[arg(
        long,
        env = "ROSTER_OIDC_USERNAME_FIELD",
        default_value = "preferred_username",
        value_name = "CLAIM"
    )]
    pub oidc_username_field: String,
    /// The claim with the display name.
    #[arg(long, env = "ROSTER_OIDC_NAME_FIELD", default_value = "name", value_name = "CLAIM")]
    pub oidc_name_field: String,
    /// Where claims come from beside the id token.
    #[arg(long, env = "ROSTER_OIDC_CLAIMS_SOURCE", default_value = "userinfo", value_name = "SOURCE")]
    pub oidc_claims_source: ClaimsSource,
    /// What the button says that people log in with.
    #[arg(long, env = "ROSTER_OIDC_SIGN_IN_TEXT", default_value = "OpenID Connect", value_name = "TEXT")]
    pub oidc_sign_in_text: String,
    /// The picture on that button.
    #[arg(long, env = "ROSTER_OIDC_ICON_URL", value_name = "URL", value_parser = icon_url)]
    pub oidc_icon_url: Option<String>,
    /// The claim with the site roles of a user. Without it they are granted by hand, with it only here.
    #[arg(long, env = "ROSTER_OIDC_USER_ROLE_FIELD", value_name = "CLAIM")]
    pub oidc_user_role_field: Option<String>,
    /// The site roles that the provider's names stand for, as a JSON object of lists. Other names stand for themselves.
    #[arg(long, env = "ROSTER_OIDC_USER_ROLE_MAPPING", default_value = "{}", value_name = "JSON", value_parser = mapping::<BTreeMap<String, Vec<String>>>)]
    pub oidc_user_role_mapping: BTreeMap<String, Vec<String>>,
    /// The site roles of everybody who logs in, with commas in between, where the provider tells roles.
    #[arg(long, env = "ROSTER_OIDC_USER_ROLE_DEFAULT", value_name = "ROLES", value_delimiter = ',')]
    pub oidc_user_role_default: Vec<String>,
    /// The claim with the organizations of a user. Without it members are added by hand.
    #[arg(long, env = "ROSTER_OIDC_ORGANIZATION_FIELD", value_name = "CLAIM")]
    pub oidc_organization_field: Option<String>,
    /// The ids of the organizations that the provider's names stand for, as a JSON object of lists. Other names are passed over.
    #[arg(long, env = "ROSTER_OIDC_ORGANIZATION_MAPPING", default_value = "{}", value_name = "JSON", value_parser = mapping::<BTreeMap<String, Vec<Uuid>>>)]
    pub oidc_organization_mapping: BTreeMap<String, Vec<Uuid>>,
    /// Whether everybody who logs in belongs to the default organization.
    #[arg(long, env = "ROSTER_OIDC_ORGANIZATION_ASSIGN_DEFAULT", default_value_t = true, action = ArgAction::Set, value_name = "BOOL")]
    pub oidc_organization_assign_default: bool,
    /// A JSON file with a list of further providers.
    ///
    /// Each is an object with these settings without "oidc" and with _ for -, and a name, which is in its redirect URL:
    /// ACCESS-URL/api/v2/users/oidc/NAME/callback. The secret can also be in a file of its own: client_secret_file.
    #[arg(long, env = "ROSTER_OIDC_PROVIDERS_FILE", value_name = "FILE")]
    pub oidc_providers_file: Option<PathBuf>,
}

/// Where claims come from beside the id token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum ClaimsSource {
    /// From the userinfo endpoint, which counts more than the id token.
    Userinfo,
    /// From the access token, if it is a signed one; it counts less.
    AccessToken,
    /// From nowhere.
    None,
}

impl Oidc {
    /// All providers: that of the flags first, then those of the file.
    ///
    /// # Errors
    /// When the file cannot be read or makes no sense, or two providers are the same.
    pub fn providers(&self) -> Result<Vec<OidcProvider>, String> {
        let mut all: Vec<OidcProvider> = self.of_flags().into_iter().collect();
        if let Some(file) = &self.oidc_providers_file {
            let name = format!("--oidc-providers-file (ROSTER_OIDC_PROVIDERS_FILE) {}", file.display());
            all.extend(oidc_file::read(file).map_err(|why| format!("{name}: {why}"))?);
            oidc_file::check_distinct(&all).map_err(|why| format!("{name}: {why}"))?;
        }
        Ok(all)
    }

    /// Settings that are only good together.
    pub(super) fn contradiction(&self) -> Option<String> {
        const ISSUER: &str = "--oidc-issuer-url (ROSTER_OIDC_ISSUER_URL)";
        const CLIENT: &str = "--oidc-client-id (ROSTER_OIDC_CLIENT_ID)";
        let client = self.oidc_client_id.as_deref().is_some_and(|id| !id.is_empty());
        if self.oidc_issuer_url.is_some() {
            return if client {
                openid(&self.oidc_scopes).err()
            } else {
                Some(format!("{ISSUER} needs {CLIENT}"))
            };
        }
        let secret = self.oidc_client_secret.is_some();
        let alone = if client { CLIENT } else { "--oidc-client-secret (ROSTER_OIDC_CLIENT_SECRET)" };
        (client || secret).then(|| format!("{alone} needs {ISSUER}"))
    }

    fn of_flags(&self) -> Option<OidcProvider> {
        Some(OidcProvider {
            name: String::new(),
            issuer_url: self.oidc_issuer_url.clone()?,
            client_id: self.oidc_client_id.clone().unwrap_or_default(),
            client_secret: self.oidc_client_secret.clone(),
            client_secret_file: None,
            scopes: self.oidc_scopes.clone(),
            auth_url_params: self.oidc_auth_url_params.clone(),
            allow_signups: self.oidc_allow_signups,
            signups_disabled_text: self.oidc_signups_disabled_text.clone().unwrap_or_default(),
            email_domain: self.oidc_email_domain.clone(),
            ignore_email_verified: self.oidc_ignore_email_verified,
            email_field: self.oidc_email_field.clone(),
            username_field: self.oidc_username_field.clone(),
            name_field: self.oidc_name_field.clone(),
            claims_source: self.oidc_claims_source,
            sign_in_text: self.oidc_sign_in_text.clone(),
            icon_url: self.oidc_icon_url.clone().unwrap_or_default(),
            user_role_field: self.oidc_user_role_field.clone().unwrap_or_default(),
            user_role_mapping: self.oidc_user_role_mapping.clone(),
            user_role_default: self.oidc_user_role_default.clone(),
            organization_field: self.oidc_organization_field.clone().unwrap_or_default(),
            organization_mapping: self.oidc_organization_mapping.clone(),
            organization_assign_default: self.oidc_organization_assign_default,
        })
    }
}

fn openid(scopes: &[String]) -> Result<(), String> {
    super::oidc_file::check_scopes(scopes).map_err(|why| format!("--oidc-scopes (ROSTER_OIDC_SCOPES): {why}"))
}

/// A URL of https, or of a provider on the same machine.
pub(super) fn issuer(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|_| "it must be a URL of https".to_owned())?;
    if url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err("it must have no query, fragment or user".to_owned());
    }
    if url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url)) {
        return Ok(text.to_owned());
    }
    Err("it must begin with https://, except on this machine".to_owned())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The characters of RFC 6749 3.3.
pub(super) fn scope(text: &str) -> Result<String, String> {
    let good = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    if text.is_empty() || !text.bytes().all(good) {
        return Err("a scope has no spaces and no quotes".to_owned());
    }
    Ok(text.to_owned())
}

/// A domain in lower case, without the `@` that people like to put before it.
pub(super) fn email_domain(text: &str) -> Result<String, String> {
    let domain = text.trim();
    let domain = domain.strip_prefix('@').unwrap_or(domain);
    if domain.is_empty() || domain.contains(|c: char| c == '@' || c.is_whitespace()) {
        return Err("it must be the part of an address after the @".to_owned());
    }
    Ok(domain.to_lowercase())
}

/// A picture that a page of this deployment can show.
pub(super) fn icon_url(text: &str) -> Result<String, String> {
    let known = ["https://", "http://", "/"];
    if known.iter().any(|beginning| text.starts_with(beginning)) {
        return Ok(text.to_owned());
    }
    Err("it must begin with https://, http:// or /".to_owned())
}

fn auth_url_params(text: &str) -> Result<BTreeMap<String, String>, String> {
    let params = mapping(text)?;
    check_params(&params)?;
    Ok(params)
}

/// Refuses parameters that are made anew for each login.
pub(super) fn check_params(params: &BTreeMap<String, String>) -> Result<(), String> {
    const OURS: [&str; 8] = [
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "nonce",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    ];
    match params.keys().find(|name| OURS.contains(&name.as_str())) {
        Some(name) => Err(format!("{name} cannot be set")),
        None => Ok(()),
    }
}

fn mapping<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}
