//! Rules of single sections that seldom matter: several statuses, odd media types, deep bodies.

use serde_json::{Value, json};

use crate::support::{column, document, outline, page, pots, rows, with_operation};

const HEADER: &str = "| Name | Type | Required |";

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn one(operation: Value) -> String {
    let pot = json!({"type": "object", "properties": {"name": {"type": "string"}}});
    let kind = json!({"type": "string", "enum": ["b", "a"]});
    pots(&with_operation("post", "/pots", operation, json!({"Pot": pot, "Kind": kind})))
}

fn body(media_type: &str, schema: Value) -> Value {
    json!({"requestBody": {"content": {media_type: {"schema": schema}}}})
}

fn curl(page: &str) -> &str {
    page.split("using curl\n").nth(1).unwrap().split("```").next().unwrap()
}

#[test]
fn each_status_without_a_named_type_has_its_table() {
    let list = |of: Value| json!({"description": "x", "content": {"application/json": {"schema": {"type": "array", "items": of}}}});
    let plain = list(json!({"type": "string"}));
    let responses = json!({"409": list(reference("Kind")), "200": list(reference("Pot")), "404": plain, "201": {"description": ""}});
    let text = one(json!({"responses": responses}));
    let section = text.split("<h3 ").nth(1).unwrap();
    let blocks: Vec<_> = section.trim().split("\n\n").map(|block| block.lines().next().unwrap()).collect();
    let header = "| Name           | Type   | Required | Restrictions | Description |";
    let expected = [
        "id=\"do-it-responseschema\">Response Schema</h3>",
        "Status Code **200**",
        header,
        "Status Code **409**",
        "| Name           | Type  | Required | Restrictions | Description |",
    ];
    assert_eq!(blocks, expected);
    let types = column(&text, "| Status |", 3);
    assert_eq!(
        types,
        ["array of [Pot](schemas.md#pot)", "", "array of string", "array of [Kind](schemas.md#kind)"]
    );
}

#[test]
fn samples_are_fenced_by_the_kind_of_media_type() {
    let text = json!({"type": "string"});
    let table = [
        ("application/json", "\n> Body parameter\n\n```json\n\"string\"\n```\n"),
        ("application/merge-patch+json", "\n> Body parameter\n\n```json\n\"string\"\n```\n"),
        ("text/json; charset=utf-8", "\n> Body parameter\n\n```json\n\"string\"\n```\n"),
        ("application/octet-stream", "\n> Body parameter\n\n```yaml\nstring\n\n```\n"),
        ("text/plain", "\n> Body parameter\n\n```\n\"string\"\n```\n"),
    ];
    for (media_type, expected) in table {
        let page = one(body(media_type, text.clone()));
        assert!(page.contains(expected), "{media_type}: {page}");
        assert!(curl(&page).contains(&format!("-H 'Content-Type: {media_type}'\n")), "{media_type}");
    }
}

#[test]
fn empty_text_in_a_form_leaves_no_blank() {
    let fields = json!({"type": "object", "properties": {"a": {"type": "string", "enum": ["", "x"]}}});
    let text = one(body("application/x-www-form-urlencoded", fields));
    assert!(text.contains("```yaml\na:\n\n```\n"), "{text}");
}

#[test]
fn answers_that_cannot_be_shown_have_their_status_alone() {
    for media_type in ["application/xml", "image/png", "*/*"] {
        let schema = json!({"type": "string", "format": "binary"});
        let text = one(
            json!({"responses": {"200": {"description": "", "content": {media_type: {"schema": schema}}}}}),
        );
        assert!(
            text.contains("### Example responses\n\n> 200 Response\n\n### Responses\n"),
            "{media_type}: {text}"
        );
    }
}

#[test]
fn headers_are_sent_with_their_default_or_a_sample() {
    let header = |name: &str, schema: Value| json!({"name": name, "in": "header", "schema": schema});
    let text = one(json!({"parameters": [
        header("X-Plain", json!({"type": "string"})),
        header("X-Given", json!({"type": "integer", "default": 7})),
        header("X-Kind", reference("Kind")),
        header("X-Id", json!({"type": "string", "format": "uuid"})),
    ]}));
    let expected = "curl -X POST http://coder-server:8080/pots \\
  -H 'X-Plain: string' \\
  -H 'X-Given: 7' \\
  -H 'X-Kind: b' \\
  -H 'X-Id: 497f6eca-6276-4993-bfeb-53cbbbba6f08'
";
    assert_eq!(curl(&text), expected);
}

#[test]
fn body_without_a_name_is_spelled_out_to_its_depth() {
    let inner = json!({"type": "object", "required": ["b"], "properties": {"b": {"type": "string", "enum": ["y", "x"]}}});
    let schema = json!({"type": "object", "required": ["pot"], "properties": {
        "pot": reference("Pot"), "inner": inner, "list": {"type": "array", "items": reference("Pot")},
    }});
    let text = one(body("application/json", schema));
    let expected = [
        ["`body`", "body", "object", "false", ""],
        ["`» pot`", "body", "[Pot](schemas.md#pot)", "true", ""],
        ["`»» name`", "body", "string", "false", ""],
        ["`» inner`", "body", "object", "false", ""],
        ["`»» b`", "body", "string", "true", ""],
        ["`» list`", "body", "array[[Pot](schemas.md#pot)]", "false", ""],
    ];
    assert_eq!(rows(&text, "| Name | In |"), expected);
    assert_eq!(rows(&text, "| Parameter |"), [["`b`", "`x`, `y`"]]);
}

#[test]
fn body_that_is_a_list_links_to_its_items() {
    let text = one(body("application/json", json!({"type": "array", "items": reference("Pot")})));
    assert_eq!(
        rows(&text, "| Name | In |"),
        [["`body`", "body", "array[[Pot](schemas.md#pot)]", "false", ""]]
    );
}

#[test]
fn schemas_that_are_no_objects_have_the_heading_alone() {
    let text = page(
        &document(
            json!({}),
            json!({
                "List": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}},
                "Text": {"type": "string", "format": "uuid"},
                "Nothing": {"type": "object"},
                "Alias": reference("Kind"),
                "Kind": {"type": "integer", "enum": [10, 9, 1]},
            }),
        ),
        "schemas.md",
    );
    let expected = [
        "## Alias",
        "```json",
        "### Properties",
        "#### Enumerated Values",
        "| Value(s) |",
        "## Kind",
        "```json",
        "### Properties",
        "#### Enumerated Values",
        "| Value(s) |",
        "## List",
        "```json",
        "### Properties",
        "## Nothing",
        "```json",
        "### Properties",
        "None",
        "## Text",
        "```json",
        "### Properties",
    ];
    assert_eq!(outline(&text), expected);
    assert_eq!(rows(&text, "| Value(s) |"), [["`1`, `10`, `9`"]]);
}

#[test]
fn links_lead_to_the_headings_of_types() {
    let schemas = json!({
        "io.k8s.Pod": {"type": "object", "properties": {"next": reference("io.k8s.Pod"), "up": reference("codersdk.X_Y-z")}},
        "codersdk.X_Y-z": {"type": "object"},
    });
    let text = page(&document(json!({}), schemas), "schemas.md");
    assert_eq!(column(&text, HEADER, 1), ["[io.k8s.Pod](#iok8spod)", "[codersdk.X_Y-z](#codersdkx_y-z)"]);
}

#[test]
fn webhooks_have_a_page_but_no_code_sample() {
    let mut document = document(json!({}), json!({}));
    document["webhooks"] =
        json!({"newPot": {"post": {"summary": "Pot made", "responses": {"200": {"description": "Got it"}}}}});
    let text = page(&document, "webhooks.md");
    assert_eq!(
        outline(&text),
        [
            "## newPot",
            "`POST webhook newPot`",
            "Pot made",
            "### Responses",
            "| Status | Meaning | Description | Schema |"
        ]
    );
}
