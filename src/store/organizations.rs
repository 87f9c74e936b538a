//! Organizations: lookups, lists and writes.

use entity::{organization_members, organizations};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};

use super::Source;
use super::conditions::organizations_in;
use super::error::Error;
use super::rows;
use crate::model::ids::{OrgId, UserId};
use crate::model::names::folded;
use crate::model::organization::{OrgRef, Organization};
use crate::rbac::{Allowed, Scope};

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
