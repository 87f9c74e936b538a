//! What a browser brings to the callback of an identity provider, and what it is sent away with (auth.md 9.1).
//!
//! Between the two visits the browser keeps in cookies what must be the same at both.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{FromRequest, Request, RequestBody, Response};
use roster_openapi::param::query_values;
use roster_openapi::payload::json;
use roster_openapi::schema::sign_in::OAuth2DeviceFlowCallbackResponse;

use super::cookies::{self, keeping, session_cookie};
use super::pages;
use crate::domain::sign_in::{Begun, Outcome, Refusal, Returned};
use crate::domain::{Error, Settings};
use crate::model::ids::Secret;

const STATE: &str = "oauth_state";
const REDIRECT: &str = "oauth_redirect";
const VERIFIER: &str = "oauth_pkce_verifier";
/// What must come back with the provider's answer to change how somebody logs in (auth.md 8.1).
pub const CONVERSION: &str = "coder_oauth_convert_jwt";

/// What would end the value of a cookie, or be read as an escape.
const UNSAFE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%').add(b',').add(b';').add(b'\\');

/// A visit to a callback: its parameters, which the reference does not list, and its cookies. Not to be printed: it holds secrets.
pub struct Visit {
    /// `code`; empty at the start.
    pub code: String,
    /// `error`, with which a provider refuses, and what it says of it.
    pub error: Option<(String, String, String)>,
    /// `oidc_merge_state`, for conversions.
    pub merge_state: String,
    /// `redirect`, where the browser wants to go in the end.
    pub redirect: String,
    state: String,
    kept: Kept,
}

/// The cookies of a visit.
#[derive(Default)]
struct Kept {
    state: String,
    redirect: String,
    verifier: String,
    conversion: String,
}

impl Kept {
    fn of(request: &Request) -> Self {
        let sent = |name| cookies::sent(request, name).unwrap_or_default().to_owned();
        let redirect = percent_decode_str(&sent(REDIRECT)).decode_utf8_lossy().into_owned();
        Self { redirect, state: sent(STATE), verifier: sent(VERIFIER), conversion: sent(CONVERSION) }
    }
}

impl<'a> FromRequest<'a> for Visit {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self::of(request))
    }
}

impl Visit {
    /// What this request brings.
    pub fn of(request: &Request) -> Self {
        let value = |name| query_values(request, name).into_iter().next().unwrap_or_default();
        let error = Some(value("error")).filter(|error| !error.is_empty());
        Self {
            code: value("code"),
            error: error.map(|error| (error, value("error_description"), value("error_uri"))),
            merge_state: value("oidc_merge_state"),
            redirect: value("redirect"),
            state: value("state"),
            kept: Kept::of(request),
        }
    }

    /// The state in the URL.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// The same with what a page of ours brings instead of the URL.
    #[must_use]
    pub fn with(self, code: &str, state: &str) -> Self {
        Self { code: code.to_owned(), state: state.to_owned(), ..self }
    }

    /// What it brought back, without the session.
    pub fn into_returned(self) -> Returned {
        let Kept { state: kept_state, redirect, verifier, conversion } = self.kept;
        Returned {
            code: self.code,
            state: self.state,
            kept_state,
            verifier,
            redirect,
            conversion,
            session: None,
        }
    }
}

/// Sends a browser to the provider.
pub fn start(settings: &Settings, begun: &Begun) -> Response {
    let redirect = utf8_percent_encode(&begun.redirect, UNSAFE).to_string();
    let verifier = begun.verifier.as_ref().map(Secret::expose);
    let kept = [(STATE, Some(begun.state.expose())), (REDIRECT, Some(&*redirect)), (VERIFIER, verifier)];
    let cookies = kept.into_iter().map(|(name, value)| keeping(settings, name, value));
    with_cookies(sent_to(&begun.url), cookies)
}

/// Takes away what a browser kept: whatever became of its return, that has had its use.
pub fn spent(settings: &Settings, response: Response) -> Response {
    let names = [STATE, REDIRECT, VERIFIER, CONVERSION];
    with_cookies(response, names.into_iter().map(|name| keeping(settings, name, None)))
}

/// Where a login ends.
pub fn end(settings: &Settings, by_device: bool, outcome: &Outcome) -> Response {
    with_session(settings, outcome, |redirect| {
        if by_device {
            let redirect_url = redirect.to_owned();
            json(StatusCode::OK, &OAuth2DeviceFlowCallbackResponse { redirect_url })
        } else {
            sent_to(redirect)
        }
    })
}

/// Gives what `answer` makes of where the login leads the session cookie that it ended with.
pub fn with_session(
    settings: &Settings,
    outcome: &Outcome,
    answer: impl FnOnce(&str) -> Response,
) -> Response {
    let (token, redirect) = match outcome {
        Outcome::Session { session, redirect } => (Some(&session.token), redirect),
        Outcome::Converted { redirect } => (None, redirect),
    };
    with_cookies(answer(redirect), [session_cookie(settings, token)])
}

/// A refusal in the form that it asks for.
///
/// # Errors
/// The refusal itself, where it belongs into the envelope.
pub fn refused(refusal: Refusal) -> Result<Response, Error> {
    let page = match refusal {
        Refusal::Error(error) | Refusal::Waiting { error, .. } => return Err(error),
        Refusal::Page { title, text } => pages::refused(StatusCode::FORBIDDEN, title, &text, ""),
        Refusal::BackToLogin { message, redirect } => pages::signed_out(&message, &redirect),
    };
    Ok(page.unwrap_or_else(poem::Error::into_response))
}

fn sent_to(url: &str) -> Response {
    let location = HeaderValue::from_str(&pages::location(url)).unwrap_or(HeaderValue::from_static("/"));
    Response::builder().status(StatusCode::TEMPORARY_REDIRECT).header(header::LOCATION, location).finish()
}

fn with_cookies(mut response: Response, cookies: impl IntoIterator<Item = String>) -> Response {
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

/// The signed cookie of a conversion that has begun.
pub fn conversion_cookie(settings: &Settings, value: &Secret, seconds: i64) -> String {
    let secure = if settings.secure_cookies { "; Secure" } else { "" };
    let value = value.expose();
    format!("{CONVERSION}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}
