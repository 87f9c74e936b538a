//! How pages look as text: tables in line, blocks apart, and nothing untidy from descriptions.

use serde_json::{Value, json};

use crate::checks::check_pages;
use crate::support::{answering, document, object, outline, page, pages, pots, with_operation};

/// A whole table, letter by letter: `»` counts one, a Chinese letter two, and an emoji its two units.
#[test]
fn table_is_laid_out_as_the_reference_has_it() {
    let role = json!({"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string", "description": " 名字 | name "},
        "日付": {"type": "string", "format": "date", "readOnly": true},
        "🫖": {"type": "array", "items": {"type": "object", "properties": {"x|y": {"type": "boolean"}}}},
    }});
    let list = json!({"type": "array", "items": {"$ref": "#/components/schemas/codersdk.Role"}});
    let text = pots(&answering(list, json!({"codersdk.Role": role})));
    let expected = "\
Status Code **200**

| Name           | Type         | Required | Restrictions | Description  |
|----------------|--------------|----------|--------------|--------------|
| `[array item]` | array        | false    |              |              |
| `» name`       | string       | true     |              | 名字 \\| name |
| `» 日付`       | string(date) | false    | read-only    |              |
| `» 🫖`         | array        | false    |              |              |
| `»» x\\|y`      | boolean      | false    |              |              |
";
    assert!(text.ends_with(expected), "{text}");
}

#[test]
fn table_without_rows_is_compact() {
    let text = pots(&with_operation("get", "/pots", json!({"responses": {}}), json!({})));
    assert!(
        text.ends_with("### Responses\n\n|Status|Meaning|Description|Schema|\n|---|---|---|---|\n"),
        "{text}"
    );
}

#[test]
fn description_is_tidied_up_but_kept() {
    let description = "\n\nOne.  \n\n\n\n\tTwo\ttabs.\r\nThree.\n\n\n";
    let text = pots(&with_operation("get", "/pots", json!({"description": description}), json!({})));
    assert!(text.contains("`GET /pots`\n\nOne.\n\n    Two    tabs.\nThree.\n\n### Responses\n"), "{text}");
}

#[test]
fn empty_description_is_no_paragraph() {
    for description in ["", " \n\t", "Swagger notice: x", " \n Swagger notice: x"] {
        let text = pots(&with_operation("get", "/pots", json!({"description": description}), json!({})));
        assert!(text.contains("`GET /pots`\n\n### Responses\n"), "{text}");
    }
}

#[test]
fn headings_lose_what_closes_a_sentence() {
    let table = [
        ("Get it.", "Get it"),
        ("Get it!:;,", "Get it"),
        ("Why?", "Why?"),
        ("A\n b", "A b"),
        ("v1.2", "v1.2"),
    ];
    for (summary, heading) in table {
        let text = pots(&with_operation("get", "/pots", json!({"summary": summary}), json!({})));
        assert!(text.contains(&format!("\n## {heading}\n")), "{text}");
    }
}

#[test]
fn nothing_in_any_text_breaks_the_pages() {
    let nasty = "a|b \\| `c\n\n```\n| d |\n<!-- e\n# f\n[g](schemas.md#nowhere)\u{2028}\u{0}\t»";
    let schema = json!({"type": "string", "description": nasty, "enum": [nasty, ""], "default": nasty});
    let operation = json!({
        "summary": "Do it", "description": nasty,
        "parameters": [{"name": nasty, "in": "query", "required": true, "description": nasty, "schema": schema}],
        "requestBody": {"description": nasty, "content": {"application/json": {"schema": {
            "type": "object", "description": nasty, "properties": {nasty: schema},
        }}}},
        "responses": {"200": {"description": nasty, "headers": {nasty: {"description": nasty, "schema": schema}},
            "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Pot"}}}}}},
    });
    let pot = json!({"type": "object", "description": nasty, "properties": {nasty: schema}});
    let document = with_operation("post", "/pots", operation, json!({"Pot": pot}));
    assert_eq!(check_pages(&pages(&document)), [""; 0]);
}

#[test]
fn line_ends_and_tabs_in_names_do_not_break_calls() {
    let mut document = with_operation("get", "/a\n\tb", json!({"security": [{"token": []}]}), json!({}));
    document["components"]["securitySchemes"]["token"]["name"] = "X\n\tY".into();
    assert_eq!(check_pages(&pages(&document)), [""; 0]);
    let call = "http://coder-server:8080/a%0A%09b \\\n  -H 'X  Y: API_KEY'\n```\n";
    for file in ["pots.md", "index.md", "authentication.md"] {
        assert!(page(&document, file).contains(call), "{file}");
    }
    assert!(pots(&document).contains("\n`GET /a b`\n"));
}

#[test]
fn index_has_its_sections_and_lists_the_pages() {
    let one = |tag: &str| json!({"get": {"tags": [tag], "summary": "x", "responses": {}}});
    let text = page(
        &document(json!({"/b": one("b"), "/a": one("AI Bridge"), "/c": one("Agents")}), json!({})),
        "index.md",
    );
    let expected = [
        "## Quickstart",
        "Make a token as the page on [authentication](authentication.md) shows, then ask Teapots for something:",
        "```shell",
        "## Use cases",
        "The bodies that requests and responses carry are described under [Schemas](schemas.md).",
        "## Sections",
        "<children>",
        "- [AI Bridge](aibridge.md)",
        "</children>",
    ];
    assert_eq!(outline(&text), expected);
    assert!(text.starts_with("# API\n"), "{text}");
    let list = "- [AI Bridge](aibridge.md)\n- [Agents](agents.md)\n- [Authentication](authentication.md)\n\
                - [Schemas](schemas.md)\n- [b](b.md)\n";
    assert!(text.contains(list), "{text}");
}

#[test]
fn authentication_page_tells_how_to_make_a_token_and_to_send_it() {
    let operation = |summary: &str| json!({"tags": ["Users"], "summary": summary, "responses": {}, "security": [{"token": []}]});
    let paths = json!({
        "/api/v2/users/login": object("post", operation("Log in")),
        "/api/v2/users/{user}/keys/tokens": object("post", operation("Make a token")),
        "/api/v2/users": object("get", operation("List users")),
    });
    let text = page(&document(paths, json!({})), "authentication.md");
    assert!(text.starts_with("# Authentication\n"), "{text}");
    let calls: Vec<_> = text.lines().filter(|line| line.starts_with("curl ")).collect();
    let expected = [
        "curl -X POST http://coder-server:8080/api/v2/users/login \\",
        "curl -X POST http://coder-server:8080/api/v2/users/me/keys/tokens \\",
        "curl http://coder-server:8080/api/v2/users \\",
    ];
    assert_eq!(calls, expected);
    assert!(
        text.contains(
            "```console\ncurl http://coder-server:8080/api/v2/users \\\n  -H 'X-Token: API_KEY'\n```\n"
        ),
        "{text}"
    );
}

#[test]
fn operations_of_one_path_stand_in_a_fixed_order() {
    let methods = ["trace", "patch", "head", "options", "delete", "post", "put", "get"];
    let item: serde_json::Map<String, Value> = methods
        .iter()
        .map(|method| ((*method).to_owned(), json!({"tags": ["Pots"], "summary": method, "responses": {}})))
        .collect();
    let text = pots(&document(object("/pots", Value::Object(item)), json!({})));
    let titles: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(titles, ["get", "put", "post", "delete", "options", "head", "patch", "trace"]);
}
