//! Documents in YAML: the same pages as in JSON, and what YAML has besides.

use std::fmt::Write;
use std::path::Path;

use docs_gen::{Page, Problem};
use serde_json::Value;

use crate::support::read;

fn pages_of(name: &str, text: &str) -> Vec<Page> {
    read(name, text).unwrap_or_else(|errors| panic!("{errors}")).pages
}

/// A tree in YAML, in the block style.
fn block(value: &Value, indent: usize, out: &mut String) {
    let blanks = "  ".repeat(indent);
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, member) in members {
                write!(out, "\n{blanks}{}:", scalar(&Value::String(name.clone()))).unwrap();
                block(member, indent + 1, out);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                write!(out, "\n{blanks}-").unwrap();
                block(item, indent + 1, out);
            }
        }
        other => write!(out, " {}", scalar(other)).unwrap(),
    }
}

/// Without quotes where YAML needs none, so that its own rules are at work.
fn scalar(value: &Value) -> String {
    let is_word = |text: &str| {
        let mut letters = text.chars();
        letters.next().is_some_and(char::is_alphabetic)
            && letters.all(|c| c.is_alphanumeric() || ['_', '.', '/', '-', ' '].contains(&c))
            && !text.ends_with(' ')
            && !["true", "false", "null", "True", "False", "Null"].contains(&text)
    };
    match value {
        Value::String(text) if is_word(text) => text.clone(),
        other => other.to_string(),
    }
}

#[test]
fn reference_document_in_yaml_has_the_same_pages() {
    let json =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/reference.json"));
    let json = json.unwrap();
    let mut yaml = "# A comment\n---".to_owned();
    block(&serde_json::from_str(&json).unwrap(), 0, &mut yaml);
    yaml.push_str("\n...\n");
    assert!(yaml.contains("\n  title: ") && yaml.contains("\n        - "), "not in the block style");
    for name in ["reference.yaml", "reference.yml", "reference"] {
        assert!(pages_of(name, &yaml) == pages_of("reference.json", &json), "{name}");
    }
}

#[test]
fn anchors_merge_keys_comments_and_block_texts_are_written_out() {
    let yaml = "
openapi: 3.0.3 # a comment
info: {title: Teapots, version: '1'}
x-shared:
  base: &base {type: object, required: [name], properties: {name: &name {type: string}}}
paths:
  /pots:
    get: &get
      tags: &tags [Pots]
      summary: >-
        List
        pots
      description: |
        One line.

        Another.
      responses: {200: &ok {description: OK}}
    post: {<<: *get, summary: Make a pot}
    put:
      <<: [{summary: Set pots}, *get]
      responses: {200: *ok, 404: {<<: *ok, description: Gone}}
components:
  schemas:
    Pot: {<<: *base, properties: {name: *name, size: {type: integer}}}
";
    let json = r##"{
        "openapi": "3.0.3", "info": {"title": "Teapots", "version": "1"},
        "paths": {"/pots": {
            "get": {"tags": ["Pots"], "summary": "List pots", "description": "One line.\n\nAnother.\n",
                "responses": {"200": {"description": "OK"}}},
            "post": {"tags": ["Pots"], "summary": "Make a pot", "description": "One line.\n\nAnother.\n",
                "responses": {"200": {"description": "OK"}}},
            "put": {"tags": ["Pots"], "summary": "Set pots", "description": "One line.\n\nAnother.\n",
                "responses": {"200": {"description": "OK"}, "404": {"description": "Gone"}}}
        }},
        "components": {"schemas": {"Pot": {"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string"}, "size": {"type": "integer"}
        }}}}
    }"##;
    assert_eq!(pages_of("a.yaml", yaml), pages_of("a.json", json));
}

#[test]
fn versions_and_statuses_without_quotes_are_understood() {
    let yaml = "openapi: 3.1\npaths:\n  /a:\n    get:\n      summary: A\n      responses:\n        200: {description: Fine}\n";
    let text = &pages_of("a.yaml", yaml)[0].text;
    assert!(text.contains("| 200    | [OK]"), "{text}");
    let swagger = "swagger: 2.0\npaths: {/a: {get: {summary: A, responses: {}}}}\n";
    assert!(pages_of("a.yaml", swagger)[0].text.contains("`GET /a`"));
}

#[test]
fn second_document_in_one_file_is_refused() {
    let first = "openapi: 3.1.0\npaths: {}\n";
    let errors = read("a.yaml", &format!("{first}---\n{first}")).unwrap_err();
    assert_eq!(errors.to_string(), "a.yaml:3:1: error: not a document: a second document in one file");
    assert!(read("a.yaml", &format!("---\n{first}...\n")).is_ok());
}

#[test]
fn names_that_come_twice_are_warned_of_with_their_line() {
    let yaml =
        "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      summary: A\n      summary: B\n      responses: {}\n";
    let made = read("a.yaml", yaml).unwrap();
    assert!(made.pages[0].text.contains("\n## B\n"), "{}", made.pages[0].text);
    let [warning] = &made.warnings[..] else { panic!("{:?}", made.warnings) };
    assert_eq!((&warning.problem, warning.position), (&Problem::DuplicateMember, Some((6, 7))));
    assert_eq!(warning.pointer, "/paths/~1a/get/summary");
}

#[test]
fn billion_laughs_are_an_error() {
    let mut bomb = "openapi: 3.1.0\npaths: {}\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..10 {
        let aliases = vec![format!("*a{}", n - 1); 10].join(", ");
        writeln!(bomb, "a{n}: &a{n} [{aliases}]").unwrap();
    }
    let errors = read("a.yaml", &bomb).unwrap_err().to_string();
    assert!(errors.contains("aliases that stand for too much"), "{errors}");
}
