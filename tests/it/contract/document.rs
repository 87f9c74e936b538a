//! The document is complete and consistent.

use std::collections::{BTreeMap, BTreeSet};

use roster::domain::Dialect;
use serde_json::Value;

use super::walk::{Operation, every_value, operations, parameter_of, paths};
use crate::support;

/// Fails with all offenders at once, which is what one wants to see after adding an operation.
#[track_caller]
fn nobody<T: std::fmt::Debug>(offenders: impl IntoIterator<Item = T>, offence: &str) {
    let offenders: Vec<T> = offenders.into_iter().collect();
    assert!(offenders.is_empty(), "{offence}: {offenders:#?}");
}

/// What occurs more than once.
fn repeated<T: Ord>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen: BTreeMap<T, usize> = BTreeMap::new();
    all.into_iter().for_each(|one| *seen.entry(one).or_default() += 1);
    seen.into_iter().filter(|(_, times)| *times > 1).map(|(one, _)| one).collect()
}

fn operations_where(wrong: impl Fn(&Operation) -> bool) -> impl Iterator<Item = Operation> {
    operations().into_iter().filter(move |operation| wrong(operation))
}

#[test]
fn every_operation_has_a_summary_and_an_id() {
    nobody(operations_where(|o| o.summary().is_empty()), "no summary");
    nobody(operations_where(|o| o.id().is_empty()), "no operation id");
}

#[test]
fn operation_ids_are_unique() {
    nobody(repeated(operations().iter().map(Operation::id)), "used more than once");
}

#[test]
fn every_operation_has_one_tag_that_the_document_describes() {
    let described = |tag: &str| {
        let tags = support::document()["tags"].as_array().unwrap();
        tags.iter().any(|t| t["name"] == tag && t["description"] != "")
    };
    nobody(operations_where(|o| o.value["tags"].as_array().is_none_or(|t| t.len() != 1)), "not one tag");
    nobody(operations_where(|o| !described(o.tag())), "a tag without a description");
}

#[test]
fn summaries_are_unique_within_a_tag() {
    nobody(
        repeated(operations().iter().map(|o| (o.tag(), o.summary()))),
        "the page would have two such headings",
    );
}

#[test]
fn every_response_is_described() {
    nobody(operations_where(|o| o.responses().next().is_none()), "no responses");
    let undescribed =
        |o: &Operation| o.responses().any(|(_, r)| r["description"].as_str().is_none_or(str::is_empty));
    nobody(operations_where(undescribed), "a response without a description");
}

#[test]
fn every_operation_declares_a_success_and_the_failures_of_its_kind() {
    let declares = |o: &Operation, status: &str| o.value["responses"][status].is_object();
    nobody(operations_where(|o| !o.responses().any(|(status, _)| status.starts_with('2'))), "no success");
    for status in ["500", "503"] {
        nobody(operations_where(|o| !declares(o, status)), status);
    }
    nobody(operations_where(|o| o.is_secured() && !declares(o, "401")), "secured without 401");
    for status in ["400", "413"] {
        nobody(operations_where(|o| o.has_body() && !declares(o, status)), "a body without its failures");
    }
}

#[test]
fn failures_are_the_envelope() {
    let other = |o: &Operation| {
        let name = if o.is_scim() { "coderd.SCIMError" } else { "codersdk.Response" };
        let envelope = format!("#/components/schemas/{name}");
        let failures = o.responses().filter(|(status, _)| status.starts_with(['4', '5']));
        failures.into_iter().any(|(_, r)| support::body_schema(r)["$ref"] != envelope)
    };
    nobody(operations_where(other), "a failure that is not the envelope");
}

#[test]
fn every_operation_needs_a_session_unless_it_is_listed_as_public() {
    let listed: BTreeSet<&str> =
        include_str!("public_operations.txt").lines().filter(|line| !line.starts_with('#')).collect();
    let public: BTreeSet<&str> = operations_where(|o| !o.is_secured()).map(|o| o.id()).collect();
    nobody(public.difference(&listed), "public and not listed; should it be?");
    nobody(listed.difference(&public), "listed and not public any more; take it out of the list");
}

#[test]
fn security_names_schemes_that_are_there() {
    let schemes = &support::document()["components"]["securitySchemes"];
    let names = |o: &Operation| {
        let ways = o.value["security"].as_array().into_iter().flatten();
        ways.flat_map(|way| way.as_object().unwrap().keys().cloned()).collect::<Vec<_>>()
    };
    nobody(operations_where(|o| names(o).iter().any(|name| !schemes[name].is_object())), "an unknown scheme");
}

#[test]
fn no_two_paths_differ_only_in_the_names_of_their_parameters() {
    let nameless = |path: &str| {
        let parts = path.split('/').map(|part| if parameter_of(part).is_some() { "{}" } else { part });
        parts.collect::<Vec<_>>().join("/")
    };
    nobody(repeated(paths().map(|(path, _)| nameless(path))), "the router cannot tell them apart");
}

#[test]
fn path_parameters_are_those_of_the_template() {
    let declared = |o: &Operation| {
        let in_path = o.parameters().filter(|p| p["in"] == "path");
        let mut names: Vec<_> = in_path.map(|p| p["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        names
    };
    let templated = |o: &Operation| {
        let mut names: Vec<_> = o.path.split('/').filter_map(parameter_of).collect();
        names.sort_unstable();
        names
    };
    nobody(operations_where(|o| declared(o) != templated(o)), "template and parameters differ");
}

#[test]
fn parameters_are_unique_typed_and_described() {
    let names = |o: &Operation| {
        o.parameters().map(|p| (p["in"].to_string(), p["name"].to_string())).collect::<Vec<_>>()
    };
    nobody(operations_where(|o| !repeated(names(o)).is_empty()), "the same parameter twice");
    let bare =
        |p: &Value| p["description"].as_str().is_none_or(str::is_empty) || p["schema"]["type"].is_null();
    nobody(operations_where(|o| o.parameters().any(bare)), "a parameter without description or type");
    let optional = |p: &Value| p["in"] == "path" && p["required"] != true;
    nobody(operations_where(|o| o.parameters().any(optional)), "a path parameter that is not required");
}

fn references(value: &'static Value) -> impl Iterator<Item = (String, &'static str)> {
    every_value(value).into_iter().filter_map(|(way, value)| Some((way, value.get("$ref")?.as_str()?)))
}

#[test]
fn references_resolve() {
    let document = support::document();
    let resolves = |to: &str| to.strip_prefix('#').and_then(|pointer| document.pointer(pointer)).is_some();
    nobody(references(document).filter(|(_, to)| !resolves(to)), "a reference to nothing");
}

#[test]
fn every_schema_is_used() {
    let schemas = support::document()["components"]["schemas"].as_object().unwrap();
    let used = schemas_of(|_| true);
    nobody(schemas.keys().filter(|name| !used.contains(name.as_str())), "a schema that nothing uses");
}

/// What is left out of the pages and still not ours alone.
const WITHOUT_A_PAGE: &[&str] = &[
    // Nobody succeeds with these: entitlements are a setting.
    "add-new-license",
    "delete-license",
    // On a page of the contract that is not made here.
    "generate-fake-audit-log",
    "get-audit-logs",
    "get-connection-logs",
    // It shows nobody.
    "scim-20-get-user-by-id",
    // What the contract has for one provider, for others.
    "callback-of-another-openid-provider",
];

/// Ours are named so and left out of the pages; those of the contract are in them.
#[test]
fn the_pages_leave_out_what_is_not_of_the_contract_and_nothing_else() {
    let without_a_page = |o: &Operation| WITHOUT_A_PAGE.contains(&o.id());
    let experimental = |o: &Operation| o.path.starts_with("/api/experimental/");
    nobody(
        operations_where(|o| o.is_left_out() != (experimental(o) || without_a_page(o))),
        "left out of the pages, or not, by mistake",
    );
    let silent =
        |o: &Operation| !o.value["description"].as_str().unwrap_or_default().starts_with("Experimental: ");
    nobody(operations_where(|o| experimental(o) && silent(o)), "does not say that it is experimental");
    let shown: BTreeSet<&str> = schemas_of(|o| !o.is_left_out());
    let schemas = support::document()["components"]["schemas"].as_object().unwrap();
    let wrong = schemas
        .iter()
        .filter(|(name, schema)| shown.contains(name.as_str()) == (schema["x-apidocgen"]["skip"] == true));
    nobody(
        wrong.map(|(name, _)| name),
        "a schema that is left out though a page shows it, or the other way round",
    );
    let ours =
        schemas.keys().filter(|name| name.starts_with("experimental.") && shown.contains(name.as_str()));
    nobody(ours, "a schema of ours that a page shows");
    let of_ours = schemas_of(experimental);
    let others = schemas_of(|o| !experimental(o));
    // What the contract itself has as experimental has its names.
    let of_contract = |name: &str| name.starts_with("experimental.") || name.contains("UserSkill");
    let nameless = of_ours.difference(&others).filter(|name| !of_contract(name));
    nobody(nameless, "a schema of ours that is not named so");
}

/// The schemas that some operations are made of.
fn schemas_of(some: impl Fn(&Operation) -> bool) -> BTreeSet<&'static str> {
    let schemas = support::document()["components"]["schemas"].as_object().unwrap();
    let mut used = BTreeSet::new();
    let mut open: Vec<&'static Value> = operations_where(some).map(|o| o.value).collect();
    while let Some(value) = open.pop() {
        for (_, to) in references(value) {
            let name = to.rsplit('/').next().unwrap();
            if used.insert(name) {
                open.push(&schemas[name]);
            }
        }
    }
    used
}

#[test]
fn values_of_enums_are_unique() {
    let enums = every_value(support::document())
        .into_iter()
        .filter_map(|(way, v)| Some((way, v.get("enum")?.as_array()?)));
    let repeats = |values: &&Vec<Value>| !repeated(values.iter().map(Value::to_string)).is_empty();
    nobody(enums.filter(|(_, values)| values.is_empty() || repeats(values)), "an enum that repeats itself");
}

#[test]
fn permissions_are_those_of_the_documented_operations() {
    let table: Vec<&str> = roster::http::PERMISSIONS.iter().map(|call| call.operation).collect();
    nobody(repeated(table.iter()), "twice in the table of permissions");
    let table: BTreeSet<&str> = table.into_iter().collect();
    let documented: BTreeSet<&str> = operations().iter().map(Operation::id).collect();
    nobody(documented.difference(&table), "no permission in the table");
    nobody(table.difference(&documented), "in the table and not in the document");
}

#[test]
fn public_operations_need_no_permission_and_the_others_one() {
    let permission = |o: &Operation| o.value["x-permission"].as_str().unwrap_or_default().to_owned();
    nobody(
        operations_where(|o| o.is_secured() == (permission(o) == "none")),
        "security and permission disagree",
    );
    nobody(operations_where(|o| permission(o).is_empty()), "no permission");
}

#[test]
fn the_document_is_openapi() {
    roster_openapi::document::bytes(support::document()).unwrap();
    assert_eq!(support::document()["openapi"], "3.1.0");
}

#[test]
fn the_served_document_is_built_the_same_every_time() {
    assert_eq!(roster::http::document(Dialect::Documented).to_string(), support::document().to_string());
}
