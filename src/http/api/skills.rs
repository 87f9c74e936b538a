//! Personal skills: of the contract, which has them as experimental and on no page of the reference.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::{BAD_REQUEST, CONFLICT, FORBIDDEN, NOT_FOUND};
use roster_openapi::param::{Path, Text};
use roster_openapi::payload::{Body, Empty, Reply};
use roster_openapi::schema::skills::{
    CreateUserSkillRequest, UpdateUserSkillRequest, UserSkill, UserSkillMetadata,
};

use super::Tag;
use crate::domain::skills::{self, Keeper};
use crate::domain::users;
use crate::http::auth::Caller;
use crate::http::convert_skills as convert;
use crate::model::skill::CONTENT_LIMIT;
use crate::model::user::UserRef;

/// Operations on personal skills.
pub struct Skills;

/// The largest body, in bytes: any text that is not too large fits, also when each of its bytes is written as `\u0022`.
const REQUEST_LIMIT: usize = CONTENT_LIMIT * 6 + 1024;

#[OpenApi(prefix_path = "/api/experimental", tag = "Tag::Users")]
impl Skills {
    /// List user skills
    ///
    /// Experimental: it may change or go in any version. Lists the personal skills of a user by name, without their content.
    #[oai(path = "/users/:user/skills", method = "get", operation_id = "list-user-skills")]
    async fn list_user_skills(
        &self,
        caller: Caller,
        /// User ID, username, or me
        user: Path<Text>,
    ) -> Result<Reply<200, Vec<UserSkillMetadata>>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let owner = users::get(&caller, &UserRef::parse(&user.text)).await?;
        let found = skills::list(&Keeper::from(&*caller), &owner).await?;
        Ok(Reply(found.into_iter().map(convert::head).collect()))
    }

    /// Create a user skill
    ///
    /// Experimental: it may change or go in any version. A user makes at most 100 skills, for nobody but itself. Name and
    /// description are read from the front matter of the content.
    #[oai(path = "/users/:user/skills", method = "post", operation_id = "create-a-user-skill")]
    async fn create_a_user_skill(
        &self,
        caller: Caller,
        /// User ID, username, or me
        user: Path<Text>,
        /// Create user skill request
        body: Body<CreateUserSkillRequest>,
    ) -> Result<Reply<201, UserSkill>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND | CONFLICT }>> {
        let owner = users::get(&caller, &UserRef::parse(&user.text)).await?;
        let CreateUserSkillRequest { content } = body.parse_up_to(REQUEST_LIMIT)?;
        Ok(Reply(convert::skill(skills::create(&Keeper::from(&*caller), &owner, content).await?)))
    }

    /// Get a user skill by name
    ///
    /// Experimental: it may change or go in any version. The name is compared letter by letter.
    #[oai(path = "/users/:user/skills/:skillName", method = "get", operation_id = "get-a-user-skill-by-name")]
    async fn get_a_user_skill_by_name(
        &self,
        caller: Caller,
        /// User ID, username, or me
        user: Path<Text>,
        /// Skill name
        #[oai(name = "skillName")]
        skill_name: Path<Text>,
    ) -> Result<Reply<200, UserSkill>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let owner = users::get(&caller, &UserRef::parse(&user.text)).await?;
        Ok(Reply(convert::skill(skills::get(&Keeper::from(&*caller), &owner, &skill_name.text).await?)))
    }

    /// Update a user skill
    ///
    /// Experimental: it may change or go in any version. Replaces the whole content; the name in its front matter must be the
    /// one in the path.
    #[oai(path = "/users/:user/skills/:skillName", method = "patch", operation_id = "update-a-user-skill")]
    async fn update_a_user_skill(
        &self,
        caller: Caller,
        /// User ID, username, or me
        user: Path<Text>,
        /// Skill name
        #[oai(name = "skillName")]
        skill_name: Path<Text>,
        /// Update user skill request
        body: Body<UpdateUserSkillRequest>,
    ) -> Result<Reply<200, UserSkill>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND | CONFLICT }>> {
        let owner = users::get(&caller, &UserRef::parse(&user.text)).await?;
        let UpdateUserSkillRequest { content } = body.parse_up_to(REQUEST_LIMIT)?;
        let keeper = Keeper::from(&*caller);
        Ok(Reply(convert::skill(skills::update(&keeper, &owner, &skill_name.text, content).await?)))
    }

    /// Delete a user skill
    ///
    /// Experimental: it may change or go in any version.
    #[oai(path = "/users/:user/skills/:skillName", method = "delete", operation_id = "delete-a-user-skill")]
    async fn delete_a_user_skill(
        &self,
        caller: Caller,
        /// User ID, username, or me
        user: Path<Text>,
        /// Skill name
        #[oai(name = "skillName")]
        skill_name: Path<Text>,
    ) -> Result<Empty<204>, Fails<{ BAD_REQUEST | NOT_FOUND }>> {
        let owner = users::get(&caller, &UserRef::parse(&user.text)).await?;
        skills::delete(&Keeper::from(&*caller), &owner, &skill_name.text).await?;
        Ok(Empty)
    }
}
