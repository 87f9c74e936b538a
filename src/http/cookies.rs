//! The cookies: that of the session, and the one that proves that a page of ours wrote a request (auth.md 1.3 and 4).

use poem::Request;
use poem::http::{HeaderValue, header};
use roster_openapi::security::SESSION_COOKIE;
use sha2::{Digest, Sha256};

use crate::domain::{SameSite, Settings};
use crate::model::ids::Secret;

/// The cookie that [`csrf_token`] goes into.
pub const CSRF_COOKIE: &str = "csrf_token";

const HOST_SESSION_COOKIE: &str = "__Host-coder_session_token";
/// A year. The server decides when a session ends, so the cookie itself need not.
const AGE: i32 = 31_536_000;
/// An hour: a login at a provider takes no longer.
const ERRAND: i32 = 3_600;

/// The name of the session cookie.
pub fn session_name(settings: &Settings) -> &'static str {
    if settings.web.host_prefix_cookie { HOST_SESSION_COOKIE } else { SESSION_COOKIE }
}

/// The session cookie with a token, or the one that takes it away.
pub fn session_cookie(settings: &Settings, token: Option<&Secret>) -> String {
    cookie(settings, session_name(settings), token.map(Secret::expose))
}

/// A cookie that a browser keeps on its way to an identity provider and back, or the one that takes it away.
pub fn keeping(settings: &Settings, name: &str, value: Option<&str>) -> String {
    lasting(settings, name, value, ERRAND)
}

fn cookie(settings: &Settings, name: &str, value: Option<&str>) -> String {
    lasting(settings, name, value, AGE)
}

fn lasting(settings: &Settings, name: &str, value: Option<&str>, age: i32) -> String {
    let (value, age) = value.map_or(("", -1), |value| (value, age));
    let secure = if settings.secure_cookies { "; Secure" } else { "" };
    let site = match settings.web.same_site {
        SameSite::Lax => "Lax",
        SameSite::None => "None",
    };
    format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite={site}{secure}")
}

/// What a page must repeat in `X-CSRF-TOKEN` to write with a session cookie. It follows from the session's token, so that no other
/// site can make up a pair, every replica knows it, and nobody learns the session from it.
pub fn csrf_token(session: &str) -> String {
    use std::fmt::Write;
    let digest = Sha256::new().chain_update("roster csrf ").chain_update(session).finalize();
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The first cookie of that name, as it was sent.
pub fn sent<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let headers = request.headers().get_all(header::COOKIE).into_iter();
    let pairs = headers.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The cookies that a request must be answered with, beside those of its operation: a client that writes with a session cookie
/// gets its token, and a session cookie of the name that does not count is taken away.
pub fn due(settings: &Settings, request: &Request) -> Vec<String> {
    let mut due = Vec::new();
    if !request.headers().contains_key(header::COOKIE) {
        return due;
    }
    if settings.web.host_prefix_cookie && sent(request, SESSION_COOKIE).is_some() {
        due.push(cookie(settings, SESSION_COOKIE, None));
    }
    if let Some(session) = sent(request, session_name(settings)).filter(|session| !session.is_empty()) {
        let token = csrf_token(session);
        if sent(request, CSRF_COOKIE) != Some(&token) {
            due.push(cookie(settings, CSRF_COOKIE, Some(&token)));
        }
    }
    due
}

/// The token's cookie for the session cookie that an operation sets, or its end with that one's.
pub fn following(settings: &Settings, set: &HeaderValue) -> Option<String> {
    let (name, rest) = set.to_str().ok()?.split_once('=')?;
    if name != session_name(settings) {
        return None;
    }
    let session = rest.split(';').next().filter(|session| !session.is_empty());
    Some(cookie(settings, CSRF_COOKIE, session.map(csrf_token).as_deref()))
}
