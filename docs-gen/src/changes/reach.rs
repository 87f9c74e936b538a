//! Which operations meet the named types, and the lines that come of it.

use std::collections::{HashMap, HashSet};

use super::finding::{Finding, Owner, Sides, Verdict};
use super::shapes::Shapes;
use super::{Change, Kind};

/// A change in more operations than this is one line.
const SEPARATE: usize = 3;

/// The ways by which one operation meets the pairs.
type Met = HashMap<usize, Sides>;

/// An operation as reports call it.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) is_webhook: bool,
}

/// The changes: those of operations by their order, then those of named types by name.
pub(super) fn lines(shapes: &Shapes<'_>, operations: &[Named]) -> Vec<Change> {
    let mut changes = of_operations(shapes, operations);
    if shapes.findings.iter().any(|finding| matches!(finding.owner, Owner::Pair(_))) {
        changes.extend(of_pairs(shapes, operations));
    }
    changes
}

type Same<'f> = (&'f str, &'f str, Kind, Sides, Verdict);

fn same(finding: &Finding) -> Same<'_> {
    (&finding.place, &finding.what, finding.kind, finding.sides, finding.verdict)
}

/// What is found alike in many operations, by a shared parameter or response, is told once.
fn of_operations(shapes: &Shapes<'_>, operations: &[Named]) -> Vec<Change> {
    let own = shapes.findings.iter().filter_map(|finding| match finding.owner {
        Owner::Operation(number) => Some((number, finding)),
        Owner::Pair(_) => None,
    });
    let mut groups: Vec<(&Finding, Vec<usize>)> = Vec::new();
    let mut numbers: HashMap<Same<'_>, usize> = HashMap::new();
    for (number, finding) in own {
        let next = groups.len();
        let group = *numbers.entry(same(finding)).or_insert(next);
        match groups.get_mut(group) {
            Some((_, members)) if members.last() == Some(&number) => {}
            Some((_, members)) => members.push(number),
            None => groups.push((finding, vec![number])),
        }
    }
    let mut changes: Vec<(usize, Change)> = Vec::new();
    for (finding, members) in &groups {
        let size = if members.len() > SEPARATE { members.len() } else { 1 };
        let parts = members.chunks(size);
        changes.extend(
            parts.filter_map(|part| Some((*part.first()?, shared(finding, &names(operations, part))))),
        );
    }
    changes.sort_by_key(|(number, _)| *number);
    changes.into_iter().map(|(_, change)| change).collect()
}

fn names(operations: &[Named], numbers: &[usize]) -> Vec<String> {
    numbers.iter().filter_map(|number| operations.get(*number)).map(|one| one.name.clone()).collect()
}

fn shared(finding: &Finding, operations: &[String]) -> Change {
    let mut place = operations.first().cloned().unwrap_or_default();
    if operations.len() > 1 {
        place.push_str(&format!(" and {} other operations", operations.len() - 1));
    }
    if !finding.place.is_empty() {
        place.extend([", ", &finding.place]);
    }
    change(place, finding, finding.sides, operations.to_vec())
}

fn change(place: String, finding: &Finding, sides: Sides, operations: Vec<String>) -> Change {
    let breaking = finding.verdict.on(sides);
    Change { place, what: finding.what.clone(), kind: finding.kind, breaking, operations }
}

fn of_pairs(shapes: &Shapes<'_>, operations: &[Named]) -> Vec<Change> {
    let reach = reach(shapes, operations.len());
    let mut told = HashSet::new();
    let distinct = shapes.findings.iter().filter(|finding| told.insert((finding.owner, same(finding))));
    let mut found: Vec<_> =
        distinct.filter_map(|finding| of_pair(shapes, &reach, operations, finding)).collect();
    found.sort_by_key(|(name, _)| *name);
    found.into_iter().map(|(_, change)| change).collect()
}

fn of_pair<'a>(
    shapes: &Shapes<'a>,
    reach: &[Vec<(usize, Sides)>],
    operations: &[Named],
    finding: &Finding,
) -> Option<(&'a str, Change)> {
    let Owner::Pair(number) = finding.owner else { return None };
    let meets: Vec<_> =
        reach.get(number)?.iter().filter(|(_, sides)| !sides.and(finding.sides).is_empty()).collect();
    let sides = meets.iter().fold(Sides::NONE, |all, (_, sides)| all.or(sides.and(finding.sides)));
    if sides.is_empty() {
        return None;
    }
    let (old, new) = shapes.pairs.get(number)?.names;
    let mut place = format!("schema `{new}`");
    if old != new {
        place.push_str(&format!(" (was `{old}`)"));
    }
    if !finding.place.is_empty() {
        place.extend([", ", &finding.place]);
    }
    let met = names(operations, &meets.iter().map(|(number, _)| *number).collect::<Vec<_>>());
    let used = meets.iter().fold(Sides::NONE, |all, (number, sides)| {
        let is_webhook = operations.get(*number).is_some_and(|one| one.is_webhook);
        all.or(sides.and(finding.sides).turned(is_webhook))
    });
    place.push_str(&match met.as_slice() {
        [only] => format!(" ({} of {only})", used.words()),
        all => format!(" ({} of {} operations)", used.words(), all.len()),
    });
    Some((new, change(place, finding, sides, met)))
}

/// For each pair the operations that meet it, and by which way.
fn reach(shapes: &Shapes<'_>, operations: usize) -> Vec<Vec<(usize, Sides)>> {
    let mut uses: HashMap<Owner, Vec<(usize, Sides)>> = HashMap::new();
    #[expect(clippy::iter_over_hash_type, reason = "what is gathered is a set, whatever the order")]
    for one in &shapes.uses {
        uses.entry(one.owner).or_default().push((one.pair, one.sides));
    }
    let mut reach = vec![Vec::new(); shapes.pairs.len()];
    for number in 0..operations {
        let mut met: Vec<(usize, Sides)> = met_by(&uses, number).into_iter().collect();
        met.sort_unstable_by_key(|(pair, _)| *pair);
        for (pair, sides) in met {
            if let Some(all) = reach.get_mut(pair) {
                all.push((number, sides));
            }
        }
    }
    reach
}

/// Follows the types that an operation refers to, and those that they refer to.
fn met_by(uses: &HashMap<Owner, Vec<(usize, Sides)>>, operation: usize) -> Met {
    let mut met = Met::new();
    let mut open: Vec<(Owner, Sides)> = vec![(Owner::Operation(operation), Sides::BOTH)];
    while let Some((owner, ways)) = open.pop() {
        for (pair, sides) in uses.get(&owner).into_iter().flatten() {
            let ways = ways.and(*sides);
            let known = met.entry(*pair).or_insert(Sides::NONE);
            if known.or(ways) != *known {
                *known = known.or(ways);
                open.push((Owner::Pair(*pair), *known));
            }
        }
    }
    met
}
