//! Reads JSON into a tree. Texts without escapes stay where they are in the source.

use std::cell::{Cell, RefCell};
use std::fmt;

use bumpalo::Bump;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::node::{Members, Node, Number};

/// The tree, and whether some object had two members with one name.
pub(crate) fn read<'a>(arena: &'a Bump, source: &'a str) -> Result<(Node<'a>, bool), serde_json::Error> {
    let scratch = Scratch::default();
    let mut reader = serde_json::Deserializer::from_str(source);
    let root = Seed { arena, scratch: &scratch }.deserialize(&mut reader)?;
    reader.end()?;
    Ok((root, scratch.repeats.get()))
}

/// Values of containers that are not read to their end, those of inner ones behind those of outer ones.
#[derive(Default)]
struct Scratch<'a> {
    items: RefCell<Vec<Node<'a>>>,
    members: RefCell<Vec<(&'a str, Node<'a>)>>,
    repeats: Cell<bool>,
}

#[derive(Clone, Copy)]
struct Seed<'a, 's> {
    arena: &'a Bump,
    scratch: &'s Scratch<'a>,
}

impl<'a> DeserializeSeed<'a> for Seed<'a, '_> {
    type Value = Node<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Node<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Seed<'a, '_> {
    type Value = Node<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node<'a>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<'a>, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node<'a>, E> {
        Ok(Node::Number(Number::Unsigned(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node<'a>, E> {
        Ok(Node::Number(Number::Signed(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node<'a>, E> {
        Ok(Node::Number(Number::Float(value)))
    }

    fn visit_borrowed_str<E>(self, value: &'a str) -> Result<Node<'a>, E> {
        Ok(Node::Text(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node<'a>, E> {
        Ok(Node::Text(self.arena.alloc_str(value)))
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut seq: S) -> Result<Node<'a>, S::Error> {
        let start = self.scratch.items.borrow().len();
        while let Some(item) = seq.next_element_seed(self)? {
            self.scratch.items.borrow_mut().push(item);
        }
        let mut items = self.scratch.items.borrow_mut();
        let list = Node::list(self.arena, items.get(start..).unwrap_or_default());
        items.truncate(start);
        Ok(list)
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Node<'a>, M::Error> {
        let start = self.scratch.members.borrow().len();
        while let Some(key) = map.next_key_seed(self)? {
            let key = key.text().ok_or_else(|| M::Error::custom("a member without a name"))?;
            let value = map.next_value_seed(self)?;
            self.scratch.members.borrow_mut().push((key, value));
        }
        let mut entries = self.scratch.members.borrow_mut();
        let (members, repeats) = Members::new(self.arena, entries.get(start..).unwrap_or_default());
        entries.truncate(start);
        self.scratch.repeats.set(self.scratch.repeats.get() || repeats);
        Ok(Node::Map(members))
    }
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use super::read;
    use crate::input::node::{Node, Number};

    #[test]
    fn every_kind_of_value_is_read() {
        let arena = Bump::new();
        let source = r#"{"a": [null, true, -1, 2, 0.5, "x", "y\n"], "b": {"c": {}}}"#;
        let (root, repeats) = read(&arena, source).unwrap();
        assert!(!repeats);
        let expected = [
            Node::Null,
            Node::Bool(true),
            Node::Number(Number::Signed(-1)),
            Node::Number(Number::Unsigned(2)),
            Node::Number(Number::Float(0.5)),
            Node::Text("x"),
            Node::Text("y\n"),
        ];
        assert_eq!(root.get("a").unwrap().items(), expected);
        assert!(root.path(&["b", "c"]).unwrap().entries().is_empty());
    }

    #[test]
    fn texts_without_escapes_are_borrowed() {
        let arena = Bump::new();
        let source = r#"{"name": "text"}"#.to_owned();
        let (root, _) = read(&arena, &source).unwrap();
        let text = root.get("name").unwrap().text().unwrap();
        assert!(source.as_bytes().as_ptr_range().contains(&text.as_ptr()));
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_line() {
        let arena = Bump::new();
        for source in ["", "{", "{}\n]", "[1,\n2,]", "{1: 2}", &"[".repeat(100_000)] {
            assert!(read(&arena, source).unwrap_err().line() > 0, "{}", source.get(..5).unwrap_or(source));
        }
    }

    #[test]
    fn repeated_names_are_noticed() {
        let arena = Bump::new();
        assert!(read(&arena, r#"{"a": {"b": 1, "b": 2}}"#).unwrap().1);
    }
}
