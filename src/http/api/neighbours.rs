//! The General page, beside its own: what clients ask a deployment when they start.

use poem_openapi::OpenApi;
use roster_openapi::error::Fails;
use roster_openapi::error::refusal::FORBIDDEN;
use roster_openapi::payload::Reply;
use roster_openapi::schema::deployment::{
    AvailableExperiments, DeploymentConfig, Experiment, SshConfigResponse, UpdateCheckResponse,
};

use super::Tag;
use crate::domain::deployment;
use crate::http::auth::{Caller, Public};
use crate::http::convert_deployment;

/// Operations that clients call when they start.
pub struct Neighbours;

#[OpenApi(prefix_path = "/api/v2", tag = "Tag::General")]
impl Neighbours {
    /// Get deployment config
    #[oai(path = "/deployment/config", method = "get", operation_id = "get-deployment-config")]
    async fn get_deployment_config(
        &self,
        caller: Caller,
    ) -> Result<Reply<200, DeploymentConfig>, Fails<FORBIDDEN>> {
        let may = deployment::may_see_config(&caller)?;
        Ok(Reply(convert_deployment::config(deployment::config(&caller, &may))))
    }

    /// SSH Config
    #[oai(path = "/deployment/ssh", method = "get", operation_id = "ssh-config")]
    async fn ssh_config(&self, _caller: Caller) -> Result<Reply<200, SshConfigResponse>, Fails<0>> {
        Ok(Reply(convert_deployment::ssh()))
    }

    /// Get enabled experiments
    #[oai(path = "/experiments", method = "get", operation_id = "get-enabled-experiments")]
    async fn get_enabled_experiments(
        &self,
        _caller: Caller,
    ) -> Result<Reply<200, Vec<Experiment>>, Fails<0>> {
        Ok(Reply(convert_deployment::experiments(deployment::EXPERIMENTS)))
    }

    /// Get safe experiments
    #[oai(path = "/experiments/available", method = "get", operation_id = "get-safe-experiments")]
    async fn get_safe_experiments(
        &self,
        _caller: Caller,
    ) -> Result<Reply<200, AvailableExperiments>, Fails<0>> {
        Ok(Reply(AvailableExperiments { safe: convert_deployment::experiments(deployment::EXPERIMENTS) }))
    }

    /// Update check
    #[oai(path = "/updatecheck", method = "get", operation_id = "update-check")]
    async fn update_check(&self, visitor: Public) -> Result<Reply<200, UpdateCheckResponse>, Fails<0>> {
        let version = deployment::build_info(&visitor.backend).version;
        Ok(Reply(UpdateCheckResponse { current: true, url: String::new(), version }))
    }
}
