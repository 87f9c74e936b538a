//! New accounts, whoever makes them.

use super::ctx::Backend;
use super::error::Error;
use super::git_keys;
use crate::model::clock::never;
use crate::model::ids::Secret;
use crate::model::names::stored_full_name;
use crate::model::user::{KeyPair, LoginType, NewUser, User, UserStatus};

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
/// 503 when too many passwords wait to be hashed, or too many key pairs to be made.
pub async fn new_user(backend: &Backend, account: Account) -> Result<NewUser, Error> {
    let password_hash = match account.login_type {
        LoginType::Password => backend.hasher.hash(&account.password).await?,
        _ => Secret::new(""),
    };
    let git_key = backend.git_keys.generate(&backend.ids).await?;
    Ok(assembled(backend, account, password_hash, git_key))
}

/// The same with a hash that is there already, or with none when it is empty; the account's password is not looked at. The key
/// pair is ed25519 whatever the setting says: those who make a hundred thousand accounts at once cannot wait for RSA, and
/// everybody may ask for another pair.
///
/// # Errors
/// When no key pair can be made.
pub fn with_hash(backend: &Backend, account: Account, password_hash: Secret) -> Result<NewUser, Error> {
    let git_key = git_keys::ed25519(&backend.ids)?;
    Ok(assembled(backend, account, password_hash, git_key))
}

fn assembled(backend: &Backend, account: Account, password_hash: Secret, git_key: KeyPair) -> NewUser {
    let Account { email, username, name, password: _, login_type, status, roles, service_account } = account;
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
    NewUser { user, password_hash, git_key }
}
