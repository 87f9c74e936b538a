//! The page of schemas: every named type.

use crate::document::{Document, is_skipped};
use crate::enums;
use crate::input::node::Node;
use crate::layout::Layout;
use crate::markdown::{Text, heading, push_code};
use crate::responses::{PROPERTY_HEADER, enum_name, property_cells};
use crate::sample::{Purpose, sample};
use crate::schema::{Kind, Schema};
use crate::schema_rows::{self, Label, Row, push_marked};
use crate::table::Table;
use crate::types;

/// A schema whose description begins so is left out, as is one that carries the mark of operations that are.
const SKIP: &str = "x-apidocgen:skip";

/// The schemas of the page, in byte order of the names.
fn shown<'a>(document: &Document<'a>) -> Vec<(&'a str, Node<'a>)> {
    let mut schemas: Vec<_> =
        document.schemas.iter().filter(|(_, node)| !is_left_out(*node)).copied().collect();
    schemas.sort_by_key(|(name, _)| *name);
    schemas
}

/// Their names.
pub(crate) fn names<'a>(document: &Document<'a>) -> Vec<&'a str> {
    shown(document).into_iter().map(|(name, _)| name).collect()
}

fn is_left_out(node: Node<'_>) -> bool {
    let description = Schema::new(node).own("description").and_then(Node::text).unwrap_or("");
    is_skipped(node) || description.trim_start().starts_with(SKIP)
}

/// Writes one section for each schema.
pub(crate) fn sections(page: &mut Text, layout: &Layout, document: &Document<'_>) {
    shown(document).into_iter().for_each(|(name, node)| section(page, layout, name, node));
}

fn section(page: &mut Text, layout: &Layout, name: &str, node: Node<'_>) {
    let schema = Schema::new(node);
    let description = schema.own("description").and_then(Node::text).unwrap_or("").trim();
    page.push(&heading(2, name));
    page.json(&sample(&schema, Purpose::Type));
    page.free(description);
    page.push("### Properties");
    properties(page, layout, &schema);
}

fn properties(page: &mut Text, layout: &Layout, schema: &Schema<'_>) {
    let has_rows = schema.kind() == Some(Kind::Object) || !schema.alternatives().is_empty();
    if !has_rows {
        return enums::unnamed_table(page, layout.enums, &schema.enum_values());
    }
    let rows = schema_rows::closed(schema);
    if rows.is_empty() {
        return page.push("None");
    }
    let mut table = Table::new(&PROPERTY_HEADER);
    for row in &rows {
        let name = row.label.text();
        table.cell_with(|out| push_name(out, row, &name));
        property_cells(&mut table, row, &name, types::on_schemas_page(layout, &row.schema));
    }
    table.write(page);
    let values = rows.iter().map(|row| (enum_name(row.label), row.schema.own_enum_values()));
    enums::table(page, layout.enums, "Property", values);
}

/// The marks of depth stand inside the code span, but for the values of a map.
fn push_name(out: &mut String, row: &Row<'_>, name: &str) {
    if row.depth > 0 && row.label == Label::AnyProperty {
        out.push_str(&"»".repeat(row.depth));
        out.push(' ');
        return push_code(out, name);
    }
    push_marked(out, row.depth, name);
}
