//! Sample values, rule by rule.

use serde_json::{Value, json};

use crate::support::{answering, document, page, pots, with_operation};

/// The sample on the page of schemas.
fn sample(schema: Value) -> Value {
    sample_with(schema, json!({}))
}

/// The same with further schemas to refer to.
fn sample_with(schema: Value, mut schemas: Value) -> Value {
    schemas["A"] = schema;
    let text = page(&document(json!({}), schemas), "schemas.md");
    let section = text.split("\n## A\n").nth(1).unwrap();
    serde_json::from_str(section.split("```json\n").nth(1).unwrap().split("\n```").next().unwrap()).unwrap()
}

fn reference(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

fn strings(format: &str) -> Value {
    sample(json!({"type": "string", "format": format}))
}

#[test]
fn example_wins_over_everything() {
    assert_eq!(sample(json!({"type": "string", "example": 7, "const": 1, "enum": ["a"], "default": "b"})), 7);
}

#[test]
fn place_narrows_a_named_enum() {
    let color = json!({"Color": {"type": "string", "enum": ["red", "green", "blue"]}});
    let wrapped = |own: Value| {
        let mut place = json!({"allOf": [{"$ref": reference("Color")}]});
        place.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        sample_with(json!({"type": "object", "properties": {"c": place}}), color.clone())
    };
    assert_eq!(wrapped(json!({})), json!({"c": "red"}));
    assert_eq!(wrapped(json!({"enum": ["blue", "green"]})), json!({"c": "blue"}));
    assert_eq!(wrapped(json!({"default": "green"})), json!({"c": "green"}));
    assert_eq!(wrapped(json!({"description": "A color"})), json!({"c": "red"}));
}

#[test]
fn reference_with_siblings_is_a_wrapper_too() {
    let color = json!({"Color": {"type": "string", "enum": ["red", "green"]}});
    let place = json!({"$ref": reference("Color"), "enum": ["green"], "description": "A color"});
    assert_eq!(sample_with(json!({"properties": {"c": place}}), color), json!({"c": "green"}));
}

#[test]
fn all_of_merges_its_parts() {
    let base = json!({"Base": {"type": "object", "properties": {"a": {"type": "string"}}}});
    let whole = json!({"allOf": [
        {"$ref": reference("Base")},
        {"type": "object", "properties": {"b": {"type": "integer"}, "a": {"type": "boolean"}}},
    ]});
    assert_eq!(sample_with(whole, base.clone()), json!({"a": true, "b": 0}));
    let extended = json!({"allOf": [{"$ref": reference("Base")}], "properties": {"c": {"type": "boolean"}}});
    assert_eq!(sample_with(extended, base), json!({"c": true, "a": "string"}));
}

#[test]
fn first_alternative_is_taken() {
    assert_eq!(sample(json!({"oneOf": [{"type": "integer"}, {"type": "string"}]})), 0);
    assert_eq!(sample(json!({"anyOf": [{"type": "boolean"}, {"type": "string"}]})), true);
    assert_eq!(sample(json!({"anyOf": [{"type": "null"}, {"type": "string"}]})), "string");
}

#[test]
fn given_values_have_an_order() {
    let schema = json!({"type": "string", "const": "c", "examples": ["x"], "enum": ["e"], "default": "d"});
    let without = |keys: &[&str]| {
        let mut schema = schema.clone();
        schema.as_object_mut().unwrap().retain(|key, _| !keys.contains(&key.as_str()));
        sample(schema)
    };
    assert_eq!(without(&[]), "c");
    assert_eq!(without(&["const"]), "x");
    assert_eq!(without(&["const", "examples"]), "e");
    assert_eq!(without(&["const", "examples", "enum"]), "d");
    assert_eq!(sample(json!({"type": "string", "enum": ["", "a"]})), "");
    assert_eq!(sample(json!({"type": ["string", "null"], "enum": [null, "a"]})), "a");
    assert_eq!(sample(json!({"type": ["string", "null"], "default": null})), "string");
}

#[test]
fn texts_follow_their_format() {
    let table = [
        ("date-time", "2019-08-24T14:15:22Z"),
        ("date", "2019-08-24"),
        ("time", "14:15:22Z"),
        ("email", "user@example.com"),
        ("uri", "http://example.com"),
        ("hostname", "example.com"),
        ("ipv4", "192.168.0.1"),
        ("ipv6", "2001:0db8:85a3:0000:0000:8a2e:0370:7334"),
        ("password", "pa$$word"),
        ("uuid", "497f6eca-6276-4993-bfeb-53cbbbba6f08"),
        ("of-its-own", "string"),
    ];
    for (format, expected) in table {
        assert_eq!(strings(format), expected, "{format}");
    }
    assert_eq!(sample(json!({"type": "string"})), "string");
}

#[test]
fn texts_keep_to_their_length() {
    assert_eq!(sample(json!({"type": "string", "minLength": 10})), "stringstri");
    assert_eq!(sample(json!({"type": "string", "minLength": 3})), "string");
    assert_eq!(sample(json!({"type": "string", "maxLength": 3})), "str");
    let longest = sample(json!({"type": "string", "minLength": u64::MAX}));
    assert_eq!(longest.as_str().unwrap().len(), 1_000);
}

#[test]
fn numbers_follow_their_bounds() {
    let table = [
        (json!({}), json!(0)),
        (json!({"minimum": 3, "maximum": 9}), json!(3)),
        (json!({"minimum": 0}), json!(0)),
        (json!({"minimum": 0, "maximum": 9}), json!(9)),
        (json!({"exclusiveMinimum": 4}), json!(5)),
        (json!({"exclusiveMaximum": 4}), json!(3)),
        (json!({"exclusiveMinimum": 1.5}), json!(2.5)),
        (json!({"maximum": -2}), json!(-2)),
        (json!({"minimum": 3, "exclusiveMinimum": true}), json!(4)),
        (json!({"maximum": 3, "exclusiveMaximum": true}), json!(2)),
        (json!({"exclusiveMinimum": i64::MAX}), json!(9_223_372_036_854_775_808_u64)),
    ];
    for (mut schema, expected) in table {
        schema["type"] = "integer".into();
        assert_eq!(sample(schema.clone()), expected, "{schema}");
    }
    assert_eq!(sample(json!({"type": "number"})), 0);
}

#[test]
fn arrays_hold_as_many_items_as_they_must() {
    assert_eq!(sample(json!({"type": "array", "items": {"type": "boolean"}})), json!([true]));
    assert_eq!(
        sample(json!({"type": "array", "items": {"type": "integer"}, "minItems": 3})),
        json!([0, 0, 0])
    );
    assert_eq!(sample(json!({"type": "array"})), json!([]));
}

#[test]
fn maps_have_two_properties() {
    let counted = json!({"type": "object", "additionalProperties": {"type": "integer"}});
    assert_eq!(sample(counted), json!({"property1": 0, "property2": 0}));
    let mixed =
        json!({"properties": {"a": {"type": "boolean"}}, "additionalProperties": {"type": "integer"}});
    assert_eq!(sample(mixed), json!({"a": true, "property1": 0, "property2": 0}));
    for anything in [json!(true), json!({}), json!(false)] {
        assert_eq!(sample(json!({"type": "object", "additionalProperties": anything})), json!({}));
    }
}

#[test]
fn type_follows_from_other_keywords() {
    assert_eq!(sample(json!({"properties": {"a": {"type": "boolean"}}})), json!({"a": true}));
    assert_eq!(sample(json!({"items": {"type": "boolean"}})), json!([true]));
    assert_eq!(sample(json!({"minLength": 7})), "strings");
    assert_eq!(sample(json!({"maximum": 7})), 7);
    assert_eq!(sample(json!({})), Value::Null);
    assert_eq!(sample(json!(true)), Value::Null);
}

#[test]
fn uuids_depend_on_the_property_they_belong_to() {
    let uuid = json!({"type": "string", "format": "uuid"});
    let made = sample(json!({"type": "object", "properties": {
        "user_id": uuid,
        "owner_id": {"type": "array", "items": uuid},
        "group_id": {"type": "object", "additionalProperties": uuid},
    }}));
    let id = "497f6eca-6276-4993-bfeb-53cbbbba6f08";
    let expected = json!({
        "user_id": "a169451c-8525-4352-b8ca-070dd449a1a5",
        "owner_id": [id],
        "group_id": {"property1": id, "property2": id},
    });
    assert_eq!(made, expected);
}

#[test]
fn properties_keep_the_order_of_the_document() {
    let schema = json!({"type": "object", "properties": {"b": {"type": "string"}, "a": {"type": "string"}}});
    let text = page(&document(json!({}), json!({"A": schema})), "schemas.md");
    assert!(text.contains("{\n  \"b\": \"string\",\n  \"a\": \"string\"\n}"), "{text}");
}

#[test]
fn containers_below_ten_levels_are_empty() {
    let mut schema = json!({"type": "array", "items": {"type": "string"}});
    for _ in 1..11 {
        schema = json!({"type": "object", "properties": {"in": schema}});
    }
    let mut level = sample(schema);
    for _ in 1..11 {
        level = level["in"].clone();
    }
    assert_eq!(level, json!([]));
}

#[test]
fn type_that_contains_itself_opens_one_level_further() {
    let group = json!({"type": "object", "properties": {
        "name": {"type": "string"},
        "parent": {"$ref": reference("A")},
    }});
    let expected = json!({"name": "string", "parent": {"name": "string", "parent": {}}});
    assert_eq!(sample(group), expected);
}

#[test]
fn requests_leave_out_what_only_responses_have_and_the_other_way_round() {
    let pot = json!({"Pot": {"type": "object", "properties": {
        "id": {"type": "string", "readOnly": true},
        "name": {"type": "string"},
        "secret": {"type": "string", "writeOnly": true},
    }}});
    let body = json!({"content": {"application/json": {"schema": {"$ref": reference("Pot")}}}});
    let request = pots(&with_operation("post", "/pots", json!({"requestBody": body}), pot.clone()));
    assert!(request.contains("{\n  \"name\": \"string\",\n  \"secret\": \"string\"\n}"), "{request}");
    let response = pots(&answering(json!({"$ref": reference("Pot")}), pot));
    assert!(response.contains("{\n  \"id\": \"string\",\n  \"name\": \"string\"\n}"), "{response}");
}
