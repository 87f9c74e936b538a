//! The keywords of one schema that bound its values: type, enum, limits, default.

use std::collections::HashSet;

use super::finding::{Difference, Verdict};
use crate::input::node::{Node, Number, alike};
use crate::schema::Schema;
use crate::value::{Value, plain};

/// A schema, or only what a place adds to the named type that it refers to.
pub(super) struct View<'v, 'a> {
    schema: &'v Schema<'a>,
    own: bool,
    /// The parts of an `allOf` that have no name: what they say holds here.
    parts: Vec<Schema<'a>>,
}

impl<'v, 'a> View<'v, 'a> {
    /// All that holds of a schema.
    pub(super) fn whole(schema: &'v Schema<'a>) -> Self {
        let parts = schema.parts().into_iter().filter(|part| part.name().is_none()).collect();
        Self { schema, own: false, parts }
    }

    /// What the place adds.
    pub(super) fn own(schema: &'v Schema<'a>) -> Self {
        Self { schema, own: true, parts: Vec::new() }
    }

    fn get(&self, key: &str) -> Option<Node<'a>> {
        if self.own {
            return self.schema.own(key);
        }
        self.schema.get(key).or_else(|| self.parts.iter().find_map(|part| part.get(key)))
    }

    /// The only values, when they are listed.
    fn values(&self) -> Vec<Node<'a>> {
        let listed = self.get("enum").unwrap_or_default().items();
        let listed: Vec<_> = listed.iter().filter(|value| !value.is_null()).copied().collect();
        if listed.is_empty() { self.get("const").into_iter().collect() } else { listed }
    }

    /// Whether the place lets `null` in, whatever the named type says.
    fn place_lets_null(&self) -> bool {
        self.schema.is_nullable() && !self.schema.named_type().is_some_and(|named| named.is_nullable())
    }
}

/// What became of the type, and whether it is the same enough to look further.
pub(super) fn types(old: &Schema<'_>, new: &Schema<'_>, found: &mut Vec<Difference>) -> bool {
    let (was, is) = (type_name(old), type_name(new));
    if was != is {
        found.push(Difference::changed(became("type", Some(&was), Some(&is)), type_verdict(&was, &is)));
        return false;
    }
    let (was, is) = (old.text("format"), new.text("format"));
    if was != is {
        found.push(Difference::changed(became("format", was, is), format_verdict(was, is)));
    }
    true
}

fn type_name(schema: &Schema<'_>) -> String {
    let mut names: Vec<String> =
        schema.type_name().unwrap_or("any".into()).split('¦').map(str::to_owned).collect();
    names.sort_unstable();
    names.join(" or ")
}

fn type_verdict(was: &str, is: &str) -> Verdict {
    let within = |inner: &str, outer: &str| {
        let holds = |name: &str| {
            outer.split(" or ").any(|one| one == name || one == "any" || (one, name) == ("number", "integer"))
        };
        inner.split(" or ").all(holds)
    };
    match (within(was, is), within(is, was)) {
        (true, _) => Verdict::WIDENED,
        (false, true) => Verdict::NARROWED,
        (false, false) => Verdict::OTHER,
    }
}

/// A format promises the spelling of a text or the range of a number.
fn format_verdict(was: Option<&str>, is: Option<&str>) -> Verdict {
    match (was, is) {
        (None, _) | (Some("int64"), Some("int32")) | (Some("double"), Some("float")) => Verdict::NARROWED,
        (_, None) | (Some("int32"), Some("int64")) | (Some("float"), Some("double")) => Verdict::WIDENED,
        _ => Verdict::OTHER,
    }
}

/// What became of the other keywords.
pub(super) fn others<'a>(old: &View<'_, 'a>, new: &View<'_, 'a>, found: &mut Vec<Difference>) {
    null(old, new, found);
    values(old, new, found);
    for (key, exclusive) in UPPER {
        limit((key, upper(old, key, exclusive)), upper(new, key, exclusive), found);
    }
    for (key, exclusive) in LOWER {
        limit((key, lower(old, key, exclusive)), lower(new, key, exclusive), found);
    }
    pattern(old, new, found);
    multiple(old, new, found);
    unique(old, new, found);
    default(old, new, found);
    deprecated(old, new, found);
    discriminator(old, new, found);
}

fn null(old: &View<'_, '_>, new: &View<'_, '_>, found: &mut Vec<Difference>) {
    let differs = old.schema.is_nullable() != new.schema.is_nullable();
    // What the named types differ in is said of them.
    let is_here = !old.own || old.place_lets_null() != new.place_lets_null();
    if differs && is_here {
        found.push(if new.schema.is_nullable() {
            Difference::changed("may be null now", Verdict::WIDENED)
        } else {
            Difference::changed("is never null any more", Verdict::NARROWED)
        });
    }
}

/// An added value breaks clients that read it as one of a closed list, which generated ones do.
fn values<'a>(old: &View<'_, 'a>, new: &View<'_, 'a>, found: &mut Vec<Difference>) {
    let (was, is) = (old.values(), new.values());
    match (was.is_empty(), is.is_empty()) {
        (true, true) => {}
        (true, false) => {
            found.push(Difference::changed(format!("takes only {} now", list(&is)), Verdict::NARROWED))
        }
        (false, true) => {
            found.push(Difference::changed(format!("takes more than {} now", list(&was)), Verdict::WIDENED));
        }
        (false, false) => {
            let (gone, fresh) = (without(&was, &is), without(&is, &was));
            if !gone.is_empty() {
                found.push(Difference::removed(format!("{} removed", named(&gone)), Verdict::NARROWED));
            }
            if !fresh.is_empty() {
                found.push(Difference::added(format!("{} added", named(&fresh)), Verdict::WIDENED));
            }
        }
    }
}

/// The values of one list that the other does not have.
fn without<'a>(all: &[Node<'a>], others: &[Node<'a>]) -> Vec<Node<'a>> {
    let text = |value: &Node<'a>| Value::Given(*value).compact();
    let others: HashSet<_> = others.iter().map(text).collect();
    all.iter().filter(|value| !others.contains(&text(value))).copied().collect()
}

fn named(values: &[Node<'_>]) -> String {
    format!("value{} {}", if values.len() == 1 { "" } else { "s" }, list(values))
}

fn list(values: &[Node<'_>]) -> String {
    let values: Vec<_> = values.iter().map(|value| format!("`{}`", plain(*value))).collect();
    values.join(", ")
}

/// Limits from above, with what makes them exclusive.
const UPPER: [(&str, &str); 4] =
    [("maximum", "exclusiveMaximum"), ("maxLength", ""), ("maxItems", ""), ("maxProperties", "")];

/// Limits from below.
const LOWER: [(&str, &str); 4] =
    [("minimum", "exclusiveMinimum"), ("minLength", ""), ("minItems", ""), ("minProperties", "")];

/// A limit such that a smaller one is tighter, and how it is written.
struct Limit {
    /// The number, then whether it is itself inside, as 1, or not, as 0.
    rank: (f64, u8),
    text: String,
}

fn upper(view: &View<'_, '_>, key: &str, exclusive: &str) -> Option<Limit> {
    limits(view, key, exclusive, 1.0)
}

fn lower(view: &View<'_, '_>, key: &str, exclusive: &str) -> Option<Limit> {
    let is_count = exclusive.is_empty();
    limits(view, key, exclusive, -1.0).filter(|limit| !is_count || limit.rank.0 < 0.0)
}

/// The tighter one of the limit and the exclusive limit, which is a flag in 3.0 and a number since.
fn limits(view: &View<'_, '_>, key: &str, exclusive: &str, sign: f64) -> Option<Limit> {
    let number = |key: &str| view.get(key).and_then(Node::number);
    let is_flag = view.get(exclusive).and_then(Node::flag) == Some(true);
    let limit = |number: Number, is_inside: bool| Limit {
        rank: (number.as_f64() * sign, u8::from(is_inside)),
        text: format!("{number}{}", if is_inside { "" } else { " (exclusive)" }),
    };
    let inclusive = number(key).map(|number| limit(number, !is_flag));
    let exclusive = number(exclusive).map(|number| limit(number, false));
    match (inclusive, exclusive) {
        (Some(a), Some(b)) => Some(if b.rank < a.rank { b } else { a }),
        (a, b) => a.or(b),
    }
}

/// Clients do not check what they get against limits, so only requests can break.
fn limit((key, was): (&str, Option<Limit>), is: Option<Limit>, found: &mut Vec<Difference>) {
    let rank = |limit: &Option<Limit>| limit.as_ref().map(|limit| limit.rank);
    let verdict = match (rank(&was), rank(&is)) {
        (a, b) if a == b => return,
        (None, Some(_)) => Verdict::NARROWED,
        (Some(a), Some(b)) if b < a => Verdict::NARROWED,
        _ => Verdict::HARMLESS,
    };
    let text = |limit: Option<Limit>| limit.map(|limit| limit.text);
    let words = became(key, text(was).as_deref(), text(is).as_deref());
    found.push(Difference::changed(words, verdict));
}

/// Whether one pattern takes all that another takes cannot be told, so any other one narrows.
fn pattern(old: &View<'_, '_>, new: &View<'_, '_>, found: &mut Vec<Difference>) {
    let text = |view: &View<'_, '_>| view.get("pattern").and_then(Node::text).map(|text| format!("`{text}`"));
    let (was, is) = (text(old), text(new));
    if was != is {
        let verdict = if is.is_some() { Verdict::NARROWED } else { Verdict::HARMLESS };
        found.push(Difference::changed(became("pattern", was.as_deref(), is.as_deref()), verdict));
    }
}

fn multiple(old: &View<'_, '_>, new: &View<'_, '_>, found: &mut Vec<Difference>) {
    let number = |view: &View<'_, '_>| view.get("multipleOf").and_then(Node::number);
    let (was, is) = (number(old), number(new));
    let size = |number: Option<Number>| number.map(Number::as_f64);
    if size(was) != size(is) {
        let holds_all = match (size(was), size(is)) {
            (_, None) => true,
            (Some(was), Some(is)) => was % is == 0.0,
            (None, Some(_)) => false,
        };
        let verdict = if holds_all { Verdict::HARMLESS } else { Verdict::NARROWED };
        let text = |number: Option<Number>| number.map(|number| number.to_string());
        let words = became("multipleOf", text(was).as_deref(), text(is).as_deref());
        found.push(Difference::changed(words, verdict));
    }
}

fn unique(old: &View<'_, '_>, new: &View<'_, '_>, found: &mut Vec<Difference>) {
    let is_unique = |view: &View<'_, '_>| view.get("uniqueItems").and_then(Node::flag).unwrap_or(false);
    match (is_unique(old), is_unique(new)) {
        (false, true) => found.push(Difference::changed("items must differ now", Verdict::NARROWED)),
        (true, false) => found.push(Difference::changed("items may be equal now", Verdict::HARMLESS)),
        _ => {}
    }
}

/// A request without the value is still taken.
fn default(old: &View<'_, '_>, new: &View<'_, '_>, found: &mut Vec<Difference>) {
    let (was, is) = (old.get("default"), new.get("default"));
    let same = match (was, is) {
        (Some(was), Some(is)) => alike(was, is) || plain(was) == plain(is),
        (was, is) => was.is_none() && is.is_none(),
    };
    if !same {
        let text = |value: Option<Node<'_>>| value.map(|value| format!("`{}`", plain(value)));
        let words = became("default", text(was).as_deref(), text(is).as_deref());
        found.push(Difference::changed(words, Verdict::HARMLESS));
    }
}

fn deprecated(old: &View<'_, '_>, new: &View<'_, '_>, found: &mut Vec<Difference>) {
    let flag = |view: &View<'_, '_>| view.get("deprecated").and_then(Node::flag).unwrap_or(false);
    match (flag(old), flag(new)) {
        (false, true) => found.push(Difference::changed("deprecated now", Verdict::HARMLESS)),
        (true, false) => found.push(Difference::changed("deprecated no more", Verdict::HARMLESS)),
        _ => {}
    }
}

/// A mark that is new adds nothing to what travels.
fn discriminator(old: &View<'_, '_>, new: &View<'_, '_>, found: &mut Vec<Difference>) {
    let property = |view: &View<'_, '_>| {
        let mark = view.get("discriminator")?;
        mark.text().or_else(|| mark.text_at("propertyName")).map(|name| format!("`{name}`"))
    };
    let (was, is) = (property(old), property(new));
    if was != is {
        let breaks = Verdict::always("clients tell the alternatives apart by it");
        let verdict = if was.is_some() { breaks } else { Verdict::HARMLESS };
        found.push(Difference::changed(became("discriminator", was.as_deref(), is.as_deref()), verdict));
    }
}

/// A label with what it is and what it was.
pub(super) fn became(label: &str, was: Option<&str>, is: Option<&str>) -> String {
    format!("{label} is {}, was {}", is.unwrap_or("none"), was.unwrap_or("none"))
}
