//! Personal skills: texts that belong to one user.
//!
//! Sizes are in bytes. A user has at most 100 skills; the trigger that counts them takes the row of the user first, so that those
//! who insert for the same user count one after the other. With a deleted user go its skills, in the statement that
//! deletes it, and none is written for it afterwards.

use sea_orm_migration::prelude::*;

use crate::ddl::{is_postgres, run};

const TABLE: &str = "CREATE TABLE user_skills (
    id {uuid} NOT NULL,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name {key} NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    content TEXT NOT NULL,
    created_at {time} NOT NULL DEFAULT {now},
    updated_at {time} NOT NULL DEFAULT {now},
    CONSTRAINT user_skills_pkey PRIMARY KEY (id),
    CONSTRAINT user_skills_name_size CHECK (octet_length(name) <= 256),
    CONSTRAINT user_skills_description_size CHECK (octet_length(description) <= 4096),
    CONSTRAINT user_skills_content_size CHECK (octet_length(content) <= 65536),
    CONSTRAINT user_skills_name_format CHECK ({format})
)";

/// The same pattern twice: SQLite has no regular expressions.
const SQLITE_WORDS: [(&str, &str); 2] = [
    ("{now}", "(strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'))"),
    (
        "{format}",
        "name <> '' AND name NOT GLOB '*[^a-z0-9-]*' AND name NOT GLOB '-*' AND name NOT GLOB '*-' AND name NOT GLOB '*--*'",
    ),
];
const POSTGRES_WORDS: [(&str, &str); 2] =
    [("{now}", "now()"), ("{format}", "name ~ '^[a-z0-9]+(-[a-z0-9]+)*$'")];

const INDEX: &str = "CREATE UNIQUE INDEX user_skills_user_id_name_idx ON user_skills (user_id, name)";

const SQLITE_TRIGGERS: &[&str] = &[
    "CREATE TRIGGER trigger_delete_user_skills AFTER UPDATE OF deleted ON users
        WHEN OLD.deleted = FALSE AND NEW.deleted = TRUE
    BEGIN DELETE FROM user_skills WHERE user_id = NEW.id; END",
    // One trigger for both: SQLite promises no order of several.
    "CREATE TRIGGER trigger_insert_user_skills BEFORE INSERT ON user_skills
    BEGIN
        SELECT RAISE(ABORT, 'user_skill_user_deleted: Cannot create user_skill for deleted user')
            WHERE (SELECT deleted FROM users WHERE id = NEW.user_id) = TRUE;
        SELECT RAISE(ABORT, 'user_skills_per_user_limit: the user has 100 skills')
            WHERE (SELECT count(*) FROM user_skills WHERE user_id = NEW.user_id) >= 100;
    END",
    "CREATE TRIGGER trigger_update_user_skills BEFORE UPDATE ON user_skills
        WHEN (SELECT deleted FROM users WHERE id = NEW.user_id) = TRUE
    BEGIN
        SELECT RAISE(ABORT, 'user_skill_user_deleted: Cannot create user_skill for deleted user');
    END",
];

const POSTGRES_TRIGGERS: &[&str] = &[
    "CREATE FUNCTION delete_skills_of_user() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM user_skills WHERE user_id = NEW.id;
        RETURN NULL;
    END $$",
    "CREATE TRIGGER trigger_delete_user_skills AFTER UPDATE OF deleted ON users FOR EACH ROW
        WHEN (OLD.deleted = FALSE AND NEW.deleted = TRUE) EXECUTE FUNCTION delete_skills_of_user()",
    "CREATE FUNCTION write_user_skill() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT deleted FROM users WHERE id = NEW.user_id FOR NO KEY UPDATE) THEN
            RAISE EXCEPTION 'user_skill_user_deleted: Cannot create user_skill for deleted user'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'user_skill_user_deleted', TABLE = 'user_skills';
        END IF;
        IF TG_OP = 'INSERT' AND (SELECT count(*) FROM user_skills WHERE user_id = NEW.user_id) >= 100 THEN
            RAISE EXCEPTION 'user_skills_per_user_limit: the user has 100 skills'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'user_skills_per_user_limit', TABLE = 'user_skills';
        END IF;
        RETURN NEW;
    END $$",
    "CREATE TRIGGER trigger_insert_user_skills BEFORE INSERT ON user_skills
        FOR EACH ROW EXECUTE FUNCTION write_user_skill()",
    "CREATE TRIGGER trigger_update_user_skills BEFORE UPDATE ON user_skills
        FOR EACH ROW EXECUTE FUNCTION write_user_skill()",
];

const SQLITE_DOWN: &[&str] = &["DROP TRIGGER trigger_delete_user_skills"];

const POSTGRES_DOWN: &[&str] =
    &["DROP TRIGGER trigger_delete_user_skills ON users", "DROP FUNCTION delete_skills_of_user"];

/// This change.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = is_postgres(manager);
        let words = if postgres { POSTGRES_WORDS } else { SQLITE_WORDS };
        let table = words.iter().fold(TABLE.to_owned(), |text, (word, here)| text.replace(word, here));
        run(manager, &[&table, INDEX]).await?;
        run(manager, if postgres { POSTGRES_TRIGGERS } else { SQLITE_TRIGGERS }).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = is_postgres(manager);
        run(manager, if postgres { POSTGRES_DOWN } else { SQLITE_DOWN }).await?;
        run(manager, &["DROP TABLE user_skills"]).await?;
        // What the table's triggers ran goes after the table.
        let left: &[&str] = if postgres { &["DROP FUNCTION write_user_skill"] } else { &[] };
        run(manager, left).await
    }
}
