//! What is made from the code and committed is what the code makes now; `just gen` makes it again.

use std::fs;

use roster::domain::Dialect;
use roster_openapi::{document, surface};

use super::walk::file;
use crate::support;

#[track_caller]
fn assert_fresh(path: &str, made: &str) {
    let committed = fs::read_to_string(file(path)).unwrap();
    if committed == made {
        return;
    }
    let differs = committed.lines().zip(made.lines()).position(|(old, new)| old != new);
    panic!(
        "{path} is stale from line {} on; run `just gen`",
        differs.map_or(committed.lines().count(), |n| n) + 1
    );
}

#[test]
fn the_committed_document_is_fresh() {
    let bytes = document::bytes(support::document()).unwrap();
    assert_fresh("openapi/openapi.json", std::str::from_utf8(&bytes).unwrap());
}

#[test]
fn the_committed_document_of_the_coder_dialect_is_fresh() {
    let bytes = document::bytes(&support::contract(Dialect::Coder).document).unwrap();
    assert_fresh("openapi/openapi.coder.json", std::str::from_utf8(&bytes).unwrap());
}

#[test]
fn the_committed_surface_is_fresh() {
    assert_fresh("openapi/surface.txt", &surface::text(support::document()));
}

#[test]
fn the_committed_table_of_roles_is_fresh() {
    assert_fresh("openapi/roles.txt", &roster::http::roles_table());
}

#[test]
fn the_committed_table_of_operations_by_role_is_fresh() {
    let made = roster::http::calls::who_may_call_what(support::document());
    assert_fresh("openapi/who-may-call-what.md", &made);
}

#[test]
fn the_surface_has_a_line_for_each_operation() {
    let text = surface::text(support::document());
    assert_eq!(text.lines().count(), super::walk::operations().len() + 2, "{text}");
}

#[test]
fn the_reference_pages_are_fresh_and_no_other_page_is_there() {
    let text = support::document().to_string();
    let spec = docs_gen::Spec::Text { name: "openapi.json", text: &text };
    let reference = docs_gen::render(spec, &docs_gen::Options::default()).unwrap();
    assert_eq!(reference.warnings, []);
    let changes = docs_gen::write::compare(&file("docs/reference/api"), &reference.pages).unwrap();
    let told: Vec<_> = changes.iter().map(|c| format!("{}: {}", c.difference, c.path.display())).collect();
    assert!(told.is_empty(), "run `just gen`: {told:#?}");
}

#[tokio::test]
async fn the_served_document_is_the_committed_one() {
    let app = support::TestApp::new().await;
    let client = app.client();
    let served = client.finish(client.request(reqwest::Method::GET, "/openapi.json")).await.expect(200);
    assert_eq!(served.header("content-type"), "application/json; charset=utf-8");
    assert_fresh("openapi/openapi.json", &served.text);
}
