//! Statements on their way to the engine.

use sea_orm::entity::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};

/// A pool or a transaction whose statements SQLite plans once each, however often they run.
#[derive(Debug, Clone)]
pub struct Link<C>(pub(super) C);

/// A statement as it is sent. SQLite looks at the number behind `LIMIT ?` when it plans, and so parses and plans the statement
/// anew whenever another number may have been bound, which is each time it runs. It does not look behind a sign.
#[must_use]
pub fn as_sent(mut statement: Statement) -> Statement {
    if statement.db_backend == DbBackend::Sqlite && statement.sql.contains(LIMIT) {
        statement.sql = statement.sql.replace(LIMIT, " LIMIT +?");
    }
    statement
}

/// As every statement has it that is built here.
const LIMIT: &str = " LIMIT ?";

#[async_trait]
impl<C: ConnectionTrait> ConnectionTrait for Link<C> {
    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.0.execute_raw(as_sent(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.0.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.0.query_one_raw(as_sent(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.0.query_all_raw(as_sent(statement)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(backend: DbBackend, sql: &str) -> String {
        as_sent(Statement::from_string(backend, sql)).sql
    }

    #[test]
    fn sqlite_is_not_shown_limits_as_it_plans() {
        let sql = "SELECT a FROM t WHERE b = (SELECT c FROM u LIMIT ?) ORDER BY a LIMIT ? OFFSET ?";
        let planned_once =
            "SELECT a FROM t WHERE b = (SELECT c FROM u LIMIT +?) ORDER BY a LIMIT +? OFFSET ?";
        assert_eq!(sent(DbBackend::Sqlite, sql), planned_once);
        assert_eq!(sent(DbBackend::Sqlite, "SELECT 1"), "SELECT 1");
    }

    #[test]
    fn postgres_gets_statements_as_they_are() {
        let sql = "SELECT a FROM t LIMIT $1";
        assert_eq!(sent(DbBackend::Postgres, sql), sql);
    }

    #[test]
    fn what_is_built_has_its_limit_where_it_is_looked_for() {
        use sea_orm::{EntityTrait, QuerySelect, QueryTrait};
        let built = entity::organizations::Entity::find().limit(1).offset(2).build(DbBackend::Sqlite);
        assert!(built.sql.ends_with(" LIMIT ? OFFSET ?"), "{}", built.sql);
        assert!(as_sent(built).sql.ends_with(" LIMIT +? OFFSET ?"));
    }
}
