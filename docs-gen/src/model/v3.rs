//! What only OpenAPI 3 has: bodies, and content by media type.

use super::{Body, Example, Header, Media, Parameter, Response, Style};
use crate::document::deref;
use crate::input::node::Node;
use crate::schema::Schema;

pub(super) fn parameters<'a>(declared: &[Node<'a>]) -> Vec<Parameter<'a>> {
    declared.iter().map(|node| parameter(*node)).collect()
}

fn parameter(node: Node<'_>) -> Parameter<'_> {
    let place = node.text_at("in").unwrap_or_default();
    Parameter {
        name: node.text_at("name").unwrap_or_default(),
        place,
        required: place == "path" || node.is_true("required"),
        deprecated: node.is_true("deprecated"),
        description: node.text_at("description").unwrap_or(""),
        schema: schema_of(node),
        example: examples(node).first().map(|example| example.value),
        style: match node.text_at("style") {
            Some("spaceDelimited") => Style::Spaces,
            Some("pipeDelimited") => Style::Pipes,
            Some("deepObject") => Style::Deep,
            _ => Style::Commas,
        },
        spelling: spelling(node, place),
    }
}

/// Written out, or what holds by the place.
fn spelling<'a>(node: Node<'a>, place: &str) -> (&'a str, bool) {
    let by_place = if matches!(place, "path" | "header") { "simple" } else { "form" };
    let style = node.text_at("style").unwrap_or(by_place);
    (style, node.get("explode").and_then(Node::flag).unwrap_or(style == "form"))
}

pub(super) fn body(operation: Node<'_>) -> Option<Body<'_>> {
    let node = deref(operation.get("requestBody")?);
    let ((media_type, form), others) = node.get("content").unwrap_or_default().entries().split_first()?;
    Some(Body {
        required: node.is_true("required"),
        description: node.text_at("description").unwrap_or(""),
        media: media(media_type, *form),
        others: others.iter().map(|(name, form)| media(name, *form)).collect(),
    })
}

pub(super) fn response<'a>(status: &'a str, node: Node<'a>) -> Response<'a> {
    let members = |key: &str| node.get(key).unwrap_or_default().entries().iter();
    Response {
        status,
        description: node.text_at("description").filter(|text| !text.trim().is_empty()),
        media: members("content").map(|(name, form)| media(name, *form)).collect(),
        headers: members("headers").map(|(name, header)| self::header(name, *header)).collect(),
    }
}

fn header<'a>(name: &'a str, node: Node<'a>) -> Header<'a> {
    let node = deref(node);
    Header { name, description: node.text_at("description").unwrap_or(""), schema: schema_of(node) }
}

fn media<'a>(media_type: &'a str, node: Node<'a>) -> Media<'a> {
    let node = deref(node);
    Media { media_type, schema: node.get("schema").map(Schema::new), examples: examples(node) }
}

/// The schema of a parameter or header: its own, or that of its one form.
fn schema_of(node: Node<'_>) -> Schema<'_> {
    let content = node.get("content").unwrap_or_default().entries().first();
    let in_content = || content.and_then(|(_, form)| form.get("schema"));
    Schema::new(node.get("schema").or_else(in_content).unwrap_or_default())
}

/// The examples that the document gives: one without a name, or several with names.
fn examples(node: Node<'_>) -> Vec<Example<'_>> {
    if let Some(value) = node.get("example") {
        return vec![Example { name: None, value }];
    }
    let named = node.get("examples").unwrap_or_default().entries();
    let several = named.len() > 1;
    named.iter().filter_map(|(key, node)| named_example(key, deref(*node), several)).collect()
}

fn named_example<'a>(key: &'a str, node: Node<'a>, several: bool) -> Option<Example<'a>> {
    let name = node.text_at("summary").unwrap_or(key);
    Some(Example { name: several.then_some(name), value: node.get("value")? })
}
