//! Media types, sorted by how a sample of them is written.

use serde_json::Value;

use crate::markdown::fence;

/// The classes of media types. An operation shows one response example for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Json,
    Xml,
    Text,
    Form,
    Octets,
    Other,
}

/// The class of a media type; parameters such as `charset` do not matter.
pub(crate) fn class(media_type: &str) -> Class {
    let essence = media_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let (kind, subtype) = essence.split_once('/').unwrap_or((essence.as_str(), ""));
    let is = |suffix: &str| {
        subtype == suffix || subtype.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('+'))
    };
    match (kind, subtype) {
        ("application" | "text", _) if is("json") => Class::Json,
        ("application" | "text", _) if is("xml") => Class::Xml,
        ("text", "plain" | "html") => Class::Text,
        ("application", "x-www-form-urlencoded") | ("multipart", "form-data") => Class::Form,
        ("application", "octet-stream") => Class::Octets,
        _ => Class::Other,
    }
}

/// The fenced sample of a request body; none for types that have no readable form.
pub(crate) fn request_fence(class: Class, sample: &Value) -> Option<String> {
    match class {
        Class::Form | Class::Octets => Some(fence("yaml", &yaml(sample))),
        _ => response_fence(class, sample),
    }
}

/// The fenced sample of a response; none for types that have no readable form.
pub(crate) fn response_fence(class: Class, sample: &Value) -> Option<String> {
    match class {
        Class::Json => Some(fence("json", &pretty(sample))),
        Class::Text => Some(fence("", &sample.to_string())),
        _ => None,
    }
}

/// JSON with two blanks of indentation.
pub(crate) fn pretty(value: &Value) -> String {
    format!("{value:#}")
}

/// One `name: value` a line, with an empty line at the end.
fn yaml(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, member)| format!("{name}: {}\n", plain(member))).collect()
        }
        other => format!("{}\n", plain(other)),
    }
}

/// A text without its quotes; anything else as JSON.
pub(crate) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Class, class, request_fence, response_fence};

    #[test]
    fn media_types_fall_into_classes() {
        assert_eq!(class("application/json; charset=utf-8"), Class::Json);
        assert_eq!(class("application/problem+json"), Class::Json);
        assert_eq!(class("text/json"), Class::Json);
        assert_eq!(class("application/xml"), Class::Xml);
        assert_eq!(class("text/html"), Class::Text);
        assert_eq!(class("multipart/form-data"), Class::Form);
        assert_eq!(class("application/octet-stream"), Class::Octets);
        assert_eq!(class("*/*"), Class::Other);
        assert_eq!(class("application/xjson"), Class::Other);
        assert_eq!(class(""), Class::Other);
    }

    #[test]
    fn samples_are_fenced_by_class() {
        let body = json!({"a": "x", "b": 1});
        assert_eq!(request_fence(Class::Form, &body).unwrap(), "```yaml\na: x\nb: 1\n\n```");
        assert_eq!(request_fence(Class::Json, &json!({})).unwrap(), "```json\n{}\n```");
        assert_eq!(response_fence(Class::Text, &json!("x")).unwrap(), "```\n\"x\"\n```");
        assert_eq!(response_fence(Class::Other, &body), None);
    }
}
