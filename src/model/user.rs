//! People and service accounts.

use chrono::{DateTime, Utc};

use super::ids::{GroupId, OrgId, UserId};

macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// All values.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stored and wire text.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value of a text, if it has one.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use text_enum;

text_enum!(
    /// Whether a user takes part.
    UserStatus {
        /// Seen lately.
        Active = "active",
        /// Not seen yet, or not for long; becomes active by using the API.
        Dormant = "dormant",
        /// Locked out by an administrator.
        Suspended = "suspended",
    }
);

text_enum!(
    /// How a user logs in, or how a key was made.
    LoginType {
        /// With a password.
        Password = "password",
        /// By GitHub.
        Github = "github",
        /// By an OpenID provider.
        Oidc = "oidc",
        /// A long-lived token (keys only).
        Token = "token",
        /// Not at all.
        None = "none",
        /// By an application of the OAuth2 provider (keys only).
        Oauth2ProviderApp = "oauth2_provider_app",
    }
);

/// A user as stored, without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Never changes.
    pub id: UserId,
    /// Unique among users that are not deleted, whatever the case.
    pub username: String,
    /// Display name, may be empty.
    pub name: String,
    /// Empty for service accounts only.
    pub email: String,
    /// Set by identity providers, may be empty.
    pub avatar_url: String,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// Moves on profile, status and last-seen writes.
    pub updated_at: DateTime<Utc>,
    /// [`super::clock::never`] until the first authenticated request.
    pub last_seen_at: DateTime<Utc>,
    /// Whether the user takes part.
    pub status: UserStatus,
    /// How the user logs in.
    pub login_type: LoginType,
    /// Site roles as stored, without the implied `member`.
    pub roles: Vec<String>,
    /// Acts through tokens only.
    pub is_service_account: bool,
    /// Belongs to the server itself; hidden nearly everywhere.
    pub is_system: bool,
    /// Deleted users are still found by id.
    pub deleted: bool,
}

/// What one organization means to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The organization.
    pub organization: OrgId,
    /// Roles granted in it, without the implied one.
    pub roles: Vec<String>,
    /// The organization's sharing mode, which shapes the implied role.
    pub sharing: super::organization::Sharing,
    /// The groups of the organization that the user was put into, by id; that of everyone is not among them.
    pub groups: Vec<GroupId>,
}

/// A user with all memberships: what a decision and an answer need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The user.
    pub user: User,
    /// The memberships, by organization id.
    pub memberships: Vec<Membership>,
}

impl Person {
    /// The organizations of the person.
    pub fn organizations(&self) -> impl Iterator<Item = OrgId> + '_ {
        self.memberships.iter().map(|m| m.organization)
    }

    /// The groups that the person was put into.
    pub fn groups(&self) -> impl Iterator<Item = GroupId> + '_ {
        self.memberships.iter().flat_map(|m| m.groups.iter().copied())
    }
}

/// How an API path names a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserRef {
    /// `me`.
    Me,
    /// Anything that parses as a UUID.
    Id(UserId),
    /// Anything else with an `@`, which no username has; ours, beside the contract's three forms.
    Email(String),
    /// Anything else.
    Name(String),
}

impl UserRef {
    /// Reads a path segment. The UUID parser takes four spellings, as the contract does.
    pub fn parse(text: &str) -> Self {
        match (text, uuid::Uuid::try_parse(text)) {
            ("me", _) => Self::Me,
            (_, Ok(id)) => Self::Id(UserId(id)),
            (email, Err(_)) if email.contains('@') => Self::Email(email.to_owned()),
            (name, Err(_)) => Self::Name(name.to_owned()),
        }
    }
}

/// A user to be made, with all that comes with it.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The user as it will be.
    pub user: User,
    /// The password's hash, empty for those who have none.
    pub password_hash: super::ids::Secret,
    /// The key pair for git.
    pub git_key: KeyPair,
}

/// An SSH key pair, as files have it.
#[derive(Debug, Clone)]
pub struct KeyPair {
    /// OpenSSH PEM.
    pub private: super::ids::Secret,
    /// One line of `authorized_keys`, without a comment, with its line end.
    pub public: String,
}
