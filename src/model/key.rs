//! API keys: sessions and tokens.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{KEY_ID_LENGTH, KEY_SECRET_LENGTH, KeyId, Secret, UserId};
use super::user::LoginType;

/// An entry of a key's allow list; either part may be `*`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AllowEntry {
    /// A resource type.
    #[serde(rename = "type")]
    pub kind: String,
    /// A UUID.
    pub id: String,
}

impl AllowEntry {
    /// The entry that allows everything.
    pub fn everything() -> Self {
        Self { kind: "*".to_owned(), id: "*".to_owned() }
    }
}

/// A key as stored. The secret itself is nowhere; this is its SHA-256.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The public part.
    pub id: KeyId,
    /// SHA-256 of the secret part.
    pub hashed_secret: [u8; 32],
    /// The owner.
    pub user: UserId,
    /// How it was made.
    pub login_type: LoginType,
    /// How long it lives from its last refresh.
    pub lifetime: TimeDelta,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its row was last changed, other than by use.
    pub updated_at: DateTime<Utc>,
    /// When it was last used, to the hour; the Unix epoch before.
    pub last_used: DateTime<Utc>,
    /// Where it was made or last used from.
    pub ip_address: String,
    /// Empty for sessions.
    pub token_name: String,
    /// Scope names.
    pub scopes: Vec<String>,
    /// What it may touch; never empty.
    pub allow_list: Vec<AllowEntry>,
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKey").field("id", &self.id).field("user", &self.user).finish_non_exhaustive()
    }
}

/// A key as a client sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentedKey {
    /// The public part.
    pub id: KeyId,
    /// The secret part.
    pub secret: Secret,
}

impl PresentedKey {
    /// Splits `<id>-<secret>` and checks the lengths.
    ///
    /// # Errors
    /// What is wrong with it, in the contract's words (auth.md 2.2, row 2).
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('-').collect();
        let [id, secret] = parts[..] else {
            return Err(format!("incorrect amount of API key parts, expected 2 got {}", parts.len()));
        };
        if id.len() != KEY_ID_LENGTH {
            return Err(format!("invalid API key ID length, expected {KEY_ID_LENGTH} got {}", id.len()));
        }
        if secret.len() != KEY_SECRET_LENGTH {
            let length = secret.len();
            return Err(format!("invalid API key secret length, expected {KEY_SECRET_LENGTH} got {length}"));
        }
        Ok(Self { id: KeyId(id.to_owned()), secret: Secret::new(secret) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_keys_say_what_is_wrong() {
        let text = |key: &str| PresentedKey::parse(key).unwrap_err();
        assert_eq!(text("abc"), "incorrect amount of API key parts, expected 2 got 1");
        assert_eq!(text("a-b-c"), "incorrect amount of API key parts, expected 2 got 3");
        assert_eq!(
            text(&format!("short-{}", "x".repeat(22))),
            "invalid API key ID length, expected 10 got 5"
        );
        assert_eq!(text("0123456789-x"), "invalid API key secret length, expected 22 got 1");
        assert!(PresentedKey::parse(&format!("0123456789-{}", "x".repeat(22))).is_ok());
    }
}
