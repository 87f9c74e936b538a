//! The OpenID providers of the settings.

use std::sync::Arc;

use crate::config::{self, OidcProvider};
use crate::domain::provider::{Oidc, OidcRules, OrganizationSync, RoleSync};
use crate::model::ids::{OrgId, Secret};
use crate::providers::oidc::{ClaimsSource, Client, Limits, Settings};

/// All of them, in the order of the settings. None is asked yet.
pub(super) fn providers(settings: &config::Oidc) -> Result<Vec<Arc<Oidc>>, String> {
    settings.providers()?.into_iter().map(|provider| built(provider).map(Arc::new)).collect()
}

fn built(provider: OidcProvider) -> Result<Oidc, String> {
    let client = Client::new(client_settings(&provider), Limits::default());
    let client = client.map_err(|why| format!("{}: {why}", of(&provider, "issuer_url")))?;
    let roles = roles(&provider)?;
    Ok(Oidc { client: Box::new(client), rules: rules(provider, roles) })
}

fn client_settings(provider: &OidcProvider) -> Settings {
    Settings {
        issuer: provider.issuer_url.clone(),
        client_id: provider.client_id.clone(),
        client_secret: provider.client_secret.as_ref().map(|secret| Secret::new(secret.0.clone())),
        scopes: provider.scopes.clone(),
        auth_url_params: provider.auth_url_params.clone(),
        claims_source: match provider.claims_source {
            config::ClaimsSource::Userinfo => ClaimsSource::Userinfo,
            config::ClaimsSource::AccessToken => ClaimsSource::AccessToken,
            config::ClaimsSource::None => ClaimsSource::None,
        },
    }
}

fn roles(provider: &OidcProvider) -> Result<RoleSync, String> {
    let roles = RoleSync {
        field: provider.user_role_field.clone(),
        mapping: provider.user_role_mapping.clone(),
        default: provider.user_role_default.clone(),
    };
    let Some(unknown) = roles.unknown_role() else { return Ok(roles) };
    let by_default = provider.user_role_default.iter().any(|role| role == unknown);
    let member = if by_default { "user_role_default" } else { "user_role_mapping" };
    Err(format!("{}: there is no site role {unknown:?}", of(provider, member)))
}

/// A setting as the operator knows it.
fn of(provider: &OidcProvider, member: &str) -> String {
    if provider.name.is_empty() {
        let flag = member.replace('_', "-");
        return format!("--oidc-{flag} (ROSTER_OIDC_{})", member.to_uppercase());
    }
    format!("--oidc-providers-file (ROSTER_OIDC_PROVIDERS_FILE): provider {}: {member}", provider.name)
}

fn rules(provider: OidcProvider, roles: RoleSync) -> OidcRules {
    let organizations = provider.organization_mapping.into_iter();
    OidcRules {
        slug: provider.name,
        sign_in_text: provider.sign_in_text,
        icon_url: provider.icon_url,
        allow_signups: provider.allow_signups,
        signups_disabled_text: provider.signups_disabled_text,
        email_domains: provider.email_domain,
        ignore_email_verified: provider.ignore_email_verified,
        email_field: provider.email_field,
        username_field: provider.username_field,
        name_field: provider.name_field,
        roles,
        organizations: OrganizationSync {
            field: provider.organization_field,
            mapping: organizations.map(|(name, ids)| (name, ids.into_iter().map(OrgId).collect())).collect(),
            assign_default: provider.organization_assign_default,
        },
    }
}
