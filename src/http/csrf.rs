//! Requests that another site makes a browser send with our cookie: refused before anything else is looked at (auth.md 4).

use poem::http::{Method, StatusCode};
use poem::{Request, Response};
use roster_openapi::param::query_values;
use roster_openapi::security::{SESSION_COOKIE, SESSION_HEADER};
use subtle::ConstantTimeEq;

use super::cookies::{self, CSRF_COOKIE, csrf_token, session_name};
use super::shown;
use crate::domain::Settings;

/// The header that proves that a page of ours wrote the request.
const CSRF_HEADER: &str = "x-csrf-token";
/// Headers of programs: no browser sends one of these for another site.
const OF_PROGRAMS: [&str; 2] = ["coder-provisioner-daemon-key", "coder-provisioner-daemon-psk"];
/// What is open to requests with any cookie.
const EXEMPT: [&str; 2] = ["/api/v2/users/first", "/api/v2/csp/reports"];

const TWO_TOKENS: &str = "CSRF error encountered. Authentication via \"coder_session_token\" cookie and \
     \"Coder-Session-Token\" header detected, but the values do not match. Send one of them, or the same in both.";
const NO_PROOF: &str = "Something is wrong with your CSRF token. Please refresh the page. If this error persists, \
     try clearing your cookies.";

/// The refusal of a write that only a cookie vouches for; none for all other requests.
pub fn refusal(request: &Request, settings: &Settings) -> Option<Response> {
    let path = request.uri().path();
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE);
    if safe || EXEMPT.contains(&path) {
        return None;
    }
    // A cookie without a value is nobody's.
    let session = cookies::sent(request, session_name(settings)).filter(|session| !session.is_empty())?;
    if vouched(request, session) {
        return None;
    }
    let other = shown::header(request, SESSION_HEADER).is_some_and(|token| !token.is_empty());
    let text = if other { TWO_TOKENS } else { NO_PROOF };
    let response = Response::builder().status(StatusCode::BAD_REQUEST);
    Some(response.content_type("text/plain; charset=utf-8").body(format!("{text}\n")))
}

fn vouched(request: &Request, session: &str) -> bool {
    shown::header(request, SESSION_HEADER) == Some(session)
        || query_values(request, SESSION_COOKIE).iter().any(|token| token == session)
        || shown::bearer(request).is_some()
        || OF_PROGRAMS.iter().any(|name| request.headers().contains_key(*name))
        || proven(request, session)
}

/// Whether header and cookie hold the token of this session. A cookie alone could have been planted from a neighbouring host.
fn proven(request: &Request, session: &str) -> bool {
    let (Some(header), Some(cookie)) =
        (shown::header(request, CSRF_HEADER), cookies::sent(request, CSRF_COOKIE))
    else {
        return false;
    };
    let token = csrf_token(session);
    let same = |text: &str| bool::from(text.as_bytes().ct_eq(token.as_bytes()));
    same(header) & same(cookie)
}
