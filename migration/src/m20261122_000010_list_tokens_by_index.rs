//! Tokens in the order of their lists, without a look at sessions, of which there are many more.

crate::migration! {
    up: &["CREATE INDEX idx_api_keys_tokens ON api_keys (created_at, id) WHERE login_type = 'token'"],
    down: &["DROP INDEX idx_api_keys_tokens"],
}
