//! What decisions are about.

use uuid::Uuid;

use super::acl::Acl;
use super::resource::Resource;
use crate::model::ai_seat::{SeatState, SeatUse};
use crate::model::audit::{AuditEntry, NewAuditEntry};
use crate::model::ids::OrgId;
use crate::model::key::ApiKey;
use crate::model::organization::{Member, MemberWithUser, Organization};
use crate::model::user::{NewUser, Person, User};

/// The thing that somebody wants to act on, as far as decisions look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object {
    /// Its type.
    pub resource: Resource,
    /// Its id, if it has one and it is a UUID.
    pub id: Option<Uuid>,
    /// The user it belongs to.
    pub owner: Option<Uuid>,
    /// The organization it belongs to.
    pub organization: Option<OrgId>,
    /// Asks "in any of my organizations" instead of in one.
    pub any_organization: bool,
}

impl Object {
    /// Any thing of a type.
    pub const fn of(resource: Resource) -> Self {
        Self { resource, id: None, owner: None, organization: None, any_organization: false }
    }

    /// Whether it is in any organization and in a certain one at once, which nothing is. The nil id is no certain one.
    pub(super) fn contradicts_itself(&self) -> bool {
        self.any_organization && self.organization.is_some_and(|id| !id.0.is_nil())
    }

    /// Some thing of a type in any organization of whoever asks.
    pub const fn anywhere(resource: Resource) -> Self {
        Self { any_organization: true, ..Self::of(resource) }
    }

    /// The same, in an organization.
    #[must_use]
    pub const fn within(mut self, organization: OrgId) -> Self {
        self.organization = Some(organization);
        self
    }

    /// The same, belonging to a user.
    #[must_use]
    pub const fn owned_by(mut self, owner: Uuid) -> Self {
        self.owner = Some(owner);
        self
    }

    /// The same, with its id.
    #[must_use]
    pub const fn with_id(mut self, id: Uuid) -> Self {
        self.id = Some(id);
        self
    }
}

/// A membership to be made.
#[derive(Debug, Clone)]
pub struct NewMember(pub Member);

/// Every membership of an organization.
#[derive(Debug, Clone, Copy)]
pub struct AllMembers(pub OrgId);

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewKey(pub ApiKey);

/// Every key that ended, whoever owns it.
#[derive(Debug, Clone, Copy)]
pub struct EndedKeys;

/// Every entry of the audit log that is not kept any longer. Nobody deletes others, and nobody by the API.
#[derive(Debug, Clone, Copy)]
pub struct OldEntries;

/// A thing that decisions can be about (rbac.md 11).
pub trait Target {
    /// How the authorization model sees it.
    fn object(&self) -> Object;

    /// Whom it is shared with.
    fn acl(&self) -> Acl<'_> {
        Acl::NONE
    }
}

impl Target for Object {
    fn object(&self) -> Object {
        *self
    }
}

impl<T: Target> Target for &T {
    fn object(&self) -> Object {
        (**self).object()
    }

    fn acl(&self) -> Acl<'_> {
        (**self).acl()
    }
}

impl<T: Target> Target for std::sync::Arc<T> {
    fn object(&self) -> Object {
        (**self).object()
    }

    fn acl(&self) -> Acl<'_> {
        (**self).acl()
    }
}

impl Target for User {
    fn object(&self) -> Object {
        Object::of(Resource::User).with_id(self.id.0).owned_by(self.id.0)
    }
}

impl Target for Person {
    fn object(&self) -> Object {
        self.user.object()
    }
}

/// A user that is not there yet belongs to nobody.
impl Target for NewUser {
    fn object(&self) -> Object {
        Object::of(Resource::User)
    }
}

/// A membership that is not there yet has an id, that of its user, and no owner.
impl Target for NewMember {
    fn object(&self) -> Object {
        let Self(member) = self;
        Object::of(Resource::OrganizationMember).with_id(member.user.0).within(member.organization)
    }
}

/// All members of an organization at once.
impl Target for AllMembers {
    fn object(&self) -> Object {
        Object::of(Resource::OrganizationMember).within(self.0)
    }
}

/// A key that is not there yet has no id.
impl Target for NewKey {
    fn object(&self) -> Object {
        Object::of(Resource::ApiKey).owned_by(self.0.user.0)
    }
}

impl Target for ApiKey {
    fn object(&self) -> Object {
        Object::of(Resource::ApiKey).owned_by(self.user.0)
    }
}

/// Seats belong to nobody: who uses one neither takes nor gives it.
impl Target for SeatUse {
    fn object(&self) -> Object {
        Object::of(Resource::AiSeat)
    }
}

impl Target for SeatState {
    fn object(&self) -> Object {
        Object::of(Resource::AiSeat)
    }
}

/// Keys of many owners at once.
impl Target for EndedKeys {
    fn object(&self) -> Object {
        Object::of(Resource::ApiKey)
    }
}

impl Target for Organization {
    fn object(&self) -> Object {
        Object::of(Resource::Organization).with_id(self.id.0).within(self.id)
    }
}

impl Target for Member {
    fn object(&self) -> Object {
        let user = self.user.0;
        Object::of(Resource::OrganizationMember).with_id(user).owned_by(user).within(self.organization)
    }
}

impl Target for MemberWithUser {
    fn object(&self) -> Object {
        self.member.object()
    }
}

/// An entry belongs to its organization, if it has one, and to nobody (logs.md A7).
impl Target for AuditEntry {
    fn object(&self) -> Object {
        Object { organization: self.organization, ..Object::of(Resource::AuditLog).with_id(self.id.0) }
    }
}

impl Target for NewAuditEntry {
    fn object(&self) -> Object {
        Object { organization: self.organization, ..Object::of(Resource::AuditLog) }
    }
}

impl Target for OldEntries {
    fn object(&self) -> Object {
        Object::of(Resource::System)
    }
}
