//! The rules about people: who may grant or take which role (rbac.md 9), and what nobody does to oneself, to somebody
//! stronger, or to the last owner.
//!
//! They stand here once for all operations: a rule that one operation keeps and its sibling forgets is the way in.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::builtin::{MEMBER, SITE_ROLES, organization_role};
use super::subject::Subject;
use crate::model::ids::{OrgId, UserId};
use crate::model::user::User;

/// A role that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Its name.
    pub name: Cow<'static, str>,
    /// Where it is held; none for site roles.
    pub organization: Option<OrgId>,
}

/// The implied role of members, which granting any role needs the right to grant too.
pub const ORGANIZATION_MEMBER: &str = "organization-member";
/// The implied role of service accounts, which nobody may grant.
const SERVICE_ACCOUNT: &str = "organization-service-account";

/// Whether somebody with the roles `held` may grant or take the role `name`, in `organization` or, for none, site-wide.
///
/// This is the matrix alone; the permission to assign at all is asked separately.
pub fn may_grant(held: &[Granted], name: &str, organization: Option<OrgId>) -> bool {
    held.iter().any(|role| grants(role, name, organization))
}

fn grants(held: &Granted, name: &str, organization: Option<OrgId>) -> bool {
    let here = held.organization.is_none() || held.organization == organization;
    let implied_or_agents = organization.is_some() && matches!(name, ORGANIZATION_MEMBER | "agents-access");
    let any_of_organization = organization.is_some() && name != SERVICE_ACCOUNT;
    here && match &*held.name {
        OWNER => any_of_organization || organization.is_none(),
        "user-admin" => implied_or_agents || (organization.is_none() && name == MEMBER),
        "organization-admin" => any_of_organization,
        "organization-user-admin" => implied_or_agents,
        _ => false,
    }
}

/// The role that may do nearly everything, everywhere.
pub const OWNER: &str = "owner";

/// How a list of roles is to change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Wanted and not held.
    pub added: Vec<String>,
    /// Held and not wanted.
    pub removed: Vec<String>,
}

impl Change {
    /// From the roles that are held to those that are wanted.
    pub fn between(now: &[String], wanted: &[String]) -> Self {
        Self { added: only_in(wanted, now), removed: only_in(now, wanted) }
    }

    /// All names that it touches.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.added.iter().chain(&self.removed).map(String::as_str)
    }
}

fn only_in(names: &[String], others: &[String]) -> Vec<String> {
    let others: BTreeSet<&String> = others.iter().collect();
    names.iter().filter(|name| !others.contains(name)).cloned().collect()
}

/// What somebody wants to do to a person.
#[derive(Debug, Clone, Copy)]
pub enum Deed<'a> {
    /// Replace the site roles.
    SetSiteRoles(&'a Change),
    /// Replace the roles in an organization.
    SetOrganizationRoles(OrgId, &'a Change),
    /// Take out of an organization.
    Remove,
    /// Lock out.
    Suspend,
    /// Set another password.
    ChangePassword,
    /// Make, change or end keys.
    ManageKeys,
    /// Delete the account.
    Delete,
}

/// Why a deed on a person is refused. What the caller is told is the operation's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody does that to oneself.
    Oneself,
    /// The target is an owner, the actor is not.
    Stronger,
    /// Nobody does that to an owner, not even to one of several; the role has to go first (users.md 3.19).
    HoldsOwner,
    /// There would be no owner left.
    LastOwner,
    /// The actor's roles may not grant or take this one.
    Role(String),
}

/// Whether the rules about people let somebody do a deed to `target`.
///
/// Permissions are asked separately, as [`may_grant`] says. `other_owners` is how many active owners there are besides the
/// target; it is looked at only when [`takes_an_owner`]. To be asked inside the transaction that does the deed, about
/// people as they are then.
///
/// # Errors
/// The first rule that stands against it.
pub fn check(actor: &Subject, deed: &Deed<'_>, target: &User, other_owners: u64) -> Result<(), Refusal> {
    not_oneself(actor.id(), deed, target.id)?;
    not_stronger(actor.granted(), deed, target)?;
    grantable(actor.granted(), deed)?;
    if takes_an_owner(deed, target) && other_owners == 0 { Err(Refusal::LastOwner) } else { Ok(()) }
}

/// The part of [`check`] that comes before anything else is looked at, also before the body of the request.
///
/// # Errors
/// [`Refusal::Oneself`].
pub fn not_oneself(actor: UserId, deed: &Deed<'_>, target: UserId) -> Result<(), Refusal> {
    let open_to_oneself = matches!(deed, Deed::ChangePassword | Deed::ManageKeys);
    if actor == target && !open_to_oneself { Err(Refusal::Oneself) } else { Ok(()) }
}

/// Role changes are not here, as the matrix keeps the `owner` role from all but owners. Nor is what happens in an
/// organization: what an owner may do is not bound to any.
fn not_stronger(held: &[Granted], deed: &Deed<'_>, target: &User) -> Result<(), Refusal> {
    if !holds_owner(target) {
        return Ok(());
    }
    let is_owner = held.iter().any(|role| role.organization.is_none() && role.name == OWNER);
    match deed {
        Deed::Suspend => Err(Refusal::HoldsOwner),
        Deed::ChangePassword | Deed::ManageKeys | Deed::Delete if !is_owner => Err(Refusal::Stronger),
        _ => Ok(()),
    }
}

/// The implied role is not stored, so that it counts as added every time (members.md 6.4).
fn grantable(held: &[Granted], deed: &Deed<'_>) -> Result<(), Refusal> {
    let (change, implied, organization) = match deed {
        Deed::SetSiteRoles(change) => (change, MEMBER, None),
        Deed::SetOrganizationRoles(organization, change) => {
            (change, ORGANIZATION_MEMBER, Some(*organization))
        }
        _ => return Ok(()),
    };
    match change.names().chain([implied]).find(|name| !may_grant(held, name, organization)) {
        Some(above) => Err(Refusal::Role(above.to_owned())),
        None => Ok(()),
    }
}

/// Whether a deed takes the `owner` role from somebody, so that [`check`] looks at how many others there are.
pub fn takes_an_owner(deed: &Deed<'_>, target: &User) -> bool {
    match deed {
        Deed::SetSiteRoles(change) => change.removed.iter().any(|name| name == OWNER),
        Deed::Delete => holds_owner(target),
        _ => false,
    }
}

/// Whether a user holds the role that may do nearly everything.
pub fn holds_owner(user: &User) -> bool {
    user.roles.iter().any(|name| name == OWNER)
}

/// Whether a name is taken by a role of the server, in whatever case (members.md 7.3, and ours: system roles too).
pub fn is_reserved(name: &str) -> bool {
    is_built_in(name) || is_system_role(&name.to_ascii_lowercase())
}

/// Whether a name is that of a built-in role, in whatever case.
pub fn is_built_in(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SITE_ROLES.contains(&name.as_str()) || name == MEMBER || organization_role(&name).is_some()
}

/// Whether a name is that of a role which every member of its kind has, and which is never listed (rbac.md 7).
pub fn is_system_role(name: &str) -> bool {
    matches!(name, ORGANIZATION_MEMBER | SERVICE_ACCOUNT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const HERE: Option<OrgId> = Some(OrgId(Uuid::from_u128(1)));
    const THERE: Option<OrgId> = Some(OrgId(Uuid::from_u128(2)));

    fn hold(name: &str, organization: Option<OrgId>) -> Vec<Granted> {
        vec![Granted { name: name.to_owned().into(), organization }]
    }

    #[test]
    fn owners_grant_all_but_the_service_account_role() {
        let owner = hold("owner", None);
        assert!(SITE_ROLES.iter().all(|role| may_grant(&owner, role, None)));
        assert!(may_grant(&owner, "organization-admin", HERE) && may_grant(&owner, "my-role", HERE));
        assert!(!may_grant(&owner, "organization-service-account", HERE));
    }

    #[test]
    fn user_admins_grant_only_what_is_implied() {
        let user_admin = hold("user-admin", None);
        assert!(may_grant(&user_admin, "member", None));
        assert!(SITE_ROLES.iter().all(|role| !may_grant(&user_admin, role, None)));
        assert!(may_grant(&user_admin, "agents-access", HERE));
        assert!(!may_grant(&user_admin, "organization-admin", HERE));
    }

    #[test]
    fn organization_roles_count_at_home_only() {
        let admin = hold("organization-admin", HERE);
        assert!(may_grant(&admin, "organization-auditor", HERE));
        assert!(!may_grant(&admin, "organization-auditor", THERE));
        assert!(!may_grant(&admin, "auditor", None));
        assert!(!may_grant(&hold("organization-auditor", HERE), "organization-member", HERE));
    }
}
