//! Which lines were refused and why: all of them to a file, or the first ones to standard error.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde::Serialize;

use crate::config::Format;
use crate::domain::import::Refusal;
use crate::model::page::FieldError;

/// How many refused lines are shown when there is no file for them.
const SHOWN: usize = 10;

/// Where refused lines are told of.
pub struct Report {
    to: To,
    name: String,
}

enum To {
    Csv(Box<csv::Writer<File>>),
    Json(BufWriter<File>),
    Shown { first: Vec<String>, more: usize },
}

/// A line of the report as JSON.
#[derive(Serialize)]
struct Told<'a> {
    line: u64,
    username: &'a str,
    reasons: Vec<Reason>,
}

#[derive(Serialize)]
struct Reason {
    field: String,
    reason: String,
}

impl Report {
    /// Makes the file, empty when no line is refused; without one the first refused lines are shown.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create(path: Option<&Path>) -> Result<Self, String> {
        let Some(path) = path else {
            return Ok(Self { to: To::Shown { first: Vec::new(), more: 0 }, name: String::new() });
        };
        let name = path.display().to_string();
        let file = File::create(path).map_err(|error| format!("{name}: {error}"))?;
        let to = match super::source::by_ending(path) {
            Some(Format::Csv) => To::Csv(Box::new(csv::Writer::from_writer(file))),
            _ => To::Json(BufWriter::new(file)),
        };
        let mut report = Self { to, name };
        if let To::Csv(writer) = &mut report.to {
            writer.write_record(["line", "username", "field", "reason"]).map_err(|e| report.failed(e))?;
        }
        Ok(report)
    }

    /// Tells of some more.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn add(&mut self, refused: &[Refusal]) -> Result<(), String> {
        refused.iter().try_for_each(|refusal| self.to.add(refusal)).map_err(|error| self.failed(error))
    }

    /// Sees that all is written.
    ///
    /// # Errors
    /// When it cannot be.
    pub fn finish(&mut self) -> Result<(), String> {
        let flushed = match &mut self.to {
            To::Csv(writer) => writer.flush(),
            To::Json(writer) => writer.flush(),
            // Not before: a bar may be where the lines would go.
            To::Shown { first, more } => {
                first.iter().for_each(|line| eprintln!("{line}"));
                if *more > 0 {
                    eprintln!("and {more} more; --report FILE has all of them");
                }
                Ok(())
            }
        };
        flushed.map_err(|error| self.failed(error))
    }

    fn failed(&self, error: impl std::fmt::Display) -> String {
        format!("{}: {error}", self.name)
    }
}

impl To {
    fn add(&mut self, refusal: &Refusal) -> std::io::Result<()> {
        let Refusal { line, username, reasons } = refusal;
        match self {
            Self::Csv(writer) => {
                for reason in reasons {
                    writer.write_record([&line.to_string(), username, &reason.field, &reason.detail])?;
                }
                Ok(())
            }
            Self::Json(writer) => {
                let reason = |it: &FieldError| Reason { field: it.field.clone(), reason: it.detail.clone() };
                let reasons = reasons.iter().map(reason).collect();
                serde_json::to_writer(&mut *writer, &Told { line: *line, username, reasons })?;
                writer.write_all(b"\n")
            }
            Self::Shown { first, .. } if first.len() < SHOWN => {
                first.push(shown(refusal));
                Ok(())
            }
            Self::Shown { more, .. } => {
                *more += 1;
                Ok(())
            }
        }
    }
}

/// A refused line for a terminal, which does not do what the file says.
fn shown(refusal: &Refusal) -> String {
    let reason = |it: &FieldError| match it.field.as_str() {
        "" => it.detail.clone(),
        field => format!("{field}: {}", it.detail),
    };
    let reasons = refusal.reasons.iter().map(reason).collect::<Vec<_>>().join("; ");
    let text = format!("line {}: {reasons}", refusal.line);
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
