//! Requests that no HTTP library would send.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use roster_openapi::scim::MEDIA_TYPE;
use serde_json::Value;

use crate::support::TestApp;

/// An answer as it came over the wire.
#[derive(Debug)]
pub struct RawReply {
    /// Its status; 0 when the connection was closed without an answer.
    pub status: u16,
    head: String,
    body: Vec<u8>,
}

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends these bytes and reads until the server closes the connection, so they should ask for that.
pub async fn send(app: &TestApp, request: impl Into<Vec<u8>>) -> RawReply {
    let (address, request) = (app.base.replace("http://", ""), request.into());
    tokio::task::spawn_blocking(move || exchange(&address, &request)).await.unwrap()
}

/// Sends these bytes and hangs up, whatever the server thinks of them.
pub async fn send_and_hang_up(app: &TestApp, request: &[u8]) {
    let (address, request) = (app.base.replace("http://", ""), request.to_vec());
    let sent = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        let _ = stream.write_all(&request);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.set_read_timeout(Some(Duration::from_millis(200)));
        let _ = stream.read(&mut [0; 1024]);
    });
    sent.await.unwrap();
}

/// A GET of a path with more header lines, each ending in a line end.
pub fn get(path: &[u8], headers: &[u8]) -> Vec<u8> {
    [b"GET ", path, b" HTTP/1.1\r\nHost: roster.test\r\nConnection: close\r\n", headers, b"\r\n"].concat()
}

fn exchange(address: &str, request: &[u8]) -> RawReply {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // A server that has heard enough may stop listening; what counts is what it says.
    let _ = stream.write_all(request);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    RawReply::read(&bytes)
}

impl RawReply {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let (head, body) = end.map_or((bytes, &[][..]), |end| (&bytes[..end], &bytes[end + 4..]));
        let head = String::from_utf8_lossy(head).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head, body: body.to_vec() }
    }

    /// A header; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        let fields = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut of_name = fields.filter(|(field, _)| field.eq_ignore_ascii_case(name));
        of_name.next().map_or("", |(_, value)| value.trim())
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("no JSON ({e}): {self:?}"))
    }

    /// Fails unless this is the envelope of a failure with everything that comes with it.
    #[track_caller]
    pub fn expect_envelope(&self, status: u16) {
        assert_eq!(self.status, status, "{self:?}");
        let kinds = ["application/json; charset=utf-8", MEDIA_TYPE];
        assert!(kinds.contains(&self.header("content-type")), "{self:?}");
        assert_eq!(self.header("x-coder-build-version"), "v2.34.0", "{self:?}");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{self:?}");
        assert!(!self.header("x-request-id").is_empty(), "{self:?}");
        assert!(self.json()["message"].as_str().is_some_and(|text| !text.is_empty()), "{self:?}");
    }
}
