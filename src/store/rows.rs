//! Rows as they are read, and what the model makes of them.

use chrono::TimeDelta;
use entity::{Texts, api_keys, groups, organizations, users};
use sea_orm::FromQueryResult;
use sea_orm::prelude::{DateTimeUtc, Uuid};

use super::error::Error;
use crate::model::group::{Group, GroupSource};
use crate::model::ids::{GroupId, KeyId, OrgId, UserId};
use crate::model::key::ApiKey;
use crate::model::organization::{Organization, Sharing};
use crate::model::user::{LoginType, User, UserStatus};

/// A user without secrets, which is how nearly everybody reads one.
#[derive(Debug, FromQueryResult)]
pub(super) struct UserRow {
    id: Uuid,
    username: String,
    name: String,
    email: String,
    avatar_url: String,
    created_at: DateTimeUtc,
    updated_at: DateTimeUtc,
    last_seen_at: DateTimeUtc,
    status: String,
    login_type: String,
    rbac_roles: Texts,
    is_service_account: bool,
    is_system: bool,
    deleted: bool,
}

/// The columns of [`UserRow`].
pub(super) const USER_COLUMNS: [users::Column; 14] = [
    users::Column::Id,
    users::Column::Username,
    users::Column::Name,
    users::Column::Email,
    users::Column::AvatarUrl,
    users::Column::CreatedAt,
    users::Column::UpdatedAt,
    users::Column::LastSeenAt,
    users::Column::Status,
    users::Column::LoginType,
    users::Column::RbacRoles,
    users::Column::IsServiceAccount,
    users::Column::IsSystem,
    users::Column::Deleted,
];

fn known<T>(value: Option<T>, column: &str, text: &str) -> Result<T, Error> {
    value.ok_or_else(|| Error::Corrupt(format!("unknown {column} {text:?} in the database")))
}

impl TryFrom<UserRow> for User {
    type Error = Error;

    fn try_from(row: UserRow) -> Result<Self, Error> {
        Ok(Self {
            id: UserId(row.id),
            username: row.username,
            name: row.name,
            email: row.email,
            avatar_url: row.avatar_url,
            created_at: row.created_at,
            updated_at: row.updated_at,
            last_seen_at: row.last_seen_at,
            status: known(UserStatus::parse(&row.status), "user status", &row.status)?,
            login_type: known(LoginType::parse(&row.login_type), "login type", &row.login_type)?,
            roles: row.rbac_roles.0,
            is_service_account: row.is_service_account,
            is_system: row.is_system,
            deleted: row.deleted,
        })
    }
}

pub(super) fn organization(row: organizations::Model) -> Result<Organization, Error> {
    let sharing = &row.shareable_workspace_owners;
    Ok(Organization {
        id: OrgId(row.id),
        sharing: known(Sharing::parse(sharing), "sharing mode", sharing)?,
        name: row.name,
        display_name: row.display_name,
        description: row.description,
        icon: row.icon,
        created_at: row.created_at,
        updated_at: row.updated_at,
        is_default: row.is_default,
        deleted: row.deleted,
    })
}

pub(super) fn group(row: groups::Model) -> Result<Group, Error> {
    Ok(Group {
        id: GroupId(row.id),
        organization: OrgId(row.organization_id),
        source: known(GroupSource::parse(&row.source), "source of a group", &row.source)?,
        name: row.name,
        display_name: row.display_name,
        avatar_url: row.avatar_url,
        quota_allowance: row.quota_allowance,
    })
}

pub(super) fn key(row: api_keys::Model) -> Result<ApiKey, Error> {
    let wrong = |what: &str| Error::Corrupt(format!("key {}: unreadable {what}", row.id));
    Ok(ApiKey {
        hashed_secret: row.hashed_secret.as_slice().try_into().map_err(|_| wrong("secret hash"))?,
        allow_list: serde_json::from_value(row.allow_list.clone()).map_err(|_| wrong("allow list"))?,
        login_type: known(LoginType::parse(&row.login_type), "login type", &row.login_type)?,
        id: KeyId(row.id),
        user: UserId(row.user_id),
        lifetime: TimeDelta::seconds(row.lifetime_seconds),
        expires_at: row.expires_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
        last_used: row.last_used,
        ip_address: row.ip_address,
        token_name: row.token_name,
        scopes: row.scopes.0,
    })
}
