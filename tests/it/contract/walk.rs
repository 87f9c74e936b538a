//! The document as a list of operations.

use std::fmt;
use std::path::{Path, PathBuf};

use reqwest::Method;
use roster_openapi::scim;
use serde_json::Value;

use crate::support;

/// One operation of the document.
#[derive(Clone)]
pub struct Operation {
    /// Its path template.
    pub path: &'static str,
    /// Its method.
    pub method: Method,
    /// What the document says about it.
    pub value: &'static Value,
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.id(), self.method, self.path)
    }
}

impl Operation {
    /// The operation id; empty when it has none.
    pub fn id(&self) -> &'static str {
        self.value["operationId"].as_str().unwrap_or_default()
    }

    /// The summary; empty when it has none.
    pub fn summary(&self) -> &'static str {
        self.value["summary"].as_str().unwrap_or_default()
    }

    /// The first tag; empty when it has none.
    pub fn tag(&self) -> &'static str {
        self.value["tags"][0].as_str().unwrap_or_default()
    }

    /// Whether every way to call it needs a session, or the secret of directories.
    pub fn is_secured(&self) -> bool {
        let ways = self.value["security"].as_array();
        ways.is_some_and(|ways| !ways.is_empty() && ways.iter().all(|way| way != &serde_json::json!({})))
    }

    /// Whether every way to call it needs a session: directories have a secret instead.
    pub fn needs_session(&self) -> bool {
        self.is_secured() && !self.is_scim()
    }

    /// Whether it is for directories.
    pub fn is_scim(&self) -> bool {
        scim::is_below(self.path)
    }

    /// Whether the reference pages leave it out.
    pub fn is_left_out(&self) -> bool {
        self.value["x-apidocgen"]["skip"] == true
    }

    /// Whether it reads a body.
    pub fn has_body(&self) -> bool {
        self.value["requestBody"].is_object()
    }

    /// Its documented parameters.
    pub fn parameters(&self) -> impl Iterator<Item = &'static Value> {
        self.value["parameters"].as_array().into_iter().flatten()
    }

    /// Its documented responses.
    pub fn responses(&self) -> impl Iterator<Item = (&'static String, &'static Value)> {
        self.value["responses"].as_object().into_iter().flatten()
    }

    /// Its path with every parameter filled in.
    pub fn path_with(&self, fill: impl Fn(&str) -> String) -> String {
        let part = |part: &str| match parameter_of(part) {
            Some(name) => fill(name),
            None => part.to_owned(),
        };
        self.path.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    /// Its path with a value that nothing in the database has.
    pub fn any_path(&self) -> String {
        self.path_with(|_| "nothing-by-this-name".to_owned())
    }
}

/// The name of the parameter that a segment of a path template stands for.
pub fn parameter_of(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// All path templates of the document with what is below them.
pub fn paths() -> impl Iterator<Item = (&'static String, &'static serde_json::Map<String, Value>)> {
    let paths = support::document()["paths"].as_object().unwrap();
    paths.iter().map(|(path, item)| (path, item.as_object().unwrap()))
}

/// All operations of the document, in its order.
pub fn operations() -> Vec<Operation> {
    let of = |(path, item): (&'static String, &'static serde_json::Map<String, Value>)| {
        item.iter().map(move |(method, value)| {
            let method = method.to_uppercase().parse().unwrap();
            Operation { path, method, value }
        })
    };
    paths().flat_map(of).collect()
}

/// Every value of the document with the way to it, parents first.
pub fn every_value(document: &'static Value) -> Vec<(String, &'static Value)> {
    let mut found = vec![(String::new(), document)];
    let mut at = 0;
    while let Some((way, value)) = found.get(at).cloned() {
        at += 1;
        match value {
            Value::Object(members) => {
                found.extend(members.iter().map(|(key, v)| (format!("{way}/{key}"), v)))
            }
            Value::Array(items) => {
                found.extend(items.iter().enumerate().map(|(n, v)| (format!("{way}/{n}"), v)))
            }
            _ => {}
        }
    }
    found
}

/// A file of the repository.
pub fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
