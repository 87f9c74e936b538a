//! The body sample and the table of parameters.

use crate::enums;
use crate::markdown::{code, join};
use crate::media;
use crate::model::{Body, Operation, Parameter};
use crate::sample::{Purpose, sample};
use crate::schema::{Kind, Schema};
use crate::schema_rows::{self, Row};
use crate::{table, types};

const HEADER: [&str; 5] = ["Name", "In", "Type", "Required", "Description"];

/// The sample of the request body.
pub(crate) fn body_block(operation: &Operation<'_>) -> Option<String> {
    let media = &operation.body.as_ref()?.media;
    let sample = match (media.example, &media.schema) {
        (Some(example), _) => example.clone(),
        (None, Some(schema)) => sample(schema, Purpose::Request),
        (None, None) => return None,
    };
    let fence = media::request_fence(media::class(media.media_type), &sample)?;
    Some(format!("> Body parameter\n\n{fence}"))
}

/// The section of parameters, the body among them.
pub(crate) fn block(operation: &Operation<'_>) -> Option<String> {
    let mut lines: Vec<Line<'_>> = operation.parameters.iter().map(Line::of_parameter).collect();
    if let Some(body) = &operation.body {
        lines.extend(Line::of_body(body));
    }
    if lines.is_empty() {
        return None;
    }
    let rows: Vec<_> = lines.iter().map(Line::cells).collect();
    let mut blocks = vec![format!("### Parameters\n\n{}", table::render(&HEADER, &rows))];
    blocks.extend(details(&lines));
    let named = lines.iter().filter_map(|line| Some((line.name.clone(), line.schema.as_ref()?)));
    blocks.extend(enums::table("Parameter", named.map(|(name, schema)| (name, values(schema)))));
    Some(join(&blocks))
}

/// One row before it is written out.
struct Line<'a> {
    name: String,
    marks: usize,
    place: &'a str,
    type_name: String,
    required: bool,
    description: &'a str,
    schema: Option<Schema<'a>>,
}

impl<'a> Line<'a> {
    fn of_parameter(parameter: &Parameter<'a>) -> Self {
        Self {
            name: parameter.name.to_owned(),
            marks: 0,
            place: parameter.place,
            type_name: types::of_parameter(&parameter.schema),
            required: parameter.required,
            description: parameter.description,
            schema: Some(parameter.schema.clone()),
        }
    }

    /// The row of the body and, for an object without a name, one for each property.
    fn of_body(body: &Body<'a>) -> Vec<Self> {
        let schema = body.media.schema.as_ref();
        let whole = Self {
            name: "body".to_owned(),
            marks: 0,
            place: "body",
            type_name: schema.map_or_else(|| "any".to_owned(), types::of_body),
            required: body.required,
            description: body.description,
            // The values of a named enum stand on the page of schemas.
            schema: schema.filter(|schema| schema.name().is_none()).cloned(),
        };
        let unnamed = schema.filter(|schema| schema.name().is_none() && schema.kind() == Some(Kind::Object));
        let rows = unnamed.map(|schema| schema_rows::opened(schema, 1)).unwrap_or_default();
        std::iter::once(whole).chain(rows.into_iter().map(Self::of_property)).collect()
    }

    fn of_property(row: Row<'a>) -> Self {
        Self {
            name: row.label.text().to_owned(),
            marks: row.depth,
            place: "body",
            type_name: types::of_body(&row.schema),
            required: row.required,
            description: row.schema.text("description").unwrap_or(""),
            schema: Some(row.schema),
        }
    }

    fn cells(&self) -> Vec<String> {
        let marked = match self.marks {
            0 => self.name.clone(),
            marks => format!("{} {}", "»".repeat(marks), self.name),
        };
        let first_line = self.description.trim().lines().next().unwrap_or("");
        vec![
            code(&marked),
            self.place.to_owned(),
            self.type_name.clone(),
            self.required.to_string(),
            first_line.to_owned(),
        ]
    }
}

/// The full texts of the descriptions that do not fit into the table.
fn details(lines: &[Line<'_>]) -> Option<String> {
    let long = lines.iter().filter(|line| line.description.trim().lines().count() > 1);
    let texts: Vec<_> = long.map(|line| format!("**{}**: {}", line.name, line.description.trim())).collect();
    (!texts.is_empty()).then(|| format!("#### Detailed descriptions\n\n{}", join(&texts)))
}

/// The enum values of a parameter, or of its items.
fn values<'a>(schema: &Schema<'a>) -> Vec<&'a serde_json::Value> {
    let own = schema.enum_values();
    let of_items = || schema.items().map(|items| items.enum_values()).unwrap_or_default();
    if own.is_empty() { of_items() } else { own }
}
