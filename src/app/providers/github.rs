//! GitHub, as the settings have it.

use crate::config;
use crate::domain::provider::{Github, GithubRules};
use crate::model::ids::Secret;
use crate::providers::github::{App, Client};

const GITHUB_COM: &str = "https://github.com";

/// GitHub; none without a client id.
///
/// # Errors
/// When the URL of the Enterprise server is none.
pub fn github(settings: &config::Github) -> Result<Option<Github>, String> {
    let Some((client_id, secret)) =
        settings.oauth2_github_client_id.as_ref().zip(settings.oauth2_github_client_secret.as_ref())
    else {
        return Ok(None);
    };
    let base_url = settings.oauth2_github_enterprise_base_url.clone();
    let client_secret = Secret::new(secret.0.clone());
    let client = Client::new(App { client_id: client_id.clone(), client_secret, base_url });
    let flag = "--oauth2-github-enterprise-base-url (ROSTER_OAUTH2_GITHUB_ENTERPRISE_BASE_URL)";
    let client = Box::new(client.map_err(|why| format!("{flag}: {why}"))?);
    Ok(Some(Github { client, rules: rules(settings) }))
}

fn rules(settings: &config::Github) -> GithubRules {
    let team = |team: &config::Team| (team.organization.clone(), team.name.clone());
    let base_url = settings.oauth2_github_enterprise_base_url.as_deref();
    GithubRules {
        allow_signups: settings.oauth2_github_allow_signups,
        allow_everyone: settings.oauth2_github_allow_everyone,
        organizations: settings.oauth2_github_allowed_orgs.clone(),
        teams: settings.oauth2_github_allowed_teams.iter().map(team).collect(),
        device_flow: settings.oauth2_github_device_flow,
        is_github_com: base_url.is_none_or(|url| url.eq_ignore_ascii_case(GITHUB_COM)),
    }
}
