//! The Users page: names, standing and deletion of users.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{BAD_REQUEST, CONFLICT, EXPECTATION_FAILED, FORBIDDEN, NOT_FOUND};
use roster_openapi::param::{Path, Text};
use roster_openapi::payload::{Body, Remark, Reply};
use roster_openapi::schema::people::{UpdateUserProfileRequest, UserLoginType};
use roster_openapi::schema::users::User;

use super::Tag;
use crate::domain::deletion::{self, NoWorkspaces};
use crate::domain::{profile, standing};
use crate::http::auth::Caller;
use crate::http::{convert, seated};
use crate::model::user::UserRef;

/// Operations on the account of one user.
pub struct People;

#[OpenApi(prefix_path = "/api/v2", tag = "Tag::Users")]
impl People {
    /// Delete user
    #[oai(path = "/users/:user", method = "delete", operation_id = "delete-user")]
    async fn delete_user(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
    ) -> Result<Remark<200>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND | EXPECTATION_FAILED }>> {
        deletion::delete(&caller, &UserRef::parse(&user.text), &NoWorkspaces).await?;
        Ok(Remark("User has been deleted!"))
    }

    /// Get user login type
    #[oai(path = "/users/:user/login-type", method = "get", operation_id = "get-user-login-type")]
    async fn get_user_login_type(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
    ) -> Result<Reply<200, UserLoginType>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND }>> {
        let found = profile::login_type(&caller, &UserRef::parse(&user.text)).await?;
        Ok(Reply(convert::own_login_type(found)))
    }

    /// Update user profile
    #[oai(path = "/users/:user/profile", method = "put", operation_id = "update-user-profile")]
    async fn update_user_profile(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
        /// Updated profile
        body: Body<UpdateUserProfileRequest>,
    ) -> Result<Reply<200, User>, Fails<{ FORBIDDEN | NOT_FOUND | CONFLICT }>> {
        let person = profile::user_to_change(&caller, &UserRef::parse(&user.text)).await?;
        let UpdateUserProfileRequest { name, username } = body.parse()?;
        let changed = profile::update(&caller, &person, profile::Request { username, name }).await?;
        Ok(Reply(seated::person(&caller, &changed).await))
    }

    /// Activate user account
    #[oai(path = "/users/:user/status/activate", method = "put", operation_id = "activate-user-account")]
    async fn activate_user_account(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
    ) -> Result<Reply<200, User>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND }>> {
        let changed = standing::activate(&caller, &UserRef::parse(&user.text)).await?;
        Ok(Reply(seated::person(&caller, &changed).await))
    }

    /// Suspend user account
    #[oai(path = "/users/:user/status/suspend", method = "put", operation_id = "suspend-user-account")]
    async fn suspend_user_account(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
    ) -> Result<Reply<200, User>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND }>> {
        let changed = standing::suspend(&caller, &UserRef::parse(&user.text)).await?;
        Ok(Reply(seated::person(&caller, &changed).await))
    }
}
