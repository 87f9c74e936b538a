//! The curl call of an operation.

use serde_json::Value;

use crate::markdown::fence;
use crate::media::{self, Class, plain};
use crate::model::{Operation, Parameter};
use crate::sample::{Purpose, sample};

/// The fenced call: method, address with the required query, and the headers.
pub(crate) fn block(operation: &Operation<'_>, base: &str) -> String {
    let headers = headers(operation);
    let more = if headers.is_empty() { "" } else { " \\" };
    let address = address(base, operation.path);
    let mut call = format!(
        "# Example request using curl\ncurl -X {} {address}{}{more}",
        operation.method,
        query(operation)
    );
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

/// Host, base path and path, with double slashes made single but for those after the scheme.
fn address(base: &str, path: &str) -> String {
    let (scheme, rest) = match base.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), base),
    };
    let mut address = scheme;
    for c in rest.chars().chain(path.chars()) {
        if !(c == '/' && address.ends_with('/')) {
            address.push(c);
        }
    }
    address
}

/// The required query parameters in the order of the document.
fn query(operation: &Operation<'_>) -> String {
    let required =
        operation.parameters.iter().filter(|parameter| parameter.place == "query" && parameter.required);
    let pairs: Vec<_> = required
        .map(|parameter| {
            let values: Vec<_> = values(parameter).iter().map(|value| encoded(value, b"-._~")).collect();
            format!("{}={}", encoded(parameter.name, b"_~!*'"), values.join(","))
        })
        .collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// The values of a parameter: one, or one for each item of an array.
fn values(parameter: &Parameter<'_>) -> Vec<String> {
    let given = parameter.schema.get("default").or(parameter.example).cloned();
    match given.unwrap_or_else(|| sample(&parameter.schema, Purpose::Request)) {
        Value::Array(items) => items.iter().map(plain).collect(),
        value => vec![plain(&value)],
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
fn quoted(text: &str) -> String {
    text.replace('\'', r"'\''").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::{address, encoded, quoted};

    #[test]
    fn double_slashes_become_single() {
        assert_eq!(address("http://host:1/", "/a//b"), "http://host:1/a/b");
        assert_eq!(address("http://host/api/v2", "/a/{b}"), "http://host/api/v2/a/{b}");
        assert_eq!(address("", "/a"), "/a");
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
