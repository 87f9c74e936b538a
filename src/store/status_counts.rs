//! How many users have each status, and how many changed it on which day.
//!
//! The numbers come added up: what is read does not grow with the users.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{user_deleted, user_status_changes, users};
use sea_orm::sea_query::{Asterisk, CaseStatement, Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::conditions::living;
use super::error::Error;
use super::{Source, Store};
use crate::model::user::UserStatus;
use crate::rbac::{Allowed, Object};

/// How many users came from one status to another on one day. From none are those who were made, to none those who were deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moves {
    /// Which of the days, from 0.
    pub day: usize,
    /// The status they had.
    pub from: Option<UserStatus>,
    /// The status they have since.
    pub to: Option<UserStatus>,
    /// How many they are.
    pub many: i64,
}

fn status(text: &str) -> Result<UserStatus, Error> {
    UserStatus::parse(text)
        .ok_or_else(|| Error::Corrupt(format!("unknown user status {text:?} in the database")))
}

/// How many users have each status now.
///
/// # Errors
/// When the database does not answer.
pub async fn select_now(store: &Store, _may: &Allowed<Object>) -> Result<BTreeMap<UserStatus, i64>, Error> {
    let select = users::Entity::find().filter(living()).select_only().column(users::Column::Status);
    let select = select.column_as(Expr::col(Asterisk).count(), "many").group_by(users::Column::Status);
    let rows: Vec<(String, i64)> = select.into_tuple().all(store.connection()).await?;
    rows.into_iter().map(|(text, many)| Ok((status(&text)?, many))).collect()
}

/// What changed on the days that begin at these times, in order; the last one has no end.
///
/// # Errors
/// When the database does not answer.
pub async fn select_moves(
    store: &Store,
    _may: &Allowed<Object>,
    days: &[DateTime<Utc>],
) -> Result<Vec<Moves>, Error> {
    let Some(first) = days.first() else { return Ok(Vec::new()) };
    let mut moves = Vec::new();
    for query in [changes(*first, days), deletions(*first, days)] {
        for row in store.connection().query_all(&query).await? {
            let day: i32 = row.try_get("", "day")?;
            let from: Option<String> = row.try_get("", "from_status")?;
            let to: Option<String> = row.try_get("", "to_status")?;
            moves.push(Moves {
                day: usize::try_from(day).unwrap_or_default(),
                from: from.as_deref().map(status).transpose()?,
                to: to.as_deref().map(status).transpose()?,
                many: row.try_get("", "many")?,
            });
        }
    }
    Ok(moves)
}

/// The number of the day that a time is on: how many days but the first have begun by then.
fn day_of(time: &Expr, days: &[DateTime<Utc>]) -> Expr {
    let begun = |day: &DateTime<Utc>| -> Expr {
        CaseStatement::new().case(time.clone().gte(*day), Expr::cust("1")).finally(Expr::cust("0")).into()
    };
    days.iter().skip(1).map(begun).reduce(ExprTrait::add).unwrap_or_else(|| Expr::cust("0"))
}

fn added_up(select: &mut SelectStatement) -> SelectStatement {
    select
        .expr_as(Func::count(Expr::col(Asterisk)), "many")
        .add_group_by(["day", "from_status", "to_status"].map(Expr::col))
        .to_owned()
}

/// From one status to the next. Only those who changed lately are looked at, with all their changes, as the one before tells where
/// they came from.
fn changes(first: DateTime<Utc>, days: &[DateTime<Utc>]) -> SelectStatement {
    use user_status_changes::{Column, Entity};
    let lately = Query::select()
        .column(Column::UserId)
        .from(Entity)
        .and_where(Expr::col(Column::ChangedAt).gte(first))
        .to_owned();
    let people = Query::select()
        .column(users::Column::Id)
        .from(users::Entity)
        .and_where(Expr::cust("is_system = FALSE"))
        .to_owned();
    let before = "LAG(new_status) OVER (PARTITION BY user_id ORDER BY changed_at, id)";
    let pairs = Query::select()
        .columns([Column::ChangedAt, Column::NewStatus])
        .expr_as(Expr::cust(before), "from_status")
        .from(Entity)
        .and_where(Expr::col(Column::UserId).in_subquery(lately))
        .and_where(Expr::col(Column::UserId).in_subquery(people))
        .to_owned();
    let time = Expr::col(("pairs", Column::ChangedAt));
    let mut select = Query::select();
    select
        .expr_as(day_of(&time, days), "day")
        .column(("pairs", "from_status"))
        .expr_as(Expr::col(("pairs", Column::NewStatus)), "to_status")
        .from_subquery(pairs, "pairs")
        .and_where(time.gte(first));
    added_up(&mut select)
}

/// From the last status to none.
fn deletions(first: DateTime<Utc>, days: &[DateTime<Utc>]) -> SelectStatement {
    use user_deleted::{Column, Entity};
    let time = Expr::col((Entity, Column::DeletedAt));
    let mut select = Query::select();
    select
        .expr_as(day_of(&time, days), "day")
        .expr_as(Expr::col((users::Entity, users::Column::Status)), "from_status")
        .expr_as(Expr::cust("CAST(NULL AS TEXT)"), "to_status")
        .from(Entity)
        .inner_join(
            users::Entity,
            Expr::col((users::Entity, users::Column::Id)).equals((Entity, Column::UserId)),
        )
        .and_where(Expr::cust("users.is_system = FALSE"))
        .and_where(time.gte(first));
    added_up(&mut select)
}
