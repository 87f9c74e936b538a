//! The flow of OAuth: where a browser begins, and how codes and refresh tokens become tokens.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
};
use openidconnect::core::CoreClientAuthMethod;
use serde::{Deserialize, Serialize};

use super::Settings;
use super::discovery::{Metadata, knows_pkce};
use super::failure::{exposed, no_tokens};
use super::wire::Wire;
use crate::domain::provider::{Failure, Return, Start, Tokens};
use crate::model::ids::Secret;

/// What the token endpoint answers.
pub(super) type Answer = StandardTokenResponse<IdTokenField, BasicTokenType>;

type Flow = oauth2::Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// What OpenID Connect adds to the answer of OAuth.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct IdTokenField {
    id_token: Option<String>,
}

impl fmt::Debug for IdTokenField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl ExtraTokenFields for IdTokenField {}

/// The id token, if there is one.
pub(super) fn id_token(answer: &Answer) -> Option<&str> {
    answer.extra_fields().id_token.as_deref().filter(|token| !token.is_empty())
}

/// The URL to send a browser to.
pub(super) fn start(
    settings: &Settings,
    metadata: &Metadata,
    state: &Secret,
    nonce: &Secret,
    redirect_url: &str,
) -> Result<Start, Failure> {
    let flow = flow(settings, metadata)?;
    let (challenge, verifier) = challenge(metadata);
    let mut request = flow
        .authorize_url(|| CsrfToken::new(state.expose().to_owned()))
        .set_redirect_uri(redirect(redirect_url)?)
        .add_scopes(settings.scopes.iter().cloned().map(Scope::new))
        .add_extra_param("nonce", nonce.expose());
    for (name, value) in &settings.auth_url_params {
        request = request.add_extra_param(name, value);
    }
    if let Some(challenge) = challenge {
        request = request.set_pkce_challenge(challenge);
    }
    let (url, _) = request.url();
    Ok(Start { url: url.into(), verifier })
}

fn challenge(metadata: &Metadata) -> (Option<PkceCodeChallenge>, Option<Secret>) {
    if !knows_pkce(metadata) {
        return (None, None);
    }
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    (Some(challenge), Some(Secret::new(verifier.into_secret())))
}

/// Trades a code.
pub(super) async fn code(
    settings: &Settings,
    metadata: &Metadata,
    wire: &Wire,
    returned: &Return,
) -> Result<Answer, Failure> {
    let flow = flow(settings, metadata)?;
    let mut request = flow
        .exchange_code(AuthorizationCode::new(returned.code.expose().to_owned()))
        .set_redirect_uri(redirect(&returned.redirect_url)?);
    if let Some(verifier) = &returned.verifier {
        request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()));
    }
    let sent = [returned.code.expose(), exposed(returned.verifier.as_ref()), exposed(secret(settings))];
    request.request_async(wire).await.map_err(|error| no_tokens(error, &sent))
}

/// Trades a refresh token.
pub(super) async fn refresh(
    settings: &Settings,
    metadata: &Metadata,
    wire: &Wire,
    token: &Secret,
) -> Result<Answer, Failure> {
    let flow = flow(settings, metadata)?;
    let sent = [token.expose(), exposed(secret(settings))];
    let refresh = RefreshToken::new(token.expose().to_owned());
    let answer = flow.exchange_refresh_token(&refresh).request_async(wire).await;
    answer.map_err(|error| no_tokens(error, &sent))
}

/// The tokens to keep; the old refresh token stays where there is no new one.
pub(super) fn tokens(answer: &Answer, old_refresh: Option<&Secret>, now: DateTime<Utc>) -> Tokens {
    let new = answer.refresh_token().map(|token| token.secret().as_str()).filter(|token| !token.is_empty());
    Tokens {
        access: Secret::new(answer.access_token().secret()),
        refresh: Secret::new(new.unwrap_or(exposed(old_refresh))),
        // What no calendar can add never ends.
        expires_at: answer
            .expires_in()
            .and_then(|lifetime| TimeDelta::from_std(lifetime).ok())
            .and_then(|lifetime| now.checked_add_signed(lifetime)),
    }
}

fn flow(settings: &Settings, metadata: &Metadata) -> Result<Flow, Failure> {
    let token = metadata.token_endpoint().ok_or_else(|| nowhere("token endpoint"))?;
    let token = TokenUrl::new(token.to_string()).map_err(|_| nowhere("token endpoint"))?;
    let begin = AuthUrl::new(metadata.authorization_endpoint().to_string());
    let begin = begin.map_err(|_| nowhere("authorization endpoint"))?;
    let client = oauth2::Client::new(ClientId::new(settings.client_id.clone()))
        .set_auth_uri(begin)
        .set_token_uri(token)
        .set_auth_type(auth_type(metadata));
    Ok(match secret(settings) {
        Some(secret) => client.set_client_secret(ClientSecret::new(secret.expose().to_owned())),
        None => client,
    })
}

/// By a header, as is usual, unless the provider takes the secret in the body only.
fn auth_type(metadata: &Metadata) -> AuthType {
    let Some(methods) = metadata.token_endpoint_auth_methods_supported() else { return AuthType::BasicAuth };
    let takes = |method: CoreClientAuthMethod| methods.contains(&method);
    if takes(CoreClientAuthMethod::ClientSecretPost) && !takes(CoreClientAuthMethod::ClientSecretBasic) {
        return AuthType::RequestBody;
    }
    AuthType::BasicAuth
}

fn secret(settings: &Settings) -> Option<&Secret> {
    settings.client_secret.as_ref().filter(|secret| !secret.expose().is_empty())
}

fn redirect(url: &str) -> Result<Cow<'static, RedirectUrl>, Failure> {
    let url = RedirectUrl::new(url.to_owned());
    Ok(Cow::Owned(url.map_err(|_| nowhere("redirect URL"))?))
}

fn nowhere(what: &str) -> Failure {
    Failure::Unreachable(format!("the {what} is no URL"))
}
