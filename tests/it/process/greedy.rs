//! Clients that ask for too much, too slowly, or for nonsense. Whatever they get, others are served.

use std::fmt::Write;
use std::time::Duration;

use super::Server;
use super::wire::{HEALTHZ, Wire, post};
use crate::support::TestDatabase;

const LIMIT: usize = 4 * 1024 * 1024;

async fn server() -> (Server, TestDatabase) {
    let database = TestDatabase::new().await;
    (Server::start(&database.url).await, database)
}

/// The head of a request that needs no session, without its end.
fn head(more: &str) -> String {
    format!("GET /api/v2/buildinfo HTTP/1.1\r\nHost: roster\r\n{more}")
}

#[tokio::test]
async fn ten_thousand_headers_are_refused() {
    let (server, _database) = server().await;
    let mut headers = String::new();
    for number in 0..10_000 {
        write!(headers, "x-{number}: filling\r\n").unwrap();
    }
    let mut wire = Wire::to(&server.base);
    assert_eq!(wire.send(head(&headers)).send("\r\n").answer().status, 431);
    assert!(wire.is_closed());
    server.serves().await;
}

#[tokio::test]
async fn one_endless_header_is_refused() {
    let (server, _database) = server().await;
    let mut wire = Wire::to(&server.base);
    let answer = wire.send(head("x-long: ")).send("x".repeat(2 * 1024 * 1024)).answer();
    assert_eq!(answer.status, 431);
    server.serves().await;
}

#[tokio::test]
async fn a_path_without_end_is_refused() {
    let (server, _database) = server().await;
    let path = "x".repeat(100_000);
    let answer =
        Wire::to(&server.base).send(format!("GET /{path} HTTP/1.1\r\nHost: roster\r\n\r\n")).answer();
    assert_eq!(answer.status, 414);
    server.serves().await;
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_refused_in_the_envelope() {
    let (server, _database) = server().await;
    let body = "x".repeat(5 * 1024 * 1024);
    let answer = Wire::to(&server.base).send(post("/api/v2/users/login", &body)).answer();
    assert_eq!((answer.status, answer.message().as_str()), (413, "Request body is too large."));
    // An ordinary client must see the answer too, not a broken connection.
    for path in ["/users/login", "/users/first"] {
        let answer = server.client().post_text(path, &body).await.expect(413);
        assert_eq!(answer.detail(), format!("The limit is {LIMIT} bytes."));
    }
    server.serves().await;
}

#[tokio::test]
async fn a_body_that_does_not_say_how_large_it_is_gets_no_more() {
    let (server, _database) = server().await;
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let mut wire = Wire::to(&server.base);
    wire.send("POST /api/v2/users/login HTTP/1.1\r\nHost: roster\r\nTransfer-Encoding: chunked\r\n\r\n");
    for _ in 0..5 * 1024 * 1024 / 0x10000 {
        wire.send(&chunk);
    }
    let answer = wire.send("0\r\n\r\n").answer();
    assert_eq!((answer.status, answer.message().as_str()), (413, "Request body is too large."));
    server.serves().await;
}

#[tokio::test]
async fn a_body_just_within_the_limit_is_read() {
    let (server, _database) = server().await;
    let (begin, end) = (r#"{"email":"a@example.com","password":""#, r#""}"#);
    let body = format!("{begin}{}{end}", "x".repeat(LIMIT - begin.len() - end.len()));
    assert_eq!(body.len(), LIMIT);
    server.client().post_text("/users/login", &body).await.expect(401);
    server.client().post_text("/users/login", &format!("{body} ")).await.expect(413);
}

#[tokio::test]
async fn slow_clients_keep_nobody_waiting() {
    let (server, _database) = server().await;
    let mut slow: Vec<Wire> = (0..50).map(|_| Wire::to(&server.base)).collect();
    for byte in HEALTHZ.as_bytes() {
        for wire in &mut slow {
            wire.send([*byte]);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        server.serves().await;
    }
    for wire in &mut slow {
        assert_eq!(wire.answer().status, 200);
    }
}

#[tokio::test]
async fn two_hundred_idle_connections_keep_nobody_waiting() {
    let (server, _database) = server().await;
    let mut idle: Vec<Wire> = (0..200).map(|_| Wire::to(&server.base)).collect();
    server.owner().await.get("/users").await.expect(200);
    for wire in &mut idle {
        assert_eq!(wire.send(HEALTHZ).answer().status, 200);
    }
}

#[tokio::test]
async fn half_closed_connections_are_answered_or_let_go() {
    let (server, _database) = server().await;
    let login = post("/api/v2/users/login", r#"{"email":"a@example.com","password":"PasswordSecured123!"}"#);
    for request in [HEALTHZ, &login].repeat(20) {
        let mut wire = Wire::to(&server.base);
        // A closed half looks the same as a client that has left, for whom nothing is hashed.
        let answer = wire.send(request).end().try_answer();
        assert!(answer.as_ref().is_none_or(|answer| [200, 401].contains(&answer.status)), "{answer:?}");
        assert!(wire.is_closed());
    }
    server.serves().await;
}

#[tokio::test]
async fn whoever_leaves_in_the_middle_harms_nobody() {
    let (server, _database) = server().await;
    let request =
        post("/api/v2/users/login", r#"{"email":"a@example.com","password":"PasswordSecured123!"}"#);
    for length in (1..=request.len()).step_by(7) {
        Wire::to(&server.base).send(&request[..length]);
    }
    let mut wire = Wire::to(&server.base);
    assert!(wire.send(&request[..30]).end().is_closed());
    server.serves().await;
}

#[tokio::test]
async fn old_clients_are_answered_and_let_go() {
    let (server, _database) = server().await;
    let mut wire = Wire::to(&server.base);
    let answer = wire.send("GET /api/v2/buildinfo HTTP/1.0\r\n\r\n").answer();
    assert!(answer.status == 200 && answer.head.starts_with("http/1.0 200"), "{answer:?}");
    assert!(answer.head.contains("\r\nx-coder-build-version: v2.34.0\r\n"), "{answer:?}");
    assert!(wire.is_closed());
}

#[tokio::test]
async fn requests_sent_together_are_answered_in_order() {
    let (server, _database) = server().await;
    let mut wire = Wire::to(&server.base);
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: roster\r\n\r\n");
    wire.send(["/healthz", "/api/v2/nowhere", "/api/v2/users", "/healthz"].map(get).concat());
    let statuses = [wire.answer().status, wire.answer().status, wire.answer().status, wire.answer().status];
    assert_eq!(statuses, [200, 404, 401, 200]);
}

#[tokio::test]
async fn nonsense_is_refused_and_let_go() {
    let (server, _database) = server().await;
    let noise: Vec<u8> = (0..5000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let nonsense: [&[u8]; 7] = [
        &noise,
        &[0; 1000],
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 what TLS begins with\r\n\r\n",
        b"NO SUCH THING\r\n\r\n",
        b"GET  /healthz HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/9.7\r\n\r\n",
        b"POST /api/v2/users/login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    ];
    for bytes in nonsense {
        let mut wire = Wire::to(&server.base);
        let answer = wire.send(bytes).end().try_answer();
        assert!(answer.as_ref().is_none_or(|answer| answer.status == 400), "{answer:?}");
        assert!(wire.is_closed());
        server.serves().await;
    }
}

#[tokio::test]
async fn nothing_can_be_smuggled_behind_a_body() {
    let (server, _database) = server().await;
    let both = "POST /api/v2/users/login HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut wire = Wire::to(&server.base);
    wire.send(both).send("0\r\n\r\n").send(HEALTHZ).end();
    // Either the request is refused, or its chunks count; a server that counted bytes would read on at the wrong place.
    let first = wire.answer();
    assert!([400, 401].contains(&first.status), "{first:?}");
    assert!(wire.try_answer().is_none_or(|second| second.status == 200));
}

#[tokio::test]
async fn more_logins_than_can_be_hashed_leave_room_for_others() {
    let (server, _database) = server().await;
    let login = post("/api/v2/users/login", r#"{"email":"a@example.com","password":"PasswordSecured123!"}"#);
    let mut crowd: Vec<Wire> = (0..20).map(|_| Wire::to(&server.base)).collect();
    for wire in &mut crowd {
        wire.send(&login);
    }
    server.serves().await;
    for wire in &mut crowd {
        assert_eq!(wire.answer().status, 401);
    }
}
