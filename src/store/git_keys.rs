//! The key pairs that users have for git.

use chrono::{DateTime, Utc};
use entity::git_ssh_keys::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, FromQueryResult, QuerySelect};
use uuid::Uuid;

use super::Source;
use super::error::Error;
use super::tx::Tx;
use crate::model::git_key::GitKey;
use crate::model::ids::UserId;
use crate::model::user::KeyPair;
use crate::rbac::{Allowed, Personal, act};

/// A pair without its private half, which nobody reads.
#[derive(FromQueryResult)]
struct Row {
    user_id: Uuid,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    public_key: String,
}

/// The public half of a user's pair.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Source, user: UserId) -> Result<Option<GitKey>, Error> {
    let columns = [Column::UserId, Column::CreatedAt, Column::UpdatedAt, Column::PublicKey];
    let select = Entity::find_by_id(user.0).select_only().columns(columns);
    let row = select.into_model::<Row>().one(db.connection()).await?;
    Ok(row.map(|Row { user_id, created_at, updated_at, public_key }| GitKey {
        user: UserId(user_id),
        created_at,
        updated_at,
        public: public_key,
    }))
}

/// Puts a pair in the place of the old one, of which only the time of its making is kept.
///
/// # Errors
/// When the database does not answer.
pub async fn set(
    tx: &mut Tx,
    new: &Allowed<Personal<KeyPair>, act::UpdatePersonal>,
    now: DateTime<Utc>,
) -> Result<GitKey, Error> {
    let row = ActiveModel {
        user_id: Set(new.user.0),
        created_at: Set(now),
        updated_at: Set(now),
        private_key: Set(new.thing.private.expose().to_owned()),
        public_key: Set(new.thing.public.clone()),
    };
    let replaced = [Column::UpdatedAt, Column::PrivateKey, Column::PublicKey];
    let replace = OnConflict::column(Column::UserId).update_columns(replaced).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(tx.connection()).await?;
    let gone = || Error::Corrupt("the key pair that was just stored is not there".to_owned());
    find(tx, new.user).await?.ok_or_else(gone)
}
