//! Keys and tokens, on the Users page.

use poem_openapi::OpenApi;
use roster_openapi::error::refusal::{CONFLICT, FORBIDDEN, INTERNAL, NOT_FOUND};
use roster_openapi::error::{Fails, ListedFails};
use roster_openapi::param::{KeyText, Path, Text};
use roster_openapi::payload::{Body, Empty, Reply};
use roster_openapi::schema::keys::{CreateTokenRequest, GenerateAPIKeyResponse};

use super::Tag;
use crate::domain::{keys, users};
use crate::http::auth::Caller;
use crate::http::convert_keys as convert;
use crate::model::ids::KeyId;
use crate::model::user::UserRef;

/// Operations on keys and tokens.
pub struct Keys;

#[OpenApi(prefix_path = "/api/v2", tag = "Tag::Users")]
impl Keys {
    /// Create new session key
    #[oai(path = "/users/:user/keys", method = "post", operation_id = "create-new-session-key")]
    async fn create_session_key(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
    ) -> Result<Reply<201, GenerateAPIKeyResponse>, Fails<{ FORBIDDEN | NOT_FOUND }>> {
        let owner = users::get(&caller, &UserRef::parse(&user.text)).await?;
        Ok(Reply(convert::made(keys::create(&caller, &owner).await?)))
    }

    /// Create token API key
    #[oai(path = "/users/:user/keys/tokens", method = "post", operation_id = "create-token-api-key")]
    async fn create_token(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
        /// Create token request
        body: Body<CreateTokenRequest>,
    ) -> Result<Reply<201, GenerateAPIKeyResponse>, Fails<{ FORBIDDEN | NOT_FOUND | CONFLICT }>> {
        let owner = users::get(&caller, &UserRef::parse(&user.text)).await?;
        let request = convert::token_request(body.parse()?);
        Ok(Reply(convert::made(keys::create_token(&caller, &owner, request).await?)))
    }

    /// Delete API key
    #[oai(path = "/users/:user/keys/:keyid", method = "delete", operation_id = "delete-api-key")]
    async fn delete_key(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
        /// Key ID
        keyid: Path<KeyText>,
    ) -> Result<Empty<204>, Fails<NOT_FOUND>> {
        users::get(&caller, &UserRef::parse(&user.text)).await?;
        keys::delete(&caller, &KeyId(keyid.text)).await?;
        Ok(Empty)
    }

    /// Expire API key
    #[oai(path = "/users/:user/keys/:keyid/expire", method = "put", operation_id = "expire-api-key")]
    async fn expire_key(
        &self,
        caller: Caller,
        /// User ID, name, or me
        user: Path<Text>,
        /// Key ID
        keyid: Path<KeyText>,
    ) -> Result<Empty<204>, ListedFails<{ NOT_FOUND | INTERNAL }>> {
        users::get(&caller, &UserRef::parse(&user.text)).await?;
        keys::expire(&caller, &KeyId(keyid.text)).await?;
        Ok(Empty)
    }
}
