//! The one envelope of every failure, and how an operation declares which failures it can answer.

use std::fmt;

use poem::http::{HeaderValue, StatusCode, header};
use poem::{Response, error::ResponseError};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::payload::{self, JSON, reason};
use crate::wire::Wire;

/// The envelope of messages and failures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::Response)]
#[serde(default)]
pub struct Envelope {
    /// Technical detail for whoever looks into the failure; may be absent.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// One actionable sentence for the user.
    pub message: String,
    /// The fields of the request that were refused, each with its reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub validations: Vec<ValidationError>,
}

/// One refused field of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::ValidationError)]
#[serde(default)]
pub struct ValidationError {
    /// Why it was refused.
    #[schema(required)]
    pub detail: String,
    /// Its name in the request.
    #[schema(required)]
    pub field: String,
}

crate::wire!(Envelope, ValidationError);

impl Envelope {
    /// An envelope with nothing but a message.
    pub fn message(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }
}

/// The words that SCIM has for reasons (RFC 7644, 3.12), as far as they are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScimType {
    /// The filter is not understood.
    InvalidFilter,
    /// The body is not understood.
    InvalidSyntax,
    /// A value is missing, or is none that the attribute takes.
    InvalidValue,
    /// The attribute does not change.
    Mutability,
    /// The path of a change names nothing.
    NoTarget,
    /// Something else has that name.
    Uniqueness,
}

impl ScimType {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidValue => "invalidValue",
            Self::Mutability => "mutability",
            Self::NoTarget => "noTarget",
            Self::Uniqueness => "uniqueness",
        }
    }
}

/// A failure ready to be answered: status, body and, for authentication failures, the challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The status of the answer.
    pub status: StatusCode,
    /// Its body.
    pub body: Envelope,
    /// The value of `WWW-Authenticate`, if any.
    pub challenge: Option<String>,
    /// The value of `Retry-After`, in seconds, if any.
    pub retry_after: Option<i64>,
    /// The word that SCIM has for the reason, if it has one.
    pub scim_type: Option<ScimType>,
}

impl Problem {
    /// A failure with just a message.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, body: Envelope::message(message), challenge: None, retry_after: None, scim_type: None }
    }

    /// The same failure with a technical detail.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.body.detail = detail.into();
        self
    }

    /// The same failure with how many seconds to wait before the next try.
    #[must_use]
    pub const fn retry_after(mut self, seconds: i64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The same failure with the word that SCIM has for its reason.
    #[must_use]
    pub const fn scim_type(mut self, reason: Option<ScimType>) -> Self {
        self.scim_type = reason;
        self
    }

    /// The same failure with its refused fields.
    #[must_use]
    pub fn validations(mut self, validations: Vec<ValidationError>) -> Self {
        self.body.validations = validations;
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status.as_u16(), self.body.message)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status(&self) -> StatusCode {
        self.status
    }

    fn as_response(&self) -> Response {
        self.with_headers(payload::json(self.status, &self.body))
    }
}

impl Problem {
    /// An answer of this failure with the headers that belong to it.
    pub(crate) fn with_headers(&self, mut response: Response) -> Response {
        if let Some(challenge) = self.challenge.as_deref().and_then(|c| HeaderValue::from_str(c).ok()) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The refusals that an operation can answer, as bits for [`Fails`].
pub mod refusal {
    /// 400: the input is wrong.
    pub const BAD_REQUEST: u16 = 1;
    /// 401: the credentials in the body are wrong (those of the request itself are declared by its security).
    pub const UNAUTHORIZED: u16 = 1 << 1;
    /// 403: the caller may not do this.
    pub const FORBIDDEN: u16 = 1 << 2;
    /// 404: it is not there, or the caller may not know of it.
    pub const NOT_FOUND: u16 = 1 << 3;
    /// 409: something else has that name.
    pub const CONFLICT: u16 = 1 << 4;
    /// 417: the target is still in use.
    pub const EXPECTATION_FAILED: u16 = 1 << 5;
    /// 500: a fault of the server, for operations whose reference tells of it.
    pub const INTERNAL: u16 = 1 << 6;

    /// 502: somebody whom the server asked is of no use.
    pub const BAD_GATEWAY: u16 = 1 << 7;

    pub(super) const STATUSES: [(u16, u16); 8] = [
        (BAD_REQUEST, 400),
        (UNAUTHORIZED, 401),
        (FORBIDDEN, 403),
        (NOT_FOUND, 404),
        (CONFLICT, 409),
        (EXPECTATION_FAILED, 417),
        (INTERNAL, 500),
        (BAD_GATEWAY, 502),
    ];
}

/// The error side of an operation's result: a [`Problem`] whose statuses are in the document.
///
/// `WHICH` joins bits of [`refusal`]. What every operation can answer (401 without a session, 413 and 400 for a body,
/// 500, 503) is added by [`crate::document`].
#[derive(Debug)]
pub struct Fails<const WHICH: u16>(pub Problem);

/// As [`Fails`], for the few operations whose failures the reference pages list.
#[derive(Debug)]
pub struct ListedFails<const WHICH: u16>(pub Problem);

/// Begins the description of responses that the reference pages leave out.
pub(crate) const UNLISTED: &str = "\u{0}";

impl<const WHICH: u16> ApiResponse for Fails<WHICH> {
    fn meta() -> MetaResponses {
        let declared = refusal::STATUSES.iter().filter(|(bit, _)| WHICH & bit != 0);
        MetaResponses { responses: declared.map(|(_, status)| failure(*status)).collect() }
    }

    fn register(registry: &mut Registry) {
        Envelope::register(registry);
    }
}

impl<const WHICH: u16> ApiResponse for ListedFails<WHICH> {
    fn meta() -> MetaResponses {
        // The reference has any media type for these. It is JSON as for all others.
        let content = || vec![MetaMediaType { content_type: ANY, schema: Envelope::schema_ref() }];
        let listed = |response| MetaResponse { description: "", content: content(), ..response };
        MetaResponses { responses: Fails::<WHICH>::meta().responses.into_iter().map(listed).collect() }
    }

    fn register(registry: &mut Registry) {
        Envelope::register(registry);
    }
}

impl<const WHICH: u16, E: Into<Problem>> From<E> for ListedFails<WHICH> {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl<const WHICH: u16> From<ListedFails<WHICH>> for poem::Error {
    fn from(fails: ListedFails<WHICH>) -> Self {
        fails.0.into()
    }
}

const ANY: &str = "*/*";

/// How the document describes a failure.
pub(crate) fn failure(status: u16) -> MetaResponse {
    let content = vec![MetaMediaType { content_type: JSON, schema: Envelope::schema_ref() }];
    MetaResponse { description: UNLISTED, status: Some(status), status_range: None, content, headers: vec![] }
}

/// The description of a response, and whether the pages list it.
pub(crate) fn describe(response: &MetaResponse) -> (String, bool) {
    let listed = response.description != UNLISTED;
    let given = response.description.trim_start_matches(UNLISTED);
    let text = if given.is_empty() { reason(response.status.unwrap_or(500)) } else { given };
    (text.to_owned(), listed)
}

impl<const WHICH: u16, E: Into<Problem>> From<E> for Fails<WHICH> {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl<const WHICH: u16> From<Fails<WHICH>> for poem::Error {
    fn from(fails: Fails<WHICH>) -> Self {
        fails.0.into()
    }
}
