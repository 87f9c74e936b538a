//! The body sample and the table of parameters.

use std::borrow::Cow;

use crate::enums;
use crate::input::node::Node;
use crate::layout::Layout;
use crate::markdown::Text;
use crate::media;
use crate::model::{Body, Operation, Parameter};
use crate::sample::{Purpose, sample};
use crate::schema::{Kind, Schema};
use crate::schema_rows::{self, Row, push_marked};
use crate::table::Table;
use crate::types;
use crate::value::Value;

const HEADER: [&str; 5] = ["Name", "In", "Type", "Required", "Description"];

/// Writes the sample of the request body.
pub(crate) fn body_block(page: &mut Text, operation: &Operation<'_>) {
    let Some(media) = operation.body.as_ref().map(|body| &body.media) else { return };
    let class = media::class(media.media_type);
    let sample = match (media.examples.first(), &media.schema) {
        _ if !class.is_readable_request() => return,
        (Some(example), _) => Value::Given(example.value),
        (None, Some(schema)) => sample(schema, Purpose::Request),
        (None, None) => return,
    };
    page.push("> Body parameter");
    media::request_fence(page, class, &sample);
}

/// Writes the section of parameters, the body among them.
pub(crate) fn block(page: &mut Text, layout: &Layout, operation: &Operation<'_>) {
    let mut lines: Vec<Line<'_>> = operation.parameters.iter().map(Line::of_parameter).collect();
    if let Some(body) = &operation.body {
        lines.extend(Line::of_body(layout, body));
    }
    if lines.is_empty() {
        return;
    }
    let mut table = Table::new(&HEADER);
    lines.iter().for_each(|line| line.cells(&mut table));
    page.push("### Parameters");
    table.write(page);
    details(page, &lines);
    let named = lines.iter().filter_map(|line| Some((line.name.clone().into_owned(), line.schema.as_ref()?)));
    enums::table(page, layout.enums, "Parameter", named.map(|(name, schema)| (name, values(schema))));
}

/// One row before it is written out.
struct Line<'a> {
    name: Cow<'a, str>,
    marks: usize,
    place: &'a str,
    type_name: Cow<'a, str>,
    required: bool,
    description: &'a str,
    schema: Option<Schema<'a>>,
}

impl<'a> Line<'a> {
    fn of_parameter(parameter: &Parameter<'a>) -> Self {
        Self {
            name: parameter.name.into(),
            marks: 0,
            place: parameter.place,
            type_name: types::of_parameter(&parameter.schema),
            required: parameter.required,
            description: parameter.description,
            schema: Some(parameter.schema.clone()),
        }
    }

    /// The row of the body and, for an object without a name, one for each property.
    fn of_body(layout: &Layout, body: &Body<'a>) -> Vec<Self> {
        let schema = body.media.schema.as_ref();
        let whole = Self {
            name: "body".into(),
            marks: 0,
            place: "body",
            type_name: schema.map_or_else(|| "any".into(), |schema| types::of_body(layout, schema)),
            required: body.required,
            description: body.description,
            // The values of a named enum stand on the page of schemas.
            schema: schema.filter(|schema| schema.name().is_none()).cloned(),
        };
        let unnamed = schema.filter(|schema| schema.name().is_none() && schema.kind() == Some(Kind::Object));
        let rows = unnamed.map(|schema| schema_rows::opened(schema, 1)).unwrap_or_default();
        std::iter::once(whole).chain(rows.into_iter().map(|row| Self::of_property(layout, row))).collect()
    }

    fn of_property(layout: &Layout, row: Row<'a>) -> Self {
        Self {
            name: row.label.text(),
            marks: row.depth,
            place: "body",
            type_name: types::of_body(layout, &row.schema),
            required: row.required,
            description: row.schema.text("description").unwrap_or(""),
            schema: Some(row.schema),
        }
    }

    fn cells(&self, table: &mut Table<'_>) {
        let first_line = self.description.trim().lines().next().unwrap_or("");
        table
            .cell_with(|out| push_marked(out, self.marks, &self.name))
            .cell(self.place)
            .cell(&self.type_name)
            .cell(if self.required { "true" } else { "false" })
            .cell(first_line);
    }
}

/// Writes the full texts of the descriptions that do not fit into the table.
fn details(page: &mut Text, lines: &[Line<'_>]) {
    let mut long = lines.iter().filter(|line| line.description.trim().lines().count() > 1).peekable();
    if long.peek().is_some() {
        page.push("#### Detailed descriptions");
    }
    long.for_each(|line| page.free(&format!("**{}**: {}", line.name, line.description.trim())));
}

/// The enum values of a parameter, or of its items.
fn values<'a>(schema: &Schema<'a>) -> Vec<Node<'a>> {
    let own = schema.enum_values();
    let of_items = || schema.items().map(|items| items.enum_values()).unwrap_or_default();
    if own.is_empty() { of_items() } else { own }
}
