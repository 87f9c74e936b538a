//! A client that shows what it got when a test expected something else, and holds every answer against the document.

use reqwest::header::HeaderMap;
use reqwest::{Method, Request, RequestBuilder, Url};
use roster::domain::Dialect;
use serde_json::Value;

use super::contract::{self, Contract};

/// Somebody who talks to the server, with or without a key.
#[derive(Clone)]
pub struct Client {
    /// `http://127.0.0.1:…`
    pub base: String,
    token: Option<String>,
    authorization: Option<String>,
    http: reqwest::Client,
    contract: &'static Contract,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub text: String,
    asked: String,
}

impl Client {
    /// Nobody in particular.
    pub fn new(base: &str) -> Self {
        // Once a process; whoever was first chose the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // The server speaks plain HTTP; reading the certificates of the system takes longer than most tests.
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).tls_certs_only([]);
        let http = http.build().unwrap();
        let contract = contract::of(Dialect::default());
        Self { base: base.to_owned(), token: None, authorization: None, http, contract }
    }

    /// The same, with a key in the session header.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same, with this in the header `Authorization`.
    pub fn with_authorization(&self, text: &str) -> Self {
        Self { authorization: Some(text.to_owned()), ..self.clone() }
    }

    /// The same for a server that speaks this dialect.
    pub fn speaking(&self, dialect: Dialect) -> Self {
        Self { contract: contract::of(dialect), ..self.clone() }
    }

    /// Its key.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap()
    }

    /// GET below `/api/v2`.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// GET below `/api/v2` with any text as `q`.
    pub async fn search(&self, path: &str, q: &str) -> Reply {
        let encoded: String = q.bytes().map(|byte| format!("%{byte:02X}")).collect();
        self.get(&format!("{path}?q={encoded}")).await
    }

    /// POST below `/api/v2` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body.to_string())).await
    }

    /// POST below `/api/v2` without a body.
    pub async fn post_empty(&self, path: &str) -> Reply {
        self.send(Method::POST, path, None).await
    }

    /// POST below `/api/v2` with any text as body.
    pub async fn post_text(&self, path: &str, body: &str) -> Reply {
        self.send(Method::POST, path, Some(body.to_owned())).await
    }

    /// PUT below `/api/v2` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.put_text(path, &body.to_string()).await
    }

    /// PUT without a body.
    pub async fn put_empty(&self, path: &str) -> Reply {
        self.send(Method::PUT, path, None).await
    }

    /// PUT below `/api/v2` with any text as body.
    pub async fn put_text(&self, path: &str, body: &str) -> Reply {
        self.send(Method::PUT, path, Some(body.to_owned())).await
    }

    /// DELETE below `/api/v2`.
    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).await
    }

    /// Any method below `/api/v2`.
    pub async fn send(&self, method: Method, path: &str, body: Option<String>) -> Reply {
        let mut request = self.request(method, &format!("/api/v2{path}"));
        if let Some(body) = body {
            request = request.body(body);
        }
        self.finish(request).await
    }

    /// A request to any path, to add headers to; end it with [`Client::finish`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(text) = &self.authorization {
            request = request.header("Authorization", text);
        }
        match &self.token {
            Some(token) => request.header("Coder-Session-Token", token),
            None => request,
        }
    }

    /// A request to somebody else, without the key; end it with [`Client::exchange`].
    pub fn request_elsewhere(&self, method: Method, url: Url) -> RequestBuilder {
        self.http.request(method, url)
    }

    /// Sends a request, reads the answer, and holds it against the document.
    pub async fn finish(&self, request: RequestBuilder) -> Reply {
        let request = request.build().unwrap();
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let reply = self.execute(request).await;
        self.contract.check(method.as_str(), &path, &reply);
        reply
    }

    /// Sends a request to somebody else and reads the answer.
    pub async fn exchange(&self, request: RequestBuilder) -> Reply {
        self.execute(request.build().unwrap()).await
    }

    async fn execute(&self, request: Request) -> Reply {
        let asked = format!("{} {}", request.method(), request.url());
        let response = self.http.execute(request).await.unwrap_or_else(|e| panic!("{asked}: {e:?}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Reply { status, headers, text: response.text().await.unwrap(), asked }
    }
}

impl Reply {
    /// The same reply, if it has this status; else the test fails and shows the body.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} answered: {}", self.asked, self.text);
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|e| panic!("{} answered no JSON ({e}): {}", self.asked, self.text))
    }

    /// `message` of the envelope.
    #[track_caller]
    pub fn message(&self) -> String {
        self.json()["message"].as_str().unwrap_or_else(|| panic!("no message: {}", self.text)).to_owned()
    }

    /// `detail` of the envelope, empty when there is none.
    #[track_caller]
    pub fn detail(&self) -> String {
        self.json()["detail"].as_str().unwrap_or_default().to_owned()
    }

    /// The refused fields of the envelope, as pairs of field and detail.
    #[track_caller]
    pub fn validations(&self) -> Vec<(String, String)> {
        let list = self.json()["validations"].as_array().cloned().unwrap_or_default();
        let text = |v: &Value, key: &str| v[key].as_str().unwrap().to_owned();
        list.iter().map(|v| (text(v, "field"), text(v, "detail"))).collect()
    }

    /// A header as text, empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
