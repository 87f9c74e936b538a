//! Media types, sorted by how a sample of them is written.

use crate::markdown::{Text, fence};
use crate::value::{Value, plain};

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
    let essence = essence(media_type);
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

/// A media type without its parameters.
pub(crate) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

impl Class {
    /// Whether a sample of a request has a form that can be read.
    pub(crate) fn is_readable_request(self) -> bool {
        matches!(self, Self::Json | Self::Text | Self::Form | Self::Octets)
    }
}

/// Writes the fenced sample of a request body; nothing for types that have no readable form.
pub(crate) fn request_fence(page: &mut Text, class: Class, sample: &Value<'_>) {
    match class {
        Class::Form | Class::Octets => page.push(&fence("yaml", &yaml(sample))),
        _ => response_fence(page, class, sample),
    }
}

/// Writes the fenced sample of a response; nothing for types that have no readable form.
pub(crate) fn response_fence(page: &mut Text, class: Class, sample: &Value<'_>) {
    match class {
        Class::Json => page.json(sample),
        Class::Text => page.push(&fence("", &sample.compact())),
        _ => {}
    }
}

/// One `name: value` a line, with an empty line at the end.
fn yaml(value: &Value<'_>) -> String {
    // An empty text leaves no blank behind the name.
    let line = |name: &str, member: String| format!("{name}: {member}").trim_end().to_owned() + "\n";
    match value {
        Value::Map(members) => members.iter().map(|(name, member)| line(name, member.plain())).collect(),
        Value::Given(node) if node.is_map() => {
            node.entries().iter().map(|(name, member)| line(name, plain(*member))).collect()
        }
        other => format!("{}\n", other.plain()),
    }
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use super::{Class, class, request_fence, response_fence};
    use crate::input::json;
    use crate::markdown::Text;
    use crate::value::Value;

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
        let arena = Bump::new();
        let value = |text: &'static str| Value::Given(json::read(&arena, text).unwrap().0);
        let body = value(r#"{"a": "x", "b": 1}"#);
        let made = |write: &dyn Fn(&mut Text)| {
            let mut page = Text::new();
            write(&mut page);
            page.finish().trim_end().to_owned()
        };
        assert_eq!(made(&|page| request_fence(page, Class::Form, &body)), "```yaml\na: x\nb: 1\n\n```");
        assert_eq!(made(&|page| request_fence(page, Class::Json, &value("{}"))), "```json\n{}\n```");
        assert_eq!(
            made(&|page| response_fence(page, Class::Text, &Value::Text("x".into()))),
            "```\n\"x\"\n```"
        );
        assert_eq!(made(&|page| response_fence(page, Class::Other, &body)), "");
    }
}
