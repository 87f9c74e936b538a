//! Hashes of passwords that come from elsewhere: of a kind, and at a cost, that a login takes.

use crate::domain::passwords;

/// No hash that a login takes is as long, in bytes.
const LIMIT: usize = 1_000;
const KINDS: [&str; 2] = ["$argon2id$", "$pbkdf2-sha256$"];
const FORMS: &str =
    "must be a hash like $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH or $pbkdf2-sha256$ITERATIONS$SALT$HASH";

/// Whether a text is a hash that can be stored. The reason never repeats the text.
///
/// # Errors
/// What is wrong with it.
pub fn check(hash: &str) -> Result<(), String> {
    if hash.len() > LIMIT || !KINDS.iter().any(|kind| hash.starts_with(kind)) {
        return Err(FORMS.to_owned());
    }
    passwords::check_foreign(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARGON2ID: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$KJ3+uIsN5hRCQRY7NnRPhVnwuHnvPSMDdXNUCIaOy3I";
    const SALT: &str = "MDEyMzQ1Njc4OWFiY2RlZg";

    fn pbkdf2(iterations: &str, salt: &str, output: &str) -> String {
        format!("$pbkdf2-sha256${iterations}${salt}${output}")
    }

    #[test]
    fn hashes_of_both_kinds_pass() {
        assert_eq!(check(ARGON2ID), Ok(()));
        assert_eq!(check(&pbkdf2("65535", SALT, &"A".repeat(86))), Ok(()));
    }

    #[test]
    fn nothing_else_passes() {
        let long = "A".repeat(86);
        let other = [
            String::new(),
            "PasswordSecured123!".to_owned(),
            "$2b$12$abcdefghijklmnopqrstuv".to_owned(),
            ARGON2ID.replace("argon2id", "argon2i"),
            ARGON2ID.replace("p=1", "p=0"),
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ".to_owned(),
            ARGON2ID.to_owned() + &"A".repeat(1_000),
            pbkdf2("", SALT, &long),
            pbkdf2("+1", SALT, &long),
            pbkdf2("99999999999", SALT, &long),
            pbkdf2("65535", "", &long),
            pbkdf2("65535", SALT, "AAAA"),
            pbkdf2("65535", &SALT.replace('g', "h"), &long),
            pbkdf2("65535", SALT, &format!("{long}=")),
            pbkdf2("65535", SALT, &format!("{long}${long}")),
        ];
        for text in &other {
            let why = check(text).unwrap_err();
            assert!(text.is_empty() || !why.contains(text), "{text}");
        }
    }

    #[test]
    fn hashes_that_nobody_could_pay_for_are_refused() {
        for costs in ["m=1048577,t=1", "m=262144,t=5", "m=4096,t=4000000"] {
            assert!(check(&ARGON2ID.replace("m=19456,t=2", costs)).is_err(), "{costs}");
        }
        for iterations in ["0", "999", "1000001"] {
            let hash = pbkdf2(iterations, SALT, &"A".repeat(86));
            assert!(check(&hash).unwrap_err().contains("iterations"), "{iterations}");
        }
    }
}
