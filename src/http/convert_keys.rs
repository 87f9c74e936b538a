//! Keys from the model to the wire, and requests for them the other way.

use roster_openapi::schema::keys::{
    APIAllowListTarget, APIKey, CreateTokenRequest, GenerateAPIKeyResponse, KeyLoginType, OldScope,
};

use super::convert::login_type;
use crate::domain::keys::{Made, Request};
use crate::model::key::{AllowEntry, ApiKey};
use crate::rbac::{ALL_SCOPE, Allowed};

/// A key as answered.
pub fn key(key: Allowed<ApiKey>) -> APIKey {
    wire_key(key, None)
}

/// A key of a list as answered.
pub fn listed_key((key, username): (Allowed<ApiKey>, String)) -> APIKey {
    wire_key(key, Some(username))
}

fn wire_key(key: Allowed<ApiKey>, username: Option<String>) -> APIKey {
    let ApiKey {
        id,
        hashed_secret: _,
        user,
        login_type: made_by,
        lifetime,
        expires_at,
        created_at,
        updated_at,
        last_used,
        ip_address: _,
        token_name,
        scopes,
        allow_list,
    } = key.into_inner();
    let target = |AllowEntry { kind, id }| APIAllowListTarget { id, kind };
    APIKey {
        allow_list: allow_list.into_iter().map(target).collect(),
        created_at,
        expires_at,
        id: id.0,
        last_used,
        lifetime_seconds: lifetime.num_seconds(),
        login_type: KeyLoginType(login_type(made_by)),
        scope: OldScope(old_scope(&scopes).to_owned()),
        scopes,
        token_name,
        updated_at,
        user_id: user.0,
        username,
    }
}

/// What clients read that know of one scope only (auth.md 7.4).
fn old_scope(scopes: &[String]) -> &'static str {
    let holds = |name: &str| scopes.iter().any(|scope| scope == name);
    if holds("coder:application_connect") {
        return "application_connect";
    }
    if holds(ALL_SCOPE) { "all" } else { "" }
}

/// A new key, as answered to whoever made it.
pub fn made(made: Made) -> GenerateAPIKeyResponse {
    GenerateAPIKeyResponse { detail: made.hint, key: made.token.expose().to_owned() }
}

/// A token as asked for.
pub fn token_request(body: CreateTokenRequest) -> Request {
    let CreateTokenRequest { allow_list, lifetime, scope: OldScope(scope), scopes, token_name } = body;
    let entry = |APIAllowListTarget { id, kind }| AllowEntry { kind, id };
    let allow_list = allow_list.into_iter().map(entry).collect();
    Request { name: token_name, lifetime, scopes, scope, allow_list }
}
