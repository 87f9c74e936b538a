//! HTTP byte by byte, for what a well-behaved client would never send.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// A plain connection.
pub struct Wire {
    stream: TcpStream,
    /// Read, and not yet part of an answer.
    waiting: Vec<u8>,
}

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// The status line and the headers, in lower case.
    pub head: String,
    /// Its body.
    pub body: String,
}

impl Answer {
    /// `message` of the envelope.
    #[track_caller]
    pub fn message(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"));
        body["message"].as_str().unwrap_or_else(|| panic!("no envelope: {self:?}")).to_owned()
    }
}

/// A request for nothing special.
pub const HEALTHZ: &str = "GET /healthz HTTP/1.1\r\nHost: roster\r\n\r\n";

impl Wire {
    /// A connection to a server, by its base URL.
    pub fn to(base: &str) -> Self {
        let stream = TcpStream::connect(base.strip_prefix("http://").unwrap()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(10))).unwrap();
        Self { stream, waiting: Vec::new() }
    }

    /// Sends as much as the server takes; one that has heard enough closes its ears.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        let _ = self.stream.write_all(bytes.as_ref());
        self
    }

    /// Says that nothing more will be sent.
    pub fn end(&mut self) -> &mut Self {
        // One that the server has closed already is ended all the same.
        let _ = self.stream.shutdown(Shutdown::Write);
        self
    }

    /// The next answer.
    #[track_caller]
    pub fn answer(&mut self) -> Answer {
        self.try_answer().unwrap_or_else(|| panic!("the connection ended without an answer"))
    }

    /// The next answer, or none when the server closes without one.
    pub fn try_answer(&mut self) -> Option<Answer> {
        let end = loop {
            match find(&self.waiting, b"\r\n\r\n") {
                Some(at) => break at + 4,
                None => self.more().then_some(())?,
            }
        };
        let head: Vec<u8> = self.waiting.drain(..end).collect();
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let length = content_length(&head);
        while self.waiting.len() < length {
            assert!(self.more(), "the body ends early: {head}");
        }
        let body = String::from_utf8(self.waiting.drain(..length).collect()).unwrap();
        let status = head.split(' ').nth(1).and_then(|text| text.parse().ok());
        Some(Answer { status: status.unwrap_or_else(|| panic!("no status: {head}")), head, body })
    }

    /// Whether the server closes the connection without another word.
    pub fn is_closed(&mut self) -> bool {
        self.waiting.is_empty() && !self.more()
    }

    /// Reads on; false at the end of the connection.
    fn more(&mut self) -> bool {
        let mut chunk = [0; 8192];
        match self.stream.read(&mut chunk) {
            Ok(0) => false,
            Ok(length) => {
                self.waiting.extend_from_slice(&chunk[..length]);
                true
            }
            Err(error) if [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe].contains(&error.kind()) => {
                false
            }
            Err(error) => panic!("nothing comes: {error}"),
        }
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

fn content_length(head: &str) -> usize {
    let value = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    value.map_or(0, |text| text.trim().parse().unwrap())
}

/// A POST with a JSON body.
pub fn post(path: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: roster\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}
