//! Identifiers, and the one source of new ones.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
    };
}

id!(/// A user, also a deleted one.
    UserId);
id!(/// An organization.
    OrgId);
id!(/// A group; that of everyone in an organization has the organization's.
    GroupId);
id!(/// A role that an organization defines itself.
    RoleId);
id!(/// An entry of the audit log.
    AuditId);
id!(/// An entry of the connection log.
    ConnectionLogId);
id!(/// A personal skill.
    SkillId);
id!(/// One HTTP request; nil for work that no request asked for.
    RequestId);

/// How many characters the public part of a key has.
pub const KEY_ID_LENGTH: usize = 10;
/// How many characters the secret part of a key has.
pub const KEY_SECRET_LENGTH: usize = 22;

/// The public part of an API key, 10 characters of `[0-9A-Za-z]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub String);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that must not appear in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself; only where it is compared, hashed or handed to its owner.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// The source of new ids and secrets: a cryptographic generator, seeded by the operating system or, in tests, by a number.
pub struct Ids(Mutex<StdRng>);

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids")
    }
}

impl Ids {
    /// Unpredictable ids.
    pub fn random() -> Self {
        Self(Mutex::new(rand::make_rng()))
    }

    /// The same ids in every run; for tests only.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// A new random (version 4) UUID.
    pub fn uuid(&self) -> Uuid {
        Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// The id of a new user.
    pub fn user(&self) -> UserId {
        UserId(self.uuid())
    }

    /// Random bytes, for salts and the like.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.generator().fill_bytes(&mut bytes);
        bytes
    }

    /// A new API key: its public id and its secret.
    pub fn key(&self) -> (KeyId, Secret) {
        let mut generator = self.generator();
        (KeyId(word(&mut generator, KEY_ID_LENGTH)), Secret(word(&mut generator, KEY_SECRET_LENGTH)))
    }

    /// A secret of so many characters of `[0-9A-Za-z]`.
    pub fn text(&self, length: usize) -> Secret {
        Secret(word(&mut self.generator(), length))
    }

    fn generator(&self) -> std::sync::MutexGuard<'_, StdRng> {
        // A panic while the generator was held leaves it usable: its state has no invariant to break.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn word(generator: &mut StdRng, length: usize) -> String {
    const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    (0..length).map(|_| char::from(LETTERS[generator.random_range(0..LETTERS.len())])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_their_lengths_and_letters() {
        let (id, secret) = Ids::random().key();
        assert_eq!((id.0.len(), secret.expose().len()), (10, 22));
        assert!(id.0.chars().chain(secret.expose().chars()).all(|c| c.is_ascii_alphanumeric()));
    }

    #[test]
    fn seeded_ids_repeat_and_random_ones_do_not() {
        assert_eq!(Ids::seeded(7).uuid(), Ids::seeded(7).uuid());
        assert_ne!(Ids::random().uuid(), Ids::random().uuid());
    }

    #[test]
    fn secrets_do_not_print() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "[secret]");
    }
}
