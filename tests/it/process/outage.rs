//! A database that goes away while the server runs, and comes back.

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::server::user;
use super::{Server, until};
use crate::support::environment::{postgres_url, skip};
use crate::support::{Client, TestDatabase};

/// What "within seconds" means: one wait for a connection, and some time for a busy machine.
const SOON: Duration = Duration::from_secs(12);

/// Stands between the server and its database.
struct Proxy {
    address: SocketAddr,
    to: String,
    running: Option<Running>,
}

struct Running {
    stop: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
    door: JoinHandle<()>,
}

impl Proxy {
    /// A proxy to a host and port, open.
    fn to(to: &str) -> Self {
        let mut proxy = Self { address: "127.0.0.1:0".parse().unwrap(), to: to.to_owned(), running: None };
        proxy.open();
        proxy
    }

    /// Lets connections through.
    fn open(&mut self) {
        let listener = TcpListener::bind(self.address).unwrap();
        listener.set_nonblocking(true).unwrap();
        self.address = listener.local_addr().unwrap();
        let (stop, streams) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (stopped, joined, to) = (stop.clone(), streams.clone(), self.to.clone());
        let door = std::thread::spawn(move || {
            while !stopped.load(Ordering::SeqCst) {
                match listener.accept() {
                    Ok((stream, _)) => join(stream, TcpStream::connect(&to).unwrap(), &joined),
                    Err(_) => std::thread::sleep(Duration::from_millis(5)),
                }
            }
        });
        self.running = Some(Running { stop, streams, door });
    }

    /// Cuts all connections and takes no more.
    fn close(&mut self) {
        let Some(running) = self.running.take() else { return };
        running.stop.store(true, Ordering::SeqCst);
        running.door.join().unwrap();
        for stream in running.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.close();
    }
}

/// Copies both ways until either side ends.
fn join(one: TcpStream, other: TcpStream, all: &Mutex<Vec<TcpStream>>) {
    one.set_nonblocking(false).unwrap();
    for (mut from, mut to) in [(one.try_clone().unwrap(), other.try_clone().unwrap()), (other, one)] {
        all.lock().unwrap().push(from.try_clone().unwrap());
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
}

/// `postgres://user:password@HOST:PORT/…` with another host and port, and the ones it had.
fn rerouted(url: &str, through: SocketAddr) -> String {
    let host = host_of(url);
    url.replacen(&host, &through.to_string(), 1)
}

fn host_of(url: &str) -> String {
    let (_, rest) = url.split_once("://").unwrap();
    let authority = rest.split(['/', '?']).next().unwrap();
    authority.rsplit('@').next().unwrap().to_owned()
}

async fn expect_outage(server: &Server, owner: &Client) {
    let began = Instant::now();
    let (read, write) = tokio::join!(owner.get("/users"), owner.post("/users", user("lost")));
    for answer in [read.expect(503), write.expect(503)] {
        assert_eq!(answer.message(), "The database is not available at the moment. Please try again.");
    }
    assert!(began.elapsed() < SOON, "too slow: {:?}", began.elapsed());
    server.serves().await;
    assert_eq!(server.readiness().await, 503);
}

#[tokio::test]
async fn a_lost_database_is_told_of_and_found_again() {
    let Some(url) = postgres_url() else {
        return skip("needs PostgreSQL: a database that can be cut off");
    };
    let database = TestDatabase::new().await;
    let host = host_of(&url);
    let mut proxy = Proxy::to(&if host.contains(':') { host } else { format!("{host}:5432") });
    let server = Server::start(&rerouted(&database.url, proxy.address)).await;
    let owner = server.owner().await;
    owner.get("/users").await.expect(200);
    assert_eq!(server.readiness().await, 200);

    proxy.close();
    expect_outage(&server, &owner).await;
    proxy.open();
    let back = Instant::now();
    until("recovery", async || owner.get("/users").await.status == 200).await;
    assert!(back.elapsed() < SOON, "{:?}", back.elapsed());
    assert_eq!(server.readiness().await, 200);
    owner.post("/users", user("found")).await.expect(201);
    owner.get("/users/lost").await.expect(404);
    let ended = server.stop().await;
    assert!(ended.err.contains("not hearing other replicas"), "{}", ended.err);
    assert!(!ended.err.contains("panicked"), "{}", ended.err);
}
