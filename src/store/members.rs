//! Memberships: pages, lookups and writes.

use entity::{Texts, organization_members, users};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait, Select,
};
use uuid::Uuid;

use super::cache::CountOf;
use super::conditions::{living, matching, members_in};
use super::error::Error;
use super::roles::DisplayNames;
use super::rows::{USER_COLUMNS, UserRow};
use super::tx::Tx;
use super::users::{paged, username_of, whole_list};
use super::{Source, Store};
use crate::model::ids::{OrgId, UserId};
use crate::model::organization::{Member, MemberWithUser};
use crate::model::page::{Counted, Page};
use crate::model::search::{MemberFilter, UserFilter};
use crate::rbac::{AllMembers, Allowed, NewMember, Scope, act};

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
    organization_members::Entity::find()
        .join(JoinType::InnerJoin, organization_members::Relation::User.def())
        .filter(organization_members::Column::OrganizationId.eq(organization.0))
}

async fn read(
    db: &impl Source,
    select: Select<organization_members::Entity>,
) -> Result<Vec<MemberWithUser>, Error> {
    let rows = select
        .select_only()
        .column(organization_members::Column::OrganizationId)
        .column_as(organization_members::Column::CreatedAt, "joined_at")
        .column_as(organization_members::Column::UpdatedAt, "changed_at")
        .column_as(organization_members::Column::Roles, "member_roles")
        .columns(USER_COLUMNS)
        .into_model::<MemberRow>()
        .all(db.connection())
        .await?;
    let names = DisplayNames::of(db, held_roles(&rows)).await?;
    rows.into_iter().map(|row| row.shown(&names)).collect()
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
    let not_deleted = Condition::all().add(Expr::cust("users.deleted = FALSE"));
    let wanted = Condition::all()
        .add(if filter.include_system { not_deleted } else { living() })
        .add(members_in(scope))
        .add_option(filter.user.map(|id| organization_members::Column::UserId.eq(id.0)))
        .add_option(filter.github_user_id.map(|id| users::Column::GithubComUserId.eq(id)));
    let select = of(organization).filter(wanted).order_by_asc(users::Column::UsernameLower);
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
    let organization = all.0;
    let matching = || living().add(matching(store.engine(), filter)).add_option(page.after.map(after));
    let select = of(organization).filter(matching()).order_by_asc(users::Column::UsernameLower);
    let rows = read(store, paged(select, page)).await?;
    let everybody = filter.is_empty() && page.after.is_none();
    let count = match whole_list(&rows, page) {
        Some(count) => count,
        None if everybody => {
            store.counted(CountOf::Members(organization), of(organization).filter(living())).await?
        }
        None => of(organization).filter(matching()).count(store.connection()).await?,
    };
    Ok(Counted { rows, count })
}

/// Rows after a cursor; the cursor counts only when it is a member of some organization (members.md 4).
fn after(user: UserId) -> Condition {
    let membership = Query::select()
        .expr(Expr::cust("1"))
        .from_as(organization_members::Entity, "cursor_member")
        .and_where(Expr::col(("cursor_member", organization_members::Column::UserId)).eq(user.0))
        .to_owned();
    Condition::all()
        .add(Expr::exists(membership))
        .add(users::Column::UsernameLower.into_expr().gt(username_of(user)))
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

/// Puts a user into an organization.
///
/// # Errors
/// [`Error::Taken`] when it is in already, [`Error::Dangling`] when either is gone.
pub async fn insert(tx: &mut Tx, new: &Allowed<NewMember, act::Create>) -> Result<(), Error> {
    let NewMember(member) = &**new;
    let row = organization_members::ActiveModel {
        organization_id: Set(member.organization.0),
        user_id: Set(member.user.0),
        created_at: Set(member.created_at),
        updated_at: Set(member.updated_at),
        roles: Set(Texts(member.roles.iter().map(|role| role.name.clone()).collect())),
    };
    organization_members::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    tx.touch_person(member.user);
    tx.touch_counts();
    Ok(())
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
