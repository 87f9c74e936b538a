//! Every answer of every test is held against the document: status, content type, and schema with nothing undocumented.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use roster::domain::Dialect;
use roster_openapi::scim::{self, MEDIA_TYPE};
use serde_json::{Value, json};

use super::client::Reply;

/// The document of a dialect, and what answers are held against.
pub struct Contract {
    /// The document.
    pub document: Value,
    strict: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

static DOCUMENTED: LazyLock<Contract> = LazyLock::new(|| Contract::new(Dialect::Documented));
static CODER: LazyLock<Contract> = LazyLock::new(|| Contract::new(Dialect::Coder));

/// What a server that speaks this dialect promises.
pub fn of(dialect: Dialect) -> &'static Contract {
    match dialect {
        Dialect::Documented => &DOCUMENTED,
        Dialect::Coder => &CODER,
    }
}

/// The document of the API.
pub fn document() -> &'static Value {
    &DOCUMENTED.document
}

/// Objects with named properties have no others.
fn forbid_undocumented(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.contains_key("properties") && !members.contains_key("additionalProperties") {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
            members.values_mut().for_each(forbid_undocumented);
        }
        Value::Array(items) => items.iter_mut().for_each(forbid_undocumented),
        _ => {}
    }
}

/// The schema of a response's body; the reference has any media type for a few that are JSON.
pub fn schema_of(response: &'static Value) -> &'static Value {
    let content = &response["content"];
    let kinds = ["*/*", MEDIA_TYPE, "application/json"];
    let kind = kinds.into_iter().find(|kind| content[*kind].is_object());
    &content[kind.unwrap_or_default()]["schema"]
}

impl Contract {
    fn new(dialect: Dialect) -> Self {
        let document = roster::http::document(dialect);
        let mut strict = document["components"].clone();
        forbid_undocumented(&mut strict);
        Self { document, strict, validators: Mutex::default() }
    }

    /// Fails the test when the answer is not what the document says.
    pub fn check(&'static self, method: &str, path: &str, reply: &Reply) {
        assert!(!reply.header("x-coder-build-version").is_empty(), "no version header: {reply:?}");
        assert!(!reply.header("x-request-id").is_empty(), "no request id: {reply:?}");
        let of_scim = scim::is_below(path);
        if !path.starts_with("/api/") && !of_scim {
            return;
        }
        let Some(operation) = self.operation(method, path) else {
            assert!([404, 405, 429].contains(&reply.status), "{method} {path} is not documented: {reply:?}");
            if method != "HEAD" {
                self.envelope(reply, of_scim);
            }
            return;
        };
        let id = &operation["operationId"];
        let response = &operation["responses"][reply.status.to_string()];
        assert!(response.is_object(), "{id}: status {} is not documented: {reply:?}", reply.status);
        let schema = schema_of(response);
        if method == "HEAD" {
            return;
        }
        if reply.header("content-type") == "text/html; charset=utf-8" {
            assert!(response["content"]["text/html"].is_object(), "{id}: no page is documented: {reply:?}");
            return;
        }
        if schema.is_null() && response["content"]["application/json"].is_object() {
            self.envelope(reply, of_scim);
            return;
        }
        if schema.is_null() {
            assert_eq!(reply.text, "", "{id}: a body where none is documented");
            return;
        }
        if reply.status == 400 && reply.header("content-type") == "text/plain; charset=utf-8" {
            // Only writes are refused for what vouches for them, and only in these words.
            assert!(response["content"]["text/plain"].is_object(), "{id}: text is not documented: {reply:?}");
            assert!(reply.text.contains("CSRF"), "{id}: {reply:?}");
            return;
        }
        assert_eq!(reply.header("content-type"), media_type(of_scim), "{id}");
        assert!(reply.text.ends_with('\n'), "{id}: the body does not end in a line end");
        self.validate(schema, reply);
    }

    fn envelope(&self, reply: &Reply, of_scim: bool) {
        assert_eq!(reply.header("content-type"), media_type(of_scim));
        let name = if of_scim { "coderd.SCIMError" } else { "codersdk.Response" };
        self.validate(&json!({ "$ref": format!("#/components/schemas/{name}") }), reply);
        assert!(!reply.message().is_empty());
    }

    fn validate(&self, schema: &Value, reply: &Reply) {
        let validator = self.validator(schema);
        let body = reply.json();
        let errors: Vec<_> =
            validator.iter_errors(&body).map(|e| format!("{} at {}", e, e.instance_path())).collect();
        assert!(errors.is_empty(), "not what the document says: {errors:#?}\n{reply:?}");
        if reply.status >= 400 {
            assert!(!reply.message().is_empty(), "a failure without a message: {reply:?}");
        }
    }

    fn validator(&self, schema: &Value) -> Arc<Validator> {
        let mut known = self.validators.lock().unwrap();
        let made = known.entry(schema.to_string()).or_insert_with(|| {
            let mut root = schema.clone();
            root["components"] = self.strict.clone();
            let options =
                jsonschema::options().should_validate_formats(true).with_format("email", is_address);
            Arc::new(options.build(&root).unwrap())
        });
        made.clone()
    }

    /// The operation that a request is for; names win over parameters, as in the server.
    fn operation(&'static self, method: &str, path: &str) -> Option<&'static Value> {
        let method = if method == "HEAD" { "get".to_owned() } else { method.to_lowercase() };
        let paths = self.document["paths"].as_object().unwrap();
        let wanted: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        let fits = |template: &str| {
            let parts: Vec<&str> = template.split('/').collect();
            parts.len() == wanted.len()
                && parts.iter().zip(&wanted).all(|(p, w)| p.starts_with('{') || p == w)
        };
        let mut found: Vec<&String> = paths.keys().filter(|template| fits(template)).collect();
        found.sort_by_key(|template| template.matches('{').count());
        paths[*found.first()?].get(&method)
    }
}

/// The media type of answers, as their header spells it.
fn media_type(of_scim: bool) -> &'static str {
    if of_scim { MEDIA_TYPE } else { "application/json; charset=utf-8" }
}

/// The contract's addresses are wider than JSON schema's: of any script, and empty for service accounts.
fn is_address(text: &str) -> bool {
    text.is_empty() || text.contains('@')
}
