//! PostgreSQL as the benches use it: in schemas of their own.

use sea_orm::{ConnectionTrait, Database, DbBackend, DbErr, Statement};
use tokio::runtime::Runtime;

use super::Outcome;
use super::server::cpu_seconds;

/// An empty schema that is there as long as this is.
pub struct Schema {
    runtime: Runtime,
    server: String,
    name: String,
}

impl Schema {
    /// Makes one on a server; benches that need several tell them apart by `of`.
    pub fn new(server: &str, of: &str) -> Outcome<Self> {
        let runtime = Runtime::new().map_err(|error| error.to_string())?;
        let name = format!("roster_bench_{of}_{}", std::process::id());
        let schema = Self { runtime, server: server.to_owned(), name };
        schema.run(&format!("CREATE SCHEMA {}", schema.name))?;
        Ok(schema)
    }

    /// Reaches the schema, under its name.
    pub fn url(&self) -> String {
        let Self { server, name, .. } = self;
        let separator = if server.contains('?') { '&' } else { '?' };
        format!("{server}{separator}options=-csearch_path%3D{name}&application_name={name}")
    }

    /// CPU of the backends that serve whoever came by that URL, so far. PostgreSQL must run on this machine.
    pub fn cpu_seconds(&self) -> Outcome<f64> {
        let backends = self.runtime.block_on(self.backends()).map_err(|error| error.to_string())?;
        backends
            .into_iter()
            .map(|id| cpu_seconds(id.unsigned_abs()))
            .sum::<Outcome<f64>>()
            .map_err(|error| format!("PostgreSQL must run on this machine: {error}"))
    }

    async fn backends(&self) -> Result<Vec<i32>, DbErr> {
        let db = Database::connect(&self.server).await?;
        let sql = "SELECT pid FROM pg_stat_activity WHERE application_name = $1";
        let of_schema = Statement::from_sql_and_values(DbBackend::Postgres, sql, [self.name.clone().into()]);
        let rows = db.query_all_raw(of_schema).await?;
        db.close().await?;
        rows.iter().map(|row| row.try_get("", "pid")).collect()
    }

    fn run(&self, statement: &str) -> Outcome<()> {
        let run = async {
            let db = Database::connect(&self.server).await?;
            db.execute_unprepared(statement).await?;
            db.close().await
        };
        self.runtime.block_on(run).map_err(|error: DbErr| error.to_string())
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        if let Err(error) = self.run(&format!("DROP SCHEMA IF EXISTS {} CASCADE", self.name)) {
            println!("{} is left behind: {error}", self.name);
        }
    }
}
