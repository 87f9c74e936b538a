//! Query parameters as the use-cases want them; all that is wrong with them is told at once (members.md 1.3).

use roster_openapi::param::{Count, Query, Text, UuidText};
use uuid::Uuid;

use crate::domain::Error;
use crate::model::ids::UserId;
use crate::model::lexer::more_than_once;
use crate::model::page::{FieldError, Page};

/// The paging parameters of a request.
#[derive(Debug)]
pub struct Paging {
    /// `after_id`.
    pub after_id: Query<UuidText>,
    /// `limit`.
    pub limit: Query<Count>,
    /// `offset`.
    pub offset: Query<Count>,
}

impl Paging {
    /// The page they ask for.
    ///
    /// # Errors
    /// 400 with every bad parameter.
    pub fn read(&self) -> Result<Page, Error> {
        let mut bad = Vec::new();
        let after = one("after_id", &self.after_id.values, &mut bad).and_then(|text| after(text, &mut bad));
        let mut count = |name, values: &[String]| match one(name, values, &mut bad) {
            Some(text) => number(name, text, &mut bad),
            None => 0,
        };
        let limit = count("limit", &self.limit.values);
        let offset = count("offset", &self.offset.values);
        if bad.is_empty() {
            return Ok(Page { after, limit, offset });
        }
        Err(Error::invalid("Query parameters have invalid values.").fields(bad))
    }
}

/// The one value of a parameter; empty is the same as absent.
fn one<'v>(name: &str, values: &'v [String], bad: &mut Vec<FieldError>) -> Option<&'v str> {
    if values.len() > 1 {
        bad.push(FieldError::new(name, more_than_once(name, values.len())));
        return None;
    }
    values.first().map(String::as_str).filter(|text| !text.is_empty())
}

fn after(text: &str, bad: &mut Vec<FieldError>) -> Option<UserId> {
    let read = Uuid::try_parse(text);
    if read.is_err() {
        bad.push(FieldError::new("after_id", "Query param \"after_id\" must be a valid uuid"));
    }
    read.ok().filter(|id| !id.is_nil()).map(UserId)
}

fn number(name: &str, text: &str, bad: &mut Vec<FieldError>) -> u32 {
    let why = match text.parse::<i128>() {
        Ok(value) if (0..=i128::from(i32::MAX)).contains(&value) => return u32::try_from(value).unwrap_or(0),
        Ok(value) if value < 0 => "value is negative".to_owned(),
        Ok(_) => format!("parsing {text:?}: value out of range"),
        Err(_) => format!("parsing {text:?}: invalid syntax"),
    };
    let detail = format!("Query param {name:?} must be a valid 32-bit positive integer: {why}");
    bad.push(FieldError::new(name, detail));
    0
}

/// The search text; the last of several is not special, they are joined as one would type them.
pub fn search(q: &Query<Text>) -> String {
    q.values.join(" ")
}
