//! Reads YAML 1.2 into a tree: the values that JSON has, anchors, and merge keys.

use std::collections::{HashMap, HashSet};

use bumpalo::Bump;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};

use super::node::{Members, Node, Number};
use super::pointer::push;

/// As deep as the reader of JSON goes.
const MAX_DEPTH: usize = 128;

/// How many values may come from aliases: a few lines of them could stand for more than fits into memory.
const MAX_ALIASED: usize = 2_000_000;

/// Takes the members of other maps into this one.
const MERGE_KEY: &str = "<<";

/// A tree, and where its names stand.
#[derive(Debug)]
pub(crate) struct Read<'a> {
    pub(crate) root: Node<'a>,
    /// Line and column of each name, both from 1, by the address of its text.
    pub(crate) places: HashMap<usize, (usize, usize)>,
    /// Pointers to names that some map has twice; the last one counts.
    pub(crate) repeats: Vec<String>,
}

/// Why a text is no YAML that a document could be, and where: line and column, both from 1.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

pub(crate) fn read<'a>(arena: &'a Bump, source: &str) -> Result<Read<'a>, Failure> {
    let mut reader = Reader::new(arena);
    for event in Parser::new_from_str(source) {
        let (event, span) = event.map_err(|error| scan_failure(&error))?;
        reader.event(event, &span.start).map_err(|message| failure(message, &span.start))?;
    }
    let Reader { root, places, repeats, .. } = reader;
    Ok(Read { root: root.unwrap_or_default(), places, repeats })
}

fn scan_failure(error: &ScanError) -> Failure {
    failure(error.info().to_owned(), error.marker())
}

fn failure(message: String, at: &Marker) -> Failure {
    Failure { message, line: at.line(), column: at.col() + 1 }
}

/// A container that is not read to its end.
enum Open<'a> {
    List { anchor: usize, items: Vec<Node<'a>> },
    Map { anchor: usize, members: Vec<(&'a str, Node<'a>)>, key: Option<&'a str> },
}

struct Reader<'a> {
    arena: &'a Bump,
    open: Vec<Open<'a>>,
    anchors: HashMap<usize, Node<'a>>,
    aliased: usize,
    root: Option<Node<'a>>,
    places: HashMap<usize, (usize, usize)>,
    repeats: Vec<String>,
}

impl<'a> Reader<'a> {
    fn new(arena: &'a Bump) -> Self {
        let (anchors, places) = (HashMap::new(), HashMap::new());
        Self { arena, open: Vec::new(), anchors, aliased: 0, root: None, places, repeats: Vec::new() }
    }

    fn event(&mut self, event: Event<'_>, at: &Marker) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => self.scalar(&text, style, anchor, tag.as_deref(), at),
            Event::SequenceStart(anchor, _) => self.begin(Open::List { anchor, items: Vec::new() }),
            Event::MappingStart(anchor, _) => {
                self.begin(Open::Map { anchor, members: Vec::new(), key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => self.alias(anchor),
            Event::DocumentStart(_) if self.root.is_some() => Err("a second document in one file".into()),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, container: Open<'a>) -> Result<(), String> {
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("values are nested more than {MAX_DEPTH} deep"));
        }
        if self.awaits_key() {
            return Err("a name that is not a text".into());
        }
        self.open.push(container);
        Ok(())
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Map { key: None, .. }))
    }

    fn end(&mut self) -> Result<(), String> {
        let (anchor, node) = match self.open.pop() {
            Some(Open::List { anchor, items }) => (anchor, Node::list(self.arena, &items)),
            Some(Open::Map { anchor, members, .. }) => (anchor, self.map(members)),
            None => return Err("an end without a beginning".into()),
        };
        self.value(anchor, node)
    }

    fn map(&mut self, members: Vec<(&'a str, Node<'a>)>) -> Node<'a> {
        let members =
            if members.iter().any(|(key, _)| *key == MERGE_KEY) { merged(members) } else { members };
        let (made, repeats) = Members::new(self.arena, &members);
        if repeats {
            let mut names = HashSet::new();
            for (name, _) in members.iter().filter(|(name, _)| !names.insert(*name)) {
                let mut pointer = self.place();
                push(&mut pointer, name);
                self.repeats.push(pointer);
            }
        }
        Node::Map(made)
    }

    /// The pointer to the container that was just read to its end.
    fn place(&self) -> String {
        let mut pointer = String::new();
        for container in &self.open {
            match container {
                Open::List { items, .. } => push(&mut pointer, &items.len().to_string()),
                Open::Map { key, .. } => push(&mut pointer, key.unwrap_or_default()),
            }
        }
        pointer
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        at: &Marker,
    ) -> Result<(), String> {
        if let Some(Open::Map { key: key @ None, .. }) = self.open.last_mut() {
            let name: &str = self.arena.alloc_str(text);
            self.places.insert(name.as_ptr().addr(), (at.line(), at.col() + 1));
            *key = Some(name);
            return Ok(());
        }
        let is_text = style != ScalarStyle::Plain || tag.is_some_and(|tag| tag.suffix == "str");
        let plain = if is_text { None } else { plain(text) };
        self.value(anchor, plain.unwrap_or_else(|| Node::Text(self.arena.alloc_str(text))))
    }

    fn alias(&mut self, anchor: usize) -> Result<(), String> {
        let target = self.anchors.get(&anchor).copied().ok_or("an alias before its anchor")?;
        let copy = self.copy(target, self.open.len())?;
        if let Some(Open::Map { key: key @ None, .. }) = self.open.last_mut() {
            *key = Some(copy.text().ok_or("a name that is not a text")?);
            return Ok(());
        }
        self.value(0, copy)
    }

    /// A tree of its own, so that no two places of the document are one.
    fn copy(&mut self, node: Node<'a>, depth: usize) -> Result<Node<'a>, String> {
        self.aliased += 1;
        if self.aliased > MAX_ALIASED || depth > MAX_DEPTH {
            return Err("aliases that stand for too much".into());
        }
        Ok(match node {
            Node::List(items) => {
                let copies: Result<Vec<_>, _> =
                    items.iter().map(|item| self.copy(*item, depth + 1)).collect();
                Node::list(self.arena, &copies?)
            }
            Node::Map(members) => {
                let mut copies = Vec::with_capacity(members.entries().len());
                for (key, value) in members.entries() {
                    copies.push((*key, self.copy(*value, depth + 1)?));
                }
                Node::map(self.arena, &copies)
            }
            plain => plain,
        })
    }

    fn value(&mut self, anchor: usize, node: Node<'a>) -> Result<(), String> {
        if anchor > 0 {
            self.anchors.insert(anchor, node);
        }
        match self.open.last_mut() {
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { members, key, .. }) => {
                members.push((key.take().ok_or("a name that is not a text")?, node));
            }
            None => self.root = Some(node),
        }
        Ok(())
    }
}

/// The members with those of the maps that they ask for, where they have none of the name themselves.
fn merged<'a>(members: Vec<(&'a str, Node<'a>)>) -> Vec<(&'a str, Node<'a>)> {
    let (asked, mut all): (Vec<_>, Vec<_>) = members.into_iter().partition(|(key, _)| *key == MERGE_KEY);
    let sources = asked.into_iter().flat_map(|(_, node)| match node {
        Node::List(maps) => maps.to_vec(),
        one => vec![one],
    });
    let mut names: HashSet<_> = all.iter().map(|(key, _)| *key).collect();
    for (key, value) in sources.flat_map(|source| source.entries().to_vec()) {
        if names.insert(key) {
            all.push((key, value));
        }
    }
    all
}

/// What a text without quotes stands for, if not for itself (YAML 1.2, the core schema).
fn plain<'a>(text: &str) -> Option<Node<'a>> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Node::Null),
        "true" | "True" | "TRUE" => return Some(Node::Bool(true)),
        "false" | "False" | "FALSE" => return Some(Node::Bool(false)),
        _ => {}
    }
    let digits = text.trim_start_matches(['+', '-']);
    if text.len() - digits.len() > 1 || !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    radix(text).or_else(|| decimal(text, digits)).map(Node::Number)
}

fn radix(text: &str) -> Option<Number> {
    let (digits, radix) = match text.split_at_checked(2)? {
        ("0x", digits) => (digits, 16),
        ("0o", digits) => (digits, 8),
        _ => return None,
    };
    u64::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+')).map(Number::Unsigned)
}

fn decimal(text: &str, digits: &str) -> Option<Number> {
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let text = text.strip_prefix('+').unwrap_or(text);
        let whole = text.parse().ok().map(Number::Unsigned);
        if let Some(found) = whole.or_else(|| text.parse().ok().map(Number::Signed)) {
            return Some(found);
        }
    }
    let is_number =
        digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    let has_digit = digits.bytes().any(|byte| byte.is_ascii_digit());
    let number = if is_number && has_digit { text.parse::<f64>().ok() } else { None };
    number.filter(|number| number.is_finite()).map(Number::Float)
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use super::read;
    use crate::input::json;

    /// The YAML and the JSON stand for the same.
    fn same(yaml: &str, json_text: &str) {
        let arena = Bump::new();
        let made = read(&arena, yaml).unwrap_or_else(|failure| panic!("{yaml}: {failure:?}"));
        let expected = json::read(&arena, json_text).unwrap().0;
        assert_eq!(made.root, expected, "{yaml}");
    }

    fn refused(yaml: &str) -> super::Failure {
        read(&Bump::new(), yaml).unwrap_err()
    }

    #[test]
    fn plain_texts_are_typed_as_the_core_schema_says() {
        let table = [
            ("[null, ~, Null, {a: }]", r#"[null, null, null, {"a": null}]"#),
            ("[true, False, yes, on]", r#"[true, false, "yes", "on"]"#),
            ("[1, -2, +3, 0x1F, 0o17, 010]", "[1, -2, 3, 31, 15, 10]"),
            (
                "[1.5, -.5, 1e3, 3., 1.2.3, .inf, 2024-01-02]",
                r#"[1.5, -0.5, 1000.0, 3.0, "1.2.3", ".inf", "2024-01-02"]"#,
            ),
            ("[\"1\", '2', !!str 3]", r#"["1", "2", "3"]"#),
            ("a: |\n  x\n  y\nb: >\n  x\n  y\n", r#"{"a": "x\ny\n", "b": "x y\n"}"#),
            ("200: ok\ntrue: x\n", r#"{"200": "ok", "true": "x"}"#),
        ];
        for (yaml, json_text) in table {
            same(yaml, json_text);
        }
    }

    #[test]
    fn aliases_and_merge_keys_are_written_out() {
        same(
            "a: &x {n: 1, m: 2}\nb: *x\nc: {<<: *x, n: 3}\n",
            r#"{"a": {"n": 1, "m": 2}, "b": {"n": 1, "m": 2}, "c": {"n": 3, "m": 2}}"#,
        );
        same("[&k name, {*k : 1}]", r#"["name", {"name": 1}]"#);
    }

    #[test]
    fn json_is_yaml() {
        let text = r#"{"a": [1, {"b": "c\u00e9"}], "d": null}"#;
        same(text, text);
    }

    #[test]
    fn places_of_names_are_known() {
        let arena = Bump::new();
        let made = read(&arena, "a: 1\nb:\n  cc: 2\n").unwrap();
        let place = |key: &str| made.places[&key.as_ptr().addr()];
        assert_eq!(place(made.root.entries()[1].0), (2, 1));
        assert_eq!(place(made.root.entries()[1].1.entries()[0].0), (3, 3));
    }

    #[test]
    fn names_that_come_twice_are_found() {
        let arena = Bump::new();
        let made = read(&arena, "a:\n  - {b: 1}\n  - {b: 2, b: 3, c/d: 4, c/d: 5}\n").unwrap();
        assert_eq!(made.repeats, ["/a/1/b", "/a/1/c~1d"]);
        assert_eq!(made.root.get("a").unwrap().items()[1].get("b").and_then(super::Node::whole), Some(3));
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for n in 1..10 {
            let aliases = vec![format!("*a{}", n - 1); 10].join(",");
            bomb.push_str(&format!("a{n}: &a{n} [{aliases}]\n"));
        }
        assert!(refused(&bomb).message.contains("too much"));
        let mut tower = "a0: &a0 [x]\n".to_owned();
        (1..1000).for_each(|n| tower.push_str(&format!("a{n}: &a{n} [*a{}]\n", n - 1)));
        assert!(refused(&tower).message.contains("too much"));
        let deep: String = (0..300).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
        assert!(refused(&deep).message.contains("deep"));
    }

    #[test]
    fn what_is_no_yaml_is_refused_with_its_line() {
        assert_eq!(refused("a: 1\nb: [\n").line, 3);
        assert_eq!(refused("a: 1\n{x: 1}: 2\n").line, 2);
        assert!(refused("--- a\n--- b\n").message.contains("second document"));
        assert!(refused("a: *nowhere\n").line == 1);
    }
}
