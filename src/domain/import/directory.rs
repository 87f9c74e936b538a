//! The organizations, and their own roles, that some lines name.

use std::collections::{BTreeSet, HashMap};

use super::{Place, Row};
use crate::domain::error::Error;
use crate::model::ids::OrgId;
use crate::model::names::folded;
use crate::model::organization::{OrgRef, Organization};
use crate::model::page::FieldError;
use crate::rbac::{Allowed, ORGANIZATION_MEMBER, Subject, is_organization_role};
use crate::store::{Source, organizations, roles};

/// A membership that a line asks for, with its roles in byte order.
pub type Joining = (OrgId, Vec<String>);

/// What the names of some lines mean.
#[derive(Debug, Default)]
pub struct Directory {
    default: Option<OrgId>,
    by_id: BTreeSet<OrgId>,
    by_name: HashMap<String, OrgId>,
    own_roles: BTreeSet<(OrgId, String)>,
}

impl Directory {
    /// Looks up what the rows name, as far as the subject may see it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(db: &impl Source, subject: &Subject, rows: &[&Row]) -> Result<Self, Error> {
        let places = || rows.iter().filter_map(|row| row.organizations.as_ref()).flatten();
        let (mut ids, mut names) = (BTreeSet::from([OrgId(uuid::Uuid::nil())]), BTreeSet::new());
        for place in places() {
            match OrgRef::parse(&place.organization) {
                OrgRef::Default => {}
                OrgRef::Id(id) => drop(ids.insert(id)),
                OrgRef::Name(name) => drop(names.insert(folded(&name))),
            }
        }
        let found = organizations::find_all_named(db, &Vec::from_iter(ids), &Vec::from_iter(names)).await?;
        let mut directory = Self::default();
        found.into_iter().filter_map(|found| subject.may(found).ok()).for_each(|found| directory.add(&found));
        let asked = places().filter_map(|place| Some((directory.organization(place)?, place)));
        let asked = asked.flat_map(|(id, place)| place.roles.iter().map(move |role| (id, role.clone())));
        directory.own_roles = roles::find_names(db, asked.collect()).await?;
        Ok(directory)
    }

    fn add(&mut self, found: &Allowed<Organization>) {
        if found.is_default {
            self.default = Some(found.id);
        }
        self.by_id.insert(found.id);
        self.by_name.insert(folded(&found.name), found.id);
    }

    fn organization(&self, place: &Place) -> Option<OrgId> {
        match OrgRef::parse(&place.organization) {
            OrgRef::Default => self.default,
            OrgRef::Id(id) => self.by_id.get(&id).copied(),
            OrgRef::Name(name) => self.by_name.get(&folded(&name)).copied(),
        }
    }

    /// The memberships that a row asks for, by organization.
    ///
    /// # Errors
    /// Each name that means nothing, and each organization that is named twice.
    pub fn joined(&self, row: &Row) -> Result<Vec<Joining>, Vec<FieldError>> {
        let default = [Place { organization: "default".to_owned(), roles: Vec::new() }];
        let (mut joined, mut wrong) = (Vec::<Joining>::new(), Vec::new());
        for place in row.organizations.as_deref().unwrap_or(&default) {
            let name = &place.organization;
            match self.organization(place) {
                None => wrong.push(format!("there is no organization {name:?}")),
                Some(id) if joined.iter().any(|(other, _)| *other == id) => {
                    wrong.push(format!("the organization {name:?} is named twice"));
                }
                Some(id) => {
                    let unknown = place.roles.iter().filter(|role| !self.knows(id, role));
                    wrong.extend(unknown.map(|role| format!("{name:?} has no role {role:?}")));
                    joined.push((id, once_each(&place.roles)));
                }
            }
        }
        joined.sort_unstable();
        let told = |why| FieldError::new("organizations", why);
        if wrong.is_empty() { Ok(joined) } else { Err(wrong.into_iter().map(told).collect()) }
    }

    /// Whether a role can be held in an organization. The implied one may be stored too (members.md 6.4).
    fn knows(&self, organization: OrgId, role: &str) -> bool {
        let own = || self.own_roles.contains(&(organization, role.to_owned()));
        is_organization_role(role) || role == ORGANIZATION_MEMBER || own()
    }

    /// Whether all of these are still roles of the organizations themselves.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn still_knows(db: &impl Source, joined: &[Joining]) -> Result<bool, Error> {
        let own = |role: &&String| !is_organization_role(role) && *role != ORGANIZATION_MEMBER;
        let all =
            joined.iter().flat_map(|(id, roles)| roles.iter().filter(own).map(|role| (*id, role.clone())));
        let all: BTreeSet<(OrgId, String)> = all.collect();
        Ok(all.is_empty() || roles::find_names(db, Vec::from_iter(all.clone())).await? == all)
    }
}

/// Each name once, in byte order, which is how roles are stored.
pub fn once_each(names: &[String]) -> Vec<String> {
    names.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect()
}
