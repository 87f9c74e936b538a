//! Whole documents: versions, errors, the report, large and twisted ones.

use std::path::Path;

use docs_gen::changes::{Kind, compare, report};
use docs_gen::{Errors, Spec};

use super::values::pairs;
use super::{answering, between, document, lines, operation, sharing, spec, taking};

const SWAGGER: &str = "swagger: '2.0'\ninfo: {title: Teapots, version: '1'}\nbasePath: /api\n\
    consumes: [application/json]\nproduces: [application/json]\n\
    securityDefinitions: {key: {type: apiKey, in: header, name: X-Key}}\nsecurity: [{key: []}]\n\
    paths: {'/pots/{id}': {put: {parameters: [{name: id, in: path, required: true, type: string},\
    {name: tags, in: query, type: array, items: {type: string}, collectionFormat: multi},\
    {name: pot, in: body, required: true, schema: {$ref: '#/definitions/Pot'}}],\
    responses: {'200': {description: OK, schema: {$ref: '#/definitions/Pot'}}}}}}\n\
    definitions: {Pot: {type: object, properties: {lid: {type: string, x-nullable: true}}}}\n";

const CONVERTED: &str = "openapi: 3.0.3\ninfo: {title: Teapots, version: '1'}\n\
    security: [{token: []}]\n\
    paths: {'/api/pots/{pot}': {put: {parameters: [{name: pot, in: path, required: true, schema: {type: string}},\
    {name: tags, in: query, schema: {type: array, items: {type: string}}}],\
    requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Pot'}}}},\
    responses: {'200': {description: OK, content: {application/json: {schema: {$ref: '#/components/schemas/Pot'}}}}}}}}\n\
    components: {securitySchemes: {token: {type: apiKey, in: header, name: X-Key}},\
    schemas: {Pot: {type: object, properties: {lid: {type: string, nullable: true}}}}}\n";

#[test]
fn the_same_surface_in_another_version_is_no_change() {
    let none: &[&str] = &[];
    assert_eq!(lines(SWAGGER, CONVERTED), none);
    assert_eq!(lines(CONVERTED, SWAGGER), none);
    let other = CONVERTED.replace("{type: string, nullable: true}", "{type: string}");
    assert_eq!(
        lines(SWAGGER, &other),
        ["!schema `Pot`, `lid` (requests and responses of PUT /api/pots/{pot}): is never null any more"]
    );
}

#[test]
fn another_base_path_is_one_line() {
    let with = |base: &str| {
        let servers = format!("servers: [{{url: 'https://pots.example{base}/'}}]");
        let hook = "webhooks: {brewed: {post: {responses: {}}}}";
        format!("{servers}\n{hook}\n{}", document("/pots: {get: {responses: {}}}", ""))
    };
    assert_eq!(lines(&with(""), &with("/v2")), ["!every operation: base path is `/v2`, was ``"]);
    assert_eq!(
        lines(SWAGGER, &SWAGGER.replace("/api", "/api/v2")),
        ["!every operation: base path is `/api/v2`, was `/api`"]
    );
}

#[test]
fn a_document_is_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/reference.json");
    assert_eq!(compare(Spec::File(&path), Spec::File(&path)), Ok(Vec::new()));
    assert_eq!(between(SWAGGER, SWAGGER), []);
    for pair in pairs() {
        assert_eq!(between(&taking(pair.old), &taking(pair.old)), [], "{}", pair.old);
        assert_eq!(between(&answering(pair.new), &answering(pair.new)), [], "{}", pair.new);
    }
}

#[test]
fn one_change_in_a_large_document_is_one_line() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/reference.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let users = value["components"]["schemas"]["codersdk.User"]["properties"].as_object_mut().unwrap();
    users.remove("email").unwrap();
    let new = value.to_string();
    let found = compare(Spec::File(&path), Spec::Text { name: "new.json", text: &new }).unwrap();
    let removed: Vec<_> = found.iter().filter(|change| change.kind == Kind::Removed).collect();
    assert!(
        matches!(removed.as_slice(), [only] if only.place.starts_with("schema `codersdk.User`, `email` (responses of "))
    );
    assert!(found.iter().all(|change| change.breaking.is_some()), "{found:?}");
}

#[test]
fn the_report_begins_with_what_breaks() {
    let old = document("/a: {get: {responses: {}}}, /b: {get: {responses: {}}}", "");
    let new = document("/c: {get: {responses: {}}}, /b: {get: {deprecated: true, responses: {}}}", "");
    assert_eq!(
        report(&between(&old, &new)),
        "Breaking changes:\n- GET /a: removed (clients that call it get an error)\n\n\
         Other changes:\n- GET /c: added\n- GET /b: deprecated now\n\n1 breaking change, 2 other changes\n"
    );
    assert_eq!(report(&[]), "0 breaking changes, 0 other changes\n");
}

#[test]
fn both_documents_are_named_when_both_are_wrong() {
    let Errors(found) = compare(spec("openapi: 9"), Spec::Text { name: "b.json", text: "{" }).unwrap_err();
    let files: Vec<_> = found.iter().map(|one| one.file.as_str()).collect();
    assert_eq!(files, ["pots.yaml", "b.json"]);
    assert!(compare(spec(&operation("responses: {}")), spec("openapi: 3.1.0\npaths: 7")).is_err());
}

#[test]
fn twisted_documents_are_compared_in_time() {
    let many = |extra: &str| {
        let alternatives: Vec<_> =
            (0..300).map(|n| format!("{{properties: {{a{n}: {{}}, x: {extra}}}}}")).collect();
        taking(&format!("{{oneOf: [{}]}}", alternatives.join(", ")))
    };
    assert_eq!(between(&many("{}"), &many("{}")), []);
    assert!(!between(&many("{}"), &many("{type: string}")).is_empty());
    // Each type refers twice to the next, in places without a name.
    let fan = |kind: &str| {
        let types: Vec<_> = (0..60)
            .map(|n| {
                let next = format!("{{$ref: '#/components/schemas/T{}/properties/here'}}", n + 1);
                format!("T{n}: {{properties: {{here: {{properties: {{l: {next}, r: {next}}}}}}}}}")
            })
            .collect();
        let last = format!("T60: {{properties: {{here: {{type: {kind}}}}}}}");
        sharing(&[("get", false, "T0")], &format!("{}, {last}", types.join(", ")))
    };
    assert_eq!(between(&fan("string"), &fan("string")), []);
    assert!(lines(&fan("string"), &fan("integer")).iter().all(|line| line.starts_with("!schema `T0`")));
}
