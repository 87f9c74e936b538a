//! The Authorization page.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{BAD_REQUEST, FORBIDDEN, UNAUTHORIZED};
use roster_openapi::payload::{Body, Reply, ReplyWithCookie};
use roster_openapi::schema::authorization::{
    AuthorizationRequest, AuthorizationResponse, ExternalAPIKeyScopes, LoginWithPasswordRequest,
    LoginWithPasswordResponse,
};

use super::Tag;
use crate::domain::{authcheck, sessions};
use crate::http::auth::{Caller, Public};
use crate::http::convert_checks::checks;
use crate::http::cookies::session_cookie;
use crate::rbac::REQUESTABLE_SCOPES;

/// Operations that need no session, or are about what one may do.
pub struct Authorization;

#[OpenApi(prefix_path = "/api/v2", tag = "Tag::Authorization")]
impl Authorization {
    /// List API key scopes
    #[oai(path = "/auth/scopes", method = "get", operation_id = "list-api-key-scopes")]
    async fn list_api_key_scopes(
        &self,
        _visitor: Public,
    ) -> Result<Reply<200, ExternalAPIKeyScopes>, Fails<0>> {
        let external = REQUESTABLE_SCOPES.into_iter().map(str::to_owned).collect();
        Ok(Reply(ExternalAPIKeyScopes { external }))
    }

    /// Check authorization
    #[oai(path = "/authcheck", method = "post", operation_id = "check-authorization")]
    async fn check_authorization(
        &self,
        caller: Caller,
        /// Authorization request
        body: Body<AuthorizationRequest>,
    ) -> Result<Reply<200, AuthorizationResponse>, Fails<BAD_REQUEST>> {
        let answers = authcheck::check(&caller, checks(body.parse()?.checks)).await?;
        Ok(Reply(AuthorizationResponse(answers)))
    }

    /// Log in user
    #[oai(path = "/users/login", method = "post", operation_id = "log-in-user")]
    async fn log_in_user(
        &self,
        visitor: Public,
        /// Login request
        body: Body<LoginWithPasswordRequest>,
    ) -> Result<ReplyWithCookie<201, LoginWithPasswordResponse>, Fails<{ UNAUTHORIZED | FORBIDDEN }>> {
        let body = body.parse()?;
        let session = sessions::login(&visitor, &body.email, &body.password).await?;
        let cookie = session_cookie(&visitor.backend.settings, Some(&session.token));
        let session_token = session.token.expose().to_owned();
        Ok(ReplyWithCookie { body: LoginWithPasswordResponse { session_token }, cookie })
    }
}
