//! Between the rules and the wire: how people log in.

use roster_openapi::schema::sign_in::ExternalAuthDevice;
use roster_openapi::schema::users::{AuthMethod, AuthMethods, GithubAuthMethod, OIDCAuthMethod};

use crate::domain::Backend;
use crate::domain::provider::DeviceCode;

/// The ways to log in to this deployment. GitHub is never there unasked.
pub fn auth_methods(backend: &Backend) -> AuthMethods {
    let providers = &backend.providers;
    let github = GithubAuthMethod { default_provider_configured: false, enabled: providers.github.is_some() };
    let oidc = providers.oidc.first().map_or_else(OIDCAuthMethod::default, |oidc| OIDCAuthMethod {
        enabled: true,
        icon_url: oidc.rules.icon_url.clone(),
        sign_in_text: oidc.rules.sign_in_text.clone(),
    });
    let password = AuthMethod { enabled: backend.settings.password_login };
    AuthMethods { github, oidc, password, ..AuthMethods::default() }
}

/// A code to type in, as answered.
pub fn device_code(code: DeviceCode) -> ExternalAuthDevice {
    let DeviceCode { device_code, user_code, verification_uri, expires_in, interval } = code;
    let device_code = device_code.expose().to_owned();
    ExternalAuthDevice { device_code, expires_in, interval, user_code, verification_uri }
}
