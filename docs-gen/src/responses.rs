//! Everything an operation says about its responses.

use crate::describe::describe;
use crate::enums;
use crate::markdown::{code, join, squeezed};
use crate::media;
use crate::model::{Media, Operation, Response};
use crate::sample::{Purpose, sample};
use crate::schema::Schema;
use crate::schema_rows::{self, Label, Row};
use crate::{status, table, types};

/// The section of examples: one for each class of media type, that of the lowest status.
pub(crate) fn examples(operation: &Operation<'_>) -> Option<String> {
    let mut blocks = vec!["### Example responses".to_owned()];
    let mut shown = Vec::new();
    for response in &operation.responses {
        for media in &response.media {
            let class = media::class(media.media_type);
            if media.schema.is_some() && !shown.contains(&class) {
                shown.push(class);
                blocks.push(example(response, media));
            }
        }
    }
    (!shown.is_empty()).then(|| join(&blocks))
}

fn example(response: &Response<'_>, media: &Media<'_>) -> String {
    let title = format!("> {} Response", response.status);
    let made = || media.schema.as_ref().map(|schema| sample(schema, Purpose::Response));
    let value = media.example.cloned().or_else(made).unwrap_or_default();
    match media::response_fence(media::class(media.media_type), &value) {
        Some(fence) => format!("{title}\n\n{fence}"),
        None => title,
    }
}

/// The table of statuses.
pub(crate) fn statuses(operation: &Operation<'_>) -> String {
    let rows: Vec<_> = operation.responses.iter().map(status_row).collect();
    format!("### Responses\n\n{}", table::render(&["Status", "Meaning", "Description", "Schema"], &rows))
}

fn status_row(response: &Response<'_>) -> Vec<String> {
    vec![
        response.status.to_owned(),
        status::meaning(response.status),
        squeezed(response.description.unwrap_or_else(|| status::phrase(response.status))),
        response.schema().map(types::of_response).unwrap_or_default(),
    ]
}

/// The section that spells out the responses whose schema has no name of its own.
pub(crate) fn schemas(operation: &Operation<'_>) -> Option<String> {
    let unnamed: Vec<_> = operation
        .responses
        .iter()
        .filter_map(|response| Some((response.status, response.schema()?)))
        .filter(|(_, schema)| schema.name().is_none())
        .collect();
    let slug = operation.title.to_lowercase().replace(' ', "-").replace('"', "&quot;");
    let title = format!("<h3 id=\"{slug}-responseschema\">Response Schema</h3>");
    let tables = unnamed.iter().filter_map(|(status, schema)| schema_table(status, schema));
    let blocks: Vec<_> = std::iter::once(title).chain(tables).collect();
    (!unnamed.is_empty()).then(|| join(&blocks))
}

fn schema_table(status: &str, schema: &Schema<'_>) -> Option<String> {
    let rows = schema_rows::opened(schema, 0);
    if rows.is_empty() {
        return None;
    }
    let cells: Vec<_> = rows.iter().map(schema_cells).collect();
    let header = ["Name", "Type", "Required", "Restrictions", "Description"];
    let mut blocks = vec![format!("Status Code **{status}**"), table::render(&header, &cells)];
    let values = rows.iter().map(|row| (enum_name(row.label), row.schema.enum_values()));
    blocks.extend(enums::table("Property", values));
    Some(join(&blocks))
}

fn schema_cells(row: &Row<'_>) -> Vec<String> {
    let name = row.label.text();
    let marked = match row.depth {
        0 => name.to_owned(),
        depth => format!("{} {name}", "»".repeat(depth)),
    };
    vec![
        code(&marked),
        types::in_response(&row.schema),
        row.required.to_string(),
        restrictions(&row.schema).to_owned(),
        describe(&row.schema, name),
    ]
}

/// The name of a row in the table of enumerated values.
pub(crate) fn enum_name(label: Label<'_>) -> String {
    match label {
        // The reference pages name the values of a map this way.
        Label::AnyProperty => "**additionalProperties**".to_owned(),
        named => named.text().to_owned(),
    }
}

/// Who may not send the property.
pub(crate) fn restrictions(schema: &Schema<'_>) -> &'static str {
    match (schema.flag("readOnly"), schema.flag("writeOnly")) {
        (true, _) => "read-only",
        (false, true) => "write-only",
        (false, false) => "",
    }
}

/// The table of response headers.
pub(crate) fn headers(operation: &Operation<'_>) -> Option<String> {
    let rows: Vec<_> = operation
        .responses
        .iter()
        .flat_map(|response| response.headers.iter().map(move |header| (response.status, header)))
        .map(|(status, header)| {
            let format = header.schema.text("format").unwrap_or("");
            let texts = [status, header.name, &types::plain(&header.schema), format, header.description];
            texts.map(str::to_owned).to_vec()
        })
        .collect();
    let columns = ["Status", "Header", "Type", "Format", "Description"];
    (!rows.is_empty()).then(|| format!("### Response Headers\n\n{}", table::render(&columns, &rows)))
}
