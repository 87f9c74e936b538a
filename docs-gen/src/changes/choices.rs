//! `oneOf` and `anyOf`: which alternative became which.

use std::borrow::Cow;

use super::finding::{Difference, Verdict};
use super::shapes::Shapes;
use super::spot::{Spot, Step};
use crate::schema::Schema;
use crate::value::plain;

/// More trials than this are not made for one list.
const MAX_TRIALS: usize = 4096;

/// Compares the alternatives; tells whether the rest of the two schemas can be compared.
pub(super) fn compare<'a>(
    shapes: &mut Shapes<'a>,
    spot: &Spot<'_>,
    old: &Schema<'a>,
    new: &Schema<'a>,
) -> bool {
    let (was, is) = (old.alternatives(), new.alternatives());
    let here = spot.step(Step::Same);
    match (was.is_empty(), is.is_empty()) {
        // Nothing but the alternatives says what the value is.
        (true, false) if old.kind().is_some() && new.kind().is_none() => widened(shapes, &here, old, &is),
        (false, true) if old.kind().is_none() && new.kind().is_some() => narrowed(shapes, &here, &was, new),
        _ => {
            bounded(shapes, &here, was, is);
            bounded(shapes, &here, in_parts(old), in_parts(new));
            return true;
        }
    }
    false
}

/// The alternatives that a part of an `allOf` brings.
fn in_parts<'a>(schema: &Schema<'a>) -> Vec<Schema<'a>> {
    let unnamed = schema.parts().into_iter().filter(|part| part.name().is_none());
    unnamed.flat_map(|part| part.alternatives()).collect()
}

/// Alternatives that bound a value which is known otherwise.
fn bounded<'a>(shapes: &mut Shapes<'a>, here: &Spot<'_>, was: Vec<Schema<'a>>, is: Vec<Schema<'a>>) {
    match (was.is_empty(), is.is_empty()) {
        (true, true) => {}
        (true, false) => {
            let what = format!("takes only {} alternatives now", is.len());
            shapes.report(here, Difference::changed(what, Verdict::NARROWED));
        }
        (false, true) => {
            let what = format!("takes anything now, not only {} alternatives", was.len());
            shapes.report(here, Difference::changed(what, Verdict::WIDENED));
        }
        (false, false) => lists(shapes, here, was, is),
    }
}

/// One schema became several, of which one may be it.
fn widened<'a>(shapes: &mut Shapes<'a>, here: &Spot<'_>, old: &Schema<'a>, is: &[Schema<'a>]) {
    let holds = is.iter().any(|one| shapes.are_alike(old, one));
    let what = format!("is one of {} alternatives now", is.len());
    let verdict = if holds { Verdict::WIDENED } else { Verdict::OTHER };
    shapes.report(here, Difference::changed(what, verdict));
}

/// Several became one, which may be one of them.
fn narrowed<'a>(shapes: &mut Shapes<'a>, here: &Spot<'_>, was: &[Schema<'a>], new: &Schema<'a>) {
    let held = was.iter().any(|one| shapes.are_alike(one, new));
    let what = format!("has one form now, was one of {} alternatives", was.len());
    let verdict = if held { Verdict::NARROWED } else { Verdict::OTHER };
    shapes.report(here, Difference::changed(what, verdict));
}

/// What is left of two lists when those that belong together are taken out.
struct Lists<'a> {
    was: Vec<Schema<'a>>,
    is: Vec<Schema<'a>>,
    joined: Vec<(Schema<'a>, Schema<'a>)>,
}

impl<'a> Lists<'a> {
    fn join(&mut self, mut belong: impl FnMut(&Schema<'a>, &Schema<'a>) -> bool) {
        for old in std::mem::take(&mut self.was) {
            match self.is.iter().position(|new| belong(&old, new)) {
                Some(at) => self.joined.push((old, self.is.remove(at))),
                None => self.was.push(old),
            }
        }
    }
}

fn lists<'a>(shapes: &mut Shapes<'a>, here: &Spot<'_>, was: Vec<Schema<'a>>, is: Vec<Schema<'a>>) {
    let mut lists = Lists { was, is, joined: Vec::new() };
    lists.join(|old, new| old.name().is_some() && old.name() == new.name());
    if lists.was.len().saturating_mul(lists.is.len()) <= MAX_TRIALS {
        lists.join(|old, new| shapes.are_alike(old, new));
    }
    // Those without a name that were edited are taken in the order of the document.
    let unnamed = |list: &[Schema<'_>]| list.iter().filter(|one| one.name().is_none()).count();
    if unnamed(&lists.was) == unnamed(&lists.is) {
        lists.join(|old, new| old.name().is_none() && new.name().is_none() && old.kind() == new.kind());
    }
    let Lists { was, is, joined } = lists;
    joined.iter().for_each(|(old, new)| shapes.value(here, old, new));
    for one in &was {
        let what = format!("alternative {} removed", label(one));
        shapes.report(here, Difference::removed(what, Verdict::NARROWED));
    }
    for one in &is {
        let what = format!("alternative {} added", label(one));
        shapes.report(here, Difference::added(what, Verdict::WIDENED));
    }
}

/// How an alternative is called: its name, its only value, or its type.
fn label(schema: &Schema<'_>) -> String {
    let values = || schema.get("const").or_else(|| schema.enum_values().first().copied());
    let text = schema
        .name()
        .map(str::to_owned)
        .or_else(|| values().map(plain))
        .or_else(|| schema.type_name().map(Cow::into_owned));
    format!("`{}`", text.unwrap_or_else(|| "any".to_owned()))
}
