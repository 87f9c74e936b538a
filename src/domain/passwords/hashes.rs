//! The kinds of password hashes: the one that is made, and those that are only read.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, Params};
use base64ct::{Base64Unpadded, Encoding};
use pbkdf2::{Algorithm, pbkdf2_hmac_with_params};
use subtle::ConstantTimeEq;

use crate::model::ids::Secret;

const PBKDF2: &str = "$pbkdf2-sha256$";
/// More rounds than anybody asks for today; they take a second. A hash that was made to burn minutes is no hash.
const MOST_ROUNDS: u32 = 1_000_000;
/// Of both salt and output, in bytes.
const PBKDF2_LENGTHS: std::ops::RangeInclusive<usize> = 16..=64;
/// As much memory as argon2id may ask for, in KiB, and for all of its passes together.
const MOST_MEMORY: u32 = 256 * 1024;
const MOST_PASSES: u32 = 20;
const MOST_LANES: u32 = 16;
const MOST_WORK: u64 = 1024 * 1024;

/// argon2id with the crate's defaults: 19 MiB, 2 passes, 1 lane.
pub(super) fn hash(password: &Secret) -> Result<Secret, String> {
    let hash = Argon2::default().hash_password(password.expose().as_bytes()).map_err(|e| e.to_string())?;
    Ok(Secret::new(hash.to_string()))
}

/// Whether a password is the one behind a hash of either kind.
///
/// # Errors
/// When that is no hash, or one that would take too long.
pub(super) fn verify(password: &Secret, hash: &Secret) -> Result<bool, String> {
    match Readable::parse(hash.expose())? {
        Readable::Argon2(hash) => {
            Ok(Argon2::default().verify_password(password.expose().as_bytes(), &*hash).is_ok())
        }
        Readable::Pbkdf2(hash) => Ok(hash.verify(password)),
    }
}

/// Whether a stored hash can be verified in reasonable time; for hashes that come from elsewhere.
///
/// Two kinds are: `$argon2id$…` in the PHC format, and `$pbkdf2-sha256$<iterations>$<salt>$<hash>` with unpadded standard
/// base64 (users.md 1.5).
///
/// # Errors
/// Why not; the text does not repeat the hash.
pub fn check_foreign(hash: &str) -> Result<(), String> {
    Readable::parse(hash).map(drop)
}

/// Whether a hash is weaker than those that are made today, so that the next login replaces it.
pub(super) fn is_weak(hash: &Secret) -> bool {
    let Ok(Readable::Argon2(hash)) = Readable::parse(hash.expose()) else { return true };
    let Ok(params) = Params::try_from(&*hash) else { return true };
    let work = |memory: u32, passes: u32| u64::from(memory) * u64::from(passes);
    let needed = work(Params::DEFAULT_M_COST, Params::DEFAULT_T_COST);
    hash.algorithm.as_str() != "argon2id"
        || params.m_cost() < Params::DEFAULT_M_COST
        || work(params.m_cost(), params.t_cost()) < needed
}

enum Readable {
    Argon2(Box<PasswordHash>),
    Pbkdf2(Pbkdf2),
}

impl Readable {
    fn parse(text: &str) -> Result<Self, String> {
        if let Some(rest) = text.strip_prefix(PBKDF2) {
            return Pbkdf2::parse(rest).map(Self::Pbkdf2);
        }
        let hash = PasswordHash::new(text).map_err(|e| e.to_string())?;
        if !hash.algorithm.as_str().starts_with("argon2") {
            return Err(format!("{:?} is no known kind of hash", hash.algorithm.as_str()));
        }
        let params = Params::try_from(&hash).map_err(|e| e.to_string())?;
        let (memory, passes) = (params.m_cost(), params.t_cost());
        let work = u64::from(memory) * u64::from(passes);
        if memory > MOST_MEMORY || passes > MOST_PASSES || params.p_cost() > MOST_LANES || work > MOST_WORK {
            return Err("the hash takes too much memory or too long".to_owned());
        }
        if hash.salt.is_none() || hash.hash.is_none() {
            return Err("the hash has no salt or no output".to_owned());
        }
        Ok(Self::Argon2(Box::new(hash)))
    }
}

struct Pbkdf2 {
    rounds: pbkdf2::Params,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Pbkdf2 {
    /// Reads `<iterations>$<salt>$<hash>`.
    fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split('$');
        let (Some(rounds), Some(salt), Some(output), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("a PBKDF2 hash has iterations, salt and hash".to_owned());
        };
        let rounds = rounds.parse().ok().filter(|rounds| *rounds <= MOST_ROUNDS);
        let rounds = rounds.and_then(|rounds| pbkdf2::Params::new(rounds).ok());
        let least = pbkdf2::Params::MIN_ROUNDS;
        let rounds = rounds.ok_or_else(|| format!("the iterations must be {least} to {MOST_ROUNDS}"))?;
        Ok(Self { rounds, salt: bytes(salt)?, output: bytes(output)? })
    }

    fn verify(&self, password: &Secret) -> bool {
        let mut output = vec![0; self.output.len()];
        let (password, algorithm) = (password.expose().as_bytes(), Algorithm::Pbkdf2Sha256);
        // Not the generic one: that would be compiled here, and slowly where this is not optimised.
        pbkdf2_hmac_with_params(password, &self.salt, algorithm, self.rounds, &mut output);
        output.ct_eq(&self.output).into()
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, String> {
    let bytes = Base64Unpadded::decode_vec(text).map_err(|_| "salt and hash must be unpadded base64")?;
    if PBKDF2_LENGTHS.contains(&bytes.len()) {
        return Ok(bytes);
    }
    let (least, most) = (PBKDF2_LENGTHS.start(), PBKDF2_LENGTHS.end());
    Err(format!("salt and hash must have {least} to {most} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of `PasswordSecured123!`, made by another implementation (Python's hashlib).
    const IMPORTED: &str = "$pbkdf2-sha256$65535$AAECAwQFBgcICQoLDA0ODw$FlyYlkNfEqq8Wg5vfb8AZo6kSryp0HIiTWE0BgHiyP5QBL/5RQuGqEzRWBtWOrvnlqhIFNn4QIcLgeZ8WM+ZFA";

    #[test]
    fn an_imported_hash_verifies() {
        let hash = Secret::new(IMPORTED);
        assert_eq!(verify(&Secret::new("PasswordSecured123!"), &hash), Ok(true));
        assert_eq!(verify(&Secret::new("PasswordSecured123"), &hash), Ok(false));
        assert!(is_weak(&hash));
    }

    #[test]
    fn todays_hashes_are_strong_and_older_ones_are_not() {
        assert!(!is_weak(&hash(&Secret::new("x")).unwrap()));
        let of = |algorithm, memory, passes| {
            let params = Params::new(memory, passes, 1, None).unwrap();
            let argon2 = Argon2::new(algorithm, argon2::Version::V0x13, params);
            Secret::new(argon2.hash_password(b"x").unwrap().to_string())
        };
        let weak = of(argon2::Algorithm::Argon2id, 4096, 3);
        assert!(is_weak(&weak) && verify(&Secret::new("x"), &weak).unwrap());
        assert!(is_weak(&of(argon2::Algorithm::Argon2id, 19456, 1)));
        assert!(is_weak(&of(argon2::Algorithm::Argon2i, 19456, 2)));
        assert!(!is_weak(&of(argon2::Algorithm::Argon2id, 65536, 2)));
    }

    #[test]
    fn a_hash_that_would_burn_minutes_is_refused() {
        let output = "A".repeat(86);
        for bad in [
            format!("$pbkdf2-sha256$1000001$c2FsdHNhbHRzYWx0c2FsdA${output}"),
            format!("$pbkdf2-sha256$4294967296$c2FsdHNhbHRzYWx0c2FsdA${output}"),
            format!("$pbkdf2-sha256$0$c2FsdHNhbHRzYWx0c2FsdA${output}"),
            format!("$pbkdf2-sha256$65535$c2FsdA${output}"),
            "$pbkdf2-sha256$65535$c2FsdHNhbHRzYWx0c2FsdA$".to_owned(),
            format!("$pbkdf2-sha256$65535$c2FsdHNhbHRzYWx0c2FsdA${output}$x"),
            "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
            "$argon2id$v=19$m=262144,t=19,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
            "$argon2id$v=19$m=19456,t=2,p=1".to_owned(),
            "$scrypt$ln=20,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
            "hunter2".to_owned(),
            String::new(),
        ] {
            assert!(check_foreign(&bad).is_err(), "{bad}");
            assert!(verify(&Secret::new("x"), &Secret::new(bad)).is_err());
        }
        check_foreign(IMPORTED).unwrap();
    }
}
