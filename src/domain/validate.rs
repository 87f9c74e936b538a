//! The field rules of request bodies; all bad fields are told at once (users.md 1.1).

use super::error::Error;
use crate::model::names;
use crate::model::page::FieldError;

/// Collects the refused fields of one request.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    /// Something must be there.
    pub fn required(self, field: &str, value: &str) -> Self {
        self.rule(field, "required", value, !value.is_empty())
    }

    /// A username, which must be there.
    pub fn username(self, field: &str, value: &str) -> Self {
        if value.is_empty() {
            return self.required(field, value);
        }
        self.rule(field, "username", value, names::check_name(value).is_ok())
    }

    /// An e-mail address, which must be there.
    pub fn email(self, field: &str, value: &str) -> Self {
        if value.is_empty() {
            return self.required(field, value);
        }
        self.rule(field, "email", value, names::is_email(value))
    }

    /// A person's display name, which may be empty.
    pub fn full_name(self, field: &str, value: &str) -> Self {
        self.rule(field, "user_real_name", value, names::is_full_name(value))
    }

    fn rule(mut self, field: &str, rule: &str, value: &str, holds: bool) -> Self {
        if !holds {
            let detail = format!("Validation failed for tag \"{rule}\" with value: \"{value}\"");
            self.0.push(FieldError::new(field, detail));
        }
        self
    }

    /// The verdict.
    ///
    /// # Errors
    /// All refused fields.
    pub fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::invalid("Validation failed.").fields(self.0)) }
    }
}
