//! Write transactions: begun here, ended with an audit entry, and remembered for what they outdate.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement};
use tokio::sync::OwnedSemaphorePermit;

use super::audit::{self, AuditEvent};
use super::engine::Engine;
use super::error::Error;
use super::link::Link;
use super::listen::CHANNEL;
use super::{Source, Store};
use crate::model::ids::{KeyId, OrgId, UserId};

/// What two transactions cannot do at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Change the tables.
    Migrations = 1,
    /// Put in what every deployment has.
    Installation = 2,
    /// Make the first user.
    FirstUser = 3,
    /// Change who may do what: roles, their holders, and who holds them last.
    People = 4,
    /// Remove what is kept no longer.
    Retention = 5,
}

/// A write transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
pub struct Tx {
    inner: Link<DatabaseTransaction>,
    store: Store,
    touched: Touched,
    _turn: Option<OwnedSemaphorePermit>,
}

/// What a transaction made stale.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Touched {
    pub(super) people: BTreeSet<UserId>,
    pub(super) keys: BTreeSet<KeyId>,
    /// How many users, or members of some organization, there are, or how they are called.
    pub(super) counts: bool,
    /// What members of these may do: a role of theirs is another one now, and who holds it was not asked.
    pub(super) organizations: BTreeSet<OrgId>,
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
        if self.0.engine.has_one_writer() {
            self.begin(self.turn().await).await
        } else {
            self.begin(None).await
        }
    }

    /// The same, keeping other transactions that ask for the same lock out until it ends. However many wait, here and in other
    /// replicas, they wait on one connection.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn write_alone(&self, lock: Lock) -> Result<Tx, Error> {
        let tx = self.begin(self.turn().await).await?;
        tx.lock(lock).await?;
        Ok(tx)
    }

    async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        self.0.turns.clone().acquire_owned().await.ok()
    }

    async fn begin(&self, turn: Option<OwnedSemaphorePermit>) -> Result<Tx, Error> {
        let inner = Link(self.0.pools.begin().await?);
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

    pub(super) fn touch_members_of(&mut self, organization: OrgId) {
        self.touched.organizations.insert(organization);
    }

    /// Makes the writes and their audit entries durable, together, and drops what they outdate from the caches.
    ///
    /// # Errors
    /// When the database refuses or does not answer; nothing is written then.
    pub async fn commit(self, events: Vec<AuditEvent>) -> Result<(), Error> {
        let events = self.store.0.auditing.admit(events);
        audit::insert(&self.inner, &events).await?;
        self.finish(events).await
    }

    /// The same for writes that the contract does not audit; `why` says so where it is read.
    ///
    /// # Errors
    /// As [`Tx::commit`].
    pub async fn commit_unaudited(self, why: &'static str) -> Result<(), Error> {
        tracing::trace!(why, "a write without an audit entry");
        self.finish(Vec::new()).await
    }

    /// Commits in a task of its own: a request that its client gives up must not end between the commit and the dropping of
    /// what it outdated. What is durable then is told to those who want to hear of it.
    async fn finish(self, events: Vec<AuditEvent>) -> Result<(), Error> {
        if self.engine() == Engine::Postgres && !self.touched.is_empty() {
            self.tell_replicas().await?;
        }
        let ending = tokio::spawn(async move {
            let Self { inner, store, touched, _turn } = self;
            let done = inner.0.commit().await;
            store.0.cache.drop_touched(&touched);
            if done.is_ok() {
                store.0.auditing.export(&events);
            }
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
