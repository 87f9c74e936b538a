//! Events that are taken one by one and written soon (logs.md B3, case 19).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use roster::domain::Error;
use roster::domain::connections::{BatchLogger, ConnectionLogger, Limits, Loggers, Writer};
use roster::model::connection::{Connection, ConnectionEvent, ConnectionStatus, ConnectionType};
use roster::model::ids::{ConnectionLogId, OrgId, UserId};
use tokio::sync::Semaphore;

use super::{Garden, number};

/// The beginning of a connection of its own.
pub fn event(garden: &Garden, id: u128) -> ConnectionEvent {
    let connection = Connection {
        organization: OrgId(garden.app.organization),
        owner: UserId(garden.owner.id),
        workspace: number(7),
        workspace_name: "garden".to_owned(),
        agent_name: "main".to_owned(),
        kind: ConnectionType::Ssh,
        code: None,
        ip: None,
        user_agent: None,
        user: None,
        slug_or_port: None,
        id: Some(number(id)),
        reason: None,
    };
    let time = "2026-05-20T00:00:10Z".parse().unwrap();
    ConnectionEvent { id: ConnectionLogId(number(id)), time, status: ConnectionStatus::Connected, connection }
}

/// Keeps what it writes; fails as often as told, and waits for leave before each write.
#[derive(Debug)]
struct Flaky {
    failures: AtomicUsize,
    tries: AtomicUsize,
    leave: Semaphore,
    written: Mutex<Vec<u128>>,
}

impl Flaky {
    fn failing(times: usize) -> Arc<Self> {
        let leave = Semaphore::new(Semaphore::MAX_PERMITS);
        let (failures, tries) = (AtomicUsize::new(times), AtomicUsize::new(0));
        Arc::new(Self { failures, tries, leave, written: Mutex::default() })
    }

    fn written(&self) -> Vec<u128> {
        let mut written = self.written.lock().unwrap().clone();
        written.sort_unstable();
        written
    }
}

impl Writer for Flaky {
    fn write<'a>(&'a self, batch: &'a [ConnectionEvent]) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            let _leave = self.leave.acquire().await.unwrap();
            self.tries.fetch_add(1, Ordering::SeqCst);
            let fails =
                self.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
            if fails.is_ok() {
                return Err(Error::invalid("not now"));
            }
            self.written.lock().unwrap().extend(batch.iter().map(|event| event.id.0.as_u128()));
            Ok(())
        }
        .boxed()
    }
}

const NEVER: Duration = Duration::from_secs(3_600);

fn limits() -> Limits {
    let (pace, between) = (Duration::from_millis(5), Duration::from_millis(5));
    Limits { room: 4, at_once: 4, pace, waiting: 2, tries: 3, between, grace: Duration::from_secs(30) }
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    crate::process::until(what, async || is_so()).await;
}

#[tokio::test]
async fn a_flush_that_fails_is_tried_again() {
    let garden = Garden::new().await;
    for failures in [1, 3] {
        let writer = Flaky::failing(failures);
        let logger = BatchLogger::start(writer.clone(), limits());
        logger.upsert(event(&garden, 1)).await.unwrap();
        until("the second write", || writer.written() == [1]).await;
        assert_eq!(writer.tries.load(Ordering::SeqCst), failures + 1);
    }
}

#[tokio::test]
async fn after_three_more_tries_a_batch_is_given_up_and_the_next_one_is_not() {
    let garden = Garden::new().await;
    let writer = Flaky::failing(4);
    let logger = BatchLogger::start(writer.clone(), limits());
    logger.upsert(event(&garden, 1)).await.unwrap();
    until("all tries", || writer.tries.load(Ordering::SeqCst) == 4).await;
    logger.upsert(event(&garden, 2)).await.unwrap();
    logger.close().await;
    assert_eq!(writer.written(), [2]);
}

#[tokio::test]
async fn enough_events_are_written_without_waiting_for_more() {
    let garden = Garden::new().await;
    let writer = Flaky::failing(0);
    let logger = BatchLogger::start(writer.clone(), Limits { pace: NEVER, ..limits() });
    for number in 1..=5 {
        logger.upsert(event(&garden, number)).await.unwrap();
    }
    until("a full batch", || writer.written() == [1, 2, 3, 4]).await;
    logger.close().await;
    assert_eq!(writer.written(), [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_full_queue_blocks_and_loses_nothing() {
    let garden = Garden::new().await;
    let writer = Flaky::failing(0);
    writer.leave.forget_permits(Semaphore::MAX_PERMITS);
    let logger = Arc::new(BatchLogger::start(writer.clone(), Limits { pace: NEVER, ..limits() }));
    // Four are being written, four wait; the ninth has no place.
    for number in 1..=8 {
        logger.upsert(event(&garden, number)).await.unwrap();
    }
    let (blocked, ninth) = (logger.clone(), event(&garden, 9));
    let ninth = tokio::spawn(async move { blocked.upsert(ninth).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!ninth.is_finished());
    writer.leave.add_permits(100);
    ninth.await.unwrap().unwrap();
    logger.close().await;
    assert_eq!(writer.written(), (1..=9).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_end_writes_what_waits_and_tries_what_failed_once_more() {
    let garden = Garden::new().await;
    let writer = Flaky::failing(1);
    let logger = BatchLogger::start(writer.clone(), Limits { between: NEVER, ..limits() });
    logger.upsert(event(&garden, 1)).await.unwrap();
    until("a failure", || writer.tries.load(Ordering::SeqCst) == 1).await;
    logger.upsert(event(&garden, 2)).await.unwrap();
    logger.upsert(event(&garden, 3)).await.unwrap();
    logger.close().await;
    assert_eq!(writer.written(), [1, 2, 3]);
    let refused = logger.upsert(event(&garden, 4)).await.unwrap_err();
    assert_eq!(refused.to_string(), "The connection log takes no more events.");
}

#[tokio::test]
async fn the_server_writes_what_it_was_told_before_it_ends() {
    let garden = Garden::new().await;
    for number in 1..=3 {
        garden.app.backend.connections.upsert(event(&garden, number)).await.unwrap();
    }
    roster::app::finish(&garden.app.backend, &roster::app::Mail::none()).await;
    assert_eq!(garden.found("").await.len(), 3);
}

#[tokio::test]
async fn what_cannot_be_written_spoils_nothing_else() {
    let garden = Garden::new().await;
    for number in 1..=5 {
        let mut event = event(&garden, number);
        if number == 3 {
            event.connection.owner = UserId(super::number(404));
        }
        garden.app.backend.connections.upsert(event).await.unwrap();
    }
    garden.app.backend.connections.close().await;
    assert_eq!(garden.found("").await.len(), 4);
}

/// Keeps the ids of what it is told, or refuses everything.
#[derive(Debug, Default)]
struct Ear {
    heard: Mutex<Vec<u128>>,
    deaf: bool,
}

impl ConnectionLogger for Ear {
    fn upsert(&self, event: ConnectionEvent) -> BoxFuture<'_, Result<(), Error>> {
        self.heard.lock().unwrap().push(event.id.0.as_u128());
        let outcome = if self.deaf { Err(Error::invalid("deaf")) } else { Ok(()) };
        async { outcome }.boxed()
    }
}

#[tokio::test]
async fn all_are_told_whatever_one_fails_with_and_failures_are_joined() {
    let garden = Garden::new().await;
    let deaf = || Arc::new(Ear { deaf: true, ..Ear::default() });
    let (first, second, third) = (deaf(), Arc::new(Ear::default()), deaf());
    let loggers = Loggers::of(vec![first.clone(), second.clone(), third.clone()]);
    let failed = loggers.upsert(event(&garden, 5)).await.unwrap_err();
    assert!(failed.to_string().contains("deaf; deaf"), "{failed}");
    for ear in [first, second, third] {
        assert_eq!(*ear.heard.lock().unwrap(), [5]);
    }
    Loggers::default().upsert(event(&garden, 6)).await.unwrap();
}
