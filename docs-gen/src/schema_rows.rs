//! Which rows a schema has in a table: its properties and theirs, walked depth first.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::markdown::push_code;
use crate::schema::{Kind, Property, Schema};

/// Types inside types deeper than this are not opened.
const MAX_DEPTH: usize = 64;

/// A table longer than this opens no further types.
const MAX_ROWS: usize = 10_000;

/// What a row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label<'a> {
    /// A property, by its name.
    Property(&'a str),
    /// The values of a map.
    AnyProperty,
    /// The items of an array that is the whole response.
    ArrayItem,
    /// One of several schemas that a value may have, by its number from 1.
    Option(usize),
}

/// One row: a schema, and how many rows stand above it in the tree.
#[derive(Debug, Clone)]
pub(crate) struct Row<'a> {
    pub(crate) label: Label<'a>,
    pub(crate) depth: usize,
    pub(crate) schema: Schema<'a>,
    pub(crate) required: bool,
}

impl<'a> Label<'a> {
    /// The text in the table's first column.
    pub(crate) fn text(self) -> Cow<'a, str> {
        match self {
            Self::Property(name) => name.into(),
            Self::AnyProperty => "[any property]".into(),
            Self::ArrayItem => "[array item]".into(),
            Self::Option(number) => format!("[option {number}]").into(),
        }
    }
}

/// Writes the first cell of a row: its name below a mark for each row above it.
pub(crate) fn push_marked(out: &mut String, depth: usize, name: &str) {
    if depth == 0 {
        return push_code(out, name);
    }
    push_code(out, &format!("{} {name}", "»".repeat(depth)));
}

/// The rows of a response or of an unnamed request body. Named types are opened once each.
pub(crate) fn opened<'a>(schema: &Schema<'a>, depth: usize) -> Vec<Row<'a>> {
    let mut walk = Walk { opens_named: true, ..Walk::default() };
    match schema.items() {
        Some(items) if items.name().is_some() => {
            walk.row(Label::ArrayItem, schema.clone(), false, depth);
        }
        // Items without a name have no row, yet their properties stand one level in.
        Some(_) => walk.below(schema, depth + 1),
        None => walk.below(schema, depth),
    }
    walk.rows
}

/// The rows of a schema on the page of schemas. Named types stay closed but the schema itself.
pub(crate) fn closed<'a>(schema: &Schema<'a>) -> Vec<Row<'a>> {
    let mut walk = Walk::default();
    walk.children(schema, 0);
    walk.rows
}

#[derive(Default)]
struct Walk<'a> {
    opens_named: bool,
    rows: Vec<Row<'a>>,
    /// Schemas whose rows are in the table already.
    opened: HashSet<usize>,
    /// Places between the root and here; a type may come back to one of them.
    path: Vec<usize>,
}

impl<'a> Walk<'a> {
    fn row(&mut self, label: Label<'a>, schema: Schema<'a>, required: bool, depth: usize) {
        self.rows.push(Row { label, depth, schema: schema.clone(), required });
        self.below(&schema, depth + 1);
    }

    fn below(&mut self, schema: &Schema<'a>, depth: usize) {
        if self.may_open(schema) {
            self.path.push(schema.place_id());
            self.children(schema, depth);
            self.path.pop();
        }
    }

    fn children(&mut self, schema: &Schema<'a>, depth: usize) {
        if let Some(items) = schema.items() {
            return self.below(&items, depth);
        }
        for Property { name, schema, required } in schema.properties() {
            self.row(Label::Property(name), schema, required, depth);
        }
        if let Some(values) = schema.map_values() {
            self.row(Label::AnyProperty, values, false, depth);
        }
        for (schema, number) in schema.alternatives().into_iter().zip(1..) {
            self.row(Label::Option(number), schema, false, depth);
        }
    }

    fn may_open(&mut self, schema: &Schema<'a>) -> bool {
        let holds_more = matches!(schema.kind(), Some(Kind::Array | Kind::Object));
        if !holds_more && schema.alternatives().is_empty() {
            return false;
        }
        if self.path.len() >= MAX_DEPTH || self.rows.len() >= MAX_ROWS {
            return false;
        }
        if self.path.contains(&schema.place_id()) || (schema.name().is_some() && !self.opens_named) {
            return false;
        }
        // A place that adds to a named type counts as a type of its own, so it opens again.
        schema.type_id().is_none_or(|id| self.opened.insert(id))
    }
}
