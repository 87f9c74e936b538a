//! How tables name the type of a schema.

use std::borrow::Cow;

use crate::layout::Layout;
use crate::markdown::{anchor, squeezed};
use crate::schema::{Kind, Schema};

/// The page that links to named types lead to.
const SCHEMAS: &str = "schemas.md";

/// A link to the schema's type, when it has a name.
pub(crate) fn link<'a>(layout: &Layout, schema: &Schema<'a>) -> Option<Cow<'a, str>> {
    schema.name().map(|name| to(layout, SCHEMAS, name))
}

/// Without a page of schemas there is nowhere to lead to.
fn to<'a>(layout: &Layout, page: &str, name: &'a str) -> Cow<'a, str> {
    if !layout.links {
        return name.into();
    }
    match layout.anchors.get(name) {
        Some(anchor) => format!("[{name}]({page}#{anchor})").into(),
        None => format!("[{name}]({page}#{})", anchor(&squeezed(name))).into(),
    }
}

/// The type of a row in the table of a response.
pub(crate) fn in_response<'a>(layout: &Layout, schema: &Schema<'a>) -> Cow<'a, str> {
    if schema.kind() == Some(Kind::Array) {
        return "array".into();
    }
    link(layout, schema).unwrap_or_else(|| {
        let is_plain = !matches!(schema.kind(), None | Some(Kind::Array | Kind::Object));
        let named = with_format(schema);
        if is_plain && schema.is_nullable() { named + "¦null" } else { named }
    })
}

/// The type of a row on the page of schemas.
pub(crate) fn on_schemas_page<'a>(layout: &Layout, schema: &Schema<'a>) -> Cow<'a, str> {
    match schema.name() {
        Some(name) => to(layout, "", name),
        None => array_of(layout, "", schema).unwrap_or_else(|| plain(schema)),
    }
}

/// The type of a whole response body.
pub(crate) fn of_response<'a>(layout: &Layout, schema: &Schema<'a>) -> Cow<'a, str> {
    link(layout, schema).or_else(|| array_of(layout, SCHEMAS, schema)).unwrap_or_else(|| plain(schema))
}

/// The type of a parameter that is not a body: never a link.
pub(crate) fn of_parameter<'a>(schema: &Schema<'a>) -> Cow<'a, str> {
    match schema.items() {
        Some(items) => format!("array[{}]", plain(&items)).into(),
        None if schema.text("format") == Some("binary") => "binary".into(),
        None => with_format(schema),
    }
}

/// The type of a request body.
pub(crate) fn of_body<'a>(layout: &Layout, schema: &Schema<'a>) -> Cow<'a, str> {
    let of_items =
        || schema.items().and_then(|items| link(layout, &items)).map(|item| format!("array[{item}]").into());
    link(layout, schema).or_else(of_items).unwrap_or_else(|| of_parameter(schema))
}

/// The type without its format.
pub(crate) fn plain<'a>(schema: &Schema<'a>) -> Cow<'a, str> {
    schema.type_name().unwrap_or(Cow::Borrowed("any"))
}

fn with_format<'a>(schema: &Schema<'a>) -> Cow<'a, str> {
    match schema.text("format") {
        Some(format) => format!("{}({format})", plain(schema)).into(),
        None => plain(schema),
    }
}

fn array_of<'a>(layout: &Layout, page: &str, schema: &Schema<'a>) -> Option<Cow<'a, str>> {
    if schema.kind() != Some(Kind::Array) {
        return None;
    }
    let item = schema.items().map(|items| match items.name() {
        Some(name) => to(layout, page, name),
        None => items.type_name().unwrap_or("undefined".into()),
    });
    Some(format!("array of {}", item.unwrap_or("undefined".into())).into())
}
