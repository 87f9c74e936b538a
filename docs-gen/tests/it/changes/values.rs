//! Values by their schemas, in requests and in responses.

use super::{answering, check, lines, taking};

/// Two schemas with what is reported from one to the other.
pub struct Pair {
    pub old: &'static str,
    pub new: &'static str,
    there: Vec<Report>,
    back: Vec<Report>,
}

struct Report {
    /// Whether it breaks those who send the value.
    sent: bool,
    /// Whether it breaks those who receive it.
    received: bool,
    line: &'static str,
}

/// The table in `values.txt`.
pub fn pairs() -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    for line in include_str!("values.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.split_once(" => ") {
            Some((old, new)) => pairs.push(Pair { old, new, there: Vec::new(), back: Vec::new() }),
            None => add(pairs.last_mut().unwrap(), line.trim()),
        }
    }
    pairs
}

fn add(pair: &mut Pair, text: &'static str) {
    let (marks, line) = text.split_at(5);
    let report = Report { sent: &marks[2..3] == "!", received: &marks[3..4] == "!", line };
    match &marks[..1] {
        ">" => pair.there.push(report),
        "<" => pair.back.push(report),
        _ => panic!("{text}"),
    }
}

#[test]
fn values_change_for_those_who_send_and_for_those_who_receive() {
    let pairs = pairs();
    assert!(pairs.len() > 40);
    for Pair { old, new, there, back } in &pairs {
        for (from, to, reports) in [(old, new, there), (new, old, back)] {
            assert!(!reports.is_empty(), "{old} => {new}");
            let expected = |part: &str, breaks: fn(&Report) -> bool| -> Vec<String> {
                let mark = |report| if breaks(report) { "!" } else { "" };
                reports
                    .iter()
                    .map(|report| format!("{}POST /pots, {part}{}", mark(report), report.line))
                    .collect()
            };
            let sent = expected("request body", |report| report.sent);
            assert_eq!(lines(&taking(from), &taking(to)), sent, "sent: {from} => {to}");
            let received = expected("response 200", |report| report.received);
            assert_eq!(lines(&answering(from), &answering(to)), received, "received: {from} => {to}");
        }
    }
}

#[test]
fn nothing_changes_for_what_travels_alike() {
    let alike = [
        ("{type: string, description: A, example: x}", "{type: string, title: T, description: B}"),
        ("{type: [string, 'null']}", "{anyOf: [{type: string}, {type: 'null'}]}"),
        ("{type: string, nullable: true}", "{type: [string, 'null']}"),
        ("{type: object}", "{type: object, additionalProperties: true}"),
        ("{type: integer, minimum: 1, exclusiveMinimum: true}", "{type: integer, exclusiveMinimum: 1}"),
        ("{type: string, minLength: 0}", "{type: string}"),
        ("{type: integer, default: 1}", "{type: integer, default: 1.0}"),
        ("{type: string, enum: [a, b]}", "{type: string, enum: [b, a]}"),
        ("{oneOf: [{type: string}, {type: integer}]}", "{oneOf: [{type: integer}, {type: string}]}"),
        (
            "{allOf: [{properties: {a: {}}}, {properties: {b: {}}}]}",
            "{type: object, properties: {b: {}, a: {}}}",
        ),
        ("{required: [b, a], properties: {a: {}, b: {}}}", "{required: [a, b], properties: {b: {}, a: {}}}"),
        ("{type: object, properties: {a: {type: string, x-apidocgen: {skip: true}}}}", "{type: object}"),
    ];
    for (old, new) in alike {
        check(&[(taking(old), taking(new), &[], &[]), (answering(old), answering(new), &[], &[])]);
    }
}
