//! The decision once more, as the contract's page tells it (rbac.md 3, with 3.5, 3.6 and 8): lists of text,
//! searched from the front, and nothing shared with the code under test. `versus.rs` compares the two.

/// A text that stands for "none" where an id may be absent.
const ABSENT: &str = "";
const ANY: &str = "*";
const NIL: &str = "00000000-0000-0000-0000-000000000000";

#[derive(Clone, Debug)]
pub struct Permission {
    pub negate: bool,
    pub kind: String,
    pub action: String,
}

/// What one role says within one organization.
#[derive(Clone, Debug)]
pub struct Within {
    pub organization: String,
    pub org: Vec<Permission>,
    pub member: Vec<Permission>,
}

#[derive(Clone, Debug, Default)]
pub struct Role {
    pub site: Vec<Permission>,
    pub user: Vec<Permission>,
    pub organizations: Vec<Within>,
}

/// An entry of an allow list: type and id.
pub type Entry = (String, String);
/// Who is listed, and for which actions.
pub type Acl = Vec<(String, Vec<String>)>;

#[derive(Clone, Debug)]
pub struct Subject {
    pub id: String,
    pub roles: Vec<Role>,
    pub groups: Vec<String>,
    pub scope: Role,
    pub allow_list: Vec<Entry>,
}

#[derive(Clone, Debug, Default)]
pub struct Object {
    pub kind: String,
    pub id: String,
    pub owner: String,
    pub organization: String,
    pub any_org: bool,
    pub users: Acl,
    pub groups: Acl,
}

/// The switches of rbac.md 8 that the decision itself reads: lists of these types are ignored.
#[derive(Clone, Debug, Default)]
pub struct Unshared {
    pub workspace: bool,
    pub chat: bool,
}

/// What the four levels of one holder say, and what they come to (3.2, 3.3).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Votes {
    pub site: i8,
    pub user: i8,
    pub org: i8,
    pub member: i8,
}

/// The row of the table of 3.3 that ended the search, from 1.
pub fn row(votes: Votes) -> u8 {
    match votes {
        Votes { site: 1, .. } => 1,
        Votes { site: -1, .. } => 2,
        Votes { user: 1, .. } => 3,
        Votes { org: 1, .. } => 4,
        Votes { org: -1, .. } => 5,
        Votes { member: 1, .. } => 6,
        _ => 7,
    }
}

pub fn row_allows(row: u8) -> bool {
    [1, 3, 4, 6].contains(&row)
}

/// Every part of the answer, so that a test can see how an answer came to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub allowed: bool,
    /// `any_org` beside an organization: an error, denied.
    pub malformed: bool,
    /// What the roles say, level by level.
    pub roles: Votes,
    pub user_acl: bool,
    pub group_acl: bool,
    pub everyone_acl: bool,
    /// A list would have granted, but lists of this type are ignored.
    pub switched_off: bool,
    pub listed: bool,
    /// What the key's scope says.
    pub scope: Votes,
}

/// rbac.md 3: (roles or ACL) and (allow list and scope).
pub fn decide(subject: &Subject, action: &str, object: &Object, unshared: &Unshared) -> Outcome {
    let roles = votes(&subject.roles, subject, action, object);
    let scope = votes(std::slice::from_ref(&subject.scope), subject, action, object);
    let listed = passes(&subject.allow_list, object);
    let malformed = object.any_org && object.organization != ABSENT && object.organization != NIL;
    let ignored =
        (unshared.workspace && object.kind == "workspace") || (unshared.chat && object.kind == "chat");
    let belongs = belongs(subject, object);
    let grants =
        |acl: &Acl, holder: &str| acl.iter().any(|(id, actions)| id == holder && has(actions, action));
    let by_user = grants(&object.users, &subject.id);
    let by_group = belongs && subject.groups.iter().any(|group| grants(&object.groups, group));
    let by_everyone =
        belongs && object.organization != ABSENT && grants(&object.groups, &object.organization);
    let [user_acl, group_acl, everyone_acl] =
        [by_user, by_group, by_everyone].map(|grants| grants && !ignored);
    let switched_off = ignored && (by_user || by_group || by_everyone);
    let permitted = row_allows(row(roles)) || user_acl || group_acl || everyone_acl;
    let allowed = !malformed && permitted && listed && row_allows(row(scope));
    Outcome { allowed, malformed, roles, user_acl, group_acl, everyone_acl, switched_off, listed, scope }
}

fn has(actions: &[String], action: &str) -> bool {
    actions.iter().any(|one| one == action || one == ANY)
}

/// 3.2: the organizations that occur in any of the roles, even with empty lists.
fn memberships(subject: &Subject) -> Vec<&str> {
    let all = subject.roles.iter().flat_map(|role| &role.organizations);
    all.map(|within| within.organization.as_str()).collect()
}

/// 3.4: a member of the object's organization, or, with `any_org`, of one at least.
fn belongs(subject: &Subject, object: &Object) -> bool {
    let memberships = memberships(subject);
    match object.any_org {
        true => !memberships.is_empty(),
        false => memberships.contains(&object.organization.as_str()),
    }
}

/// 3.2: the votes of some holder's lists; who is a member is known by the subject's roles (3.5, the oddity).
fn votes(holders: &[Role], subject: &Subject, action: &str, object: &Object) -> Votes {
    let asked = |entries: Vec<&Permission>| vote(&entries, &object.kind, action);
    let own = object.owner != ABSENT && object.owner == subject.id;
    let site = asked(holders.iter().flat_map(|role| &role.site).collect());
    let mut user = 0;
    if own && object.organization == ABSENT && !object.any_org {
        user = asked(holders.iter().flat_map(|role| &role.user).collect());
    }
    let mut consulted = memberships(subject);
    if !object.any_org {
        consulted.retain(|organization| *organization == object.organization);
    }
    let (mut org, mut member) = (None, None);
    for organization in consulted {
        let parts = || {
            let all = holders.iter().flat_map(|role| &role.organizations);
            all.filter(|within| within.organization == organization)
        };
        org = org.max(Some(asked(parts().flat_map(|within| &within.org).collect())));
        if own {
            member = member.max(Some(asked(parts().flat_map(|within| &within.member).collect())));
        }
    }
    Votes { site, user, org: org.unwrap_or(0), member: member.unwrap_or(0) }
}

/// 3.1: nothing that matches abstains, one negated entry denies, else it grants.
fn vote(entries: &[&Permission], kind: &str, action: &str) -> i8 {
    let fits = |entry: &&Permission| {
        (entry.kind == kind || entry.kind == ANY) && (entry.action == action || entry.action == ANY)
    };
    let matching: Vec<_> = entries.iter().copied().filter(fits).collect();
    if matching.is_empty() {
        return 0;
    }
    if matching.iter().any(|entry| entry.negate) { -1 } else { 1 }
}

/// 3.6: the object passes if some entry matches.
fn passes(list: &[Entry], object: &Object) -> bool {
    list.iter().any(|(kind, id)| (kind == ANY || *kind == object.kind) && (id == ANY || *id == object.id))
}
