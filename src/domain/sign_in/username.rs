//! Usernames for those who did not choose one here (auth.md 9.2).

use super::Error;
use crate::domain::error::Kind;
use crate::model::ids::Ids;
use crate::model::names::{NAME_LIMIT, check_name};
use crate::model::token_name;
use crate::store::{self, Tx, users};

/// How many other names are tried for one that is taken.
const TRIES: usize = 10;

/// The name that a provider's name and address make: valid, and maybe taken.
pub(in crate::domain) fn derived(ids: &Ids, claimed: &str, email: &str) -> String {
    if check_name(claimed).is_ok() {
        return claimed.to_owned();
    }
    let whole = if claimed.is_empty() { email } else { claimed };
    let local = whole.rsplit_once('@').map_or(whole, |(local, _)| local);
    let kept: String = local.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    if check_name(&kept).is_ok() { kept } else { random(ids) }
}

fn random(ids: &Ids) -> String {
    token_name::random(ids, 0).replace('_', "-")
}

/// Whether a provider's name can be one here. Names of OpenID providers are mended before, those of GitHub are not (auth.md 9.4).
///
/// # Errors
/// 500 when it cannot.
pub(super) fn check(name: &str) -> Result<(), Error> {
    let unfit = |why| {
        let text = format!("The name {name:?} at the identity provider cannot be a username here.");
        Error::new(Kind::Internal, text).detail(why)
    };
    check_name(name).map_err(unfit)
}

/// That name or, when somebody has it, one that begins like it.
///
/// # Errors
/// 409 when all that were tried are taken.
pub(in crate::domain) async fn free(tx: &Tx, ids: &Ids, name: &str) -> Result<String, Error> {
    let mut tried = name.to_owned();
    for _ in 0..=TRIES {
        if is_free(tx, &tried).await? {
            return Ok(tried);
        }
        tried = lengthened(name, &random(ids));
    }
    Err(Error::new(Kind::Conflict, format!("exhausted alternatives for taken username {name:?}")))
}

async fn is_free(tx: &Tx, name: &str) -> Result<bool, store::Error> {
    Ok(users::find_namesake(tx, name, "").await?.is_none())
}

fn lengthened(name: &str, suffix: &str) -> String {
    let room = NAME_LIMIT.saturating_sub(suffix.len() + 1);
    let begin = &name[..name.floor_char_boundary(room)];
    format!("{}-{suffix}", begin.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valid_claim_stays_and_others_are_mended() {
        let ids = Ids::seeded(1);
        for (claimed, email, name) in [
            ("alice", "x@y.co", "alice"),
            ("", "bob.smith@y.co", "bobsmith"),
            ("carol@corp.example", "x@y.co", "carol"),
            ("d_a.v e", "x@y.co", "dave"),
            ("\"a@b\"@y.co", "x@y.co", "ab"),
        ] {
            assert_eq!(derived(&ids, claimed, email), name);
        }
    }

    #[test]
    fn what_cannot_be_mended_is_a_random_name() {
        let ids = Ids::seeded(1);
        for claimed in ["new", "-", "--a--", "é", &"x".repeat(33)] {
            let name = derived(&ids, claimed, "x@y.co");
            assert!(check_name(&name).is_ok() && name.split('-').count() == 2, "{claimed}: {name}");
        }
    }

    #[test]
    fn longer_names_are_valid_however_long_the_first_was() {
        let ids = Ids::seeded(2);
        for name in ["a", "abcdefghi-jklmnop", &"x".repeat(NAME_LIMIT)] {
            for _ in 0..500 {
                let longer = lengthened(name, &random(&ids));
                assert!(check_name(&longer).is_ok() && longer.starts_with(&name[..1]), "{longer}");
            }
        }
    }
}
