//! The curl call of an operation.

use crate::input::node::Node;
use crate::layout::Layout;
use crate::markdown::fence;
use crate::media::{self, Class};
use crate::model::{Operation, Parameter, Style};
use crate::sample::{Purpose, sample};
use crate::value::{Value, plain};

/// The fenced call: method, address with the required query, and the headers.
pub(crate) fn block(layout: &Layout, operation: &Operation<'_>) -> String {
    let headers = headers(operation);
    let more = if headers.is_empty() { "" } else { " \\" };
    let address = for_shell(address(&layout.base, operation.path) + &query(operation));
    let mut call = format!("# Example request using curl\ncurl -X {} {address}{more}", operation.method);
    let last = headers.len().saturating_sub(1);
    for (index, (name, value)) in headers.iter().enumerate() {
        // curl itself sends the media type of a form, so the line is left out.
        let is_form = index == 0 && is_form(operation);
        if !is_form {
            let more = if index == last { "" } else { " \\" };
            call.push_str(&format!("\n  -H '{}'{more}", quoted(&format!("{name}: {value}"))));
        }
    }
    if headers.is_empty() {
        call.push('\n');
    }
    fence("shell", &call)
}

fn headers(operation: &Operation<'_>) -> Vec<(String, String)> {
    let content = operation.body.iter().map(|body| ("Content-Type", body.media.media_type.to_owned()));
    let accepted = operation.responses.iter().flat_map(|response| &response.media);
    let accept = accepted.filter(|media| media.schema.is_some()).take(1);
    let accept = accept.map(|media| ("Accept", media.media_type.to_owned()));
    let declared = operation.parameters.iter().filter(|parameter| parameter.place == "header");
    let declared = declared.map(|parameter| (parameter.name, values(parameter).join(",")));
    let keys = operation.credentials.iter().map(|name| (*name, "API_KEY".to_owned()));
    let all = content.chain(accept).chain(declared).chain(keys);
    all.map(|(name, value)| (name.to_owned(), value)).collect()
}

fn is_form(operation: &Operation<'_>) -> bool {
    let media_type = operation.body.as_ref().map(|body| body.media.media_type);
    // A form of several parts needs its line: only the other kind is curl's default.
    media_type.is_some_and(|name| media::class(name) == Class::Form && !name.starts_with("multipart"))
}

/// The address for a shell, in quotes if anything in it means something there.
///
/// Placeholders in braces and the `&` and `?` of a query stay as the reference pages have them.
fn for_shell(address: String) -> String {
    let is_harmless = |c: char| c.is_ascii_alphanumeric() || "-._~:/?=&%,+@{}[]".contains(c);
    if address.chars().all(is_harmless) { address } else { format!("'{}'", quoted(&address)) }
}

/// Host, base path and path, with double slashes made single but for those after the scheme.
///
/// What would end the line is encoded; all else is as the document has it.
pub(crate) fn address(base: &str, path: &str) -> String {
    let (scheme, rest) = match base.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), base),
    };
    let mut address = scheme;
    for c in rest.chars().chain(path.chars()) {
        if c.is_control() {
            address.push_str(&encoded(c.encode_utf8(&mut [0; 4]), b""));
        } else if !(c == '/' && address.ends_with('/')) {
            address.push(c);
        }
    }
    address
}

/// The required query parameters in the order of the document.
fn query(operation: &Operation<'_>) -> String {
    let required =
        operation.parameters.iter().filter(|parameter| parameter.place == "query" && parameter.required);
    let pairs: Vec<_> = required.map(pairs).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// A parameter of the query: one pair, or one for each member of an object.
fn pairs(parameter: &Parameter<'_>) -> String {
    let name = encoded(parameter.name, b"_~!*'");
    if parameter.style == Style::Deep {
        let members = members(&value(parameter));
        let pair = |(key, value): &(String, String)| {
            format!("{name}%5B{}%5D={}", encoded(key, b"-._~"), encoded(value, b"-._~"))
        };
        return members.iter().map(pair).collect::<Vec<_>>().join("&");
    }
    let separator = match parameter.style {
        Style::Spaces => "%20",
        Style::Pipes => "%7C",
        Style::Commas | Style::Deep => ",",
    };
    let values: Vec<_> = values(parameter).iter().map(|value| encoded(value, b"-._~")).collect();
    format!("{name}={}", values.join(separator))
}

/// The values of a parameter: one, or one for each item of an array.
fn values(parameter: &Parameter<'_>) -> Vec<String> {
    match value(parameter) {
        Value::List(items) => items.iter().map(Value::plain).collect(),
        Value::Given(Node::List(items)) => items.iter().map(|item| plain(*item)).collect(),
        value => vec![value.plain()],
    }
}

fn value<'a>(parameter: &Parameter<'a>) -> Value<'a> {
    let given = parameter.schema.get("default").or(parameter.example);
    given.map_or_else(|| sample(&parameter.schema, Purpose::Request), Value::Given)
}

/// The members of an object by name.
fn members(value: &Value<'_>) -> Vec<(String, String)> {
    match value {
        Value::Map(members) => {
            members.iter().map(|(key, member)| ((*key).to_owned(), member.plain())).collect()
        }
        Value::Given(node) => {
            node.entries().iter().map(|(key, member)| ((*key).to_owned(), plain(*member))).collect()
        }
        _ => Vec::new(),
    }
}

/// Percent-encoding of all but letters, digits and the bytes in `kept`.
fn encoded(text: &str, kept: &[u8]) -> String {
    text.bytes()
        .map(|byte| match byte {
            _ if byte.is_ascii_alphanumeric() || kept.contains(&byte) => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Text for a shell string in single quotes.
pub(crate) fn quoted(text: &str) -> String {
    text.replace('\'', r"'\''").replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::{address, encoded, for_shell, quoted};

    #[test]
    fn double_slashes_become_single() {
        assert_eq!(address("http://host:1/", "/a//b"), "http://host:1/a/b");
        assert_eq!(address("http://host/api/v2", "/a/{b}"), "http://host/api/v2/a/{b}");
        assert_eq!(address("", "/a"), "/a");
        assert_eq!(address("http://host", "/a\n\t{b c}"), "http://host/a%0A%09{b c}");
    }

    #[test]
    fn addresses_mean_nothing_else_to_a_shell() {
        assert_eq!(for_shell("http://h:1/a/{b}?c=d&e=f%20g".into()), "http://h:1/a/{b}?c=d&e=f%20g");
        assert_eq!(for_shell("http://h/$(x)/it's".into()), r"'http://h/$(x)/it'\''s'");
        assert_eq!(for_shell("http://h/a;b".into()), "'http://h/a;b'");
    }

    #[test]
    fn query_texts_are_percent_encoded() {
        assert_eq!(encoded("2019-08-24T14:15:22Z", b"-._~"), "2019-08-24T14%3A15%3A22Z");
        assert_eq!(encoded("a-b.c$(d)_é", b"_~!*'"), "a%2Db%2Ec%24%28d%29_%C3%A9");
    }

    #[test]
    fn header_values_stay_inside_their_quotes() {
        assert_eq!(quoted("it's\nso"), r"it'\''s so");
    }
}
