//! The OpenAPI document, built from the signatures of the API methods.
//!
//! poem-openapi's own printer would give a 3.0 document with duplicate path keys and without our schemas. The metadata it
//! collects is public, so this module prints it itself, as OpenAPI 3.1, with everything in a stable order.

use std::collections::{BTreeMap, BTreeSet};

use poem_openapi::OpenApi;
use poem_openapi::registry::{
    MetaOperation, MetaOperationParam, MetaResponse, MetaSchema, MetaSchemaRef, MetaSecurityScheme, Registry,
};
use serde_json::{Map, Value, json};

use crate::error::{describe, failure};
use crate::{scim, wire};

/// What the document says about itself.
#[derive(Debug, Clone, Copy)]
pub struct Info {
    /// The product.
    pub title: &'static str,
    /// The version of the API, without a leading `v`.
    pub version: &'static str,
    /// A paragraph for those who explore the API.
    pub description: &'static str,
    /// The ids of the operations that the reference pages leave out, with the schemas that only they use.
    pub unlisted: &'static [&'static str],
}

/// Below what requests are counted: the contract's paths.
const LIMITED: [&str; 3] = ["/api/v2", "/api/experimental/users", scim::BASE];

/// Whether requests to a path are counted.
pub fn is_limited(path: &str) -> bool {
    LIMITED.iter().any(|base| is_below(base, path))
}

/// Whether a path is this one or below it.
pub(crate) fn is_below(base: &str, path: &str) -> bool {
    path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Where the permission that an operation needs stands in the document.
pub const PERMISSION: &str = "x-permission";

/// Builds the document of an API. `permission` names what an operation id needs of its caller.
pub fn build<A: OpenApi>(info: &Info, permission: impl Fn(&str) -> String) -> Value {
    let mut registry = Registry::new();
    A::register(&mut registry);
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for path in A::meta().into_iter().flat_map(|api| api.paths) {
        let (limited, of_scim) = (is_limited(&path.path), scim::is_below(&path.path));
        let item = paths.entry(path.path).or_default();
        for operation in &path.operations {
            let method = operation.method.as_str().to_ascii_lowercase();
            let mut described = describe_operation(operation, info, &permission);
            if of_scim {
                scim::describe(&mut described);
            } else {
                describe_edge(&mut described, operation, limited);
            }
            item.insert(method, described);
        }
    }
    let schemas: BTreeMap<_, _> = registry.schemas.iter().map(|(name, s)| (name, wire::carried(s))).collect();
    let schemes: BTreeMap<_, _> =
        registry.security_schemes.iter().map(|(name, s)| (*name, describe_scheme(s))).collect();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": { "title": info.title, "version": info.version, "description": info.description },
        "servers": [{ "url": "/" }],
        "tags": tags(&registry),
        "paths": paths,
        "components": { "schemas": schemas, "securitySchemes": schemes },
    });
    settle(&mut document);
    leave_out_unlisted_schemas(&mut document);
    document
}

/// The bytes that are served, committed and compared.
///
/// # Errors
/// When the document is no valid OpenAPI 3.1 to utoipa's typed model; the text says where.
pub fn bytes(document: &Value) -> Result<Vec<u8>, String> {
    let mut bytes = serde_json::to_vec_pretty(document).map_err(|e| e.to_string())?;
    serde_json::from_slice::<utoipa::openapi::OpenApi>(&bytes).map_err(|e| format!("the document: {e}"))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn tags(registry: &Registry) -> Vec<Value> {
    let mut tags: Vec<_> =
        registry.tags.iter().map(|tag| (tag.name, tag.description.unwrap_or(""))).collect();
    tags.sort_unstable();
    tags.into_iter().map(|(name, description)| json!({ "name": name, "description": description })).collect()
}

/// Keeps what carries it out of the reference pages.
const LEFT_OUT: &str = "x-apidocgen";

fn left_out() -> Value {
    json!({ "skip": true })
}

/// Schemas that no operation of the pages uses are left out with the operations that do.
fn leave_out_unlisted_schemas(document: &mut Value) {
    let operations = document["paths"].as_object().into_iter().flatten();
    let operations = operations.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    let listed = operations.filter(|(_, operation)| operation.get(LEFT_OUT).is_none());
    let mut open: Vec<&Value> = listed.map(|(_, operation)| operation).collect();
    let mut used = BTreeSet::new();
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => open.extend(members.values()),
            Value::Array(items) => open.extend(items),
            Value::String(text) => {
                let name = text.strip_prefix("#/components/schemas/").unwrap_or_default();
                if used.insert(name.to_owned()) {
                    open.extend(document["components"]["schemas"].get(name));
                }
            }
            _ => {}
        }
    }
    let schemas = document["components"]["schemas"].as_object_mut().into_iter().flatten();
    for (_, schema) in schemas.filter(|(name, _)| !used.contains(*name)) {
        schema[LEFT_OUT] = left_out();
    }
}

fn describe_operation(operation: &MetaOperation, info: &Info, permission: &impl Fn(&str) -> String) -> Value {
    let id = operation.operation_id.unwrap_or_default();
    let mut out = Map::new();
    out.insert("tags".into(), json!(operation.tags));
    out.insert("summary".into(), json!(operation.summary.unwrap_or_default()));
    if let Some(description) = operation.description {
        out.insert("description".into(), json!(description));
    }
    out.insert("operationId".into(), json!(id));
    if operation.deprecated {
        out.insert("deprecated".into(), json!(true));
    }
    if !operation.params.is_empty() {
        out.insert("parameters".into(), operation.params.iter().map(describe_param).collect());
    }
    if let Some(request) = &operation.request {
        out.insert("requestBody".into(), json!(request));
    }
    out.insert("responses".into(), describe_responses(operation));
    if !operation.security.is_empty() {
        out.insert("security".into(), json!(operation.security));
    }
    out.insert(PERMISSION.into(), json!(permission(id)));
    if info.unlisted.contains(&id) {
        out.insert(LEFT_OUT.into(), left_out());
    }
    Value::Object(out)
}

/// The refusals that come before the operation is looked at: of those who ask too often, and of writes that only a cookie vouches
/// for, which are told as text.
fn describe_edge(described: &mut Value, operation: &MetaOperation, limited: bool) {
    let responses = &mut described["responses"];
    if limited {
        for status in [428, 429] {
            responses[status.to_string()] = describe_response(&failure(status));
        }
    }
    if !matches!(operation.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE") {
        if responses.get("400").is_none() {
            responses["400"] = describe_response(&failure(400));
        }
        responses["400"]["content"]["text/plain"] = json!({ "schema": { "type": "string" } });
    }
    if let Some(responses) = responses.as_object_mut() {
        responses.sort_keys();
    }
}

fn describe_param(param: &MetaOperationParam) -> Value {
    json!({
        "name": param.name,
        "in": param.in_type,
        "description": param.description.as_deref().unwrap_or_default(),
        "required": param.required,
        "schema": param.schema,
    })
}

/// Whether the operation refuses requests without a session.
fn secured(operation: &MetaOperation) -> bool {
    !operation.security.is_empty() && operation.security.iter().all(|alternative| !alternative.is_empty())
}

/// The declared responses, and those that every operation of its kind can give.
fn describe_responses(operation: &MetaOperation) -> Value {
    let mut always = vec![500, 503];
    if secured(operation) {
        always.push(401);
    }
    if operation.request.is_some() {
        always.extend([400, 408, 413]);
    }
    let implied: Vec<_> = always.into_iter().map(failure).collect();
    let mut out = BTreeMap::new();
    for response in operation.responses.responses.iter().chain(&implied) {
        let status = response.status.unwrap_or_default().to_string();
        out.entry(status).or_insert_with(|| describe_response(response));
    }
    json!(out)
}

pub(crate) fn describe_response(response: &MetaResponse) -> Value {
    let (description, listed) = describe(response);
    let mut out = Map::new();
    out.insert("description".into(), json!(description));
    if !response.content.is_empty() {
        let content: Map<_, _> = response
            .content
            .iter()
            .map(|c| (c.content_type.to_owned(), describe_content(&c.schema)))
            .collect();
        out.insert("content".into(), Value::Object(content));
    }
    if !listed {
        out.insert(LEFT_OUT.into(), left_out());
    }
    Value::Object(out)
}

/// Content that may be anything is not described further.
fn describe_content(schema: &MetaSchemaRef) -> Value {
    match schema {
        MetaSchemaRef::Inline(schema) if **schema == MetaSchema::ANY => json!({}),
        _ => json!({ "schema": schema }),
    }
}

fn describe_scheme(scheme: &MetaSecurityScheme) -> Value {
    let mut out = Map::new();
    out.insert("type".into(), json!(scheme.ty));
    for (key, value) in [("name", scheme.name), ("in", scheme.key_in), ("scheme", scheme.scheme)] {
        if let Some(value) = value {
            out.insert(key.into(), json!(value));
        }
    }
    Value::Object(out)
}

/// Takes out what would stand in the pages or clients without being part of the contract: the widths of integers, the
/// defaults that serde's `default` implies, and fractions of whole numbers.
fn settle(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let is = |key: &str, wanted: &[&str]| {
                members.get(key).and_then(Value::as_str).is_some_and(|text| wanted.contains(&text))
            };
            if is("type", &["integer"]) && is("format", &["int32", "int64"]) {
                members.shift_remove("format");
            }
            if members.contains_key("type")
                || members.contains_key("$ref")
                || members.contains_key("allOf")
                || members.contains_key("anyOf")
            {
                members.shift_remove("default");
            }
            members.values_mut().for_each(settle);
        }
        Value::Array(items) => items.iter_mut().for_each(settle),
        Value::Number(number) => {
            if let Some(whole) = number.as_f64().filter(|n| n.fract() == 0.0 && n.abs() < 9e15) {
                *value = json!(whole as i64);
            }
        }
        _ => {}
    }
}
