//! Names for tokens that nobody named: `quiet_lovelace42`.

use super::ids::Ids;

/// The longest name that a token may have, in bytes: an index holds names, and a path of a request names them.
pub const TOKEN_NAME_LIMIT: usize = 1_024;

/// How many names are tried before longer ones are.
const SHORT_TRIES: u32 = 8;

/// First halves.
pub const ADJECTIVES: [&str; 32] = [
    "able", "amber", "bold", "brave", "bright", "brisk", "calm", "clear", "clever", "deft", "eager", "fair",
    "fleet", "fresh", "gentle", "glad", "golden", "grand", "keen", "kind", "lively", "lucid", "mellow",
    "merry", "nimble", "patient", "quick", "quiet", "ready", "silver", "steady", "warm",
];

/// Second halves: people who measured and made things.
pub const SURNAMES: [&str; 32] = [
    "abel",
    "babbage",
    "bohr",
    "boole",
    "cantor",
    "cori",
    "curie",
    "dirac",
    "euler",
    "faraday",
    "fermi",
    "franklin",
    "galois",
    "gauss",
    "germain",
    "hamilton",
    "hopper",
    "kepler",
    "kovalevska",
    "leavitt",
    "lovelace",
    "maxwell",
    "meitner",
    "mendel",
    "noether",
    "pascal",
    "planck",
    "ramanujan",
    "rubin",
    "somerville",
    "turing",
    "volta",
];

/// A name; `attempt` counts those before it that were taken. Later ones have so many digits that they cannot all be.
pub fn random(ids: &Ids, attempt: u32) -> String {
    let [adjective, surname, digits @ ..] = ids.bytes::<6>();
    let digits = u32::from_le_bytes(digits);
    let adjective = ADJECTIVES[usize::from(adjective) % ADJECTIVES.len()];
    let surname = SURNAMES[usize::from(surname) % SURNAMES.len()];
    if attempt < SHORT_TRIES {
        return format!("{adjective}_{surname}{:02}", digits % 100);
    }
    format!("{adjective}_{surname}{digits:010}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_two_words_and_two_digits() {
        let ids = Ids::seeded(3);
        for _ in 0..2_000 {
            let name = random(&ids, 0);
            let (adjective, rest) = name.split_once('_').unwrap();
            let (surname, digits) = rest.split_at(rest.len() - 2);
            assert!(ADJECTIVES.contains(&adjective) && SURNAMES.contains(&surname), "{name}");
            assert!(digits.bytes().all(|digit| digit.is_ascii_digit()), "{name}");
        }
    }

    #[test]
    fn no_name_is_too_long() {
        let longest = |words: &[&str]| words.iter().map(|word| word.len()).max().unwrap();
        assert!(longest(&ADJECTIVES) + 1 + longest(&SURNAMES) + 10 <= 32);
        let late = random(&Ids::seeded(1), SHORT_TRIES);
        assert_eq!(late.bytes().filter(u8::is_ascii_digit).count(), 10, "{late}");
    }

    #[test]
    fn words_are_unique_and_plain() {
        for words in [ADJECTIVES, SURNAMES] {
            assert_eq!(words.iter().collect::<HashSet<_>>().len(), words.len());
            assert!(words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())));
        }
    }
}
