//! What the deployment may do: entitlements, and the licences that it does without.

use poem::http::StatusCode;
use poem_openapi::OpenApi;
use roster_openapi::error::refusal::{BAD_REQUEST, FORBIDDEN, NOT_FOUND};
use roster_openapi::error::{Envelope, Fails, Problem};
use roster_openapi::param::{Path, Whole};
use roster_openapi::payload::{Body, Empty, Reply};
use roster_openapi::schema::enterprise::{
    AddLicenseRequest, AppearanceConfig, Entitlements, License as WireLicense,
};

use super::Tag;
use crate::domain::{entitlements, licenses};
use crate::http::auth::{Caller, Public};
use crate::http::convert_deployment;
use crate::rbac::act;

/// Operations about what the deployment may do.
pub struct Enterprise;

#[OpenApi(prefix_path = "/api/v2", tag = "Tag::Enterprise")]
impl Enterprise {
    /// Get appearance
    #[oai(path = "/appearance", method = "get", operation_id = "get-appearance")]
    async fn get_appearance(&self, caller: Caller) -> Result<Reply<200, AppearanceConfig>, Fails<0>> {
        Ok(Reply(convert_deployment::appearance(caller.backend())))
    }

    /// Get entitlements
    #[oai(path = "/entitlements", method = "get", operation_id = "get-entitlements")]
    async fn get_entitlements(&self, visitor: Public<true>) -> Result<Reply<200, Entitlements>, Fails<0>> {
        let report = entitlements::get(&visitor.backend).await;
        Ok(Reply(convert_deployment::entitlements(&report)))
    }

    /// Get licenses
    #[oai(path = "/licenses", method = "get", operation_id = "get-licenses")]
    async fn get_licenses(&self, _caller: Caller) -> Result<Reply<200, Vec<WireLicense>>, Fails<0>> {
        // There are no rows of which some could be hidden: entitlements are a setting.
        Ok(Reply(Vec::new()))
    }

    /// Add new license
    #[oai(path = "/licenses", method = "post", operation_id = "add-new-license")]
    async fn add_new_license(
        &self,
        caller: Caller,
        /// Add license request
        body: Body<AddLicenseRequest>,
    ) -> Result<Reply<201, WireLicense>, Fails<FORBIDDEN>> {
        entitlements::may_license::<act::Create>(&caller)?;
        let AddLicenseRequest { license: _ } = body.parse()?;
        Err(licenses::refused().into())
    }

    /// Update license entitlements
    #[oai(
        path = "/licenses/refresh-entitlements",
        method = "post",
        operation_id = "update-license-entitlements"
    )]
    async fn update_license_entitlements(
        &self,
        caller: Caller,
    ) -> Result<Reply<201, Envelope>, Fails<{ BAD_REQUEST | FORBIDDEN }>> {
        match entitlements::force(&caller).await? {
            Ok(()) => Ok(Reply(Envelope::message("Entitlements updated"))),
            Err(seconds) => Err(too_soon(seconds).into()),
        }
    }

    /// Delete license
    #[oai(path = "/licenses/:id", method = "delete", operation_id = "delete-license")]
    async fn delete_license(
        &self,
        caller: Caller,
        /// License ID
        id: Path<Whole>,
    ) -> Result<Empty<200>, Fails<{ FORBIDDEN | NOT_FOUND }>> {
        entitlements::may_license::<act::Delete>(&caller)?;
        Err(licenses::unknown(&id.text).into())
    }
}

fn too_soon(seconds: i64) -> Problem {
    let text = format!(
        "Entitlements already recently refreshed, please wait {seconds} seconds to force a new refresh"
    );
    Problem::new(StatusCode::BAD_REQUEST, text).retry_after(seconds)
}
