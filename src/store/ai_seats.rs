//! Who has used AI features: noted, looked up, listed and counted (ai-seats.md 2).

use std::collections::BTreeSet;

use entity::ai_seat_state::{ActiveModel, Column, Entity, Relation};
use entity::users;
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::{DateTimeUtc, Uuid};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait, Select,
};

use super::bulk::AT_ONCE;
use super::cache::CountOf;
use super::error::Error;
use super::rows::{USER_COLUMNS, UserRow};
use super::tx::Tx;
use super::users::{paged, username_of, whole_list};
use super::{Source, Store};
use crate::model::ai_seat::{SeatState, SeatUse, UsageReason};
use crate::model::ids::UserId;
use crate::model::page::{Counted, Page};
use crate::rbac::{Allowed, Scope, act};

/// The longest page whose seats are remembered; longer ones would only push others out of memory.
const LONGEST_REMEMBERED: usize = 500;

/// Notes a use; true when it is the first one of this user. A use that is told of late does not move the latest one back.
///
/// # Errors
/// [`Error::Dangling`] when nobody has that id.
pub async fn record(tx: &mut Tx, of: &Allowed<SeatUse, act::Create>) -> Result<bool, Error> {
    let row = ActiveModel {
        user_id: Set(of.user.0),
        first_used_at: Set(of.used_at),
        last_used_at: Set(of.used_at),
        updated_at: Set(of.told_at),
        last_event_type: Set(of.reason.as_str().to_owned()),
        last_event_description: Set(of.description.clone()),
    };
    // Of two first uses at once, the second one waits here and finds the row.
    let first = Entity::insert(row).on_conflict(OnConflict::column(Column::UserId).do_nothing().to_owned());
    let first = first.exec_without_returning(tx.connection()).await? > 0;
    if !first {
        again(tx, of).await?;
    }
    tx.touch_person(of.user);
    Ok(first)
}

async fn again(tx: &Tx, of: &SeatUse) -> Result<(), Error> {
    let later = CaseStatement::new()
        .case(Column::LastUsedAt.lt(of.used_at), Expr::value(of.used_at))
        .finally(Column::LastUsedAt.into_expr());
    Entity::update_many()
        .col_expr(Column::LastUsedAt, later.into())
        .col_expr(Column::UpdatedAt, Expr::value(of.told_at))
        .col_expr(Column::LastEventType, Expr::value(of.reason.as_str()))
        .col_expr(Column::LastEventDescription, Expr::value(of.description.clone()))
        .filter(Column::UserId.eq(of.user.0))
        .exec(tx.connection())
        .await?;
    Ok(())
}

impl Store {
    /// Which of these users have used AI features: from memory, and in one query for those who are not in it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn have_used_ai(&self, ids: &[UserId]) -> Result<BTreeSet<UserId>, Error> {
        let known = ids.iter().map(|id| (*id, self.0.cache.seat(*id)));
        let (known, unknown): (Vec<_>, Vec<_>) = known.partition(|(_, seat)| seat.is_some());
        let mut found: BTreeSet<UserId> =
            known.into_iter().filter(|(_, seat)| *seat == Some(true)).map(|(id, _)| id).collect();
        let unknown: Vec<UserId> = unknown.into_iter().map(|(id, _)| id).collect();
        if unknown.is_empty() {
            return Ok(found);
        }
        let since = self.0.cache.epoch();
        for some in unknown.chunks(AT_ONCE) {
            found.extend(select_users(self, some).await?);
        }
        if unknown.len() <= LONGEST_REMEMBERED {
            self.0.cache.keep_seats(since, unknown.iter().map(|id| (*id, found.contains(id))));
        }
        Ok(found)
    }

    /// How many users are active, and how many of them have used AI features: from memory while nobody changed.
    ///
    /// # Errors
    /// When the database does not answer; the second number fails by itself.
    pub async fn count_active(&self) -> Result<(u64, Result<u64, Error>), Error> {
        let users = self.counted(CountOf::ActiveUsers, users::Entity::find().filter(active())).await?;
        Ok((users, self.counted(CountOf::Seats, with_users().filter(active())).await))
    }
}

async fn select_users(db: &impl Source, ids: &[UserId]) -> Result<Vec<UserId>, Error> {
    let select = Entity::find().select_only().column(Column::UserId);
    let select = select.filter(Column::UserId.is_in(ids.iter().map(|id| id.0)));
    let found: Vec<Uuid> = select.into_tuple().all(db.connection()).await?;
    Ok(found.into_iter().map(UserId).collect())
}

/// Users who take part (`model::ai_seat::takes_seat` says the same of one). As literals, so that the index of them serves.
#[doc(hidden)]
pub fn active() -> Expr {
    Expr::cust("users.status = 'active' AND users.deleted = FALSE AND users.is_system = FALSE")
}

fn with_users() -> Select<Entity> {
    Entity::find().join(JoinType::InnerJoin, Relation::User.def())
}

#[derive(FromQueryResult)]
struct SeatRow {
    first_used_at: DateTimeUtc,
    last_used_at: DateTimeUtc,
    #[sea_orm(from_alias = "noted_at")]
    noted_at: DateTimeUtc,
    last_event_type: String,
    last_event_description: String,
    #[sea_orm(nested)]
    user: UserRow,
}

impl TryFrom<SeatRow> for SeatState {
    type Error = Error;

    fn try_from(row: SeatRow) -> Result<Self, Error> {
        let unknown =
            || Error::Corrupt(format!("unknown use of AI {:?} in the database", row.last_event_type));
        Ok(Self {
            last_reason: UsageReason::parse(&row.last_event_type).ok_or_else(unknown)?,
            user: row.user.try_into()?,
            first_used_at: row.first_used_at,
            last_used_at: row.last_used_at,
            updated_at: row.noted_at,
            last_description: row.last_event_description,
        })
    }
}

/// A page of what is stored of all users, by username, with the count of all.
///
/// # Errors
/// When the database does not answer.
pub async fn select_page(
    store: &Store,
    scope: &Scope,
    page: Page,
) -> Result<Counted<Allowed<SeatState>>, Error> {
    let wanted = Condition::all()
        .add(Expr::cust("users.deleted = FALSE"))
        .add_option(page.after.map(|user| users::Column::UsernameLower.into_expr().gt(username_of(user))));
    let all = with_users().filter(wanted);
    let select = all.clone().select_only().columns(USER_COLUMNS);
    let select = select
        .columns([
            Column::FirstUsedAt,
            Column::LastUsedAt,
            Column::LastEventType,
            Column::LastEventDescription,
        ])
        .column_as(Column::UpdatedAt, "noted_at")
        .order_by_asc(users::Column::UsernameLower);
    let rows = paged(select, page).into_model::<SeatRow>().all(store.connection()).await?;
    let count = match whole_list(&rows, page) {
        Some(count) => count,
        None => all.count(store.connection()).await?,
    };
    let rows = rows.into_iter().map(SeatState::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Counted { rows: rows.into_iter().filter_map(|row| scope.admit(row)).collect(), count })
}
