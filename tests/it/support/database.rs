//! A database of its own for each test: a SQLite file, or a schema on PostgreSQL.

use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;

use super::environment::postgres_url;

/// A database that goes away with its test.
pub struct TestDatabase {
    /// How to reach it.
    pub url: String,
    home: Home,
}

enum Home {
    File { _folder: TempDir },
    Schema { server: String, name: String },
}

impl TestDatabase {
    /// An empty database.
    pub async fn new() -> Self {
        match postgres_url() {
            Some(server) => Self::schema(server).await,
            None => Self::file(),
        }
    }

    fn file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/roster.db", folder.path().display());
        Self { url, home: Home::File { _folder: folder } }
    }

    async fn schema(server: String) -> Self {
        #[expect(clippy::disallowed_methods, reason = "a name that no other run has")]
        let name = format!("roster_test_{}", uuid::Uuid::new_v4().simple());
        run(&server, &format!("CREATE SCHEMA {name}")).await;
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}options=-csearch_path%3D{name}&application_name={name}");
        Self { url, home: Home::Schema { server, name } }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Home::Schema { server, name } = &self.home else { return };
        // The server under test may be in the middle of a transaction, which nobody will end: its tasks run where this waits.
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name";
        let (server, drop) =
            (server.clone(), format!("{end} = '{name}'; DROP SCHEMA IF EXISTS {name} CASCADE"));
        // The test's own runtime cannot wait here.
        let done = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(run(&server, &drop));
        });
        let _ = done.join();
    }
}

async fn run(server: &str, statement: &str) {
    let connection = Database::connect(server).await.unwrap();
    connection.execute_unprepared(statement).await.unwrap();
    connection.close().await.unwrap();
}
