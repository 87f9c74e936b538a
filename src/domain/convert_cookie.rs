//! The signed cookie that binds the start of a conversion to its end (auth.md 8.1).
//!
//! A JWT with HS256 and no other algorithm. `jsonwebtoken` asks for an engine; it gets `ring`, which TLS uses too.

use std::sync::Once;

use chrono::{DateTime, Utc};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error as JwtError, ErrorKind, Result as JwtResult};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use ring::hmac;
use serde::{Deserialize, Serialize};
use signature::{Signer, Verifier};
use uuid::Uuid;

use super::error::{Error, broken};
use crate::model::ids::Secret;

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    /// Which deployment began it.
    pub(super) deployment_id: Uuid,
    /// Whose login type is to change.
    pub(super) user_id: Uuid,
    /// What the provider is given, and gives back.
    pub(super) state: String,
    /// From here.
    pub(super) from_login_type: String,
    /// To there.
    pub(super) to_login_type: String,
    /// When it began, in seconds since 1970.
    pub(super) iat: i64,
    /// Until when it is good.
    pub(super) exp: i64,
    /// What [`mark`] made of the password's hash: another password ends what the old one began.
    pub(super) password_mark: String,
}

/// Tells one hash of a password from another, and nothing else of it.
pub(super) fn mark(hash: &Secret, key: &Secret) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.expose().as_bytes());
    let tag = hmac::sign(&key, format!("mark of a password {}", hash.expose()).as_bytes());
    tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The claims of a signed text that is still good at `now`.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(signed: &Secret, key: &Secret, now: DateTime<Utc>) -> Result<Claims, String> {
    install_engine();
    let key = DecodingKey::from_secret(key.expose().as_bytes());
    let mut validation = Validation::new(Algorithm::HS256);
    // By the server's clock, below.
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    let read = jsonwebtoken::decode::<Claims>(signed.expose(), &key, &validation);
    let claims = read.map_err(|error| error.to_string())?.claims;
    if claims.exp < now.timestamp() { Err("it has expired".to_owned()) } else { Ok(claims) }
}

/// The signed text of some claims.
///
/// # Errors
/// When they cannot be written, which is a fault of ours.
pub(super) fn sign(claims: &Claims, key: &Secret) -> Result<Secret, Error> {
    install_engine();
    let key = EncodingKey::from_secret(key.expose().as_bytes());
    let signed = jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key);
    signed.map(Secret::new).map_err(broken)
}

static ENGINE: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

fn install_engine() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if ENGINE.install_default().is_err() {
            tracing::debug!("another engine signs");
        }
    });
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> JwtResult<Box<dyn JwtSigner>> {
    Ok(Box::new(Hs256::new(*algorithm, key.as_bytes())?))
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> JwtResult<Box<dyn JwtVerifier>> {
    Ok(Box::new(Hs256::new(*algorithm, key.try_get_as_bytes()?)?))
}

struct Hs256(hmac::Key);

impl Hs256 {
    fn new(algorithm: Algorithm, key: &[u8]) -> JwtResult<Self> {
        if algorithm != Algorithm::HS256 {
            return Err(JwtError::from(ErrorKind::InvalidAlgorithm));
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, key)))
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(hmac::sign(&self.0, message).as_ref().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        hmac::verify(&self.0, message, signature).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::encode;

    fn claims() -> Claims {
        Claims {
            deployment_id: Uuid::from_u128(1),
            user_id: Uuid::from_u128(2),
            state: "convert-x".to_owned(),
            from_login_type: "password".to_owned(),
            to_login_type: "oidc".to_owned(),
            iat: 4_000_000_000,
            exp: 4_000_000_300,
            password_mark: "m".to_owned(),
        }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn read_with(text: &str, key: &str) -> Result<Claims, String> {
        read(&Secret::new(text), &Secret::new(key), at(4_000_000_300))
    }

    #[test]
    fn what_was_signed_is_read_with_the_key_and_without_it_is_not() {
        let signed = sign(&claims(), &Secret::new("key")).unwrap();
        assert_eq!(read_with(signed.expose(), "key").unwrap(), claims());
        assert_eq!(read_with(signed.expose(), "yek").unwrap_err(), "InvalidSignature");
    }

    #[test]
    fn what_was_changed_or_has_ended_is_not_read() {
        let signed = sign(&claims(), &Secret::new("key")).unwrap();
        let (rest, signature) = signed.expose().rsplit_once('.').unwrap();
        let (header, _) = rest.split_once('.').unwrap();
        let other = sign(&Claims { user_id: Uuid::from_u128(3), ..claims() }, &Secret::new("yek")).unwrap();
        let body = other.expose().split('.').nth(1).unwrap().to_owned();
        assert!(read_with(&format!("{header}.{body}.{signature}"), "key").is_err());
        assert!(read(&signed, &Secret::new("key"), at(4_000_000_301)).is_err());
    }

    #[test]
    fn a_mark_is_of_one_hash_and_one_key() {
        let of = |hash, key| mark(&Secret::new(hash), &Secret::new(key));
        assert_eq!(of("a", "k"), of("a", "k"));
        assert!(of("a", "k") != of("b", "k") && of("a", "k") != of("a", "l"));
    }

    #[test]
    fn no_other_algorithm_signs_or_reads() {
        install_engine();
        let key = EncodingKey::from_secret(b"key");
        assert!(encode(&Header::new(Algorithm::HS512), &claims(), &key).is_err());
        // `{"alg":"none"}`
        let signed = sign(&claims(), &Secret::new("key")).unwrap();
        let body = signed.expose().split('.').nth(1).unwrap().to_owned();
        assert!(read_with(&format!("eyJhbGciOiJub25lIn0.{body}."), "key").is_err());
    }
}
