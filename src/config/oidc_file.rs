//! One OpenID provider as it is configured, and the file with more of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::Password;
use super::oidc::{ClaimsSource, check_params, email_domain, icon_url, issuer, scope};

/// One OpenID provider. Its members are the settings of that name, with `oidc` before them.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "the settings of these names say what they are")]
pub struct OidcProvider {
    /// In paths; empty for the provider of the flags.
    pub name: String,
    pub issuer_url: String,
    pub client_id: String,
    #[serde(deserialize_with = "secret")]
    pub client_secret: Option<Password>,
    /// A file with the secret, beside the file with the providers if it is named without a folder.
    pub client_secret_file: Option<PathBuf>,
    pub scopes: Vec<String>,
    pub auth_url_params: BTreeMap<String, String>,
    pub allow_signups: bool,
    pub signups_disabled_text: String,
    pub email_domain: Vec<String>,
    pub ignore_email_verified: bool,
    pub email_field: String,
    pub username_field: String,
    pub name_field: String,
    pub claims_source: ClaimsSource,
    pub sign_in_text: String,
    pub icon_url: String,
    pub user_role_field: String,
    pub user_role_mapping: BTreeMap<String, Vec<String>>,
    pub user_role_default: Vec<String>,
    pub organization_field: String,
    pub organization_mapping: BTreeMap<String, Vec<Uuid>>,
    pub organization_assign_default: bool,
}

impl Default for OidcProvider {
    fn default() -> Self {
        Self {
            name: String::new(),
            issuer_url: String::new(),
            client_id: String::new(),
            client_secret: None,
            client_secret_file: None,
            scopes: ["openid", "profile", "email"].map(str::to_owned).to_vec(),
            auth_url_params: BTreeMap::from([("access_type".to_owned(), "offline".to_owned())]),
            allow_signups: true,
            signups_disabled_text: String::new(),
            email_domain: Vec::new(),
            ignore_email_verified: false,
            email_field: "email".to_owned(),
            username_field: "preferred_username".to_owned(),
            name_field: "name".to_owned(),
            claims_source: ClaimsSource::Userinfo,
            sign_in_text: "OpenID Connect".to_owned(),
            icon_url: String::new(),
            user_role_field: String::new(),
            user_role_mapping: BTreeMap::new(),
            user_role_default: Vec::new(),
            organization_field: String::new(),
            organization_mapping: BTreeMap::new(),
            organization_assign_default: true,
        }
    }
}

/// The providers of a file.
pub(super) fn read(file: &Path) -> Result<Vec<OidcProvider>, String> {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    let all: Vec<OidcProvider> = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let folder = file.parent().unwrap_or_else(|| Path::new(""));
    all.into_iter()
        .enumerate()
        .map(|(index, provider)| {
            let called = if provider.name.is_empty() {
                format!("number {}", index + 1)
            } else {
                provider.name.clone()
            };
            complete(provider, folder).map_err(|why| format!("provider {called}: {why}"))
        })
        .collect()
}

/// Two providers with one name share a route; with one issuer, nobody could tell whose a session is.
pub(super) fn check_distinct(all: &[OidcProvider]) -> Result<(), String> {
    let mut names = BTreeSet::new();
    let mut issuers = BTreeSet::new();
    for provider in all {
        if !names.insert(&provider.name) {
            return Err(format!("two providers have the name {}", provider.name));
        }
        if !issuers.insert(&provider.issuer_url) {
            return Err(format!("two providers have the issuer {}", provider.issuer_url));
        }
    }
    Ok(())
}

/// Without `openid` the provider gives no id token.
pub(super) fn check_scopes(scopes: &[String]) -> Result<(), String> {
    if scopes.iter().any(|scope| scope == "openid") {
        return Ok(());
    }
    Err("openid must be among the scopes".to_owned())
}

/// Checked as the flags are.
fn complete(mut provider: OidcProvider, folder: &Path) -> Result<OidcProvider, String> {
    check_name(&provider.name)?;
    let of = |member: &'static str| move |why: String| format!("{member}: {why}");
    provider.issuer_url = issuer(&provider.issuer_url).map_err(of("issuer_url"))?;
    if provider.client_id.is_empty() {
        return Err("client_id is missing".to_owned());
    }
    check_params(&provider.auth_url_params).map_err(of("auth_url_params"))?;
    provider.scopes = all(&provider.scopes, scope).map_err(of("scopes"))?;
    check_scopes(&provider.scopes).map_err(of("scopes"))?;
    provider.email_domain = all(&provider.email_domain, email_domain).map_err(of("email_domain"))?;
    if !provider.icon_url.is_empty() {
        icon_url(&provider.icon_url).map_err(of("icon_url"))?;
    }
    with_secret(provider, folder)
}

fn check_name(name: &str) -> Result<(), String> {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || !name.bytes().all(good) {
        return Err("name: it must be of lower-case letters, digits and -".to_owned());
    }
    Ok(())
}

fn all(texts: &[String], parse: fn(&str) -> Result<String, String>) -> Result<Vec<String>, String> {
    texts.iter().map(|text| parse(text)).collect()
}

fn with_secret(mut provider: OidcProvider, folder: &Path) -> Result<OidcProvider, String> {
    let Some(file) = provider.client_secret_file.take() else { return Ok(provider) };
    if provider.client_secret.is_some() {
        return Err("client_secret and client_secret_file cannot be used together".to_owned());
    }
    let text = fs::read_to_string(folder.join(&file));
    let text = text.map_err(|error| format!("client_secret_file {}: {error}", file.display()))?;
    provider.client_secret = Some(Password(text.trim_end_matches(['\r', '\n']).to_owned()));
    Ok(provider)
}

/// A complaint about another type would quote the value.
fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Password>, D::Error> {
    match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::Null => Ok(None),
        serde_json::Value::String(text) => Ok(Some(Password(text))),
        _ => Err(serde::de::Error::custom("client_secret must be a string")),
    }
}
