//! Who takes events of connections, one by one (logs.md B3).

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::{BoxFuture, FutureExt, join_all};

use super::batch::{BatchLogger, DatabaseWriter, Limits};
use crate::domain::error::{Error, broken};
use crate::model::connection::ConnectionEvent;
use crate::rbac::{Allowed, act};
use crate::store::Store;

/// Takes events of connections.
pub trait ConnectionLogger: Debug + Send + Sync {
    /// Takes an event; waits while there is no room for it.
    ///
    /// # Errors
    /// When nothing is taken any more.
    fn upsert(&self, event: ConnectionEvent) -> BoxFuture<'_, Result<(), Error>>;

    /// Whether anybody would notice events; if not, they need not be told.
    fn listens(&self) -> bool {
        true
    }

    /// Takes nothing any more, and gets rid of what it has.
    fn close(&self) -> BoxFuture<'_, ()> {
        async {}.boxed()
    }
}

/// Says what happens to connections in the log of the server: at the level `debug`, under the name `connection_log`, so that
/// `--log-level info,connection_log=debug` shows it.
#[derive(Debug, Clone, Copy)]
pub struct TraceLogger;

const TARGET: &str = "connection_log";

impl ConnectionLogger for TraceLogger {
    fn listens(&self) -> bool {
        tracing::enabled!(target: TARGET, tracing::Level::DEBUG)
    }

    fn upsert(&self, event: ConnectionEvent) -> BoxFuture<'_, Result<(), Error>> {
        let about = &event.connection;
        tracing::debug!(
            target: TARGET,
            id = %event.id,
            time = %event.time,
            status = event.status.as_str(),
            organization_id = %about.organization,
            workspace_owner_id = %about.owner,
            workspace_id = %about.workspace,
            workspace_name = about.workspace_name,
            agent_name = about.agent_name,
            r#type = about.kind.as_str(),
            code = about.code,
            ip = about.ip,
            user_agent = about.user_agent,
            user_id = about.user.map(tracing::field::display),
            slug_or_port = about.slug_or_port,
            connection_id = about.id.map(tracing::field::display),
            disconnect_reason = about.reason,
            "connection_log"
        );
        async { Ok(()) }.boxed()
    }
}

/// All that take events. Without any, events are taken and forgotten.
#[derive(Debug, Default)]
pub struct Loggers {
    database: Option<BatchLogger>,
    others: Vec<Arc<dyn ConnectionLogger>>,
    /// Whether events are forgotten, since the deployment keeps no such log.
    silent: AtomicBool,
}

impl Loggers {
    /// The database and the log of the server.
    pub fn start(store: &Store) -> Self {
        let database = BatchLogger::start(Arc::new(DatabaseWriter::new(store.clone())), Limits::default());
        Self { database: Some(database), others: vec![Arc::new(TraceLogger)], silent: AtomicBool::new(false) }
    }

    /// From now on events are taken, or forgotten.
    pub fn set_kept(&self, kept: bool) {
        self.silent.store(!kept, Ordering::Relaxed);
    }

    /// These and nothing else; what comes by HTTP is written to the database all the same.
    pub fn of(others: Vec<Arc<dyn ConnectionLogger>>) -> Self {
        Self { others, ..Self::default() }
    }

    fn all(&self) -> impl Iterator<Item = &dyn ConnectionLogger> {
        let database = self.database.iter().map(|database| database as &dyn ConnectionLogger);
        database.chain(self.others.iter().map(|other| &**other))
    }

    /// What is told to the others once it is in the database; nothing while nobody listens.
    pub(super) fn beside_database(
        &self,
        events: &[Allowed<ConnectionEvent, act::Update>],
    ) -> Vec<ConnectionEvent> {
        let heard = self.others.iter().any(|other| other.listens());
        if heard { events.iter().map(|event| (**event).clone()).collect() } else { Vec::new() }
    }

    /// Tells those that are not the database. What they fail with is logged: the events are durable.
    pub(super) async fn tell(&self, events: Vec<ConnectionEvent>) {
        for event in events {
            for other in &self.others {
                if let Err(error) = other.upsert(event.clone()).await {
                    tracing::warn!(%error, "an event of a connection is in the database and not where else it should be");
                }
            }
        }
    }
}

impl ConnectionLogger for Loggers {
    /// Tells all of them; whatever one fails with, the others are told.
    fn upsert(&self, event: ConnectionEvent) -> BoxFuture<'_, Result<(), Error>> {
        if self.silent.load(Ordering::Relaxed) {
            return async { Ok(()) }.boxed();
        }
        let told = self.all().map(|logger| logger.upsert(event.clone()));
        join_all(told).map(joined).boxed()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        join_all(self.all().map(ConnectionLogger::close)).map(drop).boxed()
    }
}

/// What all of them failed with, as one failure.
fn joined(outcomes: Vec<Result<(), Error>>) -> Result<(), Error> {
    let mut failures: Vec<Error> = outcomes.into_iter().filter_map(Result::err).collect();
    match failures.len() {
        0 => Ok(()),
        1 => Err(failures.remove(0)),
        _ => Err(broken(failures.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))),
    }
}
