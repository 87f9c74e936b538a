//! Write transactions: begun here, ended with an audit entry, and remembered for what they outdate.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement};
use tokio::sync::OwnedSemaphorePermit;

use super::audit::{self, AuditEvent};
use super::engine::Engine;
use super::error::Error;
use super::listen::CHANNEL;
use super::{Source, Store};
use crate::model::ids::{KeyId, UserId};

/// What two transactions cannot do at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Change the tables.
    Migrations = 1,
    /// Put in what every deployment has.
    Installation = 2,
    /// Make the first user.
    FirstUser = 3,
}

/// A write transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
pub struct Tx {
    inner: DatabaseTransaction,
    store: Store,
    touched: Touched,
    _turn: Option<OwnedSemaphorePermit>,
}

/// What a transaction made stale.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Touched {
    pub(super) people: BTreeSet<UserId>,
    pub(super) keys: BTreeSet<KeyId>,
    /// How many users, or members of some organization, there are.
    pub(super) counts: bool,
}

impl Touched {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Source for Tx {
    fn connection(&self) -> &impl ConnectionTrait {
        &self.inner
    }

    fn engine(&self) -> Engine {
        self.store.0.engine
    }
}

impl Store {
    /// Begins a write transaction; on SQLite after those that came before.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn write(&self) -> Result<Tx, Error> {
        let turn = match &self.0.writers {
            Some(writers) => writers.clone().acquire_owned().await.ok(),
            None => None,
        };
        let inner = self.0.engine.begin(&self.0.connection).await?;
        Ok(Tx { inner, store: self.clone(), touched: Touched::default(), _turn: turn })
    }
}

impl Tx {
    /// Keeps other transactions that ask for the same lock out until this one ends.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn lock(&self, lock: Lock) -> Result<(), Error> {
        Ok(self.engine().lock(&self.inner, lock).await?)
    }

    pub(super) fn touch_person(&mut self, user: UserId) {
        self.touched.people.insert(user);
    }

    pub(super) fn touch_key(&mut self, key: KeyId) {
        self.touched.keys.insert(key);
    }

    pub(super) fn touch_counts(&mut self) {
        self.touched.counts = true;
    }

    /// Makes the writes and their audit entries durable, together, and drops what they outdate from the caches.
    ///
    /// # Errors
    /// When the database refuses or does not answer; nothing is written then.
    pub async fn commit(self, events: Vec<AuditEvent>) -> Result<(), Error> {
        audit::insert(&self.inner, events).await?;
        self.finish().await
    }

    /// The same for writes that the contract does not audit; `why` says so where it is read.
    ///
    /// # Errors
    /// As [`Tx::commit`].
    pub async fn commit_unaudited(self, why: &'static str) -> Result<(), Error> {
        tracing::trace!(why, "a write without an audit entry");
        self.finish().await
    }

    /// Commits in a task of its own: a request that its client gives up must not end between the commit and the dropping of
    /// what it outdated.
    async fn finish(self) -> Result<(), Error> {
        if self.engine() == Engine::Postgres && !self.touched.is_empty() {
            self.tell_replicas().await?;
        }
        let ending = tokio::spawn(async move {
            let Self { inner, store, touched, _turn } = self;
            let done = inner.commit().await;
            store.0.cache.drop_touched(&touched);
            done
        });
        match ending.await {
            Ok(done) => Ok(done?),
            Err(error) => Err(Error::Corrupt(format!("the commit did not end: {error}"))),
        }
    }

    /// Sent with the commit, or not at all when it fails.
    async fn tell_replicas(&self) -> Result<(), Error> {
        let message = self.touched.message();
        let notify = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_notify($1, $2)",
            [CHANNEL.into(), message.into()],
        );
        self.inner.execute_raw(notify).await?;
        Ok(())
    }
}
