//! Roles that organizations define themselves, as they are stored.

use std::collections::{BTreeSet, HashMap};

use entity::custom_roles;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::Source;
use super::error::Error;
use crate::model::ids::OrgId;
use crate::model::organization::MemberRole;
use crate::model::user::Person;
use crate::rbac::{Action, CustomRole, Permission, Resource, display_name};

/// The organizations' own roles that some people may hold; no query when they hold none.
pub(super) async fn held_by(db: &impl Source, people: &[Person]) -> Result<Vec<CustomRole>, Error> {
    let own = |name: &&String| display_name(name).is_empty();
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

/// What people see for the roles of some members.
pub(super) struct DisplayNames(HashMap<(Uuid, String), String>);

impl DisplayNames {
    /// Looks up those of `held` that no built-in role has; no query when there are none.
    pub(super) async fn of(db: &impl Source, held: Vec<(Uuid, String)>) -> Result<Self, Error> {
        let own = held.into_iter().filter(|(_, name)| display_name(name).is_empty());
        let (organizations, names): (BTreeSet<Uuid>, BTreeSet<String>) = own.unzip();
        if names.is_empty() {
            return Ok(Self(HashMap::new()));
        }
        let rows = custom_roles::Entity::find()
            .filter(custom_roles::Column::OrganizationId.is_in(organizations))
            .filter(custom_roles::Column::Name.is_in(names))
            .all(db.connection())
            .await?;
        Ok(Self(rows.into_iter().map(|row| ((row.organization_id, row.name), row.display_name)).collect()))
    }

    /// A role of an organization as people see it.
    pub(super) fn shown(&self, organization: Uuid, name: String) -> MemberRole {
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
