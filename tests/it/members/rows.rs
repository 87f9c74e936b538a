//! Random people, roles, organizations and keys: a list shows exactly what single answers show (rbac.md 12).

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use uuid::Uuid;

use super::{join, member, members, paginated, usernames};
use crate::support::{Actor, Client, Mint, TestApp, uuid};

const SITE_ROLES: [&str; 4] = ["", "", "auditor", "template-admin"];
const ORGANIZATION_ROLES: [&str; 7] = [
    "organization-admin",
    "organization-auditor",
    "organization-user-admin",
    "organization-workspace-creation-ban",
    "agents-access",
    "gone-role",
    "reader",
];
const SCOPES: [&[&str]; 5] = [
    &["coder:all"],
    &["coder:all"],
    &["organization:read", "organization_member:*"],
    &["organization:read"],
    &["coder:workspaces.operate", "organization:*"],
];
const PEOPLE: usize = 8;

struct World {
    owner: Actor,
    organizations: Vec<Uuid>,
    people: Vec<Actor>,
}

fn pick<T: Copy>(dice: &mut StdRng, from: &[T]) -> T {
    from[dice.random_range(0..from.len())]
}

/// Three organizations, one in each sharing mode, and people who are in some of them.
async fn world(app: &TestApp, dice: &mut StdRng) -> World {
    let owner = app.owner().await;
    let organizations =
        vec![app.organization, app.organization("acme").await, app.organization("initech").await];
    for (organization, mode) in organizations.iter().zip(["none", "everyone", "service_accounts"]) {
        app.set_sharing(*organization, mode).await;
        super::custom_role(app, *organization, "reader", &[("organization_member", "read")]).await;
    }
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        people.push(person(app, &owner, dice, number, &organizations).await);
    }
    World { owner, organizations, people }
}

async fn person(app: &TestApp, owner: &Actor, dice: &mut StdRng, number: usize, all: &[Uuid]) -> Actor {
    let home = pick(dice, all);
    let service_account = dice.random_bool(0.2);
    let email = if service_account { String::new() } else { format!("p{number}@example.com") };
    let roles: Vec<&str> =
        Some(pick(dice, &SITE_ROLES)).filter(|role| !role.is_empty()).into_iter().collect();
    let body = json!({
        "username": format!("P{number}"), "email": email, "service_account": service_account, "roles": roles,
        "organization_ids": [home],
    });
    let person = app.user_from(owner, body).await;
    for organization in all {
        let joins = *organization != home && dice.random_bool(0.4);
        if joins {
            join(owner, *organization, &person).await;
        }
        if (joins || *organization == home) && dice.random_bool(0.5) {
            app.set_member_roles(*organization, person.id, &[pick(dice, &ORGANIZATION_ROLES)]).await;
        }
    }
    person
}

/// A key of this person with some scopes and some allow list.
async fn some_key(app: &TestApp, dice: &mut StdRng, of: &Actor, world: &World) -> Client {
    let any = || ("*", "*".to_owned());
    let (somebody, somewhere) =
        (pick(dice, &ids(world)).to_string(), pick(dice, &world.organizations).to_string());
    let allow_list = match dice.random_range(0..4) {
        0 => vec![("organization", "*".to_owned()), ("organization_member", somebody)],
        1 => vec![("organization", somewhere), ("organization_member", "*".to_owned())],
        _ => vec![any()],
    };
    let mint = Mint { scopes: pick(dice, &SCOPES).to_vec(), allow_list, ..Mint::default() };
    of.client.with_token(&app.mint(of.id, mint).await)
}

fn ids(world: &World) -> Vec<Uuid> {
    world.people.iter().map(|person| person.id).chain([world.owner.id]).collect()
}

/// The members in the list are those that can be got one by one; the pages hold all of them or none.
async fn list_equals_single_answers(caller: &Client, organization: Uuid, world: &World, what: &str) {
    let list = caller.get(&members(organization)).await;
    let listed: Vec<Uuid> = match list.status {
        404 => Vec::new(),
        _ => list
            .clone()
            .expect(200)
            .json()
            .as_array()
            .unwrap()
            .iter()
            .map(|row| uuid(&row["user_id"]))
            .collect(),
    };
    for id in ids(world) {
        let single = caller.get(&member(organization, id)).await.status;
        assert_eq!(single, if listed.contains(&id) { 200 } else { 404 }, "{what}: {id} in {organization}");
    }
    let pages = caller.get(&paginated(organization)).await;
    if pages.status != 404 {
        let all = world.owner.get(&members(organization)).await.expect(200).json();
        assert_eq!(usernames(&pages.expect(200).json()[0]["members"]), usernames(&all), "{what}");
        assert_eq!(usernames(&list.json()), usernames(&all), "{what}");
    }
}

/// The organizations in the list are those that can be got one by one.
async fn organizations_equal_single_answers(caller: &Client, world: &World, what: &str) {
    let list = caller.get("/organizations").await.expect(200).json();
    let listed: Vec<Uuid> = list.as_array().unwrap().iter().map(|row| uuid(&row["id"])).collect();
    for organization in &world.organizations {
        let single = caller.get(&format!("/organizations/{organization}")).await.status;
        assert_eq!(single, if listed.contains(organization) { 200 } else { 404 }, "{what}: {organization}");
    }
}

async fn lists_equal_single_answers(seed: u64) {
    let app = TestApp::new().await;
    let mut dice = StdRng::seed_from_u64(seed);
    let world = world(&app, &mut dice).await;
    for person in &world.people {
        let narrow = some_key(&app, &mut dice, person, &world).await;
        for (client, key) in [(&person.client, "session"), (&narrow, "narrow key")] {
            let what = format!("seed {seed}, {} with a {key}", person.username);
            organizations_equal_single_answers(client, &world, &what).await;
            for organization in &world.organizations {
                list_equals_single_answers(client, *organization, &world, &what).await;
            }
        }
    }
}

#[tokio::test]
async fn lists_equal_single_answers_in_one_world() {
    lists_equal_single_answers(1).await;
}

#[tokio::test]
async fn lists_equal_single_answers_in_another_world() {
    lists_equal_single_answers(2).await;
}

#[tokio::test]
async fn lists_equal_single_answers_in_a_third_world() {
    lists_equal_single_answers(3).await;
}
