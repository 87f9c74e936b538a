//! Which identities at providers are which users, and what the providers gave for them.
//!
//! One identity is one user: an identity without an id, as one that an operator announced, is none yet. A deleted user has no
//! identity, so that it can come back as somebody new.

use sea_orm_migration::prelude::*;

use crate::ddl::{is_postgres, run};

const UP: &[&str] = &[
    "CREATE TABLE user_links (
        user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        login_type TEXT NOT NULL,
        linked_id {key} NOT NULL,
        oauth_access_token TEXT NOT NULL,
        oauth_refresh_token TEXT NOT NULL,
        oauth_expiry {time},
        refresh_claimed_at {time},
        claims {json} NOT NULL,
        CONSTRAINT user_links_pkey PRIMARY KEY (user_id, login_type)
    )",
    "CREATE UNIQUE INDEX user_links_linked_id_login_type_idx ON user_links (linked_id, login_type) WHERE linked_id <> ''",
];

const SQLITE_TRIGGERS: &[&str] = &[
    "CREATE TRIGGER trigger_delete_user_links AFTER UPDATE OF deleted ON users
        WHEN OLD.deleted = FALSE AND NEW.deleted = TRUE
    BEGIN DELETE FROM user_links WHERE user_id = NEW.id; END",
    "CREATE TRIGGER trigger_insert_user_links BEFORE INSERT ON user_links
        WHEN (SELECT deleted FROM users WHERE id = NEW.user_id) = TRUE
    BEGIN SELECT RAISE(ABORT, 'Cannot create user_link for deleted user'); END",
];

const POSTGRES_TRIGGERS: &[&str] = &[
    "CREATE FUNCTION delete_links_of_user() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM user_links WHERE user_id = NEW.id;
        RETURN NULL;
    END $$",
    "CREATE TRIGGER trigger_delete_user_links AFTER UPDATE OF deleted ON users FOR EACH ROW
        WHEN (OLD.deleted = FALSE AND NEW.deleted = TRUE) EXECUTE FUNCTION delete_links_of_user()",
    "CREATE FUNCTION insert_user_links_fail_if_user_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT deleted FROM users WHERE id = NEW.user_id FOR SHARE) THEN
            RAISE EXCEPTION 'Cannot create user_link for deleted user' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$",
    "CREATE TRIGGER trigger_insert_user_links BEFORE INSERT ON user_links
        FOR EACH ROW EXECUTE FUNCTION insert_user_links_fail_if_user_deleted()",
];

const SQLITE_DOWN: &[&str] = &["DROP TRIGGER trigger_delete_user_links"];

const POSTGRES_DOWN: &[&str] =
    &["DROP TRIGGER trigger_delete_user_links ON users", "DROP FUNCTION delete_links_of_user"];

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        run(manager, if is_postgres(manager) { POSTGRES_TRIGGERS } else { SQLITE_TRIGGERS }).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = is_postgres(manager);
        run(manager, if postgres { POSTGRES_DOWN } else { SQLITE_DOWN }).await?;
        run(manager, &["DROP TABLE user_links"]).await?;
        // What the table's trigger ran goes after the table.
        let left: &[&str] =
            if postgres { &["DROP FUNCTION insert_user_links_fail_if_user_deleted"] } else { &[] };
        run(manager, left).await
    }
}
