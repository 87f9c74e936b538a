//! The promises hold for texts of any letters. `fuzz/` looks further and longer.

use rand::RngExt;
use rand::rngs::StdRng;

use super::promises;
use crate::support::dice;

const TEXTS: usize = 3_000;

/// Pieces that mean something to somebody.
const PIECES: &[&str] = &[
    ":",
    "\"",
    " ",
    ",",
    "-",
    "*",
    "@",
    ".",
    "\n",
    "\0",
    "name:",
    "status:active",
    "role:member",
    "login_type:",
    "last_seen_after:",
    "created_before:\"2026-01-02T00:00:00+23:59\"",
    "github_com_user_id:-9223372036854775808",
    "service_account:t",
    "user_id:",
    "include_system:F",
    "search:x",
    "workspace_owner:me",
    "connected_after:\"2026-01-02t00:00:00Z\"",
    "status:ongoing",
    "workspace_id:",
    "00000000-0000-0000-0000-000000000000",
    "{0000000000000000000000000000000a}",
    "urn:uuid:",
    "user:*",
    "*:*",
    "workspace:",
    "0123456789",
    "0123456789012345678901",
    "abcdefghij",
    "QWERTY",
    "new",
    "create",
    "example.com",
    "\"a\\\"b\"",
    "ß",
    "İ",
    "Σς",
    "ǅ",
    "😀",
    "\u{202e}\u{feff}",
    "!@$&*_-., \"#%",
    "\n---\n",
    "name: a",
    "\n  description: |\n   ",
    ">\n ",
    "<!-- -->",
];

fn text(dice: &mut StdRng) -> String {
    let mut text = String::new();
    for _ in 0..dice.random_range(0..8) {
        match dice.random_range(0..4) {
            0 => text.push(dice.random()),
            1 => text.push(dice.random_range(' '..='~')),
            2 => text.extend(std::iter::repeat_n(dice.random_range(' '..='~'), dice.random_range(0..40))),
            _ => text.push_str(PIECES[dice.random_range(0..PIECES.len())]),
        }
    }
    text
}

/// Throws texts at a promise.
fn throw(name: &str, promise: fn(&str)) {
    let (_, mut dice) = dice(name);
    for _ in 0..TEXTS {
        let text = text(&mut dice);
        // Shown when the promise is broken.
        eprintln!("{text:?}");
        promise(&text);
    }
}

#[test]
fn searches_are_read_or_refused() {
    throw("searches_are_read_or_refused", promises::search);
}

#[test]
fn keys_are_read_as_they_are_written() {
    throw("keys_are_read_as_they_are_written", promises::key);
}

#[test]
fn passwords_are_worth_what_they_are_worth() {
    throw("passwords_are_worth_what_they_are_worth", promises::password);
}

#[test]
fn allow_lists_read_to_themselves() {
    throw("allow_lists_read_to_themselves", promises::allow_list);
}

#[test]
fn good_names_are_good_everywhere() {
    throw("good_names_are_good_everywhere", promises::names);
}

#[test]
fn skills_are_read_or_refused() {
    throw("skills_are_read_or_refused", promises::skill);
}
