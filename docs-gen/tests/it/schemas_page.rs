//! The page of schemas.

use serde_json::{Value, json};

use crate::support::{column, document, outline, page, rows};

const HEADER: &str = "| Name | Type | Required |";

fn schemas(schemas: Value) -> String {
    page(&document(json!({}), schemas), "schemas.md")
}

#[test]
fn schemas_stand_in_order_of_their_names() {
    let text = schemas(json!({
        "b": {"type": "object"}, "a": {"type": "string", "description": "Some text."},
        "B": {"type": "object", "description": "x-apidocgen:skip"},
        "C": {"type": "string", "enum": ["y", "x"]},
    }));
    let expected = [
        "## C",
        "```json",
        "### Properties",
        "#### Enumerated Values",
        "| Value(s) |", //
        "## a",
        "```json",
        "Some text.",
        "### Properties", //
        "## b",
        "```json",
        "### Properties",
        "None",
    ];
    assert_eq!(outline(&text), expected);
    assert_eq!(rows(&text, "| Value(s) |"), [["`x`, `y`"]]);
}

#[test]
fn schemas_with_the_mark_of_skipped_operations_are_left_out() {
    let text = schemas(json!({
        "a": {"type": "object", "x-apidocgen": {"skip": true}},
        "b": {"type": "object", "x-apidocgen": {"skip": false}},
    }));
    assert_eq!(outline(&text), ["## b", "```json", "### Properties", "None"]);
}

#[test]
fn named_types_stay_closed_and_links_stay_on_the_page() {
    let text = schemas(json!({
        "Alpha": {"type": "object", "properties": {
            "named": {"$ref": "#/components/schemas/x.Beta"},
            "list": {"type": "array", "items": {"$ref": "#/components/schemas/x.Beta"}},
            "lists": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
            "untyped": {"type": "array", "items": {}},
            "id": {"type": "string", "format": "uuid"},
            "maybe": {"type": ["string", "null"]},
            "inner": {"type": "object", "properties": {
                "deep": {"type": "object", "additionalProperties": {"type": "integer"}},
            }},
            "map": {"type": "object", "additionalProperties": {"type": "string"}},
        }},
        "x.Beta": {"type": "object", "properties": {"b": {"type": "string"}}},
    }));
    let made: Vec<_> = rows(&text, HEADER).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let cells: Vec<_> = made.iter().map(|(name, of)| (name.as_str(), of.as_str())).collect();
    let expected = [
        ("`named`", "[x.Beta](#xbeta)"),
        ("`list`", "array of [x.Beta](#xbeta)"),
        ("`lists`", "array of array"),
        ("`untyped`", "array of undefined"),
        ("`id`", "string"),
        ("`maybe`", "string"),
        ("`inner`", "object"),
        ("`» deep`", "object"),
        ("»» `[any property]`", "integer"),
        ("`map`", "object"),
        ("» `[any property]`", "string"),
    ];
    assert_eq!(cells, expected);
}

#[test]
fn only_enums_of_the_place_itself_are_listed() {
    let text = schemas(json!({
        "Alpha": {"type": "object", "properties": {
            "named": {"$ref": "#/components/schemas/Color"},
            "narrowed": {"allOf": [{"$ref": "#/components/schemas/Color"}], "enum": ["red"]},
            "own": {"type": "string", "enum": ["b", "a"]},
        }},
        "Color": {"type": "string", "enum": ["red", "blue"]},
    }));
    assert_eq!(rows(&text, "| Property |"), [["`narrowed`", "`red`"], ["`own`", "`a`, `b`"]]);
}

#[test]
fn map_as_a_whole_has_one_row() {
    let text = schemas(json!({"Rights": {"type": "object", "additionalProperties": {"type": "boolean"}}}));
    assert_eq!(column(&text, HEADER, 0), ["`[any property]`"]);
}

#[test]
fn properties_of_all_parts_are_listed() {
    let text = schemas(json!({
        "Base": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
        "Child": {
            "allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"b": {"type": "string"}}}],
            "required": ["b"],
        },
    }));
    let child = text.split("## Child").nth(1).unwrap();
    assert_eq!(column(child, HEADER, 0), ["`a`", "`b`"]);
    assert_eq!(column(child, HEADER, 2), ["true", "true"]);
}
