//! Checks every `$ref` of a document before anything is rendered.
//!
//! Doing it up front is what lets the error name the place of the reference, and what lets the
//! renderers follow references without a way to fail.

use serde_json::Value;

use crate::document::{Document, MAX_HOPS, reference_of};
use crate::error::Error;

/// Members whose children are named by the author, so that `default` among them is just a name.
const NAME_MAPS: [&str; 18] = [
    "$defs",
    "callbacks",
    "content",
    "definitions",
    "dependentSchemas",
    "encoding",
    "headers",
    "links",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
    "webhooks",
];

/// Members that hold data, where a `$ref` is not a reference.
const DATA: [&str; 5] = ["const", "default", "enum", "example", "examples"];

/// Fails on the first reference that does not resolve.
pub(crate) fn check(document: Document<'_>, root: &Value) -> Result<(), Error> {
    walk(document, root, &mut String::new(), false)
}

fn walk(document: Document<'_>, node: &Value, at: &mut String, names: bool) -> Result<(), Error> {
    match node {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                step(at, &index.to_string(), |at| walk(document, item, at, false))?;
            }
        }
        Value::Object(members) => {
            if !names {
                check_one(document, node, at)?;
            }
            for (key, member) in members {
                if names || !(DATA.contains(&key.as_str()) || key.starts_with("x-")) {
                    let inner = !names && NAME_MAPS.contains(&key.as_str());
                    step(at, key, |at| walk(document, member, at, inner))?;
                }
            }
        }
        _ => {}
    }
    Ok(())
}

/// The JSON pointer with these segments.
pub(crate) fn pointer<'s>(segments: impl IntoIterator<Item = &'s str>) -> String {
    segments.into_iter().map(|one| format!("/{}", one.replace('~', "~0").replace('/', "~1"))).collect()
}

/// Runs `inside` with one more segment on the pointer.
fn step<T>(at: &mut String, segment: &str, inside: impl FnOnce(&mut String) -> T) -> T {
    let length = at.len();
    at.push_str(&pointer([segment]));
    let result = inside(at);
    at.truncate(length);
    result
}

fn check_one(document: Document<'_>, node: &Value, at: &str) -> Result<(), Error> {
    let Some(target) = node.get("$ref") else { return Ok(()) };
    let fail = |reason| {
        let target = target.as_str().map_or_else(|| target.to_string(), str::to_owned);
        Err(Error::Reference { pointer: at.to_owned(), target, reason })
    };
    let Some(mut reference) = target.as_str() else { return fail("is not text") };
    for _ in 0..MAX_HOPS {
        if !reference.starts_with('#') {
            return fail("does not point into this document");
        }
        let Some(found) = document.lookup(reference) else { return fail("does not resolve") };
        match reference_of(found) {
            Some(next) => reference = next,
            None => return Ok(()),
        }
    }
    fail("goes round in a circle")
}
