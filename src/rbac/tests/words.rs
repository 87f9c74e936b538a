//! Subjects and objects from the short texts that rbac.md 17 writes its decisions in.

use std::sync::Arc;

use uuid::Uuid;

use crate::model::ids::{OrgId, UserId};
use crate::model::key::AllowEntry;
use crate::model::organization::Sharing;
use crate::rbac::builtin::{Builtin, implied_role, organization_role, site_role};
use crate::rbac::held::Held;
use crate::rbac::rights::{Lists, Rights};
use crate::rbac::{
    Acl, AclEntry, Action, AllowList, CompiledKey, Object, Permission, Resource, Roles, Subject, Switches,
    decide_shared,
};

/// The id that goes by this name in the texts.
pub fn id(name: &str) -> Uuid {
    let known = ["me", "x", "w1", "w2", "g1", "A", "B", "G"];
    let place =
        known.iter().position(|one| *one == name).unwrap_or_else(|| panic!("nobody is called {name}"));
    Uuid::from_u128(place as u128 + 1)
}

/// The organization that goes by this name.
pub fn organization(name: &str) -> OrgId {
    OrgId(id(name))
}

/// The answer to one question.
pub fn allowed(subject: &str, action: &str, thing: &str) -> bool {
    let (users, groups) = (shared(thing, "user-acl="), shared(thing, "group-acl="));
    let acl = Acl { users: &users, groups: &groups, itself: None };
    decide_shared(&speaker(subject), Action::parse(action), &object(thing), acl).allowed
}

/// The entries `<prefix><who>:<verb>,…` of a thing.
fn shared(thing: &str, prefix: &str) -> Vec<AclEntry> {
    let entries = thing.split_whitespace().filter_map(|word| word.strip_prefix(prefix)?.split_once(':'));
    let entry = |(who, verbs): (&str, &str)| match verbs {
        "*" => AclEntry::everything(id(who)),
        verbs => {
            AclEntry::new(id(who), &verbs.split(',').map(|v| Action::parse(v).unwrap()).collect::<Vec<_>>())
        }
    };
    entries.map(entry).collect()
}

/// `type key=value …`, with the keys `id`, `owner` and `org`, and the flag `any_org`; `user-acl` and `group-acl` are read
/// elsewhere.
pub fn object(text: &str) -> Object {
    let mut words = text.split_whitespace();
    let kind = words.next().and_then(Resource::parse);
    let mut object = Object::of(kind.unwrap_or_else(|| panic!("no type in {text:?}")));
    for word in words {
        match word.split_once('=') {
            Some(("id", name)) => object.id = Some(id(name)),
            Some(("owner", name)) => object.owner = Some(id(name)),
            Some(("org", name)) => object.organization = Some(organization(name)),
            None if word == "any_org" => object.any_organization = true,
            Some(("user-acl" | "group-acl", _)) => {}
            _ => panic!("{word} means nothing"),
        }
    }
    object
}

/// `roles`, `roles; scopes` or `roles; scopes; allow list`: `me` with exactly these roles, through such a key.
pub fn speaker(text: &str) -> Subject {
    let mut parts = text.split(';').map(str::trim);
    let (mut held, mut groups, mut switches) = (Vec::new(), Vec::new(), Switches::default());
    for name in parts.next().unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if let Some(group) = name.strip_prefix("in ") {
            groups.push(id(group));
            continue;
        }
        if switch(&mut switches, name) {
            continue;
        }
        let (name, place) = name.split_once('@').map_or((name, None), |(name, place)| (name, Some(place)));
        let (place, mode) = place.map_or((None, ""), |place| split_mode(place));
        held.push((name, mode, place.map(organization)));
    }
    let held: Vec<(Builtin, Option<OrgId>)> =
        held.into_iter().map(|(name, mode, place)| (role(name, mode, switches), place)).collect();
    let key = match (parts.next(), parts.next()) {
        (None, _) => CompiledKey::everything(),
        (Some(scopes), list) => key(scopes, list.unwrap_or("*:*")),
    };
    let roles = roles(&held, switches).in_groups(groups);
    Subject::new(UserId(id("me")), Arc::new(roles), Arc::new(key))
}

/// `A(mode)` or `A`.
fn split_mode(place: &str) -> (Option<&str>, &str) {
    match place.split_once('(') {
        Some((place, mode)) => (Some(place), mode.trim_end_matches(')')),
        None => (Some(place), "everyone"),
    }
}

/// Throws a switch of the deployment, if the word is one.
fn switch(switches: &mut Switches, word: &str) -> bool {
    match word {
        "no exec" => switches.owner_workspace_exec = false,
        "no workspace sharing" => switches.workspace_sharing = false,
        "no chat sharing" => switches.chat_sharing = false,
        _ => return false,
    }
    true
}

/// Joins roles just so, without the ones that come with being a user or a member.
pub fn roles(held: &[(Builtin, Option<OrgId>)], switches: Switches) -> Roles {
    let held = held.iter().map(|(role, organization)| Held {
        name: role.name.into(),
        organization: *organization,
        lists: role.into(),
    });
    Roles::of(&held.collect::<Vec<_>>(), switches)
}

/// The role that the contract abbreviates so.
fn role(short: &str, mode: &str, switches: Switches) -> Builtin {
    let sharing = || Sharing::parse(mode).unwrap_or_else(|| panic!("no sharing mode {mode:?}"));
    let site = |name| site_role(name, switches).unwrap().clone();
    let of_organization = |name| organization_role(name).unwrap().clone();
    match short {
        "M" => site("member"),
        "OWN" => site("owner"),
        "UA" => site("user-admin"),
        "TA" => site("template-admin"),
        "AUD" => site("auditor"),
        "OM" => implied_role(false, sharing()).clone(),
        "SA" => implied_role(true, sharing()).clone(),
        "OA" => of_organization("organization-admin"),
        "OAud" => of_organization("organization-auditor"),
        "OU" => of_organization("organization-user-admin"),
        "OT" => of_organization("organization-template-admin"),
        "BAN" => of_organization("organization-workspace-creation-ban"),
        "AG" => of_organization("agents-access"),
        _ => made_up(short),
    }
}

/// The roles that exist in the contract's examples only.
fn made_up(short: &str) -> Builtin {
    let denial = || vec![Permission { resource: None, action: None, negate: true }];
    let reading = || vec![Permission { resource: None, action: Some(Action::Read), negate: false }];
    let template = |action| Permission::grant(Resource::Template, action);
    match short {
        "site-deny" => Builtin { site: denial(), ..Builtin::default() },
        "user-deny" => Builtin { user: denial(), ..Builtin::default() },
        "org-deny" => Builtin { organization: denial(), ..Builtin::default() },
        "RO" => Builtin { organization: reading(), user: reading(), ..Builtin::default() },
        "nothing" => Builtin::default(),
        "templates" => Builtin {
            organization: vec![template(Action::Read), template(Action::Update)],
            ..Builtin::default()
        },
        _ => panic!("no role is called {short}"),
    }
}

/// A key with these scopes and this allow list, each separated by blanks.
pub fn key(scopes: &str, list: &str) -> CompiledKey {
    if scopes == "A-workspace:read" {
        return key_of_organization(list);
    }
    let scopes: Vec<String> = scopes.split_whitespace().flat_map(scope_names).collect();
    let entries: Vec<AllowEntry> = list.split_whitespace().map(entry).collect();
    CompiledKey::compile(&scopes, &entries).unwrap()
}

/// A scope as the server has none: `workspace:read` in the organization A.
fn key_of_organization(list: &str) -> CompiledKey {
    let read = [Permission::grant(Resource::Workspace, Action::Read)];
    let lists = Lists { organization: &read, ..Lists::default() };
    let entries: Vec<AllowEntry> = list.split_whitespace().map(entry).collect();
    let list = AllowList::read(&entries).unwrap();
    CompiledKey { rights: Rights::join([(lists, Some(organization("A")))]), list }
}

/// `minus-user` stands for every verb on every type but `user`.
fn scope_names(scope: &str) -> Vec<String> {
    if scope != "minus-user" {
        return vec![scope.to_owned()];
    }
    let others = Resource::ALL.iter().filter(|resource| **resource != Resource::User);
    others.map(|resource| format!("{}:*", resource.as_str())).collect()
}

fn entry(text: &str) -> AllowEntry {
    let (kind, name) = text.split_once(':').unwrap();
    let id = if name == "*" { name.to_owned() } else { id(name).to_string() };
    AllowEntry { kind: kind.to_owned(), id }
}
