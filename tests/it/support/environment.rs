//! What tests read from the environment, and how they say that something is missing.

use std::io::Write;

/// The database to test on, when it is not SQLite.
pub fn postgres_url() -> Option<String> {
    variable("ROSTER_TEST_POSTGRES_URL")
}

/// A variable of the environment, unless it is empty.
pub fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests have no settings room; this is their only reader")]
    let value = std::env::var(name).ok();
    value.filter(|value| !value.is_empty())
}

/// Says that a test did not run, and why. CI collects these lines and fails on them.
pub fn skip(why: &str) {
    eprintln!("skipped: {why}");
    let Some(path) = variable("ROSTER_TEST_SKIPS") else { return };
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    writeln!(file.unwrap(), "{why}").unwrap();
}
