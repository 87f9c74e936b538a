//! Permissions on the four levels, joined and ready for decisions (rbac.md 3.1 and 3.2).

use super::ask::Ask;
use super::builtin::Builtin;
use super::object::Object;
use super::permission::{Permission, PermissionSet};
use crate::model::ids::OrgId;

/// The permission lists of one role or scope, wherever they are kept.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lists<'a> {
    pub(super) site: &'a [Permission],
    pub(super) user: &'a [Permission],
    pub(super) organization: &'a [Permission],
    pub(super) member: &'a [Permission],
}

impl<'a> From<&'a Builtin> for Lists<'a> {
    fn from(role: &'a Builtin) -> Self {
        let Builtin { name: _, display_name: _, site, user, organization, member } = role;
        Self { site, user, organization, member }
    }
}

/// The two levels of one organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Levels {
    pub(super) organization: PermissionSet,
    pub(super) member: PermissionSet,
}

/// All lists of a subject's roles, or of a key's scopes, thrown together per level.
///
/// Organizations are kept sorted by id: a decision finds one by bisection over plain ids, which beats hashing at the numbers
/// that people have, and whoever iterates sees the same order every time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rights {
    pub(super) site: PermissionSet,
    pub(super) user: PermissionSet,
    ids: Vec<OrgId>,
    levels: Vec<Levels>,
    /// The greatest vote over all organizations, for questions about any of them.
    greatest: Levels,
}

/// What each level says to a question: -1, 0 or 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Votes {
    pub(super) site: i8,
    pub(super) user: i8,
    pub(super) organization: i8,
    pub(super) member: i8,
}

impl Rights {
    /// Joins lists. Those with an organization make it known here, even when they are empty: that is membership
    /// (rbac.md 3.2).
    pub(super) fn join<'a>(parts: impl IntoIterator<Item = (Lists<'a>, Option<OrgId>)> + Clone) -> Self {
        let mut rights =
            Self::knowing(parts.clone().into_iter().filter_map(|(_, organization)| organization));
        for (lists, organization) in parts {
            rights.site.add(lists.site);
            rights.user.add(lists.user);
            if let Some(levels) = organization.and_then(|id| rights.at_mut(id)) {
                levels.organization.add(lists.organization);
                levels.member.add(lists.member);
            }
        }
        rights.greatest = Levels {
            organization: PermissionSet::greatest(rights.levels.iter().map(|levels| &levels.organization)),
            member: PermissionSet::greatest(rights.levels.iter().map(|levels| &levels.member)),
        };
        rights
    }

    /// Nothing, in these organizations.
    fn knowing(organizations: impl Iterator<Item = OrgId>) -> Self {
        let mut ids: Vec<OrgId> = organizations.collect();
        ids.sort_unstable();
        ids.dedup();
        Self { levels: vec![Levels::default(); ids.len()], ids, ..Self::default() }
    }

    fn at_mut(&mut self, id: OrgId) -> Option<&mut Levels> {
        self.ids.binary_search(&id).ok().map(|place| &mut self.levels[place])
    }

    fn at(&self, id: OrgId) -> Option<&Levels> {
        self.ids.binary_search(&id).ok().map(|place| &self.levels[place])
    }

    /// Whether only the site level can grant anything.
    pub(super) fn is_of_the_site(&self) -> bool {
        self.ids.is_empty() && self.user == PermissionSet::default()
    }

    /// Whether some role is for this organization.
    pub(super) fn knows(&self, id: OrgId) -> bool {
        self.ids.binary_search(&id).is_ok()
    }

    /// The organizations that some role is for, by id.
    pub(super) fn organizations(&self) -> &[OrgId] {
        &self.ids
    }

    /// The organizations with their levels, by id.
    pub(super) fn by_organization(&self) -> impl Iterator<Item = (OrgId, &Levels)> {
        self.ids.iter().copied().zip(&self.levels)
    }

    /// How roles vote. `own` says that the subject owns the object.
    #[inline]
    pub(super) fn votes(&self, ask: Ask, object: &Object, own: bool) -> Votes {
        let site = self.site.vote(ask);
        // The site level beats the others: they need not be looked for.
        if site != 0 {
            return Votes { site, ..Votes::default() };
        }
        let levels = match object.organization {
            _ if object.any_organization => Some(&self.greatest),
            Some(id) => self.at(id),
            None => {
                return Votes { site, user: if own { self.user.vote(ask) } else { 0 }, ..Votes::default() };
            }
        };
        let Some(levels) = levels else { return Votes { site, ..Votes::default() } };
        let member = if own { levels.member.vote(ask) } else { 0 };
        Votes { site, user: 0, organization: levels.organization.vote(ask), member }
    }

    /// How a key's scopes vote: by the same rules, but in organizations of the *roles* only (rbac.md 3.5).
    #[inline]
    pub(super) fn votes_within(&self, roles: &Self, ask: Ask, object: &Object, own: bool) -> Votes {
        // No scope that the server knows is about organizations; the rest of this is for those that are.
        if self.ids.is_empty() {
            let outside = object.organization.is_none() && !object.any_organization;
            let user = if own && outside { self.user.vote(ask) } else { 0 };
            return Votes { site: self.site.vote(ask), user, ..Votes::default() };
        }
        if object.any_organization {
            return self.greatest_votes_within(roles, ask, own);
        }
        if object.organization.is_some_and(|id| !roles.knows(id)) {
            return Votes { site: self.site.vote(ask), ..Votes::default() };
        }
        self.votes(ask, object, own)
    }

    fn greatest_votes_within(&self, roles: &Self, ask: Ask, own: bool) -> Votes {
        let vote = |id: &OrgId| {
            let levels = self.at(*id);
            let member = levels.filter(|_| own).map_or(0, |levels| levels.member.vote(ask));
            (levels.map_or(0, |levels| levels.organization.vote(ask)), member)
        };
        let organization = roles.ids.iter().map(|id| vote(id).0).max().unwrap_or(0);
        let member = roles.ids.iter().map(|id| vote(id).1).max().unwrap_or(0);
        Votes { site: self.site.vote(ask), user: 0, organization, member }
    }
}
