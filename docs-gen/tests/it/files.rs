//! Documents in several files, by references from one to another.

use std::fs;
use std::path::{Path, PathBuf};

use docs_gen::{Options, Page, Reference, Spec, render};

use crate::checks::check_pages;
use crate::support::{column, rows};

/// A directory with these files, of the test's own.
fn directory(test: &str, files: &[(&str, &str)]) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("docs-gen-files-{test}"));
    let _ = fs::remove_dir_all(&directory);
    for (name, text) in files {
        let path = directory.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

fn made(test: &str, files: &[(&str, &str)]) -> Result<Reference, String> {
    let home = directory(test, files);
    let made = render(Spec::File(&home.join("api.yaml")), &Options::default());
    // The directory differs from machine to machine.
    made.map_err(|errors| errors.to_string().replace(&format!("{}/", home.display()), ""))
}

fn text<'p>(pages: &'p [Page], file: &str) -> &'p str {
    &pages.iter().find(|page| page.file == file).unwrap().text
}

const API: &str = "
openapi: 3.1.0
info: {title: Teapots, version: '1'}
paths:
  /pots: {$ref: paths/pots.yaml}
components:
  schemas:
    Pot: {$ref: schemas/pot.json}
    Lid: {type: object, properties: {pot: {$ref: '#/components/schemas/Pot'}}}
";

const POTS: &str = "
get:
  tags: [Pots]
  summary: List pots
  parameters: [{$ref: '../shared.yaml#/parameters/limit'}]
  responses:
    '200':
      description: OK
      content: {application/json: {schema: {type: array, items: {$ref: ../schemas/pot.json}}}}
    default: {$ref: '../shared.yaml#/responses/Error'}
";

const POT: &str = r##"{"type": "object", "properties": {
    "kind": {"$ref": "../shared.yaml#/components/schemas/Kind"},
    "lids": {"type": "array", "items": {"$ref": "../api.yaml#/components/schemas/Lid"}},
    "handle": {"$ref": "parts/handle.yaml"}
}}"##;

const SHARED: &str = "
parameters:
  limit: {name: limit, in: query, required: true, schema: {type: integer, minimum: 5}}
responses:
  Error: {description: Broken, content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}}
components:
  schemas:
    Kind: {type: string, enum: [b, a]}
    Error: {type: object, properties: {message: {type: string}}}
";

#[test]
fn references_lead_into_other_files_from_where_they_stand() {
    let files = [
        ("api.yaml", API),
        ("paths/pots.yaml", POTS),
        ("schemas/pot.json", POT),
        ("schemas/parts/handle.yaml", "type: object\nproperties: {left: {type: boolean}}\n"),
        ("shared.yaml", SHARED),
    ];
    let made = made("whole", &files).unwrap();
    assert_eq!((made.warnings.len(), check_pages(&made.pages)), (0, Vec::new()));
    let pots = text(&made.pages, "pots.md");
    assert!(pots.contains("/pots?limit=5 \\\n"), "{pots}");
    let types: Vec<_> = rows(pots, "| Status |").into_iter().map(|row| row[3].clone()).collect();
    assert_eq!(types, ["array of [Pot](schemas.md#pot)", "[Error](schemas.md#error)"]);
    let expected = [
        ("`[array item]`", "array"),
        ("`» kind`", "[Kind](schemas.md#kind)"),
        ("`» lids`", "array"),
        ("`»» pot`", "[Pot](schemas.md#pot)"),
        ("`» handle`", "[handle](schemas.md#handle)"),
        ("`»» left`", "boolean"),
    ];
    let made_rows = rows(pots, "| Name | Type |");
    let cells: Vec<_> = made_rows.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
    assert_eq!(cells, expected);
    let schemas = text(&made.pages, "schemas.md");
    let titles: Vec<_> = schemas.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(titles, ["Error", "Kind", "Lid", "Pot", "handle"]);
}

#[test]
fn types_of_one_name_in_two_files_are_told_apart() {
    let api = "
openapi: 3.1.0
paths: {}
components:
  schemas:
    Pot: {type: object, properties: {a: {$ref: 'a.yaml#/Pot'}, b: {$ref: 'b.yaml#/Pot'}, c: {$ref: 'a.yaml#/Pot'}}}
";
    let files =
        [("api.yaml", api), ("a.yaml", "Pot: {type: string}\n"), ("b.yaml", "Pot: {type: integer}\n")];
    let made = made("names", &files).unwrap();
    let schemas = text(&made.pages, "schemas.md");
    assert_eq!(column(schemas, "| Name |", 1), ["[Pot_2](#pot_2)", "[Pot_3](#pot_3)", "[Pot_2](#pot_2)"]);
    assert!(schemas.contains("## Pot_2\n\n```json\n\"string\"\n"), "{schemas}");
    assert!(schemas.contains("## Pot_3\n\n```json\n0\n"), "{schemas}");
    assert_eq!(check_pages(&made.pages), [""; 0]);
}

#[test]
fn what_does_not_resolve_in_other_files_is_named_with_its_place() {
    let with = |target: &str| {
        format!("openapi: 3.1.0\npaths: {{}}\ncomponents:\n  schemas:\n    A: {{$ref: '{target}'}}\n")
    };
    let table = [
        ("nowhere.yaml", "leads to a file that cannot be read: No such file or directory (os error 2)"),
        ("b.yaml#/No", "does not resolve"),
        ("b.yaml#anchor", "does not resolve"),
        ("https://pots.example/b.yaml", "is on another server, and only files are read"),
        ("http://pots.example/b.yaml#/B", "is on another server, and only files are read"),
        ("%FF.yaml", "is not UTF-8"),
        ("bad.json", "leads to a file with an error (bad.json): not a document: EOF while parsing an object"),
    ];
    for (target, reason) in table {
        let files =
            [("api.yaml", with(target)), ("b.yaml", "B: {type: string}\n".into()), ("bad.json", "{".into())];
        let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let expected =
            format!("api.yaml:5:5: error: /components/schemas/A: the reference `{target}` {reason}");
        assert_eq!(made("broken", &files).unwrap_err(), expected);
    }
}

#[test]
fn reference_that_is_wrong_in_another_file_is_named_there() {
    let files = [
        ("api.yaml", "openapi: 3.1.0\npaths: {}\ncomponents:\n  schemas:\n    A: {$ref: 'sub/b.yaml#/B'}\n"),
        ("sub/b.yaml", "# Nothing\nB:\n  properties:\n    x: {$ref: '#/No'}\n"),
    ];
    let expected = "sub/b.yaml:4:5: error: /B/properties/x: the reference `#/No` does not resolve";
    assert_eq!(made("inner", &files).unwrap_err(), expected);
}

#[test]
fn circle_over_files_is_refused_and_a_recursive_type_is_not() {
    let api = "openapi: 3.1.0\npaths: {}\ncomponents:\n  schemas:\n    A: {$ref: 'b.yaml#/B'}\n";
    let circle =
        [("api.yaml", api), ("b.yaml", "B: {$ref: 'c.yaml#/C'}\n"), ("c.yaml", "C: {$ref: 'b.yaml#/B'}\n")];
    let errors = made("circle", &circle).unwrap_err();
    assert_eq!(errors.lines().count(), 3, "{errors}");
    assert!(errors.lines().all(|line| line.ends_with("goes round in a circle")), "{errors}");
    let recursive =
        [("api.yaml", api), ("b.yaml", "B: {type: object, properties: {next: {$ref: 'b.yaml#/B'}}}\n")];
    let made = made("recursive", &recursive).unwrap();
    assert_eq!(column(text(&made.pages, "schemas.md"), "| Name |", 1), ["[A](#a)"]);
}

#[test]
fn slash_alone_is_the_whole_file() {
    let files = [
        ("api.yaml", "openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {A: {$ref: 'b.yaml#/'}}}\n"),
        ("b.yaml", "type: boolean\n"),
    ];
    let made = made("slash", &files).unwrap();
    assert!(text(&made.pages, "schemas.md").contains("## A\n\n```json\ntrue\n"));
}
