//! A child process that cannot outlive its test.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// More than anything here takes, even on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process whose output is collected while it runs. Killed on drop.
pub struct Child {
    process: std::process::Child,
    out: Heard,
    err: Heard,
}

/// A process that came to its end.
#[derive(Debug)]
pub struct Ended {
    /// None when a signal ended it.
    pub code: Option<i32>,
    /// All of its standard output.
    pub out: String,
    /// All of its standard error.
    pub err: String,
}

/// What a pipe has said so far; somebody must read it, or the process stops when it is full.
struct Heard {
    text: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Heard {
    fn listen(mut pipe: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(Vec::new()));
        let heard = text.clone();
        let reader = std::thread::spawn(move || {
            let mut chunk = [0; 8192];
            while let Ok(length @ 1..) = pipe.read(&mut chunk) {
                heard.lock().unwrap().extend_from_slice(&chunk[..length]);
            }
        });
        Self { text, reader: Some(reader) }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().unwrap()).into_owned()
    }

    /// Everything, once the pipe is closed.
    fn rest(&mut self) -> String {
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        self.text()
    }
}

impl Child {
    /// Starts a command with nothing to read.
    pub fn spawn(command: &mut Command) -> Self {
        Self::spawn_with_input(command, "")
    }

    /// Starts a command that reads this.
    pub fn spawn_with_input(command: &mut Command, input: &str) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap_or_else(|e| panic!("{command:?}: {e}"));
        // A command that does not want to read has closed its end, which is fine.
        let _ = process.stdin.take().unwrap().write_all(input.as_bytes());
        let out = Heard::listen(process.stdout.take().unwrap());
        let err = Heard::listen(process.stderr.take().unwrap());
        Self { process, out, err }
    }

    /// What it said on standard output so far.
    pub fn out(&self) -> String {
        self.out.text()
    }

    /// What it said on standard error so far.
    pub fn err(&self) -> String {
        self.err.text()
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    /// Sends it a signal by name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.id().to_string()]).status().unwrap();
        assert!(sent.success(), "no signal {name} to {}", self.id());
    }

    /// Its end, which must come.
    pub async fn ended(self) -> Ended {
        self.ended_within(PATIENCE).await
    }

    /// Its end, which must come in time.
    pub async fn ended_within(mut self, limit: Duration) -> Ended {
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                break status;
            }
            assert!(began.elapsed() < limit, "it runs after {limit:?}:\n{}\n{}", self.out(), self.err());
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        Ended { code: status.code(), out: self.out.rest(), err: self.err.rest() }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Ended {
    /// The same, if it ended with this code; else the test fails and shows what it said.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// The one line of complaint of a command that failed in good order.
    #[track_caller]
    pub fn complaint(&self) -> &str {
        assert!(!self.err.contains("panicked"), "{}", self.err);
        let line = self.err.strip_suffix('\n').unwrap_or_else(|| panic!("no whole line: {self:#?}"));
        assert!(line.starts_with("roster: ") && !line.contains('\n'), "not one line: {line}");
        line
    }
}

/// Waits until something is so.
pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < PATIENCE, "it never came: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
