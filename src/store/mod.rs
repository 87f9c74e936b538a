//! SQL, and the cache of the one hot read. Knows no rules about who may do what.
//!
//! Reads take a [`Source`]: the store itself, or a transaction that must see its own writes. Writes need a [`Tx`], which only
//! [`Store::write`] makes, and proof that the decision was made ([`crate::rbac::Allowed`]); lists need a [`crate::rbac::Scope`].
//! Only [`Tx::commit`] ends a write, and it asks for the audit entry and drops what the write outdated from the cache, so neither
//! can be forgotten.

pub mod ai_seats;
pub mod audit;
pub mod bulk;
mod cache;
mod conditions;
pub mod connection_logs;
pub mod credentials;
mod engine;
mod error;
pub mod git_keys;
pub mod groups;
pub mod install;
pub mod keys;
#[doc(hidden)]
pub mod link;
mod listen;
pub mod members;
pub mod organizations;
mod people;
#[doc(hidden)]
pub mod places;
pub mod roles;
mod rows;
pub mod skills;
pub mod standing;
pub mod status_counts;
pub mod tokens;
mod tx;
pub mod user_configs;
pub mod user_links;
pub mod users;

use std::sync::Arc;
use std::time::Duration;

use migration::{MigrationStatus, Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tokio::sync::Semaphore;

pub use audit::{AuditEvent, AuditTarget, Auditor, Diff, LogAuditor, Origin};
pub use cache::{CachedKey, CachedPerson, Use};
pub use error::{Error, Unique};
pub use tx::{Lock, Tx};

use audit::Auditing;
use cache::Cache;
use engine::{Engine, Pools};

/// How to reach the database, and how long to believe what was read from it.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite://…` or `postgres://…`.
    pub url: String,
    /// Connections in the pool; none chooses by engine.
    pub connections: Option<u32>,
    /// How long a cached key or person is believed when no message says otherwise.
    pub cache_age: Duration,
    /// How many keys and how many people are kept in memory at most.
    pub cache_size: u64,
}

/// The database with its cache. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    pools: Pools,
    url: String,
    engine: Engine,
    cache: Cache,
    /// Whoever must write alone waits here: on SQLite everybody, as queueing is fair while its own waiting polls; on PostgreSQL
    /// those with a lock, each of whom would wait on a connection that readers need.
    turns: Arc<Semaphore>,
    auditing: Auditing,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("engine", &self.0.engine).finish_non_exhaustive()
    }
}

/// Somewhere to read from: the store, or a transaction.
pub trait Source: Sync {
    /// The connection of it.
    #[doc(hidden)]
    fn connection(&self) -> &impl ConnectionTrait;
    /// Which engine answers.
    #[doc(hidden)]
    fn engine(&self) -> Engine;
}

impl Source for Store {
    fn connection(&self) -> &impl ConnectionTrait {
        &self.0.pools.readers
    }

    fn engine(&self) -> Engine {
        self.0.engine
    }
}

impl Store {
    /// Connects; the database need not have its tables yet.
    ///
    /// # Errors
    /// When the URL means nothing or the database cannot be reached.
    pub async fn connect(options: &Options) -> Result<Self, Error> {
        let engine = Engine::of(&options.url)?;
        let pools = engine.connect(options).await?;
        let turns = Arc::new(Semaphore::new(1));
        let cache = Cache::new(options.cache_age, options.cache_size);
        let auditing = Auditing::default();
        let store = Self(Arc::new(Inner { pools, url: options.url.clone(), engine, cache, turns, auditing }));
        listen::start(&store);
        Ok(store)
    }

    /// Applies the migrations that are missing, all or none. Replicas that start together wait for each other.
    ///
    /// # Errors
    /// When a migration fails; the database is then as it was.
    pub async fn migrate(&self) -> Result<(), Error> {
        let tx = self.exclusive().await?;
        Migrator::up(&tx, None).await?;
        Ok(tx.commit().await?)
    }

    /// Takes back the newest `steps` migrations, all or none.
    ///
    /// # Errors
    /// When a migration fails; the database is then as it was.
    pub async fn migrate_down(&self, steps: u32) -> Result<(), Error> {
        let tx = self.exclusive().await?;
        Migrator::down(&tx, Some(steps)).await?;
        Ok(tx.commit().await?)
    }

    async fn exclusive(&self) -> Result<DatabaseTransaction, Error> {
        let tx = self.0.pools.begin().await?;
        self.0.engine.lock(&tx, Lock::Migrations).await?;
        Ok(tx)
    }

    /// All migrations, and whether they are applied.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn migration_status(&self) -> Result<Vec<(String, bool)>, Error> {
        let all = Migrator::get_migration_with_status(&self.0.pools.readers.0).await?;
        Ok(all.iter().map(|m| (m.name().to_owned(), m.status() == MigrationStatus::Applied)).collect())
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        Ok(self.0.pools.readers.execute_unprepared("SELECT 1").await.map(|_| ())?)
    }

    /// Ends all connections; SQLite folds its log into the file.
    pub async fn close(&self) {
        if let Err(error) = self.0.pools.close().await {
            tracing::warn!(%error, "the database did not close cleanly");
        }
    }
}
