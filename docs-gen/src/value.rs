//! Values to print: parts of the document, and what samples make up around them.

use std::borrow::Cow;
use std::fmt::Write;

use crate::input::node::Node;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    /// As it stands in the document.
    Given(Node<'a>),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Map(Vec<(&'a str, Value<'a>)>),
}

type Entries<'a> = Vec<(&'a str, Value<'a>)>;

impl<'a> Value<'a> {
    pub(crate) const NULL: Self = Self::Given(Node::Null);

    /// Adds a member, or replaces the one of this name.
    pub(crate) fn insert(members: &mut Entries<'a>, name: &'a str, value: Value<'a>) {
        match members.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => members.push((name, value)),
        }
    }

    /// Adds what another value has: members to members, else all of it in place of this.
    pub(crate) fn merge(&mut self, other: Value<'a>) {
        if matches!(other, Self::Given(Node::Null)) {
            return;
        }
        self.open();
        let mut other = other;
        other.open();
        match (&mut *self, other) {
            (Self::Map(members), Self::Map(more)) => merge_members(members, more),
            (this, other) => *this = other,
        }
    }

    /// Turns the members of a part of the document into members of a value.
    fn open(&mut self) {
        if let Self::Given(Node::Map(members)) = self {
            *self =
                Self::Map(members.entries().iter().map(|(key, node)| (*key, Self::Given(*node))).collect());
        }
    }

    /// A text without its quotes; anything else as JSON in one line.
    pub(crate) fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone().into_owned(),
            Self::Given(node) => plain(*node),
            other => other.compact(),
        }
    }

    /// JSON in one line.
    pub(crate) fn compact(&self) -> String {
        let mut text = String::new();
        Printer { text: &mut text, indent: None }.value(self, 0);
        text
    }

    /// JSON with two blanks of indentation, at the end of a text.
    pub(crate) fn print(&self, text: &mut String) {
        Printer { text, indent: Some("  ") }.value(self, 0);
    }
}

/// A text without its quotes; anything else as JSON in one line.
pub(crate) fn plain(node: Node<'_>) -> String {
    node.text().map_or_else(|| Value::Given(node).compact(), str::to_owned)
}

fn merge_members<'a>(into: &mut Entries<'a>, more: Entries<'a>) {
    for (key, value) in more {
        match into.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => old.merge(value),
            None => into.push((key, value)),
        }
    }
}

struct Printer<'t> {
    text: &'t mut String,
    indent: Option<&'static str>,
}

impl Printer<'_> {
    fn value(&mut self, value: &Value<'_>, level: usize) {
        match value {
            Value::Given(node) => self.node(*node, level),
            Value::Text(text) => quote(self.text, text),
            Value::List(items) => {
                self.container(('[', ']'), items, level, |printer, item| printer.value(item, level + 1));
            }
            Value::Map(members) => self.container(('{', '}'), members, level, |printer, (key, member)| {
                printer.key(key);
                printer.value(member, level + 1);
            }),
        }
    }

    fn node(&mut self, node: Node<'_>, level: usize) {
        match node {
            Node::Null => self.text.push_str("null"),
            Node::Bool(flag) => self.text.push_str(if flag { "true" } else { "false" }),
            Node::Number(number) => {
                // Writing to a text does not fail.
                let _ = write!(self.text, "{number}");
            }
            Node::Text(text) => quote(self.text, text),
            Node::List(items) => {
                self.container(('[', ']'), items, level, |printer, item| printer.node(*item, level + 1));
            }
            Node::Map(members) => {
                self.container(('{', '}'), members.entries(), level, |printer, (key, member)| {
                    printer.key(key);
                    printer.node(*member, level + 1);
                })
            }
        }
    }

    fn key(&mut self, key: &str) {
        quote(self.text, key);
        self.text.push_str(if self.indent.is_some() { ": " } else { ":" });
    }

    fn container<T>(
        &mut self,
        (open, close): (char, char),
        parts: &[T],
        level: usize,
        print: impl Fn(&mut Self, &T),
    ) {
        self.text.push(open);
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.line(level + 1);
            print(self, part);
        }
        if !parts.is_empty() {
            self.line(level);
        }
        self.text.push(close);
    }

    fn line(&mut self, level: usize) {
        if let Some(indent) = self.indent {
            self.text.push('\n');
            (0..level).for_each(|_| self.text.push_str(indent));
        }
    }
}

/// A JSON text.
fn quote(out: &mut String, text: &str) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'"' | b'\\' | 0..=0x1F)) {
        out.push_str(text.get(plain..at).unwrap_or_default());
        plain = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0C => out.push_str("\\f"),
            other => {
                let _ = write!(out, "\\u{other:04x}");
            }
        }
    }
    out.push_str(text.get(plain..).unwrap_or_default());
    out.push('"');
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use super::Value;
    use crate::input::json;
    use crate::input::node::Node;

    #[test]
    fn what_is_printed_reads_back_as_it_was() {
        let text = r#"{"a": [1, -2, 0.5, true, null, "x\n\t\"\\\u0001\u0008 é 𝄞"], "": {}, "b": []}"#;
        let arena = Bump::new();
        let node = json::read(&arena, text).unwrap().0;
        let mut printed = String::new();
        Value::Given(node).print(&mut printed);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&printed).unwrap(),
            serde_json::from_str::<serde_json::Value>(text).unwrap()
        );
        let expected =
            serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(text).unwrap()).unwrap();
        assert_eq!(printed, expected);
        let line = Value::Given(node).compact();
        assert_eq!(json::read(&arena, &line).unwrap().0, node);
        assert!(!line.contains('\n'));
    }

    #[test]
    fn members_are_merged_and_others_replaced() {
        let arena = Bump::new();
        let node = |text: &'static str| Value::Given(json::read(&arena, text).unwrap().0);
        let mut value = node(r#"{"a": {"x": 1}, "b": 1}"#);
        value.merge(Value::Map(vec![("a", node(r#"{"y": 2}"#)), ("c", Value::Text("t".into()))]));
        value.merge(Value::NULL);
        assert_eq!(value.compact(), r#"{"a":{"x":1,"y":2},"b":1,"c":"t"}"#);
        value.merge(Value::Given(Node::Bool(true)));
        assert_eq!(value.compact(), "true");
    }
}
