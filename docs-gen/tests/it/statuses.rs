//! The meaning of each status, and the order of their rows.

use serde_json::{Map, Value, json};

use crate::support::{pots, rows, with_operation};

/// Status, phrase, and the end of the link to its definition, as the format of the reference has them.
const MEANINGS: &str = "\
100 Continue rfc7231#section-6.2.1
101 Switching Protocols rfc7231#section-6.2.2
200 OK rfc7231#section-6.3.1
201 Created rfc7231#section-6.3.2
202 Accepted rfc7231#section-6.3.3
204 No Content rfc7231#section-6.3.5
206 Partial Content rfc7233#section-4.1
207 Multi-Status rfc2518#section-10.2
301 Moved Permanently rfc7231#section-6.4.2
302 Found rfc7231#section-6.4.3
303 See Other rfc7231#section-6.4.4
304 Not Modified rfc7232#section-4.1
307 Temporary Redirect rfc7231#section-6.4.7
308 Permanent Redirect rfc7538
400 Bad Request rfc7231#section-6.5.1
401 Unauthorized rfc7235#section-3.1
403 Forbidden rfc7231#section-6.5.3
404 Not Found rfc7231#section-6.5.4
405 Method Not Allowed rfc7231#section-6.5.5
406 Not Acceptable rfc7231#section-6.5.6
408 Request Timeout rfc7231#section-6.5.7
409 Conflict rfc7231#section-6.5.8
410 Gone rfc7231#section-6.5.9
412 Precondition Failed rfc7232#section-4.2
413 Payload Too Large rfc7231#section-6.5.11
414 URI Too Long rfc7231#section-6.5.12
415 Unsupported Media Type rfc7231#section-6.5.13
416 Range Not Satisfiable rfc7233#section-4.4
418 I'm a teapot rfc2324#section-2.3.1
421 Misdirected request rfc7540#section-9.1.2
422 Unprocessable Entity rfc2518#section-10.3
423 Locked rfc2518#section-10.4
424 Failed Dependency rfc2518#section-10.5
426 Upgrade Required rfc7231#section-6.5.15
428 Precondition Required rfc6585#section-3
429 Too Many Requests rfc6585#section-4
431 Request Header Fields Too Large rfc6585#section-5
500 Internal Server Error rfc7231#section-6.6.1
501 Not Implemented rfc7231#section-6.6.2
502 Bad Gateway rfc7231#section-6.6.3
503 Service Unavailable rfc7231#section-6.6.4
504 Gateway Time-out rfc7231#section-6.6.5
505 HTTP Version Not Supported rfc7231#section-6.6.6
507 Insufficient Storage rfc2518#section-10.6
";

fn meanings(statuses: &[&str]) -> Vec<[String; 3]> {
    let responses: Map<_, _> = statuses.iter().map(|status| ((*status).to_owned(), json!({}))).collect();
    let operation = json!({"responses": Value::Object(responses)});
    let made = rows(&pots(&with_operation("get", "/pots", operation, json!({}))), "| Status |");
    made.into_iter().map(|row| [row[0].clone(), row[1].clone(), row[2].clone()]).collect()
}

#[test]
fn every_status_has_its_phrase_and_link() {
    let expected: Vec<_> = MEANINGS
        .lines()
        .map(|line| {
            let (status, rest) = line.split_once(' ').unwrap();
            let (phrase, link) = rest.rsplit_once(' ').unwrap();
            [status.to_owned(), format!("[{phrase}](https://tools.ietf.org/html/{link})"), phrase.to_owned()]
        })
        .collect();
    let backwards: Vec<_> = MEANINGS.lines().rev().map(|line| &line[..3]).collect();
    assert_eq!(meanings(&backwards), expected);
}

#[test]
fn other_statuses_are_unknown_and_default_is_the_last() {
    let made = meanings(&["default", "599", "4XX", "199", "305"]);
    let cells: Vec<_> = made.iter().map(|row| (row[0].as_str(), row[1].as_str(), row[2].as_str())).collect();
    let expected = [
        ("199", "Unknown", ""),
        ("305", "Unknown", ""),
        ("4XX", "Unknown", ""),
        ("599", "Unknown", ""),
        ("default", "Default", ""),
    ];
    assert_eq!(cells, expected);
}
