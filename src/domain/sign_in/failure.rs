//! What is answered when a provider fails.

use super::refusal::Refusal;
use crate::domain::error::{Error, Kind};
use crate::domain::provider::Failure;

const NOT_TRADED: &str = "Failed exchanging Oauth code.";

/// A provider that cannot even be asked where to send a browser.
pub(super) fn unreachable(failure: Failure) -> Error {
    tracing::warn!(%failure, "an identity provider is of no use");
    Error::new(
        Kind::BadGateway,
        "The identity provider does not answer as it should. Please try again later.",
    )
    .detail(failure.to_string())
}

/// A device code that could not be traded. While somebody is still typing it in, that is no fault (RFC 8628).
pub(super) fn device_exchange_failed(failure: Failure) -> Refusal {
    let too_soon = match &failure {
        Failure::Refused { error, .. } if error == "authorization_pending" => false,
        Failure::Refused { error, .. } if error == "slow_down" => true,
        _ => return exchange_failed(failure).into(),
    };
    let error = Error::invalid(NOT_TRADED).detail(failure.to_string());
    Refusal::Waiting { error, too_soon }
}

/// A code that could not be traded.
pub(super) fn exchange_failed(failure: Failure) -> Error {
    tracing::warn!(%failure, "a code could not be traded at the identity provider");
    Error::new(Kind::Internal, NOT_TRADED).detail(failure.to_string())
}
