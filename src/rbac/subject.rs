//! Who acts: a user with compiled roles and the narrowing of a key.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::assign::Granted;
use super::builtin::{self, Builtin, MEMBER};
use super::key_scope::CompiledKey;
use super::permission::{Permission, PermissionSet};
use crate::model::ids::{OrgId, UserId};
use crate::model::user::{Membership, Person};

/// An actor. Cheap to clone: the parts are shared with the cache they came from.
#[derive(Debug, Clone)]
pub struct Subject {
    pub(super) id: UserId,
    pub(super) roles: Arc<Roles>,
    pub(super) key: Arc<CompiledKey>,
}

impl Subject {
    /// A user acting through a key.
    pub fn new(id: UserId, roles: Arc<Roles>, key: Arc<CompiledKey>) -> Self {
        Self { id, roles, key }
    }

    /// The user who acts; nil for a system subject.
    pub const fn id(&self) -> UserId {
        self.id
    }

    /// The roles that the user holds, the implied ones included.
    pub fn granted(&self) -> &[Granted] {
        &self.roles.granted
    }
}

/// A role that an organization defined itself. It has organization permissions only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomRole {
    /// Where it counts.
    pub organization: OrgId,
    /// Its name, in lower case.
    pub name: String,
    /// What it grants there.
    pub permissions: Vec<Permission>,
}

/// The two levels of one organization.
#[derive(Debug, Clone, Default)]
pub(super) struct Levels {
    pub(super) organization: PermissionSet,
    pub(super) member: PermissionSet,
}

/// All roles of a user, joined per level.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    pub(super) site: PermissionSet,
    pub(super) user: PermissionSet,
    pub(super) organizations: HashMap<OrgId, Levels>,
    granted: Vec<Granted>,
}

impl Roles {
    /// Joins the roles of a person: the stored ones, the implied ones, and those of `custom` that the person holds. A name
    /// that means nothing any more is passed over (rbac.md 4).
    pub fn compile(person: &Person, custom: &[CustomRole]) -> Self {
        let mut roles = Self::default();
        let stored = person.user.roles.iter().map(String::as_str).filter(|name| *name != MEMBER);
        for name in stored.chain([MEMBER]) {
            roles.hold_site(name);
        }
        for membership in &person.memberships {
            roles.hold_membership(membership, person.user.is_service_account, custom);
        }
        roles
    }

    fn hold_site(&mut self, name: &str) {
        let Some(role) = builtin::site_role(name) else { return };
        self.add(role, None);
    }

    fn hold_membership(&mut self, membership: &Membership, service_account: bool, custom: &[CustomRole]) {
        let organization = membership.organization;
        self.add(builtin::implied_role(service_account, membership.sharing), Some(organization));
        for name in &membership.roles {
            if let Some(role) = builtin::organization_role(name) {
                self.add(role, Some(organization));
                continue;
            }
            let own = custom.iter().find(|role| role.organization == organization && role.name == *name);
            if let Some(role) = own {
                self.levels(organization).organization.add(&role.permissions);
                self.granted.push(Granted { name: name.clone(), organization: Some(organization) });
            }
        }
    }

    fn add(&mut self, role: &Builtin, organization: Option<OrgId>) {
        self.site.add(&role.site);
        self.user.add(&role.user);
        if let Some(organization) = organization {
            let levels = self.levels(organization);
            levels.organization.add(&role.organization);
            levels.member.add(&role.member);
        }
        self.granted.push(Granted { name: role.name.to_owned(), organization });
    }

    fn levels(&mut self, organization: OrgId) -> &mut Levels {
        self.organizations.entry(organization).or_default()
    }
}

/// Subjects for work that no user asked for. Each has a name and just the permissions of its purpose; there is none that
/// may do everything.
pub mod system {
    use super::super::action::Action::*;
    use super::super::resource::Resource;
    use super::*;

    fn named(permissions: &[Permission]) -> Subject {
        let mut roles = Roles::default();
        roles.site.add(permissions);
        Subject::new(UserId(Uuid::nil()), Arc::new(roles), Arc::new(CompiledKey::everything()))
    }

    /// Makes the first user and puts it into the default organization.
    pub fn first_user() -> Subject {
        named(&[
            Permission::grant(Resource::User, Create),
            Permission::grant(Resource::Organization, Read),
            Permission::grant(Resource::OrganizationMember, Create),
        ])
    }

    /// Ends the session that asks for it.
    pub fn logout() -> Subject {
        named(&[Permission::grant(Resource::ApiKey, Delete)])
    }

    /// Logs people in with their passwords.
    pub fn login() -> Subject {
        named(&[
            Permission::grant(Resource::User, Read),
            Permission::grant(Resource::User, Update),
            Permission::grant(Resource::ApiKey, Create),
        ])
    }

    /// Notes that keys and their owners were seen, and wakes dormant users.
    pub fn activity() -> Subject {
        named(&[Permission::grant(Resource::User, Update), Permission::grant(Resource::ApiKey, Update)])
    }

    /// The operator at the machine itself, who is locked out of the API.
    pub fn operator() -> Subject {
        named(&[
            Permission::grant(Resource::User, Create),
            Permission::grant(Resource::User, Read),
            Permission::grant(Resource::User, UpdatePersonal),
            Permission::grant(Resource::ApiKey, Delete),
            Permission::grant(Resource::Organization, Read),
            Permission::grant(Resource::OrganizationMember, Create),
        ])
    }
}
