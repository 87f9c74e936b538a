//! An OpenID provider that does as it is told: it lies, breaks off, is silent and forgets.
//!
//! Left alone it is an honest one: `/authorize` sends every browser back at once, with a code for whoever `claims` is about.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use poem::http::{StatusCode, header};
use poem::{Body, EndpointExt, IntoResponse, Request, Response};
use roster::app::serve::serve;
use roster::model::ids::Secret;
use roster::providers::oidc::{ClaimsSource, Client, Limits, Settings};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use url::Url;

use super::signing::SigningKey;

/// Whom the provider knows the deployment as.
pub const CLIENT_ID: &str = "roster";
/// What proves it.
pub const CLIENT_SECRET: &str = "the+client/secret";

/// What a path answers instead of what it should.
#[derive(Debug, Clone)]
pub enum Odd {
    /// This status with this JSON.
    Status(u16, Value),
    /// This text of this type.
    Text(&'static str, String),
    /// Go elsewhere.
    Redirect(String),
    /// Nothing, for long.
    Silence,
    /// More than anybody reads.
    Endless,
    /// The beginning of an answer, and then no connection.
    BreakOff,
}

/// A request that came in.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The path.
    pub path: String,
    /// The header of that name; empty for none.
    pub authorization: String,
    /// The fields of the query and of the body.
    pub fields: HashMap<String, String>,
}

/// What the provider does.
pub struct Conduct {
    /// The time there. The clock of servers under test starts at the same.
    pub now: DateTime<Utc>,
    /// Members of the discovery document that are other than usual; null for missing.
    pub discovery: Map<String, Value>,
    /// Claims of id tokens that are other than usual; null for missing.
    pub claims: Map<String, Value>,
    /// The id token itself, instead of one that is made.
    pub id_token: Option<String>,
    /// Members of the token endpoint's answer that are other than usual; null for missing.
    pub tokens: Map<String, Value>,
    /// The claims that the userinfo endpoint adds to the subject; a `sub` among them wins.
    pub userinfo: Map<String, Value>,
    /// The keys: all of them are published, the first one signs.
    pub keys: Vec<SigningKey>,
    /// Paths that answer oddly.
    pub odd: HashMap<&'static str, Odd>,
    /// What has been asked.
    pub asked: Vec<Asked>,
    nonces: HashMap<String, String>,
}

/// The provider on a port of its own.
pub struct HostileProvider {
    /// `http://127.0.0.1:…`
    pub issuer: String,
    conduct: Arc<Mutex<Conduct>>,
    _stop: oneshot::Sender<()>,
}

impl HostileProvider {
    /// An honest one.
    pub async fn start() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    /// An honest one that listens here.
    pub fn on(listener: TcpListener) -> Self {
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let conduct = Arc::new(Mutex::new(Conduct::honest()));
        let place = Place { issuer: issuer.clone(), conduct: conduct.clone() };
        let (stop, stopped) = oneshot::channel::<()>();
        let endpoint = poem::endpoint::make(move |request| place.clone().answer(request)).map_to_response();
        tokio::spawn(serve(listener, endpoint.boxed(), async {
            let _ = stopped.await;
        }));
        Self { issuer, conduct, _stop: stop }
    }

    /// Tells it what to do.
    pub fn change<T>(&self, how: impl FnOnce(&mut Conduct) -> T) -> T {
        how(&mut self.conduct.lock().unwrap())
    }

    /// What a client of it is usually told.
    pub fn settings(&self) -> Settings {
        Settings {
            issuer: self.issuer.clone(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: Some(Secret::new(CLIENT_SECRET)),
            scopes: ["openid", "profile", "email"].map(str::to_owned).to_vec(),
            auth_url_params: BTreeMap::from([("access_type".to_owned(), "offline".to_owned())]),
            claims_source: ClaimsSource::Userinfo,
        }
    }

    /// A client with the usual limits.
    pub fn client(&self) -> Client {
        Client::new(self.settings(), Limits::default()).unwrap()
    }

    /// How often this path was asked for.
    pub fn count(&self, path: &str) -> usize {
        self.change(|conduct| conduct.asked.iter().filter(|asked| asked.path == path).count())
    }

    /// The last request to this path.
    pub fn last(&self, path: &str) -> Asked {
        self.change(|conduct| conduct.asked.iter().rfind(|asked| asked.path == path).cloned()).unwrap()
    }
}

impl Conduct {
    fn honest() -> Self {
        Self {
            now: "2026-05-20T00:00:00Z".parse().unwrap(),
            discovery: Map::new(),
            claims: Map::new(),
            id_token: None,
            tokens: Map::new(),
            userinfo: Map::new(),
            keys: vec![SigningKey::new("first", "RS256")],
            odd: HashMap::new(),
            asked: Vec::new(),
            nonces: HashMap::new(),
        }
    }

    /// The claims of an id token that this code is traded for.
    pub fn claims_for(&self, issuer: &str, code: &str) -> Value {
        let now = self.now.timestamp();
        let mut claims = json!({
            "iss": issuer, "aud": CLIENT_ID, "sub": "ada-1", "iat": now, "exp": now + 300,
            "email": "ada@example.com", "email_verified": true, "preferred_username": "ada", "name": "Ada",
        });
        if let Some(nonce) = self.nonces.get(code) {
            claims["nonce"] = nonce.as_str().into();
        }
        with(claims, &self.claims)
    }

    fn traded(&self, issuer: &str, asked: &Asked) -> Value {
        let code = asked.fields.get("code").map(String::as_str).unwrap_or_default();
        let mut tokens = json!({
            "access_token": "an-access-token", "token_type": "Bearer", "expires_in": 3600,
            "refresh_token": "a-refresh-token",
        });
        if !code.is_empty() {
            let made = || self.keys[0].sign(&self.claims_for(issuer, code));
            tokens["id_token"] = self.id_token.clone().unwrap_or_else(made).into();
        }
        with(tokens, &self.tokens)
    }

    fn described(&self, issuer: &str) -> Value {
        let usual = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["plain", "S256"],
        });
        with(usual, &self.discovery)
    }
}

#[derive(Clone)]
struct Place {
    issuer: String,
    conduct: Arc<Mutex<Conduct>>,
}

impl Place {
    async fn answer(self, request: Request) -> Response {
        let asked = asked(request).await;
        let odd = {
            let mut conduct = self.conduct.lock().unwrap();
            conduct.asked.push(asked.clone());
            conduct.odd.get(asked.path.as_str()).cloned()
        };
        match odd {
            Some(odd) => oddly(odd).await,
            None => self.honestly(&asked),
        }
    }

    fn honestly(&self, asked: &Asked) -> Response {
        let mut conduct = self.conduct.lock().unwrap();
        match asked.path.as_str() {
            "/.well-known/openid-configuration" => json_answer(200, &conduct.described(&self.issuer)),
            "/jwks" => {
                let keys: Vec<Value> = conduct.keys.iter().map(SigningKey::public).collect();
                json_answer(200, &json!({ "keys": keys }))
            }
            "/authorize" => authorized(&mut conduct, asked),
            "/token" => json_answer(200, &conduct.traded(&self.issuer, asked)),
            "/userinfo" => {
                let subject = conduct.claims.get("sub").cloned().unwrap_or_else(|| "ada-1".into());
                json_answer(200, &with(json!({ "sub": subject }), &conduct.userinfo))
            }
            _ => json_answer(404, &json!({ "error": "not_found" })),
        }
    }
}

/// Sends the browser back with a code.
fn authorized(conduct: &mut Conduct, asked: &Asked) -> Response {
    let code = format!("code-{}", conduct.nonces.len() + 1);
    let field = |name: &str| asked.fields.get(name).cloned().unwrap_or_default();
    conduct.nonces.insert(code.clone(), field("nonce"));
    let mut back = Url::parse(&field("redirect_uri")).unwrap();
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", &field("state"));
    Response::builder().status(StatusCode::FOUND).header(header::LOCATION, back.as_str()).finish()
}

async fn asked(request: Request) -> Asked {
    let (parts, body) = request.into_parts();
    let body = body.into_vec().await.unwrap_or_default();
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let fields = [query, &body].into_iter().flat_map(|text| url::form_urlencoded::parse(text).into_owned());
    let authorization = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    Asked {
        path: parts.uri.path().to_owned(),
        authorization: authorization.unwrap_or_default().to_owned(),
        fields: fields.collect(),
    }
}

async fn oddly(odd: Odd) -> Response {
    match odd {
        Odd::Status(status, body) => json_answer(status, &body),
        Odd::Text(kind, text) => Response::builder().content_type(kind).body(text),
        Odd::Redirect(to) => {
            Response::builder().status(StatusCode::TEMPORARY_REDIRECT).header(header::LOCATION, to).finish()
        }
        Odd::Silence => {
            tokio::time::sleep(Duration::from_secs(600)).await;
            StatusCode::OK.into_response()
        }
        Odd::Endless => {
            let spaces = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 65536]));
            Response::builder().content_type("application/json").body(Body::from_bytes_stream(spaces))
        }
        Odd::BreakOff => {
            let end = std::io::Error::other("broken off");
            let parts = futures_util::stream::iter([Ok(b"{\"issuer\":".to_vec()), Err(end)]);
            Response::builder().content_type("application/json").body(Body::from_bytes_stream(parts))
        }
    }
}

fn json_answer(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    Response::builder().status(status).content_type("application/json").body(body.to_string())
}

/// The usual members, with some that are other.
fn with(mut usual: Value, other: &Map<String, Value>) -> Value {
    let members = usual.as_object_mut().unwrap();
    for (name, value) in other {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    usual
}
