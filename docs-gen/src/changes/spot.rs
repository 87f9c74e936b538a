//! Where the comparison of two schemas stands.

use super::finding::{Owner, Sides};

/// A place on the way from a root down to a value.
///
/// It is a list that lies on the stack, so that its text is made only for what is reported.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'s> {
    pub(super) owner: Owner,
    /// The part of an operation: `response 200`, or nothing in a named type.
    pub(super) part: &'s str,
    pub(super) sides: Sides,
    pub(super) depth: usize,
    above: Option<(&'s Spot<'s>, Step<'s>)>,
}

/// A step down.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'s> {
    Property(&'s str),
    Items,
    Values,
    /// Into a part or an alternative, which is the same value.
    Same,
}

impl<'s> Spot<'s> {
    pub(super) fn root(owner: Owner, part: &'s str, sides: Sides) -> Self {
        Self { owner, part, sides, depth: 0, above: None }
    }

    pub(super) fn step(&'s self, step: Step<'s>) -> Spot<'s> {
        Spot { depth: self.depth + 1, above: Some((self, step)), ..*self }
    }

    /// The same place for values that travel these ways only.
    pub(super) fn only(self, sides: Sides) -> Self {
        Self { sides: self.sides.and(sides), ..self }
    }

    /// The part and the path, as reports have them.
    pub(super) fn place(&self) -> String {
        let path = self.path();
        match (self.part, path.as_str()) {
            (part, "") => part.to_owned(),
            ("", path) => format!("`{path}`"),
            (part, path) => format!("{part}, `{path}`"),
        }
    }

    fn path(&self) -> String {
        let Some((above, step)) = self.above else { return String::new() };
        let mut path = above.path();
        match step {
            Step::Property(name) if path.is_empty() => path.push_str(name),
            Step::Property(name) => path.extend([".", name]),
            Step::Items => path.push_str("[]"),
            Step::Values if path.is_empty() => path.push('*'),
            Step::Values => path.push_str(".*"),
            Step::Same => {}
        }
        path
    }
}
