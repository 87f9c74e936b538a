//! The operations that have two answers, as clients that were written for Coder read them.
//!
//! Mounted in place of [`super::documented_dialect`], with the same paths, parameters and rules; only what is answered differs.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{BAD_REQUEST, FORBIDDEN, NOT_FOUND};
use roster_openapi::param::{Count, Flag, KeyText, Path, Query, Text, UuidText};
use roster_openapi::payload::{Body, Empty, Reply};
use roster_openapi::schema::coder_dialect::{APIKey, UserRoles};
use roster_openapi::schema::members::PaginatedMembersResponse;
use roster_openapi::schema::roles::{CustomRoleRequest, Role};

use super::Tag;
use crate::domain::{Feature, custom_roles, keys, members, organizations, roles, users};
use crate::http::auth::Caller;
use crate::http::params::{IncludeAll, Paging, is_yes, search};
use crate::http::{convert_keys, convert_roles, seated};
use crate::model::ids::KeyId;
use crate::model::organization::OrgRef;
use crate::model::user::UserRef;

/// Operations on the pages Members and Users.
pub struct CoderDialect;

#[OpenApi(prefix_path = "/api/v2")]
impl CoderDialect {
    /// Insert a custom organization role
    #[oai(
        path = "/organizations/:organization/members/roles",
        method = "post",
        operation_id = "insert-a-custom-organization-role",
        tag = "Tag::Members"
    )]
    async fn insert_a_custom_organization_role(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<UuidText>,
        /// Insert role request
        body: Body<CustomRoleRequest>,
    ) -> Result<Reply<200, Role>, Fails<{ FORBIDDEN | NOT_FOUND }>> {
        caller.needs(Feature::CustomRoles)?;
        let organization = organizations::get(&caller, &OrgRef::parse(&organization.text)).await?;
        let request = convert_roles::role_request(body.parse()?);
        let made = custom_roles::create(&caller, &organization, request).await?;
        Ok(Reply(convert_roles::role(&made)))
    }

    /// Update a custom organization role
    #[oai(
        path = "/organizations/:organization/members/roles",
        method = "put",
        operation_id = "update-a-custom-organization-role",
        tag = "Tag::Members"
    )]
    async fn update_a_custom_organization_role(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<UuidText>,
        /// Update role request
        body: Body<CustomRoleRequest>,
    ) -> Result<Reply<200, Role>, Fails<{ FORBIDDEN | NOT_FOUND }>> {
        caller.needs(Feature::CustomRoles)?;
        let organization = organizations::get(&caller, &OrgRef::parse(&organization.text)).await?;
        let request = convert_roles::role_request(body.parse()?);
        let changed = custom_roles::update(&caller, &organization, request).await?;
        Ok(Reply(convert_roles::role(&changed)))
    }

    /// Delete a custom organization role
    #[oai(
        path = "/organizations/:organization/members/roles/:roleName",
        method = "delete",
        operation_id = "delete-a-custom-organization-role",
        tag = "Tag::Members"
    )]
    async fn delete_a_custom_organization_role(
        &self,
        caller: Caller,
        /// Organization ID
        organization: Path<UuidText>,
        /// Role name
        #[oai(name = "roleName")]
        role_name: Path<Text>,
    ) -> Result<Empty<204>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND }>> {
        caller.needs(Feature::CustomRoles)?;
        let organization = organizations::get(&caller, &OrgRef::parse(&organization.text)).await?;
        custom_roles::delete(&caller, &organization, &role_name.text).await?;
        Ok(Empty)
    }

    /// Paginated organization members
    #[oai(
        path = "/organizations/:organization/paginated-members",
        method = "get",
        operation_id = "paginated-organization-members",
        tag = "Tag::Members"
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
    ) -> Result<Reply<200, PaginatedMembersResponse>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let organization = OrgRef::parse(&organization.text);
        let paging = Paging { after_id, limit, offset };
        let (found, count) = members::page(&caller, &organization, &search(&q), || paging.read()).await?;
        let members = seated::members(&caller, found).await;
        Ok(Reply(PaginatedMembersResponse { count: i64::try_from(count).unwrap_or(i64::MAX), members }))
    }

    /// Get user roles
    #[oai(path = "/users/:user/roles", method = "get", operation_id = "get-user-roles", tag = "Tag::Users")]
    async fn get_user_roles(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
    ) -> Result<Reply<200, UserRoles>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let found = roles::get_of_user(&caller, &UserRef::parse(&user.text)).await?;
        let memberships = roles::of_memberships(&caller, &found);
        Ok(Reply(convert_roles::of_user(&found, memberships)))
    }

    /// Get user tokens
    #[oai(
        path = "/users/:user/keys/tokens",
        method = "get",
        operation_id = "get-user-tokens",
        tag = "Tag::Users"
    )]
    async fn get_user_tokens(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
        /// Include expired tokens in the list
        include_expired: Query<Flag>,
        all: IncludeAll,
    ) -> Result<Reply<200, Vec<APIKey>>, Fails<NOT_FOUND>> {
        let owner = users::get(&caller, &UserRef::parse(&user.text)).await?;
        let listed = keys::Listed { expired: is_yes(&include_expired.values), all: all.0 };
        let found = keys::list(&caller, &owner, listed).await?;
        Ok(Reply(found.into_iter().map(|key| convert_keys::listed_key(key).into()).collect()))
    }

    /// Get API key by token name
    #[oai(
        path = "/users/:user/keys/tokens/:keyname",
        method = "get",
        operation_id = "get-api-key-by-token-name",
        tag = "Tag::Users"
    )]
    async fn get_key_by_name(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
        /// Key Name
        keyname: Path<KeyText>,
    ) -> Result<Reply<200, APIKey>, Fails<NOT_FOUND>> {
        let owner = users::get(&caller, &UserRef::parse(&user.text)).await?;
        Ok(Reply(convert_keys::key(keys::get_named(&caller, &owner, &keyname.text).await?).into()))
    }

    /// Get API key by ID
    #[oai(
        path = "/users/:user/keys/:keyid",
        method = "get",
        operation_id = "get-api-key-by-id",
        tag = "Tag::Users"
    )]
    async fn get_key(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
        /// Key ID
        keyid: Path<KeyText>,
    ) -> Result<Reply<200, APIKey>, Fails<NOT_FOUND>> {
        users::get(&caller, &UserRef::parse(&user.text)).await?;
        Ok(Reply(convert_keys::key(keys::get(&caller, &KeyId(keyid.text)).await?).into()))
    }
}
