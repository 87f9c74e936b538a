//! Named schemas: told of once, with those who meet them.

use super::{between, check, document, lines, sharing};

#[test]
fn a_named_schema_is_told_of_once_with_its_reach() {
    let schemas = |pot: &str| {
        format!(
            "Pot: {{properties: {pot}}}, Shelf: {{properties: {{pot: {{$ref: '#/components/schemas/Pot'}}}}}}, Idle: {{properties: {pot}}}"
        )
    };
    let (old, new) = (schemas("{a: {}}"), schemas("{a: {}, b: {}}"));
    let uses: &[(&str, bool, &str)] =
        &[("get", false, "Shelf"), ("put", false, "Pot"), ("post", true, "Pot")];
    check(&[
        (
            sharing(uses, &old),
            sharing(uses, &new),
            &["schema `Pot`, `b` (requests and responses of 3 operations): property added"],
            &["!schema `Pot`, `b` (requests and responses of 3 operations): property removed"],
        ),
        (
            sharing(&[("get", false, "Shelf")], &old),
            sharing(&[("get", false, "Shelf")], &new),
            &["schema `Pot`, `b` (responses of GET /pots): property added"],
            &["!schema `Pot`, `b` (responses of GET /pots): property removed"],
        ),
        (document("", &old), document("", &new), &[], &[]),
    ]);
    let operations = &between(&sharing(uses, &old), &sharing(uses, &new))[0].operations;
    assert_eq!(*operations, ["GET /pots", "POST /pots", "PUT /pots"]);
}

#[test]
fn reach_decides_what_breaks() {
    let schemas = |values: &str| format!("Kind: {{type: string, enum: {values}}}");
    let (old, new) = (schemas("[a]"), schemas("[a, b]"));
    for (takes, side, there, back) in [(true, "requests", "", "!"), (false, "responses", "!", "")] {
        let with = |schemas: &str| sharing(&[("put", takes, "Kind")], schemas);
        let line = |mark: &str, what: &str| {
            vec![format!("{mark}schema `Kind` ({side} of PUT /pots): value `b` {what}")]
        };
        assert_eq!(lines(&with(&old), &with(&new)), line(there, "added"));
        assert_eq!(lines(&with(&new), &with(&old)), line(back, "removed"));
    }
}

#[test]
fn a_read_only_property_carries_no_requests() {
    let schemas = |kind: &str| {
        format!(
            "Pot: {{properties: {{lid: {{readOnly: true, allOf: [{{$ref: '#/components/schemas/Lid'}}]}}}}}}, Lid: {{properties: {{a: {{type: {kind}}}}}}}"
        )
    };
    let uses: &[(&str, bool, &str)] = &[("get", false, "Pot"), ("post", true, "Pot")];
    check(&[
        (
            sharing(uses, &schemas("string")),
            sharing(uses, &schemas("number")),
            &["!schema `Lid`, `a` (responses of GET /pots): type is number, was string"],
            &["!schema `Lid`, `a` (responses of GET /pots): type is string, was number"],
        ),
        (sharing(&uses[1..], &schemas("string")), sharing(&uses[1..], &schemas("number")), &[], &[]),
    ]);
}

#[test]
fn names_of_schemas_do_not_travel() {
    let get = |name: &'static str| [("get", false, name)];
    let pot = |name: &str, kind: &str| format!("{name}: {{properties: {{a: {{type: {kind}}}}}}}");
    check(&[
        (sharing(&get("Pot"), &pot("Pot", "string")), sharing(&get("Jar"), &pot("Jar", "string")), &[], &[]),
        (
            sharing(&get("Pot"), &pot("Pot", "string")),
            sharing(&get("Jar"), &pot("Jar", "number")),
            &["!schema `Jar` (was `Pot`), `a` (responses of GET /pots): type is number, was string"],
            &["!schema `Pot` (was `Jar`), `a` (responses of GET /pots): type is string, was number"],
        ),
        (
            sharing(&get("Pot"), &pot("Pot", "string")),
            document(
                "/pots: {get: {responses: {'200': {description: OK, content: {application/json: {schema: {properties: {a: {type: string}}}}}}}}}",
                "",
            ),
            &[],
            &[],
        ),
        (
            sharing(
                &get("Any"),
                "Any: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}, A: {properties: {a: {}}}, B: {properties: {b: {}}}",
            ),
            sharing(
                &get("Any"),
                "Any: {oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}]}, C: {properties: {a: {}}}, B: {properties: {b: {}}}",
            ),
            &[],
            &[],
        ),
    ]);
}

#[test]
fn what_a_place_adds_to_a_named_schema_is_told_of_the_place() {
    let schemas =
        |lid: &str| format!("Pot: {{properties: {{lid: {lid}}}}}, Lid: {{properties: {{a: {{}}}}}}");
    let plain = "{$ref: '#/components/schemas/Lid'}";
    let nullable = "{anyOf: [{$ref: '#/components/schemas/Lid'}, {type: 'null'}]}";
    let get: &[(&str, bool, &str)] = &[("get", false, "Pot")];
    check(&[(
        sharing(get, &schemas(plain)),
        sharing(get, &schemas(nullable)),
        &["!schema `Pot`, `lid` (responses of GET /pots): may be null now"],
        &["schema `Pot`, `lid` (responses of GET /pots): is never null any more"],
    )]);
    let named_null = schemas(plain).replace("Lid: {", "Lid: {nullable: true, ");
    assert_eq!(
        lines(&sharing(get, &schemas(plain)), &sharing(get, &named_null)),
        ["!schema `Lid` (responses of GET /pots): may be null now"]
    );
}

#[test]
fn an_inherited_property_is_told_of_the_schema_that_has_it() {
    let schemas = |base: &str, more: &str| {
        format!(
            "Base: {{properties: {base}}}, Pot: {{allOf: [{{$ref: '#/components/schemas/Base'}}, {{{more}properties: {{c: {{}}}}}}]}}"
        )
    };
    let get: &[(&str, bool, &str)] = &[("get", false, "Pot")];
    check(&[
        (
            sharing(get, &schemas("{a: {}}", "")),
            sharing(get, &schemas("{a: {}, b: {}}", "")),
            &["schema `Base`, `b` (responses of GET /pots): property added"],
            &["!schema `Base`, `b` (responses of GET /pots): property removed"],
        ),
        (
            sharing(get, &schemas("{a: {}}", "")),
            sharing(get, &schemas("{a: {}}", "required: [a], ")),
            &["schema `Pot`, `a` (responses of GET /pots): property required now"],
            &["!schema `Pot`, `a` (responses of GET /pots): property optional now"],
        ),
    ]);
}

#[test]
fn renamed_schemas_that_come_back_to_themselves_are_alike() {
    let schemas = |one: &str, other: &str| {
        format!(
            "{one}: {{oneOf: [{{properties: {{a: {{$ref: '#/components/schemas/{one}'}}}}}}, {{$ref: '#/components/schemas/{other}'}}]}}, \
             {other}: {{anyOf: [{{properties: {{b: {{$ref: '#/components/schemas/{one}'}}}}}}, {{type: string}}]}}"
        )
    };
    let with = |one: &'static str, other| sharing(&[("get", false, one)], &schemas(one, other));
    check(&[
        (with("A", "B"), with("C", "D"), &[], &[]),
        (
            with("A", "B"),
            with("C", "D").replace("string", "integer"),
            &[
                "schema `C` (was `A`) (responses of GET /pots): alternative `B` removed",
                "!schema `C` (was `A`) (responses of GET /pots): alternative `D` added",
            ],
            &[
                "schema `A` (was `C`) (responses of GET /pots): alternative `D` removed",
                "!schema `A` (was `C`) (responses of GET /pots): alternative `B` added",
            ],
        ),
    ]);
}

#[test]
fn what_the_server_sends_to_a_webhook_is_its_request() {
    let with = |values: &str| {
        let body =
            "requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Kind'}}}}";
        let hook = format!("webhooks: {{brewed: {{post: {{{body}, responses: {{}}}}}}}}");
        format!("{hook}\n{}", document("", &format!("Kind: {{enum: {values}}}")))
    };
    check(&[(
        with("[a]"),
        with("[a, b]"),
        &["!schema `Kind` (requests of POST webhook brewed): value `b` added"],
        &["schema `Kind` (requests of POST webhook brewed): value `b` removed"],
    )]);
}

#[test]
fn recursive_schemas_end() {
    let schemas = |kind: &str| {
        format!(
            "Pot: {{properties: {{in: {{type: array, items: {{$ref: '#/components/schemas/Pot'}}}}, a: {{type: {kind}}}, \
                 round: {{properties: {{again: {{$ref: '#/components/schemas/Pot/properties/round'}}}}}}}}}}"
        )
    };
    let get: &[(&str, bool, &str)] = &[("get", false, "Pot")];
    check(&[(
        sharing(get, &schemas("string")),
        sharing(get, &schemas("number")),
        &["!schema `Pot`, `a` (responses of GET /pots): type is number, was string"],
        &["!schema `Pot`, `a` (responses of GET /pots): type is string, was number"],
    )]);
}
