//! What users set for themselves, one row a setting.

use entity::user_configs::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::Source;
use super::error::Error;
use super::tx::Tx;
use crate::model::ids::UserId;
use crate::model::settings::Stored;
use crate::rbac::{Allowed, Personal, act};

/// What a user has set under these keys.
///
/// # Errors
/// When the database does not answer.
pub async fn select(db: &impl Source, user: UserId, keys: &[&str]) -> Result<Stored, Error> {
    let select = Entity::find().filter(Column::UserId.eq(user.0)).filter(Column::Key.is_in(keys.to_vec()));
    let rows = select.all(db.connection()).await?;
    Ok(rows.into_iter().map(|row| (row.key, row.value)).collect())
}

/// Puts in or replaces settings.
///
/// One statement, with the keys in their order: those who set the same ones wait for each other at the first and never in a
/// circle.
///
/// # Errors
/// When the database does not answer.
pub async fn set(tx: &mut Tx, changes: &Allowed<Personal<Stored>, act::UpdatePersonal>) -> Result<(), Error> {
    if changes.thing.is_empty() {
        return Ok(());
    }
    let row = |(key, value): (&String, &String)| ActiveModel {
        user_id: Set(changes.user.0),
        key: Set(key.clone()),
        value: Set(value.clone()),
    };
    let replace = OnConflict::columns([Column::UserId, Column::Key]).update_column(Column::Value).to_owned();
    let rows = Entity::insert_many(changes.thing.iter().map(row)).on_conflict(replace);
    rows.exec_without_returning(tx.connection()).await?;
    Ok(())
}
