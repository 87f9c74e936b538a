//! Random people, organizations, roles and keys, stored as rows and kept as the tests know them.

use entity::Texts;
use rand::RngExt;
use rand::rngs::StdRng;
use roster::model::clock::{Clock, never};
use roster::model::group::{EVERYONE, Group, GroupSource};
use roster::model::ids::{GroupId, OrgId, UserId};
use roster::model::key::AllowEntry;
use roster::model::organization::Sharing;
use roster::model::user::{LoginType, Membership, Person, User, UserStatus};
use roster::rbac::{Action, CompiledKey, CustomRole, Permission, Resource, Roles, Subject, Switches};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, DatabaseConnection, EntityTrait, IntoActiveModel};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

use crate::support::{Client, Mint, TestApp};

const ORGANIZATIONS: usize = 5;
const PEOPLE: usize = 14;
/// The names of custom roles; each organization makes some of them, and people may hold one that it does not have.
const CUSTOM: [&str; 3] = ["alpha", "beta", "gone"];
const SITE_ROLES: [&str; 6] =
    ["owner", "auditor", "template-admin", "user-admin", "gone", "organization-admin"];
const ORGANIZATION_ROLES: [&str; 6] = [
    "organization-admin",
    "organization-auditor",
    "organization-user-admin",
    "organization-template-admin",
    "organization-workspace-creation-ban",
    "agents-access",
];
const SCOPES: [&str; 17] = [
    "coder:all",
    "coder:application_connect",
    "coder:workspaces.operate",
    "user:read",
    "user:read",
    "user:*",
    "user:update",
    "organization:read",
    "organization:read",
    "organization:*",
    "organization_member:read",
    "organization_member:*",
    "api_key:*",
    "connection_log:read",
    "group_member:read",
    "group:read",
    "group:*",
];

/// An organization as stored.
pub struct Place {
    pub id: Uuid,
    pub deleted: bool,
}

pub struct World {
    pub organizations: Vec<Place>,
    pub people: Vec<Person>,
    /// Entries of the connection log, each with its organization.
    pub connections: Vec<(Uuid, Uuid)>,
    /// The groups of the organizations that are not deleted, everyone's included.
    pub groups: Vec<Group>,
    custom: Vec<CustomRole>,
}

pub fn pick<T: Copy>(dice: &mut StdRng, from: &[T]) -> T {
    from[dice.random_range(0..from.len())]
}

impl World {
    pub async fn new(app: &TestApp, dice: &mut StdRng) -> Self {
        let (connections, groups, custom) = (Vec::new(), Vec::new(), Vec::new());
        let mut world = Self { organizations: Vec::new(), people: Vec::new(), connections, groups, custom };
        let mut modes = Vec::new();
        for number in 0..ORGANIZATIONS {
            let mode = pick(dice, Sharing::ALL);
            // The default one is there already, and cannot be deleted.
            let deleted = number > 0 && dice.random_bool(0.2);
            let id = match number {
                0 => app.organization,
                _ => app.organization(&format!("org{number}")).await,
            };
            set_up(&app.db, id, mode, deleted).await;
            world.organizations.push(Place { id, deleted });
            modes.push(mode);
            if !deleted {
                world.groups.push(group(id, id, EVERYONE));
                for name in ["diggers", "planters"] {
                    let group = group(app.backend.ids.uuid(), id, name);
                    store_group(app, &group).await;
                    world.groups.push(group);
                }
            }
        }
        for place in 0..ORGANIZATIONS {
            for name in &CUSTOM[..2] {
                if dice.random_bool(0.7) {
                    let role = custom_role(dice, OrgId(world.organizations[place].id), name);
                    store_role(app, &role).await;
                    world.custom.push(role);
                }
            }
        }
        for number in 0..PEOPLE {
            let person = world.person(app, dice, number, &modes);
            store_person(app, &person).await;
            world.people.push(person);
        }
        for place in world.organizations.iter().flat_map(|place| [place.id; 2]) {
            let owner = pick(dice, &[world.people[0].user.id, world.people[1].user.id]);
            world.connections.push((store_connection(app, place, owner).await, place));
        }
        world
    }

    fn person(&self, app: &TestApp, dice: &mut StdRng, number: usize, modes: &[Sharing]) -> Person {
        let status =
            pick(dice, &[UserStatus::Active, UserStatus::Active, UserStatus::Active, UserStatus::Suspended]);
        let is_service_account = dice.random_bool(0.2);
        let roles = if dice.random_bool(0.3) { vec![pick(dice, &SITE_ROLES).to_owned()] } else { Vec::new() };
        let user = User {
            id: UserId(app.backend.ids.uuid()),
            username: format!("p{number}"),
            name: String::new(),
            email: if is_service_account { String::new() } else { format!("p{number}@example.com") },
            avatar_url: String::new(),
            created_at: app.clock.now(),
            updated_at: app.clock.now(),
            last_seen_at: never(),
            status,
            login_type: LoginType::None,
            roles,
            is_service_account,
            is_system: false,
            deleted: dice.random_bool(0.15),
        };
        let mut memberships = Vec::new();
        for (place, sharing) in self.organizations.iter().zip(modes) {
            // Memberships go with the user.
            if !user.deleted && dice.random_bool(0.5) {
                let organization = OrgId(place.id);
                let (roles, groups) = (member_roles(dice), self.groups_of(dice, place.id));
                memberships.push(Membership { organization, roles, sharing: *sharing, groups });
            }
        }
        Person { user, memberships }
    }

    /// Some groups of an organization to be put into, by id.
    fn groups_of(&self, dice: &mut StdRng, organization: Uuid) -> Vec<GroupId> {
        let there = |group: &&Group| group.organization.0 == organization && !group.is_of_everyone();
        let mut ids: Vec<GroupId> = self.groups.iter().filter(there).map(|group| group.id).collect();
        ids.retain(|_| dice.random_bool(0.4));
        ids.sort_unstable();
        ids
    }

    /// Those who can use a key.
    pub fn callers(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|person| !person.user.deleted && person.user.status == UserStatus::Active)
    }

    /// Somebody with a random key: as a client, as decisions see it, and in words.
    pub async fn caller(
        &self,
        app: &TestApp,
        dice: &mut StdRng,
        person: &Person,
    ) -> (Client, Subject, String) {
        let everything = dice.random_bool(0.3);
        let many = dice.random_range(1..4);
        let scopes: Vec<&'static str> =
            if everything { vec!["coder:all"] } else { (0..many).map(|_| pick(dice, &SCOPES)).collect() };
        let allow_list = self.allow_list(dice);
        let entries: Vec<AllowEntry> = allow_list
            .iter()
            .map(|(kind, id)| AllowEntry { kind: (*kind).to_owned(), id: id.clone() })
            .collect();
        let names: Vec<String> = scopes.iter().map(|name| (*name).to_owned()).collect();
        let key = CompiledKey::compile(&names, &entries).unwrap();
        let roles = Roles::compile(person, &self.custom, Switches::default());
        let words = format!("{person:?} with {:?} through {names:?} on {allow_list:?}", self.custom);
        let token = app.mint(person.user.id.0, Mint { scopes, allow_list, ..Mint::default() }).await;
        let subject = Subject::new(person.user.id, Arc::new(roles), Arc::new(key));
        (app.client().with_token(&token), subject, words)
    }

    fn allow_list(&self, dice: &mut StdRng) -> Vec<(&'static str, String)> {
        if dice.random_bool(0.5) {
            return vec![("*", "*".to_owned())];
        }
        let many = dice.random_range(1..6);
        (0..many).map(|_| self.allow_entry(dice)).collect()
    }

    fn allow_entry(&self, dice: &mut StdRng) -> (&'static str, String) {
        let kind = pick(
            dice,
            &["organization", "user", "organization_member", "template", "connection_log", "group", "*"],
        );
        let people = self.people.iter().map(|person| person.user.id.0);
        let ids: Vec<Uuid> = match kind {
            "organization" => self.organizations.iter().map(|place| place.id).collect(),
            "group" => self.groups.iter().map(|group| group.id.0).collect(),
            "connection_log" => self.connections.iter().map(|(id, _)| *id).collect(),
            _ => people.chain(self.organizations.iter().map(|place| place.id)).collect(),
        };
        let any = kind != "*" && dice.random_bool(0.5);
        (kind, if any { "*".to_owned() } else { pick(dice, &ids).to_string() })
    }
}

fn member_roles(dice: &mut StdRng) -> Vec<String> {
    let mut roles = Vec::new();
    if dice.random_bool(0.3) {
        roles.push(pick(dice, &ORGANIZATION_ROLES).to_owned());
    }
    if dice.random_bool(0.4) {
        roles.push(pick(dice, &CUSTOM).to_owned());
    }
    roles
}

/// What the lists show.
const TYPES: [Resource; 6] = [
    Resource::Organization,
    Resource::OrganizationMember,
    Resource::User,
    Resource::ConnectionLog,
    Resource::Group,
    Resource::GroupMember,
];

/// Lines about what the lists show, for and against.
fn custom_role(dice: &mut StdRng, organization: OrgId, name: &str) -> CustomRole {
    let many = dice.random_range(0..4);
    let line = |dice: &mut StdRng| Permission {
        resource: Some(pick(dice, &TYPES)),
        action: Some(pick(dice, &[Action::Read, Action::Read, Action::Update])),
        negate: dice.random_bool(0.4),
    };
    CustomRole { organization, name: name.to_owned(), permissions: (0..many).map(|_| line(dice)).collect() }
}

async fn set_up(db: &DatabaseConnection, id: Uuid, mode: Sharing, deleted: bool) {
    let row = entity::organizations::Entity::find_by_id(id).one(db).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    row.shareable_workspace_owners = Set(mode.as_str().to_owned());
    row.deleted = Set(deleted);
    row.update(db).await.unwrap();
}

async fn store_role(app: &TestApp, role: &CustomRole) {
    let line = |line: &Permission| {
        let (kind, verb) = (line.resource.map(Resource::as_str), line.action.map(Action::as_str));
        json!({ "negate": line.negate, "resource_type": kind, "action": verb })
    };
    let row = entity::custom_roles::ActiveModel {
        id: Set(app.backend.ids.uuid()),
        organization_id: Set(role.organization.0),
        name: Set(role.name.clone()),
        display_name: Set(String::new()),
        org_permissions: Set(role.permissions.iter().map(line).collect()),
        created_at: Set(app.clock.now()),
        updated_at: Set(app.clock.now()),
    };
    entity::custom_roles::Entity::insert(row).exec_without_returning(&app.db).await.unwrap();
}

async fn store_person(app: &TestApp, person: &Person) {
    let user = &person.user;
    let row = entity::users::ActiveModel {
        id: Set(user.id.0),
        username: Set(user.username.clone()),
        username_lower: Set(user.username.clone()),
        email: Set(user.email.clone()),
        email_lower: Set(user.email.clone()),
        name: Set(String::new()),
        name_lower: Set(String::new()),
        avatar_url: Set(String::new()),
        created_at: Set(user.created_at),
        updated_at: Set(user.updated_at),
        last_seen_at: Set(user.last_seen_at),
        status: Set(user.status.as_str().to_owned()),
        login_type: Set(user.login_type.as_str().to_owned()),
        hashed_password: Set(String::new()),
        rbac_roles: Set(Texts(user.roles.clone())),
        deleted: Set(user.deleted),
        is_system: Set(false),
        is_service_account: Set(user.is_service_account),
        ..Default::default()
    };
    entity::users::Entity::insert(row).exec_without_returning(&app.db).await.unwrap();
    for membership in &person.memberships {
        let row = entity::organization_members::ActiveModel {
            organization_id: Set(membership.organization.0),
            user_id: Set(user.id.0),
            created_at: Set(user.created_at),
            updated_at: Set(user.created_at),
            roles: Set(Texts(membership.roles.clone())),
            ..Default::default()
        };
        entity::organization_members::Entity::insert(row).exec_without_returning(&app.db).await.unwrap();
        for group in &membership.groups {
            let row = entity::group_members::ActiveModel {
                user_id: Set(user.id.0),
                group_id: Set(group.0),
                organization_id: Set(membership.organization.0),
            };
            entity::group_members::Entity::insert(row).exec_without_returning(&app.db).await.unwrap();
        }
    }
}

fn group(id: Uuid, organization: Uuid, name: &str) -> Group {
    Group {
        id: GroupId(id),
        organization: OrgId(organization),
        name: name.to_owned(),
        display_name: String::new(),
        avatar_url: String::new(),
        quota_allowance: 0,
        source: GroupSource::User,
    }
}

async fn store_group(app: &TestApp, group: &Group) {
    let row = entity::groups::ActiveModel {
        id: Set(group.id.0),
        organization_id: Set(group.organization.0),
        name: Set(group.name.clone()),
        name_lower: Set(group.name.clone()),
        ..Default::default()
    };
    entity::groups::Entity::insert(row).exec_without_returning(&app.db).await.unwrap();
}

async fn store_connection(app: &TestApp, organization: Uuid, owner: UserId) -> Uuid {
    let id = app.backend.ids.uuid();
    let row = entity::connection_logs::ActiveModel {
        id: Set(id),
        connect_time: Set(app.clock.now()),
        organization_id: Set(organization),
        workspace_owner_id: Set(owner.0),
        workspace_id: Set(Uuid::nil()),
        workspace_name: Set("garden".to_owned()),
        agent_name: Set("main".to_owned()),
        kind: Set("ssh".to_owned()),
        connection_id: Set(Some(id)),
        ..Default::default()
    };
    entity::connection_logs::Entity::insert(row).exec_without_returning(&app.db).await.unwrap();
    id
}
