//! What is wrong with a document: each problem with its file, its place, and its words, in JSON and in YAML.

use docs_gen::{Diagnostic, Errors, Problem, Severity};

use crate::support::read;

/// Everything that is said of a text.
fn said(name: &str, text: &str) -> Vec<Diagnostic> {
    match read(name, text) {
        Ok(reference) => reference.warnings,
        Err(Errors(found)) => found,
    }
}

fn lines(name: &str, text: &str) -> Vec<String> {
    said(name, text).iter().map(ToString::to_string).collect()
}

const IN_JSON: &str = r##"{
  "openapi": "3.1.0",
  "paths": {
    "/pots/{pot}": {
      "get": {
        "tags": ["Tea Pots"],
        "parameters": [{"name": "cup", "in": "path"}],
        "responses": {"200": {"$ref": "#/components/responses/Gone"}}
      },
      "put": [],
      "post": {"tags": ["Tea Pots"], "summary": "Same", "security": [{"nowhere": []}]}
    },
    "/cups": {
      "get": {"tags": ["Tea Pots"], "summary": "Same", "summary": "Same", "parameters": [{"in": "query"}]}
    }
  }
}"##;

const IN_YAML: &str = "\
openapi: 3.1.0
paths:
  /pots/{pot}:
    get:
      tags: [Tea Pots]
      parameters: [{name: cup, in: path}]
      responses: {200: {$ref: '#/components/responses/Gone'}}
    put: []
    post: {tags: [Tea Pots], summary: Same, security: [{nowhere: []}]}
  /cups:
    get: {tags: [Tea Pots], summary: Same, summary: Same, parameters: [{in: query}]}
";

/// References come first: without them nothing else is looked at.
#[test]
fn references_that_lead_nowhere_are_all_listed() {
    let expected = [
        "warning: /paths/~1cups/get/summary: the name comes twice in one object; the last one counts",
        "error: /paths/~1pots~1{pot}/get/responses/200: \
         the reference `#/components/responses/Gone` does not resolve",
    ];
    assert_lines("a.json", IN_JSON, &expected, &[(14, 56), (8, 23)]);
    assert_lines("a.yaml", IN_YAML, &expected, &[(11, 44), (7, 19)]);
}

#[test]
fn wrong_operations_are_all_listed_with_the_warnings() {
    let expected = [
        "warning: /paths/~1cups/get/summary: the name comes twice in one object; the last one counts",
        "error: /paths/~1cups/get/parameters/0: expected a parameter with `name` and `in`",
        "warning: /paths/~1pots~1{pot}/get: the operation has no summary; its title is `GET /pots/{pot}`",
        "warning: /paths/~1pots~1{pot}/get: the path parameter `cup` is not in the path",
        "warning: /paths/~1pots~1{pot}/get: the path parameter `pot` is not declared",
        "error: /paths/~1pots~1{pot}/put: expected an object",
        "warning: /paths/~1pots~1{pot}/post: the path parameter `pot` is not declared",
        "warning: /paths/~1pots~1{pot}/post: there is no security scheme `nowhere`",
        "warning: /paths/~1pots~1{pot}/post: tag `Tea Pots`: GET /cups and POST /pots/{pot} share the summary `Same`",
    ];
    let json = IN_JSON.replace(r##""$ref": "#/components/responses/Gone""##, r#""description": "OK""#);
    let places = [(14, 56), (14, 91), (5, 7), (5, 7), (5, 7), (10, 7), (11, 7), (11, 7), (11, 7)];
    assert_lines("a.json", &json, &expected, &places);
    let yaml = IN_YAML.replace("$ref: '#/components/responses/Gone'", "description: OK");
    let places = [(11, 44), (11, 73), (4, 5), (4, 5), (4, 5), (8, 5), (9, 5), (9, 5), (9, 5)];
    assert_lines("a.yaml", &yaml, &expected, &places);
}

/// All that is said of a text, in this order and at these places.
fn assert_lines(name: &str, text: &str, expected: &[&str], places: &[(usize, usize)]) {
    let found = said(name, text);
    let line = |one: &Diagnostic| format!("{}: {}: {}", one.severity, one.pointer, one.problem);
    assert_eq!(found.iter().map(line).collect::<Vec<_>>(), expected);
    let positions: Vec<_> = found.iter().map(|one| one.position.unwrap()).collect();
    assert_eq!(positions, places, "{:#?}", lines(name, text));
    let start = |(line, column): &(usize, usize)| format!("{name}:{line}:{column}: ");
    assert!(lines(name, text).iter().zip(places).all(|(line, place)| line.starts_with(&start(place))));
}

#[test]
fn texts_that_are_no_documents_are_refused_with_their_place() {
    let table = [
        ("a.json", "{\n  \"a\": }", "a.json:2:8: error: not a document: expected value"),
        ("a.json", "", "a.json:1:1: error: not a document: EOF while parsing a value"),
        ("a.json", "{}\n]", "a.json:2:1: error: not a document: trailing characters"),
        (
            "a.yaml",
            "a: 1\nb: *nowhere\n",
            "a.yaml:2:4: error: not a document: while parsing node, found unknown anchor",
        ),
        (
            "a.yaml",
            "a: [1,\n",
            "a.yaml:2:1: error: not a document: while parsing a node, did not find expected node content",
        ),
        ("a.yaml", "a:\n  ? [x]\n  : y\n", "a.yaml:2:5: error: not a document: a name that is not a text"),
    ];
    for (name, text, expected) in table {
        assert_eq!(lines(name, text), [expected], "{text}");
    }
}

#[test]
fn versions_that_are_not_known_are_refused() {
    let table = [
        (r#"{"openapi": "4.0.0"}"#, "/openapi", "`openapi` is `4.0.0`"),
        (r#"{"openapi": "3.10.0"}"#, "/openapi", "`openapi` is `3.10.0`"),
        (r#"{"openapi": 3}"#, "/openapi", "`openapi` is `3`"),
        (r#"{"swagger": "1.2"}"#, "/swagger", "`swagger` is `1.2`"),
        (r#"{"info": {}}"#, "", "it has neither a member `openapi` nor `swagger`"),
    ];
    for (text, pointer, found) in table {
        let [one] = &said("a.json", text)[..] else { panic!("{text}") };
        let problem = Problem::Version { found: found.to_owned() };
        assert_eq!(
            (one.pointer.as_str(), &one.problem, one.severity),
            (pointer, &problem, Severity::Error),
            "{text}"
        );
    }
}

#[test]
fn known_versions_are_taken() {
    for version in ["3.0.0", "3.0.4", "3.1.0", "3.1.1", "3.2.0", "3.0.0-rc1"] {
        let text = format!(r#"{{"openapi": "{version}", "paths": {{}}}}"#);
        assert_eq!(lines("a.json", &text), [""; 0], "{version}");
    }
    assert_eq!(lines("a.json", r#"{"swagger": "2.0", "paths": {}}"#), [""; 0]);
}

#[test]
fn lines_of_windows_and_wide_letters_are_counted() {
    let text = "{\r\n\"openapi\": \"3.1.0\",\r\n\"x-漢字\": 1, \"paths\": {\"/a\": {\"get\": 1}}}";
    assert_eq!(lines("a.json", text), ["a.json:3:29: error: /paths/~1a/get: expected an object"]);
    let text = "\u{feff}openapi: 3.1.0\npaths: {/漢字: {get: 1}}\n";
    assert_eq!(lines("a.yaml", text), ["a.yaml:2:15: error: /paths/~1漢字/get: expected an object"]);
}

#[test]
fn file_that_is_not_there_or_no_text_is_named() {
    let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = directory.join("docs-gen-not-utf8.json");
    std::fs::write(&file, b"{\"a\": \"\xFF\"}").unwrap();
    let said = |path: &std::path::Path| {
        let options = docs_gen::Options::default();
        let errors = docs_gen::render(docs_gen::Spec::File(path), &options).unwrap_err();
        errors.to_string().replace(&format!("{}/", directory.display()), "")
    };
    assert_eq!(said(&file), "docs-gen-not-utf8.json: error: not UTF-8 from byte 7 on");
    let missing = said(&directory.join("docs-gen-nowhere.json"));
    assert_eq!(missing, "docs-gen-nowhere.json: error: No such file or directory (os error 2)");
}
