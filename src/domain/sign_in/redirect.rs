//! Where a browser goes in the end: never to another site.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The longest target that is kept; it travels in a cookie.
const LIMIT: usize = 2_048;

/// A wish of a browser as a path of this server, with its query: scheme and host are taken away, and what then still could
/// lead elsewhere, or nowhere, is `/`.
pub fn local_path(wish: &str) -> String {
    let path = without_fragment(after_host(wish));
    let mut first = path.chars();
    let local = first.next() == Some('/') && !matches!(first.next(), Some('/' | '\\'));
    let plain = path.chars().all(|c| !c.is_control() && !c.is_whitespace());
    if local && plain && path.len() <= LIMIT { path.to_owned() } else { "/".to_owned() }
}

fn without_fragment(text: &str) -> &str {
    text.split('#').next().unwrap_or_default()
}

/// What stands after scheme and host.
fn after_host(text: &str) -> &str {
    let rest = match text.find(['/', '?', '#', ':']) {
        Some(at) if text[at..].starts_with(':') => &text[at + 1..],
        _ => text,
    };
    match rest.strip_prefix("//") {
        Some(host) => host.find(['/', '?', '#']).map_or("", |end| &host[end..]),
        None => rest,
    }
}

/// A text as the value of a parameter of a query.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scheme_and_host_are_taken_away() {
        for (wish, path) in [
            ("/x", "/x"),
            ("/x?a=b&c=//d", "/x?a=b&c=//d"),
            ("/x#y", "/x"),
            ("https://evil/x", "/x"),
            ("HTTPS://user:pass@evil:8443/x?y=1#z", "/x?y=1"),
            ("//evil/x", "/x"),
            ("https:/x", "/x"),
            ("/%2F/evil", "/%2F/evil"),
        ] {
            assert_eq!(local_path(wish), path, "{wish}");
        }
    }

    #[test]
    fn what_could_lead_elsewhere_or_nowhere_is_the_root() {
        let long = format!("/{}", "x".repeat(LIMIT));
        for wish in [
            "",
            "x",
            "?x",
            "#x",
            "https://evil",
            "//evil",
            "https://evil?x",
            "/\\evil",
            "\\\\evil",
            "https://evil//evil/x",
            "////evil",
            "javascript:alert(1)",
            "data:text/html,x",
            "/\t/evil",
            "/\n/evil",
            "/x\r\nSet-Cookie: a=b",
            "/a b",
            "https:evil",
            &long,
        ] {
            assert_eq!(local_path(wish), "/", "{wish:?}");
        }
    }

    #[test]
    fn parameters_keep_their_characters() {
        assert_eq!(encoded("/a?b=c&d é"), "%2Fa%3Fb%3Dc%26d%20%C3%A9");
    }
}
