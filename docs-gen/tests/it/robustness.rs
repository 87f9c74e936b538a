//! Documents that are wrong, twisted or broken at random: an error or a page, never a panic.

use serde_json::{Value, json};

use docs_gen::Problem;

use crate::support::{
    answering, column, complaints, diagnostics, document, page, pages, pots, with_operation,
};

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The one reference that leads nowhere: where it stands, what it says, and why.
fn reference_error(schemas: Value) -> (String, String, String) {
    let mut found = diagnostics(&document(json!({}), schemas)).into_iter();
    match found.next().map(|found| (found.pointer, found.problem)) {
        Some((pointer, Problem::Reference { target, reason })) => (pointer, target, reason),
        other => panic!("{other:?}"),
    }
}

#[test]
fn unresolved_reference_is_named_with_its_place() {
    let (pointer, target, reason) =
        reference_error(json!({"A": {"type": "object", "properties": {"b/c": reference("Nope")}}}));
    assert_eq!(pointer, "/components/schemas/A/properties/b~1c");
    assert_eq!(target, "#/components/schemas/Nope");
    assert_eq!(reason, "does not resolve");
}

#[test]
fn references_that_lead_elsewhere_or_round_are_errors() {
    let remote = reference_error(json!({"A": {"$ref": "https://pots.example/other.json#/A"}}));
    assert_eq!(remote.2, "is on another server, and only files are read");
    assert_eq!(reference_error(json!({"A": {"$ref": 7}})).2, "is not text");
    let circle = reference_error(json!({"A": reference("B"), "B": reference("A")}));
    assert_eq!(
        circle,
        ("/components/schemas/A".into(), "#/components/schemas/B".into(), "goes round in a circle".into())
    );
}

#[test]
fn data_and_names_are_not_references() {
    let schemas = json!({
        "A": {"type": "object", "example": {"$ref": "#/nowhere"}, "x-mine": {"$ref": "#/nowhere"}},
        "B": {"type": "object", "properties": {"$ref": {"type": "string"}, "default": {"type": "string"}}},
    });
    assert_eq!(pages(&document(json!({}), schemas)).len(), 3);
    let named = json!({"A": {"type": "object", "properties": {"example": reference("Nope")}}});
    assert_eq!(reference_error(named).0, "/components/schemas/A/properties/example");
}

#[test]
fn any_local_pointer_resolves() {
    let schemas = json!({
        "A": {"type": "object", "properties": {"x/y z": {"type": "integer"}}},
        "B": {"type": "object", "properties": {
            "n": {"$ref": "#/components/schemas/A/properties/x~1y%20z"}, "q": reference("a%2Eb"),
        }},
        "a.b": {"type": "string"},
    });
    let text = page(&document(json!({}), schemas), "schemas.md");
    let section = text.split("## B\n").nth(1).unwrap();
    assert_eq!(column(section, "| Name | Type |", 1), ["integer", "[a.b](#ab)"]);
}

#[test]
fn two_operations_with_one_title_are_both_written_and_named() {
    let pot = json!({"tags": ["Pots"], "summary": "Get a pot", "responses": {"200": {
        "description": "OK",
        "content": {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}},
    }}});
    let document = document(json!({"/b": {"get": pot}, "/a": {"put": pot}}), json!({}));
    let expected = "warning: /paths/~1b/get: tag `Pots`: PUT /a and GET /b share the summary `Get a pot`";
    assert_eq!(complaints(&document), [expected]);
    let text = pots(&document);
    let requests = ["`GET", "`PUT", "<h3"];
    let lines: Vec<_> =
        text.lines().filter(|line| requests.iter().any(|start| line.starts_with(start))).collect();
    let expected = [
        "`PUT /a`",
        "<h3 id=\"get-a-pot-responseschema\">Response Schema</h3>",
        "`GET /b`",
        "<h3 id=\"get-a-pot-1-responseschema\">Response Schema</h3>",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn two_pages_with_one_file_get_one_each_and_are_named() {
    let tagged = |tag: &str| json!({"get": {"tags": [tag], "summary": "Get it", "responses": {}}});
    let files = |document: &Value| -> Vec<String> {
        pages(document).into_iter().map(|page| format!("{} {}", page.title, page.file)).collect()
    };
    let twice = document(json!({"/a": tagged("Tea Pots"), "/b": tagged("teapots")}), json!({}));
    let found = complaints(&twice);
    let expected = "warning: /tags: the pages `Tea Pots` and `teapots` would both be teapots.md; \
                    the latter is teapots-2.md";
    assert_eq!(found, [expected]);
    let expected = [
        "Authentication authentication.md",
        "Schemas schemas.md",
        "Tea Pots teapots.md",
        "teapots teapots-2.md",
        "API index.md",
    ];
    assert_eq!(files(&twice), expected);
    let fixed = document(json!({"/a": tagged("schemas"), "/b": tagged("index")}), json!({}));
    let expected = [
        "warning: /tags: the pages `API` and `index` would both be index.md; the latter is index-2.md",
        "warning: /tags: the pages `Schemas` and `schemas` would both be schemas.md; \
         the latter is schemas-2.md",
    ];
    assert_eq!(complaints(&fixed), expected);
    let expected = [
        "Authentication authentication.md",
        "Schemas schemas.md",
        "index index-2.md",
        "schemas schemas-2.md",
        "API index.md",
    ];
    assert_eq!(files(&fixed), expected);
}

#[test]
fn wrong_shapes_are_named_with_their_place() {
    let shape = |document: Value| {
        let found = complaints(&document).into_iter().find(|line| line.starts_with("error"));
        found.unwrap().replacen("error: ", "", 1)
    };
    assert_eq!(shape(json!({"openapi": "3.1.0"})), "/paths: expected an object");
    assert_eq!(shape(json!({"openapi": "3.0.3", "paths": []})), "/paths: expected an object");
    assert_eq!(
        shape(document(json!({}), json!({})).tap("components", json!(1))),
        "/components: expected an object"
    );
    assert_eq!(shape(document(json!({"/a": 1}), json!({}))), "/paths/~1a: expected an object");
    assert_eq!(shape(document(json!({"/a": {"get": []}}), json!({}))), "/paths/~1a/get: expected an object");
    let unnamed = with_operation("get", "/a", json!({"parameters": [{"in": "query"}]}), json!({}));
    assert_eq!(shape(unnamed), "/paths/~1a/get/parameters/0: expected a parameter with `name` and `in`");
    assert!(shape(json!({"openapi": "2.0"})).contains("neither OpenAPI 3.0 to 3.2 nor Swagger 2.0"));
}

trait Tap {
    fn tap(self, key: &str, value: Value) -> Self;
}

impl Tap for Value {
    fn tap(mut self, key: &str, value: Value) -> Self {
        self[key] = value;
        self
    }
}

#[test]
fn document_with_next_to_nothing_has_pages() {
    let made = pages(&json!({"openapi": "3.1.0", "paths": {"/a": {"get": {}}}}));
    let files: Vec<_> = made.iter().map(|page| page.file.as_str()).collect();
    assert_eq!(files, ["default.md", "schemas.md", "index.md"]);
    assert!(made[0].text.contains("## GET /a\n"), "{}", made[0].text);
}

#[test]
fn types_that_contain_themselves_end() {
    let schemas = json!({
        "Node": {"type": "object", "properties": {
            "children": {"type": "array", "items": reference("Node")},
            "parent": {"allOf": [reference("Node")], "description": "The one above"},
            "by_name": {"type": "object", "additionalProperties": reference("Node")},
        }},
        "Both": {"allOf": [reference("Both"), reference("Both"), reference("Node")]},
        "Either": {"oneOf": [reference("Either"), {"type": "string"}]},
        "Only": {"allOf": [reference("Only")]},
        "Items": {"type": "array", "items": reference("Items")},
        "Map": {"type": "object", "additionalProperties": reference("Map")},
    });
    for name in ["Node", "Both", "Either", "Only", "Items", "Map"] {
        let list = json!({"type": "array", "items": reference(name)});
        assert!(pots(&answering(list, schemas.clone())).contains("## Do it"), "{name}");
    }
}

#[test]
fn types_that_open_each_other_without_end_are_cut_short() {
    let name = |number: usize| format!("T{number}");
    let wrapper = |number: usize| json!({"allOf": [reference(&name(number))], "description": "Wrapped"});
    let one = |_: usize| {
        let properties = (0..6).map(|to| (format!("p{to}"), wrapper(to)));
        json!({"type": "object", "properties": Value::Object(properties.collect())})
    };
    let schemas = Value::Object((0..6).map(|number| (name(number), one(number))).collect());
    let list = json!({"type": "array", "items": reference("T0"), "minItems": u64::MAX});
    let text = pots(&answering(list, schemas));
    assert!(text.len() < 20_000_000, "{}", text.len());
}

#[test]
fn long_chains_of_types_do_not_exhaust_the_stack() {
    let next = |number: usize| json!({"type": "object", "properties": {"n": reference(&format!("T{}", number + 1))}});
    let mut schemas: serde_json::Map<_, _> = (0..3_000).map(|n| (format!("T{n}"), next(n))).collect();
    schemas.insert("T3000".into(), json!({"type": "string"}));
    let list = json!({"type": "array", "items": reference("T0")});
    let text = pots(&answering(list, Value::Object(schemas)));
    assert!(column(&text, "| Name | Type | Required |", 0).len() < 100);
}
