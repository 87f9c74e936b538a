//! New accounts, whoever makes them.

use super::ctx::Backend;
use super::error::{Error, broken};
use super::git_keys;
use crate::model::clock::never;
use crate::model::ids::Secret;
use crate::model::names::stored_full_name;
use crate::model::user::{LoginType, NewUser, User, UserStatus};

/// What those who make accounts choose; the rest is the same for all.
pub struct Account {
    /// Empty for service accounts.
    pub email: String,
    /// Username.
    pub username: String,
    /// Display name as asked for, may be empty.
    pub name: String,
    /// Looked at for accounts that log in with a password.
    pub password: String,
    /// How the user logs in.
    pub login_type: LoginType,
    /// Where the user begins.
    pub status: UserStatus,
    /// Site roles to store.
    pub roles: Vec<String>,
    /// Acts through tokens only.
    pub service_account: bool,
}

/// The user with its password hash and its key pair for git, ready to be stored.
///
/// # Errors
/// 503 when too many passwords wait to be hashed.
pub async fn new_user(backend: &Backend, account: Account) -> Result<NewUser, Error> {
    let Account { email, username, name, password, login_type, status, roles, service_account } = account;
    let password_hash = match login_type {
        LoginType::Password => backend.hasher.hash(&password).await?,
        _ => Secret::new(""),
    };
    let now = backend.now();
    let user = User {
        id: backend.ids.user(),
        username,
        name: stored_full_name(&name).to_owned(),
        email,
        avatar_url: String::new(),
        created_at: now,
        updated_at: now,
        last_seen_at: never(),
        status,
        login_type,
        roles,
        is_service_account: service_account,
        is_system: false,
        deleted: false,
    };
    Ok(NewUser { user, password_hash, git_key: git_keys::generate(&backend.ids).map_err(broken)? })
}
