//! Subjects and objects from the short texts that rbac.md 17 writes its decisions in.

use std::sync::Arc;

use uuid::Uuid;

use crate::model::ids::{OrgId, UserId};
use crate::model::key::AllowEntry;
use crate::model::organization::Sharing;
use crate::rbac::builtin::{Builtin, implied_role, organization_role, site_role};
use crate::rbac::{Action, CompiledKey, Object, Permission, Resource, Roles, Subject, decide};

/// The id that goes by this name in the texts.
pub fn id(name: &str) -> Uuid {
    let known = ["me", "x", "w1", "w2", "g1", "A", "B"];
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
    decide(&speaker(subject), Action::parse(action).unwrap(), &object(thing)).allowed
}

/// `type key=value …`, with the keys `id`, `owner` and `org`, and the flag `any_org`.
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
            _ => panic!("{word} means nothing"),
        }
    }
    object
}

/// `roles`, `roles; scopes` or `roles; scopes; allow list`: `me` with exactly these roles, through such a key.
pub fn speaker(text: &str) -> Subject {
    let mut parts = text.split(';').map(str::trim);
    let mut roles = Roles::default();
    for name in parts.next().unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let (name, place) = name.split_once('@').map_or((name, None), |(name, place)| (name, Some(place)));
        let (place, mode) = place.map_or((None, ""), |place| split_mode(place));
        hold(&mut roles, &role(name, mode), place.map(organization));
    }
    let key = match (parts.next(), parts.next()) {
        (None, _) => CompiledKey::everything(),
        (Some(scopes), list) => key(scopes, list.unwrap_or("*:*")),
    };
    Subject::new(UserId(id("me")), Arc::new(roles), Arc::new(key))
}

/// `A(mode)` or `A`.
fn split_mode(place: &str) -> (Option<&str>, &str) {
    match place.split_once('(') {
        Some((place, mode)) => (Some(place), mode.trim_end_matches(')')),
        None => (Some(place), "everyone"),
    }
}

/// Adds a role just so, without the ones that come with being a user or a member.
pub fn hold(roles: &mut Roles, role: &Builtin, organization: Option<OrgId>) {
    roles.site.add(&role.site);
    roles.user.add(&role.user);
    if let Some(organization) = organization {
        let levels = roles.organizations.entry(organization).or_default();
        levels.organization.add(&role.organization);
        levels.member.add(&role.member);
    }
}

/// The role that the contract abbreviates so.
fn role(short: &str, mode: &str) -> Builtin {
    let sharing = || Sharing::parse(mode).unwrap_or_else(|| panic!("no sharing mode {mode:?}"));
    let site = |name| site_role(name).unwrap().clone();
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
        "templates" => Builtin {
            organization: vec![template(Action::Read), template(Action::Update)],
            ..Builtin::default()
        },
        _ => panic!("no role is called {short}"),
    }
}

/// A key with these scopes and this allow list, each separated by blanks.
pub fn key(scopes: &str, list: &str) -> CompiledKey {
    let scopes: Vec<String> = scopes.split_whitespace().flat_map(scope_names).collect();
    let entries: Vec<AllowEntry> = list.split_whitespace().map(entry).collect();
    CompiledKey::compile(&scopes, &entries).unwrap()
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
