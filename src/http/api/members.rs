//! The Members page.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{BAD_REQUEST, FORBIDDEN, NOT_FOUND};
use roster_openapi::param::{Count, Path, Query, Text, UuidText, query_values};
use roster_openapi::payload::{Empty, Reply};
use roster_openapi::schema::members::{
    OrganizationMember, OrganizationMemberWithUserData, PaginatedMembersResponse,
};

use super::Tag;
use crate::domain::members;
use crate::http::auth::Caller;
use crate::http::convert;
use crate::http::params::{Paging, search};
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
        Ok(Reply(found.into_iter().map(convert::member_with_user).collect()))
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
    ) -> Result<Reply<200, OrganizationMemberWithUserData>, Fails<NOT_FOUND>> {
        let (organization, user) = (OrgRef::parse(&organization.text), UserRef::parse(&user.text));
        let found = members::get(&caller, &organization, &user).await?;
        Ok(Reply(convert::member_with_user(found)))
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
        let members = found.into_iter().map(convert::member_with_user).collect();
        Ok(Reply(vec![PaginatedMembersResponse { count: i64::try_from(count).unwrap_or(i64::MAX), members }]))
    }
}
