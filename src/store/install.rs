//! What every deployment has from the start: a default organization, the server's own user in it, and an id.

use chrono::{DateTime, Utc};
use entity::{Texts, organization_members, organizations, site_configs, users};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use uuid::{Uuid, uuid};

use super::error::Error;
use super::tx::{Lock, Tx};
use super::{Source, Store};
use crate::model::clock::never;
use crate::model::ids::OrgId;

/// The server's own user, which owns what nobody owns (members.md 11).
pub const PREBUILDS: Uuid = uuid!("c42fdf75-3097-471c-8c33-fb52454d81c0");

const DEPLOYMENT_ID: &str = "deployment_id";

/// The deployment's id, after putting in whatever is missing. Replicas that start together agree.
///
/// # Errors
/// When the database does not answer.
pub async fn install(store: &Store, now: DateTime<Utc>, fresh: impl Fn() -> Uuid) -> Result<Uuid, Error> {
    if let Some(id) = deployment_id(store).await? {
        return Ok(id);
    }
    let mut tx = store.write().await?;
    tx.lock(Lock::Installation).await?;
    if let Some(id) = deployment_id(&tx).await? {
        return Ok(id);
    }
    let (id, organization) = (fresh(), OrgId(fresh()));
    insert_default_organization(&mut tx, organization, now).await?;
    insert_own_user(&mut tx, organization, now).await?;
    let fact = site_configs::ActiveModel { key: Set(DEPLOYMENT_ID.to_owned()), value: Set(id.to_string()) };
    site_configs::Entity::insert(fact).exec_without_returning(tx.connection()).await?;
    tx.commit_unaudited("nobody did this").await?;
    Ok(id)
}

async fn deployment_id(db: &impl Source) -> Result<Option<Uuid>, Error> {
    let row = site_configs::Entity::find_by_id(DEPLOYMENT_ID).one(db.connection()).await?;
    let unreadable = |e| Error::Corrupt(format!("the deployment id: {e}"));
    row.map(|row| Uuid::try_parse(&row.value).map_err(unreadable)).transpose()
}

async fn insert_default_organization(tx: &mut Tx, id: OrgId, now: DateTime<Utc>) -> Result<(), Error> {
    let row = organizations::ActiveModel {
        id: Set(id.0),
        name: Set("coder".to_owned()),
        name_lower: Set("coder".to_owned()),
        display_name: Set("Coder".to_owned()),
        description: Set("Builtin default organization.".to_owned()),
        icon: Set(String::new()),
        created_at: Set(now),
        updated_at: Set(now),
        is_default: Set(true),
        deleted: Set(false),
        shareable_workspace_owners: Set("everyone".to_owned()),
    };
    organizations::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

async fn insert_own_user(tx: &mut Tx, organization: OrgId, now: DateTime<Utc>) -> Result<(), Error> {
    let user = users::ActiveModel {
        id: Set(PREBUILDS),
        username: Set("prebuilds".to_owned()),
        username_lower: Set("prebuilds".to_owned()),
        email: Set("prebuilds@system".to_owned()),
        email_lower: Set("prebuilds@system".to_owned()),
        name: Set("Prebuilds Owner".to_owned()),
        name_lower: Set("prebuilds owner".to_owned()),
        created_at: Set(now),
        updated_at: Set(now),
        last_seen_at: Set(never()),
        status: Set("active".to_owned()),
        login_type: Set("none".to_owned()),
        rbac_roles: Set(Texts(Vec::new())),
        is_system: Set(true),
        ..Default::default()
    };
    users::Entity::insert(user).exec_without_returning(tx.connection()).await?;
    let membership = organization_members::ActiveModel {
        organization_id: Set(organization.0),
        user_id: Set(PREBUILDS),
        created_at: Set(now),
        updated_at: Set(now),
        roles: Set(Texts(Vec::new())),
    };
    organization_members::Entity::insert(membership).exec_without_returning(tx.connection()).await?;
    Ok(())
}
