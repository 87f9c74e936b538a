//! What can go wrong below, sorted by what the caller can do about it.

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

/// A failure of the store.
#[derive(Debug)]
pub enum Error {
    /// Something else has that name.
    Taken(Unique),
    /// The row refers to something that is gone, or to a user who is deleted.
    Dangling,
    /// The user has as many of these as there may be.
    Full,
    /// The database does not answer now; it may later.
    Unavailable(DbErr),
    /// The settings make no sense.
    Settings(String),
    /// The stored data makes no sense.
    Corrupt(String),
    /// Anything else.
    Other(DbErr),
}

/// The unique constraints that requests can run into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unique {
    /// A username among users that are not deleted.
    Username,
    /// An e-mail address among users that are not deleted.
    Email,
    /// An organization name among organizations that are not deleted.
    OrganizationName,
    /// A user in an organization.
    Membership,
    /// A token name of a user.
    TokenName,
    /// A role name of an organization.
    RoleName,
    /// A group name of an organization.
    GroupName,
    /// An identity at a provider.
    Identity,
    /// The id of an entry of the connection log.
    ConnectionLog,
    /// A skill name of a user.
    SkillName,
    /// Any other.
    Other,
}

/// How a violated constraint shows: PostgreSQL names the index, SQLite its columns.
const UNIQUES: [(Unique, &str, &str); 10] = [
    (Unique::Username, "users_username_lower_idx", "users.username_lower"),
    (Unique::Email, "users_email_lower_idx", "users.email_lower"),
    (Unique::OrganizationName, "idx_organization_name_lower", "organizations.name_lower"),
    (Unique::Membership, "organization_members_pkey", "organization_members.organization_id"),
    (Unique::TokenName, "idx_api_key_name", "api_keys.user_id, api_keys.token_name"),
    (Unique::RoleName, "idx_custom_roles_name_lower", "custom_roles.organization_id"),
    (Unique::GroupName, "groups_organization_id_name_lower_idx", "groups.organization_id, groups.name_lower"),
    (Unique::Identity, "user_links_linked_id_login_type_idx", "user_links.linked_id"),
    (Unique::ConnectionLog, "connection_logs_pkey", "connection_logs.id"),
    (Unique::SkillName, "user_skills_user_id_name_idx", "user_skills.user_id, user_skills.name"),
];

impl Unique {
    /// Its name in the database; empty for those that no request can run into.
    pub fn constraint(self) -> &'static str {
        UNIQUES.iter().find(|(unique, ..)| *unique == self).map_or("", |(_, index, _)| index)
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(text)) => Self::Taken(unique(&text)),
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => Self::Dangling,
            _ if is_of_deleted_user(&error) => Self::Dangling,
            _ if error.to_string().contains(SKILLS_LIMIT) => Self::Full,
            _ if is_outage(&error) => Self::Unavailable(error),
            _ => Self::Other(error),
        }
    }
}

/// What the trigger says that counts the skills of a user.
const SKILLS_LIMIT: &str = "user_skills_per_user_limit";

fn unique(text: &str) -> Unique {
    let found = UNIQUES.iter().find(|(_, index, columns)| text.contains(index) || text.contains(columns));
    found.map_or(Unique::Other, |(unique, _, _)| *unique)
}

/// Whether a trigger refused what belongs to nobody any more: keys, memberships and skills of deleted users.
fn is_of_deleted_user(error: &DbErr) -> bool {
    let text = error.to_string();
    [
        "Cannot create API key for deleted user",
        "Cannot create user_link for deleted user",
        "Cannot create user_skill for deleted user",
        "Cannot add deleted user",
    ]
    .iter()
    .any(|why| text.contains(why))
}

/// Whether the database is away, as opposed to refusing.
fn is_outage(error: &DbErr) -> bool {
    let inner = match error {
        DbErr::ConnectionAcquire(_) => return true,
        DbErr::Conn(RuntimeErr::SqlxError(e))
        | DbErr::Exec(RuntimeErr::SqlxError(e))
        | DbErr::Query(RuntimeErr::SqlxError(e)) => e,
        _ => return false,
    };
    match inner.as_ref() {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => true,
        // PostgreSQL's classes for lost connections (08), shutting down or starting (57P), being chosen to make way for others
        // (40), too many connections (53300); SQLite's busy (5) after all patience.
        sqlx::Error::Database(e) => e.code().is_some_and(|code| {
            ["08", "57P", "40"].iter().any(|class| code.starts_with(class)) || code == "53300" || code == "5"
        }),
        _ => false,
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Taken(unique) => write!(f, "already taken: {unique:?}"),
            Self::Dangling => f.write_str("the row refers to something that is gone"),
            Self::Full => f.write_str("the user has as many as there may be"),
            Self::Unavailable(error) => write!(f, "the database does not answer: {error}"),
            Self::Settings(text) | Self::Corrupt(text) => f.write_str(text),
            Self::Other(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unavailable(error) | Self::Other(error) => Some(error),
            _ => None,
        }
    }
}
