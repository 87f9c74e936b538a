//! API keys: lookups and writes. What decides about requests goes through the cache (`Store::key`).

use chrono::{DateTime, Utc};
use entity::{Texts, api_keys};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::cache::Use;
use super::error::Error;
use super::tx::Tx;
use super::{Source, rows};
use crate::model::ids::{KeyId, UserId};
use crate::model::key::ApiKey;
use crate::model::user::User;
use crate::rbac::{Allowed, EndedKeys, NewKey, act};

/// Puts in a key.
///
/// # Errors
/// [`Error::Taken`] when the user has a token of that name, [`Error::Dangling`] when the user is deleted.
pub async fn insert(tx: &mut Tx, new: &Allowed<NewKey, act::Create>) -> Result<(), Error> {
    let NewKey(key) = &**new;
    let row = api_keys::ActiveModel {
        id: Set(key.id.0.clone()),
        hashed_secret: Set(key.hashed_secret.to_vec()),
        user_id: Set(key.user.0),
        login_type: Set(key.login_type.as_str().to_owned()),
        // What lives less than a second is told to live a day (auth.md 1.4); its end is as it is.
        lifetime_seconds: Set(Some(key.lifetime.num_seconds())
            .filter(|seconds| *seconds != 0)
            .unwrap_or(86_400)),
        expires_at: Set(key.expires_at),
        created_at: Set(key.created_at),
        updated_at: Set(key.updated_at),
        last_used: Set(key.last_used),
        ip_address: Set(key.ip_address.clone()),
        token_name: Set(key.token_name.clone()),
        scopes: Set(Texts(key.scopes.clone())),
        allow_list: Set(serde_json::to_value(&key.allow_list).unwrap_or_default()),
    };
    api_keys::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Keeps all keys of a user as they are until the transaction ends, for whoever removes several in more than one statement.
/// In the order of their ids, as uses are written: of two who want the same keys one waits, and never both.
///
/// # Errors
/// When the database does not answer.
pub async fn hold_all_of(tx: &Tx, user: UserId) -> Result<(), Error> {
    held(tx, api_keys::Column::UserId.eq(user.0)).await.map(drop)
}

async fn held(tx: &Tx, wanted: Expr) -> Result<Vec<KeyId>, Error> {
    let ids = api_keys::Entity::find().select_only().column(api_keys::Column::Id).filter(wanted);
    let ids = ids.order_by_asc(api_keys::Column::Id).lock_exclusive().into_tuple::<String>();
    Ok(ids.all(tx.connection()).await?.into_iter().map(KeyId).collect())
}

/// A key by its public part, past the cache.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Source, id: &KeyId) -> Result<Option<ApiKey>, Error> {
    api_keys::Entity::find_by_id(&id.0).one(db.connection()).await?.map(rows::key).transpose()
}

/// The same, and nobody else changes the key until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn hold(tx: &Tx, id: &KeyId) -> Result<Option<ApiKey>, Error> {
    let row = api_keys::Entity::find_by_id(&id.0).lock_exclusive().one(tx.connection()).await?;
    row.map(rows::key).transpose()
}

/// A user's key by its name, also one that ended.
///
/// # Errors
/// When the database does not answer.
pub async fn find_named(db: &impl Source, user: UserId, name: &str) -> Result<Option<ApiKey>, Error> {
    // Only tokens have names. A literal: both engines use the index of the names only then.
    let named = Expr::cust("api_keys.login_type = 'token'")
        .and(api_keys::Column::UserId.eq(user.0))
        .and(api_keys::Column::TokenName.eq(name));
    api_keys::Entity::find().filter(named).one(db.connection()).await?.map(rows::key).transpose()
}

/// Ends a key at `now`. It stays, so that it can say so.
///
/// # Errors
/// When the database does not answer.
pub async fn set_end(
    tx: &mut Tx,
    key: &Allowed<ApiKey, act::Update>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    api_keys::Entity::update_many()
        .col_expr(api_keys::Column::ExpiresAt, Expr::value(now))
        .filter(api_keys::Column::Id.eq(&key.id.0))
        .exec(tx.connection())
        .await?;
    tx.touch_key(key.id.clone());
    Ok(())
}

/// Removes keys that ended before `before`, at most `most` of them, the oldest first; answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_ended(
    tx: &mut Tx,
    _all: &Allowed<EndedKeys, act::Delete>,
    before: DateTime<Utc>,
    most: u64,
) -> Result<usize, Error> {
    let ended = api_keys::Column::ExpiresAt.lt(before);
    let ids = api_keys::Entity::find().select_only().column(api_keys::Column::Id).filter(ended.clone());
    let ids = ids.order_by_asc(api_keys::Column::ExpiresAt).limit(most).into_tuple::<String>();
    let ids = ids.all(tx.connection()).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    // A session's end may have moved since then.
    let held = held(tx, api_keys::Column::Id.is_in(ids).and(ended)).await?;
    let gone = api_keys::Column::Id.is_in(held.iter().map(|id| id.0.clone()));
    api_keys::Entity::delete_many().filter(gone).exec(tx.connection()).await?;
    let count = held.len();
    held.into_iter().for_each(|id| tx.touch_key(id));
    Ok(count)
}

/// Removes a key; false when it was gone already.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(tx: &mut Tx, key: &Allowed<ApiKey, act::Delete>) -> Result<bool, Error> {
    let removed = api_keys::Entity::delete_by_id(&key.id.0).exec(tx.connection()).await?.rows_affected;
    tx.touch_key(key.id.clone());
    Ok(removed > 0)
}

/// Removes all keys of a user. Whoever may change a user's credentials ends what was opened with the old ones.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_all_of(tx: &mut Tx, user: &Allowed<User, act::UpdatePersonal>) -> Result<(), Error> {
    remove_matching(tx, api_keys::Column::UserId.eq(user.id.0)).await
}

/// Removes all keys of a user who is about to be deleted.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn remove_all_with(tx: &mut Tx, user: &Allowed<User, act::Delete>) -> Result<(), Error> {
    remove_matching(tx, api_keys::Column::UserId.eq(user.id.0)).await
}

/// Removes the keys of a user that hold a certain scope.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_with_scope(
    tx: &mut Tx,
    owner: &Allowed<ApiKey, act::Delete>,
    scope: &str,
) -> Result<(), Error> {
    let of_user = api_keys::Column::UserId.eq(owner.user.0);
    let holding = tx.engine().holds_any(("api_keys", "scopes"), &[scope.to_owned()]);
    remove_matching(tx, of_user.and(holding)).await
}

/// Two statements, however many keys there are: which ones, for the cache, and the removal.
async fn remove_matching(tx: &mut Tx, wanted: Expr) -> Result<(), Error> {
    let ids = held(tx, wanted.clone()).await?;
    ids.into_iter().for_each(|id| tx.touch_key(id));
    api_keys::Entity::delete_many().filter(wanted).exec(tx.connection()).await?;
    Ok(())
}

/// Notes a key's use, unless the key's end was moved since it was read: by hand, or by another replica.
///
/// # Errors
/// When the database does not answer.
pub async fn set_use(
    tx: &mut Tx,
    key: &Allowed<ApiKey, act::Update>,
    use_: Use,
    ip: &str,
) -> Result<(), Error> {
    api_keys::Entity::update_many()
        .col_expr(api_keys::Column::LastUsed, Expr::value(use_.last_used))
        .col_expr(api_keys::Column::ExpiresAt, Expr::value(use_.expires_at))
        .col_expr(api_keys::Column::IpAddress, Expr::value(ip))
        .filter(api_keys::Column::Id.eq(&key.id.0))
        .filter(api_keys::Column::ExpiresAt.eq(key.expires_at))
        .exec(tx.connection())
        .await?;
    tx.touch_key(key.id.clone());
    Ok(())
}
