//! Whole documents against pages that were checked fact by fact.
//!
//! After a change to the format, look at every line of the difference that this makes:
//! `docs-gen --spec docs-gen/tests/fixtures/reference.json --out docs-gen/tests/fixtures/pages`, and the same with
//! `shapes.yaml` and `shapes`, and with `swagger2.yaml` and `swagger2`.

use std::fs;
use std::path::PathBuf;

use docs_gen::{Options, Page, Spec, render};

use crate::checks::check_pages;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// The pages of a document are those in a directory, no more and no less.
fn is_golden(document: &str, directory: &str) -> Vec<Page> {
    let made = render(Spec::File(&fixture(document)), &Options::default()).unwrap();
    assert_eq!(made.warnings, []);
    for page in &made.pages {
        let golden = fs::read_to_string(fixture(directory).join(&page.file)).unwrap();
        for (number, (ours, theirs)) in page.text.lines().zip(golden.lines()).enumerate() {
            assert_eq!(ours, theirs, "{} line {}", page.file, number + 1);
        }
        assert!(page.text == golden, "{}: the texts differ in length", page.file);
    }
    assert_eq!(fs::read_dir(fixture(directory)).unwrap().count(), made.pages.len());
    made.pages
}

#[test]
fn pages_of_the_reference_document_are_the_golden_ones() {
    let pages = is_golden("reference.json", "pages");
    assert_eq!(check_pages(&pages), [""; 0]);
}

#[test]
fn schemas_of_every_shape_have_their_golden_pages() {
    let pages = is_golden("shapes.yaml", "shapes");
    assert_eq!(check_pages(&pages), [""; 0]);
}

#[test]
fn swagger_2_has_its_golden_pages() {
    let pages = is_golden("swagger2.yaml", "swagger2");
    assert_eq!(check_pages(&pages), [""; 0]);
}

#[test]
fn sections_of_the_reference_pages_are_all_there() {
    let golden = |name: &str| fs::read_to_string(fixture("pages").join(name)).unwrap();
    let sections = |name: &str| golden(name).lines().filter(|line| line.starts_with("## ")).count();
    assert_eq!(sections("members.md"), 11);
    assert_eq!(sections("users.md"), 35);
    assert_eq!(sections("schemas.md"), 63);
}

/// What the check is for, each thing broken once.
#[test]
fn check_finds_what_is_broken() {
    let made = render(Spec::File(&fixture("reference.json")), &Options::default()).unwrap();
    let changes = [
        ("| `user` | path | ", "| `user` | path |  ", "is out of line"),
        ("| `user` | path | ", "| `us|r` | path | ", "has 6 cells and not 5"),
        ("| `user` | path | ", "`user` | path | ", "does not have its ends"),
        ("schemas.md#codersdkuser)", "schemas.md#codersdkuse)", "a link to schemas.md#codersdkuse, which"),
        ("[Learn more](authentication.md)", "[Learn more](login.md)", "a link to login.md, which"),
        ("\n## Log out user\n", "\n```\n## Log out user\n", "a fence within a fence"),
        ("\n## Log out user\n", "\n\n## Log out user\n", "two empty lines in a row"),
        ("\n## Log out user\n", "\n## Log out user \n", "a blank at the end of a line"),
        ("\n## Log out user\n", "\n##\tLog out user\n", "a tab"),
    ];
    for (from, to, expected) in changes {
        let broken = |page: &Page| Page { text: page.text.replacen(from, to, 1), ..page.clone() };
        let pages: Vec<_> = made.pages.iter().map(broken).collect();
        assert_ne!(pages, made.pages, "{from}");
        let found = check_pages(&pages);
        assert!(found.iter().any(|line| line.contains(expected)), "{expected}: {found:?}");
    }
}
