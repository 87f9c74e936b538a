//! The Users page.

use poem_openapi::OpenApi;
use roster_openapi::error::refusal::{BAD_REQUEST, CONFLICT, FORBIDDEN, NOT_FOUND};
use roster_openapi::error::{Envelope, Fails};
use roster_openapi::param::{Count, Path, Query, Text, UuidText};
use roster_openapi::payload::{Body, Reply, ReplyWithCookie};
use roster_openapi::schema::organizations::Organization;
use roster_openapi::schema::roles::UpdateRoles;
use roster_openapi::schema::users::{
    AuthMethods, CreateFirstUserRequest, CreateFirstUserResponse, CreateUserRequestWithOrgs,
    GetUsersResponse, User,
};

use super::Tag;
use crate::domain::{Error, Kind, first_user, organizations, roles, sessions, users};
use crate::http::auth::{Caller, Public};
use crate::http::cookies::session_cookie;
use crate::http::params::{Paging, search};
use crate::http::{convert, convert_sign_in, seated};
use crate::model::ids::OrgId;
use crate::model::user::{UserRef, UserStatus};

/// Operations on users.
pub struct Users;

#[OpenApi(prefix_path = "/api/v2", tag = "Tag::Users")]
impl Users {
    /// Check initial user created
    #[oai(path = "/users/first", method = "get", operation_id = "check-initial-user-created")]
    async fn check_initial_user(
        &self,
        visitor: Public<true>,
    ) -> Result<Reply<200, Envelope>, Fails<NOT_FOUND>> {
        if first_user::exists(&visitor.backend).await? {
            return Ok(Reply(Envelope::message("The initial user has already been created!")));
        }
        Err(Error::new(Kind::NotFound, "The initial user has not been created!").into())
    }

    /// Create initial user
    #[oai(path = "/users/first", method = "post", operation_id = "create-initial-user")]
    async fn create_initial_user(
        &self,
        visitor: Public<true>,
        /// First user request
        body: Body<CreateFirstUserRequest>,
    ) -> Result<Reply<201, CreateFirstUserResponse>, Fails<CONFLICT>> {
        let CreateFirstUserRequest { email, name, password, username, .. } = body.parse()?;
        let request = first_user::Request { email, username, name, password };
        let (user, organization) = first_user::create(&visitor, request).await?;
        Ok(Reply(CreateFirstUserResponse { organization_id: organization.0, user_id: user.0 }))
    }

    /// Get authentication methods
    #[oai(path = "/users/authmethods", method = "get", operation_id = "get-authentication-methods")]
    async fn get_authentication_methods(
        &self,
        visitor: Public<true>,
    ) -> Result<Reply<200, AuthMethods>, Fails<0>> {
        Ok(Reply(convert_sign_in::auth_methods(&visitor.backend)))
    }

    /// Log out user
    #[oai(path = "/users/logout", method = "post", operation_id = "log-out-user")]
    async fn log_out_user(&self, caller: Caller) -> Result<ReplyWithCookie<200, Envelope>, Fails<0>> {
        sessions::logout(&caller).await?;
        let cookie = session_cookie(&caller.backend().settings, None);
        Ok(ReplyWithCookie { body: Envelope::message("Logged out!"), cookie })
    }

    /// Get users
    ///
    /// `q` takes words, which are looked for in e-mail addresses and usernames, and terms such as `status:active`. All of
    /// them must hold. A value with spaces or colons stands in quotes.
    ///
    /// `email:` and `username:` find exactly one address or username, whatever its case. `organization:` finds the members of
    /// any of the listed organizations, and `-organization:` those who are in none of them; both take names or ids, with
    /// commas between them. An organization that the caller may not read is treated like one that does not exist.
    #[oai(path = "/users", method = "get", operation_id = "get-users")]
    async fn get_users(
        &self,
        caller: Caller,
        /// Search query
        q: Query<Text>,
        /// After ID
        after_id: Query<UuidText>,
        /// Page limit
        limit: Query<Count>,
        /// Page offset
        offset: Query<Count>,
    ) -> Result<Reply<200, GetUsersResponse>, Fails<BAD_REQUEST>> {
        let page = Paging { after_id, limit, offset }.read()?;
        let (found, count) = users::list(&caller, &search(&q), page).await?;
        let users = seated::people(&caller, &found).await;
        Ok(Reply(GetUsersResponse { count: i64::try_from(count).unwrap_or(i64::MAX), users }))
    }

    /// Create new user
    #[oai(path = "/users", method = "post", operation_id = "create-new-user")]
    async fn create_new_user(
        &self,
        caller: Caller,
        /// Create user request
        body: Body<CreateUserRequestWithOrgs>,
    ) -> Result<Reply<201, User>, Fails<{ FORBIDDEN | NOT_FOUND | CONFLICT }>> {
        let (made, organizations) = users::create(&caller, creation(body.parse()?)).await?;
        Ok(Reply(convert::new_user(&made, &organizations)))
    }

    /// Get user by name
    #[oai(path = "/users/:user", method = "get", operation_id = "get-user-by-name")]
    async fn get_user_by_name(
        &self,
        caller: Caller,
        /// User ID, username, or me
        user: Path<Text>,
    ) -> Result<Reply<200, User>, Fails<NOT_FOUND>> {
        let found = users::get(&caller, &UserRef::parse(&user.text)).await?;
        Ok(Reply(seated::person(&caller, &found).await))
    }

    /// Get organizations by user
    #[oai(path = "/users/:user/organizations", method = "get", operation_id = "get-organizations-by-user")]
    async fn get_organizations_by_user(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
    ) -> Result<Reply<200, Vec<Organization>>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let found = organizations::list_of_user(&caller, &UserRef::parse(&user.text)).await?;
        Ok(Reply(found.into_iter().map(convert::organization).collect()))
    }

    /// Get organization by user and organization name
    #[oai(
        path = "/users/:user/organizations/:organizationname",
        method = "get",
        operation_id = "get-organization-by-user-and-organization-name"
    )]
    async fn get_organization_by_user(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
        /// Organization name
        organizationname: Path<Text>,
    ) -> Result<Reply<200, Organization>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let user = UserRef::parse(&user.text);
        let found = organizations::get_of_user(&caller, &user, &organizationname.text).await?;
        Ok(Reply(convert::organization(found)))
    }

    /// Assign role to user
    #[oai(path = "/users/:user/roles", method = "put", operation_id = "assign-role-to-user")]
    async fn assign_role_to_user(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
        /// Update roles request
        body: Body<UpdateRoles>,
    ) -> Result<Reply<200, User>, Fails<{ FORBIDDEN | NOT_FOUND }>> {
        let person = roles::user_to_change(&caller, &UserRef::parse(&user.text)).await?;
        let changed = roles::set_of_user(&caller, &person, body.parse()?.roles).await?;
        Ok(Reply(seated::person(&caller, &changed).await))
    }
}

fn creation(body: CreateUserRequestWithOrgs) -> users::Request {
    let CreateUserRequestWithOrgs {
        email,
        login_type,
        name,
        organization_id,
        organization_ids,
        password,
        roles,
        service_account,
        user_status,
        username,
    } = body;
    users::Request {
        email,
        username,
        name,
        password,
        login_type,
        status: user_status.and_then(|status| UserStatus::parse(status.as_str())),
        organizations: organization_ids.into_iter().chain(organization_id).map(OrgId).collect(),
        service_account,
        roles,
    }
}
