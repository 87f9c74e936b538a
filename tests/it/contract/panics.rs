//! A panic in a handler is a failure like any other, and the next request is served.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use roster::model::clock::{Clock, TestClock};
use roster::model::ids::Ids;
use roster::{app, http};
use serde_json::json;
use tokio::net::TcpListener;

use super::envelope::assert_envelope;
use crate::support::{Client, PASSWORD, TestDatabase, settings, store_options};

/// A clock that can be dropped.
struct FragileClock {
    inner: TestClock,
    broken: Arc<AtomicBool>,
}

impl Clock for FragileClock {
    fn now(&self) -> DateTime<Utc> {
        assert!(!self.broken.load(Ordering::SeqCst), "the clock is broken, as this test wants it");
        self.inner.now()
    }
}

/// A server whose clock panics while the flag is set.
async fn fragile_server(database: &TestDatabase, broken: &Arc<AtomicBool>) -> Client {
    let clock = FragileClock { inner: TestClock::at(DateTime::UNIX_EPOCH), broken: broken.clone() };
    let store = roster::store::Store::connect(&store_options(&database.url)).await.unwrap();
    let backend =
        app::backend(store, settings(), Arc::new(clock), Ids::seeded(1), app::Outside::none()).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let endpoint = http::endpoint(backend).unwrap();
    tokio::spawn(app::serve::serve(listener, endpoint, std::future::pending()));
    Client::new(&base)
}

#[tokio::test]
async fn a_panic_is_answered_with_the_envelope_and_forgotten() {
    let (database, broken) = (TestDatabase::new().await, Arc::new(AtomicBool::new(false)));
    let client = fragile_server(&database, &broken).await;
    let first = json!({ "email": "owner@example.com", "username": "owner", "password": PASSWORD });

    broken.store(true, Ordering::SeqCst);
    for _ in 0..20 {
        let reply = client.post("/users/first", first.clone()).await;
        assert_envelope(&reply, 500);
        assert_eq!(reply.message(), "An internal server error occurred.");
        assert!(reply.detail().contains(reply.header("x-request-id")), "{reply:?}");
        assert!(!reply.text.contains("clock"), "the panic's text is for the log: {reply:?}");
    }

    broken.store(false, Ordering::SeqCst);
    client.post("/users/first", first).await.expect(201);
    client
        .post("/users/login", json!({ "email": "owner@example.com", "password": PASSWORD }))
        .await
        .expect(201);
}
