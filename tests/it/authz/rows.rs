//! Every list shows just the rows that a decision of their own would allow (rbac.md 12): real tables, real queries, random
//! people, roles and keys. A failure names its seed; `ROSTER_TEST_SEED` repeats it.

use std::collections::BTreeSet;

use rand::SeedableRng;
use rand::rngs::StdRng;
use roster::model::group::Group;
use roster::model::ids::OrgId;
use roster::model::user::Person;
use roster::rbac::{Action, Object, Resource, Subject, act, decide};
use serde_json::Value;
use uuid::Uuid;

use super::world::{Place, World};
use crate::support::{Client, TestApp, dice, uuid};

const KEYS_OF_EACH: usize = 3;

/// How many rows were shown and hidden, and how often a list was refused as a whole.
#[derive(Debug, Default)]
struct Tally {
    shown: usize,
    hidden: usize,
    /// Lists that showed some rows and not all.
    partial: usize,
    refused: usize,
}

/// Somebody who asks, and what failures say of it.
struct Asking<'a> {
    world: &'a World,
    client: Client,
    subject: Subject,
    what: String,
}

impl Asking<'_> {
    fn may_read(&self, object: &Object) -> bool {
        decide(&self.subject, Action::Read, object).allowed
    }

    fn sees_user(&self, id: Uuid) -> bool {
        self.may_read(&Object::of(Resource::User).with_id(id).owned_by(id))
    }

    fn sees_organization(&self, id: Uuid) -> bool {
        self.may_read(&Object::of(Resource::Organization).with_id(id).within(OrgId(id)))
    }

    fn sees_member(&self, organization: Uuid, user: Uuid) -> bool {
        let member = Object::of(Resource::OrganizationMember).with_id(user).owned_by(user);
        self.may_read(&member.within(OrgId(organization)))
    }

    /// Holds the ids of a list against those of `rows` that the caller sees.
    fn compare(
        &self,
        list: &str,
        shown: &Value,
        rows: &[Uuid],
        sees: impl Fn(Uuid) -> bool,
        tally: &mut Tally,
    ) {
        let key = if list.ends_with("/members") { "user_id" } else { "id" };
        let shown: Vec<Uuid> = shown.as_array().unwrap().iter().map(|row| uuid(&row[key])).collect();
        let unique: BTreeSet<Uuid> = shown.iter().copied().collect();
        assert_eq!(unique.len(), shown.len(), "{}: {list} shows a row twice", self.what);
        let expected: BTreeSet<Uuid> = rows.iter().copied().filter(|id| sees(*id)).collect();
        assert_eq!(unique, expected, "{}: {list} of {rows:?}", self.what);
        tally.shown += expected.len();
        tally.hidden += rows.len() - expected.len();
        tally.partial += usize::from(!expected.is_empty() && expected.len() < rows.len());
    }

    async fn users(&self, tally: &mut Tally) {
        let living: Vec<Uuid> = living(&self.world.people).map(|person| person.user.id.0).collect();
        let body = self.client.get("/users").await.expect(200).json();
        self.compare("/users", &body["users"], &living, |id| self.sees_user(id), tally);
        let shown = body["users"].as_array().unwrap().len();
        assert_eq!(body["count"], shown, "{}: the count tells what is hidden", self.what);
    }

    async fn organizations(&self, tally: &mut Tally) {
        let living: Vec<Uuid> =
            self.world.organizations.iter().filter(|place| !place.deleted).map(id).collect();
        let body = self.client.get("/organizations").await.expect(200).json();
        self.compare("/organizations", &body, &living, |id| self.sees_organization(id), tally);
    }

    async fn connections(&self, tally: &mut Tally) {
        let rows: Vec<Uuid> = self.world.connections.iter().map(|(id, _)| *id).collect();
        let sees = |id| {
            let (_, place) = self.world.connections.iter().find(|(row, _)| *row == id).unwrap();
            self.may_read(&Object::of(Resource::ConnectionLog).with_id(id).within(OrgId(*place)))
        };
        let body = self.client.get("/connectionlog").await.expect(200).json();
        self.compare("/connectionlog", &body["connection_logs"], &rows, sees, tally);
        let shown = body["connection_logs"].as_array().unwrap().len();
        assert_eq!(body["count"], shown, "{}: the count tells what is hidden", self.what);
    }

    /// The groups, and of those in each who is shown; how many they are is told to whoever sees the group.
    async fn groups(&self, tally: &mut Tally) {
        let groups = &self.world.groups;
        let rows: Vec<Uuid> = groups.iter().map(|group| group.id.0).collect();
        let of = |id: Uuid| groups.iter().find(|group| group.id.0 == id).unwrap();
        let sees = |id| self.subject.may::<act::Read, _>(of(id)).is_ok();
        let body = self.client.get("/groups").await.expect(200).json();
        self.compare("/groups", &body, &rows, sees, tally);
        for shown in body.as_array().unwrap() {
            let group = of(uuid(&shown["id"]));
            let inside: Vec<Uuid> =
                living(&self.world.people).filter(|who| is_in(who, group)).map(|who| who.user.id.0).collect();
            let sees = |id| {
                let member = Object::of(Resource::GroupMember).with_id(id).owned_by(id);
                self.may_read(&member.within(group.organization))
            };
            self.compare("/groups members", &shown["members"], &inside, sees, tally);
            // The server's own user, who is in the default organization, does not count.
            assert_eq!(shown["total_member_count"], inside.len(), "{}: {shown}", self.what);
        }
    }

    async fn members(&self, organization: &Place, tally: &mut Tally) {
        let list = format!("/organizations/{}/members", organization.id);
        let reply = self.client.get(&list).await;
        if !self.sees_organization(organization.id) {
            assert_eq!(reply.status, 404, "{}: {list}", self.what);
            tally.refused += 1;
            return;
        }
        let here = living(&self.world.people).filter(|person| belongs(person, organization.id));
        let rows: Vec<Uuid> = here.map(|person| person.user.id.0).collect();
        let sees = |id| self.sees_member(organization.id, id);
        assert_eq!(reply.status, 200, "{}: {list}", self.what);
        self.compare(&list, &reply.json(), &rows, sees, tally);
    }

    async fn organizations_of(&self, person: &Person, tally: &mut Tally) {
        let list = format!("/users/{}/organizations", person.user.id);
        let reply = self.client.get(&list).await;
        // The deleted are found by id (members.md 1.2).
        if !self.sees_user(person.user.id.0) {
            assert_eq!(reply.status, 404, "{}: {list}", self.what);
            tally.refused += 1;
            return;
        }
        let places =
            self.world.organizations.iter().filter(|place| !place.deleted && belongs(person, place.id));
        let rows: Vec<Uuid> = places.map(id).collect();
        assert_eq!(reply.status, 200, "{}: {list}", self.what);
        self.compare(&list, &reply.json(), &rows, |id| self.sees_organization(id), tally);
    }
}

fn is_in(person: &Person, group: &Group) -> bool {
    let of_everyone = group.is_of_everyone() && belongs(person, group.organization.0);
    of_everyone || person.groups().any(|id| id == group.id)
}

fn id(place: &Place) -> Uuid {
    place.id
}

fn living(people: &[Person]) -> impl Iterator<Item = &Person> {
    people.iter().filter(|person| !person.user.deleted)
}

fn belongs(person: &Person, organization: Uuid) -> bool {
    person.organizations().any(|id| id.0 == organization)
}

/// Compares all lists for everybody in one world.
async fn compare(seed: u64, number: u64, tally: &mut Tally) {
    let app = TestApp::new().await;
    let mut dice = StdRng::seed_from_u64(seed.wrapping_add(number));
    let world = World::new(&app, &mut dice).await;
    for person in world.callers() {
        for _ in 0..KEYS_OF_EACH {
            let (client, subject, words) = world.caller(&app, &mut dice, person).await;
            let what = format!("ROSTER_TEST_SEED={seed}, world {number}: {words}");
            let asking = Asking { world: &world, client, subject, what };
            asking.users(tally).await;
            asking.organizations(tally).await;
            asking.connections(tally).await;
            asking.groups(tally).await;
            for organization in &world.organizations {
                asking.members(organization, tally).await;
            }
            for person in &world.people {
                asking.organizations_of(person, tally).await;
            }
        }
    }
}

#[tokio::test]
async fn lists_show_what_single_decisions_allow() {
    let ((seed, _), mut tally) = (dice("lists_show_what_single_decisions_allow"), Tally::default());
    for number in 0..4 {
        compare(seed, number, &mut tally).await;
    }
    let rare = [tally.shown, tally.hidden, tally.partial, tally.refused].into_iter().any(|times| times < 50);
    assert!(!rare, "ROSTER_TEST_SEED={seed}: too little happened to prove anything: {tally:?}");
}
