//! The formats of earlier years, against pages that were checked fact by fact.
//!
//! The documents are as their year had them: a base path of their own, and fewer values and operations.

use std::fs;
use std::path::PathBuf;

use docs_gen::{EnumStyle, Format, Options, Spec, render};

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn members(date: &str, enum_style: Option<EnumStyle>) -> String {
    let mut options = Options::default();
    options.format = Format::Y2025;
    options.enum_style = enum_style;
    let document = fixture(&format!("members-{date}.json"));
    let reference = render(Spec::File(&document), &options).unwrap();
    assert_eq!(reference.warnings, []);
    reference.pages.into_iter().find(|page| page.title == "Members").unwrap().text
}

fn golden(date: &str) -> String {
    fs::read_to_string(fixture(&format!("members-{date}.md"))).unwrap()
}

#[test]
fn members_of_july_2025_have_a_row_for_each_value() {
    let made = members("2025-07", None);
    assert!(made == golden("2025-07"), "{made}");
    assert!(made.contains("| `action`        | `assign`"), "{made}");
    assert!(made.contains("\n`GET /organizations/{organization}/members`\n"), "{made}");
    assert!(
        made.contains("http://coder-server:8080/api/v2/organizations/{organization}/members \\\n"),
        "{made}"
    );
}

#[test]
fn members_of_march_2026_have_a_row_for_each_property() {
    let made = members("2026-03", Some(EnumStyle::Grouped));
    assert!(made == golden("2026-03"), "{made}");
    assert_eq!(made.matches("| `action`").count(), made.matches("| `resource_type`").count());
}
