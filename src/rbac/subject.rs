//! Who acts: a user with compiled roles and the narrowing of a key.

use std::sync::Arc;

use uuid::Uuid;

use super::assign::Granted;
use super::held::{CustomRole, Held, held};
use super::key_scope::CompiledKey;
use super::permission::Permission;
use super::resource::Resource;
use super::rights::{Lists, Rights};
use super::switches::Switches;
use crate::model::ids::UserId;
use crate::model::user::Person;

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

    /// Whether the actor's key leaves at least what another one leaves. A new key never exceeds the key that makes it.
    pub fn may_hand_on(&self, key: &CompiledKey) -> bool {
        key.is_within(&self.key)
    }

    /// The same actor with other roles, such as those of this very moment.
    #[must_use]
    pub fn with_roles(&self, roles: Arc<Roles>) -> Self {
        Self { roles, ..self.clone() }
    }
}

/// All roles of a user, joined per level.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    pub(super) rights: Rights,
    granted: Vec<Granted>,
    groups: Vec<Uuid>,
    switches: Switches,
}

impl Roles {
    /// Joins the roles of a person: the stored ones, the implied ones, and those of `custom` that the person holds, in the
    /// groups that the person is in. A name that means nothing any more is passed over (rbac.md 4).
    pub fn compile(person: &Person, custom: &[CustomRole], switches: Switches) -> Self {
        Self::of(&held(person, custom, switches), switches)
            .in_groups(person.groups().map(|id| id.0).collect())
    }

    pub(super) fn of(held: &[Held<'_>], switches: Switches) -> Self {
        let rights = Rights::join(held.iter().map(|role| (role.lists, role.organization)));
        Self { rights, granted: held.iter().map(Held::granted).collect(), groups: Vec::new(), switches }
    }

    /// The same roles of somebody who is in groups. Those of everyone in an organization are not named.
    #[must_use]
    pub fn in_groups(self, groups: Vec<Uuid>) -> Self {
        Self { groups, ..self }
    }

    pub(super) fn groups(&self) -> &[Uuid] {
        &self.groups
    }

    /// Whether objects of a type are shared with nobody here, whatever their lists say.
    pub(super) const fn not_shared(&self, resource: Resource) -> bool {
        self.switches.forbid_sharing(resource)
    }
}

/// Subjects for work that no user asked for. Each has a name and just the permissions of its purpose; there is none that
/// may do everything.
pub mod system {
    use super::super::action::Action::*;
    use super::*;

    fn named(permissions: &[Permission]) -> Subject {
        let lists = Lists { site: permissions, ..Lists::default() };
        let roles = Roles { rights: Rights::join([(lists, None)]), ..Roles::default() };
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

    /// Removes keys that ended long ago, and entries of logs that are old.
    pub fn retention() -> Subject {
        named(&[Permission::grant(Resource::ApiKey, Delete), Permission::grant(Resource::System, Delete)])
    }

    /// Writes what the connection log is told of, and reads it.
    pub fn connection_log() -> Subject {
        named(&[
            Permission::grant(Resource::ConnectionLog, Read),
            Permission::grant(Resource::ConnectionLog, Update),
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

    /// Logs people in whom an identity provider vouches for, makes accounts for them, and gives them what it decides.
    pub fn sign_in() -> Subject {
        named(&[
            Permission::grant(Resource::User, Create),
            Permission::grant(Resource::User, Read),
            Permission::grant(Resource::User, Update),
            Permission::grant(Resource::User, UpdatePersonal),
            Permission::grant(Resource::ApiKey, Create),
            Permission::grant(Resource::ApiKey, Delete),
            Permission::grant(Resource::AssignRole, Assign),
            Permission::grant(Resource::OrganizationMember, Create),
            Permission::grant(Resource::OrganizationMember, Delete),
        ])
    }

    /// Makes users whom a directory provisions, members of the default organization, and keeps their states.
    pub fn provisioning() -> Subject {
        named(&[
            Permission::grant(Resource::User, Create),
            Permission::grant(Resource::User, Read),
            Permission::grant(Resource::User, Update),
            Permission::grant(Resource::OrganizationMember, Create),
        ])
    }

    /// Gives people who forgot their password a one-time passcode, and takes it for a new password.
    pub fn one_time_passcodes() -> Subject {
        named(&[Permission::grant(Resource::User, UpdatePersonal)])
    }

    /// Notes that keys and their owners were seen, and wakes dormant users.
    pub fn activity() -> Subject {
        named(&[Permission::grant(Resource::User, Update), Permission::grant(Resource::ApiKey, Update)])
    }

    /// Keeps personal skills, for the operator at the machine.
    pub fn skills() -> Subject {
        named(&[
            Permission::grant(Resource::User, Read),
            Permission::grant(Resource::UserSkill, Create),
            Permission::grant(Resource::UserSkill, Read),
            Permission::grant(Resource::UserSkill, Update),
            Permission::grant(Resource::UserSkill, Delete),
        ])
    }

    /// Notes who uses AI features. No person may (ai-seats.md 3).
    pub fn seat_recorder() -> Subject {
        named(&[Permission::grant(Resource::AiSeat, Create)])
    }

    /// Reads who used AI features.
    pub fn seat_reader() -> Subject {
        named(&[Permission::grant(Resource::AiSeat, Read)])
    }

    /// The operator at the machine itself, who is locked out of the API.
    pub fn operator() -> Subject {
        named(&[
            Permission::grant(Resource::User, Create),
            Permission::grant(Resource::User, Read),
            Permission::grant(Resource::User, ReadPersonal),
            Permission::grant(Resource::User, UpdatePersonal),
            Permission::grant(Resource::ApiKey, Delete),
            Permission::grant(Resource::AuditLog, Create),
            Permission::grant(Resource::AuditLog, Read),
            Permission::grant(Resource::AssignOrgRole, Assign),
            Permission::grant(Resource::Organization, Read),
            Permission::grant(Resource::OrganizationMember, Create),
        ])
    }
}
