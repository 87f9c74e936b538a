//! What the log tells of, with its fields. Each model is taken apart without `..`: a new field cannot be forgotten.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::diff::{Audited, Field, Fields};
use super::flags::{self, Flag};
use crate::model::ai_seat::SeatUse;
use crate::model::group::Group;
use crate::model::ids::{Secret, UserId};
use crate::model::key::ApiKey;
use crate::model::organization::{Member, Organization};
use crate::model::skill::{Skill, SkillHead};
use crate::model::user::User;
use crate::rbac::{RoleDefinition, explicit};

macro_rules! fields {
    ($($name:literal: $value:expr),+ $(,)?) => { Fields(vec![$(($name, $value.into())),+]) };
}

/// A user with what only the log and those who check passwords look at. What a write leaves as it is may be left out of both
/// sides.
#[derive(Debug, Clone)]
pub struct UserRecord {
    /// The user.
    pub user: User,
    /// The password's hash.
    pub password: Secret,
    /// Until when a one-time passcode is good.
    pub passcode_until: Option<DateTime<Utc>>,
}

impl From<&User> for UserRecord {
    fn from(user: &User) -> Self {
        Self { user: user.clone(), password: Secret::new(""), passcode_until: None }
    }
}

impl Audited for UserRecord {
    const FLAGS: &'static [(&'static str, Flag)] = flags::USER;

    fn fields(&self) -> Fields {
        let Self { user, password, passcode_until } = self;
        let User {
            id,
            username,
            name,
            email,
            avatar_url: _,
            created_at: _,
            updated_at: _,
            last_seen_at: _,
            status,
            login_type,
            roles,
            is_service_account,
            is_system,
            deleted,
        } = user;
        fields! {
            "id": id.0,
            "email": email,
            "username": username,
            "name": name,
            "status": status.as_str(),
            "rbac_roles": Field::List(roles.clone()),
            "login_type": login_type.as_str(),
            "deleted": *deleted,
            // Nobody sets one here.
            "quiet_hours_schedule": "",
            "one_time_passcode_expires_at": Field::TimeOrNull(*passcode_until),
            "is_system": *is_system,
            "is_service_account": *is_service_account,
            "hashed_password": Field::Bytes(password.expose().as_bytes().to_vec()),
        }
    }
}

impl Audited for ApiKey {
    const FLAGS: &'static [(&'static str, Flag)] = flags::API_KEY;

    fn fields(&self) -> Fields {
        let Self {
            id: _,
            hashed_secret: _,
            user,
            login_type: _,
            lifetime: _,
            expires_at,
            created_at,
            updated_at: _,
            last_used,
            ip_address: _,
            token_name: _,
            scopes: _,
            allow_list: _,
        } = self;
        fields! {
            "user_id": user.0,
            "last_used": *last_used,
            "expires_at": *expires_at,
            "created_at": *created_at,
        }
    }
}

/// A membership with the name of its user.
#[derive(Debug, Clone)]
pub struct Membership {
    /// The membership.
    pub member: Member,
    /// The user's name.
    pub username: String,
}

impl Audited for Membership {
    const FLAGS: &'static [(&'static str, Flag)] = flags::ORGANIZATION_MEMBER;

    fn fields(&self) -> Fields {
        let Self { member, username } = self;
        let Member { organization: _, user, roles, created_at, updated_at } = member;
        fields! {
            "username": username,
            "user_id": user.0,
            "roles": Field::List(roles.iter().map(|role| role.name.clone()).collect()),
            "created_at": *created_at,
            "updated_at": *updated_at,
        }
    }
}

impl Audited for RoleDefinition {
    const FLAGS: &'static [(&'static str, Flag)] = flags::CUSTOM_ROLE;

    fn fields(&self) -> Fields {
        let Self { id: _, organization: _, name, display_name, permissions } = self;
        let line = |(resource, action, negate): (crate::rbac::Resource, crate::rbac::Action, bool)| {
            format!("{}{}.{}", if negate { "-" } else { "" }, resource.as_str(), action.as_str())
        };
        fields! {
            "name": name,
            "display_name": display_name,
            "org_permissions": Field::List(explicit(permissions).map(line).collect()),
        }
    }
}

impl Audited for Organization {
    const FLAGS: &'static [(&'static str, Flag)] = flags::ORGANIZATION;

    fn fields(&self) -> Fields {
        let Self {
            id: _,
            name,
            display_name,
            description,
            icon,
            created_at: _,
            updated_at,
            is_default,
            deleted,
            sharing,
        } = self;
        fields! {
            "name": name,
            "display_name": display_name,
            "description": description,
            "icon": icon,
            "is_default": *is_default,
            "deleted": *deleted,
            "updated_at": *updated_at,
            "shareable_workspace_owners": sharing.as_str(),
        }
    }
}

/// A group with those in it whom the log tells of: when it changes those who come or go, and all of them when it ends.
#[derive(Debug, Clone)]
pub struct GroupRecord {
    /// The group.
    pub group: Group,
    /// Who is in it.
    pub members: BTreeSet<UserId>,
}

impl Audited for GroupRecord {
    const FLAGS: &'static [(&'static str, Flag)] = flags::GROUP;

    fn fields(&self) -> Fields {
        let Self { group, members } = self;
        let Group { id, organization: _, name, display_name, avatar_url, quota_allowance, source: _ } = group;
        fields! {
            "id": id.0,
            "name": name,
            "display_name": display_name,
            "avatar_url": avatar_url,
            "quota_allowance": *quota_allowance,
            "members": Field::List(members.iter().map(UserId::to_string).collect()),
        }
    }
}

/// A user's key pair for git. Nobody reads the private half of one that is stored: it stands for another than any new one.
#[derive(Debug, Clone)]
pub struct GitKeyPair {
    /// Whose.
    pub user: UserId,
    /// The public half.
    pub public: String,
    /// The private half, of a new pair.
    pub private: Option<Secret>,
}

impl Audited for GitKeyPair {
    const FLAGS: &'static [(&'static str, Flag)] = flags::GIT_SSH_KEY;

    fn fields(&self) -> Fields {
        let Self { user, public, private } = self;
        fields! {
            "user_id": user.0,
            "public_key": public,
            "private_key": private.as_ref().map_or("", Secret::expose),
        }
    }
}

/// A change of how a user logs in, which has begun.
#[derive(Debug, Clone)]
pub struct Conversion {
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it must be finished.
    pub expires_at: DateTime<Utc>,
    /// How the user logs in.
    pub from: &'static str,
    /// How the user wants to.
    pub to: &'static str,
    /// Whose.
    pub user: UserId,
}

impl Audited for Conversion {
    const FLAGS: &'static [(&'static str, Flag)] = flags::CONVERT_LOGIN;

    fn fields(&self) -> Fields {
        let Self { created_at, expires_at, from, to, user } = self;
        fields! {
            "created_at": *created_at,
            "expires_at": *expires_at,
            "from_login_type": *from,
            "to_login_type": *to,
            "user_id": user.0,
        }
    }
}

impl Audited for Skill {
    const FLAGS: &'static [(&'static str, Flag)] = flags::USER_SKILL;

    fn fields(&self) -> Fields {
        let Self { head, content } = self;
        let SkillHead { id, user, name, description, created_at: _, updated_at: _ } = head;
        fields! {
            "id": id.0,
            "user_id": user.0,
            "name": name,
            "description": description,
            "content": content,
        }
    }
}

/// The first use of AI features by somebody, which takes a seat.
impl Audited for SeatUse {
    const FLAGS: &'static [(&'static str, Flag)] = flags::AI_SEAT;

    fn fields(&self) -> Fields {
        let Self { user, reason, description, used_at, told_at: _ } = self;
        fields! {
            "user_id": user.0,
            "first_used_at": *used_at,
            "last_event_type": reason.as_str(),
            "last_event_description": description,
        }
    }
}
