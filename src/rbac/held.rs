//! The roles that a person holds, one by one: what decisions join and explanations name.

use std::borrow::Cow;

use super::assign::Granted;
use super::builtin::{self, Builtin, MEMBER};
use super::permission::Permission;
use super::rights::Lists;
use super::switches::Switches;
use crate::model::ids::OrgId;
use crate::model::user::{Membership, Person};

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

/// A role that somebody holds, with its permissions.
#[derive(Debug, Clone)]
pub(super) struct Held<'a> {
    pub(super) name: Cow<'static, str>,
    /// Where it is held; none for site roles.
    pub(super) organization: Option<OrgId>,
    pub(super) lists: Lists<'a>,
}

impl Held<'_> {
    pub(super) fn granted(&self) -> Granted {
        Granted { name: self.name.clone(), organization: self.organization }
    }
}

/// The roles of a person: the stored ones, the implied ones, and those of `custom` that the person holds. A name that means
/// nothing any more is passed over (rbac.md 4).
pub(super) fn held<'a>(person: &'a Person, custom: &'a [CustomRole], switches: Switches) -> Vec<Held<'a>> {
    let stored = person.user.roles.iter().map(String::as_str).filter(|name| *name != MEMBER);
    let site = stored.chain([MEMBER]).filter_map(|name| builtin::site_role(name, switches));
    let mut all: Vec<Held<'a>> = site.map(|role| built_in(role, None)).collect();
    for membership in &person.memberships {
        let implied = builtin::implied_role(person.user.is_service_account, membership.sharing);
        all.push(built_in(implied, Some(membership.organization)));
        all.extend(membership.roles.iter().filter_map(|name| of_organization(name, membership, custom)));
    }
    all
}

fn built_in(role: &'static Builtin, organization: Option<OrgId>) -> Held<'static> {
    Held { name: Cow::Borrowed(role.name), organization, lists: role.into() }
}

fn of_organization<'a>(name: &str, membership: &Membership, custom: &'a [CustomRole]) -> Option<Held<'a>> {
    let organization = membership.organization;
    if let Some(role) = builtin::organization_role(name) {
        return Some(built_in(role, Some(organization)));
    }
    let role = custom.iter().find(|role| role.organization == organization && role.name == name)?;
    let lists = Lists { organization: &role.permissions, ..Lists::default() };
    Some(Held { name: Cow::Owned(role.name.clone()), organization: Some(organization), lists })
}
