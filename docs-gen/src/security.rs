//! What the document says about authentication.

use crate::document::{Document, deref};
use crate::input::node::Node;
use crate::model::Tag;

/// The security requirements of an operation, or those of the whole document when it has none.
pub(crate) fn requirements<'a>(document: &Document<'a>, operation: Node<'a>) -> Vec<Node<'a>> {
    let declared = operation.get("security").or_else(|| document.root().get("security"));
    declared.unwrap_or_default().items().to_vec()
}

/// The headers that carry a key, for each scheme of the first requirement.
///
/// An empty requirement says that authentication is optional; the one after it tells how.
pub(crate) fn headers<'a>(document: &Document<'a>, requirements: &[Node<'a>]) -> Vec<&'a str> {
    let first = requirements.iter().find(|one| !one.entries().is_empty()).copied().unwrap_or_default();
    let schemes = first.entries().iter().filter_map(|(name, _)| scheme(document, name));
    schemes.filter_map(key_header).collect()
}

/// Whether there is something to say about authentication: a scheme, or an operation that asks for one.
pub(crate) fn is_used(document: &Document<'_>, tags: &[Tag<'_>]) -> bool {
    let mut operations = tags.iter().flat_map(|tag| &tag.operations);
    !document.security_schemes().is_empty() || operations.any(|operation| operation.is_secured)
}

/// The first header that carries a key, whichever scheme declares it.
pub(crate) fn any_header<'a>(document: &Document<'a>) -> Option<&'a str> {
    document.security_schemes().iter().find_map(|(_, node)| key_header(deref(*node)))
}

fn scheme<'a>(document: &Document<'a>, name: &str) -> Option<Node<'a>> {
    document.security_schemes().iter().find(|(known, _)| *known == name).map(|(_, node)| deref(*node))
}

/// The header of a scheme that is a key in a header.
fn key_header(scheme: Node<'_>) -> Option<&str> {
    let is = |key: &str, value: &str| scheme.text_at(key) == Some(value);
    scheme.text_at("name").filter(|_| is("type", "apiKey") && is("in", "header"))
}
