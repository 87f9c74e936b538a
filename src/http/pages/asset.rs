//! The files that the pages load.

use std::sync::LazyLock;

use poem::http::header;
use poem::{Endpoint, Request, Response, endpoint};
use sha2::{Digest, Sha256};

/// A file in the binary.
#[derive(Debug)]
pub struct Asset {
    /// Where it is.
    pub path: &'static str,
    media_type: &'static str,
    text: &'static str,
}

/// How the pages look.
pub static SHEET: Asset = Asset {
    path: "/static/roster.css",
    media_type: "text/css; charset=utf-8",
    text: include_str!("../../../templates/roster.css"),
};

/// The picture beside the title.
pub static ICON: Asset = Asset {
    path: "/static/roster.svg",
    media_type: "image/svg+xml",
    text: include_str!("../../../templates/roster.svg"),
};

static SHEET_HREF: LazyLock<String> = LazyLock::new(|| SHEET.href());
static ICON_HREF: LazyLock<String> = LazyLock::new(|| ICON.href());

/// What pages link to for [`SHEET`].
pub fn sheet_href() -> &'static str {
    &SHEET_HREF
}

/// What pages link to for [`ICON`].
pub fn icon_href() -> &'static str {
    &ICON_HREF
}

impl Asset {
    /// It names the very contents, so that browsers may keep them.
    fn href(&self) -> String {
        let digest = Sha256::digest(self.text);
        let begin: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("{}?v={begin}", self.path)
    }

    /// Answers it.
    pub fn endpoint(&'static self) -> impl Endpoint {
        let href = self.href();
        endpoint::make_sync(move |request: Request| {
            let asked = request.uri().path_and_query().map_or("", |uri| uri.as_str());
            let kept = if asked == href { "public, max-age=31536000, immutable" } else { "no-cache" };
            let response = Response::builder().content_type(self.media_type);
            response.header(header::CACHE_CONTROL, kept).body(self.text)
        })
    }
}
