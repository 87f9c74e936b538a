//! A GitHub on a port of its own: people, organizations, teams, its OAuth, and a log of what it was asked.
//!
//! Its answers have the shapes of the real one: OAuth refuses with status 200, the API with a `message`, lists have pages of which
//! the header `Link` tells the next.

mod api;
mod oauth;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use poem::endpoint::make;
use poem::http::{StatusCode, header};
use poem::{EndpointExt, IntoResponse, Request, Response};
use reqwest::Url;
use roster::app::serve::serve;
use roster::domain::provider::{Github, GithubClient, GithubRules};
use roster::model::ids::Secret;
use roster::providers::github::{App, Client};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The app's name at every GitHub of the tests.
pub const CLIENT_ID: &str = "Iv1.roster";
/// Its secret.
pub const CLIENT_SECRET: &str = "app-secret-0123456789";

/// Somebody at GitHub.
#[derive(Debug, Clone)]
pub struct Person {
    /// The number that never changes.
    pub id: i64,
    /// The username there.
    pub login: String,
    /// The display name; many have none.
    pub name: Option<String>,
    /// Address, whether it is primary, whether it is verified.
    pub emails: Vec<(String, bool, bool)>,
    /// Organization and state, which is `active` or `pending`.
    pub organizations: Vec<(String, &'static str)>,
    /// Organization, team and state.
    pub teams: Vec<(String, String, &'static str)>,
}

impl Person {
    /// Somebody with one good address and no organization.
    pub fn new(id: i64, login: &str) -> Self {
        let emails = vec![(format!("{login}@example.com"), true, true)];
        let (organizations, teams) = (Vec::new(), Vec::new());
        Self { id, login: login.to_owned(), name: Some(format!("The {login}")), emails, organizations, teams }
    }

    /// The same as a member of an organization.
    pub fn of(mut self, organization: &str, state: &'static str) -> Self {
        self.organizations.push((organization.to_owned(), state));
        self
    }

    /// The same as a member of a team.
    pub fn in_team(mut self, organization: &str, team: &str, state: &'static str) -> Self {
        self.teams.push((organization.to_owned(), team.to_owned(), state));
        self
    }

    /// The same with these addresses.
    pub fn with_emails(mut self, emails: &[(&str, bool, bool)]) -> Self {
        self.emails = emails
            .iter()
            .map(|(email, primary, verified)| ((*email).to_owned(), *primary, *verified))
            .collect();
        self
    }
}

/// A request as it came in.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Method and path, without the query.
    pub what: String,
    /// The query, as it was written.
    pub query: String,
    /// The fields of the form, by name.
    pub form: HashMap<String, String>,
    headers: header::HeaderMap,
}

impl Asked {
    /// A header as text, empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// What a path answers instead of the truth.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// This status with this body.
    Says(u16, String),
    /// The truth, and that there is one more page, for ever.
    NeverEnds,
    /// That somebody else knows.
    SendsTo(String),
}

#[derive(Default)]
struct State {
    base: String,
    people: Vec<Person>,
    signed_in: String,
    codes: HashMap<String, oauth::Code>,
    devices: HashMap<String, oauth::Device>,
    /// Access tokens, and whose they are.
    access: HashMap<String, String>,
    /// Refresh tokens, likewise.
    refresh: HashMap<String, String>,
    /// For how many seconds new tokens are good; they never end without.
    lifetime: Option<i64>,
    /// Makes every code and token another one.
    count: usize,
    trouble: HashMap<String, Trouble>,
    asked: Vec<Asked>,
}

impl State {
    fn new_text(&mut self, kind: &str) -> String {
        self.count += 1;
        format!("{kind}_{:020}", self.count)
    }

    fn person(&self, login: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.login == login)
    }
}

/// A GitHub that runs as long as this lives.
pub struct GithubServer {
    /// `http://127.0.0.1:…`
    pub base: String,
    state: Arc<Mutex<State>>,
    stop: Option<oneshot::Sender<()>>,
}

impl GithubServer {
    /// One where nobody is.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { base: base.clone(), ..State::default() }));
        let (stop, stopped) = oneshot::channel::<()>();
        let served = state.clone();
        let endpoint = make(move |request| answer(served.clone(), request)).boxed();
        tokio::spawn(serve(listener, endpoint, async {
            let _ = stopped.await;
        }));
        Self { base, state, stop: Some(stop) }
    }

    /// One where these are, and the first of them sits before the browser.
    pub async fn with(people: impl IntoIterator<Item = Person>) -> Self {
        let server = Self::start().await;
        {
            let mut state = server.state();
            state.people = people.into_iter().collect();
            state.signed_in = state.people[0].login.clone();
        }
        server
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// What Roster asks it with.
    pub fn client(&self) -> Client {
        self.client_with_secret(CLIENT_SECRET)
    }

    /// As [`GithubServer::client`], with another secret.
    pub fn client_with_secret(&self, secret: &str) -> Client {
        let base_url = Some(self.base.clone());
        let client_secret = Secret::new(secret);
        Client::new(App { client_id: CLIENT_ID.to_owned(), client_secret, base_url }).unwrap()
    }

    /// It as a provider.
    pub fn provider(&self, rules: GithubRules) -> Github {
        Github { client: Box::new(self.client()) as Box<dyn GithubClient>, rules }
    }

    /// Changes somebody.
    pub fn change(&self, login: &str, change: impl FnOnce(&mut Person)) {
        change(self.state().people.iter_mut().find(|person| person.login == login).unwrap());
    }

    /// Lets somebody else sit before the browser.
    pub fn sign_in(&self, login: &str) {
        login.clone_into(&mut self.state().signed_in);
    }

    /// Somebody types in a device code.
    pub fn type_in(&self, user_code: &str, login: &str) {
        self.decide(user_code, oauth::Decision::Agreed(login.to_owned()));
    }

    /// Somebody wants nothing to do with a device code.
    pub fn deny(&self, user_code: &str) {
        self.decide(user_code, oauth::Decision::Denied);
    }

    fn decide(&self, user_code: &str, decision: oauth::Decision) {
        let mut state = self.state();
        let device = state.devices.values_mut().find(|device| device.user_code == user_code).unwrap();
        device.decision = decision;
    }

    /// Tokens made from now on are good for so many seconds, and come with another to ask for new ones.
    pub fn tokens_end_after(&self, seconds: i64) {
        self.state().lifetime = Some(seconds);
    }

    /// Method and path, as in `GET /api/v3/user`, answer this from now on.
    pub fn trouble(&self, what: &str, trouble: Trouble) {
        self.state().trouble.insert(what.to_owned(), trouble);
    }

    /// All goes well again.
    pub fn recover(&self) {
        self.state().trouble.clear();
    }

    /// Goes away for good.
    pub fn stop(&mut self) {
        self.stop.take();
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.state().asked.clone()
    }

    /// How often it was asked for what begins so.
    pub fn count(&self, beginning: &str) -> usize {
        self.state().asked.iter().filter(|asked| asked.what.starts_with(beginning)).count()
    }
}

async fn answer(state: Arc<Mutex<State>>, mut request: Request) -> Response {
    let body = request.take_body().into_string().await.unwrap_or_default();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let what = format!("{} {}", request.method(), request.uri().path());
    let asked = Asked { what, query, form: pairs(&body), headers: request.headers().clone() };
    let mut state = state.lock().unwrap();
    state.asked.push(asked.clone());
    let trouble = state.trouble.get(&asked.what).cloned();
    match trouble {
        Some(Trouble::Says(status, body)) => status_of(status).with_body(body).into_response(),
        Some(Trouble::SendsTo(url)) => StatusCode::FOUND.with_header(header::LOCATION, url).into_response(),
        Some(Trouble::NeverEnds) => truth(&mut state, &asked)
            .with_header(header::LINK, "<http://127.0.0.1:1/>; rel=\"next\"")
            .into_response(),
        None => truth(&mut state, &asked),
    }
}

fn truth(state: &mut State, asked: &Asked) -> Response {
    match asked.what.as_str() {
        "GET /login/oauth/authorize" => oauth::authorize(state, &pairs(&asked.query)),
        "POST /login/oauth/access_token" => oauth::tokens(state, &asked.form),
        "POST /login/device/code" => oauth::device(state, &asked.form),
        _ => api::answer(state, asked),
    }
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap()
}

fn says(status: u16, body: &Value) -> Response {
    let json = (header::CONTENT_TYPE, "application/json; charset=utf-8");
    status_of(status).with_body(body.to_string()).with_header(json.0, json.1).into_response()
}

fn complains(status: u16, message: &str) -> Response {
    says(status, &json!({ "message": message, "documentation_url": "https://docs.github.com/rest" }))
}

/// The pairs of a query or form.
fn pairs(text: &str) -> HashMap<String, String> {
    let url = Url::parse(&format!("http://x/?{text}")).unwrap();
    url.query_pairs().into_owned().collect()
}
