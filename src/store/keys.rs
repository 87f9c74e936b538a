//! API keys: writes. Reads go through the cache (`Store::key`).

use entity::{Texts, api_keys};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::Source;
use super::cache::Use;
use super::error::Error;
use super::tx::Tx;
use crate::model::ids::KeyId;
use crate::model::key::ApiKey;
use crate::model::user::User;
use crate::rbac::{Allowed, NewKey, act};

/// Puts in a key.
///
/// # Errors
/// [`Error::Taken`] when the user has a token of that name.
pub async fn insert(tx: &mut Tx, new: &Allowed<NewKey, act::Create>) -> Result<(), Error> {
    let NewKey(key) = &**new;
    let row = api_keys::ActiveModel {
        id: Set(key.id.0.clone()),
        hashed_secret: Set(key.hashed_secret.to_vec()),
        user_id: Set(key.user.0),
        login_type: Set(key.login_type.as_str().to_owned()),
        lifetime_seconds: Set(key.lifetime.num_seconds()),
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
    let ids = api_keys::Entity::find().select_only().column(api_keys::Column::Id).filter(wanted.clone());
    for id in ids.into_tuple::<String>().all(tx.connection()).await? {
        tx.touch_key(KeyId(id));
    }
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
