//! The style sheet of the pages.

use std::sync::LazyLock;

use poem::http::header;
use poem::{Endpoint, Request, Response, endpoint};
use sha2::{Digest, Sha256};

/// Where it is.
pub const PATH: &str = "/static/roster.css";

const SHEET: &str = include_str!("../../../templates/roster.css");

static HREF: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::digest(SHEET);
    let begin: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{PATH}?v={begin}")
});

/// What pages link to. It names the very contents, so that browsers may keep them.
pub fn href() -> &'static str {
    &HREF
}

/// Answers the style sheet.
pub fn sheet() -> impl Endpoint {
    endpoint::make_sync(|request: Request| {
        let asked = request.uri().path_and_query().map_or("", |uri| uri.as_str());
        let kept = if asked == href() { "public, max-age=31536000, immutable" } else { "no-cache" };
        let response = Response::builder().content_type("text/css; charset=utf-8");
        response.header(header::CACHE_CONTROL, kept).body(SHEET)
    })
}
