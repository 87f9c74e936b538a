//! JSON pointers (RFC 6901).

use super::node::Node;

/// The pointer with these segments.
pub(crate) fn pointer<'s>(segments: impl IntoIterator<Item = &'s str>) -> String {
    let mut text = String::new();
    segments.into_iter().for_each(|segment| push(&mut text, segment));
    text
}

/// One more segment at the end of a pointer.
pub(crate) fn push(pointer: &mut String, segment: &str) {
    pointer.push('/');
    for c in segment.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// The segments of a pointer, with their escapes undone.
pub(crate) fn segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~"))
}

/// The node that a pointer leads to.
pub(crate) fn find<'a>(root: Node<'a>, pointer: &str) -> Option<Node<'a>> {
    if !(pointer.is_empty() || pointer.starts_with('/')) {
        return None;
    }
    segments(pointer).try_fold(root, |node, segment| step(node, &segment))
}

/// The member or item of this name.
pub(crate) fn step<'a>(node: Node<'a>, segment: &str) -> Option<Node<'a>> {
    match node {
        Node::Map(members) => members.entry(segment).map(|(_, node)| node),
        Node::List(items) => items.get(segment.parse::<usize>().ok()?).copied(),
        _ => None,
    }
}

/// A reference is a URI, so its parts may be percent-encoded.
pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(hex(*high) * 16 + hex(*low));
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> u8 {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0)
}
