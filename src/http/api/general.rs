//! The General page.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::NOT_FOUND;
use roster_openapi::param::{Path, Text};
use roster_openapi::payload::Reply;
use roster_openapi::schema::general::BuildInfoResponse;
use roster_openapi::schema::keys::TokenConfig;

use super::Tag;
use crate::domain::{deployment, keys, users};
use crate::http::auth::{Caller, Public};
use crate::model::user::UserRef;

/// Operations about the deployment itself.
pub struct General;

#[OpenApi(prefix_path = "/api/v2", tag = "Tag::General")]
impl General {
    /// Build info
    #[oai(path = "/buildinfo", method = "get", operation_id = "build-info")]
    async fn build_info(&self, visitor: Public) -> Result<Reply<200, BuildInfoResponse>, Fails<0>> {
        let facts = deployment::build_info(&visitor.backend);
        Ok(Reply(BuildInfoResponse {
            version: facts.version,
            dashboard_url: facts.access_url,
            deployment_id: facts.deployment.to_string(),
            ..BuildInfoResponse::default()
        }))
    }

    /// Get token config
    #[oai(path = "/users/:user/keys/tokens/tokenconfig", method = "get", operation_id = "get-token-config")]
    async fn get_token_config(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
    ) -> Result<Reply<200, TokenConfig>, Fails<NOT_FOUND>> {
        let owner = users::get(&caller, &UserRef::parse(&user.text)).await?;
        Ok(Reply(TokenConfig { max_token_lifetime: keys::max_lifetime(&caller, &owner) }))
    }
}
