//! Compares schemas. Two named types are compared once, however many places refer to them.

use std::collections::{HashMap, HashSet};

use super::finding::{Difference, Finding, Owner, Sides, Verdict};
use super::keywords::{self, View};
use super::spot::{Spot, Step};
use super::{choices, members};
use crate::schema::{Kind, Schema};

/// Types inside types deeper than this are not compared.
const MAX_DEPTH: usize = 64;

/// Trials inside trials deeper than this are not made.
const MAX_NESTED: usize = 16;

/// How many steps may be spent on finding out which alternative became which.
const TRIALS: usize = 200_000;

/// A named type and what it became, or two types of which one stands where the other stood.
#[derive(Debug)]
pub(super) struct Pair<'a> {
    pub(super) names: (&'a str, &'a str),
    schemas: (Schema<'a>, Schema<'a>),
}

/// A place that refers to a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Use {
    pub(super) owner: Owner,
    pub(super) pair: usize,
    pub(super) sides: Sides,
}

/// The comparison of all schemas of two documents.
#[derive(Debug, Default)]
pub(super) struct Shapes<'a> {
    pub(super) pairs: Vec<Pair<'a>>,
    pub(super) uses: HashSet<Use>,
    pub(super) findings: Vec<Finding>,
    numbers: HashMap<(usize, usize), usize>,
    /// What was compared already within one owner, by the addresses of both sides.
    compared: HashSet<(Owner, &'static str, usize, usize)>,
    /// How many pairs were looked into.
    done: usize,
    /// Only whether there is a difference is asked for.
    is_trial: bool,
    spent: usize,
    /// The pairs of alternatives, by address, that are being tried around this trial.
    trying: Vec<(usize, usize)>,
}

impl<'a> Shapes<'a> {
    /// Looks into the pairs that were met, and those met there.
    pub(super) fn finish(&mut self) {
        while let Some(pair) = self.pairs.get(self.done).filter(|_| !self.is_decided()) {
            let (old, new) = pair.schemas.clone();
            let spot = Spot::root(Owner::Pair(self.done), "", Sides::BOTH);
            self.done += 1;
            self.value(&spot, &old, &new);
        }
    }

    pub(super) fn report(&mut self, spot: &Spot<'_>, difference: Difference) {
        let Difference { what, kind, verdict } = difference;
        if !spot.sides.is_empty() {
            let place = spot.place();
            self.findings.push(Finding { owner: spot.owner, place, what, kind, sides: spot.sides, verdict });
        }
    }

    /// Compares what stands at one place.
    pub(super) fn value(&mut self, spot: &Spot<'_>, old: &Schema<'a>, new: &Schema<'a>) {
        self.spent += usize::from(self.is_trial);
        if spot.depth > MAX_DEPTH || spot.sides.is_empty() || self.is_decided() {
            return;
        }
        let (Some(old_type), Some(new_type)) = (old.named_type(), new.named_type()) else {
            return self.shape(spot, old, new);
        };
        let names = (old.name().unwrap_or_default(), new.name().unwrap_or_default());
        self.meet(spot, Pair { names, schemas: (old_type, new_type) });
        self.keywords(spot, &View::own(old), &View::own(new));
    }

    /// Notes that two named types stand at one place.
    fn meet(&mut self, spot: &Spot<'_>, pair: Pair<'a>) {
        // A trial asks what a place is; what became of a type is told of the type.
        if self.is_trial && pair.names.0 == pair.names.1 {
            return;
        }
        let key = (pair.schemas.0.place_id(), pair.schemas.1.place_id());
        let next = self.pairs.len();
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.pairs.push(pair);
        }
        self.uses.insert(Use { owner: spot.owner, pair: number, sides: spot.sides });
    }

    fn keywords(&mut self, spot: &Spot<'_>, old: &View<'_, 'a>, new: &View<'_, 'a>) {
        let mut found = Vec::new();
        keywords::others(old, new, &mut found);
        found.into_iter().for_each(|difference| self.report(spot, difference));
    }

    /// Compares two schemas that have no name at this place.
    fn shape(&mut self, spot: &Spot<'_>, old: &Schema<'a>, new: &Schema<'a>) {
        if !self.is_new(spot, old, new) || !choices::compare(self, spot, old, new) {
            return;
        }
        let mut found = Vec::new();
        let is_same_type = keywords::types(old, new, &mut found);
        found.into_iter().for_each(|difference| self.report(spot, difference));
        self.keywords(spot, &View::whole(old), &View::whole(new));
        if !is_same_type {
            return;
        }
        if let (Some(old), Some(new)) = (old.items(), new.items()) {
            self.value(&spot.step(Step::Items), &old, &new);
        }
        members::compare(self, spot, old, new);
        if old.kind() == Some(Kind::Object) {
            members::extra(self, spot, old, new);
        }
    }

    /// Whether this owner did not compare the same places before: references without a name may go round.
    fn is_new(&mut self, spot: &Spot<'_>, old: &Schema<'a>, new: &Schema<'a>) -> bool {
        let (old, new) = (old.place_id(), new.place_id());
        old == 0 || new == 0 || self.compared.insert((spot.owner, spot.sides.words(), old, new))
    }

    /// Whether a trial has its answer.
    fn is_decided(&self) -> bool {
        self.is_trial && (!self.findings.is_empty() || self.spent > TRIALS)
    }

    /// Whether two schemas have the same values, as far as it can be found out in time.
    pub(super) fn are_alike(&mut self, old: &Schema<'a>, new: &Schema<'a>) -> bool {
        let places = (old.place_id(), new.place_id());
        // A type that comes back to itself is like another one when the rest is.
        if self.trying.contains(&places) {
            return true;
        }
        let trying = self.trying.iter().copied().chain([places]).collect::<Vec<_>>();
        if trying.len() > MAX_NESTED {
            return false;
        }
        let mut trial = Self { is_trial: true, spent: self.spent, trying, ..Self::default() };
        trial.value(&Spot::root(Owner::Operation(0), "", Sides::BOTH), old, new);
        trial.finish();
        self.spent = trial.spent;
        trial.findings.is_empty() && trial.spent <= TRIALS
    }
}

/// Whether a property takes part in requests, in responses or in both.
pub(super) fn travels(schema: &Schema<'_>) -> Sides {
    match (schema.flag("readOnly"), schema.flag("writeOnly")) {
        (true, false) => Sides::RESPONSES,
        (false, true) => Sides::REQUESTS,
        _ => Sides::BOTH,
    }
}

/// What clients do not get any more.
pub(super) const GONE: Verdict = Verdict {
    request: Some("the server ignores or refuses what clients send"),
    response: Some("clients that read it find nothing"),
};
