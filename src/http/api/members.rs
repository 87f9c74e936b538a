//! The Members page.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{BAD_REQUEST, FORBIDDEN, NOT_FOUND};
use roster_openapi::param::{Count, Path, Query, Text, UuidText, query_values};
use roster_openapi::payload::{Body, Empty, Reply};
use roster_openapi::schema::members::{
    OrganizationMember, OrganizationMemberWithUserData, PaginatedMembersResponse,
};
use roster_openapi::schema::roles::{AssignableRoles, CustomRoleRequest, Role, UpdateRoles};

use super::Tag;
use crate::domain::{Feature, custom_roles, members, organizations, roles};
use crate::http::auth::Caller;
use crate::http::params::{Paging, search};
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

    /// Insert a custom organization role
    #[oai(
        path = "/organizations/:organization/members/roles",
        method = "post",
        operation_id = "insert-a-custom-organization-role"
    )]
    async fn insert_a_custom_organization_role(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<UuidText>,
        /// Insert role request
        body: Body<CustomRoleRequest>,
    ) -> Result<Reply<200, Vec<Role>>, Fails<{ FORBIDDEN | NOT_FOUND }>> {
        caller.needs(Feature::CustomRoles)?;
        let organization = organizations::get(&caller, &OrgRef::parse(&organization.text)).await?;
        let request = convert_roles::role_request(body.parse()?);
        let made = custom_roles::create(&caller, &organization, request).await?;
        Ok(Reply(vec![convert_roles::role(&made)]))
    }

    /// Update a custom organization role
    #[oai(
        path = "/organizations/:organization/members/roles",
        method = "put",
        operation_id = "update-a-custom-organization-role"
    )]
    async fn update_a_custom_organization_role(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<UuidText>,
        /// Update role request
        body: Body<CustomRoleRequest>,
    ) -> Result<Reply<200, Vec<Role>>, Fails<{ FORBIDDEN | NOT_FOUND }>> {
        caller.needs(Feature::CustomRoles)?;
        let organization = organizations::get(&caller, &OrgRef::parse(&organization.text)).await?;
        let request = convert_roles::role_request(body.parse()?);
        let changed = custom_roles::update(&caller, &organization, request).await?;
        Ok(Reply(vec![convert_roles::role(&changed)]))
    }

    /// Delete a custom organization role
    #[oai(
        path = "/organizations/:organization/members/roles/:roleName",
        method = "delete",
        operation_id = "delete-a-custom-organization-role"
    )]
    async fn delete_a_custom_organization_role(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<UuidText>,
        /// Role name
        #[oai(name = "roleName")]
        role_name: Path<Text>,
    ) -> Result<Reply<200, Vec<Role>>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND }>> {
        caller.needs(Feature::CustomRoles)?;
        let organization = organizations::get(&caller, &OrgRef::parse(&organization.text)).await?;
        let left = custom_roles::delete(&caller, &organization, &role_name.text).await?;
        Ok(Reply(left.iter().map(convert_roles::role).collect()))
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

    /// Paginated organization members
    #[oai(
        path = "/organizations/:organization/paginated-members",
        method = "get",
        operation_id = "paginated-organization-members"
    )]
    async fn paginated_organization_members(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<Text>,
        /// Member search query
        q: Query<Text>,
        /// After ID
        after_id: Query<UuidText>,
        /// Page limit, if 0 returns all members
        limit: Query<Count>,
        /// Page offset
        offset: Query<Count>,
    ) -> Result<Reply<200, Vec<PaginatedMembersResponse>>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let organization = OrgRef::parse(&organization.text);
        let paging = Paging { after_id, limit, offset };
        let (found, count) = members::page(&caller, &organization, &search(&q), || paging.read()).await?;
        let members = seated::members(&caller, found).await;
        Ok(Reply(vec![PaginatedMembersResponse { count: i64::try_from(count).unwrap_or(i64::MAX), members }]))
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
