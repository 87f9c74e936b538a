//! The schema changes of Roster's database, in order, each with its way back.
//!
//! A migration is frozen once released: it names its tables and columns as text and knows no entity, so that it does not
//! change when an entity does. `ddl` writes the statements once for both engines.

mod ddl;
mod m20261122_000001_create_organizations;
mod m20261122_000002_create_users;
mod m20261122_000003_create_organization_members;
mod m20261122_000004_create_api_keys;
mod m20261122_000005_create_user_settings;
mod m20261122_000006_create_audit_logs;
mod m20261122_000007_create_site_configs;
mod m20261122_000008_list_members_by_index;
mod m20261122_000009_remember_states_of_users;
mod m20261122_000010_list_tokens_by_index;
mod m20261122_000011_create_user_links;
mod m20261201_000012_create_user_skills;
mod m20261201_000013_create_ai_seat_state;
mod m20261201_000014_create_connection_logs;
mod m20261201_000015_read_audit_logs_by_index;
mod m20261201_000016_create_groups;

pub use sea_orm_migration::{MigrationStatus, MigratorTrait};
use sea_orm_migration::{MigrationTrait, async_trait};

/// All migrations.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_create_organizations::Migration),
            Box::new(m20261122_000002_create_users::Migration),
            Box::new(m20261122_000003_create_organization_members::Migration),
            Box::new(m20261122_000004_create_api_keys::Migration),
            Box::new(m20261122_000005_create_user_settings::Migration),
            Box::new(m20261122_000006_create_audit_logs::Migration),
            Box::new(m20261122_000007_create_site_configs::Migration),
            Box::new(m20261122_000008_list_members_by_index::Migration),
            Box::new(m20261122_000009_remember_states_of_users::Migration),
            Box::new(m20261122_000010_list_tokens_by_index::Migration),
            Box::new(m20261122_000011_create_user_links::Migration),
            Box::new(m20261201_000012_create_user_skills::Migration),
            Box::new(m20261201_000013_create_ai_seat_state::Migration),
            Box::new(m20261201_000014_create_connection_logs::Migration),
            Box::new(m20261201_000015_read_audit_logs_by_index::Migration),
            Box::new(m20261201_000016_create_groups::Migration),
        ]
    }
}
