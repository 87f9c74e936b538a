//! Logging in by an identity provider: parts of the Users page.

use poem::Response;
use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{
    BAD_GATEWAY, BAD_REQUEST, CONFLICT, FORBIDDEN, NOT_FOUND, UNAUTHORIZED,
};
use roster_openapi::landing::Landing;
use roster_openapi::param::{Path, Text};
use roster_openapi::payload::Reply;
use roster_openapi::schema::sign_in::{ExternalAuthDevice, OIDCClaimsResponse};

use super::Tag;
use crate::domain::sign_in::{self, Refusal, Returned, Way, device};
use crate::domain::{Error, oidc_claims};
use crate::http::auth::{Caller, Public};
use crate::http::callback::{self, Visit};
use crate::http::convert_sign_in;

/// What can go wrong between here and a provider.
const CALLBACK: u16 = BAD_REQUEST | UNAUTHORIZED | FORBIDDEN | CONFLICT | BAD_GATEWAY;

/// Logging in by an identity provider.
pub struct SignIn;

#[OpenApi(prefix_path = "/api/v2", tag = "Tag::Users")]
impl SignIn {
    /// OAuth 2.0 GitHub Callback
    #[oai(path = "/users/oauth2/github/callback", method = "get", operation_id = "oauth-20-github-callback")]
    async fn github_callback(&self, visitor: Public<true>, visit: Visit) -> Result<Landing, Fails<CALLBACK>> {
        land(&visitor, Way::github(&visitor.backend), visit).await
    }

    /// Get Github device auth
    #[oai(path = "/users/oauth2/github/device", method = "get", operation_id = "get-github-device-auth")]
    async fn github_device(
        &self,
        visitor: Public<true>,
    ) -> Result<Reply<200, ExternalAuthDevice>, Fails<BAD_REQUEST>> {
        Ok(Reply(convert_sign_in::device_code(device::device_code(&visitor).await?)))
    }

    /// OpenID Connect Callback
    #[oai(path = "/users/oidc/callback", method = "get", operation_id = "openid-connect-callback")]
    async fn oidc_callback(&self, visitor: Public<true>, visit: Visit) -> Result<Landing, Fails<CALLBACK>> {
        land(&visitor, Way::first_oidc(&visitor.backend), visit).await
    }

    /// Callback of another OpenID provider
    ///
    /// As the callback of the first one, for each provider that the settings name besides.
    #[oai(
        path = "/users/oidc/:provider/callback",
        method = "get",
        operation_id = "callback-of-another-openid-provider"
    )]
    async fn named_oidc_callback(
        &self,
        visitor: Public<true>,
        /// Name of the provider
        provider: Path<Text>,
        visit: Visit,
    ) -> Result<Landing, Fails<{ CALLBACK | NOT_FOUND }>> {
        land(&visitor, Way::oidc_named(&visitor.backend, &provider.text), visit).await
    }

    /// Get OIDC claims for the authenticated user
    #[oai(
        path = "/users/oidc-claims",
        method = "get",
        operation_id = "get-oidc-claims-for-the-authenticated-user"
    )]
    async fn oidc_claims(
        &self,
        caller: Caller,
    ) -> Result<Reply<200, OIDCClaimsResponse>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let claims = oidc_claims::get(&caller).await?.into_inner().thing;
        Ok(Reply(OIDCClaimsResponse { claims }))
    }
}

/// One of the two visits to a callback (auth.md 9.1).
async fn land<const WHICH: u16>(
    visitor: &Public<true>,
    way: Result<Way, Error>,
    visit: Visit,
) -> Result<Landing, Fails<WHICH>> {
    let (way, settings) = (way?, &visitor.backend.settings);
    if let Some((error, description, uri)) = &visit.error {
        return Err(sign_in::refused_by_provider(error, description, uri).into());
    }
    if visit.code.is_empty() {
        let begun = sign_in::begin(visitor, &way, &visit.merge_state, &visit.redirect).await?;
        return Ok(Landing(callback::start(settings, &begun)));
    }
    let returned = Returned { session: visitor.known().cloned(), ..visit.into_returned() };
    let checked = sign_in::check(&visitor.backend, &way, returned).await?;
    let landed: Result<Response, Error> = match sign_in::finish(visitor, &way, checked).await {
        Ok(outcome) => Ok(callback::end(settings, way.by_device(), &outcome)),
        // Asked again soon, with the same cookies.
        Err(Refusal::Waiting { error, .. }) => return Err(error.into()),
        Err(refusal) => callback::refused(refusal),
    };
    // A refusal in the envelope takes the cookies away too.
    let enveloped = |error| poem::Error::from(Fails::<WHICH>::from(error)).into_response();
    Ok(Landing(callback::spent(settings, landed.unwrap_or_else(enveloped))))
}
