//! Requests, and connections that send them.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use super::Outcome;

/// How long anybody waits for the server.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How much of an unwanted answer is shown.
const SHOWN: usize = 1_000;

/// A request as bytes, and what its answer must be.
pub struct Ask {
    bytes: Vec<u8>,
    title: String,
    status: u16,
    holds: String,
}

impl Ask {
    /// GET that is answered 200 with this in its body.
    pub fn get(path: &str, token: &str, holds: &str) -> Self {
        Self::new("GET", path, token, "", 200, holds)
    }

    /// POST that is answered 201.
    pub fn post(path: &str, token: &str, body: &str) -> Self {
        Self::posted(path, token, body, 201)
    }

    /// POST that is answered with this status.
    pub fn posted(path: &str, token: &str, body: &str, status: u16) -> Self {
        Self::new("POST", path, token, body, status, "")
    }

    /// PUT that is answered 200.
    pub fn put(path: &str, token: &str, body: &str) -> Self {
        Self::new("PUT", path, token, body, 200, "")
    }

    fn new(method: &str, path: &str, token: &str, body: &str, status: u16, holds: &str) -> Self {
        let mut bytes =
            format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n");
        if !token.is_empty() {
            bytes += &format!("Coder-Session-Token: {token}\r\n");
        }
        if !body.is_empty() {
            bytes += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
        }
        bytes += &format!("\r\n{body}");
        Self { bytes: bytes.into_bytes(), title: format!("{method} {path}"), status, holds: holds.into() }
    }
}

/// One connection that stays open, with one request at a time.
pub struct Connection {
    stream: TcpStream,
    /// The last answer, head and body.
    buffer: Vec<u8>,
    /// How much of the buffer is filled, and where the body begins.
    filled: usize,
    body: usize,
}

impl Connection {
    /// Connects.
    pub fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(told("connect"))?;
        stream.set_nodelay(true).map_err(told("connect"))?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(told("connect"))?;
        Ok(Self { stream, buffer: vec![0; 1 << 16], filled: 0, body: 0 })
    }

    /// Sends the request, reads the whole answer and checks it.
    pub fn ask(&mut self, ask: &Ask) -> Outcome<()> {
        let status = self.exchange(&ask.bytes).map_err(|error| format!("{}: {error}", ask.title))?;
        if status != ask.status || !contains(&self.buffer[self.body..self.filled], ask.holds.as_bytes()) {
            let wanted = format!("{} {}", ask.status, ask.holds);
            let body: String = self.body().chars().take(SHOWN).collect();
            return Err(format!("{}: wanted {}, got {status} {body}", ask.title, wanted.trim_end()));
        }
        Ok(())
    }

    /// The last answer's body.
    pub fn body(&self) -> String {
        String::from_utf8_lossy(&self.buffer[self.body..self.filled]).into_owned()
    }

    fn exchange(&mut self, request: &[u8]) -> Outcome<u16> {
        self.stream.write_all(request).map_err(told("send"))?;
        self.filled = 0;
        self.body = loop {
            // The end of the head may lie across two reads.
            let seen = self.filled.saturating_sub(3);
            self.read()?;
            if let Some(at) = find(&self.buffer[seen..self.filled], b"\r\n\r\n") {
                break seen + at + 4;
            }
        };
        let head = String::from_utf8_lossy(&self.buffer[..self.body]);
        let mut lines = head.lines();
        let status =
            lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")).and_then(|line| line.get(..3));
        let status: u16 =
            status.and_then(|it| it.parse().ok()).ok_or_else(|| format!("no HTTP/1.1: {head}"))?;
        let mut length = matches!(status, 204 | 304).then_some(0);
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse::<usize>().ok();
            } else if name.eq_ignore_ascii_case("connection") && value.trim().eq_ignore_ascii_case("close") {
                return Err(format!("the server closes the connection: {head}"));
            }
        }
        let end = self.body + length.ok_or_else(|| format!("an answer without content-length: {head}"))?;
        while self.filled < end {
            self.read()?;
        }
        if self.filled > end { Err("more bytes than the answer has".into()) } else { Ok(status) }
    }

    fn read(&mut self) -> Outcome<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(2 * self.filled, 0);
        }
        match self.stream.read(&mut self.buffer[self.filled..]) {
            Ok(0) => Err("the connection was closed early".into()),
            Ok(count) => {
                self.filled += count;
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(()),
            Err(error) => Err(told("receive")(error)),
        }
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    what.is_empty() || find(bytes, what).is_some()
}

/// The text of a member of a JSON object, when it has no escapes.
pub fn text_member(json: &str, name: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{name}\""))?;
    Some(rest.split('"').nth(1)?.to_owned())
}

/// An error of the system, with what it is about.
pub fn told(what: impl AsRef<Path>) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{}: {error}", what.as_ref().display())
}
