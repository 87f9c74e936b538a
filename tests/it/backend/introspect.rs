//! What is in a database, in words that are the same for both engines. The only tests that ask which one it is are here.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

const SQLITE_THINGS: &str =
    "SELECT type || ' ' || name AS thing FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'";

const POSTGRES_THINGS: &str = "
    SELECT 'table ' || tablename AS thing FROM pg_tables WHERE schemaname = current_schema()
    UNION ALL SELECT 'index ' || indexname FROM pg_indexes
        WHERE schemaname = current_schema() AND indexname NOT LIKE '%\\_pkey'
    UNION ALL SELECT 'view ' || viewname FROM pg_views WHERE schemaname = current_schema()
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace";

const SQLITE_NULLABLE: &str = "SELECT m.name || '.' || c.name AS thing
    FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND c.\"notnull\" = 0";

const POSTGRES_NULLABLE: &str =
    "SELECT table_name || '.' || column_name AS thing FROM information_schema.columns NATURAL JOIN information_schema.tables
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND is_nullable = 'YES'";

/// Tables, views, indexes, triggers and functions, as `kind name`, sorted; without what the engines make by themselves.
pub async fn things(db: &DatabaseConnection) -> Vec<String> {
    ask(db, SQLITE_THINGS, POSTGRES_THINGS).await
}

/// The columns that may be NULL, as `table.column`, sorted.
pub async fn nullable_columns(db: &DatabaseConnection) -> Vec<String> {
    ask(db, SQLITE_NULLABLE, POSTGRES_NULLABLE).await
}

async fn ask(db: &DatabaseConnection, sqlite: &str, postgres: &str) -> Vec<String> {
    let engine = db.get_database_backend();
    let query = if engine == DbBackend::Postgres { postgres } else { sqlite };
    let rows = db.query_all_raw(Statement::from_string(engine, query)).await.unwrap();
    let mut things: Vec<String> = rows.iter().map(|row| row.try_get("", "thing").unwrap()).collect();
    things.sort();
    things
}
