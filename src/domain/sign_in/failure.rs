//! What is answered when a provider fails.

use crate::domain::error::{Error, Kind};
use crate::domain::provider::Failure;

/// A provider that cannot even be asked where to send a browser.
pub(super) fn unreachable(failure: Failure) -> Error {
    tracing::warn!(%failure, "an identity provider is of no use");
    Error::new(
        Kind::BadGateway,
        "The identity provider does not answer as it should. Please try again later.",
    )
    .detail(failure.to_string())
}

/// A code that could not be traded. While somebody is still typing a device code in, that is no fault (RFC 8628).
pub(super) fn exchange_failed(failure: Failure) -> Error {
    let waiting = matches!(&failure, Failure::Refused { error, .. } if error == "authorization_pending" || error == "slow_down");
    let kind = if waiting { Kind::Invalid } else { Kind::Internal };
    if !waiting {
        tracing::warn!(%failure, "a code could not be traded at the identity provider");
    }
    Error::new(kind, "Failed exchanging Oauth code.").detail(failure.to_string())
}
