//! The audit entries of the use-cases.
//!
//! What succeeds hands its entries to the commit that it tells of. What is about to be tried on something that the caller may see
//! is noted with [`Ctx::attempts`] as soon as that is loaded; when the request ends with a refusal, that note becomes the entry
//! (logs.md A3, rules 5 and 6).

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use serde_json::Map;
use uuid::Uuid;

use super::ctx::{Backend, Ctx, Visitor};
use crate::model::ai_seat::SeatUse;
use crate::model::audit::AuditedType;
use crate::model::group::Group;
use crate::model::ids::{AuditId, OrgId, RequestId, Secret, UserId};
use crate::model::key::ApiKey;
use crate::model::organization::{MemberWithUser, Organization};
use crate::model::skill::Skill;
use crate::model::user::{NewUser, User};
use crate::rbac::RoleDefinition;
use crate::store::audit::{GitKeyPair, GroupRecord, Membership, UserRecord};
use crate::store::{AuditEvent, AuditTarget, Diff, Origin};

pub use crate::model::audit::AuditAction as Action;

impl AuditTarget {
    /// The same with what became different.
    #[must_use]
    pub(super) fn with(self, diff: Diff) -> Self {
        Self { diff, ..self }
    }
}

fn target(resource_type: AuditedType, id: Uuid, name: &str, organization: Option<OrgId>) -> AuditTarget {
    AuditTarget { resource_type, id, name: name.to_owned(), organization, diff: Diff::default() }
}

/// A user as the target of an entry.
pub fn user(user: &User) -> AuditTarget {
    target(AuditedType::User, user.id.0, &user.username, None)
}

/// A user who was made.
pub fn created_user(new: &NewUser) -> AuditTarget {
    let record = UserRecord { password: new.password_hash.clone(), ..UserRecord::from(&new.user) };
    user(&new.user).with(Diff::created(&record))
}

/// A user who became another one; whatever neither side tells of is the same.
pub fn changed_user(old: &UserRecord, new: &UserRecord) -> AuditTarget {
    user(&new.user).with(Diff::changed(old, new))
}

/// A user who has another password now, and no one-time passcode any more.
pub fn other_password(
    of: &User,
    old: &Secret,
    passcode_until: Option<DateTime<Utc>>,
    new: &Secret,
) -> AuditTarget {
    let before = UserRecord { password: old.clone(), passcode_until, ..UserRecord::from(of) };
    let after = UserRecord { password: new.clone(), ..UserRecord::from(of) };
    changed_user(&before, &after)
}

/// A user who is deleted from now on; nothing else of it changes (logs.md A5).
pub fn deleted_user(gone: &User) -> AuditTarget {
    let after = User { deleted: true, ..gone.clone() };
    changed_user(&gone.into(), &UserRecord::from(&after))
}

/// An organization as the target of an entry; it belongs to itself.
pub fn organization(of: &Organization) -> AuditTarget {
    target(AuditedType::Organization, of.id.0, &of.name, Some(of.id))
}

/// A membership as the target of an entry; it goes by its user.
pub fn member(organization: OrgId, of: &User) -> AuditTarget {
    target(AuditedType::OrganizationMember, of.id.0, &of.username, Some(organization))
}

/// A membership with the name of its user, as it is compared.
pub fn membership(of: &MemberWithUser) -> Membership {
    Membership { member: of.member.clone(), username: of.user.username.clone() }
}

/// A role that an organization defines, as the target of an entry.
pub fn role(role: &RoleDefinition) -> AuditTarget {
    target(AuditedType::CustomRole, role.id.0, &role.name, Some(role.organization))
}

/// A group as the target of an entry.
pub fn group(of: &Group) -> AuditTarget {
    target(AuditedType::Group, of.id.0, &of.name, Some(of.organization))
}

/// A group with some of those who are in it, as it is compared.
pub fn group_with(of: &Group, members: BTreeSet<UserId>) -> GroupRecord {
    GroupRecord { group: of.clone(), members }
}

/// A key as the target of an entry; it goes by its owner and, for tokens, by its name.
pub fn key(owner: UserId, token_name: &str) -> AuditTarget {
    target(AuditedType::ApiKey, owner.0, token_name, None)
}

/// The same for a key that is there.
pub fn this_key(key: &ApiKey) -> AuditTarget {
    self::key(key.user, &key.token_name)
}

/// A user's key pair for git as the target of an entry; it goes by its public half.
pub fn git_key(owner: UserId, public: &str) -> AuditTarget {
    target(AuditedType::GitSshKey, owner.0, public, None)
}

/// A key pair in the place of another, if there was one.
pub fn other_git_key(owner: UserId, old: Option<String>, public: &str, private: &Secret) -> AuditTarget {
    let new = GitKeyPair { user: owner, public: public.to_owned(), private: Some(private.clone()) };
    let old = old.map(|public| GitKeyPair { user: owner, public, private: None });
    git_key(owner, public).with(Diff::between(old.as_ref(), Some(&new)))
}

/// The beginning of a change of how a user logs in, as the target of an entry; it goes by what the user wants to log in by.
pub fn conversion(user: UserId, to: &str) -> AuditTarget {
    target(AuditedType::ConvertLogin, user.0, to, None)
}

/// A skill that was made, changed or taken away, as the target of an entry: what it was before, and what it is now.
pub fn skill(old: Option<&Skill>, new: Option<&Skill>) -> Option<AuditTarget> {
    let head = &new.or(old)?.head;
    Some(target(AuditedType::UserSkill, head.id.0, &head.name, None).with(Diff::between(old, new)))
}

/// The seat that a user's first use of AI features takes, as the target of an entry (ai-seats.md 2).
pub fn ai_seat(of: &SeatUse) -> AuditTarget {
    target(AuditedType::AiSeat, of.user.0, "AI Seat", None).with(Diff::created(of))
}

/// The key that a refused login did not make.
pub fn no_key() -> AuditTarget {
    key(UserId(Uuid::nil()), "")
}

/// What a request is about to do, for the case that it is refused.
#[derive(Debug, Clone, Default)]
pub struct Attempt(Arc<Mutex<Option<Noted>>>);

#[derive(Debug, Clone)]
struct Noted {
    actor: UserId,
    action: Action,
    target: AuditTarget,
    additional: Map<String, serde_json::Value>,
    /// Whether the time an answer takes must not tell that there is something to be noted.
    unheard: bool,
}

impl Attempt {
    fn note(&self, noted: Noted) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(noted);
    }

    fn take(&self) -> Option<Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// From here on a status is a refusal or a failure.
const REFUSED: u16 = 400;
/// From here on a status is a failure of ours, which may be one of the database.
const FAILED: u16 = 500;

impl Visitor {
    /// An entry for what this request does as `actor`, which it will answer with `status`.
    pub fn event(&self, actor: UserId, action: Action, target: AuditTarget, status: u16) -> AuditEvent {
        let origin = self.origin.clone();
        entry(&self.backend, actor, action, target, status, origin)
    }

    /// Notes what this request tries as somebody who has shown no key. Should it be refused, the entry is written beside the
    /// answer: how long that takes must not tell who is known.
    pub fn attempts_unheard(&self, actor: UserId, action: Action, target: AuditTarget) {
        self.attempt.note(Noted { actor, action, target, additional: Map::new(), unheard: true });
    }

    /// Notes what a part of the server tries in the name of `actor`, for the case that it is refused.
    pub fn attempts_as(&self, subsystem: &str, actor: UserId, target: AuditTarget) {
        let additional = of_subsystem(subsystem);
        self.attempt.note(Noted { actor, action: Action::Write, target, additional, unheard: false });
    }

    /// Tells the log of what was tried and refused, if there was anything to be tried on. A failure is only logged.
    pub async fn conclude(&self, status: u16) {
        let Some(noted) = self.attempt.take().filter(|_| status >= REFUSED) else { return };
        let Noted { actor, action, target, additional, unheard } = noted;
        let mut event = self.event(actor, action, target, status);
        event.additional = additional;
        let store = self.backend.store.clone();
        let writing = async move {
            let written = async { store.write().await?.commit(vec![event]).await };
            if let Err(error) = written.await {
                tracing::warn!(%error, "a refused attempt is not in the audit log");
            }
        };
        // Whoever waits for a database that is away does not wait twice.
        if unheard || status >= FAILED {
            self.backend.background.spawn(writing);
        } else {
            writing.await;
        }
    }
}

impl Ctx {
    /// An entry for what this caller does.
    pub fn event(&self, action: Action, target: AuditTarget, status: u16) -> AuditEvent {
        self.visitor.event(self.me(), action, target, status)
    }

    /// Notes what this caller tries to do to something that it may see, for the case that it is refused.
    pub fn attempts(&self, action: Action, target: AuditTarget) {
        let (actor, additional) = (self.me(), Map::new());
        self.visitor.attempt.note(Noted { actor, action, target, additional, unheard: false });
    }
}

/// An entry for what the server does of itself to a user who is dormant no more, or from now on (logs.md).
pub fn by_dormancy(backend: &Backend, old: &User, new: &User) -> AuditEvent {
    let origin = Origin { request: RequestId(Uuid::nil()), ip: None, user_agent: None };
    let changed = changed_user(&old.into(), &new.into());
    let mut event = entry(backend, new.id, Action::Write, changed, 200, origin);
    event.additional = of_dormancy();
    event
}

/// What an entry says besides when it is about somebody who is dormant no more, or from now on.
pub fn of_dormancy() -> Map<String, serde_json::Value> {
    let mut facts = of_subsystem("dormancy");
    facts.insert("automatic_actor".to_owned(), "coder".into());
    facts
}

/// What an entry says besides when a part of the server did it in the name of the user that it is about (logs.md A3).
pub fn of_subsystem(subsystem: &str) -> Map<String, serde_json::Value> {
    [("automatic_subsystem".to_owned(), subsystem.into())].into_iter().collect()
}

fn entry(
    backend: &Backend,
    actor: UserId,
    action: Action,
    target: AuditTarget,
    status: u16,
    origin: Origin,
) -> AuditEvent {
    debug_assert!(target.organization.is_some() || !target.resource_type.needs_organization(), "{target:?}");
    let (id, time) = (AuditId(backend.ids.uuid()), backend.now());
    AuditEvent { id, time, actor, action, target, status, additional: Map::new(), origin }
}
