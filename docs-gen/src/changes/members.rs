//! The properties of two objects, and what else they may hold.

use std::collections::{HashMap, HashSet};

use super::finding::{Difference, Sides, Verdict};
use super::shapes::{GONE, Shapes, travels};
use super::spot::{Spot, Step};
use crate::input::node::Node;
use crate::schema::{Property, Schema};

const MUST_SEND: &str = "requests without it are refused";

const MAY_LACK: &str = "clients that rely on it may find nothing";

/// Properties that come from a named part of an `allOf`, which is compared by itself: whether it requires them.
type Inherited<'a> = HashMap<&'a str, bool>;

/// Compares the properties by name.
pub(super) fn compare<'a>(shapes: &mut Shapes<'a>, spot: &Spot<'_>, old: &Schema<'a>, new: &Schema<'a>) {
    let (was_inherited, is_inherited) = shared_parts(shapes, spot, old, new);
    let (old, new) = (old.properties(), new.properties());
    let by_name: HashMap<_, _> = new.iter().map(|property| (property.name, property)).collect();
    let known: HashSet<_> = old.iter().map(|property| property.name).collect();
    for was in &old {
        let here = spot.step(Step::Property(was.name));
        let Some(is) = by_name.get(was.name) else {
            if !was_inherited.contains_key(was.name) {
                removed(shapes, &here, was);
            }
            continue;
        };
        match (was_inherited.get(was.name), is_inherited.get(was.name)) {
            // The part that both inherit from tells the rest.
            (Some(was_required), Some(is_required)) if was_required == is_required => {
                presence(shapes, &here, was, is)
            }
            (Some(_), Some(_)) => {}
            _ => both(shapes, &here, was, is),
        }
    }
    let fresh = new.iter().filter(|is| !known.contains(is.name) && !is_inherited.contains_key(is.name));
    fresh.for_each(|is| added(shapes, &spot.step(Step::Property(is.name)), is));
}

/// Lets the named parts that both have be compared once, and tells what they bring.
fn shared_parts<'a>(
    shapes: &mut Shapes<'a>,
    spot: &Spot<'_>,
    old: &Schema<'a>,
    new: &Schema<'a>,
) -> (Inherited<'a>, Inherited<'a>) {
    let (mut was, mut is) = (Inherited::new(), Inherited::new());
    let parts = new.parts();
    for part in old.parts() {
        let Some(other) = parts.iter().find(|other| part.name().is_some() && other.name() == part.name())
        else {
            continue;
        };
        shapes.value(&spot.step(Step::Same), &part, other);
        was.extend(part.properties().iter().map(|property| (property.name, property.required)));
        is.extend(other.properties().iter().map(|property| (property.name, property.required)));
    }
    (was, is)
}

fn both<'a>(shapes: &mut Shapes<'a>, here: &Spot<'_>, old: &Property<'a>, new: &Property<'a>) {
    let (was, is) = (travels(&old.schema), travels(&new.schema));
    if was != is {
        direction(shapes, here, was, is);
    }
    let here = here.only(was.and(is));
    presence(shapes, &here, old, new);
    shapes.value(&here, &old.schema, &new.schema);
}

/// What a property that is not sent any more, or not received, means.
fn direction(shapes: &mut Shapes<'_>, here: &Spot<'_>, was: Sides, is: Sides) {
    let name = |sides| match sides {
        Sides::RESPONSES => "read-only",
        Sides::REQUESTS => "write-only",
        _ => "for reading and writing",
    };
    let lost = |side: Sides| !was.and(side).is_empty() && is.and(side).is_empty();
    let verdict = Verdict {
        request: GONE.request.filter(|_| lost(Sides::REQUESTS)),
        response: GONE.response.filter(|_| lost(Sides::RESPONSES)),
    };
    shapes.report(here, Difference::changed(format!("is {} now, was {}", name(is), name(was)), verdict));
}

fn presence(shapes: &mut Shapes<'_>, here: &Spot<'_>, old: &Property<'_>, new: &Property<'_>) {
    match (old.required, new.required) {
        (false, true) => {
            shapes
                .report(here, Difference::changed("property required now", Verdict::in_requests(MUST_SEND)));
        }
        (true, false) => {
            shapes
                .report(here, Difference::changed("property optional now", Verdict::in_responses(MAY_LACK)));
        }
        _ => {}
    }
}

fn removed(shapes: &mut Shapes<'_>, here: &Spot<'_>, property: &Property<'_>) {
    let here = here.only(travels(&property.schema));
    shapes.report(&here, Difference::removed("property removed", GONE));
}

fn added(shapes: &mut Shapes<'_>, here: &Spot<'_>, property: &Property<'_>) {
    let here = here.only(travels(&property.schema));
    shapes.report(
        &here,
        match property.required {
            true => Difference::added("required property added", Verdict::in_requests(MUST_SEND)),
            false => Difference::added("property added", Verdict::HARMLESS),
        },
    );
}

/// What an object may hold besides its properties.
enum Extra<'a> {
    Anything,
    Nothing,
    Values(Schema<'a>),
}

fn extra_of<'a>(schema: &Schema<'a>) -> Extra<'a> {
    match (schema.map_values(), schema.get("additionalProperties")) {
        (Some(values), _) => Extra::Values(values),
        (None, Some(Node::Bool(false))) => Extra::Nothing,
        _ => Extra::Anything,
    }
}

/// Compares what two objects may hold besides their properties.
pub(super) fn extra<'a>(shapes: &mut Shapes<'a>, spot: &Spot<'_>, old: &Schema<'a>, new: &Schema<'a>) {
    let here = spot.step(Step::Values);
    let (what, verdict) = match (extra_of(old), extra_of(new)) {
        (Extra::Values(old), Extra::Values(new)) => return shapes.value(&here, &old, &new),
        (Extra::Anything, Extra::Anything) | (Extra::Nothing, Extra::Nothing) => return,
        (Extra::Anything, Extra::Nothing) => ("refuses other properties now", Verdict::NARROWED),
        (Extra::Nothing, Extra::Anything) => ("takes other properties now", Verdict::HARMLESS),
        (Extra::Anything, Extra::Values(_)) => {
            ("takes other properties of one type only now", Verdict::NARROWED)
        }
        (Extra::Nothing, Extra::Values(_)) => ("takes other properties of one type now", Verdict::HARMLESS),
        (Extra::Values(_), Extra::Anything) => ("takes other properties of any type now", Verdict::WIDENED),
        (Extra::Values(_), Extra::Nothing) => ("has no other properties any more", GONE),
    };
    shapes.report(spot, Difference::changed(what, verdict));
}
