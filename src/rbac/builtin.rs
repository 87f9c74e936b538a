//! The roles that come with the server (rbac.md 6 and 7), as data.

use std::sync::LazyLock;

use super::action::Action::{self, *};
use super::permission::Permission;
use super::resource::Resource::{self, *};
use super::switches::Switches;
use crate::model::organization::Sharing;

/// A role: what it grants on each level. Organization and member permissions count in the organization it is held in.
#[derive(Debug, Clone, Default)]
pub struct Builtin {
    /// Its name.
    pub name: &'static str,
    /// What people see.
    pub display_name: &'static str,
    /// Anywhere.
    pub site: Vec<Permission>,
    /// On what the holder owns outside of organizations.
    pub user: Vec<Permission>,
    /// In the organization.
    pub organization: Vec<Permission>,
    /// On what the holder owns in the organization.
    pub member: Vec<Permission>,
}

/// The site roles that can be granted, in the order of answers. `member` is implied and not among them.
pub const SITE_ROLES: [&str; 4] = ["owner", "auditor", "template-admin", "user-admin"];

/// The role that every user has.
pub(super) const MEMBER: &str = "member";

const CRUD: &[Action] = &[Create, Read, Update, Delete];
const ROLE_GRANTING: &[Action] = &[Assign, Unassign, Read];
const DORMANT: &[Action] = &[Read, Delete, Create, Update, Stop, CreateAgent, DeleteAgent, UpdateAgent];

fn grants(resource: Resource, actions: &[Action]) -> impl Iterator<Item = Permission> + '_ {
    actions.iter().map(move |action| Permission::grant(resource, *action))
}

fn listed(list: &[(Resource, &[Action])]) -> Vec<Permission> {
    list.iter().flat_map(|(resource, actions)| grants(*resource, actions)).collect()
}

fn everything_but(left_out: &[Resource]) -> Vec<Permission> {
    let types = Resource::ALL.iter().filter(|resource| !left_out.contains(resource));
    types.map(|resource| Permission::all_of(*resource)).collect()
}

fn joined(parts: [Vec<Permission>; 2]) -> Vec<Permission> {
    parts.concat()
}

type SiteRoles = [Builtin; 5];

static SITE: LazyLock<Vec<(Switches, SiteRoles)>> = LazyLock::new(|| {
    let switched = |switches| [owner(switches), member(switches), auditor(), template_admin(), user_admin()];
    Switches::all().map(|switches| (switches, switched(switches))).collect()
});

static ORGANIZATION: LazyLock<[Builtin; 6]> = LazyLock::new(|| {
    [
        organization_admin(),
        organization_auditor(),
        organization_user_admin(),
        organization_template_admin(),
        workspace_creation_ban(),
        agents_access(),
    ]
});

static IMPLIED: LazyLock<Vec<(bool, Sharing, Builtin)>> = LazyLock::new(|| {
    let kinds =
        [false, true].into_iter().flat_map(|service| Sharing::ALL.iter().map(move |mode| (service, *mode)));
    kinds.map(|(service, mode)| (service, mode, implied(service, mode))).collect()
});

/// The built-in site role of a name, as the deployment is switched.
pub fn site_role(name: &str, switches: Switches) -> Option<&'static Builtin> {
    let (_, roles) = SITE.iter().find(|(switched, _)| *switched == switches)?;
    roles.iter().find(|role| role.name == name)
}

/// The built-in organization role of a name.
pub fn organization_role(name: &str) -> Option<&'static Builtin> {
    ORGANIZATION.iter().find(|role| role.name == name)
}

/// The site roles that can be granted, in the order of answers, as the deployment is switched.
pub fn site_roles(switches: Switches) -> impl Iterator<Item = &'static Builtin> {
    SITE_ROLES.iter().filter_map(move |name| site_role(name, switches))
}

/// The organization roles that can be granted, in the order of answers.
pub fn organization_roles() -> impl Iterator<Item = &'static Builtin> {
    ORGANIZATION.iter()
}

/// Whether a name is a built-in organization role.
pub fn is_organization_role(name: &str) -> bool {
    organization_role(name).is_some()
}

/// Whether a name is a site role that can be granted, or the implied `member`.
pub fn is_site_role(name: &str) -> bool {
    site_role(name, Switches::default()).is_some()
}

/// What people see for a built-in role; empty for others.
pub fn display_name(name: &str) -> &'static str {
    let site = site_role(name, Switches::default());
    site.or_else(|| organization_role(name)).map_or("", |role| role.display_name)
}

/// The role that comes with a membership.
pub fn implied_role(service_account: bool, sharing: Sharing) -> &'static Builtin {
    let fits =
        |(service, mode, _): &&(bool, Sharing, Builtin)| (*service, *mode) == (service_account, sharing);
    IMPLIED.iter().find(fits).map_or_else(|| &IMPLIED[0].2, |(_, _, role)| role)
}

fn owner(switches: Switches) -> Builtin {
    let left_out = [
        AiSeat,
        BoundaryUsage,
        UsageEvent,
        UserSecret,
        UserSkill,
        Workspace,
        WorkspaceDormant,
        PrebuiltWorkspace,
    ];
    let rest = listed(&[
        (Workspace, Workspace.actions()),
        (WorkspaceDormant, DORMANT),
        (UserSkill, &[Read, Delete]),
        (PrebuiltWorkspace, &[Update, Delete]),
    ]);
    let mut site = joined([everything_but(&left_out), rest]);
    if !switches.owner_workspace_exec {
        site.retain(|line| {
            ![Ssh, ApplicationConnect].map(|verb| Permission::grant(Workspace, verb)).contains(line)
        });
    }
    Builtin { name: "owner", display_name: "Owner", site, ..Builtin::default() }
}

fn member(switches: Switches) -> Builtin {
    let left_out = [
        AiSeat,
        BoundaryUsage,
        Chat,
        OrganizationMember,
        PrebuiltWorkspace,
        Workspace,
        WorkspaceDormant,
        User,
        AibridgeInterception,
    ];
    let own = listed(&[
        (ProvisionerDaemon, &[Read, Create, Update]),
        (User, &[Read, ReadPersonal, UpdatePersonal]),
        (AibridgeInterception, &[Create, Update]),
    ]);
    let mut site = listed(&[(AssignRole, &[Read]), (Oauth2App, &[Read]), (WorkspaceProxy, &[Read])]);
    let shareable = [Workspace, Chat].into_iter();
    site.extend(shareable.filter(|r| switches.forbid_sharing(*r)).map(|r| Permission::deny(r, Share)));
    Builtin {
        name: MEMBER,
        display_name: "Member",
        site,
        user: joined([everything_but(&left_out), own]),
        ..Builtin::default()
    }
}

fn auditor() -> Builtin {
    let site = listed(&[
        (AssignOrgRole, &[Read]),
        (AuditLog, &[Read]),
        (ConnectionLog, &[Read]),
        (Template, &[Read, ViewInsights]),
        (User, &[Read]),
        (Group, &[Read]),
        (GroupMember, &[Read]),
        (Organization, &[Read]),
        (OrganizationMember, &[Read]),
        (DeploymentStats, &[Read]),
        (DeploymentConfig, &[Read]),
        (AibridgeInterception, &[Read]),
    ]);
    Builtin { name: "auditor", display_name: "Auditor", site, ..Builtin::default() }
}

fn template_admin() -> Builtin {
    let site = listed(&[
        (AssignOrgRole, &[Read]),
        (Template, Template.actions()),
        (File, &[Create, Read]),
        (Workspace, &[Read]),
        (WorkspaceDormant, &[Read]),
        (PrebuiltWorkspace, &[Update, Delete]),
        (ProvisionerDaemon, CRUD),
        (User, &[Read]),
        (Group, &[Read]),
        (GroupMember, &[Read]),
        (Organization, &[Read]),
        (OrganizationMember, &[Read]),
    ]);
    Builtin { name: "template-admin", display_name: "Template Admin", site, ..Builtin::default() }
}

fn user_admin() -> Builtin {
    let site = listed(&[
        (AssignRole, ROLE_GRANTING),
        (AssignOrgRole, ROLE_GRANTING),
        (User, User.actions()),
        (Group, CRUD),
        (GroupMember, &[Read]),
        (Organization, &[Read]),
        (OrganizationMember, CRUD),
        (IdpsyncSettings, &[Read, Update]),
    ]);
    Builtin { name: "user-admin", display_name: "User Admin", site, ..Builtin::default() }
}

fn organization_admin() -> Builtin {
    let left_out =
        [AiSeat, AssignRole, BoundaryUsage, UserSecret, Workspace, WorkspaceDormant, PrebuiltWorkspace];
    let workspace = Workspace.actions().iter().copied().filter(|a| !matches!(a, Ssh | ApplicationConnect));
    let rest = listed(&[
        (Workspace, &workspace.collect::<Vec<_>>()),
        (WorkspaceDormant, DORMANT),
        (PrebuiltWorkspace, &[Update, Delete]),
    ]);
    Builtin {
        name: "organization-admin",
        display_name: "Organization Admin",
        site: listed(&[(User, &[Read])]),
        organization: joined([everything_but(&left_out), rest]),
        ..Builtin::default()
    }
}

fn organization_auditor() -> Builtin {
    let organization = listed(&[
        (AuditLog, &[Read]),
        (ConnectionLog, &[Read]),
        (Template, &[Read, ViewInsights]),
        (Group, &[Read]),
        (GroupMember, &[Read]),
        (Organization, &[Read]),
        (OrganizationMember, &[Read]),
    ]);
    let display_name = "Organization Auditor";
    Builtin { name: "organization-auditor", display_name, organization, ..Builtin::default() }
}

fn organization_user_admin() -> Builtin {
    let organization = listed(&[
        (AssignOrgRole, ROLE_GRANTING),
        (Organization, &[Read]),
        (OrganizationMember, CRUD),
        (Group, CRUD),
        (GroupMember, &[Read]),
        (IdpsyncSettings, &[Read, Update]),
    ]);
    Builtin {
        name: "organization-user-admin",
        display_name: "Organization User Admin",
        site: listed(&[(User, &[Read])]),
        organization,
        ..Builtin::default()
    }
}

fn organization_template_admin() -> Builtin {
    let organization = listed(&[
        (Template, Template.actions()),
        (File, &[Create, Read]),
        (Workspace, &[Read]),
        (WorkspaceDormant, &[Read]),
        (PrebuiltWorkspace, &[Update, Delete]),
        (Organization, &[Read]),
        (OrganizationMember, &[Read]),
        (Group, &[Read]),
        (GroupMember, &[Read]),
        (ProvisionerDaemon, CRUD),
        (ProvisionerJobs, &[Create, Read, Update]),
    ]);
    let display_name = "Organization Template Admin";
    Builtin { name: "organization-template-admin", display_name, organization, ..Builtin::default() }
}

fn workspace_creation_ban() -> Builtin {
    let banned = [Create, Delete, CreateAgent, DeleteAgent];
    Builtin {
        name: "organization-workspace-creation-ban",
        display_name: "Organization Workspace Creation Ban",
        organization: banned.map(|action| Permission::deny(Workspace, action)).to_vec(),
        ..Builtin::default()
    }
}

fn agents_access() -> Builtin {
    let member = listed(&[(Chat, &[Create, Read, Share, Update])]);
    Builtin { name: "agents-access", display_name: "Coder Agents User", member, ..Builtin::default() }
}

/// The role of every member or service account of an organization, by the organization's sharing mode.
fn implied(service_account: bool, sharing: Sharing) -> Builtin {
    let mut organization = listed(&[
        (ProvisionerDaemon, &[Read]),
        (super::resource::Resource::Organization, &[Read]),
        (AssignOrgRole, &[Read]),
    ]);
    match (sharing, service_account) {
        (Sharing::Everyone, _) | (Sharing::ServiceAccounts, true) => {
            organization.extend(listed(&[(OrganizationMember, &[Read]), (Group, &[Read])]));
        }
        (Sharing::ServiceAccounts, false) => organization.extend(listed(&[(OrganizationMember, &[Read])])),
        (Sharing::None, _) => organization.push(Permission::deny(Workspace, Share)),
    }
    let left_out =
        [Chat, PrebuiltWorkspace, User, WorkspaceDormant, OrganizationMember, AibridgeInterception];
    let own = listed(&[
        (WorkspaceDormant, DORMANT),
        (OrganizationMember, &[Read]),
        (AibridgeInterception, &[Create, Update]),
    ]);
    let mut member = joined([everything_but(&left_out), own]);
    if !service_account && sharing != Sharing::Everyone {
        member.push(Permission::deny(Workspace, Share));
    }
    let name = if service_account { "organization-service-account" } else { "organization-member" };
    Builtin { name, organization, member, ..Builtin::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types_with_every_action(permissions: &[Permission]) -> usize {
        permissions.iter().filter(|p| p.action.is_none()).count()
    }

    #[test]
    fn the_counts_of_the_contract() {
        assert_eq!(types_with_every_action(&owner(Switches::default()).site), 39);
        assert_eq!(types_with_every_action(&member(Switches::default()).user), 38);
        assert_eq!(types_with_every_action(&organization_admin().organization), 40);
        for mode in Sharing::ALL {
            assert_eq!(types_with_every_action(&implied_role(false, *mode).member), 41);
        }
    }

    #[test]
    fn every_permission_names_a_verb_of_its_type() {
        let implied = IMPLIED.iter().map(|(_, _, role)| role);
        for role in SITE.iter().flat_map(|(_, roles)| roles).chain(ORGANIZATION.iter()).chain(implied) {
            let all = [&role.site, &role.user, &role.organization, &role.member].into_iter().flatten();
            for permission in all {
                let (Some(resource), Some(action)) = (permission.resource, permission.action) else {
                    continue;
                };
                assert!(resource.actions().contains(&action), "{}: {permission:?}", role.name);
            }
        }
    }
}
