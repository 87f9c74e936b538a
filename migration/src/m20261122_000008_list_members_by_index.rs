//! Members in the order of their lists, without a look at the users.
//!
//! A list of members is sorted by username and leaves out deleted and system users. Both were known to `users` only, so that a
//! page had to read and sort every member. Each membership now carries them, and the database itself keeps them in step,
//! whatever statement writes to either table.
//!
//! PostgreSQL: a new membership and a change of its user, in two transactions, would not see each other's row. The lock on the
//! user's row makes the second one wait and look again.

use sea_orm_migration::prelude::*;

use crate::ddl::{is_postgres, run};

const UP: &[&str] = &[
    "ALTER TABLE organization_members ADD COLUMN username_lower {key} NOT NULL DEFAULT ''",
    "ALTER TABLE organization_members ADD COLUMN listed {bool} NOT NULL DEFAULT FALSE",
    "UPDATE organization_members
        SET username_lower = users.username_lower, listed = (users.deleted = FALSE AND users.is_system = FALSE)
        FROM users WHERE users.id = organization_members.user_id",
    "CREATE INDEX organization_members_listed_idx
        ON organization_members (organization_id, listed, username_lower)",
];

const SQLITE_TRIGGERS: &[&str] = &[
    "CREATE TRIGGER trigger_insert_member_listing AFTER INSERT ON organization_members
    BEGIN
        UPDATE organization_members
        SET username_lower = users.username_lower, listed = (users.deleted = FALSE AND users.is_system = FALSE)
        FROM users WHERE users.id = NEW.user_id AND organization_members.rowid = NEW.rowid;
    END",
    "CREATE TRIGGER trigger_update_member_listing
        AFTER UPDATE OF user_id, username_lower, listed ON organization_members
    BEGIN
        UPDATE organization_members
        SET username_lower = users.username_lower, listed = (users.deleted = FALSE AND users.is_system = FALSE)
        FROM users WHERE users.id = NEW.user_id AND organization_members.rowid = NEW.rowid;
    END",
    "CREATE TRIGGER trigger_update_user_listing AFTER UPDATE ON users
        WHEN (OLD.username_lower, OLD.deleted, OLD.is_system)
            IS NOT (NEW.username_lower, NEW.deleted, NEW.is_system)
    BEGIN
        UPDATE organization_members
        SET username_lower = NEW.username_lower, listed = (NEW.deleted = FALSE AND NEW.is_system = FALSE)
        WHERE user_id = NEW.id;
    END",
];

const POSTGRES_TRIGGERS: &[&str] = &[
    // Without the user nothing is set: the foreign key then says what is wrong.
    "CREATE FUNCTION set_member_listing() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        member RECORD;
    BEGIN
        SELECT username_lower, deleted = FALSE AND is_system = FALSE AS listed INTO member
            FROM users WHERE id = NEW.user_id FOR SHARE;
        IF FOUND THEN
            NEW.username_lower := member.username_lower;
            NEW.listed := member.listed;
        END IF;
        RETURN NEW;
    END $$",
    "CREATE TRIGGER trigger_insert_member_listing BEFORE INSERT ON organization_members
        FOR EACH ROW EXECUTE FUNCTION set_member_listing()",
    "CREATE TRIGGER trigger_update_member_listing
        BEFORE UPDATE OF user_id, username_lower, listed ON organization_members
        FOR EACH ROW EXECUTE FUNCTION set_member_listing()",
    "CREATE FUNCTION set_user_listing() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE organization_members
            SET username_lower = NEW.username_lower, listed = (NEW.deleted = FALSE AND NEW.is_system = FALSE)
            WHERE user_id = NEW.id;
        RETURN NULL;
    END $$",
    "CREATE TRIGGER trigger_update_user_listing AFTER UPDATE ON users FOR EACH ROW
        WHEN ((OLD.username_lower, OLD.deleted, OLD.is_system)
            IS DISTINCT FROM (NEW.username_lower, NEW.deleted, NEW.is_system))
        EXECUTE FUNCTION set_user_listing()",
];

const SQLITE_DOWN: &[&str] = &[
    "DROP TRIGGER trigger_update_user_listing",
    "DROP TRIGGER trigger_update_member_listing",
    "DROP TRIGGER trigger_insert_member_listing",
];

const POSTGRES_DOWN: &[&str] = &[
    "DROP TRIGGER trigger_update_user_listing ON users",
    "DROP TRIGGER trigger_update_member_listing ON organization_members",
    "DROP TRIGGER trigger_insert_member_listing ON organization_members",
    "DROP FUNCTION set_user_listing",
    "DROP FUNCTION set_member_listing",
];

const DOWN: &[&str] = &[
    "DROP INDEX organization_members_listed_idx",
    "ALTER TABLE organization_members DROP COLUMN listed",
    "ALTER TABLE organization_members DROP COLUMN username_lower",
];

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
