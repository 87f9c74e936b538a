//! What every deployment has from the start: a default organization, the server's own user in it, an id, and a
//! key to sign with.

use chrono::{DateTime, Utc};
use entity::{Texts, organization_members, organizations, site_configs, users};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::{Uuid, uuid};

use super::error::Error;
use super::tx::{Lock, Tx};
use super::{Source, Store};
use crate::model::clock::never;
use crate::model::ids::{Ids, OrgId, Secret};

/// The server's own user, which owns what nobody owns (members.md 11).
pub const PREBUILDS: Uuid = uuid!("c42fdf75-3097-471c-8c33-fb52454d81c0");

const DEPLOYMENT_ID: &str = "deployment_id";
const SIGNING_KEY: &str = "signing_key";

/// What a deployment knows of itself for as long as its database lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its id.
    pub id: Uuid,
    /// What it signs with, and what only it knows: 32 random bytes, in hexadecimal.
    pub signing_key: Secret,
}

/// What the deployment knows of itself, after putting in whatever is missing. Replicas that start together agree.
///
/// # Errors
/// When the database does not answer.
pub async fn install(store: &Store, now: DateTime<Utc>, ids: &Ids) -> Result<Facts, Error> {
    if let (Some(id), Some(signing_key)) = facts(store).await? {
        return Ok(Facts { id, signing_key });
    }
    let mut tx = store.write().await?;
    tx.lock(Lock::Installation).await?;
    let (id, signing_key) = facts(&tx).await?;
    let id = match id {
        Some(id) => id,
        None => insert_all(&mut tx, now, ids).await?,
    };
    let signing_key = match signing_key {
        Some(key) => key,
        None => insert_key(&tx, ids).await?,
    };
    tx.commit_unaudited("nobody did this").await?;
    Ok(Facts { id, signing_key })
}

async fn facts(db: &impl Source) -> Result<(Option<Uuid>, Option<Secret>), Error> {
    let rows = site_configs::Entity::find();
    let rows = rows.filter(site_configs::Column::Key.is_in([DEPLOYMENT_ID, SIGNING_KEY]));
    let mut facts = (None, None);
    for row in rows.all(db.connection()).await? {
        let unreadable = |e| Error::Corrupt(format!("the deployment id: {e}"));
        match row.key.as_str() {
            DEPLOYMENT_ID => facts.0 = Some(Uuid::try_parse(&row.value).map_err(unreadable)?),
            _ => facts.1 = Some(Secret::new(row.value)),
        }
    }
    Ok(facts)
}

async fn insert_all(tx: &mut Tx, now: DateTime<Utc>, ids: &Ids) -> Result<Uuid, Error> {
    let (id, organization) = (ids.uuid(), OrgId(ids.uuid()));
    insert_default_organization(tx, organization, now).await?;
    insert_own_user(tx, organization, now).await?;
    insert_fact(tx, DEPLOYMENT_ID, id.to_string()).await?;
    Ok(id)
}

async fn insert_key(tx: &Tx, ids: &Ids) -> Result<Secret, Error> {
    let key: String = ids.bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
    insert_fact(tx, SIGNING_KEY, key.clone()).await?;
    Ok(Secret::new(key))
}

async fn insert_fact(tx: &Tx, key: &str, value: String) -> Result<(), Error> {
    let fact = site_configs::ActiveModel { key: Set(key.to_owned()), value: Set(value) };
    site_configs::Entity::insert(fact).exec_without_returning(tx.connection()).await?;
    Ok(())
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
        ..Default::default()
    };
    organization_members::Entity::insert(membership).exec_without_returning(tx.connection()).await?;
    Ok(())
}
