//! Groups: lists, lookups and writes, and who is in them.
//!
//! Reads look at `effective_group_members`, where everyone's group has its members too; writes at `group_members`, where it has none.
//! Whoever leaves an organization leaves its groups with the membership (migration 16).

use std::collections::{BTreeSet, HashMap};

use entity::{effective_group_members, group_members, groups, organization_members, organizations};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait, Select,
};
use uuid::Uuid;

use super::bulk::AT_ONCE;
use super::conditions::{group_members_in, groups_in, matching, members_in};
use super::error::Error;
use super::places::{listed_in, username_of};
use super::rows::{self, USER_COLUMNS, UserRow};
use super::tx::Tx;
use super::users::{paged, whole_list};
use super::{Source, Store};
use crate::model::group::{Group, GroupFilter, GroupMember, ListedGroup};
use crate::model::ids::{GroupId, OrgId, UserId};
use crate::model::names::folded;
use crate::model::organization::Organization;
use crate::model::page::{Counted, Page};
use crate::model::search::UserFilter;
use crate::rbac::{Allowed, NewGroup, Scope, act};

#[derive(FromQueryResult)]
struct GroupRow {
    #[sea_orm(nested)]
    group: groups::Model,
    organization_name: String,
    organization_display_name: String,
}

impl GroupRow {
    fn listed(self, counts: &HashMap<Uuid, u64>) -> Result<ListedGroup, Error> {
        let Self { group, organization_name, organization_display_name } = self;
        let group = rows::group(group)?;
        let member_count = counts.get(&group.id.0).copied().unwrap_or_default();
        Ok(ListedGroup { group, organization_name, organization_display_name, member_count })
    }
}

#[derive(FromQueryResult)]
struct MemberRow {
    group_id: Uuid,
    organization_id: Uuid,
    #[sea_orm(nested)]
    user: UserRow,
}

impl TryFrom<MemberRow> for GroupMember {
    type Error = Error;

    fn try_from(row: MemberRow) -> Result<Self, Error> {
        let (group, organization) = (GroupId(row.group_id), OrgId(row.organization_id));
        Ok(Self { group, organization, user: row.user.try_into()? })
    }
}

/// The groups in a scope that a filter wants, by organization and name. Somebody's being in a group counts for the filter only as
/// far as `seen` shows it: what may not be read is not found out by filtering.
///
/// # Errors
/// When the database does not answer.
pub async fn select(
    db: &impl Source,
    scope: &Scope,
    filter: &GroupFilter,
    seen: &Scope,
) -> Result<Vec<Allowed<ListedGroup>>, Error> {
    let found = read(db, Condition::all().add(groups_in(scope)).add(wanted(filter, seen))).await?;
    Ok(found.into_iter().filter_map(|group| scope.admit(group)).collect())
}

fn wanted(filter: &GroupFilter, seen: &Scope) -> Condition {
    let GroupFilter { organization, member, ids } = filter;
    let id = || groups::Column::Id.into_expr();
    Condition::all()
        .add_option(organization.map(|organization| groups::Column::OrganizationId.eq(organization.0)))
        .add_option(member.map(|member| id().in_subquery(groups_of(member, seen))))
        .add_option(ids.as_ref().map(|ids| id().is_in(ids.iter().map(|id| id.0))))
}

fn groups_of(member: UserId, seen: &Scope) -> SelectStatement {
    use effective_group_members::{Column, Entity};
    Query::select()
        .column((Entity, Column::GroupId))
        .from(Entity)
        .and_where(Column::UserId.eq(member.0))
        .cond_where(group_members_in(seen))
        .to_owned()
}

/// A group by id.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Source, id: GroupId) -> Result<Option<ListedGroup>, Error> {
    Ok(read(db, Condition::all().add(groups::Column::Id.eq(id.0))).await?.pop())
}

/// A group of an organization by name, whatever the case.
///
/// # Errors
/// When the database does not answer.
pub async fn find_named(
    db: &impl Source,
    organization: OrgId,
    name: &str,
) -> Result<Option<ListedGroup>, Error> {
    let there = groups::Column::OrganizationId.eq(organization.0);
    let named = groups::Column::NameLower.eq(folded(name));
    Ok(read(db, Condition::all().add(there).add(named)).await?.pop())
}

/// The groups with their organizations in one query, and how many are in them in another.
async fn read(db: &impl Source, wanted: Condition) -> Result<Vec<ListedGroup>, Error> {
    let select = groups::Entity::find()
        .join(JoinType::InnerJoin, groups::Relation::Organization.def())
        .column_as(organizations::Column::Name, "organization_name")
        .column_as(organizations::Column::DisplayName, "organization_display_name")
        .filter(wanted)
        .order_by_asc(organizations::Column::NameLower)
        .order_by_asc(groups::Column::NameLower);
    let rows = select.into_model::<GroupRow>().all(db.connection()).await?;
    let counts = count_members(db, &rows.iter().map(|row| row.group.id).collect::<Vec<_>>()).await?;
    rows.into_iter().map(|row| row.listed(&counts)).collect()
}

async fn count_members(db: &impl Source, groups: &[Uuid]) -> Result<HashMap<Uuid, u64>, Error> {
    use effective_group_members::{Column, Entity};
    let mut counts = HashMap::with_capacity(groups.len());
    for some in groups.chunks(AT_ONCE) {
        let select = Entity::find().filter(Column::GroupId.is_in(some.iter().copied()));
        let select =
            select.select_only().column(Column::GroupId).column_as(Column::UserId.count(), "members");
        let rows = select.group_by(Column::GroupId).into_tuple::<(Uuid, i64)>().all(db.connection()).await?;
        counts.extend(rows.into_iter().map(|(id, count)| (id, u64::try_from(count).unwrap_or_default())));
    }
    Ok(counts)
}

/// Who is in some groups, as far as a scope shows it, by username; one query for each thousand groups.
///
/// # Errors
/// When the database does not answer.
pub async fn select_members(
    db: &impl Source,
    scope: &Scope,
    groups: &[GroupId],
) -> Result<Vec<Allowed<GroupMember>>, Error> {
    let mut found = Vec::new();
    for some in groups.chunks(AT_ONCE) {
        let rows = read_members(db, by_username(members_of(some, scope))).await?;
        found.extend(rows.into_iter().filter_map(|member| scope.admit(member)));
    }
    Ok(found)
}

/// A page of those who are in a group, as far as a scope shows it, by username, with the count of all that match.
///
/// # Errors
/// When the database does not answer.
pub async fn select_page_of_members(
    store: &Store,
    scope: &Scope,
    group: &Allowed<ListedGroup>,
    filter: &UserFilter,
    page: Page,
) -> Result<Counted<Allowed<GroupMember>>, Error> {
    let username = || effective_group_members::Column::UsernameLower.into_expr();
    let found = || {
        let after = page.after.map(|user| username().gt(username_of(user)));
        let matching = matching(store.engine(), filter).add_option(after);
        members_of(&[group.group.id], scope).filter(matching)
    };
    let rows = read_members(store, paged(by_username(found()), page)).await?;
    let count = match whole_list(&rows, page) {
        Some(count) => count,
        None => found().count(store.connection()).await?,
    };
    Ok(Counted { rows: rows.into_iter().filter_map(|member| scope.admit(member)).collect(), count })
}

fn members_of(groups: &[GroupId], scope: &Scope) -> Select<effective_group_members::Entity> {
    use effective_group_members::{Column, Entity, Relation};
    Entity::find()
        .join(JoinType::InnerJoin, Relation::User.def())
        .filter(Column::GroupId.is_in(groups.iter().map(|id| id.0)))
        .filter(group_members_in(scope))
}

fn by_username(members: Select<effective_group_members::Entity>) -> Select<effective_group_members::Entity> {
    members.order_by_asc(effective_group_members::Column::UsernameLower)
}

async fn read_members(
    db: &impl Source,
    select: Select<effective_group_members::Entity>,
) -> Result<Vec<GroupMember>, Error> {
    use effective_group_members::Column;
    let select = select.select_only().columns([Column::GroupId, Column::OrganizationId]);
    let rows = select.columns(USER_COLUMNS).into_model::<MemberRow>().all(db.connection()).await?;
    rows.into_iter().map(GroupMember::try_from).collect()
}

/// A group, which nobody else changes until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn hold(tx: &Tx, id: GroupId) -> Result<Option<Group>, Error> {
    let row = groups::Entity::find_by_id(id.0).lock_exclusive().one(tx.connection()).await?;
    row.map(rows::group).transpose()
}

/// Those of some users who are members of an organization, as far as a scope shows it; neither the deleted nor the server's own.
///
/// # Errors
/// When the database does not answer.
pub async fn select_joinable(
    tx: &Tx,
    scope: &Scope,
    organization: OrgId,
    users: &[UserId],
) -> Result<BTreeSet<UserId>, Error> {
    use organization_members::Column;
    let mut found = BTreeSet::new();
    for some in users.chunks(AT_ONCE) {
        let select = listed_in(organization)
            .filter(Column::UserId.is_in(some.iter().map(|id| id.0)))
            .filter(members_in(scope, organization));
        let ids = select.select_only().column(Column::UserId).into_tuple::<Uuid>();
        found.extend(ids.all(tx.connection()).await?.into_iter().map(UserId));
    }
    Ok(found)
}

/// Those who were put into a group; of `among` only, if that is given.
///
/// # Errors
/// When the database does not answer.
pub async fn select_put_in<V>(
    tx: &Tx,
    group: &Allowed<Group, V>,
    among: Option<&[UserId]>,
) -> Result<BTreeSet<UserId>, Error> {
    use group_members::{Column, Entity};
    let of = || Entity::find().filter(Column::GroupId.eq(group.id.0));
    let selects = match among {
        None => vec![of()],
        Some(users) => {
            let some = |some: &[UserId]| of().filter(Column::UserId.is_in(some.iter().map(|id| id.0)));
            users.chunks(AT_ONCE).map(some).collect()
        }
    };
    let mut found = BTreeSet::new();
    for select in selects {
        let ids = select.select_only().column(Column::UserId).into_tuple::<Uuid>();
        found.extend(ids.all(tx.connection()).await?.into_iter().map(UserId));
    }
    Ok(found)
}

/// How many groups an organization has besides that of everyone.
///
/// # Errors
/// When the database does not answer.
pub async fn count_others(
    db: &impl Source,
    organization: &Allowed<Organization, act::Delete>,
) -> Result<u64, Error> {
    let id = organization.id.0;
    let others = groups::Entity::find().filter(groups::Column::OrganizationId.eq(id));
    Ok(others.filter(groups::Column::Id.ne(id)).count(db.connection()).await?)
}

/// Puts in a group, with nobody in it.
///
/// # Errors
/// [`Error::Taken`] for a name in use.
pub async fn insert(tx: &mut Tx, new: &Allowed<NewGroup, act::Create>) -> Result<(), Error> {
    let row = row(&new.0);
    groups::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

fn row(group: &Group) -> groups::ActiveModel {
    let Group { id, organization, name, display_name, avatar_url, quota_allowance, source } = group;
    groups::ActiveModel {
        id: Set(id.0),
        organization_id: Set(organization.0),
        name: Set(name.clone()),
        name_lower: Set(folded(name)),
        display_name: Set(display_name.clone()),
        avatar_url: Set(avatar_url.clone()),
        quota_allowance: Set(*quota_allowance),
        source: Set(source.as_str().to_owned()),
    }
}

/// Writes a group as it is to be; who is in it stays.
///
/// # Errors
/// [`Error::Taken`] for a name in use.
pub async fn update(tx: &mut Tx, group: &Allowed<Group, act::Update>) -> Result<(), Error> {
    let changed = groups::ActiveModel { id: NotSet, organization_id: NotSet, ..row(group) };
    let update = groups::Entity::update_many().set(changed).filter(groups::Column::Id.eq(group.id.0));
    update.exec(tx.connection()).await?;
    Ok(())
}

/// Puts users into a group; who is in it already stays.
///
/// # Errors
/// [`Error::Dangling`] when one of them is no member of the organization any more.
pub async fn insert_members(
    tx: &mut Tx,
    group: &Allowed<Group, act::Update>,
    users: &[UserId],
) -> Result<(), Error> {
    let row = |user: &UserId| group_members::ActiveModel {
        user_id: Set(user.0),
        group_id: Set(group.id.0),
        organization_id: Set(group.organization.0),
    };
    for some in users.chunks(AT_ONCE) {
        let insert = group_members::Entity::insert_many(some.iter().map(row)).on_conflict_do_nothing();
        insert.exec_without_returning(tx.connection()).await?;
    }
    users.iter().for_each(|user| tx.touch_person(*user));
    Ok(())
}

/// Takes users out of a group; who is not in it stays out.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_members(
    tx: &mut Tx,
    group: &Allowed<Group, act::Update>,
    users: &[UserId],
) -> Result<(), Error> {
    use group_members::{Column, Entity};
    for some in users.chunks(AT_ONCE) {
        let going = Entity::delete_many().filter(Column::GroupId.eq(group.id.0));
        let going = going.filter(Column::UserId.is_in(some.iter().map(|id| id.0)));
        going.exec(tx.connection()).await?;
    }
    users.iter().for_each(|user| tx.touch_person(*user));
    Ok(())
}

/// Takes away a group; nobody is in it any more.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(tx: &mut Tx, group: &Allowed<Group, act::Delete>) -> Result<(), Error> {
    groups::Entity::delete_by_id(group.id.0).exec(tx.connection()).await?;
    tx.touch_members_of(group.organization);
    Ok(())
}
