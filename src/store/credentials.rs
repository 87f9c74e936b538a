//! What people prove who they are with: password hashes and one-time passcodes.
//!
//! Whoever changes them, and whoever opens a session with them, takes [`Tx::hold_credentials`] first. Locks are taken in this
//! order: that of the kind of write, the credentials of a person, keys, users.
//!
//! Whoever ends keys with them does so under [`Lock::People`](super::Lock::People), as keys are made: PostgreSQL would
//! otherwise let somebody look at a key that is good, end it for another, and then let the first one store what it made with it.

use chrono::{DateTime, Utc};
use entity::users;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use super::Source;
use super::conditions::has_email;
use super::error::Error;
use super::rows::{USER_COLUMNS, UserRow};
use super::tx::Tx;
use crate::model::ids::{Secret, UserId};
use crate::model::user::{LoginType, User};
use crate::rbac::{Allowed, act};

/// A user who is not deleted, with its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Whose they are.
    pub user: User,
    /// The hash of the password; empty for those who have none.
    pub password: Secret,
    /// The hash of the one-time passcode and until when it is good, if one was asked for.
    pub passcode: Option<(Secret, DateTime<Utc>)>,
}

#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    user: UserRow,
    hashed_password: String,
    hashed_one_time_passcode: Option<String>,
    one_time_passcode_expires_at: Option<DateTime<Utc>>,
}

/// Those of whoever has that e-mail address, whatever the case. One query, whether there is somebody or not.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by_email(db: &impl Source, email: &str) -> Result<Option<Credentials>, Error> {
    find_where(db, has_email(email)).await
}

/// Those of a user.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Source, user: UserId) -> Result<Option<Credentials>, Error> {
    find_where(db, users::Column::Id.eq(user.0).and(users::Column::Deleted.eq(false))).await
}

async fn find_where(db: &impl Source, wanted: Expr) -> Result<Option<Credentials>, Error> {
    let select = users::Entity::find().filter(wanted).select_only().columns(USER_COLUMNS);
    let select = select.columns([
        users::Column::HashedPassword,
        users::Column::HashedOneTimePasscode,
        users::Column::OneTimePasscodeExpiresAt,
    ]);
    let row = select.into_model::<Row>().one(db.connection()).await?;
    row.map(Credentials::try_from).transpose()
}

impl TryFrom<Row> for Credentials {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let Row { user, hashed_password, hashed_one_time_passcode, one_time_passcode_expires_at } = row;
        let code = hashed_one_time_passcode.map(Secret::new);
        let passcode = code.zip(one_time_passcode_expires_at);
        Ok(Self { user: user.try_into()?, password: Secret::new(hashed_password), passcode })
    }
}

impl Tx {
    /// Keeps others from changing the credentials of a user, and from opening sessions with them, until this transaction ends.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hold_credentials(&self, user: UserId) -> Result<(), Error> {
        Ok(self.engine().lock_credentials(self.connection(), user.0).await?)
    }
}

/// Stores a new hash and clears any one-time passcode.
///
/// # Errors
/// When the database does not answer.
pub async fn set_password(
    tx: &mut Tx,
    user: &Allowed<User, act::UpdatePersonal>,
    hash: &Secret,
) -> Result<(), Error> {
    users::Entity::update_many()
        .col_expr(users::Column::HashedPassword, Expr::value(hash.expose()))
        .col_expr(users::Column::HashedOneTimePasscode, Expr::cust("NULL"))
        .col_expr(users::Column::OneTimePasscodeExpiresAt, Expr::cust("NULL"))
        .filter(users::Column::Id.eq(user.id.0))
        .exec(tx.connection())
        .await?;
    tx.touch_person(user.id);
    Ok(())
}

/// Stores another hash of the same password; a one-time passcode stays good.
///
/// # Errors
/// When the database does not answer.
pub async fn set_hash(tx: &mut Tx, user: &Allowed<User, act::Update>, hash: &Secret) -> Result<(), Error> {
    users::Entity::update_many()
        .col_expr(users::Column::HashedPassword, Expr::value(hash.expose()))
        .filter(users::Column::Id.eq(user.id.0))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Stores the hash of a one-time passcode and until when it is good, in place of an earlier one.
///
/// # Errors
/// When the database does not answer.
pub async fn set_passcode(
    tx: &mut Tx,
    user: &Allowed<User, act::UpdatePersonal>,
    hash: &Secret,
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    users::Entity::update_many()
        .col_expr(users::Column::HashedOneTimePasscode, Expr::value(hash.expose()))
        .col_expr(users::Column::OneTimePasscodeExpiresAt, Expr::value(expires_at))
        .filter(users::Column::Id.eq(user.id.0))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Lets a user log in by a provider from now on: the password and a one-time passcode are gone.
///
/// # Errors
/// When the database does not answer.
pub async fn convert(
    tx: &mut Tx,
    user: &Allowed<User, act::UpdatePersonal>,
    to: LoginType,
) -> Result<(), Error> {
    set_password(tx, user, &Secret::new("")).await?;
    users::Entity::update_many()
        .col_expr(users::Column::LoginType, Expr::value(to.as_str()))
        .filter(users::Column::Id.eq(user.id.0))
        .exec(tx.connection())
        .await?;
    Ok(())
}
