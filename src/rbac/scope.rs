//! The rows of a list that a subject may see, as data that a query can apply.

use std::marker::PhantomData;

use uuid::Uuid;

use super::action::act;
use super::allowed::{Allowed, Verb};
use super::object::{Object, Target};
use super::resource::Resource;
use super::subject::{Levels, Subject};
use crate::model::ids::OrgId;

/// Which rows of one type a subject may do `V` to. Made by [`Subject::scope`] only.
///
/// A row passes when [`Scope::rows`] and [`Scope::ids`] both let it pass; that is the case exactly for the rows that
/// [`super::decide()`] would allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope<V = act::Read> {
    resource: Resource,
    subject: Uuid,
    rows: Rows,
    ids: Option<Vec<Uuid>>,
    verb: PhantomData<fn() -> V>,
}

/// What the roles let pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    /// Every row.
    All,
    /// A row that one of these lets pass; none of them set is no row.
    Some {
        /// Rows without an organization that the subject owns.
        own: bool,
        /// Every row of these organizations.
        organizations: Vec<OrgId>,
        /// Rows of these organizations that the subject owns.
        own_in: Vec<OrgId>,
    },
}

const NOTHING: Rows = Rows::Some { own: false, organizations: Vec::new(), own_in: Vec::new() };

impl Subject {
    /// The rows of `resource` that this subject may do `V` to.
    pub fn scope<V: Verb>(&self, resource: Resource) -> Scope<V> {
        let rows = if self.key.vote(resource, V::ACTION) > 0 { self.rows::<V>(resource) } else { NOTHING };
        Scope { resource, subject: self.id().0, rows, ids: self.key.ids_of(resource), verb: PhantomData }
    }

    fn rows<V: Verb>(&self, resource: Resource) -> Rows {
        let roles = &self.roles;
        match roles.site.vote(resource, V::ACTION) {
            1 => return Rows::All,
            -1 => return NOTHING,
            _ => {}
        }
        let votes = |id: &OrgId, levels: &Levels| {
            (*id, levels.organization.vote(resource, V::ACTION), levels.member.vote(resource, V::ACTION))
        };
        // Maps iterate in any order; equal scopes must be equal, and queries the same every time.
        let mut all: Vec<_> = roles.organizations.iter().map(|(id, levels)| votes(id, levels)).collect();
        all.sort_unstable();
        let organizations = all.iter().filter(|(_, org, _)| *org > 0).map(|(id, ..)| *id).collect();
        let own_in = all.iter().filter(|(_, org, own)| *org == 0 && *own > 0).map(|(id, ..)| *id).collect();
        Rows::Some { own: roles.user.vote(resource, V::ACTION) > 0, organizations, own_in }
    }
}

impl<V> Scope<V> {
    /// The subject's id, which "own" compares with.
    pub const fn subject(&self) -> Uuid {
        self.subject
    }

    /// What the roles let pass.
    pub const fn rows(&self) -> &Rows {
        &self.rows
    }

    /// What the key's allow list lets pass; none is any id.
    pub fn ids(&self) -> Option<&[Uuid]> {
        self.ids.as_deref()
    }

    /// Whether every row passes, so that a query needs no condition.
    pub const fn is_everything(&self) -> bool {
        matches!(self.rows, Rows::All) && self.ids.is_none()
    }

    /// Whether a row passes.
    pub fn passes(&self, object: &Object) -> bool {
        let by_id = self.ids.as_ref().is_none_or(|ids| object.id.is_some_and(|id| ids.contains(&id)));
        by_id && object.resource == self.resource && self.passes_roles(object)
    }

    fn passes_roles(&self, object: &Object) -> bool {
        let owned = object.owner == Some(self.subject);
        match (&self.rows, object.organization) {
            (Rows::All, _) => true,
            (Rows::Some { own, .. }, None) => *own && owned,
            (Rows::Some { organizations, own_in, .. }, Some(id)) => {
                organizations.contains(&id) || (owned && own_in.contains(&id))
            }
        }
    }

    /// Proof for one row of a list that was read within this scope; none when the row is not in it after all.
    pub fn admit<T: Target>(&self, row: T) -> Option<Allowed<T, V>> {
        self.passes(&row.object()).then(|| Allowed::new(row))
    }
}
