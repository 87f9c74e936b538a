//! Why somebody is not let in, and in which form that is told.

use super::way::Way;
use crate::domain::error::{Error, Kind};
use crate::rbac::Denied;
use crate::store;

/// Why somebody is not let in. Browsers are shown pages; what programs read stays in the envelope.
#[derive(Debug)]
pub enum Refusal {
    /// In the envelope.
    Error(Error),
    /// Nobody has typed the device code in yet: the same question may be asked again, with what the browser keeps.
    Waiting {
        /// What programs read, in the envelope.
        error: Error,
        /// Whether that was asked too soon, so that five seconds more are waited from now on (RFC 8628).
        too_soon: bool,
    },
    /// A page, with the status of what is forbidden.
    Page {
        /// What happened, in a few words.
        title: &'static str,
        /// What there is to do, in sentences.
        text: String,
    },
    /// Back to the page where one logs in, which says why.
    BackToLogin {
        /// What it says.
        message: String,
        /// Where the browser wanted to go.
        redirect: String,
    },
}

impl Refusal {
    pub(super) fn page(title: &'static str, text: impl Into<String>) -> Self {
        Self::Page { title, text: text.into() }
    }

    pub(super) fn back_to_login(message: impl Into<String>) -> Self {
        Self::BackToLogin { message: message.into(), redirect: String::new() }
    }

    /// The status that it is answered with, for the audit log.
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::Page { .. } => 403,
            Self::BackToLogin { .. } => 401,
            Self::Waiting { .. } => 400,
            Self::Error(error) => match error.kind() {
                Kind::Invalid => 400,
                Kind::Forbidden => 403,
                Kind::Unavailable => 503,
                _ => 500,
            },
        }
    }

    /// The same in the form for whoever reads it, with where the browser wanted to go.
    pub(super) fn for_browser_of(self, way: &Way, wish: &str) -> Self {
        match self {
            Self::Page { title, text } if way.by_device() => {
                Self::Error(Error::new(Kind::Forbidden, title).detail(text))
            }
            Self::BackToLogin { message, .. } if way.by_device() => {
                Self::Error(Error::new(Kind::WrongCredentials, "Unauthorized").detail(message))
            }
            Self::BackToLogin { message, .. } => Self::BackToLogin { message, redirect: wish.to_owned() },
            other => other,
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        Self::Error(error.into())
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        Self::Error(denied.into())
    }
}
