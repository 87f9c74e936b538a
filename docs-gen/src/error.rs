//! What can be wrong with a document.

use std::fmt;

/// Why a document cannot be turned into pages.
///
/// Positions inside the document are JSON pointers (RFC 6901).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The input is not an OpenAPI 3 document at all.
    NotOpenApi {
        /// What was found instead.
        found: String,
    },
    /// A part of the document has the wrong JSON type.
    Malformed {
        /// Where it stands.
        pointer: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// A `$ref` that leads nowhere.
    Reference {
        /// The object that holds the `$ref`.
        pointer: String,
        /// The text of the `$ref`.
        target: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Two operations of one tag share a title, so their anchors would collide.
    DuplicateTitle {
        /// The tag, and so the page.
        tag: String,
        /// The shared title.
        title: String,
        /// Method and path of the earlier operation.
        first: String,
        /// Method and path of the later operation.
        second: String,
    },
    /// Two pages would be written to one file.
    DuplicateFile {
        /// The file name.
        file: String,
        /// Title of the earlier page.
        first: String,
        /// Title of the later page.
        second: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOpenApi { found } => write!(f, "not an OpenAPI 3 document: {found}"),
            Self::Malformed { pointer, expected } => write!(f, "{pointer}: expected {expected}"),
            Self::Reference { pointer, target, reason } => {
                write!(f, "{pointer}: the reference `{target}` {reason}")
            }
            Self::DuplicateTitle { tag, title, first, second } => {
                write!(f, "tag `{tag}`: {first} and {second} share the summary `{title}`")
            }
            Self::DuplicateFile { file, first, second } => {
                write!(f, "{file}: the pages `{first}` and `{second}` have the same file name")
            }
        }
    }
}

impl std::error::Error for Error {}
