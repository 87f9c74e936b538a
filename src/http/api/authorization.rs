//! The Authorization page.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{FORBIDDEN, UNAUTHORIZED};
use roster_openapi::payload::{Body, ReplyWithCookie};
use roster_openapi::schema::authorization::{LoginWithPasswordRequest, LoginWithPasswordResponse};

use super::Tag;
use super::users::session_cookie;
use crate::domain::sessions;
use crate::http::auth::Public;

/// Operations that need no session, or are about what one may do.
pub struct Authorization;

#[OpenApi(prefix_path = "/api/v2", tag = "Tag::Authorization")]
impl Authorization {
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
