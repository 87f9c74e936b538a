//! What became of users: every state they were in and from when on, and when they were deleted.
//!
//! The database writes both itself, whatever statement makes a user, changes its state or deletes it, so that nobody who
//! writes to `users` can forget it. A state holds from the user's `updated_at`, which every such write moves. A deletion does
//! not move it: whoever deletes says when, by a row of `user_deleted`; without one it is the moment of the statement.
//!
//! With a deleted user go its keys and memberships, and none is made for it afterwards. PostgreSQL: a new key or membership
//! and the deletion of its user, in two transactions, would not see each other's row; the lock on the user's row makes the
//! second one wait and look again.

use sea_orm_migration::prelude::*;

use crate::ddl::{is_postgres, run};

const UP: &[&str] = &[
    "CREATE TABLE user_status_changes (
        id {serial} NOT NULL PRIMARY KEY,
        user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        new_status TEXT NOT NULL,
        changed_at {time} NOT NULL,
        CONSTRAINT user_status_changes_known CHECK (new_status IN ('active', 'dormant', 'suspended'))
    )",
    "CREATE INDEX idx_user_status_changes_user ON user_status_changes (user_id)",
    "CREATE INDEX idx_user_status_changes_changed_at ON user_status_changes (changed_at)",
    "CREATE TABLE user_deleted (
        user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        deleted_at {time} NOT NULL,
        CONSTRAINT user_deleted_pkey PRIMARY KEY (user_id)
    )",
    "CREATE INDEX idx_user_deleted_deleted_at ON user_deleted (deleted_at)",
    "INSERT INTO user_status_changes (user_id, new_status, changed_at) SELECT id, status, created_at FROM users",
    "INSERT INTO user_deleted (user_id, deleted_at) SELECT id, updated_at FROM users WHERE deleted = TRUE",
    "DELETE FROM api_keys WHERE user_id IN (SELECT id FROM users WHERE deleted = TRUE)",
    "DELETE FROM organization_members WHERE user_id IN (SELECT id FROM users WHERE deleted = TRUE)",
];

const SQLITE_TRIGGERS: &[&str] = &[
    "CREATE TRIGGER trigger_insert_user_status AFTER INSERT ON users
    BEGIN
        INSERT INTO user_status_changes (user_id, new_status, changed_at)
            VALUES (NEW.id, NEW.status, NEW.created_at);
    END",
    "CREATE TRIGGER trigger_update_user_status AFTER UPDATE OF status ON users
        WHEN OLD.status <> NEW.status
    BEGIN
        INSERT INTO user_status_changes (user_id, new_status, changed_at)
            VALUES (NEW.id, NEW.status, NEW.updated_at);
    END",
    "CREATE TRIGGER trigger_delete_user AFTER UPDATE OF deleted ON users
        WHEN OLD.deleted = FALSE AND NEW.deleted = TRUE
    BEGIN
        DELETE FROM api_keys WHERE user_id = NEW.id;
        DELETE FROM organization_members WHERE user_id = NEW.id;
        INSERT OR IGNORE INTO user_deleted (user_id, deleted_at)
            VALUES (NEW.id, strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'));
    END",
    "CREATE TRIGGER trigger_insert_members BEFORE INSERT ON organization_members
        WHEN (SELECT deleted FROM users WHERE id = NEW.user_id) = TRUE
    BEGIN SELECT RAISE(ABORT, 'Cannot add deleted user to an organization'); END",
];

const POSTGRES_TRIGGERS: &[&str] = &[
    "CREATE FUNCTION remember_user_status() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO user_status_changes (user_id, new_status, changed_at) VALUES
            (NEW.id, NEW.status, CASE TG_OP WHEN 'INSERT' THEN NEW.created_at ELSE NEW.updated_at END);
        RETURN NULL;
    END $$",
    "CREATE TRIGGER trigger_insert_user_status AFTER INSERT ON users
        FOR EACH ROW EXECUTE FUNCTION remember_user_status()",
    "CREATE TRIGGER trigger_update_user_status AFTER UPDATE OF status ON users FOR EACH ROW
        WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION remember_user_status()",
    "CREATE FUNCTION delete_what_goes_with_user() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM api_keys WHERE user_id = NEW.id;
        DELETE FROM organization_members WHERE user_id = NEW.id;
        INSERT INTO user_deleted (user_id, deleted_at) VALUES (NEW.id, now()) ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$",
    "CREATE TRIGGER trigger_delete_user AFTER UPDATE OF deleted ON users FOR EACH ROW
        WHEN (OLD.deleted = FALSE AND NEW.deleted = TRUE) EXECUTE FUNCTION delete_what_goes_with_user()",
    "CREATE FUNCTION insert_member_fail_if_user_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT deleted FROM users WHERE id = NEW.user_id FOR SHARE) THEN
            RAISE EXCEPTION 'Cannot add deleted user to an organization' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$",
    "CREATE TRIGGER trigger_insert_members BEFORE INSERT ON organization_members
        FOR EACH ROW EXECUTE FUNCTION insert_member_fail_if_user_deleted()",
    "CREATE OR REPLACE FUNCTION insert_apikey_fail_if_user_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT deleted FROM users WHERE id = NEW.user_id FOR SHARE) THEN
            RAISE EXCEPTION 'Cannot create API key for deleted user' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$",
];

const SQLITE_DOWN: &[&str] = &[
    "DROP TRIGGER trigger_insert_members",
    "DROP TRIGGER trigger_delete_user",
    "DROP TRIGGER trigger_update_user_status",
    "DROP TRIGGER trigger_insert_user_status",
];

const POSTGRES_DOWN: &[&str] = &[
    "CREATE OR REPLACE FUNCTION insert_apikey_fail_if_user_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT deleted FROM users WHERE id = NEW.user_id) THEN
            RAISE EXCEPTION 'Cannot create API key for deleted user' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$",
    "DROP TRIGGER trigger_insert_members ON organization_members",
    "DROP FUNCTION insert_member_fail_if_user_deleted",
    "DROP TRIGGER trigger_delete_user ON users",
    "DROP FUNCTION delete_what_goes_with_user",
    "DROP TRIGGER trigger_update_user_status ON users",
    "DROP TRIGGER trigger_insert_user_status ON users",
    "DROP FUNCTION remember_user_status",
];

const DOWN: &[&str] = &["DROP TABLE user_deleted", "DROP TABLE user_status_changes"];

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
        run(manager, if is_postgres(manager) { POSTGRES_DOWN } else { SQLITE_DOWN }).await?;
        run(manager, DOWN).await
    }
}
