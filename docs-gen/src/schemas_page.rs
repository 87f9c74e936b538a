//! The page of schemas: every component by name.

use serde_json::Value;

use crate::describe::describe;
use crate::document::{Document, is_skipped};
use crate::enums;
use crate::markdown::{code, fence, heading, join};
use crate::media::pretty;
use crate::responses::{enum_name, restrictions};
use crate::sample::{Purpose, sample};
use crate::schema::{Kind, Schema};
use crate::schema_rows::{self, Label, Row};
use crate::{table, types};

/// A schema whose description begins so is left out, as is one that carries the mark of operations that are.
const SKIP: &str = "x-apidocgen:skip";

/// One section for each schema, in byte order of the names.
pub(crate) fn sections(document: Document<'_>) -> Vec<String> {
    let mut schemas: Vec<_> = document.component("schemas").into_iter().flatten().collect();
    schemas.sort_by_key(|(name, _)| name.as_str());
    schemas.into_iter().filter_map(|(name, node)| section(document, name, node)).collect()
}

fn section(document: Document<'_>, name: &str, node: &Value) -> Option<String> {
    let schema = Schema::new(document, node);
    let description = schema.own("description").and_then(Value::as_str).unwrap_or("").trim();
    if is_skipped(node) || description.starts_with(SKIP) {
        return None;
    }
    let mut blocks = vec![heading(2, name), fence("json", &pretty(&sample(&schema, Purpose::Type)))];
    if !description.is_empty() {
        blocks.push(description.to_owned());
    }
    blocks.push("### Properties".to_owned());
    blocks.extend(properties(&schema));
    Some(join(&blocks))
}

fn properties(schema: &Schema<'_>) -> Vec<String> {
    if schema.kind() != Some(Kind::Object) {
        return enums::unnamed_table(&schema.enum_values()).into_iter().collect();
    }
    let rows = schema_rows::closed(schema);
    if rows.is_empty() {
        return vec!["None".to_owned()];
    }
    let cells: Vec<_> = rows.iter().map(cells).collect();
    let header = ["Name", "Type", "Required", "Restrictions", "Description"];
    let values = rows.iter().map(|row| (enum_name(row.label), row.schema.own_enum_values()));
    let enums = enums::table("Property", values);
    std::iter::once(table::render(&header, &cells)).chain(enums).collect()
}

fn cells(row: &Row<'_>) -> Vec<String> {
    vec![
        name_cell(row),
        types::on_schemas_page(&row.schema),
        row.required.to_string(),
        restrictions(&row.schema).to_owned(),
        describe(&row.schema, row.label.text()),
    ]
}

/// The marks of depth stand inside the code span, but for the values of a map.
fn name_cell(row: &Row<'_>) -> String {
    let (marks, name) = ("»".repeat(row.depth), row.label.text());
    match (row.depth, row.label) {
        (0, _) => code(name),
        (_, Label::AnyProperty) => format!("{marks} {}", code(name)),
        _ => code(&format!("{marks} {name}")),
    }
}
