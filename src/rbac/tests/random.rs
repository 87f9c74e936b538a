//! Random subjects and questions, thrown as the plain text of `oracle.rs` and translated for the code under test.

use std::sync::Arc;

use uuid::Uuid;

use super::dice::Dice;
use super::oracle::{self, Acl, Permission, Role, Unshared, Within};
use crate::model::ids::{OrgId, UserId};
use crate::model::key::AllowEntry;
use crate::rbac::held::Held;
use crate::rbac::rights::{Lists, Rights};
use crate::rbac::{
    self, AclEntry, Action, AllowList, CompiledKey, Decision, Resource, Roles, Subject, Switches,
    decide_shared,
};

pub const ME: &str = "00000000-0000-0000-0000-000000000001";
pub const OTHER: &str = "00000000-0000-0000-0000-000000000002";
pub const THINGS: [&str; 3] =
    [ME, "00000000-0000-0000-0000-000000000011", "00000000-0000-0000-0000-000000000012"];
pub const ORGANIZATIONS: [&str; 3] = [
    "00000000-0000-0000-0000-0000000000a1",
    "00000000-0000-0000-0000-0000000000a2",
    "00000000-0000-0000-0000-0000000000a3",
];
pub const GROUPS: [&str; 3] = [
    "00000000-0000-0000-0000-0000000000b1",
    "00000000-0000-0000-0000-0000000000b2",
    // Nobody is put into the group of everyone, but nothing forbids to store it so.
    ORGANIZATIONS[0],
];
pub const NIL: &str = "00000000-0000-0000-0000-000000000000";
/// A verb that there is not.
pub const MADE_UP: &str = "banana";

/// The types and verbs of one subject: few, so that what is held and what is asked often meet.
pub struct Palette {
    kinds: Vec<&'static str>,
    verbs: Vec<&'static str>,
}

impl Palette {
    pub fn new(dice: &mut Dice) -> Self {
        let kinds = vec![dice.pick(&["workspace", "chat"]), dice.pick(Resource::ALL).as_str()];
        let verbs = (0..2).map(|_| dice.pick(Action::ALL).as_str()).collect();
        Self { kinds, verbs }
    }

    /// The same types, and just these verbs.
    #[must_use]
    pub fn with_verbs(self, verbs: &[&'static str]) -> Self {
        Self { verbs: verbs.to_vec(), ..self }
    }

    pub fn kinds(&self) -> &[&'static str] {
        &self.kinds
    }

    pub fn permission(&self, dice: &mut Dice) -> Permission {
        let kind = if dice.percent(12) { "*" } else { dice.pick(&self.kinds) };
        let action = if dice.percent(25) { "*" } else { dice.pick(&self.verbs) };
        Permission { negate: dice.percent(25), kind: kind.to_owned(), action: action.to_owned() }
    }

    fn permissions(&self, dice: &mut Dice, end: usize) -> Vec<Permission> {
        dice.some(end, |dice| self.permission(dice))
    }

    /// A role for anywhere, for some organization, or, as the model has it, for several. The site level is seldom heard, since its
    /// vote silences the others.
    fn role(&self, dice: &mut Dice) -> Role {
        let site = if dice.percent(20) { self.permissions(dice, 3) } else { Vec::new() };
        let user = if dice.percent(50) { self.permissions(dice, 5) } else { Vec::new() };
        let organizations = dice.some(4, |dice| self.within(dice));
        Role { site, user, organizations }
    }

    fn within(&self, dice: &mut Dice) -> Within {
        let nowhere = dice.percent(2);
        let organization = if nowhere { NIL } else { dice.pick(&ORGANIZATIONS) }.to_owned();
        if dice.percent(20) {
            return Within { organization, org: Vec::new(), member: Vec::new() };
        }
        Within { organization, org: self.permissions(dice, 4), member: self.permissions(dice, 5) }
    }

    /// The lists of a key. Most narrow little, since they would hide what the roles say.
    fn scope(&self, dice: &mut Dice) -> Role {
        let everything = Permission { negate: false, kind: "*".to_owned(), action: "*".to_owned() };
        match dice.below(10) {
            0..4 => Role { site: vec![everything], ..Role::default() },
            4..5 => Role { site: self.permissions(dice, 4), ..Role::default() },
            _ => {
                let user = self.permissions(dice, 5);
                let organizations = dice.some(5, |dice| self.within(dice));
                let site = if dice.percent(20) { self.permissions(dice, 3) } else { Vec::new() };
                Role { site, user, organizations }
            }
        }
    }

    pub fn allow_list(&self, dice: &mut Dice) -> Vec<oracle::Entry> {
        if dice.percent(50) {
            return vec![("*".to_owned(), "*".to_owned())];
        }
        let entry = |dice: &mut Dice| {
            let kind = if dice.percent(25) { "*" } else { dice.pick(&self.kinds) };
            let id = if dice.percent(45) { "*" } else { dice.pick(&THINGS) };
            (kind.to_owned(), id.to_owned())
        };
        dice.some(5, entry)
    }

    pub fn subject(&self, dice: &mut Dice) -> oracle::Subject {
        oracle::Subject {
            id: ME.to_owned(),
            roles: dice.some(5, |dice| self.role(dice)),
            groups: dice.some(3, |dice| dice.pick(&GROUPS).to_owned()),
            scope: self.scope(dice),
            allow_list: self.allow_list(dice),
        }
    }

    /// A verb that somebody asks for.
    fn verb(&self, dice: &mut Dice) -> &'static str {
        if dice.percent(8) { MADE_UP } else { dice.pick(&self.verbs) }
    }

    /// An object without lists of its own.
    fn plain_object(&self, dice: &mut Dice) -> oracle::Object {
        let organization = match dice.below(20) {
            0..7 => "",
            7 => NIL,
            _ => dice.pick(&ORGANIZATIONS),
        };
        // Beside an organization the flag contradicts itself: that shall not drown the rest.
        let any_org = dice.percent(if organization.is_empty() || organization == NIL { 40 } else { 4 });
        oracle::Object {
            kind: dice.pick(&self.kinds).to_owned(),
            id: if dice.percent(30) { "" } else { dice.pick(&THINGS) }.to_owned(),
            owner: dice.pick(&["", ME, ME, OTHER]).to_owned(),
            organization: organization.to_owned(),
            any_org,
            ..oracle::Object::default()
        }
    }

    fn object(&self, dice: &mut Dice) -> oracle::Object {
        let plain = self.plain_object(dice);
        if dice.percent(50) {
            return plain;
        }
        let users = self.acl(dice, &[ME, OTHER, OTHER, GROUPS[0]]);
        let near = [&plain.organization[..], &plain.organization, GROUPS[0], GROUPS[1], ME];
        let groups = self.acl(dice, near.map(|id| if id.is_empty() { NIL } else { id }).as_slice());
        oracle::Object { users, groups, ..plain }
    }

    fn acl(&self, dice: &mut Dice, who: &[&str]) -> Acl {
        dice.some(4, |dice| {
            let mut actions = dice.some(3, |dice| dice.pick(&self.verbs).to_owned());
            if dice.percent(20) {
                actions.push("*".to_owned());
            }
            (dice.pick(who).to_owned(), actions)
        })
    }
}

/// A question, as told and as asked.
#[derive(Debug)]
pub struct Question {
    pub verb: &'static str,
    pub thing: oracle::Object,
    /// None is a word that names no verb.
    pub action: Option<Action>,
    pub object: rbac::Object,
    users: Vec<AclEntry>,
    groups: Vec<AclEntry>,
}

impl Question {
    pub fn new(palette: &Palette, dice: &mut Dice) -> Self {
        let (verb, thing) = (palette.verb(dice), palette.object(dice));
        let (users, groups) = (acl(&thing.users), acl(&thing.groups));
        Self { verb, action: Action::parse(verb), object: object(&thing), users, groups, thing }
    }

    pub fn decide(&self, subject: &Subject) -> Decision {
        let acl = rbac::Acl { users: &self.users, groups: &self.groups, itself: None };
        decide_shared(subject, self.action, &self.object, acl)
    }
}

/// The switches, and what the decision is told of them.
pub fn switches(dice: &mut Dice) -> (Switches, Unshared) {
    let unshared = Unshared { workspace: dice.percent(25), chat: dice.percent(25) };
    let switches = Switches {
        owner_workspace_exec: dice.percent(50),
        workspace_sharing: !unshared.workspace,
        chat_sharing: !unshared.chat,
    };
    (switches, unshared)
}

fn uuid(text: &str) -> Uuid {
    Uuid::parse_str(text).unwrap()
}

fn some_uuid(text: &str) -> Option<Uuid> {
    (!text.is_empty()).then(|| uuid(text))
}

fn permission(from: &Permission) -> rbac::Permission {
    let wild = |text: &str| text == "*";
    rbac::Permission {
        resource: (!wild(&from.kind)).then(|| Resource::parse(&from.kind).unwrap()),
        action: (!wild(&from.action)).then(|| Action::parse(&from.action).unwrap()),
        negate: from.negate,
    }
}

/// A role as the code has it: for one place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Part {
    pub organization: Option<OrgId>,
    pub site: Vec<rbac::Permission>,
    pub user: Vec<rbac::Permission>,
    pub org: Vec<rbac::Permission>,
    pub member: Vec<rbac::Permission>,
}

impl Part {
    pub fn lists(&self) -> Lists<'_> {
        Lists { site: &self.site, user: &self.user, organization: &self.org, member: &self.member }
    }
}

/// The parts of roles or of a scope: one for anywhere and one for each organization.
pub fn parts<'a>(roles: impl IntoIterator<Item = &'a Role>) -> Vec<Part> {
    let list = |from: &[Permission]| from.iter().map(permission).collect::<Vec<_>>();
    let mut parts = Vec::new();
    for role in roles {
        parts.push(Part { site: list(&role.site), user: list(&role.user), ..Part::default() });
        parts.extend(role.organizations.iter().map(|within| Part {
            organization: Some(OrgId(uuid(&within.organization))),
            org: list(&within.org),
            member: list(&within.member),
            ..Part::default()
        }));
    }
    parts
}

/// The parts as roles that somebody holds, named by their place in the list.
pub fn held(parts: &[Part]) -> Vec<Held<'_>> {
    let named = parts.iter().enumerate().map(|(place, part)| Held {
        name: format!("role {place}").into(),
        organization: part.organization,
        lists: part.lists(),
    });
    named.collect()
}

fn roles(from: &oracle::Subject, switches: Switches) -> Roles {
    let groups = from.groups.iter().map(|id| uuid(id)).collect();
    Roles::of(&held(&parts(&from.roles)), switches).in_groups(groups)
}

fn key(from: &oracle::Subject) -> CompiledKey {
    let parts = parts([&from.scope]);
    let rights = Rights::join(parts.iter().map(|part| (part.lists(), part.organization)));
    CompiledKey { rights, list: allow_list(&from.allow_list) }
}

pub fn allow_list(from: &[oracle::Entry]) -> AllowList {
    let entry = |(kind, id): &oracle::Entry| AllowEntry { kind: kind.clone(), id: id.clone() };
    AllowList::read(&from.iter().map(entry).collect::<Vec<_>>()).unwrap()
}

pub fn subject(from: &oracle::Subject, switches: Switches) -> Subject {
    Subject::new(UserId(uuid(&from.id)), Arc::new(roles(from, switches)), Arc::new(key(from)))
}

pub fn object(from: &oracle::Object) -> rbac::Object {
    let mut object = rbac::Object::of(Resource::parse(&from.kind).unwrap());
    object.id = some_uuid(&from.id);
    object.owner = some_uuid(&from.owner);
    object.organization = some_uuid(&from.organization).map(OrgId);
    object.any_organization = from.any_org;
    object
}

fn acl(from: &Acl) -> Vec<AclEntry> {
    let entry = |(who, actions): &(String, Vec<String>)| {
        if actions.iter().any(|action| action == "*") {
            return AclEntry::everything(uuid(who));
        }
        let known: Vec<Action> = actions.iter().map(|action| Action::parse(action).unwrap()).collect();
        AclEntry::new(uuid(who), &known)
    };
    from.iter().map(entry).collect()
}
