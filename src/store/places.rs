//! Where members stand in the list of their organization: who is at an offset, and how many come after somebody.
//!
//! Nothing here looks at the users: a membership carries what lists sort and leave out by, kept in step by the database
//! (migration 8), and one index has it in order. Marks are every `STEP`th username, counted from the end of the list,
//! and remembered like the counts. What comes after a member is the rows from the next mark on, which are known, and the few
//! before it, which the index counts.

use std::sync::Arc;

use entity::organization_members::{Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, Order, PaginatorTrait, QueryFilter, Select,
    Statement,
};

use super::cache::CountOf;
use super::error::Error;
use super::{Source, Store};
use crate::model::ids::{OrgId, UserId};
use crate::model::page::Page;

/// How many rows lie from one mark to the next.
const STEP: usize = 512;

/// In descending order: from the first of them on there are [`STEP`] rows, from the second on twice as many.
#[derive(Debug)]
pub(super) struct Marks(pub(super) Vec<String>);

impl Marks {
    /// The next mark after a username, if any, and how many rows there are from it on.
    fn next(&self, username: &str) -> (Option<&str>, u64) {
        let later = self.0.partition_point(|mark| mark.as_str() > username);
        (later.checked_sub(1).map(|next| self.0[next].as_str()), (later * STEP) as u64)
    }
}

/// The members that lists show.
pub(super) fn listed_in(organization: OrgId) -> Select<Entity> {
    Entity::find().filter(Column::OrganizationId.eq(organization.0)).filter(Expr::cust(LISTED))
}

/// Written as a literal: so the engines know its value when they plan.
pub(super) const LISTED: &str = "organization_members.listed = TRUE";

/// The members from the beginning of a page on, in no order yet. An offset becomes a username to begin at: those who are
/// skipped are passed over in the index, before any is joined with its user.
pub(super) fn listed_from(organization: OrgId, page: Page) -> Select<Entity> {
    let mut members = listed_in(organization);
    if let Some(user) = page.after {
        members = members.filter(Column::UsernameLower.into_expr().gt(username_of(user)));
    }
    if page.offset > 0 {
        members = members.filter(Column::UsernameLower.into_expr().gte(username_at(organization, page)));
    }
    members
}

/// The username of a member of some organization; NULL, which nothing sorts after, for anybody else (members.md 4).
pub(super) fn username_of(user: UserId) -> SelectStatement {
    Query::select()
        .column(("cursor", Column::UsernameLower))
        .from_as(Entity, "cursor")
        .and_where(Expr::col(("cursor", Column::UserId)).eq(user.0))
        .limit(1)
        .to_owned()
}

/// The username that a page with an offset begins at; NULL past the end.
fn username_at(organization: OrgId, page: Page) -> SelectStatement {
    let username = || Expr::col(("skipped", Column::UsernameLower));
    let mut at = Query::select();
    at.expr(username()).from_as(Entity, "skipped");
    at.and_where(Expr::col(("skipped", Column::OrganizationId)).eq(organization.0));
    at.and_where(Expr::cust("skipped.listed = TRUE"));
    at.and_where_option(page.after.map(|user| username().gt(username_of(user))));
    at.order_by(("skipped", Column::UsernameLower), Order::Asc).limit(1).offset(page.offset.into());
    at
}

/// How many members there are between a username and the next mark or the end of the list.
pub fn between(organization: OrgId, username: &str, mark: Option<&str>) -> Select<Entity> {
    let later = listed_in(organization).filter(Column::UsernameLower.gt(username));
    mark.into_iter().fold(later, |later, mark| later.filter(Column::UsernameLower.lt(mark)))
}

/// The marks of an organization, in one walk through the index.
pub fn marks_of(engine: DbBackend, organization: OrgId) -> Statement {
    let skipped = STEP - 1;
    let members =
        "SELECT username_lower FROM organization_members WHERE organization_id = $1 AND listed = TRUE";
    let walk = format!(
        "WITH RECURSIVE marks (mark) AS (
            SELECT ({members} ORDER BY username_lower DESC LIMIT 1 OFFSET {skipped})
            UNION ALL
            SELECT ({members} AND username_lower < marks.mark ORDER BY username_lower DESC LIMIT 1 OFFSET {skipped})
            FROM marks WHERE marks.mark IS NOT NULL
        ) SELECT mark FROM marks WHERE mark IS NOT NULL"
    );
    Statement::from_sql_and_values(engine, walk, [organization.0.into()])
}

/// Sorts before every username.
const BEGINNING: &str = "";

impl Store {
    /// How many listed members an organization has, from memory while nobody was added or removed.
    pub(super) async fn count_members(&self, organization: OrgId) -> Result<u64, Error> {
        let members = CountOf::Members(organization);
        if let Some(count) = self.0.cache.count(members) {
            return Ok(count);
        }
        let since = self.0.cache.epoch();
        let count = self.count_after(organization, BEGINNING).await?;
        self.0.cache.keep_count(since, members, count);
        Ok(count)
    }

    /// How many listed members come after a username.
    pub(super) async fn count_after(&self, organization: OrgId, username: &str) -> Result<u64, Error> {
        let marks = self.marks(organization).await?;
        let (mark, from_mark) = marks.next(username);
        Ok(between(organization, username, mark).count(self.connection()).await? + from_mark)
    }

    async fn marks(&self, organization: OrgId) -> Result<Arc<Marks>, Error> {
        if let Some(marks) = self.0.cache.marks(organization) {
            return Ok(marks);
        }
        let since = self.0.cache.epoch();
        let walk = marks_of(self.connection().get_database_backend(), organization);
        let rows = self.connection().query_all_raw(walk).await?;
        let marks = rows.iter().map(|row| row.try_get("", "mark")).collect::<Result<_, _>>()?;
        let marks = Arc::new(Marks(marks));
        self.0.cache.keep_marks(since, organization, &marks);
        Ok(marks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_mark_is_the_nearest_after_a_username() {
        let marks = Marks(["s", "k", "c"].map(str::to_owned).to_vec());
        let step = STEP as u64;
        for (username, mark, rows) in [
            ("a", Some("c"), 3 * step),
            ("c", Some("k"), 2 * step),
            ("d", Some("k"), 2 * step),
            ("r", Some("s"), step),
            ("s", None, 0),
            ("z", None, 0),
        ] {
            assert_eq!(marks.next(username), (mark, rows), "{username}");
        }
        assert_eq!(Marks(Vec::new()).next("a"), (None, 0));
    }
}
