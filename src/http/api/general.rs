//! The General page.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::payload::Reply;
use roster_openapi::schema::general::BuildInfoResponse;

use super::Tag;
use crate::domain::deployment;
use crate::http::auth::Public;

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
}
