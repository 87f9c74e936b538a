//! Personal skills. Who writes them holds the row of their owner first, as whoever deletes the owner does: in the other order the
//! two would wait for each other.

use chrono::{DateTime, Utc};
use entity::user_skills::{ActiveModel, Column, Entity, Model};
use entity::users;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Source;
use super::error::Error;
use super::tx::Tx;
use crate::model::ids::{SkillId, UserId};
use crate::model::skill::{Skill, SkillHead, SkillText};
use crate::rbac::{Allowed, Scope, act};

/// A skill without its text, which may be long.
#[derive(FromQueryResult)]
struct HeadRow {
    id: Uuid,
    user_id: Uuid,
    name: String,
    description: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<HeadRow> for SkillHead {
    fn from(row: HeadRow) -> Self {
        let HeadRow { id, user_id, name, description, created_at, updated_at } = row;
        Self { id: SkillId(id), user: UserId(user_id), name, description, created_at, updated_at }
    }
}

impl From<Model> for Skill {
    fn from(row: Model) -> Self {
        let Model { id, user_id, name, description, content, created_at, updated_at } = row;
        let head = HeadRow { id, user_id, name, description, created_at, updated_at };
        Self { head: head.into(), content }
    }
}

/// The skills of a user that are in a scope, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn select(db: &impl Source, scope: &Scope, user: UserId) -> Result<Vec<Allowed<SkillHead>>, Error> {
    let columns =
        [Column::Id, Column::UserId, Column::Name, Column::Description, Column::CreatedAt, Column::UpdatedAt];
    let select = Entity::find().filter(Column::UserId.eq(user.0)).select_only().columns(columns);
    let rows = select.order_by_asc(Column::Name).into_model::<HeadRow>().all(db.connection()).await?;
    // All of one user: the scope lets all of them pass or none, and never more than a hundred.
    Ok(rows.into_iter().filter_map(|row| scope.admit(row.into())).collect())
}

/// A skill of a user by its exact name.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Source, user: UserId, name: &str) -> Result<Option<Skill>, Error> {
    let select = Entity::find().filter(Column::UserId.eq(user.0)).filter(Column::Name.eq(name));
    Ok(select.one(db.connection()).await?.map(Skill::from))
}

/// Keeps others from writing skills of this user, and from deleting the user, until the transaction ends; false when the user is
/// deleted already.
///
/// # Errors
/// When the database does not answer.
pub async fn hold_owner(tx: &Tx, user: UserId) -> Result<bool, Error> {
    let select = users::Entity::find_by_id(user.0).lock(LockType::NoKeyUpdate);
    let deleted = select.select_only().column(users::Column::Deleted).into_tuple::<bool>();
    Ok(deleted.one(tx.connection()).await? == Some(false))
}

/// Puts in a skill.
///
/// # Errors
/// [`Error::Dangling`] for a deleted user, [`Error::Full`] for one who has as many as there may be, [`Error::Taken`] for a
/// name that another skill of the user has; the first that holds.
pub async fn insert(tx: &mut Tx, new: &Allowed<Skill, act::Create>) -> Result<(), Error> {
    let Skill { head, content } = &**new;
    let row = ActiveModel {
        id: Set(head.id.0),
        user_id: Set(head.user.0),
        name: Set(head.name.clone()),
        description: Set(head.description.clone()),
        content: Set(content.clone()),
        created_at: Set(head.created_at),
        updated_at: Set(head.updated_at),
    };
    Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Gives a skill another text under the same name; the skill as it is then, or none when it is gone.
///
/// # Errors
/// [`Error::Dangling`] when the user is deleted.
pub async fn update(
    tx: &mut Tx,
    skill: &Allowed<Skill, act::Update>,
    text: &SkillText,
    now: DateTime<Utc>,
) -> Result<Option<Skill>, Error> {
    let changed = ActiveModel {
        description: Set(text.description.clone()),
        content: Set(text.content.clone()),
        updated_at: Set(now),
        ..Default::default()
    };
    let update = Entity::update_many().set(changed).filter(Column::Id.eq(skill.head.id.0));
    let rows = update.exec_with_returning(tx.connection()).await?;
    Ok(rows.into_iter().next().map(Skill::from))
}

/// Takes a skill away; false when it is gone already.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(tx: &mut Tx, skill: &Allowed<Skill, act::Delete>) -> Result<bool, Error> {
    let removed = Entity::delete_by_id(skill.head.id.0).exec(tx.connection()).await?;
    Ok(removed.rows_affected > 0)
}
