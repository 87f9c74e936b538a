//! What a use-case answers when it does not do what was asked: outside a status class and a text, inside a cause.

use std::borrow::Cow;

use crate::model::page::FieldError;
use crate::rbac::Denied;
use crate::store;

/// The classes of refusals and failures. Which status each becomes is the business of the HTTP room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The input is wrong.
    Invalid,
    /// No usable key came with the request.
    Unauthenticated,
    /// The credentials that were given as input are wrong.
    WrongCredentials,
    /// The caller may not do that.
    Forbidden,
    /// It is not there, or the caller may not know of it; nobody can tell which.
    NotFound,
    /// Something else has that name.
    Conflict,
    /// Something still needs it.
    InUse,
    /// The database is away; later may be better.
    Unavailable,
    /// A fault of ours.
    Internal,
    /// A fault of somebody whom the server asked.
    BadGateway,
}

/// A refusal or failure with what the caller is told.
#[derive(Debug)]
pub struct Error(Box<Failure>);

#[derive(Debug)]
struct Failure {
    kind: Kind,
    message: Cow<'static, str>,
    detail: String,
    fields: Vec<FieldError>,
    source: Option<store::Error>,
}

const FAULT: &str = "An internal server error occurred.";
const NOT_FOUND: &str = "Resource not found or you do not have access to this resource";
const FORBIDDEN_DETAIL: &str = "You don't have permission to view this content. If you believe this is a mistake, please contact your administrator or try signing in with different credentials.";

impl Error {
    /// An error with just a message.
    pub fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        let (detail, fields) = (String::new(), Vec::new());
        Self(Box::new(Failure { kind, message: message.into(), detail, fields, source: None }))
    }

    /// Wrong input.
    pub fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Invalid, message)
    }

    /// The one answer for what is not there and for what may not be seen.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, NOT_FOUND)
    }

    /// The answer for a path with nothing where a name belongs (members.md 1.1 and 1.2).
    pub fn not_provided(parameter: &str) -> Self {
        Self::invalid(format!("{parameter:?} must be provided."))
    }

    /// The answer for a refused write on something that may be seen.
    pub fn forbidden() -> Self {
        Self::new(Kind::Forbidden, "Forbidden.").detail(FORBIDDEN_DETAIL)
    }

    /// The same error with a technical detail.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = detail.into();
        self
    }

    /// The same error; when it is a fault of ours that has no words yet, told in those that the contract has for this place.
    #[must_use]
    pub fn fault_reads(mut self, message: &'static str) -> Self {
        if self.0.kind == Kind::Internal && self.0.message == FAULT {
            self.0.message = message.into();
        }
        self
    }

    /// The same error with its refused fields.
    #[must_use]
    pub fn fields(mut self, fields: Vec<FieldError>) -> Self {
        self.0.fields = fields;
        self
    }

    /// The same error with one refused field.
    #[must_use]
    pub fn field(self, field: &str, detail: impl Into<String>) -> Self {
        self.fields(vec![FieldError::new(field, detail)])
    }

    /// The same for another one who waited for it too, without what only the log is told.
    pub(super) fn repeated(&self) -> Self {
        let Failure { kind, message, detail, fields, source: _ } = &*self.0;
        let (message, detail, fields) = (message.clone(), detail.clone(), fields.clone());
        Self(Box::new(Failure { kind: *kind, message, detail, fields, source: None }))
    }

    /// The class.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What the caller is told, apart: message, detail, refused fields.
    pub fn into_parts(self) -> (String, String, Vec<FieldError>) {
        (self.0.message.into_owned(), self.0.detail, self.0.fields)
    }
}

/// A fault of ours that is not the store's.
pub(super) fn broken(why: impl std::fmt::Display) -> Error {
    Error::new(Kind::Internal, FAULT).detail(why.to_string())
}

impl From<store::Error> for Error {
    fn from(source: store::Error) -> Self {
        let mut error = match &source {
            store::Error::Unavailable(_) => {
                Self::new(Kind::Unavailable, "The database is not available at the moment. Please try again.")
            }
            _ => Self::new(Kind::Internal, FAULT),
        };
        error.0.detail = source.to_string();
        error.0.source = Some(source);
        error
    }
}

/// A refused decision looks like a missing thing. Where the contract wants 403 the use-case says so.
impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        tracing::debug!(%denied, "refused");
        Self::not_found()
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.message)?;
        if self.0.detail.is_empty() { Ok(()) } else { write!(f, " ({})", self.0.detail) }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}
