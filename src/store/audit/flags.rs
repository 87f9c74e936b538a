//! What the log tells of each column of what it tells of (logs.md A5). A column without a line here fails the tests below.

/// What becomes of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// Never told of.
    Ignore,
    /// Told with both values when they differ.
    Track,
    /// Told of when it differs, without the values.
    Secret,
}

use Flag::{Ignore, Secret, Track};

/// The columns of one table.
pub(super) type Flags = &'static [(&'static str, Flag)];

pub(super) const USER: Flags = &[
    ("id", Track),
    ("email", Track),
    ("username", Track),
    ("name", Track),
    ("status", Track),
    ("rbac_roles", Track),
    ("login_type", Track),
    ("deleted", Track),
    ("quiet_hours_schedule", Track),
    ("one_time_passcode_expires_at", Track),
    ("is_system", Track),
    ("is_service_account", Track),
    ("hashed_password", Secret),
    ("hashed_one_time_passcode", Ignore),
    ("avatar_url", Ignore),
    ("github_com_user_id", Ignore),
    ("created_at", Ignore),
    ("updated_at", Ignore),
    ("last_seen_at", Ignore),
    ("username_lower", Ignore),
    ("email_lower", Ignore),
    ("name_lower", Ignore),
];

pub(super) const API_KEY: Flags = &[
    ("user_id", Track),
    ("last_used", Track),
    ("expires_at", Track),
    ("created_at", Track),
    ("id", Ignore),
    ("hashed_secret", Ignore),
    ("updated_at", Ignore),
    ("login_type", Ignore),
    ("lifetime_seconds", Ignore),
    ("ip_address", Ignore),
    ("scopes", Ignore),
    ("allow_list", Ignore),
    ("token_name", Ignore),
];

/// The username is that of the user; the membership has it only for the order of lists.
pub(super) const ORGANIZATION_MEMBER: Flags = &[
    ("username", Track),
    ("user_id", Track),
    ("roles", Track),
    ("created_at", Track),
    ("updated_at", Track),
    ("organization_id", Ignore),
    ("username_lower", Ignore),
    ("listed", Ignore),
];

pub(super) const CUSTOM_ROLE: Flags = &[
    ("name", Track),
    ("display_name", Track),
    ("org_permissions", Track),
    ("id", Ignore),
    ("organization_id", Ignore),
    ("created_at", Ignore),
    ("updated_at", Ignore),
];

pub(super) const ORGANIZATION: Flags = &[
    ("name", Track),
    ("display_name", Track),
    ("description", Track),
    ("icon", Track),
    ("is_default", Track),
    ("deleted", Track),
    ("updated_at", Track),
    ("shareable_workspace_owners", Track),
    ("id", Ignore),
    ("created_at", Ignore),
    ("name_lower", Ignore),
];

/// Who is in a group is in a table of its own, and told with the group.
pub(super) const GROUP: Flags = &[
    ("id", Track),
    ("name", Track),
    ("display_name", Track),
    ("avatar_url", Track),
    ("quota_allowance", Track),
    ("members", Track),
    ("organization_id", Ignore),
    ("name_lower", Ignore),
    ("source", Ignore),
];

pub(super) const GIT_SSH_KEY: Flags = &[
    ("user_id", Track),
    ("public_key", Track),
    ("private_key", Secret),
    ("created_at", Ignore),
    ("updated_at", Ignore),
];

/// No table: what a conversion that begins is told by.
pub(super) const CONVERT_LOGIN: Flags = &[
    ("created_at", Track),
    ("expires_at", Track),
    ("from_login_type", Track),
    ("to_login_type", Track),
    ("user_id", Track),
];

pub(super) const USER_SKILL: Flags = &[
    ("id", Track),
    ("user_id", Track),
    ("name", Track),
    ("description", Track),
    ("content", Track),
    ("created_at", Ignore),
    ("updated_at", Ignore),
];

pub(super) const AI_SEAT: Flags = &[
    ("user_id", Track),
    ("first_used_at", Track),
    ("last_event_type", Track),
    ("last_event_description", Track),
    ("last_used_at", Ignore),
    ("updated_at", Ignore),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sea_orm::{EntityTrait, IdenStatic, Iterable};

    use super::*;

    /// The columns are those of the table, with `more` that are of none.
    fn complete<E: EntityTrait>(flags: Flags, more: &[&'static str]) {
        let columns = E::Column::iter().map(|column| column.as_str().to_owned());
        let wanted: BTreeSet<String> = columns.chain(more.iter().map(|name| (*name).to_owned())).collect();
        let told: BTreeSet<String> = flags.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(told, wanted);
        assert_eq!(told.len(), flags.len(), "a column twice: {flags:?}");
    }

    #[test]
    fn every_column_of_what_is_audited_has_a_flag() {
        complete::<entity::users::Entity>(USER, &[]);
        complete::<entity::api_keys::Entity>(API_KEY, &[]);
        complete::<entity::organization_members::Entity>(ORGANIZATION_MEMBER, &["username"]);
        complete::<entity::custom_roles::Entity>(CUSTOM_ROLE, &[]);
        complete::<entity::organizations::Entity>(ORGANIZATION, &[]);
        complete::<entity::groups::Entity>(GROUP, &["members"]);
        complete::<entity::git_ssh_keys::Entity>(GIT_SSH_KEY, &[]);
        complete::<entity::user_skills::Entity>(USER_SKILL, &[]);
        complete::<entity::ai_seat_state::Entity>(AI_SEAT, &[]);
    }
}
