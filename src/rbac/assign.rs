//! Who may grant or take which role (rbac.md 9).

use super::builtin::{SITE_ROLES, organization_role};
use crate::model::ids::OrgId;

/// A role that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Its name.
    pub name: String,
    /// Where it is held; none for site roles.
    pub organization: Option<OrgId>,
}

/// The implied role of members, which granting any role needs the right to grant too.
pub const ORGANIZATION_MEMBER: &str = "organization-member";

/// Whether somebody with the roles `held` may grant or take the role `name`, in `organization` or, for none, site-wide.
///
/// This is the matrix alone; the permission to assign at all is asked separately.
pub fn may_grant(held: &[Granted], name: &str, organization: Option<OrgId>) -> bool {
    held.iter().any(|role| grants(role, name, organization))
}

fn grants(held: &Granted, name: &str, organization: Option<OrgId>) -> bool {
    let here = held.organization.is_none() || held.organization == organization;
    let implied_or_agents = organization.is_some() && matches!(name, ORGANIZATION_MEMBER | "agents-access");
    let any_of_organization = organization.is_some() && name != "organization-service-account";
    here && match held.name.as_str() {
        "owner" => any_of_organization || organization.is_none(),
        "user-admin" => implied_or_agents || (organization.is_none() && name == "member"),
        "organization-admin" => any_of_organization,
        "organization-user-admin" => implied_or_agents,
        _ => false,
    }
}

/// Whether a name is taken by a role of the server, in whatever case (members.md 7.3, and ours: system roles too).
pub fn is_reserved(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let system = [ORGANIZATION_MEMBER, "organization-service-account", "member"];
    SITE_ROLES.contains(&name.as_str())
        || system.contains(&name.as_str())
        || organization_role(&name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const HERE: Option<OrgId> = Some(OrgId(Uuid::from_u128(1)));
    const THERE: Option<OrgId> = Some(OrgId(Uuid::from_u128(2)));

    fn hold(name: &str, organization: Option<OrgId>) -> Vec<Granted> {
        vec![Granted { name: name.to_owned(), organization }]
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
