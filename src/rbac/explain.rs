//! Decisions with all that led to them, for people who ask why.

use std::sync::Arc;

use super::acl::Acl;
use super::action::Action;
use super::ask::Ask;
use super::assign::Granted;
use super::decide::{Decision, Reason, decide_shared};
use super::held::{CustomRole, Held, held};
use super::key_scope::CompiledKey;
use super::object::Object;
use super::permission::Permission;
use super::subject::{Roles, Subject};
use super::switches::Switches;
use crate::model::user::Person;

/// Whose rights are asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The user with memberships.
    pub person: &'a Person,
    /// The organizations' own roles that the user may hold.
    pub custom: &'a [CustomRole],
    /// How the deployment is switched.
    pub switches: Switches,
    /// The key through which the user would act.
    pub key: &'a Arc<CompiledKey>,
}

/// Why a decision came out as it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The decision itself, made by the same function as any other.
    pub decision: Decision,
    /// What it would be without the narrowing of the key: by roles and by whom the object is shared with.
    pub by_roles: Decision,
    /// The lines of roles that settled [`Explanation::by_roles`]; none when no role says anything.
    pub lines: Vec<RoleLine>,
}

/// A line of a role that bears on a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleLine {
    /// The role, with its organization.
    pub role: Granted,
    /// The line.
    pub permission: Permission,
}

/// Somebody whose roles are looked through, ready for any number of questions.
#[derive(Debug)]
pub struct Explainer<'a> {
    held: Vec<Held<'a>>,
    subject: Subject,
}

impl<'a> Explainer<'a> {
    /// Joins the roles.
    pub fn new(Asked { person, custom, switches, key }: Asked<'a>) -> Self {
        let held = held(person, custom, switches);
        let groups = person.groups().map(|id| id.0).collect();
        let roles = Arc::new(Roles::of(&held, switches).in_groups(groups));
        Self { held, subject: Subject::new(person.user.id, roles, key.clone()) }
    }

    /// Decides, and says why. No action is a word that names none.
    pub fn explain(&self, action: Option<Action>, object: &Object, acl: Acl<'_>) -> Explanation {
        explain_held(&self.held, &self.subject, action, object, acl)
    }
}

/// The same for a subject that was compiled from these roles.
pub(super) fn explain_held(
    held: &[Held<'_>],
    subject: &Subject,
    action: Option<Action>,
    object: &Object,
    acl: Acl<'_>,
) -> Explanation {
    let unbound = Subject { key: Arc::new(CompiledKey::everything()), ..subject.clone() };
    let by_roles = decide_shared(&unbound, action, object, acl);
    let settling = held.iter().filter(|role| settles(role, subject, by_roles, action, object));
    let lines = settling.flat_map(|role| lines(role, by_roles, action, object)).collect();
    Explanation { decision: decide_shared(subject, action, object, acl), by_roles, lines }
}

/// Whether the place where a role is held is one that settled it. Of any organization the best vote counts, so that those
/// which voted worse did not.
fn settles(
    role: &Held<'_>,
    subject: &Subject,
    by_roles: Decision,
    action: Option<Action>,
    object: &Object,
) -> bool {
    let of_organization = matches!(by_roles.reason, Reason::Organization | Reason::OrganizationMember);
    if !of_organization || !object.any_organization {
        return !of_organization || role.organization == object.organization;
    }
    let Some(id) = role.organization else { return false };
    let there = Object { any_organization: false, ..object.within(id) };
    let own = object.owner == Some(subject.id.0);
    let votes = subject.roles.rights.votes(Ask::new(object.resource, action), &there, own);
    let vote = if by_roles.reason == Reason::Organization { votes.organization } else { votes.member };
    (vote > 0) == by_roles.allowed
}

/// The lines of one role on the level that settled it, with the sign that did.
fn lines(role: &Held<'_>, by_roles: Decision, action: Option<Action>, object: &Object) -> Vec<RoleLine> {
    let list = match by_roles.reason {
        Reason::Site => role.lists.site,
        Reason::User => role.lists.user,
        Reason::Organization => role.lists.organization,
        Reason::OrganizationMember => role.lists.member,
        _ => return Vec::new(),
    };
    let speaks = |line: &&Permission| line.negate != by_roles.allowed && line.covers(object.resource, action);
    let entry = |permission: &Permission| RoleLine { role: role.granted(), permission: *permission };
    list.iter().filter(speaks).map(entry).collect()
}
