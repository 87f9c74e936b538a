//! Small documents and ways to look into pages.

use docs_gen::{Diagnostic, Errors, Options, Page, Reference, Spec, render};
use serde_json::{Map, Value, json};

/// A document with these paths and component schemas.
pub fn document(paths: Value, schemas: Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Teapots", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "X-Token"}},
        },
    })
}

/// A document with one operation on one page.
pub fn with_operation(method: &str, path: &str, operation: Value, schemas: Value) -> Value {
    let mut full =
        json!({"tags": ["Pots"], "summary": "Do it", "responses": {"204": {"description": "Done"}}});
    merge(&mut full, operation);
    document(object(path, object(method, full)), schemas)
}

/// A document with one operation that answers with this schema.
pub fn answering(schema: Value, schemas: Value) -> Value {
    let responses =
        json!({"200": {"description": "OK", "content": {"application/json": {"schema": schema}}}});
    with_operation("get", "/pots", object("responses", responses), schemas)
}

pub fn object(key: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(key.to_owned(), value)]))
}

fn merge(into: &mut Value, from: Value) {
    let into = into.as_object_mut().unwrap();
    let Value::Object(from) = from else { panic!("not an object") };
    into.extend(from);
}

/// What is made of a text under this name, with the usual options.
pub fn read(name: &str, text: &str) -> Result<Reference, Errors> {
    render(Spec::Text { name, text }, &Options::default())
}

/// What is made of a document, with options of the test's own.
pub fn read_with(document: &Value, options: &Options) -> Result<Reference, Errors> {
    render(Spec::Text { name: "teapots.json", text: &document.to_string() }, options)
}

fn made(document: &Value) -> Result<Reference, Errors> {
    read_with(document, &Options::default())
}

pub fn pages(document: &Value) -> Vec<Page> {
    made(document).unwrap().pages
}

/// What is odd about a document that has pages, and what is wrong with one that has none.
pub fn diagnostics(document: &Value) -> Vec<Diagnostic> {
    match made(document) {
        Ok(reference) => reference.warnings,
        Err(Errors(found)) => found,
    }
}

/// The diagnostics without file and position, which documents in one line do not need: one line each.
pub fn complaints(document: &Value) -> Vec<String> {
    let line = |found: &Diagnostic| format!("{}: {}: {}", found.severity, found.pointer, found.problem);
    diagnostics(document).iter().map(line).collect()
}

/// The text of one page.
pub fn page(document: &Value, file: &str) -> String {
    let pages = pages(document);
    pages.into_iter().find(|page| page.file == file).unwrap_or_else(|| panic!("no page {file}")).text
}

/// The page of the one tag.
pub fn pots(document: &Value) -> String {
    page(document, "pots.md")
}

/// The first column of the rows of the first table under a header line that starts so.
pub fn column(page: &str, header: &str, index: usize) -> Vec<String> {
    rows(page, header).into_iter().map(|row| row[index].clone()).collect()
}

/// The cells of the first table under a header line that starts so.
pub fn rows(page: &str, header: &str) -> Vec<Vec<String>> {
    let lines = page.lines().skip_while(|line| !squeezed(line).starts_with(header));
    let table = lines.skip(2).take_while(|line| line.starts_with('|'));
    table
        .map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

fn squeezed(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The blocks of a page in order, one line each, tables and fences shortened to their first line.
pub fn outline(page: &str) -> Vec<String> {
    let blocks = page.trim().split("\n\n").skip(2);
    blocks.map(|block| squeezed(block.lines().next().unwrap())).collect()
}
