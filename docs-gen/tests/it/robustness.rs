//! Documents that are wrong, twisted or broken at random: an error or a page, never a panic.

use docs_gen::{Error, Options, render};
use serde_json::{Value, json};

use crate::support::{answering, column, document, error, page, pages, pots, with_operation};

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn reference_error(schemas: Value) -> (String, String, &'static str) {
    match error(&document(json!({}), schemas)) {
        Error::Reference { pointer, target, reason } => (pointer, target, reason),
        other => panic!("{other}"),
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
    let remote = reference_error(json!({"A": {"$ref": "other.json#/A"}}));
    assert_eq!(remote.2, "does not point into this document");
    assert_eq!(reference_error(json!({"A": {"$ref": 7}})).2, "is not text");
    let circle = reference_error(json!({"A": reference("B"), "B": reference("A")}));
    assert_eq!(
        circle,
        ("/components/schemas/A".into(), "#/components/schemas/B".into(), "goes round in a circle")
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
fn two_operations_with_one_title_are_named() {
    let pot = json!({"tags": ["Pots"], "summary": "Get a pot", "responses": {}});
    let found = error(&document(json!({"/b": {"get": pot}, "/a": {"put": pot}}), json!({})));
    assert_eq!(found.to_string(), "tag `Pots`: PUT /a and GET /b share the summary `Get a pot`");
}

#[test]
fn two_pages_with_one_file_are_named() {
    let tagged = |tag: &str| json!({"get": {"tags": [tag], "responses": {}}});
    let found = error(&document(json!({"/a": tagged("Tea Pots"), "/b": tagged("teapots")}), json!({})));
    assert_eq!(found.to_string(), "teapots.md: the pages `Tea Pots` and `teapots` have the same file name");
    let found = error(&document(json!({"/a": tagged("schemas")}), json!({})));
    assert!(matches!(found, Error::DuplicateFile { .. }), "{found}");
}

#[test]
fn wrong_shapes_are_named_with_their_place() {
    let shape = |document: Value| error(&document).to_string();
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
    assert!(shape(json!({"openapi": "2.0"})).starts_with("not an OpenAPI 3 document"));
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

/// A small generator of numbers: the same ones in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }

    fn value(&mut self) -> Value {
        let values = [
            json!(null),
            json!(true),
            json!(-1),
            json!(1e300),
            json!(u64::MAX),
            json!(""),
            json!("»|`\n\t\\"),
            json!("string"),
            json!("array"),
            json!([]),
            json!(["object", "null", 3]),
            json!({}),
            json!({"$ref": "#/components/schemas/codersdk.User"}),
            json!({"$ref": "#/components/schemas/codersdk.Gone"}),
            json!({"$ref": "#"}),
            json!({"allOf": [{"$ref": "#/components/schemas/codersdk.Role"}, 1]}),
            json!({"type": "array", "items": {"type": "array", "items": {}}, "minItems": 9_999_999}),
        ];
        values[self.roll(values.len())].clone()
    }
}

/// Changes one node somewhere in the tree.
fn mutate(node: &mut Value, dice: &mut Dice) {
    let children = match node {
        Value::Object(members) => members.len(),
        Value::Array(items) => items.len(),
        _ => 0,
    };
    if children == 0 || dice.roll(12) == 0 {
        *node = dice.value();
        return;
    }
    let chosen = dice.roll(children);
    match node {
        Value::Object(members) => {
            let key = members.keys().nth(chosen).unwrap().clone();
            match dice.roll(20) {
                0 => drop(members.remove(&key)),
                1 => {
                    drop(members.insert(
                        ["type", "enum", "format", "$ref", "allOf"][dice.roll(5)].into(),
                        dice.value(),
                    ))
                }
                _ => mutate(&mut members[&key], dice),
            }
        }
        Value::Array(items) => mutate(&mut items[chosen], dice),
        _ => {}
    }
}

#[test]
fn broken_documents_never_panic() {
    let whole: Value = serde_json::from_str(include_str!("../fixtures/reference.json")).unwrap();
    let mut dice = Dice(0x5EED);
    let mut rendered = 0;
    for _ in 0..300 {
        let mut broken = whole.clone();
        for _ in 0..=dice.roll(4) {
            mutate(&mut broken, &mut dice);
        }
        rendered += usize::from(render(&broken, &Options::default()).is_ok());
    }
    assert!(rendered > 20, "most documents were refused at once: {rendered} of 300 rendered");
}
