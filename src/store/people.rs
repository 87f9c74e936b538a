//! Keys and people with what decisions need, through the cache.

use std::collections::BTreeSet;
use std::sync::Arc;

use entity::{custom_roles, organization_members, organizations, users};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
};
use uuid::Uuid;

use super::cache::{CachedKey, CachedPerson};
use super::error::Error;
use super::rows::{self, USER_COLUMNS, UserRow};
use super::{Source, Store};
use crate::model::ids::{KeyId, OrgId, UserId};
use crate::model::names::folded;
use crate::model::organization::Sharing;
use crate::model::user::{Membership, Person, User};
use crate::rbac::{Action, CustomRole, Permission, Resource, Roles};

impl Store {
    /// A key by its public part.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn key(&self, id: &KeyId) -> Result<Option<Arc<CachedKey>>, Error> {
        if let Some(found) = self.0.cache.key(id) {
            return Ok(Some(found));
        }
        let since = self.0.cache.epoch();
        let row = entity::api_keys::Entity::find_by_id(&id.0).one(&self.0.connection).await?;
        let Some(row) = row else { return Ok(None) };
        let key = Arc::new(CachedKey::new(rows::key(row)?)?);
        self.0.cache.keep_key(since, &key);
        Ok(Some(key))
    }

    /// A person by id, also a deleted one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn person(&self, id: UserId) -> Result<Option<Arc<CachedPerson>>, Error> {
        if let Some(found) = self.0.cache.person(id) {
            return Ok(Some(found));
        }
        let since = self.0.cache.epoch();
        let Some(person) = find_person(self, id).await? else { return Ok(None) };
        Ok(Some(self.keep(since, person).await?))
    }

    /// A person by username, whatever the case; deleted ones have none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn person_named(&self, name: &str) -> Result<Option<Arc<CachedPerson>>, Error> {
        let folded = folded(name);
        if let Some(found) = self.0.cache.person_named(&folded) {
            return Ok(Some(found));
        }
        let since = self.0.cache.epoch();
        let Some(user) = find_user_named(self, &folded).await? else { return Ok(None) };
        let id = user.id;
        let memberships = memberships(self, id).await?;
        let person = self.keep(since, Person { user, memberships }).await?;
        self.0.cache.keep_name(folded, id);
        Ok(Some(person))
    }

    async fn keep(&self, since: u64, person: Person) -> Result<Arc<CachedPerson>, Error> {
        let custom = custom_roles_of(self, &person).await?;
        let roles = Arc::new(Roles::compile(&person, &custom));
        let person = Arc::new(CachedPerson { person: Arc::new(person), roles });
        self.0.cache.keep_person(since, &person);
        Ok(person)
    }
}

/// A person by id as the source sees it, also a deleted one.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn find_person(db: &impl Source, id: UserId) -> Result<Option<Person>, Error> {
    let select = users::Entity::find().filter(users::Column::Id.eq(id.0));
    let row = select.select_only().columns(USER_COLUMNS).into_model::<UserRow>().one(db.connection()).await?;
    let Some(row) = row else { return Ok(None) };
    let memberships = memberships(db, id).await?;
    Ok(Some(Person { user: row.try_into()?, memberships }))
}

async fn find_user_named(db: &impl Source, folded: &str) -> Result<Option<User>, Error> {
    let select = users::Entity::find()
        .filter(users::Column::UsernameLower.eq(folded))
        .filter(Expr::cust("users.deleted = FALSE"));
    let row = select.select_only().columns(USER_COLUMNS).into_model::<UserRow>().one(db.connection()).await?;
    row.map(User::try_from).transpose()
}

#[derive(FromQueryResult)]
struct MembershipRow {
    organization_id: Uuid,
    roles: entity::Texts,
    shareable_workspace_owners: String,
}

async fn memberships(db: &impl Source, user: UserId) -> Result<Vec<Membership>, Error> {
    let rows = organization_members::Entity::find()
        .select_only()
        .columns([organization_members::Column::OrganizationId, organization_members::Column::Roles])
        .column(organizations::Column::ShareableWorkspaceOwners)
        .join(JoinType::InnerJoin, organization_members::Relation::Organization.def())
        .filter(organization_members::Column::UserId.eq(user.0))
        .order_by_asc(organization_members::Column::OrganizationId)
        .into_model::<MembershipRow>()
        .all(db.connection())
        .await?;
    rows.into_iter().map(membership).collect()
}

fn membership(row: MembershipRow) -> Result<Membership, Error> {
    let unknown = || Error::Corrupt(format!("unknown sharing mode {:?}", row.shareable_workspace_owners));
    let sharing = Sharing::parse(&row.shareable_workspace_owners).ok_or_else(unknown)?;
    Ok(Membership { organization: OrgId(row.organization_id), roles: row.roles.0, sharing })
}

/// The organizations' own roles that a person may hold; no query for those who hold none.
async fn custom_roles_of(db: &impl Source, person: &Person) -> Result<Vec<CustomRole>, Error> {
    let own = |name: &&String| crate::rbac::display_name(name).is_empty();
    let names: BTreeSet<&String> = person.memberships.iter().flat_map(|m| &m.roles).filter(own).collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let rows = custom_roles::Entity::find()
        .filter(custom_roles::Column::OrganizationId.is_in(person.organizations().map(|id| id.0)))
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
