//! Groups, on the Enterprise page.

use poem_openapi::OpenApi;
use roster_openapi::error::refusal::{BAD_REQUEST, CONFLICT, FORBIDDEN, NOT_FOUND};
use roster_openapi::error::{Envelope, Fails};
use roster_openapi::param::{Count, Flag, Path, Query, QueryNames, Text, UuidText};
use roster_openapi::payload::{Body, Reply};
use roster_openapi::schema::groups::{CreateGroupRequest, Group, GroupMembersResponse, PatchGroupRequest};

use super::Tag;
use crate::domain::{Feature, groups, organizations};
use crate::http::auth::Caller;
use crate::http::params::{self, Paging};
use crate::http::{convert_groups, seated};
use crate::model::organization::OrgRef;

/// Operations on groups.
pub struct Groups;

#[OpenApi(prefix_path = "/api/v2", tag = "Tag::Enterprise")]
impl Groups {
    /// Get groups
    ///
    /// Lists the groups that the caller may see, by organization and name. Any other parameter is refused.
    #[oai(path = "/groups", method = "get", operation_id = "get-groups")]
    async fn get_groups(
        &self,
        caller: Caller,
        names: QueryNames,
        /// Organization ID or name
        organization: Query<Text>,
        /// User ID or name
        has_member: Query<Text>,
        /// Comma separated list of group IDs
        group_ids: Query<Text>,
    ) -> Result<Reply<200, Vec<Group>>, Fails<{ BAD_REQUEST | FORBIDDEN }>> {
        caller.needs(Feature::TemplateRbac)?;
        let wanted = params::groups(&organization, &has_member, &group_ids, &names)?;
        let found = groups::list(&caller, wanted).await?;
        Ok(Reply(seated::groups(&caller, found).await))
    }

    /// Get group by ID
    #[oai(path = "/groups/:group", method = "get", operation_id = "get-group-by-id")]
    async fn get_group_by_id(
        &self,
        caller: Caller,
        /// Group ID
        group: Path<UuidText>,
        /// Leave `members` empty
        exclude_members: Query<Flag>,
    ) -> Result<Reply<200, Group>, Fails<{ FORBIDDEN | NOT_FOUND }>> {
        caller.needs(Feature::TemplateRbac)?;
        let found = groups::get(&caller, &group.text).await?;
        let shown = groups::with_members(&caller, found, params::is_yes(&exclude_members.values)).await?;
        Ok(Reply(seated::group(&caller, shown).await))
    }

    /// Delete group by ID
    ///
    /// The group `Everyone` of an organization goes with the organization only.
    #[oai(path = "/groups/:group", method = "delete", operation_id = "delete-group-by-id")]
    async fn delete_group_by_id(
        &self,
        caller: Caller,
        /// Group ID
        group: Path<UuidText>,
    ) -> Result<Reply<200, Envelope>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND }>> {
        caller.needs(Feature::TemplateRbac)?;
        groups::delete(&caller, &group.text).await?;
        Ok(Reply(Envelope::message("Group has been deleted.")))
    }

    /// Update group by ID
    ///
    /// Adding users who are in the group already changes nothing, and neither does removing users who are not. The group
    /// `Everyone` keeps its name, and its members are those of the organization.
    #[oai(path = "/groups/:group", method = "patch", operation_id = "update-group-by-id")]
    async fn update_group_by_id(
        &self,
        caller: Caller,
        /// Group ID
        group: Path<UuidText>,
        /// Patch group request
        body: Body<PatchGroupRequest>,
    ) -> Result<Reply<200, Group>, Fails<{ FORBIDDEN | NOT_FOUND | CONFLICT }>> {
        caller.needs(Feature::TemplateRbac)?;
        let found = groups::group_to_change(&caller, &group.text).await?;
        let changed = groups::update(&caller, &found, convert_groups::change(body.parse()?)).await?;
        Ok(Reply(seated::group(&caller, changed).await))
    }

    /// Get group members by group ID
    #[oai(path = "/groups/:group/members", method = "get", operation_id = "get-group-members-by-group-id")]
    async fn get_group_members_by_group_id(
        &self,
        caller: Caller,
        /// Group ID
        group: Path<UuidText>,
        /// Member search query
        q: Query<Text>,
        /// After ID
        after_id: Query<UuidText>,
        /// Page limit, if 0 returns all members
        limit: Query<Count>,
        /// Page offset
        offset: Query<Count>,
    ) -> Result<Reply<200, GroupMembersResponse>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND }>> {
        caller.needs(Feature::TemplateRbac)?;
        let found = groups::get(&caller, &group.text).await?;
        let page = Paging { after_id, limit, offset };
        let members = groups::members(&caller, &found, &params::search(&q), || page.read()).await?;
        Ok(Reply(seated::group_members(&caller, members).await))
    }

    /// Get groups by organization
    #[oai(
        path = "/organizations/:organization/groups",
        method = "get",
        operation_id = "get-groups-by-organization"
    )]
    async fn get_groups_by_organization(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<UuidText>,
    ) -> Result<Reply<200, Vec<Group>>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND }>> {
        caller.needs(Feature::TemplateRbac)?;
        let found = groups::list_of_organization(&caller, &OrgRef::parse(&organization.text)).await?;
        Ok(Reply(seated::groups(&caller, found).await))
    }

    /// Create group for organization
    #[oai(
        path = "/organizations/:organization/groups",
        method = "post",
        operation_id = "create-group-for-organization"
    )]
    async fn create_group_for_organization(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<Text>,
        /// Create group request
        body: Body<CreateGroupRequest>,
    ) -> Result<Reply<201, Group>, Fails<{ FORBIDDEN | NOT_FOUND | CONFLICT }>> {
        caller.needs(Feature::TemplateRbac)?;
        let organization = organizations::get(&caller, &OrgRef::parse(&organization.text)).await?;
        let made = groups::create(&caller, &organization, convert_groups::request(body.parse()?)).await?;
        Ok(Reply(convert_groups::new_group(made, organization)))
    }

    /// Get group by organization and group name
    #[oai(
        path = "/organizations/:organization/groups/:groupName",
        method = "get",
        operation_id = "get-group-by-organization-and-group-name"
    )]
    async fn get_group_by_organization_and_group_name(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<UuidText>,
        /// Group name
        #[oai(name = "groupName")]
        group_name: Path<Text>,
        /// Leave `members` empty
        exclude_members: Query<Flag>,
    ) -> Result<Reply<200, Group>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND }>> {
        caller.needs(Feature::TemplateRbac)?;
        let organization = OrgRef::parse(&organization.text);
        let found = groups::get_named(&caller, &organization, &group_name.text).await?;
        let shown = groups::with_members(&caller, found, params::is_yes(&exclude_members.values)).await?;
        Ok(Reply(seated::group(&caller, shown).await))
    }

    /// Get group members by organization and group name
    #[oai(
        path = "/organizations/:organization/groups/:groupName/members",
        method = "get",
        operation_id = "get-group-members-by-organization-and-group-name"
    )]
    #[expect(clippy::too_many_arguments, reason = "path and query, one by one: the document is made of them")]
    async fn get_group_members_by_organization_and_group_name(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<UuidText>,
        /// Group name
        #[oai(name = "groupName")]
        group_name: Path<Text>,
        /// Member search query
        q: Query<Text>,
        /// After ID
        after_id: Query<UuidText>,
        /// Page limit, if 0 returns all members
        limit: Query<Count>,
        /// Page offset
        offset: Query<Count>,
    ) -> Result<Reply<200, GroupMembersResponse>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND }>> {
        caller.needs(Feature::TemplateRbac)?;
        let organization = OrgRef::parse(&organization.text);
        let found = groups::get_named(&caller, &organization, &group_name.text).await?;
        let page = Paging { after_id, limit, offset };
        let members = groups::members(&caller, &found, &params::search(&q), || page.read()).await?;
        Ok(Reply(seated::group_members(&caller, members).await))
    }
}
