//! Pages of lists.

use super::ids::UserId;

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Page {
    /// Only rows that sort after this user.
    pub after: Option<UserId>,
    /// At most so many rows; 0 is no limit.
    pub limit: u32,
    /// Skip so many rows.
    pub offset: u32,
}

/// A page of rows, and how many rows there are before limit and offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted<T> {
    /// The page.
    pub rows: Vec<T>,
    /// All matching rows; 0 when the page is empty, whatever the true number (users.md 3.1).
    pub count: u64,
}

/// One refused field: its name in the request and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The name in the request.
    pub field: String,
    /// The reason.
    pub detail: String,
}

impl FieldError {
    /// A refused field.
    pub fn new(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { field: field.into(), detail: detail.into() }
    }
}
