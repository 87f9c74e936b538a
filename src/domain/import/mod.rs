//! Many users at once, from a file or to one (docs/import.md).
//!
//! A file is gone through twice: [`Import::check`] says of each line what is wrong with it, [`Import::write`] puts the good ones
//! in, a transaction for each batch. What a line means is decided by the rules of `POST /users`, in the same functions; both
//! times in full, so that a file or a database that changes in between is no way round them. Nothing is kept of a batch but
//! what its names hash to.

mod check;
mod directory;
mod export;
mod hash;
mod namesakes;
mod seen;
mod write;

pub use export::Export;

use std::collections::BTreeSet;

use super::ctx::Visitor;
use crate::model::ids::Secret;
use crate::model::page::FieldError;
use crate::rbac::{Subject, system};
use seen::Seen;

/// A user as files have it: texts that nobody has looked at yet, or those of a user who is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Username.
    pub username: String,
    /// E-mail address; empty for service accounts.
    pub email: String,
    /// Display name, may be empty.
    pub name: String,
    /// Empty for the default: `none` for service accounts, `password` for others.
    pub login_type: String,
    /// Empty for the default, `dormant`.
    pub status: String,
    /// Acts through tokens only.
    pub service_account: bool,
    /// RFC 3339; empty for now.
    pub created_at: String,
    /// Site roles.
    pub roles: Vec<String>,
    /// Memberships; none for the default organization.
    pub organizations: Option<Vec<Place>>,
    /// The password's hash; empty for none.
    pub password_hash: Option<Secret>,
}

/// A membership as files have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Name or id of the organization.
    pub organization: String,
    /// Roles in it.
    pub roles: Vec<String>,
}

/// A line of a file: what it says, or why it cannot be read.
#[derive(Debug, Clone)]
pub struct Line {
    /// Counted from 1, the header included; where the row begins, when it has several.
    pub number: u64,
    /// What it says.
    pub row: Result<Row, Vec<FieldError>>,
}

/// A line that is not imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The number of the line.
    pub line: u64,
    /// Whom it is about, as far as it can be read.
    pub username: String,
    /// What is wrong, by column; an empty column is the line as a whole.
    pub reasons: Vec<FieldError>,
}

/// What became of a batch of lines.
#[derive(Debug, Default)]
pub struct Batch {
    /// How many are to be imported, or were.
    pub fresh: u64,
    /// How many say what is there already.
    pub there: u64,
    /// The others, when they were not known as such before.
    pub refused: Vec<Refusal>,
}

/// An import at work.
pub struct Import<'a> {
    visitor: &'a Visitor,
    subject: Subject,
    seen: Seen,
    refused: BTreeSet<u64>,
}

impl<'a> Import<'a> {
    /// Begins; the operator at the machine itself is who acts.
    pub fn new(visitor: &'a Visitor) -> Self {
        Self { visitor, subject: system::operator(), seen: Seen::default(), refused: BTreeSet::new() }
    }
}

impl std::fmt::Debug for Import<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Import")
    }
}
