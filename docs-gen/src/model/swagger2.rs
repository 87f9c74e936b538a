//! What only Swagger 2.0 has: bodies among the parameters, forms made of parameters, and media
//! types that stand apart from the schemas.

use super::read::Reader;
use super::{Body, Example, Header, Media, Parameter, Response, Style};
use crate::document::deref;
use crate::input::node::Node;
use crate::schema::Schema;

/// What a request is in when nothing is declared.
const DEFAULT_REQUEST: &str = "application/json";

/// What a response is in when nothing is declared.
const ANYTHING: &str = "*/*";

const PLAIN_FORM: &str = "application/x-www-form-urlencoded";

const FORM_OF_PARTS: &str = "multipart/form-data";

pub(super) fn parameters<'a>(reader: &Reader<'_, 'a>, declared: &[Node<'a>]) -> Vec<Parameter<'a>> {
    let others = declared.iter().filter(|node| !matches!(node.text_at("in"), Some("body" | "formData")));
    others.map(|node| parameter(reader, *node)).collect()
}

/// The type stands in the parameter itself.
fn parameter<'a>(reader: &Reader<'_, 'a>, node: Node<'a>) -> Parameter<'a> {
    let place = node.text_at("in").unwrap_or_default();
    Parameter {
        name: node.text_at("name").unwrap_or_default(),
        place,
        required: place == "path" || node.is_true("required"),
        deprecated: node.is_true("deprecated"),
        description: node.text_at("description").unwrap_or(""),
        schema: Schema::new(value_schema(reader, node)),
        example: node.get("x-example").or_else(|| node.get("example")),
        style: match node.text_at("collectionFormat") {
            Some("ssv") => Style::Spaces,
            Some("pipes") => Style::Pipes,
            _ => Style::Commas,
        },
        spelling: spelling(node.text_at("collectionFormat"), place),
    }
}

/// The words of OpenAPI 3 for a format of lists.
fn spelling<'a>(format: Option<&'a str>, place: &str) -> (&'a str, bool) {
    match format {
        Some("multi") => ("form", true),
        Some("ssv") => ("spaceDelimited", false),
        Some("pipes") => ("pipeDelimited", false),
        Some("tsv") => ("tsv", false),
        _ if matches!(place, "path" | "header") => ("simple", false),
        _ => ("form", false),
    }
}

/// The keywords of a parameter that say what its value is.
fn value_schema<'a>(reader: &Reader<'_, 'a>, node: Node<'a>) -> Node<'a> {
    const OTHERS: [&str; 8] = [
        "name",
        "in",
        "required",
        "description",
        "allowEmptyValue",
        "collectionFormat",
        "example",
        "x-example",
    ];
    let arena = reader.document.sources.arena;
    if node.text_at("type") == Some("file") {
        return Node::map(arena, &[("type", Node::Text("string")), ("format", Node::Text("binary"))]);
    }
    let kept: Vec<_> = node.entries().iter().filter(|(key, _)| !OTHERS.contains(key)).copied().collect();
    Node::map(arena, &kept)
}

pub(super) fn body<'a>(reader: &Reader<'_, 'a>, declared: &[Node<'a>]) -> Option<Body<'a>> {
    let consumes = media_types(reader, "consumes");
    if let Some(node) = declared.iter().find(|node| node.text_at("in") == Some("body")) {
        let form = |media_type| Media {
            media_type,
            schema: node.get("schema").map(Schema::new),
            examples: given(*node, media_type),
        };
        return Some(Body {
            required: node.is_true("required"),
            description: node.text_at("description").unwrap_or(""),
            media: form(consumes.first().copied().unwrap_or(DEFAULT_REQUEST)),
            others: consumes.iter().skip(1).map(|media_type| form(media_type)).collect(),
        });
    }
    let fields: Vec<_> =
        declared.iter().filter(|node| node.text_at("in") == Some("formData")).copied().collect();
    (!fields.is_empty()).then(|| form(reader, &fields, &consumes))
}

/// A form is a body whose schema has a property for each field.
fn form<'a>(reader: &Reader<'_, 'a>, fields: &[Node<'a>], consumes: &[&'a str]) -> Body<'a> {
    let arena = reader.document.sources.arena;
    let has_file = fields.iter().any(|field| field.text_at("type") == Some("file"));
    let fallback = if has_file { FORM_OF_PARTS } else { PLAIN_FORM };
    let declared = consumes.iter().find(|name| [PLAIN_FORM, FORM_OF_PARTS].contains(name)).copied();
    let properties: Vec<_> = fields.iter().map(|field| property(reader, *field)).collect();
    let required: Vec<_> = fields
        .iter()
        .filter(|field| field.is_true("required"))
        .map(|field| Node::Text(field.text_at("name").unwrap_or_default()))
        .collect();
    let schema = Node::map(
        arena,
        &[
            ("type", Node::Text("object")),
            ("properties", Node::map(arena, &properties)),
            ("required", Node::list(arena, &required)),
        ],
    );
    Body {
        required: !required.is_empty(),
        description: "",
        media: Media {
            media_type: declared.filter(|_| !has_file).unwrap_or(fallback),
            schema: Some(Schema::new(schema)),
            examples: Vec::new(),
        },
        others: Vec::new(),
    }
}

fn property<'a>(reader: &Reader<'_, 'a>, field: Node<'a>) -> (&'a str, Node<'a>) {
    let mut keywords = value_schema(reader, field).entries().to_vec();
    keywords.extend(field.members().and_then(|members| members.entry("description")));
    (field.text_at("name").unwrap_or_default(), Node::map(reader.document.sources.arena, &keywords))
}

pub(super) fn response<'a>(reader: &Reader<'_, 'a>, status: &'a str, node: Node<'a>) -> Response<'a> {
    let schema = node.get("schema");
    let examples = node.get("examples").unwrap_or_default();
    let mut types = media_types(reader, "produces");
    if types.is_empty() {
        types.extend(examples.entries().iter().map(|(name, _)| *name));
    }
    if types.is_empty() {
        types.push(ANYTHING);
    }
    if schema.is_none() && examples.entries().is_empty() {
        types.clear();
    }
    let media = types.into_iter().map(|media_type| Media {
        media_type,
        schema: schema.map(Schema::new),
        examples: unnamed(examples.get(media_type)),
    });
    let headers = node.get("headers").unwrap_or_default().entries().iter();
    Response {
        status,
        description: node.text_at("description").filter(|text| !text.trim().is_empty()),
        media: media.collect(),
        headers: headers.map(|(name, header)| self::header(name, *header)).collect(),
    }
}

fn header<'a>(name: &'a str, node: Node<'a>) -> Header<'a> {
    let node = deref(node);
    Header { name, description: node.text_at("description").unwrap_or(""), schema: Schema::new(node) }
}

/// What the operation declares, or the document when the operation declares nothing.
fn media_types<'a>(reader: &Reader<'_, 'a>, key: &str) -> Vec<&'a str> {
    let declared = reader.node.get(key).or_else(|| reader.document.root().get(key));
    declared.unwrap_or_default().items().iter().filter_map(|name| name.text()).collect()
}

/// An example of a body, by custom by media type.
fn given<'a>(node: Node<'a>, media_type: &str) -> Vec<Example<'a>> {
    let by_type = node.get("x-examples").and_then(|examples| examples.get(media_type));
    unnamed(by_type.or_else(|| node.get("x-example")))
}

fn unnamed(value: Option<Node<'_>>) -> Vec<Example<'_>> {
    value.map(|value| Example { name: None, value }).into_iter().collect()
}
