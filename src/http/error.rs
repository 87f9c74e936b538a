//! Which status each kind of refusal is.

use poem::http::StatusCode;
use roster_openapi::error::{Problem, ScimType, ValidationError};

use super::auth::challenge;
use crate::domain::scim::{Reason, Refusal};
use crate::domain::{Error, Kind};

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let (kind, status) = (error.kind(), status(error.kind()));
        let (message, detail, fields) = error.into_parts();
        let refused = fields.into_iter().map(|f| ValidationError { field: f.field, detail: f.detail });
        let problem = Self::new(status, message).detail(detail).validations(refused.collect());
        // Also for a key that was good at the door, and is none any more when its turn comes.
        let challenge = if kind == Kind::Unauthenticated { challenge(&problem) } else { None };
        Self { challenge, ..problem }
    }
}

/// A refusal of SCIM, with the word that it has for the reason.
impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let Refusal { error, reason } = refusal;
        let scim_type = reason.map(|reason| match reason {
            Reason::Filter => ScimType::InvalidFilter,
            Reason::Mutability => ScimType::Mutability,
            Reason::NoTarget => ScimType::NoTarget,
            Reason::Syntax => ScimType::InvalidSyntax,
            Reason::Value => ScimType::InvalidValue,
        });
        Self::from(error).scim_type(scim_type)
    }
}

const fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated | Kind::WrongCredentials => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::InUse => StatusCode::EXPECTATION_FAILED,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::BadGateway => StatusCode::BAD_GATEWAY,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
