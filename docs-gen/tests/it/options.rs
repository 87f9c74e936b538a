//! What pages depend on besides the document.

use docs_gen::{EnumStyle, Format, Options, Page, Problem};
use serde_json::{Value, json};

use crate::checks::check_pages;
use crate::support::{document, object, read_with, rows};

/// Two tags, an enum in a parameter and in a list of a named type.
fn teapots() -> Value {
    let color =
        json!({"name": "color", "in": "query", "schema": {"type": "string", "enum": ["red", "blue", "red"]}});
    let list = json!({"type": "array", "items": {"$ref": "#/components/schemas/Pot"}});
    let answer = json!({"200": {"description": "OK", "content": {"application/json": {"schema": list}}}});
    let one = |tag: &str| {
        json!({"tags": [tag], "summary": "List", "parameters": [color], "responses": answer, "requestBody": {
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pot"}}},
        }})
    };
    let pot = json!({"type": "object", "properties": {
        "kind": {"type": "string", "enum": ["z", "", "a"]}, "lid": {"$ref": "#/components/schemas/Lid"},
    }});
    let lid = json!({"type": "string", "enum": ["on", "off"]});
    document(
        json!({"/api/v2/pots": object("post", one("Pots")), "/api/v2/cups": object("post", one("Cups"))}),
        json!({"Pot": pot, "Lid": lid}),
    )
}

fn options(change: impl FnOnce(&mut Options)) -> Options {
    let mut options = Options::default();
    change(&mut options);
    options
}

fn made(options: &Options) -> Vec<Page> {
    let pages = read_with(&teapots(), options).unwrap().pages;
    assert_eq!(check_pages(&pages), [""; 0]);
    pages
}

fn text(options: &Options, file: &str) -> String {
    made(options).into_iter().find(|page| page.file == file).unwrap().text
}

#[test]
fn format_of_2026_groups_values_and_keeps_paths() {
    let page = text(&Options::default(), "pots.md");
    assert!(page.contains("\n`POST /api/v2/pots`\n"), "{page}");
    assert_eq!(rows(&page, "| Parameter | Value(s) |"), [["`color`", "`blue`, `red`"]]);
    let expected = [["`kind`", "``, `a`, `z`"], ["`lid`", "`off`, `on`"]];
    assert_eq!(rows(&page, "| Property | Value(s) |"), expected);
}

#[test]
fn format_of_2025_has_a_row_for_each_value_and_shorter_paths() {
    let options = options(|options| options.format = Format::Y2025);
    let page = text(&options, "pots.md");
    assert!(page.contains("\n`POST /pots`\n"), "{page}");
    assert!(page.contains("curl -X POST http://coder-server:8080/api/v2/pots \\\n"), "{page}");
    let expected = [["`color`", "`red`"], ["`color`", "`blue`"], ["`color`", "`red`"]];
    assert_eq!(rows(&page, "| Parameter | Value |"), expected);
    let expected =
        [["`kind`", "`z`"], ["`kind`", "``"], ["`kind`", "`a`"], ["`lid`", "`on`"], ["`lid`", "`off`"]];
    assert_eq!(rows(&page, "| Property | Value |"), expected);
    let schemas = text(&options, "schemas.md");
    assert_eq!(rows(&schemas, "| Value |"), [["`on`"], ["`off`"]]);
}

#[test]
fn enum_style_is_free_of_the_format() {
    let rows_of_2026 = options(|options| options.enum_style = Some(EnumStyle::Rows));
    let page = text(&rows_of_2026, "pots.md");
    assert!(page.contains("\n`POST /api/v2/pots`\n") && page.contains("| Parameter | Value  |"), "{page}");
    let grouped_of_2025 = options(|options| {
        options.format = Format::Y2025;
        options.enum_style = Some(EnumStyle::Grouped);
    });
    let page = text(&grouped_of_2025, "pots.md");
    assert!(page.contains("\n`POST /pots`\n") && page.contains("| Parameter | Value(s)      |"), "{page}");
}

#[test]
fn host_is_in_every_code_sample_and_nowhere_twice() {
    for host in ["https://pots.example", "https://pots.example/", "https://pots.example///"] {
        let options = options(|options| options.host = host.to_owned());
        for page in made(&options) {
            assert!(!page.text.contains("coder-server"), "{}", page.file);
            assert!(!page.text.contains("pots.example//"), "{}", page.file);
        }
        assert!(text(&options, "pots.md").contains("curl -X POST https://pots.example/api/v2/pots \\\n"));
    }
}

#[test]
fn tags_that_are_asked_for_are_the_only_ones() {
    let files = |tags: &[&str]| -> Vec<String> {
        let options = options(|options| options.tags = tags.iter().map(|tag| (*tag).to_owned()).collect());
        made(&options).into_iter().map(|page| page.file).collect()
    };
    assert_eq!(files(&[]), ["authentication.md", "cups.md", "pots.md", "schemas.md", "index.md"]);
    assert_eq!(files(&["Pots"]), ["authentication.md", "pots.md", "schemas.md", "index.md"]);
    assert_eq!(files(&["Pots", "Cups", "Pots"]).len(), 5);
}

#[test]
fn tags_that_are_not_there_are_all_named() {
    let asked = options(|options| options.tags = ["Pots", "Lids", "pots"].map(str::to_owned).to_vec());
    let found = read_with(&teapots(), &asked).unwrap_err().0;
    let problems: Vec<_> = found.into_iter().map(|one| one.problem).collect();
    let unknown = |name: &str| Problem::UnknownTag { name: name.to_owned(), known: "Cups, Pots".to_owned() };
    assert_eq!(problems, [unknown("Lids"), unknown("pots")]);
}

#[test]
fn without_the_page_of_schemas_nothing_links_to_it() {
    let options = options(|options| options.schemas = false);
    let pages = made(&options);
    assert!(pages.iter().all(|page| page.file != "schemas.md" && !page.text.contains("schemas.md")));
    let page = text(&options, "pots.md");
    assert_eq!(rows(&page, "| Status |")[0][3], "array of Pot");
    assert_eq!(rows(&page, "| Name | In |")[1][2], "Pot");
    assert_eq!(rows(&page, "| Name | Type |")[2][1], "Lid");
}
