//! Memberships: pages, lookups and writes.

use entity::{Texts, organization_members, users};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait, Select,
};
use uuid::Uuid;

use super::conditions::{matching, members_in};
use super::error::Error;
use super::places::{LISTED, listed_from, listed_in};
use super::roles::DisplayNames;
use super::rows::{USER_COLUMNS, UserRow};
use super::tx::Tx;
use super::users::{paged, whole_list};
use super::{Source, Store, organizations};
use crate::model::ids::{OrgId, UserId};
use crate::model::names::folded;
use crate::model::organization::{Member, MemberWithUser, Organization};
use crate::model::page::{Counted, Page};
use crate::model::search::{MemberFilter, UserFilter};
use crate::rbac::{AllMembers, Allowed, MemberRoles, NewMember, Scope, act};

#[derive(FromQueryResult)]
struct MemberRow {
    organization_id: Uuid,
    #[sea_orm(from_alias = "joined_at")]
    member_created_at: sea_orm::prelude::DateTimeUtc,
    #[sea_orm(from_alias = "changed_at")]
    member_updated_at: sea_orm::prelude::DateTimeUtc,
    #[sea_orm(from_alias = "member_roles")]
    member_roles: Texts,
    #[sea_orm(nested)]
    user: UserRow,
}

impl MemberRow {
    fn shown(self, names: &DisplayNames) -> Result<MemberWithUser, Error> {
        let row = self;
        let user: crate::model::user::User = row.user.try_into()?;
        let member = Member {
            organization: OrgId(row.organization_id),
            user: user.id,
            roles: row
                .member_roles
                .0
                .into_iter()
                .map(|name| names.shown(row.organization_id, name))
                .collect(),
            created_at: row.member_created_at,
            updated_at: row.member_updated_at,
        };
        Ok(MemberWithUser { member, user })
    }
}

fn of(organization: OrgId) -> Select<organization_members::Entity> {
    with_users(organization_members::Entity::find())
        .filter(organization_members::Column::OrganizationId.eq(organization.0))
}

fn with_users(members: Select<organization_members::Entity>) -> Select<organization_members::Entity> {
    members.join(JoinType::InnerJoin, organization_members::Relation::User.def())
}

async fn read(
    db: &impl Source,
    select: Select<organization_members::Entity>,
) -> Result<Vec<MemberWithUser>, Error> {
    let rows = columns(select).into_model::<MemberRow>().all(db.connection()).await?;
    let names = DisplayNames::of(db, held_roles(&rows)).await?;
    rows.into_iter().map(|row| row.shown(&names)).collect()
}

fn columns(select: Select<organization_members::Entity>) -> Select<organization_members::Entity> {
    select
        .select_only()
        .column(organization_members::Column::OrganizationId)
        .column_as(organization_members::Column::CreatedAt, "joined_at")
        .column_as(organization_members::Column::UpdatedAt, "changed_at")
        .column_as(organization_members::Column::Roles, "member_roles")
        .columns(USER_COLUMNS)
}

fn held_roles(rows: &[MemberRow]) -> Vec<(Uuid, String)> {
    let of = |row: &MemberRow| {
        let organization = row.organization_id;
        row.member_roles.0.iter().map(move |name| (organization, name.clone())).collect::<Vec<_>>()
    };
    rows.iter().flat_map(of).collect()
}

/// The members of an organization that are in a scope, by username.
///
/// # Errors
/// When the database does not answer.
pub async fn select(
    db: &impl Source,
    organization: OrgId,
    scope: &Scope,
    filter: &MemberFilter,
) -> Result<Vec<Allowed<MemberWithUser>>, Error> {
    let wanted = Condition::all()
        .add(Expr::cust(if filter.include_system { "users.deleted = FALSE" } else { LISTED }))
        .add(members_in(scope, organization))
        .add_option(filter.user.map(|id| organization_members::Column::UserId.eq(id.0)))
        .add_option(filter.github_user_id.map(|id| users::Column::GithubComUserId.eq(id)));
    let select = of(organization).filter(wanted).order_by_asc(organization_members::Column::UsernameLower);
    Ok(read(db, select).await?.into_iter().filter_map(|member| scope.admit(member)).collect())
}

/// A page of all members of an organization, by username, with the count of all that match.
///
/// # Errors
/// When the database does not answer.
pub async fn select_page(
    store: &Store,
    all: &Allowed<AllMembers>,
    filter: &UserFilter,
    page: Page,
) -> Result<Counted<MemberWithUser>, Error> {
    if filter.is_empty() {
        select_page_of_all(store, all.0, page).await
    } else {
        select_page_of_matching(store, all.0, filter, page).await
    }
}

async fn select_page_of_all(
    store: &Store,
    organization: OrgId,
    page: Page,
) -> Result<Counted<MemberWithUser>, Error> {
    let rows = read(store, page_of_all(organization, page)).await?;
    let count = match (whole_list(&rows, page), page.after, rows.last()) {
        (Some(count), ..) => count,
        // Folded is what the database sorts by.
        (None, Some(_), Some(last)) => {
            let read = u64::from(page.offset) + rows.len() as u64;
            read + store.count_after(organization, &folded(&last.user.username)).await?
        }
        (None, ..) => store.count_members(organization).await?,
    };
    Ok(Counted { rows, count })
}

/// The members on a page of the unfiltered list. Its cost must not grow with the list: the index
/// gives the order, too.
#[doc(hidden)]
pub fn page_of_all(organization: OrgId, page: Page) -> Select<organization_members::Entity> {
    let limit = (page.limit > 0).then_some(u64::from(page.limit));
    let members = with_users(listed_from(organization, page)).limit(limit);
    columns(members.order_by_asc(organization_members::Column::UsernameLower))
}

async fn select_page_of_matching(
    store: &Store,
    organization: OrgId,
    filter: &UserFilter,
    page: Page,
) -> Result<Counted<MemberWithUser>, Error> {
    let all = Page { after: page.after, ..Page::default() };
    let matching = || with_users(listed_from(organization, all)).filter(matching(store.engine(), filter));
    let select = matching().order_by_asc(organization_members::Column::UsernameLower);
    let rows = read(store, paged(select, page)).await?;
    let count = match whole_list(&rows, page) {
        Some(count) => count,
        None => matching().count(store.connection()).await?,
    };
    Ok(Counted { rows, count })
}

/// One member with the user, also a system user.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    db: &impl Source,
    organization: OrgId,
    user: UserId,
) -> Result<Option<MemberWithUser>, Error> {
    let one = of(organization).filter(organization_members::Column::UserId.eq(user.0));
    Ok(read(db, one).await?.into_iter().next())
}

/// How many members an organization has that lists show: the server's own user can neither be seen nor be removed.
///
/// # Errors
/// When the database does not answer.
pub async fn count(
    db: &impl Source,
    organization: &Allowed<Organization, act::Delete>,
) -> Result<u64, Error> {
    Ok(listed_in(organization.id).count(db.connection()).await?)
}

/// Puts a user into an organization.
///
/// # Errors
/// [`Error::Taken`] when it is in already, [`Error::Dangling`] when the user is gone, or the organization is gone or
/// deleted.
pub async fn insert(tx: &mut Tx, new: &Allowed<NewMember, act::Create>) -> Result<(), Error> {
    let NewMember(member) = &**new;
    if !organizations::keep_living(tx, member.organization).await? {
        return Err(Error::Dangling);
    }
    join(tx, member).await
}

/// Puts in a membership of an organization that cannot be deleted meanwhile.
pub(super) async fn join(tx: &mut Tx, member: &Member) -> Result<(), Error> {
    organization_members::Entity::insert(row(member)).exec_without_returning(tx.connection()).await?;
    tx.touch_person(member.user);
    tx.touch_counts();
    Ok(())
}

pub(super) fn row(member: &Member) -> organization_members::ActiveModel {
    organization_members::ActiveModel {
        organization_id: Set(member.organization.0),
        user_id: Set(member.user.0),
        created_at: Set(member.created_at),
        updated_at: Set(member.updated_at),
        roles: Set(Texts(member.roles.iter().map(|role| role.name.clone()).collect())),
        ..Default::default()
    }
}

/// Takes a user out of an organization; false when it was not in.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(tx: &mut Tx, member: &Allowed<MemberWithUser, act::Delete>) -> Result<bool, Error> {
    let Member { organization, user, .. } = member.member;
    let id = (organization.0, user.0);
    let removed = organization_members::Entity::delete_by_id(id).exec(tx.connection()).await?.rows_affected;
    tx.touch_person(user);
    tx.touch_counts();
    Ok(removed > 0)
}

/// Replaces the roles of a member; `updated_at` stays (members.md 2.1).
///
/// # Errors
/// When the database does not answer.
pub async fn set_roles(tx: &mut Tx, member: &Allowed<MemberRoles, act::Assign>) -> Result<(), Error> {
    let MemberRoles(member) = &**member;
    let roles = Texts(member.roles.iter().map(|role| role.name.clone()).collect());
    organization_members::Entity::update_many()
        .col_expr(organization_members::Column::Roles, Expr::value(sea_orm::Value::from(roles)))
        .filter(organization_members::Column::OrganizationId.eq(member.organization.0))
        .filter(organization_members::Column::UserId.eq(member.user.0))
        .exec(tx.connection())
        .await?;
    tx.touch_person(member.user);
    Ok(())
}
