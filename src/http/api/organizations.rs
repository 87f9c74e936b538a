//! The Organizations page.

use poem_openapi::OpenApi;
use roster_openapi::error::refusal::{BAD_REQUEST, CONFLICT, FORBIDDEN, NOT_FOUND};
use roster_openapi::error::{Envelope, Fails};
use roster_openapi::param::{Path, Text, UuidText};
use roster_openapi::payload::{Body, Reply};
use roster_openapi::schema::organizations::{
    CreateOrganizationRequest, Organization, UpdateOrganizationRequest,
};

use super::Tag;
use crate::domain::{Feature, organizations};
use crate::http::auth::Caller;
use crate::http::convert;
use crate::model::organization::{OrgRef, OrganizationChange};

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

    /// Create organization
    #[oai(path = "/organizations", method = "post", operation_id = "create-organization")]
    async fn create_organization(
        &self,
        caller: Caller,
        /// Create organization request
        body: Body<CreateOrganizationRequest>,
    ) -> Result<Reply<201, Organization>, Fails<{ FORBIDDEN | CONFLICT }>> {
        caller.needs(Feature::MultipleOrganizations)?;
        let CreateOrganizationRequest { description, display_name, icon, name } = body.parse()?;
        let request = organizations::Request { name, display_name, description, icon };
        let made = organizations::create(&caller, request).await?;
        Ok(Reply(convert::new_organization(made)))
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

    /// Update organization
    #[oai(path = "/organizations/:organization", method = "patch", operation_id = "update-organization")]
    async fn update_organization(
        &self,
        caller: Caller,
        /// Organization ID or name
        organization: Path<Text>,
        /// Patch organization request
        body: Body<UpdateOrganizationRequest>,
    ) -> Result<Reply<200, Organization>, Fails<{ FORBIDDEN | NOT_FOUND | CONFLICT }>> {
        caller.needs(Feature::MultipleOrganizations)?;
        let found = organizations::to_change(&caller, &OrgRef::parse(&organization.text)).await?;
        let changed = organizations::update(&caller, found, change(body.parse()?)).await?;
        Ok(Reply(convert::organization(changed)))
    }

    /// Delete organization
    #[oai(path = "/organizations/:organization", method = "delete", operation_id = "delete-organization")]
    async fn delete_organization(
        &self,
        caller: Caller,
        /// Organization ID or name
        organization: Path<Text>,
    ) -> Result<Reply<200, Envelope>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND | CONFLICT }>> {
        caller.needs(Feature::MultipleOrganizations)?;
        organizations::delete(&caller, &OrgRef::parse(&organization.text)).await?;
        Ok(Reply(Envelope::message("Organization has been deleted.")))
    }
}

/// Names cannot be cleared: an empty one is the same as none.
fn change(body: UpdateOrganizationRequest) -> OrganizationChange {
    let UpdateOrganizationRequest { description, display_name, icon, name } = body;
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    OrganizationChange { name: given(name), display_name: given(display_name), description, icon }
}
