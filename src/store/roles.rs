//! Roles that organizations define themselves, as they are stored.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{custom_roles, organization_members};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, EntityTrait, JsonValue, QueryFilter, QueryOrder, QuerySelect, Select, TryGetable,
};
use uuid::Uuid;

use super::error::Error;
use super::{Source, Tx};
use crate::model::ids::{OrgId, RoleId};
use crate::model::organization::MemberRole;
use crate::model::user::Person;
use crate::rbac::{
    Action, Allowed, CustomRole, Permission, Resource, RoleDefinition, Scope, act, display_name, explicit,
};

/// The organizations' own roles that some people may hold; no query when they hold none.
///
/// Each line once, whatever the definition repeats: this is remembered with everybody who holds the role.
pub(super) async fn held_by(db: &impl Source, people: &[Person]) -> Result<Vec<CustomRole>, Error> {
    let mut held = Vec::new();
    for membership in people.iter().flat_map(|person| &person.memberships) {
        held.extend(membership.roles.iter().map(|name| (membership.organization.0, name.as_str())));
    }
    let rows: Vec<(Uuid, String, JsonValue)> = named(db, custom_roles::Column::OrgPermissions, held).await?;
    rows.into_iter().map(|(organization, name, lines)| custom_role(organization, name, lines)).collect()
}

fn custom_role(organization: Uuid, name: String, lines: JsonValue) -> Result<CustomRole, Error> {
    let lines = permissions(&name, lines)?.into_iter().collect::<BTreeSet<_>>();
    Ok(CustomRole { organization: OrgId(organization), name, permissions: lines.into_iter().collect() })
}

/// Organization, name and one more column of the roles that organizations define under these names. Nothing is asked for the
/// names of built-in roles.
async fn named<T: TryGetable + Send + Sync>(
    db: &impl Source,
    column: custom_roles::Column,
    held: Vec<(Uuid, &str)>,
) -> Result<Vec<(Uuid, String, T)>, Error> {
    let own = held.into_iter().filter(|(_, name)| display_name(name).is_empty());
    let (organizations, names): (BTreeSet<Uuid>, BTreeSet<&str>) = own.unzip();
    let (organizations, names) = (Vec::from_iter(organizations), Vec::from_iter(names));
    let mut found = Vec::new();
    for organizations in organizations.chunks(AT_ONCE) {
        for names in names.chunks(AT_ONCE) {
            let rows = custom_roles::Entity::find()
                .filter(custom_roles::Column::OrganizationId.is_in(organizations.iter().copied()))
                .filter(custom_roles::Column::Name.is_in(names.iter().copied()));
            let columns = [custom_roles::Column::OrganizationId, custom_roles::Column::Name, column];
            found.extend(rows.select_only().columns(columns).into_tuple().all(db.connection()).await?);
        }
    }
    Ok(found)
}

/// Those of some names that are roles which their organization defines.
///
/// # Errors
/// When the database does not answer.
pub async fn find_names(
    db: &impl Source,
    asked: Vec<(OrgId, String)>,
) -> Result<BTreeSet<(OrgId, String)>, Error> {
    let names = asked.iter().map(|(organization, name)| (organization.0, name.as_str())).collect();
    let rows: Vec<(Uuid, String, String)> = named(db, custom_roles::Column::DisplayName, names).await?;
    let found = rows.into_iter().map(|(organization, name, _)| (OrgId(organization), name));
    let asked: BTreeSet<(OrgId, String)> = asked.into_iter().collect();
    // More may be found: a name of one organization in another.
    Ok(found.filter(|role| asked.contains(role)).collect())
}

/// How many ids, and how many names, one statement has at most: SQLite takes 32,766 parameters. Nothing else bounds how
/// many roles an organization defines and a member holds.
const AT_ONCE: usize = 1_000;

/// What people see for the roles of some members.
#[derive(Debug)]
pub struct DisplayNames(HashMap<(Uuid, String), String>);

impl DisplayNames {
    /// Looks up those of `held` that no built-in role has; no query when there are none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(db: &impl Source, held: Vec<(Uuid, String)>) -> Result<Self, Error> {
        let held = held.iter().map(|(organization, name)| (*organization, name.as_str())).collect();
        let rows: Vec<(Uuid, String, String)> = named(db, custom_roles::Column::DisplayName, held).await?;
        Ok(Self(rows.into_iter().map(|(organization, name, shown)| ((organization, name), shown)).collect()))
    }

    /// A role of an organization as people see it.
    pub fn shown(&self, organization: Uuid, name: String) -> MemberRole {
        let built_in = display_name(&name);
        if !built_in.is_empty() {
            return MemberRole { name, display_name: built_in.to_owned() };
        }
        let key = (organization, name);
        let display_name = self.0.get(&key).cloned().unwrap_or_default();
        MemberRole { name: key.1, display_name }
    }
}

/// How a permission is stored.
#[derive(serde::Serialize, serde::Deserialize)]
struct StoredPermission {
    negate: bool,
    resource_type: String,
    action: String,
}

fn definition(row: custom_roles::Model) -> Result<RoleDefinition, Error> {
    let permissions = permissions(&row.name, row.org_permissions)?;
    let (id, organization) = (RoleId(row.id), OrgId(row.organization_id));
    Ok(RoleDefinition { id, organization, name: row.name, display_name: row.display_name, permissions })
}

fn permissions(role: &str, lines: JsonValue) -> Result<Vec<Permission>, Error> {
    let unreadable = |e| Error::Corrupt(format!("role {role}: {e}"));
    let stored: Vec<StoredPermission> = serde_json::from_value(lines).map_err(unreadable)?;
    // A type or verb that this version does not know grants nothing.
    Ok(stored.iter().filter_map(permission).collect())
}

fn permission(stored: &StoredPermission) -> Option<Permission> {
    let resource = Some(Resource::parse(&stored.resource_type)?);
    let action = Some(Action::parse(&stored.action)?);
    Some(Permission { resource, action, negate: stored.negate })
}

fn stored(permissions: &[Permission]) -> Result<JsonValue, Error> {
    let line = |(resource, action, negate): (Resource, Action, bool)| StoredPermission {
        negate,
        resource_type: resource.as_str().to_owned(),
        action: action.as_str().to_owned(),
    };
    let lines: Vec<StoredPermission> = explicit(permissions).map(line).collect();
    serde_json::to_value(lines).map_err(|e| Error::Corrupt(format!("the permissions of a role: {e}")))
}

fn of(organization: OrgId) -> Select<custom_roles::Entity> {
    custom_roles::Entity::find().filter(custom_roles::Column::OrganizationId.eq(organization.0))
}

/// The roles that an organization defines, as far as they are in a scope, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn select(
    db: &impl Source,
    organization: OrgId,
    scope: &Scope,
) -> Result<Vec<Allowed<RoleDefinition>>, Error> {
    let rows = of(organization).order_by_asc(custom_roles::Column::Name).all(db.connection()).await?;
    let found: Vec<RoleDefinition> = rows.into_iter().map(definition).collect::<Result<_, _>>()?;
    Ok(found.into_iter().filter_map(|role| scope.admit(role)).collect())
}

/// One role of an organization, by exactly its name.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    db: &impl Source,
    organization: OrgId,
    name: &str,
) -> Result<Option<RoleDefinition>, Error> {
    let row = of(organization).filter(custom_roles::Column::Name.eq(name)).one(db.connection()).await?;
    row.map(definition).transpose()
}

/// What people see for each of the roles that an organization defines, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn select_names(db: &impl Source, organization: OrgId) -> Result<HashMap<String, String>, Error> {
    let names = [custom_roles::Column::Name, custom_roles::Column::DisplayName];
    let rows = of(organization).select_only().columns(names).into_tuple::<(String, String)>();
    Ok(rows.all(db.connection()).await?.into_iter().collect())
}

/// Puts in a role.
///
/// # Errors
/// [`Error::Taken`] when the organization has one of that name, [`Error::Dangling`] when the organization is gone.
pub async fn insert(
    tx: &mut Tx,
    role: &Allowed<RoleDefinition, act::Create>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let row = custom_roles::ActiveModel {
        id: Set(role.id.0),
        organization_id: Set(role.organization.0),
        name: Set(role.name.clone()),
        display_name: Set(role.display_name.clone()),
        org_permissions: Set(stored(&role.permissions)?),
        created_at: Set(now),
        updated_at: Set(now),
    };
    custom_roles::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    // Somebody may hold the name of a role that was taken out of the database by other hands.
    tx.touch_members_of(role.organization);
    Ok(())
}

/// Replaces what people see of a role and what it grants.
///
/// # Errors
/// When the database does not answer.
pub async fn update(
    tx: &mut Tx,
    role: &Allowed<RoleDefinition, act::Update>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    custom_roles::Entity::update_many()
        .col_expr(custom_roles::Column::DisplayName, Expr::value(&role.display_name))
        .col_expr(custom_roles::Column::OrgPermissions, Expr::value(stored(&role.permissions)?))
        .col_expr(custom_roles::Column::UpdatedAt, Expr::value(now))
        .filter(custom_roles::Column::Id.eq(role.id.0))
        .exec(tx.connection())
        .await?;
    tx.touch_members_of(role.organization);
    Ok(())
}

/// Takes out a role, also from every member who holds it (members.md 2.6); the memberships are otherwise as they were.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(tx: &mut Tx, role: &Allowed<RoleDefinition, act::Delete>) -> Result<(), Error> {
    custom_roles::Entity::delete_by_id(role.id.0).exec(tx.connection()).await?;
    let (engine, held) = (tx.engine(), ("organization_members", "roles"));
    organization_members::Entity::update_many()
        .col_expr(organization_members::Column::Roles, engine.without(held, &role.name))
        .filter(organization_members::Column::OrganizationId.eq(role.organization.0))
        .filter(engine.holds_any(held, std::slice::from_ref(&role.name)))
        .exec(tx.connection())
        .await?;
    tx.touch_members_of(role.organization);
    Ok(())
}
