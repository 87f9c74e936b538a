//! Groups as things that decisions are about (rbac.md 11).
//!
//! A group belongs to its organization and to nobody. It keeps no list of those it is shared with: whoever is in it may read it. That
//! goes for the group of everyone, too, which has the id of its organization.

use super::acl::{Acl, AclEntry};
use super::action::Action;
use super::object::{Object, Target};
use super::resource::Resource;
use crate::model::group::{Group, GroupMember, ListedGroup};

/// What those who are in a group may do to it.
const BY_MEMBERS: Action = Action::Read;

/// Whether things of a type are shared with those who are in the group of their id, for this verb.
pub(super) fn is_for_members(resource: Resource, action: Action) -> bool {
    resource == Resource::Group && action == BY_MEMBERS
}

/// A group to be made.
#[derive(Debug, Clone)]
pub struct NewGroup(pub Group);

/// A group that is not there yet has no id, and nobody in it.
impl Target for NewGroup {
    fn object(&self) -> Object {
        Object::of(Resource::Group).within(self.0.organization)
    }
}

impl Target for Group {
    fn object(&self) -> Object {
        Object::of(Resource::Group).with_id(self.id.0).within(self.organization)
    }

    fn acl(&self) -> Acl<'_> {
        Acl { itself: Some(AclEntry::new(self.id.0, &[BY_MEMBERS])), ..Acl::NONE }
    }
}

impl Target for ListedGroup {
    fn object(&self) -> Object {
        self.group.object()
    }

    fn acl(&self) -> Acl<'_> {
        self.group.acl()
    }
}

/// That somebody is in a group belongs to that somebody.
impl Target for GroupMember {
    fn object(&self) -> Object {
        let user = self.user.id.0;
        Object::of(Resource::GroupMember).with_id(user).owned_by(user).within(self.organization)
    }
}
