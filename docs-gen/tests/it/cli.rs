//! The binary: what it writes, what it says, and its exit codes.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::support::{rows, with_operation};

/// An empty directory of the test's own.
fn workspace(test: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("docs-gen-{test}"));
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    directory
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_docs-gen")).args(arguments).current_dir(directory).output().unwrap()
}

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

/// A workspace with a document at the default place.
fn with_spec(test: &str, document: &Value) -> PathBuf {
    let directory = workspace(test);
    fs::create_dir(directory.join("openapi")).unwrap();
    fs::write(directory.join("openapi/openapi.json"), document.to_string()).unwrap();
    directory
}

fn tagged(tag: &str) -> Value {
    with_operation("get", "/pots", json!({"tags": [tag]}), json!({}))
}

#[test]
fn writes_pages_at_the_default_places_and_only_what_changed() {
    let directory = with_spec("write", &tagged("Pots"));
    let first = run(&directory, &[]);
    assert_eq!(first.status.code(), Some(0));
    let expected = [
        "wrote docs/reference/api/authentication.md",
        "wrote docs/reference/api/pots.md",
        "wrote docs/reference/api/schemas.md",
        "wrote docs/reference/api/index.md",
    ];
    assert_eq!(lines(&first), expected);
    let second = run(&directory, &[]);
    assert_eq!((second.status.code(), lines(&second)), (Some(0), Vec::new()));
    let left: Vec<_> = fs::read_dir(directory.join("docs/reference/api")).unwrap().collect();
    assert_eq!(left.len(), 4, "no drafts stay behind");
}

#[test]
fn unchanged_files_are_not_touched() {
    let directory = with_spec("untouched", &tagged("Pots"));
    run(&directory, &[]);
    let page = directory.join("docs/reference/api/schemas.md");
    let before = fs::metadata(&page).unwrap().modified().unwrap();
    fs::write(directory.join("docs/reference/api/pots.md"), "old").unwrap();
    assert_eq!(lines(&run(&directory, &[])), ["wrote docs/reference/api/pots.md"]);
    assert_eq!(fs::metadata(&page).unwrap().modified().unwrap(), before);
}

#[test]
fn page_of_a_tag_that_is_gone_is_removed() {
    let directory = with_spec("stale", &tagged("Pots"));
    run(&directory, &[]);
    fs::write(directory.join("docs/reference/api/notes.txt"), "kept").unwrap();
    fs::write(directory.join("openapi/openapi.json"), tagged("Cups").to_string()).unwrap();
    let output = run(&directory, &[]);
    let expected = [
        "wrote docs/reference/api/cups.md",
        "wrote docs/reference/api/index.md",
        "removed docs/reference/api/pots.md",
    ];
    assert_eq!(lines(&output), expected);
    assert!(!directory.join("docs/reference/api/pots.md").exists());
    assert!(directory.join("docs/reference/api/notes.txt").exists());
}

#[test]
fn check_names_what_differs_and_writes_nothing() {
    let directory = with_spec("check", &tagged("Pots"));
    let missing = run(&directory, &["--check"]);
    assert_eq!(missing.status.code(), Some(1));
    assert_eq!(lines(&missing).len(), 4);
    assert!(!directory.join("docs").exists());

    run(&directory, &[]);
    let clean = run(&directory, &["--check"]);
    assert_eq!((clean.status.code(), lines(&clean)), (Some(0), Vec::new()));

    let api = directory.join("docs/reference/api");
    fs::write(api.join("pots.md"), "old").unwrap();
    fs::write(api.join("cups.md"), "gone").unwrap();
    fs::remove_file(api.join("index.md")).unwrap();
    let dirty = run(&directory, &["--check"]);
    assert_eq!(dirty.status.code(), Some(1));
    let expected = [
        "stale: docs/reference/api/pots.md",
        "missing: docs/reference/api/index.md",
        "superfluous: docs/reference/api/cups.md",
    ];
    assert_eq!(lines(&dirty), expected);
    assert_eq!(fs::read_to_string(api.join("pots.md")).unwrap(), "old");
}

#[test]
fn places_and_host_can_be_chosen() {
    let directory = workspace("options");
    fs::write(directory.join("my.json"), tagged("Pots").to_string()).unwrap();
    let output = run(&directory, &["--spec", "my.json", "--out", "pages", "--host", "https://pots.example/"]);
    assert_eq!(output.status.code(), Some(0));
    let page = fs::read_to_string(directory.join("pages/pots.md")).unwrap();
    assert!(page.contains("curl -X GET https://pots.example/pots\n"), "{page}");
}

#[test]
fn bad_document_is_one_line_and_exit_code_two() {
    let mut dangling = tagged("Pots");
    dangling["paths"]["/pots"]["get"]["responses"]["204"] = json!({"$ref": "#/components/responses/No"});
    let cases = [
        ("{", "a.json:1:1: error: not a document: EOF while parsing an object"),
        ("[]", "a.json:1:1: error: expected an object with a member `openapi` or `swagger`"),
        (
            r#"{"swagger": "1.2"}"#,
            "a.json:1:2: error: /swagger: neither OpenAPI 3.0 to 3.2 nor Swagger 2.0: `swagger` is `1.2`",
        ),
        (&dangling.to_string(), "/paths/~1pots/get/responses/204: the reference `#/components/responses/No`"),
    ];
    for (number, (text, message)) in cases.iter().enumerate() {
        let directory = workspace(&format!("bad-{number}"));
        fs::write(directory.join("a.json"), text).unwrap();
        for arguments in [&["--spec", "a.json"][..], &["--spec", "a.json", "--check"]] {
            let output = run(&directory, arguments);
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{errors}");
            assert_eq!(errors.lines().count(), 1, "{errors}");
            assert!(errors.starts_with("a.json:1:") && errors.contains(message), "{errors}");
            assert!(!directory.join("docs").exists());
        }
    }
}

#[test]
fn document_that_cannot_be_read_is_exit_code_two() {
    let output = run(&workspace("unreadable"), &["--spec", "nowhere.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("nowhere.json: error: "));
}

#[test]
fn directory_that_cannot_be_written_is_exit_code_two() {
    let directory = with_spec("unwritable", &tagged("Pots"));
    fs::write(directory.join("file"), "").unwrap();
    let output = run(&directory, &["--out", "file"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("file"));
}

#[test]
fn strict_takes_warnings_for_errors() {
    let document = with_operation("get", "/pots", json!({"summary": ""}), json!({}));
    let directory = with_spec("strict", &document);
    let strict = run(&directory, &["--strict"]);
    let expected = "warning: /paths/~1pots/get: the operation has no summary; its title is `GET /pots`\n";
    assert_eq!(strict.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&strict.stderr).ends_with(expected));
    assert!(!directory.join("docs").exists());
    let lax = run(&directory, &[]);
    assert_eq!((lax.status.code(), lines(&lax).len()), (Some(0), 4));
    assert_eq!(lax.stderr, strict.stderr);
}

#[test]
fn options_of_the_command_reach_the_pages() {
    let color =
        json!({"name": "color", "in": "query", "schema": {"type": "string", "enum": ["red", "blue"]}});
    let answer = json!({"200": {"description": "OK", "content": {"application/json": {
        "schema": {"$ref": "#/components/schemas/Pot"},
    }}}});
    let operation = json!({"parameters": [color], "responses": answer});
    let document = with_operation("get", "/api/v2/pots", operation, json!({"Pot": {"type": "object"}}));
    let directory = with_spec("layout", &document);
    let output = run(&directory, &["--format", "2025", "--schemas", "off", "--pages", "Pots"]);
    assert_eq!(output.status.code(), Some(0));
    let page = fs::read_to_string(directory.join("docs/reference/api/pots.md")).unwrap();
    assert!(page.contains("\n`GET /pots`\n"), "{page}");
    assert_eq!(rows(&page, "| Parameter | Value |"), [["`color`", "`red`"], ["`color`", "`blue`"]]);
    assert_eq!(rows(&page, "| Status |")[0][3], "Pot");
    assert!(!directory.join("docs/reference/api/schemas.md").exists());
    run(&directory, &["--format", "2025", "--enum-style", "grouped"]);
    let page = fs::read_to_string(directory.join("docs/reference/api/pots.md")).unwrap();
    assert_eq!(rows(&page, "| Parameter | Value(s) |"), [["`color`", "`blue`, `red`"]]);
    let unknown = run(&directory, &["--pages", "Pots,Cups"]);
    assert_eq!(unknown.status.code(), Some(2));
    let message = "openapi/openapi.json: error: there is no tag `Cups`, but Pots\n";
    assert_eq!(String::from_utf8_lossy(&unknown.stderr), message);
}

#[test]
fn document_comes_from_standard_input_too() {
    let directory = workspace("stdin");
    let mut child = Command::new(env!("CARGO_BIN_EXE_docs-gen"))
        .args(["--spec", "-"])
        .current_dir(&directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(tagged("Pots").to_string().as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(directory.join("docs/reference/api/pots.md").exists());
}
