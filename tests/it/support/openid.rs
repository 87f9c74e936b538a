//! Real OpenID providers, all in one process of Node that is started once and ends with the tests.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

use serde_json::{Value, json};

use super::environment::skip;

/// How the server under test is known to every provider.
pub const CLIENT_ID: &str = "roster";
/// What it proves that with. The signs are those that must be escaped on the way.
pub const CLIENT_SECRET: &str = "a secret: +/=&%";
/// Where browsers come back to, below the access URL.
pub const CALLBACK: &str = "/api/v2/users/oidc/callback";

static PROCESS: LazyLock<Mutex<Process>> = LazyLock::new(|| Mutex::new(Process::start()));

/// An OpenID provider on a port of its own, with accounts and habits of its own. Nobody listens any more when it is dropped.
#[derive(Debug)]
pub struct Realm {
    /// Where it is, as it says itself.
    pub issuer: String,
}

impl Realm {
    /// A provider for a server with this access URL. `habits` are told in `tests/openid/provider.mjs`. None, after saying why,
    /// where providers cannot run.
    pub fn open(access_url: &str, habits: Value) -> Option<Self> {
        Self::open_at(access_url, CALLBACK, habits)
    }

    /// The same for a server that has people come back to another path.
    pub fn open_at(access_url: &str, callback: &str, habits: Value) -> Option<Self> {
        if let Some(what) = missing() {
            skip(what);
            return None;
        }
        let mut command = json!({ "do": "open", "clients": [server_at(access_url, callback)] });
        command.as_object_mut().unwrap().extend(habits.as_object().unwrap().clone());
        let issuer = ask(&command)["issuer"].as_str().unwrap().to_owned();
        Some(Self { issuer })
    }

    /// The server has another access URL than was said at first.
    pub fn set_access_url(&self, access_url: &str) {
        ask(&json!({ "do": "clients", "issuer": self.issuer, "clients": [server_at(access_url, CALLBACK)] }));
    }

    /// Has other accounts from now on; those that are gone are unknown, also to tokens they had.
    pub fn set_accounts(&self, accounts: &Value) {
        ask(&json!({ "do": "accounts", "issuer": self.issuer, "accounts": accounts }));
    }

    /// Answers in other words from now on, by path; see `tests/openid/provider.mjs`.
    pub fn set_answers(&self, answers: &Value) {
        ask(&json!({ "do": "answers", "issuer": self.issuer, "answers": answers }));
    }
}

impl Drop for Realm {
    fn drop(&mut self) {
        ask(&json!({ "do": "close", "issuer": self.issuer }));
    }
}

/// The server under test as a client of the provider.
fn server_at(access_url: &str, callback: &str) -> Value {
    json!({
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uris": [format!("{access_url}{callback}")],
    })
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openid")
}

/// What providers need and this machine lacks.
fn missing() -> Option<&'static str> {
    let node = Command::new("node").arg("--version").output();
    if !node.is_ok_and(|output| output.status.success()) {
        return Some("needs Node");
    }
    let installed = folder().join("node_modules/oidc-provider").exists();
    (!installed).then_some("needs oidc-provider (npm ci in tests/openid)")
}

/// Gives the process a command, and its answer back. Commands take milliseconds, so the thread may wait.
fn ask(command: &Value) -> Value {
    let answer = PROCESS.lock().unwrap_or_else(PoisonError::into_inner).ask(command);
    assert!(answer["error"].is_null(), "{command}: {}", answer["error"]);
    answer
}

/// Ends with its standard input, which is closed when the tests end, however they do.
struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    fn start() -> Self {
        let mut command = Command::new("node");
        command.arg("provider.mjs").current_dir(folder());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|e| panic!("{command:?}: {e}"));
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, input, output: BufReader::new(output) }
    }

    fn ask(&mut self, command: &Value) -> Value {
        let sent = writeln!(self.input, "{command}").and_then(|()| self.input.flush());
        let mut line = String::new();
        let read = sent.and_then(|()| self.output.read_line(&mut line));
        if !read.is_ok_and(|length| length > 0) {
            panic!("the providers are gone: {:?}", self.child.wait());
        }
        serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"))
    }
}
