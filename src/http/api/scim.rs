//! Users from a directory, over SCIM 2.0: part of the Enterprise page.

use poem_openapi::OpenApi;
use roster_openapi::error::refusal::{BAD_REQUEST, CONFLICT, FORBIDDEN, NOT_FOUND};
use roster_openapi::error::{Fails, Problem, ScimType};
use roster_openapi::param::{Path, Query, Text, UuidText, Whole};
use roster_openapi::payload::Body;
use roster_openapi::schema::scim::{
    SCIMListResponse, SCIMPatchRequest, SCIMServiceProviderConfig, SCIMUser, SCIMUserRequest,
};
use roster_openapi::scim::{Answer, Provisioned};

use super::Tag;
use crate::domain::scim::{self, Window};
use crate::domain::{Error, Feature};
use crate::http::auth::{Directory, Public};
use crate::http::convert_scim as convert;

/// Operations for directories. Where no SCIM secret is set, all of them answer 404.
pub struct Scim;

#[OpenApi(prefix_path = "/scim/v2", tag = "Tag::Enterprise")]
impl Scim {
    /// SCIM 2.0: Service Provider Config
    #[oai(path = "/ServiceProviderConfig", method = "get", operation_id = "scim-20-service-provider-config")]
    async fn service_provider_config(
        &self,
        visitor: Public,
    ) -> Result<Answer<200, SCIMServiceProviderConfig>, Fails<{ FORBIDDEN | NOT_FOUND }>> {
        visitor.backend.needs(Feature::Scim)?;
        Ok(Answer(convert::service_provider_config()))
    }

    /// SCIM 2.0: Get users
    #[oai(path = "/Users", method = "get", operation_id = "scim-20-get-users")]
    async fn get_users(
        &self,
        directory: Directory,
        /// What to look for: `userName eq "…"`, `emails eq "…"` or `emails.value eq "…"`; without it nobody is found
        filter: Query<Text>,
        /// The first one to show, from 1 on
        #[oai(name = "startIndex")]
        start_index: Query<Whole>,
        /// How many to show at most
        count: Query<Whole>,
    ) -> Result<Answer<200, SCIMListResponse>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND }>> {
        let filter = filter.values.first().map(String::as_str).unwrap_or_default();
        let start = convert::whole("startIndex", &start_index)?.unwrap_or(1);
        let window = Window { start, count: convert::whole("count", &count)? };
        let found = scim::list(&directory, filter, window).await?;
        Ok(Answer(convert::list(&directory, &found)))
    }

    /// SCIM 2.0: Create new user
    ///
    /// A user that has the primary address or, if nobody has, the name is answered as it is; a suspended one is made dormant if
    /// it is to be active. Otherwise a user is made who logs in by an OpenID provider.
    #[oai(path = "/Users", method = "post", operation_id = "scim-20-create-new-user")]
    async fn create_new_user(
        &self,
        directory: Directory,
        /// New user
        body: Body<SCIMUserRequest>,
    ) -> Result<Provisioned, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND | CONFLICT }>> {
        let made = scim::create(&directory, convert::request(parsed(&body)?)).await?;
        Ok(convert::made(&directory, &made))
    }

    /// SCIM 2.0: Get user by ID
    #[oai(path = "/Users/:id", method = "get", operation_id = "scim-20-get-user-by-id")]
    async fn get_user_by_id(
        &self,
        _directory: Directory,
        /// User ID
        #[oai(name = "id")]
        _id: Path<UuidText>,
    ) -> Result<Answer<200, SCIMUser>, Fails<{ FORBIDDEN | NOT_FOUND }>> {
        // The contract shows nobody by id; directories look users up by name.
        Err(Error::not_found().into())
    }

    /// SCIM 2.0: Replace user account
    ///
    /// Only `active` has an effect: false suspends the user; true makes a suspended one dormant. `userName` must be the one that
    /// the user has.
    #[oai(path = "/Users/:id", method = "put", operation_id = "scim-20-replace-user-account")]
    async fn replace_user_account(
        &self,
        directory: Directory,
        /// User ID
        id: Path<UuidText>,
        /// Replace user request
        body: Body<SCIMUserRequest>,
    ) -> Result<Answer<200, SCIMUser>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND }>> {
        let person = scim::find(&directory, &id.text).await?;
        let SCIMUserRequest { user_name, active, .. } = parsed(&body)?;
        let person = scim::replace(&directory, &person, &user_name, active).await?;
        Ok(Answer(convert::user(&directory, &person)))
    }

    /// SCIM 2.0: Update user account
    ///
    /// Only `active` has an effect, as for the replacement of the whole account.
    #[oai(path = "/Users/:id", method = "patch", operation_id = "scim-20-update-user-account")]
    async fn update_user_account(
        &self,
        directory: Directory,
        /// User ID
        id: Path<UuidText>,
        /// Update user request
        body: Body<SCIMPatchRequest>,
    ) -> Result<Answer<200, SCIMUser>, Fails<{ BAD_REQUEST | FORBIDDEN | NOT_FOUND }>> {
        let person = scim::find(&directory, &id.text).await?;
        let (operations, plain) = convert::changes(parsed(&body)?);
        let person = match scim::wanted(&operations, plain)? {
            Some(active) => scim::set_active(&directory, person.user.id, active).await?,
            None => person,
        };
        Ok(Answer(convert::user(&directory, &person)))
    }
}

fn parsed<T: roster_openapi::wire::Wire + serde::de::DeserializeOwned>(body: &Body<T>) -> Result<T, Problem> {
    body.parse().map_err(|problem| problem.scim_type(Some(ScimType::InvalidSyntax)))
}
