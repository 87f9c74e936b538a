//! Groups: people of an organization under one name.

use super::ids::{GroupId, OrgId, UserId};
use super::names::folded;
use super::user::{User, text_enum};

/// The name of the group that all members of an organization are in (members.md 2.6). No other group has it, in any case.
pub const EVERYONE: &str = "Everyone";
/// How many users one request puts into a group and takes out of it, together.
pub const USERS_AT_ONCE: usize = 1_000;

text_enum!(
    /// Who keeps a group.
    GroupSource {
        /// People, by the API.
        User = "user",
        /// The identity provider, at logins.
        Oidc = "oidc",
    }
);

/// A group as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Never changes; that of the organization for the group of everyone.
    pub id: GroupId,
    /// Where it is.
    pub organization: OrgId,
    /// Unique in the organization, whatever the case.
    pub name: String,
    /// What people see, may be empty.
    pub display_name: String,
    /// May be empty.
    pub avatar_url: String,
    /// What it adds to the workspace quota of each of its members, in the units of templates.
    pub quota_allowance: i32,
    /// Who keeps it.
    pub source: GroupSource,
}

impl Group {
    /// Whether it is the group of everyone, which nobody is put into or taken out of.
    pub fn is_of_everyone(&self) -> bool {
        self.id.0 == self.organization.0
    }
}

/// Whether only the group of everyone may have this name.
pub fn is_reserved(name: &str) -> bool {
    folded(name) == folded(EVERYONE)
}

/// A group as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedGroup {
    /// The group.
    pub group: Group,
    /// The name of its organization.
    pub organization_name: String,
    /// What people see of its organization.
    pub organization_display_name: String,
    /// How many are in it, whoever may see them; without those whom no list shows.
    pub member_count: u64,
}

/// Somebody who is in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMember {
    /// The group.
    pub group: GroupId,
    /// Its organization.
    pub organization: OrgId,
    /// The user.
    pub user: User,
}

/// What is to become different in a group; none keeps what is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupChange {
    /// Another name.
    pub name: Option<String>,
    /// Another display name, empty to clear it.
    pub display_name: Option<String>,
    /// Another picture, empty to clear it.
    pub avatar_url: Option<String>,
    /// Another quota.
    pub quota_allowance: Option<i32>,
    /// Who is to be in it; nobody is there twice, nor among those below.
    pub joining: Vec<UserId>,
    /// Who is not to be in it any more.
    pub leaving: Vec<UserId>,
}

impl GroupChange {
    /// The group as the change makes it.
    #[must_use]
    pub fn applied_to(&self, group: &Group) -> Group {
        let or = |new: &Option<String>, old: &String| new.as_ref().unwrap_or(old).clone();
        Group {
            name: or(&self.name, &group.name),
            display_name: or(&self.display_name, &group.display_name),
            avatar_url: or(&self.avatar_url, &group.avatar_url),
            quota_allowance: self.quota_allowance.unwrap_or(group.quota_allowance),
            ..*group
        }
    }
}

/// Which groups to list; all of it must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupFilter {
    /// In this organization.
    pub organization: Option<OrgId>,
    /// Having this member.
    pub member: Option<UserId>,
    /// Among these.
    pub ids: Option<Vec<GroupId>>,
}
