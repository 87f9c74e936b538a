//! The field rules of request bodies; all bad fields are told at once (users.md 1.1).

use super::error::Error;
use crate::model::names;
use crate::model::page::FieldError;
use crate::model::settings::Choice;
use crate::model::token_name::TOKEN_NAME_LIMIT;

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

    /// The name of a role. The contract has no word of its own for one that is not there.
    pub fn role_name(self, field: &str, value: &str) -> Self {
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

    /// The name of a new organization, which must be there.
    pub fn organization_name(self, field: &str, value: &str) -> Self {
        if value.is_empty() {
            return self.required(field, value);
        }
        self.rule(field, "organization_name", value, names::check_name(value).is_ok())
    }

    /// An organization's display name, which may be empty.
    pub fn organization_display_name(self, field: &str, value: &str) -> Self {
        self.rule(field, "organization_display_name", value, names::is_display_name(value))
    }

    /// The name of a group, which must be there.
    pub fn group_name(self, field: &str, value: &str) -> Self {
        if value.is_empty() {
            return self.required(field, value);
        }
        self.rule(field, "group_name", value, names::check_name(value).is_ok())
    }

    /// A group's display name, which may be empty; the rule is that for organizations.
    pub fn group_display_name(self, field: &str, value: &str) -> Self {
        self.rule(field, "group_display_name", value, names::is_display_name(value))
    }

    /// A number of something.
    pub fn not_negative(self, field: &str, value: i32) -> Self {
        self.rule(field, "min", &value.to_string(), value >= 0)
    }

    /// Any text. The contract has no rule for these, and so no name for it.
    pub fn text(self, field: &str, value: &str) -> Self {
        self.rule(field, "text", value, names::is_storable(value))
    }

    /// Something must be there when another member says so.
    pub fn required_if(self, needed: bool, field: &str, value: &str) -> Self {
        self.rule(field, "required_if", value, !needed || !value.is_empty())
    }

    /// A word of a setting, which may be absent.
    pub fn one_of(self, choice: &Choice, value: &str) -> Self {
        self.rule(choice.key, "oneof", value, value.is_empty() || choice.takes(value))
    }

    /// The name of a token, which may be empty. One that no index holds is not repeated in the answer.
    pub fn token_name(mut self, field: &str, value: &str) -> Self {
        if value.len() > TOKEN_NAME_LIMIT {
            let detail =
                format!("a token name has at most {TOKEN_NAME_LIMIT} bytes, this one has {}", value.len());
            self.0.push(FieldError::new(field, detail));
            return self;
        }
        self.text(field, value)
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
