//! What every request passes: an id, a log line, the standing headers, and the one envelope for whatever went wrong.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use poem::error::{NotFoundError, ReadBodyError, ResponseError, SizedLimitError};
use poem::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use poem::{Endpoint, IntoResponse, Request, Response, Result};
use roster_openapi::error::Problem;
use roster_openapi::payload::{BODY_LIMIT, reason};
use roster_openapi::scim;

use crate::domain::Backend;
use crate::model::ids::RequestId;

const VERSION: HeaderName = HeaderName::from_static("x-coder-build-version");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How long a request may take, its body included. What it has not committed by then is rolled back.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// The outermost endpoint.
pub struct Outer<E> {
    inner: E,
    backend: Arc<Backend>,
    version: HeaderValue,
}

impl<E> Outer<E> {
    /// Wraps the routes.
    pub fn new(inner: E, backend: Arc<Backend>) -> Self {
        let version = HeaderValue::from_str(&backend.settings.version);
        Self { inner, version: version.unwrap_or(HeaderValue::from_static("unknown")), backend }
    }

    fn finish(&self, response: &mut Response, id: RequestId) {
        let headers = response.headers_mut();
        headers.insert(VERSION, self.version.clone());
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        if let Ok(value) = HeaderValue::from_str(id.0.hyphenated().encode_lower(&mut text)) {
            headers.insert(REQUEST_ID, value);
        }
    }
}

impl<E: Endpoint> Endpoint for Outer<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let started = Instant::now();
        let id = RequestId(self.backend.ids.uuid());
        request.set_data(id);
        trim_slash(&mut request);
        let asked = tracing::enabled!(tracing::Level::DEBUG)
            .then(|| (request.method().clone(), request.uri().path().to_owned()));
        let told_as = Told::at(request.uri().path());
        let handled = AssertUnwindSafe(self.inner.call(request)).catch_unwind();
        let mut response = match tokio::time::timeout(TIME_LIMIT, handled).await {
            Ok(Ok(Ok(output))) => output.into_response(),
            Ok(Ok(Err(error))) => told_as.envelope(error, id),
            Ok(Err(_panic)) => told_as.envelope(fault(id), id),
            Err(_elapsed) => told_as.envelope(too_slow(), id),
        };
        self.finish(&mut response, id);
        if let Some((method, path)) = asked {
            let (status, micros) = (response.status().as_u16(), started.elapsed().as_micros());
            tracing::debug!(request = %id, %method, path, status, micros, "answered");
        }
        Ok(response)
    }
}

/// Some clients end API paths with a slash; both forms are the same.
fn trim_slash(request: &mut Request) {
    let uri = request.uri();
    let path = uri.path();
    if !(path.starts_with("/api/") || scim::is_below(path)) || !path.ends_with('/') {
        return;
    }
    let trimmed = path.trim_end_matches('/');
    let text = uri.query().map_or_else(|| trimmed.to_owned(), |query| format!("{trimmed}?{query}"));
    if let Ok(new) = text.parse::<Uri>() {
        *request.uri_mut() = new;
    }
}

/// Mostly a client that sends its body too slowly.
fn too_slow() -> poem::Error {
    let problem = Problem::new(StatusCode::REQUEST_TIMEOUT, "The request took too long.");
    problem.detail(format!("The limit is {} seconds.", TIME_LIMIT.as_secs())).into()
}

fn fault(id: RequestId) -> poem::Error {
    tracing::error!(request = %id, "a request ended in a panic; the line before says where");
    fault_problem().detail(format!("See the server's log for request {id}.")).into()
}

/// What a part that is missing is told as.
pub fn fault_problem() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "An internal server error occurred.")
}

/// Headers of a failure, carried by the error to where responses are made.
#[derive(Clone, Default)]
pub struct Headers(pub Vec<(HeaderName, HeaderValue)>);

impl Headers {
    /// Puts them into a response, beside those of the same names.
    pub fn apply(self, response: &mut Response) {
        for (name, value) in self.0 {
            response.headers_mut().append(name, value);
        }
    }

    /// Gives them to an error, beside those that it has.
    pub fn with(mut self, mut error: poem::Error) -> poem::Error {
        if let Some(Self(known)) = error.data::<Self>() {
            self.0.extend(known.iter().cloned());
        }
        error.set_data(self);
        error
    }
}

/// In which shape a path tells its failures.
#[derive(Clone, Copy)]
enum Told {
    Plainly,
    AsScim,
}

impl Told {
    fn at(path: &str) -> Self {
        if scim::is_below(path) { Self::AsScim } else { Self::Plainly }
    }

    /// Makes the one envelope of any failure, also of the framework's own.
    fn envelope(self, error: poem::Error, id: RequestId) -> Response {
        let (problem, headers) = told(error, id);
        let mut response = match self {
            Self::Plainly => problem.as_response(),
            Self::AsScim => scim::refused(&problem),
        };
        headers.apply(&mut response);
        response
    }
}

/// What a failure is told as, and the headers that go with it. A fault of ours is logged here, once.
pub fn told(error: poem::Error, id: RequestId) -> (Problem, Headers) {
    if error.status().is_server_error() {
        tracing::error!(request = %id, %error, status = error.status().as_u16(), "failed");
    }
    let headers = error.data::<Headers>().cloned().unwrap_or_default();
    let problem = error.downcast::<Problem>().unwrap_or_else(|other| framework_problem(&other));
    (problem, headers)
}

fn framework_problem(error: &poem::Error) -> Problem {
    if error.is::<NotFoundError>() {
        return Problem::new(StatusCode::NOT_FOUND, "Route not found.");
    }
    let too_large = matches!(error.downcast_ref(), Some(ReadBodyError::PayloadTooLarge))
        || matches!(error.downcast_ref(), Some(SizedLimitError::PayloadTooLarge));
    if too_large {
        let detail = format!("The limit is {BODY_LIMIT} bytes.");
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Request body is too large.").detail(detail);
    }
    let status = error.status();
    Problem::new(status, format!("{}.", reason(status.as_u16()))).detail(error.to_string())
}
