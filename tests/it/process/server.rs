//! The real program, and a server made of it.

use std::ops::{Deref, DerefMut};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use clap::CommandFactory;
use reqwest::Method;
use roster::config::Config;
use serde_json::json;

use super::{Child, Ended, until};
use crate::support::{Client, PASSWORD};

/// Every variable that the program reads, so that none of whoever runs the tests gets in.
static VARIABLES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut found = Vec::new();
    collect_variables(&Config::command(), &mut found);
    found
});

fn collect_variables(command: &clap::Command, found: &mut Vec<String>) {
    let names = command.get_arguments().filter_map(|argument| argument.get_env());
    found.extend(names.map(|name| name.to_string_lossy().into_owned()));
    command.get_subcommands().for_each(|below| collect_variables(below, found));
}

/// The program with these arguments and default settings.
pub fn roster(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roster"));
    command.args(arguments).current_dir(env!("CARGO_TARGET_TMPDIR"));
    VARIABLES.iter().for_each(|name| {
        command.env_remove(name);
    });
    command
}

/// A server that answers. Derefs to its process.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:…`, as the server said it.
    pub base: String,
}

impl Deref for Server {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.child
    }
}

impl DerefMut for Server {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.child
    }
}

impl Server {
    /// A server on this database, on a free port.
    pub async fn start(database_url: &str) -> Self {
        Self::start_with(database_url, &[]).await
    }

    /// The same with more flags.
    pub async fn start_with(database_url: &str, flags: &[&str]) -> Self {
        let mut command =
            roster(&["server", "--http-address", "127.0.0.1:0", "--database-url", database_url]);
        Self::from(command.args(flags)).await
    }

    /// The server that a command starts, once it answers.
    pub async fn from(command: &mut Command) -> Self {
        let mut child = Child::spawn(command);
        let mut address = None;
        until("the address", async || {
            assert!(child.is_alive(), "the server did not start:\n{}\n{}", child.out(), child.err());
            address = child.out().lines().find_map(listening_on);
            address.is_some()
        })
        .await;
        let server = Self { child, base: address.unwrap() };
        let answer = server.client().finish(server.client().request(Method::GET, "/healthz")).await;
        assert_eq!(answer.expect(200).text, "OK");
        server
    }

    /// Nobody in particular.
    pub fn client(&self) -> Client {
        Client::new(&self.base)
    }

    /// Makes the first user, `owner`, and logs in.
    pub async fn owner(&self) -> Client {
        let body = json!({ "email": "owner@example.com", "username": "owner", "password": PASSWORD });
        self.client().post("/users/first", body).await.expect(201);
        self.client().with_token(&self.log_in("owner@example.com", PASSWORD).await)
    }

    /// A session's token.
    pub async fn log_in(&self, email: &str, password: &str) -> String {
        let body = json!({ "email": email, "password": password });
        let session = self.client().post("/users/login", body).await.expect(201).json();
        session["session_token"].as_str().unwrap().to_owned()
    }

    /// Whether it answers at all, which it does whatever happens to others.
    pub async fn serves(&self) {
        let request = self.client().request(Method::GET, "/healthz").timeout(Duration::from_secs(5));
        self.client().finish(request).await.expect(200);
    }

    /// The status of `/readyz`, in the one envelope when it is a failure.
    pub async fn readiness(&self) -> u16 {
        let answer = self.client().finish(self.client().request(Method::GET, "/readyz")).await;
        assert!(answer.status == 200 || !answer.message().is_empty());
        answer.status
    }

    /// Asks it to stop, and sees it stop in good order.
    pub async fn stop(self) -> Ended {
        self.signal("TERM");
        self.gone().await.expect(0)
    }

    /// Its end, which must come within seconds.
    pub async fn gone(self) -> Ended {
        self.child.ended_within(Duration::from_secs(10)).await
    }
}

/// The address in the first line of the greeting.
pub fn listening_on(line: &str) -> Option<String> {
    line.strip_prefix("Roster listens on ").map(str::to_owned)
}

/// A user that needs no hash, in the default organization.
pub fn user(username: &str) -> serde_json::Value {
    json!({
        "email": format!("{username}@example.com"), "username": username, "login_type": "none",
        "organization_ids": ["00000000-0000-0000-0000-000000000000"],
    })
}
