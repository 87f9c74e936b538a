//! Who has used AI features, which is what a seat is counted by (ai-seats.md 2).

use chrono::{DateTime, Utc};

use super::ids::UserId;
use super::user::{User, UserStatus, text_enum};

text_enum!(
    /// How somebody used AI features.
    UsageReason {
        /// By a request to an AI provider that went through the server.
        Aibridge = "aibridge",
        /// By a task whose workspace was started.
        Task = "task",
    }
);

/// One use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatUse {
    /// By whom.
    pub user: UserId,
    /// How.
    pub reason: UsageReason,
    /// What exactly, for people; may be empty.
    pub description: String,
    /// When.
    pub used_at: DateTime<Utc>,
    /// When it was told of.
    pub told_at: DateTime<Utc>,
}

/// What is stored of a user's uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatState {
    /// By whom.
    pub user: User,
    /// The first use. Never changes.
    pub first_used_at: DateTime<Utc>,
    /// The latest use.
    pub last_used_at: DateTime<Utc>,
    /// When the row was written.
    pub updated_at: DateTime<Utc>,
    /// How AI features were used last.
    pub last_reason: UsageReason,
    /// What exactly that was.
    pub last_description: String,
}

/// Whether a user who has used AI features takes a seat: the active do.
pub fn takes_seat(user: &User) -> bool {
    user.status == UserStatus::Active && !user.deleted && !user.is_system
}
