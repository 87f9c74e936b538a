//! The roles as a table that people review: what each allows by itself, asked of the decision that the server makes.

use std::fmt::Write;
use std::sync::Arc;

use uuid::Uuid;

use super::action::Action;
use super::builtin::{self, Builtin, MEMBER, SITE_ROLES};
use super::decide::{Reason, decide};
use super::held::Held;
use super::key_scope::CompiledKey;
use super::object::Object;
use super::resource::Resource;
use super::subject::{Roles, Subject};
use super::switches::Switches;
use crate::model::ids::{OrgId, UserId};
use crate::model::organization::Sharing;

/// Whom the tables are about.
pub const EXAMPLE_USER: UserId = UserId(Uuid::from_u128(1));
/// Somebody else.
pub const EXAMPLE_STRANGER: UserId = UserId(Uuid::from_u128(2));
/// The organization that the tables are about.
pub const EXAMPLE_ORGANIZATION: OrgId = OrgId(Uuid::from_u128(3));

const PREAMBLE: &str = "\
# Made from src/rbac by `just gen`; edit the roles there instead.
#
# What each role of the server allows by itself, asked of the function that makes every decision.
#
#   all       everything, wherever it is and whoever owns it
#   org       everything in the organization that the role is held in
#   own       what the holder owns, when it is in no organization
#   mine      what the holder owns in the organization that the role is held in
#   never, not org, not own, not mine
#             the same as refusals: they beat what any other role grants at that level
#   .         nothing is said; when no role says anything, the answer is no
#
# Everybody holds `member`. Members of an organization hold `organization-member` there, service accounts
# `organization-service-account`; what these say depends on how workspaces are shared in the organization.
";

/// The text of the table.
pub fn roles_table() -> String {
    let site =
        SITE_ROLES.iter().chain([&MEMBER]).filter_map(|name| builtin::site_role(name, Switches::default()));
    let organization = builtin::organization_roles();
    let mut out = PREAMBLE.to_owned();
    section(&mut out, "Site roles", site.map(|role| (short(role.name), role)).collect());
    section(&mut out, "Organization roles", organization.map(|role| (short(role.name), role)).collect());
    for service_account in [false, true] {
        let modes = Sharing::ALL.iter().map(|mode| (*mode, builtin::implied_role(service_account, *mode)));
        let title = builtin::implied_role(service_account, Sharing::Everyone).name;
        section(
            &mut out,
            &format!("{title}, by who may share workspaces"),
            modes.map(|(mode, role)| (mode.as_str(), role)).collect(),
        );
    }
    out
}

fn short(name: &str) -> &str {
    name.strip_prefix("organization-").unwrap_or(name)
}

fn section(out: &mut String, title: &str, roles: Vec<(&str, &'static Builtin)>) {
    let _ = writeln!(out, "\n## {title}\n");
    let _ = write!(out, "{:42}", "");
    let width = |name: &str| name.len().max("not mine".len()) + 2;
    roles.iter().for_each(|(name, _)| {
        let _ = write!(out, "{name:width$}", width = width(name));
    });
    let pairs = Resource::ALL
        .iter()
        .flat_map(|resource| resource.actions().iter().map(move |action| (*resource, *action)));
    for (resource, action) in pairs {
        trim(out);
        let _ = write!(out, "\n{:42}", format!("{}:{}", resource.as_str(), action.as_str()));
        for (name, role) in &roles {
            let _ = write!(out, "{:width$}", cell(role, resource, action), width = width(name));
        }
    }
    trim(out);
    out.push('\n');
}

fn trim(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
}

/// What one role says of one verb on one type.
fn cell(role: &'static Builtin, resource: Resource, action: Action) -> String {
    let subject = subject(vec![(role, Some(EXAMPLE_ORGANIZATION))]);
    let (any, own) = (Object::of(resource), Object::of(resource).owned_by(EXAMPLE_USER.0));
    let says = |object: Object, level: Reason, yes: &'static str, no: &'static str| {
        let decision = decide(&subject, action, &object);
        (decision.reason == level).then_some(if decision.allowed { yes } else { no })
    };
    if let Some(site) = says(any, Reason::Site, "all", "never") {
        return site.to_owned();
    }
    let here = says(any.within(EXAMPLE_ORGANIZATION), Reason::Organization, "org", "not org");
    let own_here = says(own.within(EXAMPLE_ORGANIZATION), Reason::OrganizationMember, "mine", "not mine");
    let words: Vec<_> =
        [says(own, Reason::User, "own", "not own"), here, own_here].into_iter().flatten().collect();
    if words.is_empty() { ".".to_owned() } else { words.join("+") }
}

fn subject(held: Vec<(&'static Builtin, Option<OrgId>)>) -> Subject {
    let one = |(role, organization): (&'static Builtin, _)| Held {
        name: role.name.into(),
        organization,
        lists: role.into(),
    };
    let held: Vec<_> = held.into_iter().map(one).collect();
    let roles = Roles::of(&held, Switches::default());
    Subject::new(EXAMPLE_USER, Arc::new(roles), Arc::new(CompiledKey::everything()))
}

/// Somebody as an example: with these site roles and, for a member of [`EXAMPLE_ORGANIZATION`], these roles in it. What is
/// implied is held as well.
pub fn example(site: &[&str], organization: Option<&[&str]>) -> Subject {
    let site = site.iter().chain([&MEMBER]).filter_map(|name| builtin::site_role(name, Switches::default()));
    let here = Some(EXAMPLE_ORGANIZATION);
    let implied = organization.map(|_| builtin::implied_role(false, Sharing::Everyone));
    let named = organization.into_iter().flatten().filter_map(|name| builtin::organization_role(name));
    subject(
        site.map(|role| (role, None))
            .chain(implied.into_iter().chain(named).map(|role| (role, here)))
            .collect(),
    )
}
