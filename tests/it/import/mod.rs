//! `roster users import` and `roster users export`, as processes beside a server.

mod beside;
mod bytes;
mod csv;
mod docs;
mod export;
mod flags;
mod json;
mod refused;
mod resume;
mod there;

use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Child, Ended, roster};
use crate::support::{TestApp, TestDatabase};

/// Shaped like the hash of a password that nobody knows.
const ARGON2ID: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$KJ3+uIsN5hRCQRY7NnRPhVnwuHnvPSMDdXNUCIaOy3I";

/// A folder for files.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// `roster users import` of a file with this name and content.
    async fn import(
        &self,
        database: &TestDatabase,
        name: &str,
        content: impl AsRef<[u8]>,
        flags: &[&str],
    ) -> Ended {
        let path = self.file(name, content);
        let file = path.to_str().unwrap();
        users(database, &[&["import", file], flags].concat()).await
    }
}

/// `roster users …`
async fn users(database: &TestDatabase, arguments: &[&str]) -> Ended {
    users_with_input(database, arguments, "").await
}

async fn users_with_input(database: &TestDatabase, arguments: &[&str], input: &str) -> Ended {
    let mut command = roster(&["users"]);
    command.args(arguments).args(["--database-url", &database.url, "--log-level", "error"]);
    let ended = Child::spawn_with_input(&mut command, input).ended().await;
    assert!(!ended.err.contains("panicked"), "{ended:#?}");
    ended
}

/// Imports a file that is all good.
async fn imported(database: &TestDatabase, name: &str, content: impl AsRef<[u8]>) {
    let ended = Desk::new().import(database, name, content, &[]).await.expect(0);
    assert_eq!(ended.err, "");
}

/// Everybody, as an export has them.
async fn exported(database: &TestDatabase) -> Vec<Value> {
    let out = users(database, &["export", "--format", "jsonl"]).await.expect(0).out;
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn usernames(database: &TestDatabase) -> Vec<String> {
    exported(database).await.iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect()
}

/// A report in JSON lines, as line, and pairs of field and reason.
fn reasons(report: &str) -> Vec<(u64, Vec<(String, String)>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let read = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let reasons = line["reasons"].as_array().unwrap().iter();
        (
            line["line"].as_u64().unwrap(),
            reasons.map(|it| (text(&it["field"]), text(&it["reason"]))).collect(),
        )
    };
    report.lines().map(read).collect()
}

/// Two organizations beside the default one: `acme`, with the role `release-manager`, and `other`.
async fn organizations(app: &TestApp) {
    let acme = app.organization("acme").await;
    app.organization("other").await;
    app.custom_role(acme, "release-manager", &[("organization", "read")]).await;
}
