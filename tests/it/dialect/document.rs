//! The document of the other dialect: the same but for what it tells of a few answers.

use std::fs;

use reqwest::Method;
use roster::domain::Dialect;
use roster_openapi::{document, surface};
use serde_json::{Map, Value};

use super::coder;
use crate::contract::walk::file;
use crate::support::contract;

/// The operations whose entries differ.
const OTHERWISE: [&str; 5] = [
    "delete-a-custom-organization-role",
    "get-user-roles",
    "insert-a-custom-organization-role",
    "paginated-organization-members",
    "update-a-custom-organization-role",
];

fn both() -> [&'static Value; 2] {
    [Dialect::Documented, Dialect::Coder].map(|dialect| &contract(dialect).document)
}

/// Each operation with its place.
fn operations(document: &'static Value) -> Vec<(String, &'static Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let each = |(path, item): (&String, &'static Value)| {
        let path = path.clone();
        item.as_object().unwrap().iter().map(move |(method, it)| (format!("{method} {path}"), it))
    };
    paths.flat_map(each).collect()
}

/// An operation without what it tells of success.
fn but_success(operation: &Value) -> Value {
    let mut operation = operation.clone();
    operation["responses"].as_object_mut().unwrap().retain(|status, _| !status.starts_with('2'));
    operation
}

#[test]
fn only_the_answers_of_a_few_operations_differ() {
    let [documented, coder] = both().map(operations);
    let places = |all: &[(String, &Value)]| all.iter().map(|(place, _)| place.clone()).collect::<Vec<_>>();
    assert_eq!(places(&documented), places(&coder));
    let pairs = documented.iter().zip(&coder).map(|((_, one), (_, other))| (*one, *other));
    let differ: Vec<_> = pairs.filter(|(one, other)| one != other).collect();
    let mut ids: Vec<_> = differ.iter().map(|(one, _)| one["operationId"].as_str().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, OTHERWISE);
    for (one, other) in differ {
        assert_eq!(but_success(one), but_success(other));
    }
}

fn schemas(document: &Value) -> Map<String, Value> {
    document["components"]["schemas"].as_object().unwrap().clone()
}

#[test]
fn only_keys_and_the_roles_of_a_user_have_other_schemas() {
    let [documented, mut coder] = both().map(schemas);
    let roles = coder.shift_remove("codersdk.UserRoles").unwrap();
    let names: Vec<_> = roles["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["organization_roles", "roles"]);
    let text = serde_json::json!({ "type": "string" });
    assert_eq!(coder["codersdk.APIKey"]["properties"]["allow_list"]["items"], text);
    coder["codersdk.APIKey"]["properties"]["allow_list"] =
        documented["codersdk.APIKey"]["properties"]["allow_list"].clone();
    assert_eq!(coder, documented);
}

#[test]
fn the_tables_beside_it_are_the_same() {
    let [documented, coder] = both();
    assert_eq!(surface::text(documented), surface::text(coder));
    let calls = roster::http::calls::who_may_call_what;
    assert_eq!(calls(documented), calls(coder));
}

#[test]
fn it_says_which_dialect_it_describes() {
    let [documented, coder] = both().map(|document| document["info"]["description"].as_str().unwrap());
    assert!(coder.contains("dialect") && !documented.contains("dialect"), "{coder}");
}

#[tokio::test]
async fn the_served_document_is_the_committed_one_and_valid() {
    let app = coder().await;
    let client = app.client();
    let served = client.finish(client.request(Method::GET, "/openapi.json")).await.expect(200);
    assert_eq!(served.text, fs::read_to_string(file("openapi/openapi.coder.json")).unwrap());
    document::bytes(&served.json()).unwrap();
}
