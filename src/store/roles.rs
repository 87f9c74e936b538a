//! Roles that organizations define themselves, as they are stored.

use std::collections::BTreeSet;

use entity::custom_roles;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::Source;
use super::error::Error;
use crate::model::ids::OrgId;
use crate::model::user::Person;
use crate::rbac::{Action, CustomRole, Permission, Resource};

/// The organizations' own roles that some people may hold; no query when they hold none.
pub(super) async fn held_by(db: &impl Source, people: &[Person]) -> Result<Vec<CustomRole>, Error> {
    let own = |name: &&String| crate::rbac::display_name(name).is_empty();
    let memberships = || people.iter().flat_map(|person| &person.memberships);
    let names: BTreeSet<&String> = memberships().flat_map(|m| &m.roles).filter(own).collect();
    let organizations: BTreeSet<_> = memberships().map(|m| m.organization.0).collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let rows = custom_roles::Entity::find()
        .filter(custom_roles::Column::OrganizationId.is_in(organizations))
        .filter(custom_roles::Column::Name.is_in(names))
        .all(db.connection())
        .await?;
    rows.into_iter().map(custom_role).collect()
}

/// How a permission is stored.
#[derive(serde::Serialize, serde::Deserialize)]
struct StoredPermission {
    negate: bool,
    resource_type: String,
    action: String,
}

fn custom_role(row: custom_roles::Model) -> Result<CustomRole, Error> {
    let unreadable = |e| Error::Corrupt(format!("role {}: {e}", row.name));
    let stored: Vec<StoredPermission> =
        serde_json::from_value(row.org_permissions.clone()).map_err(unreadable)?;
    // A type or verb that this version does not know grants nothing.
    let permissions = stored.iter().filter_map(permission).collect();
    Ok(CustomRole { organization: OrgId(row.organization_id), name: row.name, permissions })
}

fn permission(stored: &StoredPermission) -> Option<Permission> {
    let resource = Some(Resource::parse(&stored.resource_type)?);
    let action = Some(Action::parse(&stored.action)?);
    Some(Permission { resource, action, negate: stored.negate })
}
