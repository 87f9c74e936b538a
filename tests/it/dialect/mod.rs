//! Servers that speak to clients of Coder (neighbours.md 3 and 4): what they answer otherwise, and what those clients call.

mod answers;
mod cli;
mod document;
mod process;
mod replay;
mod terraform;

use roster::domain::{Dialect, Settings, Web};

use crate::support::{TestApp, settings};

/// Settings of such a server.
pub fn speaking(dialect: Dialect) -> Settings {
    Settings { web: Web { dialect, ..settings().web }, ..settings() }
}

/// Such a server.
pub async fn coder() -> TestApp {
    TestApp::with(speaking(Dialect::Coder)).await
}
