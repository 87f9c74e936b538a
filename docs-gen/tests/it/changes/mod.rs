//! Two documents and what became of the surface between them, each pair there and back.

use docs_gen::Spec;
use docs_gen::changes::{Change, compare};

mod documents;
mod operations;
mod schemas;
mod values;

fn spec(text: &str) -> Spec<'_> {
    Spec::Text { name: "pots.yaml", text }
}

fn between(old: &str, new: &str) -> Vec<Change> {
    compare(spec(old), spec(new)).unwrap_or_else(|errors| panic!("{errors}\n{old}\n{new}"))
}

/// The lines of all changes, with `!` before those that break clients.
fn lines(old: &str, new: &str) -> Vec<String> {
    let line = |change: &Change| {
        format!("{}{}: {}", if change.breaking.is_some() { "!" } else { "" }, change.place, change.what)
    };
    between(old, new).iter().map(line).collect()
}

/// A document with these paths and named schemas, both in braces or not at all.
fn document(paths: &str, schemas: &str) -> String {
    format!(
        "openapi: 3.1.0\ninfo: {{title: Teapots, version: '1'}}\npaths: {{{paths}}}\ncomponents:\n  schemas: {{{schemas}}}\n\
         \x20 securitySchemes:\n    key: {{type: apiKey, in: header, name: X-Key}}\n\
         \x20   login: {{type: http, scheme: bearer}}\n    same: {{type: apiKey, in: header, name: x-key}}\n"
    )
}

/// A document with one operation.
fn operation(members: &str) -> String {
    document(&format!("/pots: {{post: {{{members}}}}}"), "")
}

const JSON: &str = "application/json";

fn taking(schema: &str) -> String {
    operation(&format!("requestBody: {{content: {{{JSON}: {{schema: {schema}}}}}}}, responses: {{}}"))
}

fn answering(schema: &str) -> String {
    operation(&format!(
        "responses: {{'200': {{description: OK, content: {{{JSON}: {{schema: {schema}}}}}}}}}"
    ))
}

/// Checks each pair there and back.
fn check(table: &[(String, String, &[&str], &[&str])]) {
    for (old, new, there, back) in table {
        assert_eq!(lines(old, new), *there, "from\n{old}\nto\n{new}");
        assert_eq!(lines(new, old), *back, "back from\n{new}\nto\n{old}");
    }
}

/// A document whose operations take or give schemas by reference: method, whether it takes, and the name.
fn sharing(operations: &[(&str, bool, &str)], schemas: &str) -> String {
    let operation = |(method, takes, name): &(&str, bool, &str)| {
        let content = format!("content: {{{JSON}: {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}");
        match takes {
            true => format!("{method}: {{requestBody: {{{content}}}, responses: {{}}}}"),
            false => format!("{method}: {{responses: {{'200': {{description: OK, {content}}}}}}}"),
        }
    };
    let operations: Vec<_> = operations.iter().map(operation).collect();
    document(&format!("/pots: {{{}}}", operations.join(", ")), schemas)
}
