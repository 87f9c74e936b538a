//! Names that people choose: parsed once, valid ever after.

/// The longest username, organization or role name, in bytes.
pub const NAME_LIMIT: usize = 32;
/// The longest display name of a person, in bytes.
pub const FULL_NAME_LIMIT: usize = 128;
/// The longest display name of an organization, in bytes.
pub const DISPLAY_NAME_LIMIT: usize = 64;
/// The longest e-mail address, in bytes. The contract has no limit, but PostgreSQL's indexes end at some 2,700 bytes.
pub const EMAIL_LIMIT: usize = 1_000;
const RESERVED: [&str; 2] = ["new", "create"];

/// Whether a text may be a username, an organization name or a role name (users.md 1.4).
///
/// # Errors
/// The reason, as clients outside of request bodies see it.
pub fn check_name(text: &str) -> Result<(), String> {
    if text.len() > NAME_LIMIT {
        return Err(format!("must be <= {NAME_LIMIT} characters"));
    }
    if text.is_empty() {
        return Err("must be >= 1 character".to_owned());
    }
    if RESERVED.contains(&text) {
        return Err(format!("cannot use {text:?} as a name"));
    }
    let well_formed =
        text.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    if well_formed { Ok(()) } else { Err("must be alphanumeric with hyphens".to_owned()) }
}

/// Whether a text may be a person's display name: at most 128 bytes, no white space at its ends, no NUL, which PostgreSQL
/// does not store; empty is fine.
pub fn is_full_name(text: &str) -> bool {
    text.len() <= FULL_NAME_LIMIT && text.trim() == text && !text.contains('\0')
}

/// Whether a text may be an organization's display name (members.md 8): at most 64 bytes, no white space at its ends, no
/// line break, and no NUL, as for people; empty is fine.
pub fn is_display_name(text: &str) -> bool {
    text.len() <= DISPLAY_NAME_LIMIT && text.trim() == text && !text.contains(['\n', '\r', '\0'])
}

/// Whether a text of any kind and length can be stored: PostgreSQL has no NUL.
pub fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}

/// Whether a text is an e-mail address as users.md 1.4 has it: local part, `@`, at least two labels.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    text.len() <= EMAIL_LIMIT && is_local_part(local) && is_domain(domain)
}

fn is_local_part(local: &str) -> bool {
    if let Some(quoted) = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return is_quoted(quoted);
    }
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_char))
}

fn is_atom_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || is_international(c)
}

fn is_quoted(text: &str) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let fine = match c {
            '\\' => chars.next().is_some_and(|next| !next.is_control()),
            '"' => false,
            _ => !c.is_control(),
        };
        if !fine {
            return false;
        }
    }
    true
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let last = labels.last().copied().unwrap_or_default();
    labels.len() >= 2 && labels.iter().all(|label| is_label(label)) && has_letter_ends(last)
}

fn is_label(label: &str) -> bool {
    let outer = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || is_international(c));
    let inner = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c) || is_international(c);
    outer(label.chars().next()) && outer(label.chars().last()) && label.chars().all(inner)
}

fn has_letter_ends(label: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic() || is_international(c));
    letter(label.chars().next()) && letter(label.chars().last())
}

fn is_international(c: char) -> bool {
    !c.is_ascii() && !c.is_control() && !c.is_whitespace()
}

/// A text as it is compared where the contract says "case-insensitive": lower case by Unicode's rules.
///
/// Letter by letter, so that a part of a text folds to a part of the folded text: the sigma that ends a word is the same as
/// any other. NUL, which no stored text has and PostgreSQL does not even take as a parameter, becomes something else.
pub fn folded(text: &str) -> String {
    let lower = text.chars().flat_map(char::to_lowercase);
    let same = |c| match c {
        'ς' => 'σ',
        '\0' => char::REPLACEMENT_CHARACTER,
        other => other,
    };
    lower.map(same).collect()
}

/// A display name as it is stored: trimmed, and cut to the limit at a character boundary.
pub fn stored_full_name(text: &str) -> &str {
    let trimmed = text.trim();
    trimmed[..trimmed.floor_char_boundary(FULL_NAME_LIMIT)].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["a", "A-b-3", "0", &"x".repeat(32), "New", "Create"] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "a_b", "a.b", "ä", "new", "create", "a b", &"x".repeat(33)] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
        assert_eq!(check_name("new").unwrap_err(), "cannot use \"new\" as a name");
    }

    #[test]
    fn emails() {
        for good in ["a@b.co", "a.b+c@sub.example.com", "\"a b\"@example.com", "é@exämple.de", "o'x@e-x.com"]
        {
            assert!(is_email(good), "{good}");
        }
        let bad =
            ["", "a", "a@", "@b.co", "a@localhost", "a b@c.de", "a@b.c0", "a..b@c.de", ".a@c.de", "a@-b.de"];
        for bad in
            bad.into_iter().chain(["A <a@b.co>", "a@b..co", "a@b.co ", "a@b.1c", "a\n@b.co", "a@b@c.de"])
        {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn parts_fold_to_parts() {
        for (whole, part) in [("Οδυσσέας", "ΔΥΣ"), ("ΑΣ", "ας"), ("ÉLAN", "éL"), ("İz", "İ")]
        {
            assert!(folded(whole).contains(&folded(part)), "{whole} {part}");
        }
        assert_eq!(folded("A\0"), "a\u{fffd}");
    }

    #[test]
    fn display_names() {
        for good in ["", "Acme", "Ümlaut & Söhne", "a\tb", &"x".repeat(64), &"ä".repeat(32)] {
            assert!(is_display_name(good), "{good:?}");
        }
        let bad = [" a", "a ", "\u{a0}a", "a\u{3000}", "a\nb", "a\rb", "a\n", "a\0b", " "];
        for bad in bad.into_iter().chain([&*"x".repeat(65), &"ä".repeat(33)]) {
            assert!(!is_display_name(bad), "{bad:?}");
        }
    }

    #[test]
    fn full_names() {
        assert!(is_full_name("") && is_full_name("Jo Doe") && is_full_name(&"x".repeat(128)));
        assert!(!is_full_name("a\0b"));
        assert!(!is_full_name(" Jo") && !is_full_name("Jo\n") && !is_full_name(&"x".repeat(129)));
        assert_eq!(stored_full_name(&format!(" {}ä", "x".repeat(127))), "x".repeat(127));
    }
}
