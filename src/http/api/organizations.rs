//! The Organizations page.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::NOT_FOUND;
use roster_openapi::param::{Path, UuidText};
use roster_openapi::payload::Reply;
use roster_openapi::schema::organizations::Organization;

use super::Tag;
use crate::domain::organizations;
use crate::http::auth::Caller;
use crate::http::convert;
use crate::model::organization::OrgRef;

/// Operations on organizations.
pub struct Organizations;

#[OpenApi(prefix_path = "/api/v2", tag = "Tag::Organizations")]
impl Organizations {
    /// Get organizations
    #[oai(path = "/organizations", method = "get", operation_id = "get-organizations")]
    async fn get_organizations(&self, caller: Caller) -> Result<Reply<200, Vec<Organization>>, Fails<0>> {
        let found = organizations::list(&caller).await?;
        Ok(Reply(found.into_iter().map(convert::organization).collect()))
    }

    /// Get organization by ID
    #[oai(path = "/organizations/:organization", method = "get", operation_id = "get-organization-by-id")]
    async fn get_organization(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<UuidText>,
    ) -> Result<Reply<200, Organization>, Fails<NOT_FOUND>> {
        let found = organizations::get(&caller, &OrgRef::parse(&organization.text)).await?;
        Ok(Reply(convert::organization(found)))
    }
}
