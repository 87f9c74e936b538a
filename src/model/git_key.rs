//! The SSH key pairs that users have for git.

use chrono::{DateTime, Utc};

use super::ids::UserId;

/// The kinds of pairs that can be made (users.md 3.8).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum KeyAlgorithm {
    /// Ed25519.
    #[default]
    Ed25519,
    /// ECDSA on the curve P-256.
    Ecdsa,
    /// RSA with 4096 bits.
    Rsa4096,
}

/// The public half of a user's pair, and when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitKey {
    /// Whose.
    pub user: UserId,
    /// When the user's first pair was made.
    pub created_at: DateTime<Utc>,
    /// When this pair was made.
    pub updated_at: DateTime<Utc>,
    /// As [`super::user::KeyPair::public`].
    pub public: String,
}
