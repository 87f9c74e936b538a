//! The rows of a list that a subject may see, as data that a query can apply.

use std::marker::PhantomData;

use uuid::Uuid;

use super::action::act;
use super::allowed::{Allowed, Verb};
use super::ask::Ask;
use super::groups::is_for_members;
use super::object::{Object, Target};
use super::resource::Resource;
use super::rights::{Levels, Rights};
use super::subject::Subject;
use crate::model::ids::OrgId;

/// Which rows of one type a subject may do `V` to. Made by [`Subject::scope`] only.
///
/// A row passes when [`Scope::rows`] or [`Scope::shared`] lets it pass, and [`Scope::ids`] too; that is the case exactly for the
/// rows that [`super::decide()`] would allow. No table here has lists of its own: rows other than groups are taken as shared with
/// nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope<V = act::Read> {
    resource: Resource,
    subject: Uuid,
    rows: Rows,
    shared: Option<Shared>,
    ids: Option<Vec<Uuid>>,
    verb: PhantomData<fn() -> V>,
}

/// The groups that let whoever is in them do something, as far as the key's scopes leave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The groups that the subject was put into.
    pub groups: Vec<Uuid>,
    /// The organizations of the subject where that counts. All their members are in the group with the id of the organization.
    pub organizations: Vec<OrgId>,
}

/// What the roles let pass, and the key's scopes leave.
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
        let ask = Ask::new(resource, Some(V::ACTION));
        let roles = &self.roles.rights;
        let left = Rows::of(&self.key.rights, ask, |id| roles.knows(id));
        let rows = Rows::of(roles, ask, |_| true).and(&left);
        let shared = is_for_members(resource, V::ACTION).then(|| self.shared(&left));
        let ids = self.key.list.ids_of(resource);
        Scope { resource, subject: self.id().0, rows, shared, ids, verb: PhantomData }
    }

    fn shared(&self, left: &Rows) -> Shared {
        let whole = |id: &OrgId| match left {
            Rows::All => true,
            Rows::Some { organizations, .. } => organizations.contains(id),
        };
        let organizations = self.roles.rights.organizations().iter().copied().filter(whole).collect();
        Shared { groups: self.roles.groups().to_vec(), organizations }
    }
}

impl Rows {
    /// The rows that some rights let pass, in the organizations that count.
    fn of(rights: &Rights, ask: Ask, counts: impl Fn(OrgId) -> bool) -> Self {
        match rights.site.vote(ask) {
            1 => return Self::All,
            -1 => return NOTHING,
            _ => {}
        }
        let (mut organizations, mut own_in) = (Vec::new(), Vec::new());
        for (id, Levels { organization, member }) in rights.by_organization().filter(|(id, _)| counts(*id)) {
            match organization.vote(ask) {
                1 => organizations.push(id),
                0 if member.vote(ask) > 0 => own_in.push(id),
                _ => {}
            }
        }
        Self::Some { own: rights.user.vote(ask) > 0, organizations, own_in }
    }

    /// The rows that both let pass.
    fn and(self, other: &Self) -> Self {
        let (own, organizations, own_in) = match (self, other) {
            (all, Self::All) => return all,
            (Self::All, some) => return some.clone(),
            (Self::Some { own, organizations, own_in }, _) => (own, organizations, own_in),
        };
        let Self::Some { own: theirs, organizations: whole, own_in: part } = other else { return NOTHING };
        let in_whole = |id: &OrgId| whole.contains(id);
        let in_part = |id: &OrgId| part.contains(id);
        let (both, rest): (Vec<OrgId>, Vec<OrgId>) = organizations.into_iter().partition(in_whole);
        let narrowed = rest.into_iter().filter(in_part);
        let mut own_in: Vec<OrgId> = own_in.into_iter().filter(|id| in_whole(id) || in_part(id)).collect();
        own_in.extend(narrowed);
        own_in.sort_unstable();
        Self::Some { own: own && *theirs, organizations: both, own_in }
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

    /// What being in groups lets pass besides.
    pub const fn shared(&self) -> Option<&Shared> {
        self.shared.as_ref()
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
        by_id && object.resource == self.resource && (self.passes_roles(object) || self.is_shared(object))
    }

    fn is_shared(&self, object: &Object) -> bool {
        let (Some(shared), Some(id), Some(organization)) = (&self.shared, object.id, object.organization)
        else {
            return false;
        };
        shared.organizations.contains(&organization) && (id == organization.0 || shared.groups.contains(&id))
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
