//! What the document says about authentication.

use serde_json::Value;

use crate::document::{Document, elements, entries};

/// The security requirements of an operation, or those of the whole document when it has none.
pub(crate) fn requirements<'a>(document: Document<'a>, operation: &'a Value) -> Vec<&'a Value> {
    let declared = operation.get("security").or_else(|| document.root().get("security"));
    elements(declared).collect()
}

/// The headers that carry a key, for each scheme of the first requirement.
///
/// An empty requirement says that authentication is optional; the one after it tells how.
pub(crate) fn headers<'a>(document: Document<'a>, requirements: &[&'a Value]) -> Vec<&'a str> {
    let first = requirements.iter().find(|one| entries(Some(one)).next().is_some());
    let schemes = entries(first.copied()).filter_map(|(name, _)| scheme(document, name));
    schemes.filter_map(key_header).collect()
}

/// Whether the document has a security scheme at all.
pub(crate) fn has_schemes(document: Document<'_>) -> bool {
    document.component("securitySchemes").is_some_and(|schemes| !schemes.is_empty())
}

/// The first header that carries a key, whichever scheme declares it.
pub(crate) fn any_header<'a>(document: Document<'a>) -> Option<&'a str> {
    let schemes = document.component("securitySchemes")?.values();
    schemes.map(|node| document.deref(node)).find_map(key_header)
}

fn scheme<'a>(document: Document<'a>, name: &str) -> Option<&'a Value> {
    Some(document.deref(document.component("securitySchemes")?.get(name)?))
}

/// The header of a scheme that is a key in a header.
fn key_header(scheme: &Value) -> Option<&str> {
    let is = |key: &str, value: &str| scheme.get(key).and_then(Value::as_str) == Some(value);
    let in_header = is("type", "apiKey") && is("in", "header");
    scheme.get("name").and_then(Value::as_str).filter(|_| in_header)
}
