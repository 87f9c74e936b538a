//! The few pages for people with a browser.

use askama::Template;
use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response, Result};

use super::outer::fault_problem;

#[derive(Template)]
#[template(
    source = "<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1><p>{{ text }}</p>",
    ext = "html"
)]
struct Refused<'a> {
    title: &'a str,
    text: &'a str,
}

/// Tells why somebody is not let in.
///
/// # Errors
/// 500 when the page cannot be rendered.
pub fn refused(status: StatusCode, title: &str, text: &str, _redirect: &str) -> Result<Response> {
    let html = Refused { title, text }.render().map_err(|error| fault_problem().detail(error.to_string()))?;
    Ok(html.with_content_type("text/html; charset=utf-8").with_status(status).into_response())
}

/// Sends a browser back to where one logs in, with a message.
///
/// # Errors
/// 500 when the page cannot be rendered.
pub fn signed_out(message: &str, redirect: &str) -> Result<Response> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let href = query.append_pair("message", message).append_pair("redirect", redirect).finish();
    let mut response = refused(StatusCode::UNAUTHORIZED, "Not signed in", message, redirect)?;
    if let Ok(value) = HeaderValue::from_str(&format!("/login?{href}")) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    Ok(response)
}
