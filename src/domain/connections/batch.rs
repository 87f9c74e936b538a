//! Events that are written soon, and many at a time (logs.md B3).
//!
//! One task collects and writes, another one tries again what could not be written. Whoever tells of connections waits when both
//! are behind, and for nothing else.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::logger::ConnectionLogger;
use crate::domain::error::{Error, Kind};
use crate::model::connection::ConnectionEvent;
use crate::rbac::system;
use crate::store::{self, Store};

/// Writes batches of events somewhere.
pub trait Writer: Debug + Send + Sync {
    /// Writes a batch.
    ///
    /// # Errors
    /// When not all of it is written; the same batch comes again.
    fn write<'a>(&'a self, batch: &'a [ConnectionEvent]) -> BoxFuture<'a, Result<(), Error>>;
}

/// Writes to the database, as nobody but the connection log. What is about an organization or an owner that is gone is left out:
/// no other event is lost for it.
#[derive(Debug)]
pub(super) struct DatabaseWriter {
    store: Store,
}

impl DatabaseWriter {
    pub(super) const fn new(store: Store) -> Self {
        Self { store }
    }

    async fn write_what_can_be(&self, batch: &[ConnectionEvent]) -> Result<(), Error> {
        let subject = system::connection_log();
        let mut parts = vec![batch];
        while let Some(part) = parts.pop() {
            let events = part.iter().map(|event| subject.may(event.clone())).collect::<Result<_, _>>()?;
            match (super::write(&self.store, events).await, part) {
                (Err(store::Error::Dangling | store::Error::Taken(_)), [one]) => {
                    tracing::error!(id = %one.id, "an event of a connection is left out: what it names is gone");
                }
                (Err(store::Error::Dangling | store::Error::Taken(_)), many) => {
                    let (first, second) = many.split_at(many.len() / 2);
                    parts.extend([second, first]);
                }
                (outcome, _) => outcome?,
            }
        }
        Ok(())
    }
}

impl Writer for DatabaseWriter {
    fn write<'a>(&'a self, batch: &'a [ConnectionEvent]) -> BoxFuture<'a, Result<(), Error>> {
        self.write_what_can_be(batch).boxed()
    }
}

/// How much may wait, and how long.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Events that may wait to be collected.
    pub room: usize,
    /// Events that are written at once.
    pub at_once: usize,
    /// How long an event waits for others at most.
    pub pace: Duration,
    /// Batches that may wait for another try.
    pub waiting: usize,
    /// How often such a batch is tried again.
    pub tries: u32,
    /// The pause before each of these tries.
    pub between: Duration,
    /// How long a write may take once the end has come.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            room: 1_000,
            at_once: 1_000,
            pace: Duration::from_secs(5),
            waiting: 10,
            tries: 3,
            between: Duration::from_secs(1),
            grace: Duration::from_secs(10),
        }
    }
}

/// Collects events and writes them together.
#[derive(Debug)]
pub struct BatchLogger {
    queue: Sender<ConnectionEvent>,
    closing: CancellationToken,
    tasks: TaskTracker,
}

impl BatchLogger {
    /// Starts the two tasks; they end with [`ConnectionLogger::close`], or when the logger is dropped.
    pub fn start(writer: Arc<dyn Writer>, limits: Limits) -> Self {
        let (queue, events) = mpsc::channel(limits.room);
        let (failed, again) = mpsc::channel(limits.waiting);
        let (closing, tasks) = (CancellationToken::new(), TaskTracker::new());
        let shared = Shared { writer, limits, closing: closing.clone() };
        tasks.spawn(Collector { shared: shared.clone(), batch: Vec::new(), failed }.run(events));
        tasks.spawn(shared.try_again(again));
        tasks.close();
        Self { queue, closing, tasks }
    }
}

impl ConnectionLogger for BatchLogger {
    fn upsert(&self, event: ConnectionEvent) -> BoxFuture<'_, Result<(), Error>> {
        let closed = |_| Error::new(Kind::Unavailable, "The connection log takes no more events.");
        self.queue.send(event).map(move |sent| sent.map_err(closed)).boxed()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.closing.cancel();
        self.tasks.wait().boxed()
    }
}

#[derive(Clone)]
struct Shared {
    writer: Arc<dyn Writer>,
    limits: Limits,
    closing: CancellationToken,
}

impl Shared {
    /// Tries a last time, with a limit on how long.
    async fn last_try(&self, batch: &[ConnectionEvent]) {
        let outcome = timeout(self.limits.grace, self.writer.write(batch)).await;
        let why = match outcome {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("it takes longer than {:?}", self.limits.grace),
        };
        tracing::error!(events = batch.len(), why, "events of connections are lost");
    }

    async fn try_again(self, mut again: Receiver<Vec<ConnectionEvent>>) {
        while let Some(batch) = again.recv().await {
            self.rescue(&batch).await;
        }
    }

    async fn rescue(&self, batch: &[ConnectionEvent]) {
        for _ in 1..self.limits.tries {
            self.pause().await;
            if self.closing.is_cancelled() {
                break;
            }
            match self.writer.write(batch).await {
                Ok(()) => return,
                Err(error) => tracing::warn!(%error, "events of connections are not written yet"),
            }
        }
        self.pause().await;
        self.last_try(batch).await;
    }

    async fn pause(&self) {
        tokio::select! {
            () = sleep(self.limits.between) => {}
            () = self.closing.cancelled() => {}
        }
    }
}

struct Collector {
    shared: Shared,
    batch: Vec<ConnectionEvent>,
    failed: Sender<Vec<ConnectionEvent>>,
}

impl Collector {
    async fn run(mut self, mut events: Receiver<ConnectionEvent>) {
        let mut ticks = interval(self.shared.limits.pace);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = self.shared.closing.cancelled() => break,
                event = events.recv() => match event {
                    Some(event) => self.take(event).await,
                    // Nobody is left who could tell of anything.
                    None => break,
                },
                _ = ticks.tick() => self.flush().await,
            }
        }
        events.close();
        while let Some(event) = events.recv().await {
            self.batch.push(event);
        }
        if !self.batch.is_empty() {
            self.shared.last_try(&self.batch).await;
        }
    }

    async fn take(&mut self, event: ConnectionEvent) {
        self.batch.push(event);
        if self.batch.len() >= self.shared.limits.at_once {
            self.flush().await;
        }
    }

    async fn flush(&mut self) {
        if self.batch.is_empty() {
            return;
        }
        let batch = std::mem::take(&mut self.batch);
        let Err(error) = self.shared.writer.write(&batch).await else { return };
        let count = batch.len();
        match self.failed.try_send(batch) {
            Ok(()) => tracing::warn!(%error, "events of connections are not written yet"),
            Err(_) => {
                tracing::error!(%error, events = count, "events of connections are lost: too many wait")
            }
        }
    }
}
