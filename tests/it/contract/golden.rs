//! The document tells of each operation what the reference pages of the contract tell.
//!
//! `tests/fixtures/golden` holds those pages as facts. The pages made from the document are compared elsewhere; this is the
//! document itself, so that a fact cannot be right on the page by an accident of its making.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use super::walk::{Operation, every_value, file, operations};
use crate::support;

const PAGES: [&str; 2] = ["members-2026-05.json", "users-2026-05.json"];

/// Values that the server can answer although the pages leave them out: a document that hides them would lie.
const ALSO: [(&str, &str); 1] = [("status", "dormant")];

/// The operations that are built, each with the facts of its page.
fn built() -> Vec<(Operation, Value)> {
    let read = |page: &str| -> Value {
        let text = fs::read_to_string(file("tests/fixtures/golden").join(page)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let facts: Vec<Value> =
        PAGES.iter().flat_map(|page| read(page)["operations"].as_array().unwrap().clone()).collect();
    let of = |operation: Operation| {
        let is_it =
            |fact: &&Value| fact["path"] == operation.path && fact["method"] == operation.method.as_str();
        let fact = facts.iter().find(is_it)?.clone();
        Some((operation, fact))
    };
    operations().into_iter().filter_map(of).collect()
}

/// The members of a fact that are compared.
fn only(fact: &Value, keys: &[&str]) -> Value {
    keys.iter().map(|key| ((*key).to_owned(), fact[*key].clone())).collect::<serde_json::Map<_, _>>().into()
}

fn facts(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// Lists of facts are compared without their order, which is the pages' own.
fn sorted(facts: impl IntoIterator<Item = Value>) -> BTreeSet<String> {
    facts.into_iter().map(|fact| fact.to_string()).collect()
}

fn name_of(reference: &Value) -> Option<&str> {
    reference["$ref"].as_str()?.rsplit('/').next()
}

/// The schema that a reference points to, or the schema itself.
fn resolved(schema: &'static Value) -> &'static Value {
    match name_of(schema) {
        Some(name) => &support::document()["components"]["schemas"][name],
        None => schema,
    }
}

/// A schema as a cell of a table has it.
fn type_of(schema: &Value) -> String {
    if let Some(name) = name_of(schema) {
        return name.to_owned();
    }
    let kind = schema["type"].as_str().unwrap_or("any");
    schema["format"].as_str().map_or_else(|| kind.to_owned(), |format| format!("{kind}({format})"))
}

/// A schema as the table of responses has it.
fn schema_of(schema: &Value) -> String {
    match schema["type"].as_str() {
        Some("array") => format!("array of {}", schema_of(&schema["items"])),
        _ if schema.is_null() => String::new(),
        _ => type_of(schema),
    }
}

fn body_of(operation: &Operation) -> Option<Value> {
    let body = &operation.value["requestBody"];
    let content = body["content"]["application/json"]["schema"].as_object()?;
    let name = schema_of(&Value::Object(content.clone()));
    let (required, description) = (&body["required"], &body["description"]);
    Some(
        json!({ "name": "body", "in": "body", "type": name, "required": required, "description": description }),
    )
}

fn parameters_of(operation: &Operation) -> impl Iterator<Item = Value> {
    let described = |p: &Value| {
        json!({ "name": p["name"], "in": p["in"], "type": type_of(&p["schema"]), "required": p["required"],
                "description": p["description"] })
    };
    operation.parameters().map(described).chain(body_of(operation)).collect::<Vec<_>>().into_iter()
}

#[test]
fn parameters_are_those_of_the_pages() {
    for (operation, fact) in built() {
        let keys = ["name", "in", "type", "required", "description"];
        let wanted = facts(&fact["parameters"]).map(|p| only(p, &keys));
        assert_eq!(sorted(parameters_of(&operation)), sorted(wanted), "{operation:?}");
    }
}

/// The responses that the pages list.
fn listed(operation: &Operation) -> impl Iterator<Item = (&'static String, &'static Value)> {
    operation.responses().filter(|(_, response)| response["x-apidocgen"]["skip"] != true)
}

fn schema_of_success(operation: &Operation) -> &'static Value {
    let (_, response) = listed(operation).find(|(status, _)| status.starts_with('2')).unwrap();
    support::body_schema(response)
}

#[test]
fn listed_responses_are_those_of_the_pages() {
    for (operation, fact) in built() {
        let told = listed(&operation).map(|(status, response)| {
            let schema = schema_of(support::body_schema(response));
            json!({ "status": status, "description": response["description"], "schema": schema })
        });
        let wanted = facts(&fact["responses"]).map(|r| only(r, &["status", "description", "schema"]));
        assert_eq!(sorted(told), sorted(wanted), "{operation:?}");
    }
}

#[test]
fn titles_and_the_need_of_a_session_are_those_of_the_pages() {
    for (operation, fact) in built() {
        assert_eq!(operation.summary(), fact["title"], "{operation:?}");
        let speaks_of_sessions = operation.value["security"].as_array().is_some_and(|ways| !ways.is_empty());
        assert_eq!(speaks_of_sessions, fact["auth_required"], "{operation:?}");
    }
}

/// The first two levels of the table that lists of things have: the item, and its properties.
fn rows_of(schema: &'static Value) -> Vec<Value> {
    let row = |depth: u8, name: &str, kind: String, required: bool| json!({ "depth": depth, "name": name, "type": kind, "required": required });
    let item = resolved(&schema["items"]);
    let is_required = |name: &str| facts(&item["required"]).any(|required| required == name);
    let properties = item["properties"].as_object().into_iter().flatten();
    let shown = properties.filter(|(_, property)| property["x-apidocgen"]["skip"] != true);
    let inner = shown.map(|(name, property)| row(1, name, cell(property), is_required(name)));
    [row(0, "[array item]", "array".to_owned(), false)].into_iter().chain(inner).collect()
}

/// What the pages show of a property: the alternative that they do not leave out.
fn shown(property: &'static Value) -> &'static Value {
    facts(&property["anyOf"]).find(|one| one["x-apidocgen"]["skip"] != true).unwrap_or(property)
}

/// Enums go by their names, other things that have one by what they are.
fn cell(property: &'static Value) -> String {
    let property = shown(property);
    let wrapped = &property["allOf"][0];
    let property = if wrapped.is_object() { wrapped } else { property };
    match resolved(property) {
        schema if schema["enum"].is_array() => type_of(property),
        schema => type_of(schema),
    }
}

#[test]
fn the_rows_of_lists_are_those_of_the_pages() {
    for (operation, fact) in built() {
        let wanted: Vec<&Value> = facts(&fact["response_schema"]).collect();
        if wanted.is_empty() {
            continue;
        }
        let shallow = wanted.into_iter().filter(|row| row["depth"].as_u64() < Some(2));
        let wanted = shallow.map(|row| only(row, &["depth", "name", "type", "required"]));
        assert_eq!(sorted(rows_of(schema_of_success(&operation))), sorted(wanted), "{operation:?}");
    }
}

/// Every schema that an answer is made of, itself included.
fn reachable(schema: &'static Value) -> Vec<&'static Value> {
    let (mut found, mut open, mut seen) = (Vec::new(), vec![schema], BTreeSet::new());
    while let Some(next) = open.pop() {
        for (_, value) in every_value(next) {
            found.push(value);
            if name_of(value).is_some_and(|name| seen.insert(name)) {
                open.push(resolved(value));
            }
        }
    }
    found
}

/// The values of the enums that a property of this name has, anywhere in an answer.
fn values_of(schema: &'static Value, property: &str) -> BTreeSet<String> {
    let properties =
        reachable(schema).into_iter().filter_map(|schema| schema.get("properties")?.get(property));
    let own =
        |property: &'static Value| if property["enum"].is_array() { property } else { resolved(property) };
    let values = properties.flat_map(|property| facts(&own(shown(property))["enum"]));
    values.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn enums_are_those_of_the_pages() {
    for (operation, fact) in built() {
        for wanted in facts(&fact["enums"]).filter(|one| one["of"] == "property") {
            let property = wanted["property"].as_str().unwrap();
            let also = ALSO.iter().filter(|(of, _)| *of == property).map(|(_, value)| *value);
            let wanted = facts(&wanted["values"]).filter_map(Value::as_str).chain(also).map(str::to_owned);
            let told = values_of(schema_of_success(&operation), property);
            assert_eq!(told, wanted.collect(), "{operation:?}: {property}");
        }
    }
}

#[test]
fn the_pages_of_the_contract_have_operations_that_are_built() {
    assert!(built().len() >= 14, "only {} operations were compared", built().len());
}
