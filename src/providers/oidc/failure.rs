//! What went wrong at a provider, in words that hold no secret.
//!
//! What a parser complains of is not repeated, only where: its words quote the answer, which may be a token.

use oauth2::RequestTokenError;
use oauth2::basic::BasicErrorResponse;
use openidconnect::DiscoveryError;

use super::wire::Trouble;
use crate::domain::provider::Failure;
use crate::model::ids::Secret;

/// What a provider says of itself is shown to people; more than this nobody reads.
const LONGEST: usize = 500;

/// Why there is no discovery document, or there are no keys.
pub(super) fn undiscovered(error: DiscoveryError<Trouble>) -> Failure {
    let why = match error {
        DiscoveryError::Request(trouble) => trouble.to_string(),
        DiscoveryError::Parse(error) => format!("it makes no sense at `{}`", error.path()),
        DiscoveryError::Response(status, _, why) if status.is_success() => why,
        DiscoveryError::Response(status, ..) => format!("it answered {status}"),
        other => other.to_string(),
    };
    Failure::Unreachable(format!("discovery failed: {}", clipped(&why)))
}

/// Why there are no tokens. The secrets are what was sent, which the provider may repeat.
pub(super) fn no_tokens(error: RequestTokenError<Trouble, BasicErrorResponse>, secrets: &[&str]) -> Failure {
    let why = match error {
        RequestTokenError::ServerResponse(said) => return refused(&said, secrets),
        RequestTokenError::Request(trouble) => trouble.to_string(),
        RequestTokenError::Parse(error, _) => format!("it makes no sense at `{}`", error.path()),
        RequestTokenError::Other(why) => why,
    };
    Failure::Unreachable(format!("the token endpoint failed: {}", without(&why, secrets)))
}

fn refused(said: &BasicErrorResponse, secrets: &[&str]) -> Failure {
    let description = said.error_description().map(String::as_str).unwrap_or_default();
    Failure::Refused {
        error: without(said.error().as_ref(), secrets),
        description: without(description, secrets),
    }
}

/// The text with every secret covered.
fn without(text: &str, secrets: &[&str]) -> String {
    let secrets = secrets.iter().filter(|secret| !secret.is_empty());
    clipped(&secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "[secret]")))
}

fn clipped(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// The text of a secret that may be missing.
pub(super) fn exposed(secret: Option<&Secret>) -> &str {
    secret.map(Secret::expose).unwrap_or_default()
}
