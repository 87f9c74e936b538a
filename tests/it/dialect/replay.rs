//! Calls of a client in its order: what it sends, which status it takes for success, and what it reads of the answer.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::Value;

use crate::support::{Client, TestApp};

/// A call. `{name}` in path, body and expected values stands for what an earlier one kept under that name.
pub struct Call {
    method: Method,
    path: &'static str,
    body: Option<Value>,
    status: u16,
    is: Vec<(&'static str, Value)>,
    has: &'static [&'static str],
    keeps: Option<(&'static str, &'static str)>,
}

/// A call that succeeds with a status.
pub fn call(method: Method, path: &'static str, status: u16) -> Call {
    Call { method, path, body: None, status, is: Vec::new(), has: &[], keeps: None }
}

/// A call that reads.
pub fn get(path: &'static str) -> Call {
    call(Method::GET, path, 200)
}

/// A call that makes something.
pub fn post(path: &'static str, status: u16, body: Value) -> Call {
    Call { body: Some(body), ..call(Method::POST, path, status) }
}

/// A call that sets something.
pub fn put(path: &'static str, body: Value) -> Call {
    Call { body: Some(body), ..call(Method::PUT, path, 200) }
}

/// A call that takes something away.
pub fn delete(path: &'static str, status: u16) -> Call {
    call(Method::DELETE, path, status)
}

impl Call {
    /// The client sends this.
    pub fn sends(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    /// The client takes this for an answer too; a test makes sure that it gets it.
    pub fn fails(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// At this place of the answer, which is the whole of it for an empty one, is this value; null is nothing.
    pub fn is(mut self, pointer: &'static str, value: impl Into<Value>) -> Self {
        self.is.push((pointer, value.into()));
        self
    }

    /// The client reads these places.
    pub fn has(self, pointers: &'static [&'static str]) -> Self {
        Self { has: pointers, ..self }
    }

    /// The client keeps what is at a place for later calls.
    pub fn keeps(self, name: &'static str, pointer: &'static str) -> Self {
        Self { keeps: Some((name, pointer)), ..self }
    }
}

/// What a client knows.
pub struct Replay {
    client: Client,
    kept: BTreeMap<&'static str, String>,
}

impl Replay {
    /// A client that knows nothing yet.
    pub fn new(app: &TestApp) -> Self {
        Self { client: app.client(), kept: BTreeMap::new() }
    }

    /// From now on it shows the key that it kept under a name.
    pub fn show(&mut self, name: &str) {
        self.client = self.client.with_token(&self.kept[name]);
    }

    /// Knows something that no call told.
    pub fn knows(&mut self, name: &'static str, value: impl ToString) {
        self.kept.insert(name, value.to_string());
    }

    /// What it kept.
    pub fn kept(&self, name: &str) -> &str {
        &self.kept[name]
    }

    fn fill(&self, text: &str) -> String {
        self.kept
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    fn filled(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.fill(text).into(),
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            Value::Object(members) => {
                let filled = members.iter().map(|(name, member)| (self.fill(name), self.filled(member)));
                Value::Object(filled.collect())
            }
            other => other.clone(),
        }
    }

    /// Makes the calls of one command.
    pub async fn run(&mut self, command: &str, calls: impl IntoIterator<Item = Call>) {
        for call in calls {
            self.make(command, &call).await;
        }
    }

    async fn make(&mut self, command: &str, call: &Call) {
        let path = self.fill(call.path);
        let shown = format!("{command}: {} {path}", call.method);
        let request = self.client.request(call.method.clone(), &format!("/api/v2{path}"));
        let request =
            request.header("User-Agent", format!("coder-cli/v2.34.0 (linux/amd64; coder {command})"));
        let request = match &call.body {
            Some(body) => {
                request.header("Content-Type", "application/json").body(self.filled(body).to_string())
            }
            None => request,
        };
        let answer = self.client.finish(request).await;
        assert_eq!(answer.status, call.status, "{shown}: {}", answer.text);
        if answer.text.is_empty() {
            assert!(
                call.is.is_empty() && call.has.is_empty() && call.keeps.is_none(),
                "{shown}: nothing to read"
            );
            return;
        }
        let body = answer.json();
        for (pointer, value) in &call.is {
            let found = body.pointer(pointer).unwrap_or(&Value::Null);
            assert_eq!(found, &self.filled(value), "{shown}: {pointer} of {body}");
        }
        for pointer in call.has {
            assert!(body.pointer(pointer).is_some_and(|it| !it.is_null()), "{shown}: no {pointer} in {body}");
        }
        if let Some((name, pointer)) = call.keeps {
            let kept = body.pointer(pointer).and_then(Value::as_str);
            self.knows(name, kept.unwrap_or_else(|| panic!("{shown}: no {pointer} in {body}")));
        }
    }
}
