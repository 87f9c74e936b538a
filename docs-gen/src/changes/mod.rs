//! What became of the surface between two documents, and whether clients notice.
//!
//! May enter: rules about what a difference means. Must never: anything about pages.
//!
//! The surface is what travels, and what generated clients are made of. Texts for people
//! (summaries, descriptions, examples, tags), names of schemas, of security schemes and of
//! parameters in a path, and what is marked to be left out of the pages are not part of it.
//!
//! # What breaks clients
//!
//! | where | breaking | not |
//! |---|---|---|
//! | operations | removed; another `operationId`, which generated clients name their functions after; another base path | added; deprecated |
//! | parameters | removed, since what was asked for is silently ignored; required when it was not; another place or style | an optional one added |
//! | what clients send | fewer values than before: type, format, enum, limits, `null`; a property removed or newly required; a media type removed | more values; an optional property added; another default |
//! | what clients receive | more values than before: type, format, enum, `null`, alternatives; a property removed or no longer there for certain; a media type or header removed | fewer values; a property added; other limits, which clients do not check |
//! | statuses | a success or redirect removed | a failure removed; any added |
//! | authentication | asked for where it was not; credentials refused that were enough | no longer asked for; another way added |
//!
//! An enum value added to what clients receive counts as breaking because generated clients read
//! enums as closed lists. Properties that are read-only do not count in requests, nor those that
//! are write-only in responses. Of webhooks, which the server sends, the ways are turned round.
//!
//! A named schema is compared once, and told of with the operations that it reaches. What no
//! operation reaches is not looked at, nor are callbacks, and of schemas neither `not`, `if`,
//! `patternProperties`, `prefixItems` nor what depends on other properties.
//!
//! | module | knows |
//! |---|---|
//! | `pairing` | which operation is which |
//! | `operations`, `credentials` | what makes an operation |
//! | `shapes`, `members`, `choices`, `keywords` | schemas |
//! | `spot`, `finding` | where, what, and the ways that values travel |
//! | `reach` | who meets a named schema, and the lines |

mod choices;
mod credentials;
mod finding;
mod keywords;
mod members;
mod operations;
mod pairing;
mod reach;
mod shapes;
mod spot;

use std::fmt;

use crate::diagnostics::{Diagnostic, Errors, Severity};
use crate::document::Document;
use crate::input::{Arena, Spec};
use crate::model::{self, Operation};
use operations::Comparing;
use reach::Named;
use shapes::Shapes;

/// How something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It is in the new document only.
    Added,
    /// It is in the old document only.
    Removed,
    /// It is in both.
    Changed,
}

/// One change of the surface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where, for people: ``GET /users, response 200, `users[].email` `` or ``schema `User` (responses of 2 operations)``.
    pub place: String,
    /// What became of it.
    pub what: String,
    /// How it changed.
    pub kind: Kind,
    /// Why it breaks clients; `None` when it does not.
    pub breaking: Option<&'static str>,
    /// The operations that meet it, each as method and path; none for what is true of the whole document.
    pub operations: Vec<String>,
}

/// One line: the place, what became of it, and why it breaks clients if it does.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        self.breaking.map_or(Ok(()), |why| write!(f, " ({why})"))
    }
}

/// The changes of the surface from one document to another, in the order of paths, then of schemas.
///
/// ```
/// use docs_gen::{Spec, changes};
///
/// let with = |paths: &str| format!("openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths: {paths}\n");
/// let old = with("{/pots: {get: {responses: {}}, put: {responses: {}}}}");
/// let new = with("{/pots: {get: {responses: {}, security: []}}}");
/// let spec = |text| Spec::Text { name: "teapots.yaml", text };
/// let changes = changes::compare(spec(&old), spec(&new))?;
/// let lines: Vec<_> = changes.iter().map(ToString::to_string).collect();
/// assert_eq!(lines, ["PUT /pots: removed (clients that call it get an error)"]);
/// # Ok::<(), docs_gen::Errors>(())
/// ```
///
/// # Errors
///
/// When one of the documents cannot be read or understood; both are named if both are wrong.
pub fn compare(old: Spec<'_>, new: Spec<'_>) -> Result<Vec<Change>, Errors> {
    let arena = Arena::new();
    match (open(&arena, old), open(&arena, new)) {
        (Ok(old), Ok(new)) => Ok(between(&old, &new)),
        (old, new) => Err(Errors([old.err(), new.err()].into_iter().flatten().flatten().collect())),
    }
}

/// The changes for people: those that break clients first, and a last line with the counts.
pub fn report(changes: &[Change]) -> String {
    let (breaking, others): (Vec<_>, Vec<_>) = changes.iter().partition(|change| change.breaking.is_some());
    let mut text = String::new();
    for (title, group) in [("Breaking changes", &breaking), ("Other changes", &others)] {
        if !group.is_empty() {
            let lines: String = group.iter().map(|change| format!("- {change}\n")).collect();
            text.extend([title, ":\n", &lines, "\n"]);
        }
    }
    let count =
        |number: usize, word: &str| format!("{number} {word} change{}", if number == 1 { "" } else { "s" });
    text.push_str(&format!("{}, {}\n", count(breaking.len(), "breaking"), count(others.len(), "other")));
    text
}

/// A document with its operations, sorted by path.
struct Opened<'a> {
    document: Document<'a>,
    operations: Vec<Operation<'a>>,
}

fn open<'a>(arena: &'a Arena, spec: Spec<'_>) -> Result<Opened<'a>, Vec<Diagnostic>> {
    let mut document = Document::open(arena, spec)?;
    let (tags, findings) = model::tags(&document);
    for finding in findings {
        document.sources.report(finding.severity, 0, finding.pointer, finding.problem);
    }
    if document.sources.found.iter().any(|found| found.severity == Severity::Error) {
        return Err(document.sources.found);
    }
    let mut operations: Vec<_> = tags.into_iter().flat_map(|tag| tag.operations).collect();
    operations.sort_by(|a, b| (a.is_webhook, a.path, &a.method).cmp(&(b.is_webhook, b.path, &b.method)));
    Ok(Opened { document, operations })
}

fn between<'a>(old: &Opened<'a>, new: &Opened<'a>) -> Vec<Change> {
    let paired = pairing::pair((&old.document, &old.operations), (&new.document, &new.operations));
    let mut shapes = Shapes::default();
    for (number, (was, is)) in paired.both.iter().enumerate() {
        let authentication = credentials::compare((&old.document, was), (&new.document, is));
        Comparing { shapes: &mut shapes, number, old: was, new: is }.all(authentication);
    }
    shapes.finish();
    let named = |operation: &Operation<'_>| Named { name: name(operation), is_webhook: operation.is_webhook };
    let names: Vec<Named> = paired.both.iter().map(|(_, operation)| named(operation)).collect();
    let moved = paired.moved.map(|(was, is)| Change {
        place: "every operation".to_owned(),
        what: format!("base path is `{is}`, was `{was}`"),
        kind: Kind::Changed,
        breaking: Some("no address is what it was"),
        operations: Vec::new(),
    });
    let removed = paired.removed.iter().map(|operation| whole(operation, Kind::Removed));
    let added = paired.added.iter().map(|operation| whole(operation, Kind::Added));
    moved.into_iter().chain(removed).chain(added).chain(reach::lines(&shapes, &names)).collect()
}

/// An operation that only one of the documents has.
fn whole(operation: &Operation<'_>, kind: Kind) -> Change {
    let why = match operation.is_webhook {
        true => "clients that wait for it hear nothing",
        false => "clients that call it get an error",
    };
    let (what, breaking) = if kind == Kind::Removed { ("removed", Some(why)) } else { ("added", None) };
    let name = name(operation);
    Change { place: name.clone(), what: what.to_owned(), kind, breaking, operations: vec![name] }
}

fn name(operation: &Operation<'_>) -> String {
    operation.request(operation.path)
}
