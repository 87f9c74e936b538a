//! How strong a password is (users.md 1.5).

/// The longest password, in bytes.
pub const LIMIT: usize = 64;
/// The entropy a password needs, in bits.
pub const NEEDED_BITS: f64 = 52.0;

const GROUPS: [(&str, &str); 6] = [
    ("!@$&*", "including more special characters"),
    ("_-., ", "including more special characters"),
    ("\"#%'()+/:;<=>?[\\]^{|}~", "including more special characters"),
    ("abcdefghijklmnopqrstuvwxyz", "using lowercase letters"),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "using uppercase letters"),
    ("0123456789", "using numbers"),
];
const SEQUENCES: [&str; 5] =
    ["0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz"];

/// Whether a password is good enough.
///
/// # Errors
/// What to do better, as a sentence for the user.
pub fn check(password: &str) -> Result<(), String> {
    if entropy(password) < NEEDED_BITS {
        return Err(advice(password));
    }
    if password.len() > LIMIT {
        return Err(format!("password must be no more than {LIMIT} characters"));
    }
    Ok(())
}

/// The estimated entropy in bits: length times the logarithm of the alphabet's size.
pub fn entropy(password: &str) -> f64 {
    let length = effective_length(password);
    let base = alphabet(password);
    if length == 0 || base == 0 { 0.0 } else { length as f64 * (base as f64).log2() }
}

fn alphabet(password: &str) -> usize {
    let groups = GROUPS.iter().filter(|(group, _)| password.chars().any(|c| group.contains(c)));
    let mut others: Vec<char> =
        password.chars().filter(|c| !GROUPS.iter().any(|(group, _)| group.contains(*c))).collect();
    others.sort_unstable();
    others.dedup();
    groups.map(|(group, _)| group.len()).sum::<usize>() + others.len()
}

/// The length when runs of one character, and runs along a keyboard row or the alphabet, count two.
fn effective_length(password: &str) -> usize {
    let mut kept: Vec<char> = Vec::new();
    for c in password.chars() {
        if !ends_with_twice(&kept, c) {
            kept.push(c);
        }
    }
    for sequence in SEQUENCES {
        let forward: Vec<char> = sequence.chars().collect();
        let backward: Vec<char> = sequence.chars().rev().collect();
        kept = without_runs(&kept, &forward);
        kept = without_runs(&kept, &backward);
    }
    kept.len()
}

fn ends_with_twice(kept: &[char], c: char) -> bool {
    matches!(kept, [.., a, b] if *a == c && *b == c)
}

/// Cuts every run of three or more characters that follow each other in `sequence` to its first two.
fn without_runs(password: &[char], sequence: &[char]) -> Vec<char> {
    let follows = |a: char, b: char| {
        let place = sequence.iter().position(|s| *s == a.to_ascii_lowercase());
        place.and_then(|p| sequence.get(p + 1)).is_some_and(|next| *next == b.to_ascii_lowercase())
    };
    let mut kept = Vec::with_capacity(password.len());
    let mut run = 1;
    for (at, c) in password.iter().enumerate() {
        run = if at > 0 && follows(password[at - 1], *c) { run + 1 } else { 1 };
        if run <= 2 {
            kept.push(*c);
        }
    }
    kept
}

fn advice(password: &str) -> String {
    let mut missing: Vec<&str> = Vec::new();
    for (group, hint) in GROUPS {
        let absent = !password.chars().any(|c| group.contains(c));
        let special = hint == GROUPS[0].1;
        if absent && !missing.contains(&hint) && !(special && has_all_specials(password)) {
            missing.push(hint);
        }
    }
    if missing.is_empty() {
        return "insecure password, try using a longer password".to_owned();
    }
    format!("insecure password, try {} or using a longer password", missing.join(", "))
}

fn has_all_specials(password: &str) -> bool {
    GROUPS[..3].iter().all(|(group, _)| password.chars().any(|c| group.contains(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_examples() {
        for good in ["PasswordSecured123!", "SomeSecurePassword!"] {
            assert_eq!(check(good), Ok(()), "{good} has {} bits", entropy(good));
        }
        for bad in ["pass", "password", "testtest", "", &"a".repeat(65)] {
            assert!(check(bad).unwrap_err().starts_with("insecure password, try "), "{bad}");
        }
    }

    #[test]
    fn strong_but_too_long() {
        let long = "Aq7!".repeat(17);
        assert_eq!(check(&long).unwrap_err(), "password must be no more than 64 characters");
    }

    #[test]
    fn runs_count_two() {
        assert_eq!(effective_length("aaaa"), 2);
        assert_eq!(effective_length("qwertyuiop"), 2);
        assert_eq!(effective_length("98765x"), 3);
        assert_eq!(effective_length("a1b2"), 4);
    }

    /// users.md 1.5: how much each group of characters adds to the alphabet, and that any other character adds one.
    #[test]
    fn groups_are_as_large_as_the_contract_says() {
        let table =
            [("!", 5), ("@!$&*", 5), (" ", 5), ("#", 22), ("~^", 22), ("q", 26), ("Q", 26), ("7", 10)];
        for (text, size) in table.into_iter().chain([("`", 1), ("`ä`é", 3), ("a`", 27), ("a1!_#", 68)]) {
            assert_eq!(alphabet(text), size, "{text}");
        }
        let printable: String = (' '..='~').collect();
        assert_eq!(alphabet(&printable), 5 + 5 + 22 + 26 + 26 + 10 + 1);
    }

    #[test]
    fn advice_names_what_is_missing() {
        let text = check("password").unwrap_err();
        assert!(
            text.contains("including more special characters, using uppercase letters, using numbers or")
        );
    }
}
