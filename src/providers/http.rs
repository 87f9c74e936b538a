//! The HTTP client that providers are asked with.
//!
//! It follows no redirects, so that nobody makes the server ask somebody else; every answer has a time limit and a size limit.

use std::time::Duration;

use reqwest::redirect::Policy;

/// How long a provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest answer that is read.
pub const ANSWER_LIMIT: usize = 1024 * 1024;

/// A client with these limits.
///
/// # Errors
/// When the system's certificates cannot be read.
pub fn client() -> Result<reqwest::Client, String> {
    // Once a process; whoever was first chose the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .redirect(Policy::none())
        .timeout(PATIENCE)
        .connect_timeout(PATIENCE)
        .user_agent(concat!("roster/", env!("CARGO_PKG_VERSION")));
    client.build().map_err(|error| format!("no client for identity providers: {error}"))
}
