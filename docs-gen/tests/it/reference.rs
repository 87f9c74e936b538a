//! The full reference document against pages that were checked fact by fact.
//!
//! After a change to the format, look at every line of the difference that this makes:
//! `docs-gen --spec docs-gen/tests/fixtures/reference.json --out docs-gen/tests/fixtures/pages`

use std::fs;
use std::path::PathBuf;

use docs_gen::{Options, render};
use serde_json::Value;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

#[test]
fn pages_of_the_reference_document_are_the_golden_ones() {
    let document: Value = serde_json::from_slice(&fs::read(fixture("reference.json")).unwrap()).unwrap();
    let pages = render(&document, &Options::default()).unwrap();
    for page in &pages {
        let golden = fs::read_to_string(fixture("pages").join(&page.file)).unwrap();
        for (number, (ours, theirs)) in page.text.lines().zip(golden.lines()).enumerate() {
            assert_eq!(ours, theirs, "{} line {}", page.file, number + 1);
        }
        assert!(page.text == golden, "{}: the texts differ in length", page.file);
    }
    assert_eq!(fs::read_dir(fixture("pages")).unwrap().count(), pages.len());
}

#[test]
fn sections_of_the_reference_pages_are_all_there() {
    let golden = |name: &str| fs::read_to_string(fixture("pages").join(name)).unwrap();
    let sections = |name: &str| golden(name).lines().filter(|line| line.starts_with("## ")).count();
    assert_eq!(sections("members.md"), 11);
    assert_eq!(sections("users.md"), 35);
    assert_eq!(sections("schemas.md"), 63);
}
