//! Organizations: lookups, lists and writes.

use chrono::{DateTime, Utc};
use entity::{organization_members, organizations};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, UpdateMany,
};
use uuid::Uuid;

use super::bulk::AT_ONCE;
use super::conditions::organizations_in;
use super::error::Error;
use super::tx::Tx;
use super::{Source, members, rows};
use crate::model::ids::{OrgId, UserId};
use crate::model::names::folded;
use crate::model::organization::{OrgRef, Organization, OrganizationChange};
use crate::rbac::{Allowed, NewOrganization, Scope, act};

fn living() -> Expr {
    // A literal, as for users: SQLite uses its partial index only then.
    Expr::cust("organizations.deleted = FALSE")
}

/// An organization by id (also a deleted one), by name, or the default one.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Source, organization: &OrgRef) -> Result<Option<Organization>, Error> {
    let wanted = match organization {
        OrgRef::Default => Condition::all().add(Expr::cust("organizations.is_default = TRUE")),
        OrgRef::Id(id) => Condition::all().add(organizations::Column::Id.eq(id.0)),
        OrgRef::Name(name) => {
            Condition::all().add(living()).add(organizations::Column::NameLower.eq(folded(name)))
        }
    };
    let row = organizations::Entity::find().filter(wanted).one(db.connection()).await?;
    row.map(rows::organization).transpose()
}

/// The organizations in a scope, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn select(db: &impl Source, scope: &Scope) -> Result<Vec<Allowed<Organization>>, Error> {
    list(db, scope, Condition::all()).await
}

/// The organizations of a user that are in a scope, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn select_of_user(
    db: &impl Source,
    scope: &Scope,
    user: UserId,
) -> Result<Vec<Allowed<Organization>>, Error> {
    let joined = Query::select()
        .column(organization_members::Column::OrganizationId)
        .from(organization_members::Entity)
        .and_where(organization_members::Column::UserId.eq(user.0))
        .to_owned();
    list(db, scope, Condition::all().add(organizations::Column::Id.into_expr().in_subquery(joined))).await
}

async fn list(
    db: &impl Source,
    scope: &Scope,
    wanted: Condition,
) -> Result<Vec<Allowed<Organization>>, Error> {
    let rows = organizations::Entity::find()
        .filter(living())
        .filter(organizations_in(scope))
        .filter(wanted)
        .order_by_asc(organizations::Column::NameLower)
        .all(db.connection())
        .await?;
    let found: Vec<Organization> = rows.into_iter().map(rows::organization).collect::<Result<_, _>>()?;
    Ok(found.into_iter().filter_map(|organization| scope.admit(organization)).collect())
}

/// Those of the named organizations that are in a scope; deleted ones have no name and count as little by id.
///
/// # Errors
/// When the database does not answer.
pub async fn select_named(
    db: &impl Source,
    scope: &Scope,
    named: &[OrgRef],
) -> Result<Vec<Allowed<Organization>>, Error> {
    let (mut ids, mut names, mut default) = (Vec::new(), Vec::new(), None);
    for organization in named {
        match organization {
            OrgRef::Default => default = Some(Expr::cust("organizations.is_default = TRUE")),
            OrgRef::Id(id) => ids.push(id.0),
            OrgRef::Name(name) => names.push(folded(name)),
        }
    }
    let by_name = organizations::Column::NameLower.is_in(names);
    let any = Condition::any().add(organizations::Column::Id.is_in(ids)).add(by_name).add_option(default);
    list(db, scope, any).await
}

/// Those of `ids` that exist and are not deleted; the nil id asks for the default one.
///
/// # Errors
/// When the database does not answer.
pub async fn find_all(db: &impl Source, ids: &[OrgId]) -> Result<Vec<Organization>, Error> {
    let default = ids.iter().any(|id| id.0.is_nil()).then(|| Expr::cust("organizations.is_default = TRUE"));
    let by_id = organizations::Column::Id.is_in(ids.iter().map(|id| id.0));
    let wanted = Condition::any().add(by_id).add_option(default);
    let rows = organizations::Entity::find().filter(living()).filter(wanted).all(db.connection()).await?;
    rows.into_iter().map(rows::organization).collect()
}

/// The organizations with these ids or folded names that are not deleted; the nil id asks for the default one.
///
/// # Errors
/// When the database does not answer.
pub async fn find_all_named(
    db: &impl Source,
    ids: &[OrgId],
    names: &[String],
) -> Result<Vec<Organization>, Error> {
    let mut found = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        found.extend(find_all(db, some).await?);
    }
    for some in names.chunks(AT_ONCE) {
        let named = organizations::Column::NameLower.is_in(some);
        let rows = organizations::Entity::find().filter(living()).filter(named).all(db.connection()).await?;
        let read: Vec<Organization> = rows.into_iter().map(rows::organization).collect::<Result<_, _>>()?;
        found.extend(read);
    }
    Ok(found)
}

/// Keeps an organization from being deleted until the transaction ends; false when it is deleted already or was never there.
///
/// # Errors
/// When the database does not answer.
pub async fn keep_living(tx: &Tx, organization: OrgId) -> Result<bool, Error> {
    let select = organizations::Entity::find_by_id(organization.0).filter(living()).lock_shared();
    let id = select.select_only().column(organizations::Column::Id).into_tuple::<Uuid>();
    Ok(id.one(tx.connection()).await?.is_some())
}

/// An organization that is not deleted, which nobody else changes until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn hold(tx: &Tx, organization: OrgId) -> Result<Option<Organization>, Error> {
    let select = organizations::Entity::find_by_id(organization.0).filter(living()).lock_exclusive();
    select.one(tx.connection()).await?.map(rows::organization).transpose()
}

/// Puts in an organization and its first member.
///
/// # Errors
/// [`Error::Taken`] for a name in use, [`Error::Dangling`] when the member is gone.
pub async fn insert(tx: &mut Tx, new: &Allowed<NewOrganization, act::Create>) -> Result<(), Error> {
    let row = row(&new.organization);
    organizations::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    members::join(tx, &new.founder).await
}

fn row(organization: &Organization) -> organizations::ActiveModel {
    organizations::ActiveModel {
        id: Set(organization.id.0),
        name: Set(organization.name.clone()),
        name_lower: Set(folded(&organization.name)),
        display_name: Set(organization.display_name.clone()),
        description: Set(organization.description.clone()),
        icon: Set(organization.icon.clone()),
        created_at: Set(organization.created_at),
        updated_at: Set(organization.updated_at),
        is_default: Set(organization.is_default),
        deleted: Set(organization.deleted),
        shareable_workspace_owners: Set(organization.sharing.as_str().to_owned()),
    }
}

/// Changes what is to be changed, and nothing that somebody else may be changing; the organization as it is then, or none
/// when it is deleted. What is remembered of people holds nothing of this.
///
/// # Errors
/// [`Error::Taken`] for a name in use.
pub async fn update(
    tx: &mut Tx,
    organization: &Allowed<Organization, act::Update>,
    change: &OrganizationChange,
    now: DateTime<Utc>,
) -> Result<Option<Organization>, Error> {
    let OrganizationChange { name, display_name, description, icon } = change;
    let set = |text: &Option<String>| text.clone().map_or(NotSet, Set);
    let changed = organizations::ActiveModel {
        name: set(name),
        name_lower: set(&name.as_deref().map(folded)),
        display_name: set(display_name),
        description: set(description),
        icon: set(icon),
        updated_at: Set(now),
        ..Default::default()
    };
    changed_row(tx, organizations::Entity::update_many().set(changed), organization.id).await
}

/// Marks an organization as deleted; as it is then, or none when it was deleted before or is the default one. From here on
/// nobody can join it. Memberships stay, and go on counting in decisions (rbac.md 4): nothing that is remembered outdates.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(
    tx: &mut Tx,
    organization: &Allowed<Organization, act::Delete>,
    now: DateTime<Utc>,
) -> Result<Option<Organization>, Error> {
    let removed =
        organizations::ActiveModel { deleted: Set(true), updated_at: Set(now), ..Default::default() };
    let update = organizations::Entity::update_many().set(removed);
    let not_default = Expr::cust("organizations.is_default = FALSE");
    changed_row(tx, update.filter(not_default), organization.id).await
}

/// Runs an update of one organization that is not deleted; the row that it leaves.
async fn changed_row(
    tx: &Tx,
    update: UpdateMany<organizations::Entity>,
    id: OrgId,
) -> Result<Option<Organization>, Error> {
    let update = update.filter(organizations::Column::Id.eq(id.0)).filter(living());
    let rows = update.exec_with_returning(tx.connection()).await?;
    rows.into_iter().next().map(rows::organization).transpose()
}
