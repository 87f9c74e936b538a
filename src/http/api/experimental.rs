//! What no reference page shows: operations of ours, which may change from version to version.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{BAD_REQUEST, NOT_FOUND};
use roster_openapi::param::storable;
use roster_openapi::payload::{Body, Reply};
use roster_openapi::schema::experimental::{AuthorizationExplanations, ExplainAuthorizationRequest};

use super::Tag;
use crate::domain::authcheck;
use crate::http::auth::Caller;
use crate::http::convert_checks::{checks, explained};
use crate::model::user::UserRef;

/// Operations outside of the contract. Each is named in the list of those that the pages leave out.
pub struct Experimental;

#[OpenApi(prefix_path = "/api/experimental", tag = "Tag::Authorization")]
impl Experimental {
    /// Explain authorization
    ///
    /// Experimental: it may change or go in any version. Answers the questions of an authorization request and says what
    /// settled each: which level of the roles with which lines, or which narrowing of the key. About oneself it is asked
    /// with the key that is shown, about another user, whom the caller must be allowed to read, without a key and whatever
    /// the user's status is.
    #[oai(path = "/authcheck/explain", method = "post", operation_id = "explain-authorization")]
    async fn explain_authorization(
        &self,
        caller: Caller,
        /// Authorization request with a user
        body: Body<ExplainAuthorizationRequest>,
    ) -> Result<Reply<200, AuthorizationExplanations>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let ExplainAuthorizationRequest { checks: asked, user } = body.parse()?;
        let user = if user.is_empty() { UserRef::Me } else { UserRef::parse(&storable(user.into())) };
        Ok(Reply(explained(authcheck::explain(&caller, &user, checks(asked)).await?)))
    }
}
