//! How pages are answered: rendered, and with headers that let a browser do nothing but show them and send their forms.

use askama::Template;
use form_urlencoded::{Serializer, byte_serialize};
use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response, Result};
use roster_openapi::error::Problem;

use super::login;
use crate::domain::sign_in::local_path;
use crate::http::outer::fault_problem;

/// Nothing but our own style sheet, pictures and forms, in no frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What all answers of pages carry. With a stricter referrer policy browsers would not say where a form comes from, which
/// is what forged ones are told by.
const STANDING: [(HeaderName, HeaderValue); 4] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// A rendered page.
///
/// # Errors
/// 500 when it cannot be rendered.
pub fn page(status: StatusCode, template: &impl Template) -> Result<Response> {
    let html = template.render().map_err(|error| fault_problem().detail(error.to_string()))?;
    Ok(secured(html.with_content_type("text/html; charset=utf-8").with_status(status).into_response()))
}

/// Sends a browser on, to read what is at a path of this server.
pub fn see_other(path: &str) -> Response {
    secured(
        Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, location(path)).finish(),
    )
}

fn secured(mut response: Response) -> Response {
    response.headers_mut().extend(STANDING);
    response
}

/// A path as the value of a header, where characters beyond ASCII are escaped as browsers do it.
pub fn location(path: &str) -> String {
    let plain = |c: char| c.is_ascii_graphic();
    let escaped = |c: char| byte_serialize(c.encode_utf8(&mut [0; 4]).as_bytes()).collect::<String>();
    path.chars().map(|c| if plain(c) { c.to_string() } else { escaped(c) }).collect()
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused<'a> {
    title: &'a str,
    text: &'a str,
    href: &'a str,
}

/// Tells why somebody is not let in, with the way back to where one logs in. Each line of the text is a paragraph;
/// `redirect` is where the browser wanted to go, empty for nowhere in particular.
///
/// # Errors
/// 500 when the page cannot be rendered.
pub fn refused(status: StatusCode, title: &str, text: &str, redirect: &str) -> Result<Response> {
    explained(status, title, text, &login_href("", redirect))
}

/// Sends a browser back to where one logs in, with a message. The status of that is 401, as the contract has it; browsers do
/// not follow it, so that the page has a link.
///
/// # Errors
/// 500 when the page cannot be rendered.
pub fn signed_out(message: &str, redirect: &str) -> Result<Response> {
    let href = login_href(message, redirect);
    let mut response = explained(StatusCode::UNAUTHORIZED, "Not signed in", message, &href)?;
    if let Ok(value) = HeaderValue::from_str(&href) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    Ok(response)
}

fn explained(status: StatusCode, title: &str, text: &str, href: &str) -> Result<Response> {
    page(status, &Refused { title, text, href })
}

/// Where one logs in, on the way to a path of this server.
pub fn login_href(message: &str, redirect: &str) -> String {
    let path = Some(local_path(redirect)).filter(|path| path != "/");
    let mut query = Serializer::new(String::new());
    query.extend_pairs(Some(message).filter(|text| !text.is_empty()).map(|text| ("message", text)));
    query.extend_pairs(path.map(|path| ("redirect", path)));
    let query = query.finish();
    if query.is_empty() { login::PATH.to_owned() } else { format!("{}?{query}", login::PATH) }
}

/// What went wrong with a request to a page, as one.
///
/// # Errors
/// 500 when the page cannot be rendered.
pub fn failed(problem: &Problem) -> Result<Response> {
    let title = problem.status.canonical_reason().unwrap_or("Refused");
    let (message, detail) = (&problem.body.message, &problem.body.detail);
    // What a fault of ours is in detail, the log tells.
    let text =
        if problem.status.is_server_error() { message.clone() } else { format!("{message}\n{detail}") };
    explained(problem.status, title, &text, login::PATH)
}
