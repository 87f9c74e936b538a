//! Groups of members of an organization.
//!
//! A group has members of its organization only: who leaves the organization, or is deleted, leaves the groups with the membership
//! that they hang on. The group of everyone has the id of its organization and no rows of members: the database makes it with the
//! organization and takes all groups away with it, whatever statement does either. Who is in which group, everyone's included, is
//! read from `effective_group_members`, which leaves out whom lists leave out.

use sea_orm_migration::prelude::*;

use crate::ddl::{is_postgres, run};

const UP: &[&str] = &[
    "CREATE TABLE groups (
        id {uuid} NOT NULL,
        organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
        name {key} NOT NULL,
        name_lower {key} NOT NULL,
        display_name TEXT NOT NULL DEFAULT '',
        avatar_url TEXT NOT NULL DEFAULT '',
        quota_allowance INTEGER NOT NULL DEFAULT 0,
        source TEXT NOT NULL DEFAULT 'user',
        CONSTRAINT groups_pkey PRIMARY KEY (id),
        CONSTRAINT groups_quota_allowance_whole CHECK (quota_allowance >= 0),
        CONSTRAINT groups_source_known CHECK (source IN ('user', 'oidc'))
    )",
    "CREATE UNIQUE INDEX groups_organization_id_name_lower_idx ON groups (organization_id, name_lower)",
    // What the members' foreign key points to.
    "CREATE UNIQUE INDEX groups_id_organization_id_idx ON groups (id, organization_id)",
    "CREATE TABLE group_members (
        user_id {uuid} NOT NULL,
        group_id {uuid} NOT NULL,
        organization_id {uuid} NOT NULL,
        CONSTRAINT group_members_pkey PRIMARY KEY (user_id, group_id),
        CONSTRAINT group_members_group_fkey FOREIGN KEY (group_id, organization_id)
            REFERENCES groups (id, organization_id) ON DELETE CASCADE,
        CONSTRAINT group_members_membership_fkey FOREIGN KEY (organization_id, user_id)
            REFERENCES organization_members (organization_id, user_id) ON DELETE CASCADE,
        CONSTRAINT group_members_not_of_everyone CHECK (group_id <> organization_id)
    )",
    "CREATE INDEX group_members_group_id_idx ON group_members (group_id)",
    "CREATE VIEW effective_group_members AS
        SELECT organization_id AS group_id, user_id, organization_id, username_lower
            FROM organization_members WHERE listed = TRUE
        UNION ALL
        SELECT group_members.group_id, group_members.user_id, group_members.organization_id,
                organization_members.username_lower
            FROM group_members JOIN organization_members
                ON organization_members.organization_id = group_members.organization_id
                AND organization_members.user_id = group_members.user_id
            WHERE organization_members.listed = TRUE",
    "INSERT INTO groups (id, organization_id, name, name_lower)
        SELECT id, id, 'Everyone', 'everyone' FROM organizations WHERE deleted = FALSE",
];

const SQLITE_TRIGGERS: &[&str] = &[
    "CREATE TRIGGER trigger_insert_group_of_everyone AFTER INSERT ON organizations
        WHEN NEW.deleted = FALSE
    BEGIN
        INSERT INTO groups (id, organization_id, name, name_lower) VALUES (NEW.id, NEW.id, 'Everyone', 'everyone');
    END",
    "CREATE TRIGGER trigger_delete_groups AFTER UPDATE OF deleted ON organizations
        WHEN OLD.deleted = FALSE AND NEW.deleted = TRUE
    BEGIN DELETE FROM groups WHERE organization_id = NEW.id; END",
];

const POSTGRES_TRIGGERS: &[&str] = &[
    "CREATE FUNCTION insert_group_of_everyone() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO groups (id, organization_id, name, name_lower) VALUES (NEW.id, NEW.id, 'Everyone', 'everyone');
        RETURN NULL;
    END $$",
    "CREATE TRIGGER trigger_insert_group_of_everyone AFTER INSERT ON organizations FOR EACH ROW
        WHEN (NEW.deleted = FALSE) EXECUTE FUNCTION insert_group_of_everyone()",
    "CREATE FUNCTION delete_groups_of_organization() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM groups WHERE organization_id = NEW.id;
        RETURN NULL;
    END $$",
    "CREATE TRIGGER trigger_delete_groups AFTER UPDATE OF deleted ON organizations FOR EACH ROW
        WHEN (OLD.deleted = FALSE AND NEW.deleted = TRUE) EXECUTE FUNCTION delete_groups_of_organization()",
];

const SQLITE_DOWN: &[&str] =
    &["DROP TRIGGER trigger_delete_groups", "DROP TRIGGER trigger_insert_group_of_everyone"];

const POSTGRES_DOWN: &[&str] = &[
    "DROP TRIGGER trigger_delete_groups ON organizations",
    "DROP TRIGGER trigger_insert_group_of_everyone ON organizations",
    "DROP FUNCTION delete_groups_of_organization",
    "DROP FUNCTION insert_group_of_everyone",
];

const DOWN: &[&str] = &["DROP VIEW effective_group_members", "DROP TABLE group_members", "DROP TABLE groups"];

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
