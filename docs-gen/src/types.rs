//! How tables name the type of a schema.

use crate::markdown::schema_link;
use crate::schema::{Kind, Schema};

/// The page that links to named types lead to.
const SCHEMAS: &str = "schemas.md";

/// A link to the schema's type, when it has a name.
pub(crate) fn link(schema: &Schema<'_>) -> Option<String> {
    schema.name().map(|name| schema_link(SCHEMAS, name))
}

/// The type of a row in the table of a response.
pub(crate) fn in_response(schema: &Schema<'_>) -> String {
    if schema.kind() == Some(Kind::Array) {
        return "array".to_owned();
    }
    link(schema).unwrap_or_else(|| {
        let is_plain = !matches!(schema.kind(), None | Some(Kind::Array | Kind::Object));
        format!("{}{}", with_format(schema), if is_plain && schema.is_nullable() { "¦null" } else { "" })
    })
}

/// The type of a row on the page of schemas.
pub(crate) fn on_schemas_page(schema: &Schema<'_>) -> String {
    match schema.name() {
        Some(name) => schema_link("", name),
        None => array_of("", schema).unwrap_or_else(|| plain(schema)),
    }
}

/// The type of a whole response body.
pub(crate) fn of_response(schema: &Schema<'_>) -> String {
    link(schema).or_else(|| array_of(SCHEMAS, schema)).unwrap_or_else(|| plain(schema))
}

/// The type of a parameter that is not a body: never a link.
pub(crate) fn of_parameter(schema: &Schema<'_>) -> String {
    match schema.items() {
        Some(items) => format!("array[{}]", plain(&items)),
        None if schema.text("format") == Some("binary") => "binary".to_owned(),
        None => with_format(schema),
    }
}

/// The type of a request body.
pub(crate) fn of_body(schema: &Schema<'_>) -> String {
    let of_items = || schema.items().and_then(|items| link(&items)).map(|item| format!("array[{item}]"));
    link(schema).or_else(of_items).unwrap_or_else(|| of_parameter(schema))
}

/// The type without its format.
pub(crate) fn plain(schema: &Schema<'_>) -> String {
    schema.type_name().unwrap_or_else(|| "any".to_owned())
}

fn with_format(schema: &Schema<'_>) -> String {
    match schema.text("format") {
        Some(format) => format!("{}({format})", plain(schema)),
        None => plain(schema),
    }
}

fn array_of(page: &str, schema: &Schema<'_>) -> Option<String> {
    if schema.kind() != Some(Kind::Array) {
        return None;
    }
    let item = schema.items().map(|items| match items.name() {
        Some(name) => schema_link(page, name),
        None => items.type_name().unwrap_or_else(|| "undefined".to_owned()),
    });
    Some(format!("array of {}", item.unwrap_or_else(|| "undefined".to_owned())))
}
