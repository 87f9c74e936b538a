//! Everything an operation says about its responses.

use std::borrow::Cow;

use crate::describe::describe;
use crate::enums;
use crate::layout::Layout;
use crate::markdown::{Text, squeezed};
use crate::media;
use crate::model::{Media, Operation, Response};
use crate::sample::{Purpose, sample};
use crate::schema::Schema;
use crate::schema_rows::{self, Label, Row, push_marked};
use crate::table::Table;
use crate::value::Value;
use crate::{status, types};

/// The columns of every table of properties.
pub(crate) const PROPERTY_HEADER: [&str; 5] = ["Name", "Type", "Required", "Restrictions", "Description"];

/// Writes the section of examples: those that the author gives, of every status; where there are none, one that is
/// made up for each class of media type, that of the lowest status.
pub(crate) fn examples(page: &mut Text, operation: &Operation<'_>) {
    let has_body = |media: &Media<'_>| media.schema.is_some() || !media.examples.is_empty();
    let bodies = operation
        .responses
        .iter()
        .flat_map(|response| response.media.iter().map(move |media| (response, media)));
    if !bodies.clone().any(|(_, media)| has_body(media)) {
        return;
    }
    page.push("### Example responses");
    let mut shown = Vec::new();
    for (response, media) in bodies {
        let class = media::class(media.media_type);
        for given in &media.examples {
            example(page, response, media, given.name, &Value::Given(given.value));
        }
        let made = media.schema.as_ref().filter(|_| media.examples.is_empty() && !shown.contains(&class));
        if let Some(schema) = made {
            example(page, response, media, None, &sample(schema, Purpose::Response));
        }
        if has_body(media) {
            shown.push(class);
        }
    }
}

fn example(
    page: &mut Text,
    response: &Response<'_>,
    media: &Media<'_>,
    name: Option<&str>,
    value: &Value<'_>,
) {
    let name = name.map(|name| format!(": {}", squeezed(name))).unwrap_or_default();
    page.push(&format!("> {} Response{name}", response.status));
    media::response_fence(page, media::class(media.media_type), value);
}

/// Writes the table of statuses.
pub(crate) fn statuses(page: &mut Text, layout: &Layout, operation: &Operation<'_>) {
    let mut table = Table::new(&["Status", "Meaning", "Description", "Schema"]);
    for response in &operation.responses {
        let described = response.description.unwrap_or_else(|| status::phrase(response.status));
        let schema = response.schema().map(|schema| types::of_response(layout, schema));
        table
            .cell(response.status)
            .cell(&status::meaning(response.status))
            .cell(&squeezed(described))
            .cell(&schema.unwrap_or_default());
    }
    page.push("### Responses");
    table.write(page);
}

/// Writes the section that spells out the responses whose schema has no name of its own.
pub(crate) fn schemas(page: &mut Text, layout: &Layout, operation: &Operation<'_>) {
    let with_schema =
        operation.responses.iter().filter_map(|response| Some((response.status, response.schema()?)));
    let mut unnamed = with_schema.filter(|(_, schema)| schema.name().is_none()).peekable();
    if unnamed.peek().is_some() {
        page.push(&format!("<h3 id=\"{}-responseschema\">Response Schema</h3>", operation.slug));
    }
    unnamed.for_each(|(status, schema)| schema_table(page, layout, status, schema));
}

fn schema_table(page: &mut Text, layout: &Layout, status: &str, schema: &Schema<'_>) {
    let rows = schema_rows::opened(schema, 0);
    if rows.is_empty() {
        return;
    }
    let mut table = Table::new(&PROPERTY_HEADER);
    for row in &rows {
        let name = row.label.text();
        table.cell_with(|out| push_marked(out, row.depth, &name));
        property_cells(&mut table, row, &name, types::in_response(layout, &row.schema));
    }
    page.push(&format!("Status Code **{status}**"));
    table.write(page);
    let values = rows.iter().map(|row| (enum_name(row.label), row.schema.enum_values()));
    enums::table(page, layout.enums, "Property", values);
}

/// Writes the cells of a property after its name.
pub(crate) fn property_cells(table: &mut Table<'_>, row: &Row<'_>, name: &str, type_name: Cow<'_, str>) {
    table
        .cell(&type_name)
        .cell(if row.required { "true" } else { "false" })
        .cell(restrictions(&row.schema))
        .cell_with(|out| describe(out, &row.schema, name));
}

/// The name of a row in the table of enumerated values.
pub(crate) fn enum_name(label: Label<'_>) -> String {
    match label {
        // The reference pages name the values of a map this way.
        Label::AnyProperty => "**additionalProperties**".to_owned(),
        named => named.text().into_owned(),
    }
}

/// Who may not send the property.
fn restrictions(schema: &Schema<'_>) -> &'static str {
    match (schema.flag("readOnly"), schema.flag("writeOnly")) {
        (true, _) => "read-only",
        (false, true) => "write-only",
        (false, false) => "",
    }
}

/// Writes the table of response headers.
pub(crate) fn headers(page: &mut Text, operation: &Operation<'_>) {
    let mut table = Table::new(&["Status", "Header", "Type", "Format", "Description"]);
    for response in &operation.responses {
        for header in &response.headers {
            let format = header.schema.text("format").unwrap_or("");
            table
                .cell(response.status)
                .cell(header.name)
                .cell(&types::plain(&header.schema))
                .cell(format)
                .cell(header.description);
        }
    }
    if !table.is_empty() {
        page.push("### Response Headers");
        table.write(page);
    }
}
