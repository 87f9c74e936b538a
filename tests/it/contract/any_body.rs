//! A body of any shape is taken or refused, for every operation that reads one; it is never a fault of the server, and what is
//! answered fits the document. The client of the tests looks after the latter.

use std::collections::BTreeMap;

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::Value;

use super::samples::good_body;
use super::walk::{Operation, operations};
use super::world::{World, call_with};
use crate::support::dice;

/// Fewer than what the strictest limit of requests per minute allows.
const BODIES: usize = 40;

/// JSON as it is written, most of it scarcely.
const WRITTEN: [&str; 44] = [
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-1",
    "7",
    "1.5",
    "1e3",
    "1e308",
    "1e999",
    "-1e-999",
    "2147483648",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "123456789012345678901234567890123456789012345678901234567890",
    "\"\"",
    "\" \"",
    "\"\\u0000\"",
    "\"a\\u0000b\"",
    "\"\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"\\ud83d\\ude00\"",
    "\"\\u202e\\ufeff\"",
    "\"\\x\"",
    "\"\u{1}\"",
    "\"me\"",
    "\"owner\"",
    "\"default\"",
    "\"*\"",
    "\"%_\\\\'\"",
    "\"1\"",
    "\"-1\"",
    "\"true\"",
    "\"null\"",
    "\"00000000-0000-0000-0000-000000000000\"",
    "\"00000000-0000-0000-0000-00000000000g\"",
    "\"0001-01-01T00:00:00Z\"",
    "\"bea@example.com\"",
    "\"PasswordSecured123!\"",
    "{",
    "]",
    "nul",
];

/// A value of any kind, as it is written.
fn anything(dice: &mut StdRng, depth: usize) -> String {
    let end = if depth == 0 { 7 } else { 10 };
    match dice.random_range(0..end) {
        0 => {
            let letter: char = dice.random();
            serde_json::to_string(&letter.to_string().repeat(dice.random_range(1..3_000))).unwrap()
        }
        1 if dice.random_ratio(1, 4) => {
            let depth = dice.random_range(1..300);
            format!("{}{}", "[".repeat(depth), "]".repeat(depth))
        }
        7 | 8 => {
            let items: Vec<String> =
                (0..dice.random_range(0..4)).map(|_| anything(dice, depth - 1)).collect();
            format!("[{}]", items.join(","))
        }
        9 => {
            let members: Vec<_> =
                (0..dice.random_range(0..4)).map(|n| (format!("m{n}"), anything(dice, depth - 1))).collect();
            object(&members)
        }
        _ => WRITTEN[dice.random_range(0..WRITTEN.len())].to_owned(),
    }
}

fn object(members: &[(String, String)]) -> String {
    let member =
        |(name, value): &(String, String)| format!("{}:{value}", serde_json::to_string(name).unwrap());
    format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
}

/// The name with some letters in the other case.
fn recased(dice: &mut StdRng, name: &str) -> String {
    let recase = |c: char| if dice.random() { c.to_ascii_uppercase() } else { c };
    name.chars().map(recase).collect()
}

/// A good body after one change of a member, or with a member more.
fn changed(dice: &mut StdRng, members: &mut Vec<(String, String)>) {
    let value = anything(dice, 3);
    if members.is_empty() {
        return members.push(("any".to_owned(), value));
    }
    let place = dice.random_range(0..members.len());
    let name = members[place].0.clone();
    match dice.random_range(0..6) {
        0 => drop(members.remove(place)),
        1 => members.push((name, value)),
        2 => members.insert(0, (recased(dice, &name), value)),
        3 => members.push((format!("{name}\0"), value)),
        4 => members[place].0 = recased(dice, &name),
        _ => members[place].1 = value,
    }
}

/// The text with a byte changed, added or taken, or with nothing after one.
fn damaged(dice: &mut StdRng, text: String) -> Vec<u8> {
    let mut bytes = text.into_bytes();
    let place = dice.random_range(0..bytes.len());
    match dice.random_range(0..4) {
        0 => bytes[place] = dice.random(),
        1 => bytes.insert(place, dice.random()),
        2 => drop(bytes.remove(place)),
        _ => bytes.truncate(place),
    }
    bytes
}

/// A body of any shape, most of them not far from this good one.
fn body(dice: &mut StdRng, good: &[(String, String)]) -> Vec<u8> {
    let mut members = good.to_vec();
    for _ in 0..dice.random_range(0..3) {
        changed(dice, &mut members);
    }
    match dice.random_range(0..10) {
        0 => anything(dice, 4).into_bytes(),
        1 => damaged(dice, object(&members)),
        2 => format!(" {} {}", object(&members), anything(dice, 2)).into_bytes(),
        _ => object(&members).into_bytes(),
    }
}

/// The members of a good body, or of any when none is shown: those that the document names.
fn good_members(operation: &Operation, world: &World) -> Vec<(String, String)> {
    let good = good_body(operation, world).unwrap_or_default();
    let members = good.as_object().cloned().unwrap_or_default();
    members.into_iter().map(|(name, value): (String, Value)| (name, value.to_string())).collect()
}

#[tokio::test]
async fn a_body_of_any_shape_is_taken_or_refused() {
    let (seed, mut dice) = dice("a_body_of_any_shape_is_taken_or_refused");
    let mut tally: BTreeMap<u16, usize> = BTreeMap::new();
    for operation in operations().into_iter().filter(Operation::has_body) {
        // What was taken may have changed everything.
        let world = World::new().await;
        let (good, path) = (good_members(&operation, &world), world.path(&operation));
        for _ in 0..BODIES {
            let body = body(&mut dice, &good);
            // Shown when the answer is none of the document's.
            println!("{operation:?}: {:.2000}", String::from_utf8_lossy(&body));
            let reply = call_with(&world.owner, &operation, &path, body).await;
            assert!(reply.status < 500, "ROSTER_TEST_SEED={seed}, {operation:?}: {reply:?}");
            *tally.entry(reply.status / 100 * 100).or_default() += 1;
        }
    }
    let often = |statuses: u16| tally.get(&statuses).is_some_and(|times| *times >= 20);
    assert!(often(200) && often(400), "ROSTER_TEST_SEED={seed}: too little happened: {tally:?}");
}
