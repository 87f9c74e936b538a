//! API keys: sessions and tokens. A deleted user gets no new ones, whoever asks.

use sea_orm_migration::prelude::*;

use crate::ddl::{is_postgres, run};

const UP: &[&str] = &[
    "CREATE TABLE api_keys (
        id {key} NOT NULL,
        hashed_secret {bytes} NOT NULL,
        user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        login_type TEXT NOT NULL,
        lifetime_seconds BIGINT NOT NULL DEFAULT 86400,
        expires_at {time} NOT NULL,
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL,
        last_used {time} NOT NULL,
        ip_address TEXT NOT NULL DEFAULT '0.0.0.0',
        token_name {key} NOT NULL DEFAULT '',
        scopes {json} NOT NULL,
        allow_list {json} NOT NULL,
        CONSTRAINT api_keys_pkey PRIMARY KEY (id),
        CONSTRAINT api_keys_login_type_known
            CHECK (login_type IN ('password', 'github', 'oidc', 'token', 'oauth2_provider_app')),
        CONSTRAINT api_keys_scopes_not_empty CHECK (scopes{astext} <> '[]'),
        CONSTRAINT api_keys_allow_list_not_empty CHECK (allow_list{astext} <> '[]')
    )",
    "CREATE UNIQUE INDEX idx_api_key_name ON api_keys (user_id, token_name) WHERE login_type = 'token'",
    "CREATE INDEX idx_api_keys_user ON api_keys (user_id)",
    "CREATE INDEX idx_api_keys_expires_at ON api_keys (expires_at)",
];

const SQLITE_TRIGGER: &[&str] = &["CREATE TRIGGER trigger_insert_apikeys BEFORE INSERT ON api_keys
    WHEN (SELECT deleted FROM users WHERE id = NEW.user_id) = TRUE
    BEGIN SELECT RAISE(ABORT, 'Cannot create API key for deleted user'); END"];

const POSTGRES_TRIGGER: &[&str] = &[
    "CREATE FUNCTION insert_apikey_fail_if_user_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT deleted FROM users WHERE id = NEW.user_id) THEN
            RAISE EXCEPTION 'Cannot create API key for deleted user' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$",
    "CREATE TRIGGER trigger_insert_apikeys BEFORE INSERT ON api_keys
        FOR EACH ROW EXECUTE FUNCTION insert_apikey_fail_if_user_deleted()",
];

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        run(manager, if is_postgres(manager) { POSTGRES_TRIGGER } else { SQLITE_TRIGGER }).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP TABLE api_keys"]).await?;
        if is_postgres(manager) {
            run(manager, &["DROP FUNCTION insert_apikey_fail_if_user_deleted"]).await?;
        }
        Ok(())
    }
}
