//! The Members page.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{BAD_REQUEST, FORBIDDEN, NOT_FOUND};
use roster_openapi::param::{Path, Text, UuidText, query_values};
use roster_openapi::payload::{Body, Empty, Reply};
use roster_openapi::schema::members::{OrganizationMember, OrganizationMemberWithUserData};
use roster_openapi::schema::roles::{AssignableRoles, UpdateRoles};

use super::Tag;
use crate::domain::{members, roles};
use crate::http::auth::Caller;
use crate::http::{convert, convert_roles, seated};
use crate::model::organization::OrgRef;
use crate::model::user::UserRef;

/// Operations on the members of organizations.
pub struct Members;

#[OpenApi(prefix_path = "/api/v2", tag = "Tag::Members")]
impl Members {
    /// List organization members
    #[oai(
        path = "/organizations/:organization/members",
        method = "get",
        operation_id = "list-organization-members"
    )]
    async fn list_organization_members(
        &self,
        caller: Caller,
        request: &poem::Request,
        /// Organization ID
        organization: Path<Text>,
    ) -> Result<Reply<200, Vec<OrganizationMemberWithUserData>>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        // The contract reads `q` here without documenting it.
        let query = query_values(request, "q").join(" ");
        let found = members::list(&caller, &OrgRef::parse(&organization.text), &query).await?;
        Ok(Reply(seated::members(&caller, found).await))
    }

    /// Get member roles by organization
    #[oai(
        path = "/organizations/:organization/members/roles",
        method = "get",
        operation_id = "get-member-roles-by-organization"
    )]
    async fn get_member_roles_by_organization(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<UuidText>,
    ) -> Result<Reply<200, Vec<AssignableRoles>>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let found = roles::list(&caller, &OrgRef::parse(&organization.text)).await?;
        Ok(Reply(found.into_iter().map(convert_roles::assignable).collect()))
    }

    /// Get organization member
    #[oai(
        path = "/organizations/:organization/members/:user",
        method = "get",
        operation_id = "get-organization-member"
    )]
    async fn get_organization_member(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<Text>,
        /// User ID, name, or me
        user: Path<Text>,
    ) -> Result<Reply<200, OrganizationMemberWithUserData>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let (organization, user) = (OrgRef::parse(&organization.text), UserRef::parse(&user.text));
        let found = members::get(&caller, &organization, &user).await?;
        Ok(Reply(seated::member(&caller, found).await))
    }

    /// Add organization member
    #[oai(
        path = "/organizations/:organization/members/:user",
        method = "post",
        operation_id = "add-organization-member"
    )]
    async fn add_organization_member(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<Text>,
        /// User ID, name, or me
        user: Path<Text>,
    ) -> Result<Reply<200, OrganizationMember>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND }>> {
        let (organization, user) = (OrgRef::parse(&organization.text), UserRef::parse(&user.text));
        let added = members::add(&caller, &organization, &user).await?;
        Ok(Reply(convert::new_member(added)))
    }

    /// Remove organization member
    #[oai(
        path = "/organizations/:organization/members/:user",
        method = "delete",
        operation_id = "remove-organization-member"
    )]
    async fn remove_organization_member(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<Text>,
        /// User ID, name, or me
        user: Path<Text>,
    ) -> Result<Empty<204>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let (organization, user) = (OrgRef::parse(&organization.text), UserRef::parse(&user.text));
        members::remove(&caller, &organization, &user).await?;
        Ok(Empty)
    }

    /// Assign role to organization member
    #[oai(
        path = "/organizations/:organization/members/:user/roles",
        method = "put",
        operation_id = "assign-role-to-organization-member"
    )]
    async fn assign_role_to_organization_member(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<Text>,
        /// User ID, name, or me
        user: Path<Text>,
        /// Update roles request
        body: Body<UpdateRoles>,
    ) -> Result<Reply<200, OrganizationMember>, Fails<{ FORBIDDEN | NOT_FOUND }>> {
        let (organization, user) = (OrgRef::parse(&organization.text), UserRef::parse(&user.text));
        let member = roles::member_to_change(&caller, &organization, &user).await?;
        let set = roles::set_of_member(&caller, &member, body.parse()?.roles).await?;
        Ok(Reply(convert::member_roles_set(set)))
    }

    /// Get site member roles
    #[oai(path = "/users/roles", method = "get", operation_id = "get-site-member-roles")]
    async fn get_site_member_roles(
        &self,
        caller: Caller,
    ) -> Result<Reply<200, Vec<AssignableRoles>>, Fails<FORBIDDEN>> {
        let found = roles::list_of_site(&caller)?;
        Ok(Reply(found.into_iter().map(convert_roles::assignable).collect()))
    }
}
