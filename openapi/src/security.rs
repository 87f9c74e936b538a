//! Where a session may be given, as the document says it and as the server reads it.

use poem_openapi::registry::{MetaSecurityScheme, Registry};

/// The header of sessions and tokens.
pub const SESSION_HEADER: &str = "Coder-Session-Token";
/// The cookie and query parameter of sessions and tokens.
pub const SESSION_COOKIE: &str = "coder_session_token";
/// The query parameter that OAuth-minded clients use.
pub const ACCESS_TOKEN_QUERY: &str = "access_token";

/// The schemes, each a complete way to authenticate. The first one is what samples show.
pub const SCHEMES: [&str; 5] =
    ["CoderSessionToken", "CoderSessionCookie", "CoderSessionQuery", "Bearer", "AccessTokenQuery"];

/// The scheme of those who provision users: a secret of the deployment, and no session.
pub const SCIM_SCHEME: &str = "ScimSecret";

/// Describes [`SCIM_SCHEME`] to the document.
pub fn register_scim(registry: &mut Registry) {
    registry.create_security_scheme(SCIM_SCHEME, key("Authorization", "header"));
}

const fn key(name: &'static str, place: &'static str) -> MetaSecurityScheme {
    MetaSecurityScheme {
        ty: "apiKey",
        name: Some(name),
        key_in: Some(place),
        description: None,
        scheme: None,
        bearer_format: None,
        flows: None,
        openid_connect_url: None,
    }
}

/// Describes the schemes of [`SCHEMES`] to the document.
pub fn register(registry: &mut Registry) {
    let bearer = MetaSecurityScheme {
        ty: "http",
        name: None,
        key_in: None,
        scheme: Some("bearer"),
        ..key("", "header")
    };
    let described = [
        key(SESSION_HEADER, "header"),
        key(SESSION_COOKIE, "cookie"),
        key(SESSION_COOKIE, "query"),
        bearer,
        key(ACCESS_TOKEN_QUERY, "query"),
    ];
    for (name, scheme) in SCHEMES.into_iter().zip(described) {
        registry.create_security_scheme(name, scheme);
    }
}
