//! The tree of a document in memory, as JSON has it.
//!
//! A tree of a hundred thousand objects is made at once and thrown away at once, so it lies in one
//! arena, and texts are borrowed from the source where it spells them out. Nodes are plain
//! references into the arena and are copied freely.

use std::cell::Cell;
use std::fmt;

use bumpalo::Bump;

/// Maps with more members than this have an index.
const SMALL: usize = 12;

/// One value of a document.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Node<'a> {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    Text(&'a str),
    List(&'a [Node<'a>]),
    Map(&'a Members<'a>),
}

/// A number as far as JSON readers agree on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

/// The members of an object, in the order of the document, each name once.
#[derive(Debug)]
pub(crate) struct Members<'a> {
    entries: &'a [(&'a str, Node<'a>)],
    /// Positions of the entries by name; empty for small maps, which are searched from end to end.
    index: &'a [u32],
    /// One bit for each name, the same bit for many: most names that are asked for are not there.
    filter: u64,
    /// Where its `$ref` leads, once references are resolved.
    link: Cell<Option<&'a Link<'a>>>,
}

/// What a `$ref` leads to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link<'a> {
    pub(crate) target: Node<'a>,
    /// The name of the type, when the reference is to a named one.
    pub(crate) name: Option<&'a str>,
}

impl<'a> Members<'a> {
    /// The members; of two with one name the last one counts, at the place of the first.
    ///
    /// The second value says whether any name came twice.
    pub(crate) fn new(arena: &'a Bump, entries: &[(&'a str, Node<'a>)]) -> (&'a Self, bool) {
        if entries.len() <= SMALL {
            let repeats = entries
                .iter()
                .enumerate()
                .any(|(at, (key, _))| entries.iter().take(at).any(|(k, _)| k == key));
            if !repeats {
                return (Self::make(arena, arena.alloc_slice_copy(entries), &[]), false);
            }
        }
        let mut order: Vec<u32> = (0..u32::try_from(entries.len()).unwrap_or(u32::MAX)).collect();
        let key = |at: &u32| entry(entries, *at).map_or("", |(key, _)| *key);
        order.sort_by(|a, b| key(a).cmp(key(b)));
        let repeats = order.windows(2).any(|pair| matches!(pair, [a, b] if key(a) == key(b)));
        if repeats {
            let unique = last_of_each(entries);
            return (Self::new(arena, &unique).0, true);
        }
        (Self::make(arena, arena.alloc_slice_copy(entries), arena.alloc_slice_copy(&order)), false)
    }

    fn make(arena: &'a Bump, entries: &'a [(&'a str, Node<'a>)], index: &'a [u32]) -> &'a Self {
        let filter = entries.iter().fold(0, |filter, (key, _)| filter | bit(key));
        arena.alloc(Self { entries, index, filter, link: Cell::new(None) })
    }

    pub(crate) fn entries(&self) -> &'a [(&'a str, Node<'a>)] {
        self.entries
    }

    /// The member with this name, with the name as the source has it.
    #[inline]
    pub(crate) fn entry(&self, key: &str) -> Option<(&'a str, Node<'a>)> {
        // Where the name is written in the code, its bit is known before anything runs.
        if self.filter & bit(key) == 0 { None } else { self.find(key) }
    }

    fn find(&self, key: &str) -> Option<(&'a str, Node<'a>)> {
        if self.index.is_empty() {
            let start = key.as_bytes().first();
            // Most names of one length differ in their first letter, which is cheaper to look at than all of them.
            let is_it =
                |name: &str| name.len() == key.len() && name.as_bytes().first() == start && name == key;
            return self.entries.iter().find(|(name, _)| is_it(name)).copied();
        }
        let name = |at: &u32| entry(self.entries, *at).map_or("", |(name, _)| *name);
        let found = self.index.binary_search_by(|at| name(at).cmp(key)).ok()?;
        entry(self.entries, *self.index.get(found)?).copied()
    }

    pub(crate) fn link(&self) -> Option<&'a Link<'a>> {
        self.link.get()
    }

    pub(crate) fn set_link(&self, link: &'a Link<'a>) {
        self.link.set(Some(link));
    }
}

/// The bit of a name, from its length and its ends.
#[inline]
fn bit(key: &str) -> u64 {
    let [first, .., last] = key.as_bytes() else { return 1 };
    let sum = key
        .len()
        .wrapping_mul(7)
        .wrapping_add(usize::from(*first))
        .wrapping_add(usize::from(*last).wrapping_mul(5));
    1 << (sum % 64)
}

fn entry<T>(entries: &[T], at: u32) -> Option<&T> {
    entries.get(usize::try_from(at).ok()?)
}

fn last_of_each<'a>(entries: &[(&'a str, Node<'a>)]) -> Vec<(&'a str, Node<'a>)> {
    let mut places = std::collections::HashMap::new();
    let mut unique: Vec<(&'a str, Node<'a>)> = Vec::new();
    for (key, node) in entries {
        let at = *places.entry(*key).or_insert(unique.len());
        match unique.get_mut(at) {
            // With its own name, so that a diagnostic points to the one that counts.
            Some(earlier) => *earlier = (*key, *node),
            None => unique.push((key, *node)),
        }
    }
    unique
}

impl<'a> Node<'a> {
    /// A map with these members.
    pub(crate) fn map(arena: &'a Bump, entries: &[(&'a str, Node<'a>)]) -> Self {
        Self::Map(Members::new(arena, entries).0)
    }

    /// A list of these items.
    pub(crate) fn list(arena: &'a Bump, items: &[Node<'a>]) -> Self {
        Self::List(arena.alloc_slice_copy(items))
    }

    /// The member of a map.
    #[inline]
    pub(crate) fn get(self, key: &str) -> Option<Node<'a>> {
        self.members()?.entry(key).map(|(_, node)| node)
    }

    /// The member of a map below a member of a map, and so on.
    pub(crate) fn path(self, keys: &[&str]) -> Option<Node<'a>> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    pub(crate) fn members(self) -> Option<&'a Members<'a>> {
        if let Self::Map(members) = self { Some(members) } else { None }
    }

    /// The members of a map; none for anything else.
    pub(crate) fn entries(self) -> &'a [(&'a str, Node<'a>)] {
        self.members().map_or(&[], |members| members.entries)
    }

    /// The items of a list; none for anything else.
    pub(crate) fn items(self) -> &'a [Node<'a>] {
        if let Self::List(items) = self { items } else { &[] }
    }

    pub(crate) fn text(self) -> Option<&'a str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(crate) fn number(self) -> Option<Number> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }

    pub(crate) fn whole(self) -> Option<u64> {
        match self {
            Self::Number(Number::Unsigned(n)) => Some(n),
            _ => None,
        }
    }

    pub(crate) fn flag(self) -> Option<bool> {
        if let Self::Bool(flag) = self { Some(flag) } else { None }
    }

    /// The member of a map, when it is a text.
    pub(crate) fn text_at(self, key: &str) -> Option<&'a str> {
        self.get(key)?.text()
    }

    /// Whether the member of a map is `true`.
    pub(crate) fn is_true(self, key: &str) -> bool {
        self.get(key).and_then(Self::flag) == Some(true)
    }

    pub(crate) fn is_map(self) -> bool {
        matches!(self, Self::Map(_))
    }

    pub(crate) fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text of the node's `$ref`.
    pub(crate) fn reference(self) -> Option<&'a str> {
        self.text_at("$ref")
    }

    /// Tells a map apart from every other map of the document; the same for all other nodes.
    pub(crate) fn address(self) -> usize {
        self.members().map_or(0, |members| std::ptr::from_ref(members).addr())
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        alike(*self, *other)
    }
}

/// Equality of values, also of different documents: the order of members does not count.
pub(crate) fn alike(a: Node<'_>, b: Node<'_>) -> bool {
    match (a, b) {
        (Node::Null, Node::Null) => true,
        (Node::Bool(a), Node::Bool(b)) => a == b,
        (Node::Number(a), Node::Number(b)) => a == b,
        (Node::Text(a), Node::Text(b)) => a == b,
        (Node::List(a), Node::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(*a, *b)),
        (Node::Map(a), Node::Map(b)) => {
            let same_length = a.entries.len() == b.entries.len();
            same_length
                && a.entries
                    .iter()
                    .all(|(key, node)| b.entry(key).is_some_and(|(_, other)| alike(*node, other)))
        }
        _ => false,
    }
}

impl Number {
    pub(crate) fn as_f64(self) -> f64 {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "bounds of samples are compared, not kept")]
            Self::Unsigned(n) => n as f64,
            #[expect(clippy::cast_precision_loss, reason = "bounds of samples are compared, not kept")]
            Self::Signed(n) => n as f64,
            Self::Float(n) => n,
        }
    }

    /// The number next to this one, in whole steps.
    pub(crate) fn moved(self, by: i64) -> Self {
        let sum = match self {
            Self::Unsigned(n) => n.checked_add_signed(by).map(Self::Unsigned),
            Self::Signed(n) => n.checked_add(by).map(Self::Signed),
            Self::Float(_) => None,
        };
        let below_zero = || i64::try_from(self.as_u64()?).ok()?.checked_add(by).map(Self::Signed);
        #[expect(clippy::cast_precision_loss, reason = "`by` is 1 or -1")]
        sum.or_else(below_zero).unwrap_or_else(|| Self::Float(self.as_f64() + by as f64))
    }

    fn as_u64(self) -> Option<u64> {
        if let Self::Unsigned(n) = self { Some(n) } else { None }
    }
}

/// As browsers write numbers: whole ones without a fraction.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(n) => n.fmt(f),
            Self::Signed(n) => n.fmt(f),
            // Longer ones are not written out digit by digit anywhere.
            Self::Float(n) if n.abs() < 1e21 && (*n == 0.0 || n.abs() >= 1e-6) => n.fmt(f),
            Self::Float(n) => fmt::LowerExp::fmt(n, f),
        }
    }
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use super::{Members, Node, Number};

    fn number<'a>(n: u64) -> Node<'a> {
        Node::Number(Number::Unsigned(n))
    }

    #[test]
    fn members_are_found_in_maps_of_any_size() {
        let arena = Bump::new();
        for size in [0, 1, 12, 13, 500] {
            let names: Vec<String> = (0..size).map(|n| format!("k{}", (n * 7919) % 1000)).collect();
            let entries: Vec<_> = names.iter().zip(0..).map(|(name, n)| (name.as_str(), number(n))).collect();
            let (made, repeats) = Members::new(&arena, &entries);
            assert!(!repeats);
            for (name, node) in &entries {
                assert_eq!(made.entry(name), Some((*name, *node)), "{name} of {size}");
            }
            assert_eq!(made.entry("k"), None);
            assert!(made.entries().iter().map(|(name, _)| *name).eq(names.iter().map(String::as_str)));
        }
    }

    #[test]
    fn the_last_of_two_members_with_one_name_counts() {
        let arena = Bump::new();
        for more in [0_u64, 20] {
            let names: Vec<String> = (0..more).map(|n| format!("n{n}")).collect();
            let mut entries: Vec<_> = names.iter().map(|name| (name.as_str(), Node::Null)).collect();
            entries.extend([("a", number(1)), ("b", number(2)), ("a", number(3))]);
            let (made, repeats) = Members::new(&arena, &entries);
            assert!(repeats);
            assert_eq!(made.entry("a"), Some(("a", number(3))));
            assert_eq!(made.entries().len(), entries.len() - 1);
        }
    }

    #[test]
    fn numbers_are_written_as_browsers_do() {
        let table = [
            (Number::Unsigned(u64::MAX), "18446744073709551615"),
            (Number::Signed(-7), "-7"),
            (Number::Float(1.0), "1"),
            (Number::Float(0.5), "0.5"),
            (Number::Float(-0.000_25), "-0.00025"),
            (Number::Float(1e300), "1e300"),
            (Number::Float(1e-7), "1e-7"),
            (Number::Float(0.0), "0"),
        ];
        for (number, text) in table {
            assert_eq!(number.to_string(), text);
        }
    }

    #[test]
    fn numbers_move_across_zero_and_do_not_overflow() {
        assert_eq!(Number::Unsigned(0).moved(-1), Number::Signed(-1));
        assert_eq!(Number::Signed(-1).moved(1), Number::Signed(0));
        assert_eq!(Number::Float(0.5).moved(1), Number::Float(1.5));
        assert_eq!(Number::Unsigned(u64::MAX).moved(1).to_string(), "18446744073709552000");
    }
}
