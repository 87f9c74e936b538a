//! Forms that pages of other sites send: with the cookie of a victim, or to log a victim in as somebody else. The proof that
//! writes to the API carry needs a script; browsers themselves say where a form comes from.

use poem::Request;
use poem::http::{Method, StatusCode, header};
use roster_openapi::error::Problem;

use crate::domain::Settings;
use crate::http::shown;

const FETCH_SITE: &str = "sec-fetch-site";
const REFUSED: &str = "The form came from another site. Open this page by its own address and try again.";

/// Refuses what a page of another site had sent. Nothing tells requests of programs apart from those of old browsers, so that
/// one without any word of where it comes from passes.
///
/// # Errors
/// 403.
pub fn check(request: &Request, settings: &Settings) -> Result<(), Problem> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || is_ours(request, settings) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, REFUSED))
}

fn is_ours(request: &Request, settings: &Settings) -> bool {
    let headers = request.headers();
    if headers.contains_key(FETCH_SITE) {
        // `none` is somebody who wrote or kept the address, or sends a form again.
        return matches!(shown::header(request, FETCH_SITE), Some("same-origin" | "none"));
    }
    if !headers.contains_key(header::ORIGIN) {
        return true;
    }
    shown::header(request, header::ORIGIN.as_str())
        .is_some_and(|origin| is_access_url(origin, settings) || is_host(origin, request))
}

fn is_access_url(origin: &str, settings: &Settings) -> bool {
    split(&settings.access_url).zip(split(origin)).is_some_and(|(ours, theirs)| ours == theirs)
}

/// Whether a browser that says it is at `origin` has sent the request there. A proxy may have taken the encryption off.
fn is_host(origin: &str, request: &Request) -> bool {
    let host = shown::header(request, header::HOST.as_str())
        .or_else(|| request.uri().authority().map(poem::http::uri::Authority::as_str));
    split(origin).zip(host).is_some_and(|((scheme, theirs), host)| theirs == bare(&scheme, host))
}

/// The scheme and the host of a URL.
fn split(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split('/').next()?;
    let scheme = scheme.to_ascii_lowercase();
    let host = bare(&scheme, host);
    Some((scheme, host))
}

/// A host in lower case and without the port that its scheme has anyway.
fn bare(scheme: &str, host: &str) -> String {
    let port = if scheme == "https" { ":443" } else { ":80" };
    host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase()
}
