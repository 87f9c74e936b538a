//! Rows of a file with a JSON object on each line.
//!
//! The members are taken by hand: what a derived reader says of a wrong value repeats it, and it may be a hash.

use std::io::{BufRead, Read};

use serde_json::{Map, Value};

use super::columns::{PASSWORD_HASH, column, set_text};
use super::source::{LONGEST_ROW, TOO_LONG};
use crate::domain::import::{Line, Place, Row};
use crate::model::ids::Secret;
use crate::model::page::FieldError;

/// The rows of a file.
pub struct Rows<R> {
    input: R,
    line: u64,
    bytes: Vec<u8>,
}

impl<R: BufRead> Rows<R> {
    /// From the first line on.
    pub const fn of(input: R) -> Self {
        Self { input, line: 0, bytes: Vec::new() }
    }

    /// Reads a line; false at the end, and nothing is left of one that is too long.
    fn read(&mut self) -> Result<bool, std::io::Error> {
        self.bytes.clear();
        self.line += 1;
        let mut limited = self.input.by_ref().take(LONGEST_ROW as u64 + 1);
        let mut read = limited.read_until(b'\n', &mut self.bytes)?;
        if self.bytes.len() <= LONGEST_ROW || self.bytes.ends_with(b"\n") {
            return Ok(read > 0);
        }
        while read > 0 && !self.bytes.ends_with(b"\n") {
            self.bytes.clear();
            read = self.input.by_ref().take(1 << 16).read_until(b'\n', &mut self.bytes)?;
        }
        self.bytes.clear();
        Ok(true)
    }
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = Result<Line, String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.read() {
                Ok(false) => return None,
                Ok(true) if self.bytes.is_empty() => {
                    let row = Err(refused("", TOO_LONG));
                    return Some(Ok(Line { number: self.line, row }));
                }
                Ok(true) if self.bytes.trim_ascii().is_empty() => {}
                Ok(true) => return Some(Ok(Line { number: self.line, row: row(&self.bytes) })),
                Err(error) => return Some(Err(error.to_string())),
            }
        }
    }
}

fn refused(field: &str, why: impl Into<String>) -> Vec<FieldError> {
    vec![FieldError::new(field, why)]
}

fn row(bytes: &[u8]) -> Result<Row, Vec<FieldError>> {
    let text = str::from_utf8(bytes).map_err(|_| refused("", "is not UTF-8"))?;
    let unreadable = |error: serde_json::Error| refused("", format!("is no JSON: {error}"));
    let value: Value = serde_json::from_str(text.trim()).map_err(unreadable)?;
    let Value::Object(members) = value else { return Err(refused("", "must be a JSON object")) };
    let (mut row, mut wrong) = (Row::default(), Vec::new());
    for (name, value) in members {
        let shown: String = name.chars().take(100).collect();
        let set = column(&name).and_then(|column| set(&mut row, column, value));
        wrong.extend(set.err().map(|why| FieldError::new(shown, why)));
    }
    if wrong.is_empty() { Ok(row) } else { Err(wrong) }
}

/// Sets a value; `null` is as good as nothing.
fn set(row: &mut Row, column: &'static str, value: Value) -> Result<(), String> {
    match (column, value) {
        (_, Value::Null) => {}
        ("service_account", Value::Bool(yes)) => row.service_account = yes,
        ("service_account", _) => return Err("must be true or false".to_owned()),
        ("roles", value) => row.roles = texts(value)?,
        ("organizations", value) => row.organizations = Some(places(value)?),
        (PASSWORD_HASH, Value::String(hash)) => {
            row.password_hash = (!hash.is_empty()).then(|| Secret::new(hash));
        }
        (column, Value::String(text)) => set_text(row, column, text),
        _ => return Err("must be a text".to_owned()),
    }
    Ok(())
}

fn texts(value: Value) -> Result<Vec<String>, String> {
    let wrong = || "must be a list of texts".to_owned();
    let Value::Array(values) = value else { return Err(wrong()) };
    let text = |value| match value {
        Value::String(text) => Ok(text),
        _ => Err(wrong()),
    };
    values.into_iter().map(text).collect()
}

fn places(value: Value) -> Result<Vec<Place>, String> {
    let Value::Array(values) = value else { return Err(NO_PLACES.to_owned()) };
    values.into_iter().map(place).collect()
}

const NO_PLACES: &str =
    r#"must be a list of names and objects like {"organization": "acme", "roles": ["organization-admin"]}"#;

/// A name alone, or an object with roles.
fn place(value: Value) -> Result<Place, String> {
    let wrong = || NO_PLACES.to_owned();
    match value {
        Value::String(organization) => Ok(Place { organization, roles: Vec::new() }),
        Value::Object(mut members) => {
            let Some(Value::String(organization)) = members.remove("organization") else {
                return Err(wrong());
            };
            let roles = members.remove("roles").filter(|roles| !roles.is_null());
            let roles = roles.map_or(Ok(Vec::new()), texts).map_err(|_| wrong())?;
            if members.is_empty() { Ok(Place { organization, roles }) } else { Err(wrong()) }
        }
        _ => Err(wrong()),
    }
}

/// A row as a JSON object, the other way round; the hash only when it is there.
pub fn object(row: &Row) -> Map<String, Value> {
    let place = |place: &Place| {
        Value::from_iter([
            ("organization", Value::from(place.organization.as_str())),
            ("roles", Value::from(place.roles.clone())),
        ])
    };
    let places = row.organizations.as_deref().unwrap_or_default().iter().map(place).collect();
    let mut members = Map::new();
    let mut add = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    add("username", row.username.as_str().into());
    add("email", row.email.as_str().into());
    add("name", row.name.as_str().into());
    add("login_type", row.login_type.as_str().into());
    add("status", row.status.as_str().into());
    add("service_account", row.service_account.into());
    add("created_at", row.created_at.as_str().into());
    add("roles", row.roles.clone().into());
    add("organizations", places);
    if let Some(hash) = &row.password_hash {
        add(PASSWORD_HASH, hash.expose().into());
    }
    members
}
