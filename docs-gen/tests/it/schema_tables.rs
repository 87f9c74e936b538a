//! The tables of response schemas.

use serde_json::{Value, json};

use crate::support::{answering, column, pots, rows};

const HEADER: &str = "| Name | Type | Required |";

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn list_of(name: &str) -> Value {
    json!({"type": "array", "items": reference(name)})
}

fn names(schema: Value, schemas: Value) -> Vec<String> {
    column(&pots(&answering(schema, schemas)), HEADER, 0)
}

fn role() -> Value {
    json!({"type": "object", "properties": {"name": {"type": "string"}}})
}

#[test]
fn named_type_opens_once() {
    let member = json!({"type": "object", "properties": {
        "global": list_of("Role"), "main": reference("Role"), "local": list_of("Role"),
    }});
    let made = names(list_of("Member"), json!({"Member": member, "Role": role()}));
    assert_eq!(made, ["`[array item]`", "`» global`", "`»» name`", "`» main`", "`» local`"]);
}

#[test]
fn wrapped_type_opens_again_but_not_the_types_below() {
    let outer = json!({"type": "object", "properties": {"inner": list_of("Role"), "x": {"type": "string"}}});
    let member = json!({"type": "object", "properties": {
        "first": {"allOf": [reference("Outer")], "description": "One"},
        "second": {"allOf": [reference("Outer")], "description": "Two"},
    }});
    let made = names(list_of("Member"), json!({"Member": member, "Outer": outer, "Role": role()}));
    let expected = [
        "`[array item]`",
        "`» first`",
        "`»» inner`",
        "`»»» name`",
        "`»» x`",
        "`» second`",
        "`»» inner`",
        "`»» x`",
    ];
    assert_eq!(made, expected);
}

#[test]
fn unnamed_objects_open_every_time() {
    let point = json!({"type": "object", "properties": {"x": {"type": "integer"}}});
    let line = json!({"type": "object", "properties": {"from": point, "to": point}});
    let made = names(list_of("Line"), json!({"Line": line}));
    assert_eq!(made, ["`[array item]`", "`» from`", "`»» x`", "`» to`", "`»» x`"]);
}

#[test]
fn items_without_a_name_have_no_row() {
    let schema =
        json!({"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}});
    assert_eq!(names(schema, json!({})), ["`» a`"]);
}

#[test]
fn map_values_have_a_row() {
    let schema =
        json!({"type": "array", "items": {"type": "object", "additionalProperties": reference("Role")}});
    assert_eq!(names(schema, json!({"Role": role()})), ["`» [any property]`", "`»» name`"]);
}

#[test]
fn plain_items_have_the_heading_alone() {
    let text = pots(&answering(json!({"type": "array", "items": {"type": "string"}}), json!({})));
    assert!(text.ends_with("<h3 id=\"do-it-responseschema\">Response Schema</h3>\n"), "{text}");
    assert_eq!(column(&text, "| Status |", 3), ["array of string"]);
}

#[test]
fn named_response_has_no_section() {
    let text = pots(&answering(reference("Role"), json!({"Role": role()})));
    assert!(!text.contains("Response Schema"), "{text}");
    assert_eq!(column(&text, "| Status |", 3), ["[Role](schemas.md#role)"]);
}

#[test]
fn unnamed_object_is_spelled_out() {
    assert_eq!(names(role(), json!({})), ["`name`"]);
}

#[test]
fn types_are_named_as_the_reference_does() {
    let thing = json!({"type": "object", "required": ["plain"], "properties": {
        "plain": {"type": "string", "format": "uuid"},
        "color": reference("x.Color"),
        "list": list_of("x.Color"),
        "map": {"type": "object", "additionalProperties": true},
        "anything": {},
        "maybe": {"type": ["string", "null"]},
        "old_maybe": {"type": "integer", "nullable": true},
        "maybe_named": {"anyOf": [reference("x.Color"), {"type": "null"}]},
        "either": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        "both": {"type": ["string", "integer"]},
    }});
    let schemas = json!({"Thing": thing, "x.Color": {"type": "string", "enum": ["red"]}});
    let made = rows(&pots(&answering(list_of("Thing"), schemas)), HEADER);
    let cells: Vec<_> = made.iter().map(|row| (row[0].as_str(), row[1].as_str(), row[2].as_str())).collect();
    let link = "[x.Color](schemas.md#xcolor)";
    let expected = [
        ("`[array item]`", "array", "false"),
        ("`» plain`", "string(uuid)", "true"),
        ("`» color`", link, "false"),
        ("`» list`", "array", "false"),
        ("`» map`", "object", "false"),
        ("`» anything`", "any", "false"),
        ("`» maybe`", "string¦null", "false"),
        ("`» old_maybe`", "integer¦null", "false"),
        ("`» maybe_named`", link, "false"),
        ("`» either`", "any", "false"),
        ("`»» [option 1]`", "string", "false"),
        ("`»» [option 2]`", "integer", "false"),
        ("`» both`", "string¦integer", "false"),
    ];
    assert_eq!(cells, expected);
}

#[test]
fn enum_values_are_grouped_by_name() {
    let thing = json!({"type": "object", "properties": {
        "color": {"allOf": [reference("Color")], "enum": ["red", "blue"]},
        "colors": list_of("Color"),
        "frame": {"type": "object", "properties": {"color": reference("Color")}},
        "by_name": {"type": "object", "additionalProperties": {"type": "string", "enum": ["x"]}},
    }});
    let schemas = json!({"Thing": thing, "Color": {"type": "string", "enum": ["red", "green", ""]}});
    let text = pots(&answering(list_of("Thing"), schemas));
    let made = rows(&text, "| Property | Value(s) |");
    let expected = [["`color`", "``, `blue`, `green`, `red`"], ["`**additionalProperties**`", "`x`"]];
    assert_eq!(made, expected);
}

#[test]
fn narrowed_enum_shows_its_own_values() {
    let thing = json!({"type": "object", "properties": {"status": {
        "$ref": "#/components/schemas/Status", "enum": ["on", "off"],
    }}});
    let schemas = json!({"Thing": thing, "Status": {"type": "string", "enum": ["on", "off", "asleep"]}});
    let text = pots(&answering(list_of("Thing"), schemas));
    assert_eq!(rows(&text, "| Property |"), [["`status`", "`off`, `on`"]]);
    assert_eq!(column(&text, HEADER, 1), ["array", "[Status](schemas.md#status)"]);
}

#[test]
fn descriptions_come_from_the_place_then_the_type() {
    let mut role = role();
    role["description"] = "A set of rights.".into();
    let thing = json!({"type": "object", "properties": {
        "own": {"allOf": [reference("Role")], "description": "One\nof them"},
        "of_type": reference("Role"),
        "of_items": list_of("Role"),
        "is_id": {"type": "string", "description": "IsID of the url"},
        "in_parts": {"type": "string", "description": "One.\n\nTwo."},
    }});
    let text = pots(&answering(list_of("Thing"), json!({"Thing": thing, "Role": role})));
    let made: Vec<_> = rows(&text, HEADER).into_iter().map(|row| (row[0].clone(), row[4].clone())).collect();
    let described = |name: &str| &made.iter().find(|(known, _)| known == name).unwrap().1;
    assert_eq!(described("`» own`"), "One of them");
    assert_eq!(described("`» of_type`"), "A set of rights.");
    assert_eq!(described("`» of_items`"), "[A set of rights.]");
    assert_eq!(described("`» is_id`"), "Is ID of the URL");
    assert_eq!(described("`» in_parts`"), "One. Two.");
}

#[test]
fn restrictions_are_named() {
    let thing = json!({"type": "object", "properties": {
        "r": {"type": "string", "readOnly": true}, "w": {"type": "string", "writeOnly": true},
    }});
    let text = pots(&answering(list_of("Thing"), json!({"Thing": thing})));
    assert_eq!(column(&text, HEADER, 3), ["", "read-only", "write-only"]);
}
