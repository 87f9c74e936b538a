//! Organizations and their members.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::ids::{OrgId, UserId};
use super::user::{User, text_enum};

text_enum!(
    /// Who may share workspaces in an organization; shapes what members may read of each other (rbac.md 7).
    Sharing {
        /// Everybody, and members see each other.
        Everyone = "everyone",
        /// Service accounts only.
        ServiceAccounts = "service_accounts",
        /// Nobody, and members see only themselves.
        None = "none",
    }
);

/// An organization as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Never changes.
    pub id: OrgId,
    /// Unique among organizations that are not deleted, whatever the case.
    pub name: String,
    /// What people see.
    pub display_name: String,
    /// May be empty.
    pub description: String,
    /// May be empty.
    pub icon: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The one that new users join when nothing else is said.
    pub is_default: bool,
    /// Deleted organizations are still found by id.
    pub deleted: bool,
    /// Shapes what members may read of each other.
    pub sharing: Sharing,
}

/// What is to become different in an organization; none keeps what is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganizationChange {
    /// Another name.
    pub name: Option<String>,
    /// Another display name.
    pub display_name: Option<String>,
    /// Another description, empty to clear it.
    pub description: Option<String>,
    /// Another icon, empty to clear it.
    pub icon: Option<String>,
}

/// A membership as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The organization.
    pub organization: OrgId,
    /// The user.
    pub user: UserId,
    /// Roles granted in the organization, without the implied one.
    pub roles: Vec<MemberRole>,
    /// When the user joined.
    pub created_at: DateTime<Utc>,
    /// Set on joining only.
    pub updated_at: DateTime<Utc>,
}

impl Member {
    /// A membership that begins now, without any role.
    pub const fn joining(organization: OrgId, user: UserId, now: DateTime<Utc>) -> Self {
        Self { organization, user, roles: Vec::new(), created_at: now, updated_at: now }
    }
}

/// A role of a member, as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRole {
    /// Its name.
    pub name: String,
    /// What people see; empty for a role that is there no more.
    pub display_name: String,
}

/// A membership with the user it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberWithUser {
    /// The membership.
    pub member: Member,
    /// The user.
    pub user: User,
}

/// What paths call the default organization. No organization may have it as its name; in any other case one may, and paths
/// then mean that one (members.md 1.1).
pub const DEFAULT_ORGANIZATION: &str = "default";

/// How an API path names an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrgRef {
    /// `default` or the nil UUID.
    Default,
    /// Any other UUID.
    Id(OrgId),
    /// Anything else.
    Name(String),
}

impl OrgRef {
    /// Reads a path segment.
    pub fn parse(text: &str) -> Self {
        match (text, Uuid::try_parse(text)) {
            (DEFAULT_ORGANIZATION, _) => Self::Default,
            (_, Ok(id)) if id.is_nil() => Self::Default,
            (_, Ok(id)) => Self::Id(OrgId(id)),
            (name, Err(_)) => Self::Name(name.to_owned()),
        }
    }
}
