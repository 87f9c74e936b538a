//! The document as a whole: opening it, following its references, its components.

use serde_json::{Map, Value};

use crate::error::Error;
use crate::references;

/// A chain of references longer than this is a cycle.
pub(crate) const MAX_HOPS: usize = 16;

/// An OpenAPI 3 document whose references are known to resolve.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Document<'a> {
    root: &'a Value,
}

impl<'a> Document<'a> {
    /// Takes the document if it is OpenAPI 3 and all of its references lead somewhere.
    pub(crate) fn open(root: &'a Value) -> Result<Self, Error> {
        check_version(root)?;
        check_shape(root)?;
        let document = Self { root };
        references::check(document, root)?;
        Ok(document)
    }

    /// The document's own JSON.
    pub(crate) fn root(self) -> &'a Value {
        self.root
    }

    /// The node a local reference (`#/a/b`) points to.
    pub(crate) fn lookup(self, reference: &str) -> Option<&'a Value> {
        let pointer = percent_decoded(reference.strip_prefix('#')?)?;
        self.root.pointer(&pointer)
    }

    /// The node itself, or what it refers to when it is a reference object.
    pub(crate) fn deref(self, node: &'a Value) -> &'a Value {
        let mut node = node;
        for _ in 0..MAX_HOPS {
            match reference_of(node).and_then(|r| self.lookup(r)) {
                Some(target) => node = target,
                None => break,
            }
        }
        node
    }

    /// The name of the component schema a reference points to.
    pub(crate) fn component_name(self, reference: &str) -> Option<&'a str> {
        let name = percent_decoded(reference.strip_prefix("#/components/schemas/")?)?;
        let name = name.replace("~1", "/").replace("~0", "~");
        self.component("schemas")?.get_key_value(&name).map(|(key, _)| key.as_str())
    }

    /// One of the maps under `components`.
    pub(crate) fn component(self, kind: &str) -> Option<&'a Map<String, Value>> {
        self.root.get("components")?.get(kind)?.as_object()
    }

    /// The paths in byte order.
    pub(crate) fn paths(self) -> Vec<(&'a str, &'a Value)> {
        let mut paths: Vec<_> =
            entries(self.root.get("paths")).filter(|(path, _)| path.starts_with('/')).collect();
        paths.sort_by_key(|(path, _)| *path);
        paths.into_iter().map(|(path, item)| (path, self.deref(item))).collect()
    }

    /// The name of the product that the document describes.
    pub(crate) fn product(self) -> &'a str {
        let title = self.root.pointer("/info/title").and_then(Value::as_str).map(str::trim);
        title.filter(|t| !t.is_empty()).unwrap_or("the server")
    }

    /// The path part of the first server's URL, without a slash at its end.
    pub(crate) fn base_path(self) -> &'a str {
        let url = self.root.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or("");
        let path = match url.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
            None => url,
        };
        path.trim_end_matches('/')
    }
}

/// The entries of a JSON object; none when the node is missing or something else.
pub(crate) fn entries(node: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    node.and_then(Value::as_object).into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

/// The elements of a JSON array; none when the node is missing or something else.
pub(crate) fn elements(node: Option<&Value>) -> impl Iterator<Item = &Value> {
    node.and_then(Value::as_array).into_iter().flatten()
}

/// The text of a node's `$ref`.
pub(crate) fn reference_of(node: &Value) -> Option<&str> {
    node.get("$ref")?.as_str()
}

/// Whether a node carries the mark that keeps it out of the pages.
pub(crate) fn is_skipped(node: &Value) -> bool {
    node.get("x-apidocgen").and_then(|mark| mark.get("skip")).and_then(Value::as_bool) == Some(true)
}

fn check_version(root: &Value) -> Result<(), Error> {
    let found = match root.get("openapi") {
        Some(Value::String(version)) if version.starts_with("3.") => return Ok(()),
        Some(version) => format!("its `openapi` member is {version}"),
        None => "it has no `openapi` member".into(),
    };
    Err(Error::NotOpenApi { found })
}

/// A document cut short must not pass for one without operations: its pages would be removed.
fn check_shape(root: &Value) -> Result<(), Error> {
    let (paths, components) = (root.get("paths"), root.get("components"));
    let is_wrong = |node: Option<&Value>| node.is_some_and(|node| !node.is_object());
    let pointer = match (paths, components) {
        (None, None) => "/paths",
        _ if is_wrong(paths) => "/paths",
        _ if is_wrong(components) => "/components",
        _ => return Ok(()),
    };
    Err(Error::Malformed { pointer: pointer.to_owned(), expected: "an object" })
}

/// A reference is a URI fragment, so its pointer may be percent-encoded.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(hex(*high) * 16 + hex(*low));
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit.saturating_sub(b'A').saturating_add(10),
    }
}
