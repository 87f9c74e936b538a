//! What becomes of users: their names, their states, their end.

use chrono::{DateTime, Utc};
use entity::{user_deleted, users};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::conditions::{living, users_in};
use super::error::Error;
use super::rows::{USER_COLUMNS, UserRow};
use super::tx::Tx;
use super::{Source, keys};
use crate::model::ids::UserId;
use crate::model::names::folded;
use crate::model::user::{User, UserStatus};
use crate::rbac::{Allowed, Scope, act};

/// Sets the status and moves `updated_at`, also when it is the same one; false when the user is deleted. The database itself
/// writes the row of the history (migration 9).
///
/// # Errors
/// When the database does not answer.
pub async fn set_status(tx: &mut Tx, user: &Allowed<User, act::Update>) -> Result<bool, Error> {
    let changed = users::ActiveModel {
        status: Set(user.status.as_str().to_owned()),
        updated_at: Set(user.updated_at),
        ..Default::default()
    };
    change(tx, user.id, changed).await
}

/// Sets username and display name and moves `updated_at`; false when the user is deleted.
///
/// # Errors
/// [`Error::Taken`] for a username in use.
pub async fn set_names(tx: &mut Tx, user: &Allowed<User, act::UpdatePersonal>) -> Result<bool, Error> {
    let changed = users::ActiveModel {
        username: Set(user.username.clone()),
        username_lower: Set(folded(&user.username)),
        name: Set(user.name.clone()),
        name_lower: Set(folded(&user.name)),
        updated_at: Set(user.updated_at),
        ..Default::default()
    };
    // Lists are sorted by username, and so are the marks in them.
    tx.touch_counts();
    change(tx, user.id, changed).await
}

async fn change(tx: &mut Tx, user: UserId, changed: users::ActiveModel) -> Result<bool, Error> {
    let living = Expr::cust("users.deleted = FALSE");
    let update =
        users::Entity::update_many().set(changed).filter(users::Column::Id.eq(user.0)).filter(living);
    tx.touch_person(user);
    Ok(update.exec(tx.connection()).await?.rows_affected > 0)
}

/// Who counts as not seen for long, and where among them to begin.
#[derive(Debug, Clone, Copy)]
pub struct Unseen {
    /// Neither seen nor made since then.
    pub since: DateTime<Utc>,
    /// When they become dormant.
    pub now: DateTime<Utc>,
    /// Those with greater ids.
    pub after: Option<UserId>,
}

/// How many users become dormant at once.
const DORMANT_AT_ONCE: u64 = 500;

/// Makes active users dormant that were not seen for long: the first few of them by id. Who they are.
///
/// # Errors
/// When the database does not answer.
pub async fn make_dormant(
    tx: &mut Tx,
    scope: &Scope<act::Update>,
    unseen: Unseen,
) -> Result<Vec<User>, Error> {
    let Unseen { since, now, after } = unseen;
    let wanted = living()
        .add(users_in(scope))
        .add(users::Column::Status.eq(UserStatus::Active.as_str()))
        .add(users::Column::LastSeenAt.lt(since))
        .add(users::Column::CreatedAt.lt(since))
        .add_option(after.map(|last| users::Column::Id.gt(last.0)));
    let found = users::Entity::find().filter(wanted).order_by_asc(users::Column::Id).limit(DORMANT_AT_ONCE);
    // By id, as the times of their last use are written, so that of two writers one waits.
    let found = found.lock_exclusive().select_only().columns(USER_COLUMNS).into_model::<UserRow>();
    let found = found.all(tx.connection()).await?;
    let found: Vec<User> = found.into_iter().map(User::try_from).collect::<Result<_, _>>()?;
    users::Entity::update_many()
        .col_expr(users::Column::Status, Expr::value(UserStatus::Dormant.as_str()))
        .col_expr(users::Column::UpdatedAt, Expr::value(now))
        .filter(users::Column::Id.is_in(found.iter().map(|user| user.id.0)))
        .exec(tx.connection())
        .await?;
    found.iter().for_each(|user| tx.touch_person(user.id));
    Ok(found)
}

/// Marks a user as deleted, with the time of it; `updated_at` stays (users.md 3.4). The keys go first, and the database itself
/// takes what else goes with a user, and lets nothing of it in again (migration 9).
///
/// # Errors
/// When the database does not answer.
pub async fn remove(tx: &mut Tx, user: &Allowed<User, act::Delete>, now: DateTime<Utc>) -> Result<(), Error> {
    keys::remove_all_with(tx, user).await?;
    let row = user_deleted::ActiveModel { user_id: Set(user.id.0), deleted_at: Set(now) };
    user_deleted::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    users::Entity::update_many()
        .col_expr(users::Column::Deleted, Expr::value(true))
        .filter(users::Column::Id.eq(user.id.0))
        .exec(tx.connection())
        .await?;
    tx.touch_person(user.id);
    tx.touch_counts();
    Ok(())
}
