//! The HTTP client that providers are asked with.
//!
//! It follows no redirects, so that nobody makes the server ask somebody else; every answer has a time limit and a size limit.

use std::error::Error;
use std::time::Duration;

use reqwest::Response;
use reqwest::redirect::Policy;

use crate::domain::provider::Failure;

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

/// The body of an answer.
///
/// # Errors
/// [`Failure::Unreachable`] when it is too long, too slow or cut off.
pub async fn body(mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > ANSWER_LIMIT {
            return Err(Failure::Unreachable(format!("its answer is longer than {ANSWER_LIMIT} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Why there is no answer, with the causes that reqwest keeps behind its own words. Without the URL, which may hold secrets.
pub fn unreachable(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text = format!("{text}: {deeper}");
        cause = deeper.source();
    }
    Failure::Unreachable(text)
}
