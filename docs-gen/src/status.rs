//! The names of HTTP statuses and the documents that define them.

/// Status, phrase, and the part of the link after the site.
const STATUSES: [(u16, &str, &str); 44] = [
    (100, "Continue", "rfc7231#section-6.2.1"),
    (101, "Switching Protocols", "rfc7231#section-6.2.2"),
    (200, "OK", "rfc7231#section-6.3.1"),
    (201, "Created", "rfc7231#section-6.3.2"),
    (202, "Accepted", "rfc7231#section-6.3.3"),
    (204, "No Content", "rfc7231#section-6.3.5"),
    (206, "Partial Content", "rfc7233#section-4.1"),
    (207, "Multi-Status", "rfc2518#section-10.2"),
    (301, "Moved Permanently", "rfc7231#section-6.4.2"),
    (302, "Found", "rfc7231#section-6.4.3"),
    (303, "See Other", "rfc7231#section-6.4.4"),
    (304, "Not Modified", "rfc7232#section-4.1"),
    (307, "Temporary Redirect", "rfc7231#section-6.4.7"),
    (308, "Permanent Redirect", "rfc7538"),
    (400, "Bad Request", "rfc7231#section-6.5.1"),
    (401, "Unauthorized", "rfc7235#section-3.1"),
    (403, "Forbidden", "rfc7231#section-6.5.3"),
    (404, "Not Found", "rfc7231#section-6.5.4"),
    (405, "Method Not Allowed", "rfc7231#section-6.5.5"),
    (406, "Not Acceptable", "rfc7231#section-6.5.6"),
    (408, "Request Timeout", "rfc7231#section-6.5.7"),
    (409, "Conflict", "rfc7231#section-6.5.8"),
    (410, "Gone", "rfc7231#section-6.5.9"),
    (412, "Precondition Failed", "rfc7232#section-4.2"),
    (413, "Payload Too Large", "rfc7231#section-6.5.11"),
    (414, "URI Too Long", "rfc7231#section-6.5.12"),
    (415, "Unsupported Media Type", "rfc7231#section-6.5.13"),
    (416, "Range Not Satisfiable", "rfc7233#section-4.4"),
    (418, "I'm a teapot", "rfc2324#section-2.3.1"),
    (421, "Misdirected request", "rfc7540#section-9.1.2"),
    (422, "Unprocessable Entity", "rfc2518#section-10.3"),
    (423, "Locked", "rfc2518#section-10.4"),
    (424, "Failed Dependency", "rfc2518#section-10.5"),
    (426, "Upgrade Required", "rfc7231#section-6.5.15"),
    (428, "Precondition Required", "rfc6585#section-3"),
    (429, "Too Many Requests", "rfc6585#section-4"),
    (431, "Request Header Fields Too Large", "rfc6585#section-5"),
    (500, "Internal Server Error", "rfc7231#section-6.6.1"),
    (501, "Not Implemented", "rfc7231#section-6.6.2"),
    (502, "Bad Gateway", "rfc7231#section-6.6.3"),
    (503, "Service Unavailable", "rfc7231#section-6.6.4"),
    (504, "Gateway Time-out", "rfc7231#section-6.6.5"),
    (505, "HTTP Version Not Supported", "rfc7231#section-6.6.6"),
    (507, "Insufficient Storage", "rfc2518#section-10.6"),
];

/// What a status means, as a link to its definition.
pub(crate) fn meaning(status: &str) -> String {
    match find(status) {
        Some((phrase, page)) => format!("[{phrase}](https://tools.ietf.org/html/{page})"),
        None if status == "default" => "Default".to_owned(),
        None => "Unknown".to_owned(),
    }
}

/// The phrase of a status; stands in for a description that is missing.
pub(crate) fn phrase(status: &str) -> &'static str {
    find(status).map_or("", |(phrase, _)| phrase)
}

fn find(status: &str) -> Option<(&'static str, &'static str)> {
    let code: u16 = status.parse().ok()?;
    STATUSES.iter().find(|(known, ..)| *known == code).map(|(_, phrase, page)| (*phrase, *page))
}

#[cfg(test)]
mod tests {
    use super::{STATUSES, meaning, phrase};

    #[test]
    fn known_statuses_link_to_their_definition() {
        assert_eq!(meaning("204"), "[No Content](https://tools.ietf.org/html/rfc7231#section-6.3.5)");
        assert_eq!(meaning("429"), "[Too Many Requests](https://tools.ietf.org/html/rfc6585#section-4)");
        assert_eq!(phrase("418"), "I'm a teapot");
    }

    #[test]
    fn other_statuses_have_no_link() {
        assert_eq!(meaning("299"), "Unknown");
        assert_eq!(meaning("4XX"), "Unknown");
        assert_eq!(meaning("default"), "Default");
        assert_eq!(phrase("default"), "");
    }

    #[test]
    fn the_list_is_sorted_and_has_no_status_twice() {
        assert!(STATUSES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
