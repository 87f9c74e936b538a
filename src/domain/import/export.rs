//! Users as rows of a file, page by page.

use std::collections::{BTreeSet, HashMap};

use chrono::SecondsFormat;

use super::{Place, Row};
use crate::domain::ctx::Visitor;
use crate::domain::error::Error;
use crate::model::ids::{OrgId, Secret, UserId};
use crate::model::names::folded;
use crate::model::organization::OrgRef;
use crate::model::user::{Person, User};
use crate::rbac::{Allowed, Resource, Scope, Subject, act, system};
use crate::store::{bulk, organizations};

/// How many users are read at once.
const PAGE: u64 = 1_000;

/// An export at work. Each page is as the database is when it is read.
pub struct Export<'a> {
    visitor: &'a Visitor,
    subject: Subject,
    with_hashes: bool,
    after: String,
}

impl<'a> Export<'a> {
    /// Begins; the operator at the machine itself is who reads.
    pub fn new(visitor: &'a Visitor, with_hashes: bool) -> Self {
        Self { visitor, subject: system::operator(), with_hashes, after: String::new() }
    }

    /// The next users by username, without the deleted and the server's own; nobody when there are no more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next(&mut self) -> Result<Vec<Row>, Error> {
        let store = &self.visitor.backend.store;
        let scope: Scope = self.subject.scope(Resource::User);
        let people = bulk::select_after(store, &scope, &self.after, PAGE).await?;
        let Some(last) = people.last() else { return Ok(Vec::new()) };
        self.after = folded(&last.user.username);
        let names = self.names(&people).await?;
        let mut hashes = if self.with_hashes { self.hashes(&people).await? } else { HashMap::new() };
        let row = |person: Allowed<Person>| row(&person, &names, hashes.remove(&person.user.id));
        Ok(people.into_iter().map(row).collect())
    }

    /// How the organizations of some people are called in a file. The deleted ones have no name there.
    async fn names(&self, people: &[Allowed<Person>]) -> Result<HashMap<OrgId, String>, Error> {
        let ids: BTreeSet<OrgId> = people.iter().flat_map(|person| person.organizations()).collect();
        let found =
            organizations::find_all_named(&self.visitor.backend.store, &Vec::from_iter(ids), &[]).await?;
        let name = |id: OrgId, name: String| match OrgRef::parse(&name) {
            OrgRef::Name(name) => (id, name),
            // It reads as an id, or as the default one.
            OrgRef::Id(_) | OrgRef::Default => (id, id.to_string()),
        };
        Ok(found.into_iter().map(|found| name(found.id, found.name)).collect())
    }

    async fn hashes(&self, people: &[Allowed<Person>]) -> Result<HashMap<UserId, Secret>, Error> {
        let users: Vec<Allowed<&User, act::ReadPersonal>> =
            people.iter().map(|person| self.subject.may(&person.user)).collect::<Result<_, _>>()?;
        Ok(bulk::select_hashes(&self.visitor.backend.store, &users).await?)
    }
}

impl std::fmt::Debug for Export<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Export").field("after", &self.after).finish_non_exhaustive()
    }
}

/// Roles and organizations come in byte order, so that the same users make the same file.
fn row(person: &Person, names: &HashMap<OrgId, String>, hash: Option<Secret>) -> Row {
    let user = &person.user;
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort_unstable();
        names
    };
    let memberships = person.memberships.iter();
    let mut places: Vec<Place> = memberships
        .filter_map(|it| {
            Some(Place { organization: names.get(&it.organization)?.clone(), roles: sorted(&it.roles) })
        })
        .collect();
    places.sort_unstable_by_key(|place| folded(&place.organization));
    Row {
        username: user.username.clone(),
        email: user.email.clone(),
        name: user.name.clone(),
        login_type: user.login_type.as_str().to_owned(),
        status: user.status.as_str().to_owned(),
        service_account: user.is_service_account,
        created_at: user.created_at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        roles: sorted(&user.roles),
        organizations: Some(places),
        password_hash: hash,
    }
}
