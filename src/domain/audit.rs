//! The audit entries of the use-cases.

use super::ctx::{Backend, Ctx, Visitor};
use crate::model::ai_seat::SeatUse;
use crate::model::ids::{AuditId, OrgId, RequestId, UserId};
use crate::model::organization::Organization;
use crate::model::skill::SkillHead;
use crate::model::user::User;
use crate::rbac::RoleDefinition;
use crate::store::{AuditEvent, AuditTarget, Origin};

/// A user as the target of an entry.
pub fn user(user: &User) -> AuditTarget {
    AuditTarget { resource_type: "user", id: user.id.0, name: user.username.clone(), organization: None }
}

/// An organization as the target of an entry; it belongs to itself.
pub fn organization(of: &Organization) -> AuditTarget {
    let (id, name) = (of.id.0, of.name.clone());
    AuditTarget { resource_type: "organization", id, name, organization: Some(of.id) }
}

/// A membership as the target of an entry; it goes by its user.
pub fn member(organization: OrgId, of: &User) -> AuditTarget {
    let organization = Some(organization);
    AuditTarget { resource_type: "organization_member", organization, ..user(of) }
}

/// A role that an organization defines, as the target of an entry.
pub fn role(role: &RoleDefinition) -> AuditTarget {
    let organization = Some(role.organization);
    AuditTarget { resource_type: "custom_role", id: role.id.0, name: role.name.clone(), organization }
}

/// A key as the target of an entry; it goes by its owner and, for tokens, by its name.
pub fn key(owner: UserId, token_name: &str) -> AuditTarget {
    let name = token_name.to_owned();
    AuditTarget { resource_type: "api_key", id: owner.0, name, organization: None }
}

/// A user's key pair for git as the target of an entry; it goes by its public half.
pub fn git_key(owner: UserId, public: &str) -> AuditTarget {
    AuditTarget { resource_type: "git_ssh_key", id: owner.0, name: public.to_owned(), organization: None }
}

/// A skill as the target of an entry.
pub fn skill(of: &SkillHead) -> AuditTarget {
    AuditTarget { resource_type: "user_skill", id: of.id.0, name: of.name.clone(), organization: None }
}

/// The seat that a user's first use of AI features takes, as the target of an entry (ai-seats.md 2).
pub fn ai_seat(of: &SeatUse) -> AuditTarget {
    let name = "AI Seat".to_owned();
    AuditTarget { resource_type: "ai_seat", id: of.user.0, name, organization: None }
}

/// The key that a refused login did not make.
pub fn no_key() -> AuditTarget {
    key(UserId(uuid::Uuid::nil()), "")
}

impl Visitor {
    /// An entry for what this request does as `actor`, which it will answer with `status`.
    pub fn event(&self, actor: UserId, action: &'static str, target: AuditTarget, status: u16) -> AuditEvent {
        let origin = self.origin.clone();
        entry(&self.backend, actor, action, target, status, origin)
    }
}

impl Ctx {
    /// An entry for what this caller does.
    pub fn event(&self, action: &'static str, target: AuditTarget, status: u16) -> AuditEvent {
        self.visitor.event(self.me(), action, target, status)
    }
}

/// An entry for what the server does of itself to a user who is dormant no more, or from now on (logs.md).
pub fn by_dormancy(backend: &Backend, who: &User) -> AuditEvent {
    let origin = Origin { request: RequestId(uuid::Uuid::nil()), ip: None, user_agent: None };
    let mut event = entry(backend, who.id, "write", user(who), 200, origin);
    event.additional = of_dormancy();
    event
}

/// What an entry says besides when it is about somebody who is dormant no more, or from now on.
pub fn of_dormancy() -> Vec<(&'static str, String)> {
    vec![("automatic_actor", "coder".to_owned()), ("automatic_subsystem", "dormancy".to_owned())]
}

fn entry(
    backend: &Backend,
    actor: UserId,
    action: &'static str,
    target: AuditTarget,
    status: u16,
    origin: Origin,
) -> AuditEvent {
    let (id, time) = (AuditId(backend.ids.uuid()), backend.now());
    AuditEvent { id, time, actor, action, target, status, additional: Vec::new(), origin }
}
