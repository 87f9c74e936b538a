//! One text for both engines: column types are written as `{uuid}`, `{time}` and so on.
//!
//! Partial unique indexes and triggers cannot be said with the schema builder on SQLite, so the statements are plain SQL.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// How a placeholder reads on SQLite and on PostgreSQL.
const TYPES: [(&str, &str, &str); 7] = [
    ("{uuid}", "BLOB", "uuid"),
    ("{time}", "TEXT", "timestamptz"),
    ("{json}", "TEXT", "jsonb"),
    ("{bytes}", "BLOB", "bytea"),
    ("{bool}", "BOOLEAN", "boolean"),
    // Texts that are ordered or compared: by bytes, as SQLite does, whatever the database's locale.
    ("{key}", "TEXT", "text COLLATE \"C\""),
    ("{astext}", "", "::text"),
];

/// Runs statements that both engines understand.
pub async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let postgres = is_postgres(manager);
    for statement in statements {
        let text = TYPES.iter().fold((*statement).to_owned(), |text, (name, sqlite, postgresql)| {
            text.replace(name, if postgres { postgresql } else { sqlite })
        });
        manager.get_connection().execute_unprepared(&text).await?;
    }
    Ok(())
}

/// Whether the database is PostgreSQL.
pub fn is_postgres(manager: &SchemaManager<'_>) -> bool {
    manager.get_database_backend() == DbBackend::Postgres
}

/// Declares a migration from its statements up and down.
#[macro_export]
macro_rules! migration {
    (up: $up:expr, down: $down:expr $(,)?) => {
        use sea_orm_migration::prelude::*;

        /// This change.
        #[derive(DeriveMigrationName)]
        pub struct Migration;

        #[async_trait::async_trait]
        impl MigrationTrait for Migration {
            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                $crate::ddl::run(manager, $up).await
            }
            async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                $crate::ddl::run(manager, $down).await
            }
        }
    };
}
