//! The Users page: what users set for themselves, and their key pairs for git.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{BAD_REQUEST, NOT_FOUND};
use roster_openapi::param::{Path, QueryNames, RequiredQuery, Text, UuidPattern};
use roster_openapi::payload::{Body, Reply};
use roster_openapi::schema::settings::{
    GitSSHKey, UpdateUserAppearanceSettingsRequest, UpdateUserPreferenceSettingsRequest,
    UserAppearanceSettings, UserParameter, UserPreferenceSettings,
};

use super::Tag;
use crate::domain::{git_keys, personal, preferences};
use crate::http::auth::Caller;
use crate::http::{convert_settings as convert, params};
use crate::model::user::UserRef;

/// Operations on what is personal of users.
pub struct Settings;

#[OpenApi(prefix_path = "/api/v2", tag = "Tag::Users")]
impl Settings {
    /// Get user appearance settings
    #[oai(path = "/users/:user/appearance", method = "get", operation_id = "get-user-appearance-settings")]
    async fn get_user_appearance_settings(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
    ) -> Result<Reply<200, UserAppearanceSettings>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let found = preferences::appearance(&caller, &UserRef::parse(&user.text)).await?;
        Ok(Reply(convert::appearance(found)))
    }

    /// Update user appearance settings
    #[oai(path = "/users/:user/appearance", method = "put", operation_id = "update-user-appearance-settings")]
    async fn update_user_appearance_settings(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
        /// New appearance settings
        body: Body<UpdateUserAppearanceSettingsRequest>,
    ) -> Result<Reply<200, UserAppearanceSettings>, Fails<NOT_FOUND>> {
        let person = personal::to_change(&caller, &UserRef::parse(&user.text)).await?;
        let asked = convert::appearance_to_set(body.parse()?);
        let set = preferences::set_appearance(&caller, &person, asked).await?;
        Ok(Reply(convert::appearance(set)))
    }

    /// Get user preference settings
    #[oai(path = "/users/:user/preferences", method = "get", operation_id = "get-user-preference-settings")]
    async fn get_user_preference_settings(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
    ) -> Result<Reply<200, UserPreferenceSettings>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let found = preferences::preferences(&caller, &UserRef::parse(&user.text)).await?;
        Ok(Reply(convert::preferences(found)))
    }

    /// Update user preference settings
    #[oai(
        path = "/users/:user/preferences",
        method = "put",
        operation_id = "update-user-preference-settings"
    )]
    async fn update_user_preference_settings(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
        /// New preference settings
        body: Body<UpdateUserPreferenceSettingsRequest>,
    ) -> Result<Reply<200, UserPreferenceSettings>, Fails<NOT_FOUND>> {
        let person = personal::to_change(&caller, &UserRef::parse(&user.text)).await?;
        let asked = convert::preferences_to_set(body.parse()?);
        let set = preferences::set_preferences(&caller, &person, asked).await?;
        Ok(Reply(convert::preferences(set)))
    }

    /// Get user Git SSH key
    #[oai(path = "/users/:user/gitsshkey", method = "get", operation_id = "get-user-git-ssh-key")]
    async fn get_user_git_ssh_key(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
    ) -> Result<Reply<200, GitSSHKey>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let found = git_keys::get(&caller, &UserRef::parse(&user.text)).await?;
        Ok(Reply(convert::git_key(found)))
    }

    /// Regenerate user SSH key
    #[oai(path = "/users/:user/gitsshkey", method = "put", operation_id = "regenerate-user-ssh-key")]
    async fn regenerate_user_ssh_key(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
    ) -> Result<Reply<200, GitSSHKey>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let made = git_keys::set(&caller, &UserRef::parse(&user.text)).await?;
        Ok(Reply(convert::git_key(made)))
    }

    /// Get autofill build parameters for user
    #[oai(
        path = "/users/:user/autofill-parameters",
        method = "get",
        operation_id = "get-autofill-build-parameters-for-user"
    )]
    async fn get_autofill_build_parameters(
        &self,
        caller: Caller,
        /// User ID, username, or me
        user: Path<Text>,
        /// Template ID
        template_id: RequiredQuery<UuidPattern>,
        names: QueryNames,
    ) -> Result<Reply<200, Vec<UserParameter>>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let _readable = personal::to_read(&caller, &UserRef::parse(&user.text)).await?;
        let _any_template = params::template(&template_id, &names)?;
        // Nothing is built here, so nobody has used a parameter yet.
        Ok(Reply(Vec::new()))
    }
}
