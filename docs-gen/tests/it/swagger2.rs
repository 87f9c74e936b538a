//! What Swagger 2.0 says in its own way: media types apart from schemas, bodies among the parameters.

use serde_json::{Map, Value, json};

use crate::support::{column, complaints, pots, rows};

/// A document with one operation, whose members may say more than this.
fn with(operation: Value, more: Value) -> Value {
    let mut document = json!({
        "swagger": "2.0",
        "info": {"title": "Teapots", "version": "1"},
        "paths": {"/pots": {"post": {"tags": ["Pots"], "summary": "Do it", "responses": {"204": {"description": ""}}}}},
        "definitions": {"Pot": {"type": "object", "properties": {"name": {"type": "string"}}}},
        "securityDefinitions": {"token": {"type": "apiKey", "in": "header", "name": "X-Token"}},
    });
    extend(&mut document["paths"]["/pots"]["post"], operation);
    extend(&mut document, more);
    document
}

fn extend(into: &mut Value, from: Value) {
    let from: Map<_, _> = from.as_object().unwrap().clone();
    into.as_object_mut().unwrap().extend(from);
}

fn curl(document: &Value) -> String {
    let page = pots(document);
    let start = page.split("using curl\n").nth(1).unwrap();
    start.split("```").next().unwrap().to_owned()
}

fn body() -> Value {
    json!([{"name": "request", "in": "body", "schema": {"$ref": "#/definitions/Pot"}}])
}

fn answer() -> Value {
    json!({"200": {"description": "OK", "schema": {"$ref": "#/definitions/Pot"}}})
}

#[test]
fn media_types_come_from_the_operation_then_the_document_then_custom() {
    let both = json!({"parameters": body(), "responses": answer()});
    let headers = |operation: Value, more: Value| -> Vec<String> {
        let mut all = both.clone();
        extend(&mut all, operation);
        let curl = curl(&with(all, more));
        curl.split("-H '").skip(1).map(|header| header.split('\'').next().unwrap().to_owned()).collect()
    };
    let document = json!({"consumes": ["text/json"], "produces": ["text/html", "application/json"]});
    let operation = json!({"consumes": ["application/xml"], "produces": ["text/plain"]});
    let nothing = json!({"consumes": [], "produces": []});
    assert_eq!(headers(json!({}), json!({})), ["Content-Type: application/json", "Accept: */*"]);
    assert_eq!(headers(json!({}), document.clone()), ["Content-Type: text/json", "Accept: text/html"]);
    assert_eq!(headers(operation, document.clone()), ["Content-Type: application/xml", "Accept: text/plain"]);
    assert_eq!(headers(nothing, document), ["Content-Type: application/json", "Accept: */*"]);
}

#[test]
fn media_types_without_a_schema_say_nothing() {
    let document =
        with(json!({"consumes": ["application/json"], "produces": ["application/json"]}), json!({}));
    assert_eq!(curl(&document), "curl -X POST http://coder-server:8080/pots\n\n");
    assert!(!pots(&document).contains("### Example responses"));
}

/// Nothing is produced, but two errors have a schema.
#[test]
fn answers_of_no_declared_type_have_their_status_alone() {
    let error = json!({"description": "No", "schema": {"$ref": "#/definitions/Pot"}});
    let responses = json!({"204": {"description": "No Content"}, "404": error, "500": error});
    let document = with(json!({"responses": responses, "security": [{"token": []}]}), json!({}));
    let expected =
        "curl -X POST http://coder-server:8080/pots \\\n  -H 'Accept: */*' \\\n  -H 'X-Token: API_KEY'\n";
    assert_eq!(curl(&document), expected);
    let page = pots(&document);
    assert!(page.contains("### Example responses\n\n> 404 Response\n\n### Responses\n"), "{page}");
    assert_eq!(column(&page, "| Status |", 0), ["204", "404", "500"]);
}

#[test]
fn body_is_one_row_called_body_wherever_it_is_declared() {
    let parameters = json!([
        {"name": "request", "in": "body", "required": true, "description": "It", "schema": {"$ref": "#/definitions/Pot"}},
        {"name": "q", "in": "query", "type": "string", "format": "string"},
        {"name": "X-Q", "in": "header", "type": "integer"},
    ]);
    let page = pots(&with(json!({"parameters": parameters}), json!({})));
    let expected = [
        ["`q`", "query", "string(string)", "false", ""],
        ["`X-Q`", "header", "integer", "false", ""],
        ["`body`", "body", "[Pot](schemas.md#pot)", "true", "It"],
    ];
    assert_eq!(rows(&page, "| Name | In |"), expected);
    assert!(page.contains("> Body parameter\n\n```json\n{\n  \"name\": \"string\"\n}\n```\n"), "{page}");
}

#[test]
fn form_fields_make_a_body() {
    let fields = json!([
        {"name": "file", "in": "formData", "type": "file", "description": "What\nto send"},
        {"name": "kind", "in": "formData", "required": true, "type": "string", "enum": ["b", "a"]},
    ]);
    let document = with(json!({"parameters": fields, "consumes": ["multipart/form-data"]}), json!({}));
    let page = pots(&document);
    let expected = [
        ["`body`", "body", "object", "true", ""],
        ["`» file`", "body", "binary", "false", "What"],
        ["`» kind`", "body", "string", "true", ""],
    ];
    assert_eq!(rows(&page, "| Name | In |"), expected);
    assert!(page.contains("```yaml\nfile: string\nkind: b\n\n```\n"), "{page}");
    assert!(page.contains("\n**file**: What\nto send\n"), "{page}");
    assert_eq!(rows(&page, "| Parameter |"), [["`kind`", "`a`, `b`"]]);
    assert_eq!(
        curl(&document),
        "curl -X POST http://coder-server:8080/pots \\\n  -H 'Content-Type: multipart/form-data'\n"
    );
}

#[test]
fn plain_form_leaves_its_type_to_curl() {
    let fields = json!([{"name": "a", "in": "formData", "type": "string"}]);
    let document = with(json!({"parameters": fields, "security": [{"token": []}]}), json!({}));
    assert_eq!(curl(&document), "curl -X POST http://coder-server:8080/pots \\\n  -H 'X-Token: API_KEY'\n");
}

#[test]
fn collection_format_parts_the_values_of_a_list() {
    let table = [("csv", "0,0"), ("ssv", "0%200"), ("pipes", "0%7C0"), ("multi", "0,0")];
    for (format, expected) in table {
        let list = json!([{"name": "n", "in": "query", "required": true, "type": "array", "minItems": 2,
            "items": {"type": "integer"}, "collectionFormat": format}]);
        let document = with(json!({"parameters": list}), json!({}));
        assert_eq!(
            curl(&document),
            format!("curl -X POST http://coder-server:8080/pots?n={expected}\n\n"),
            "{format}"
        );
        assert_eq!(column(&pots(&document), "| Name | In |", 2), ["array[integer]"]);
    }
}

#[test]
fn base_path_is_in_the_address_only() {
    for base in ["/api/v2", "/api/v2/", "/api/v2//"] {
        let document = with(json!({}), json!({"basePath": base}));
        assert_eq!(curl(&document), "curl -X POST http://coder-server:8080/api/v2/pots\n\n", "{base}");
        assert!(pots(&document).contains("\n`POST /pots`\n"));
    }
    let document = with(json!({}), json!({"basePath": "/", "host": "pots.example", "schemes": ["https"]}));
    assert_eq!(curl(&document), "curl -X POST http://coder-server:8080/pots\n\n");
}

#[test]
fn only_keys_in_headers_are_sent() {
    let schemes = json!({
        "basic": {"type": "basic"}, "query": {"type": "apiKey", "in": "query", "name": "key"},
        "one": {"type": "apiKey", "in": "header", "name": "X-One"},
        "two": {"type": "apiKey", "in": "header", "name": "X-Two"},
    });
    let secured =
        |security: Value| curl(&with(json!({"security": security}), json!({"securityDefinitions": schemes})));
    let call = "curl -X POST http://coder-server:8080/pots";
    let all = secured(json!([{"two": [], "basic": [], "query": [], "one": []}]));
    assert_eq!(all, format!("{call} \\\n  -H 'X-Two: API_KEY' \\\n  -H 'X-One: API_KEY'\n"));
    assert_eq!(secured(json!([{"basic": []}, {"one": []}])), format!("{call}\n\n"));
}

#[test]
fn examples_of_answers_are_by_media_type() {
    let responses = json!({"200": {
        "description": "OK", "schema": {"$ref": "#/definitions/Pot"}, "examples": {"application/json": {"name": "mine"}},
    }});
    let document = with(json!({"produces": ["application/json"], "responses": responses}), json!({}));
    assert!(pots(&document).contains("> 200 Response\n\n```json\n{\n  \"name\": \"mine\"\n}\n```\n"));
}

#[test]
fn shared_parameters_and_responses_are_found() {
    let more = json!({
        "parameters": {"limit": {"name": "limit", "in": "query", "type": "integer", "description": "How many"}},
        "responses": {"No": {"description": "Not at all", "schema": {"$ref": "#/definitions/Pot"}}},
    });
    let operation = json!({
        "parameters": [{"$ref": "#/parameters/limit"}], "responses": {"404": {"$ref": "#/responses/No"}},
    });
    let page = pots(&with(operation, more));
    assert_eq!(rows(&page, "| Name | In |"), [["`limit`", "query", "integer", "false", "How many"]]);
    assert_eq!(rows(&page, "| Status |")[0][2..], ["Not at all", "[Pot](schemas.md#pot)"]);
}

#[test]
fn paths_are_needed() {
    assert_eq!(complaints(&json!({"swagger": "2.0"})), ["error: /paths: expected an object"]);
}
