//! The pages for people with a browser.

mod away;
mod cli_auth;
mod cross_site;
mod device;
mod forms;
mod headers;
mod limits;
mod login;
mod providers;
mod signed_in;

use reqwest::Method;

use crate::support::{Actor, Reply, TestApp};

/// The body of a form.
fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// GET of a page, with a cookie or without.
async fn open(app: &TestApp, path: &str, cookie: &str) -> Reply {
    ask(app, Method::GET, path, &[("cookie", cookie)], "").await
}

/// POST of a form to a page.
async fn send(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Reply {
    send_with(app, path, &[], fields).await
}

/// The same with headers.
async fn send_with(app: &TestApp, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Reply {
    let form_type = ("content-type", "application/x-www-form-urlencoded");
    let headers: Vec<_> = headers.iter().copied().chain([form_type]).collect();
    ask(app, Method::POST, path, &headers, &form(fields)).await
}

/// Any request. Headers without a value are left out.
async fn ask(app: &TestApp, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let client = app.client();
    let request = client.request(method, path).body(body.to_owned());
    let given = headers.iter().filter(|(_, value)| !value.is_empty());
    client.finish(given.fold(request, |request, (name, value)| request.header(*name, *value))).await
}

/// The session cookie of somebody.
fn cookie(actor: &Actor) -> String {
    format!("coder_session_token={}", actor.token)
}

/// The value of a field of the form on a page, as it is written there.
fn value<'r>(reply: &'r Reply, name: &str) -> &'r str {
    let (_, rest) =
        reply.text.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{reply:?}"));
    rest.split('"').next().unwrap()
}
