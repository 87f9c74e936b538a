//! Everything that writes, against everything else: no request fails, and what must always hold does.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::Arc;

use entity::{api_keys, custom_roles, organization_members, organizations, user_deleted, users};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use roster::domain::{Backend, activity};
use roster::rbac::is_organization_role;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::environment::{postgres_url, variable};
use crate::support::{Actor, Client, Mint, PASSWORD, Reply, TestApp};

const WORKERS: u64 = 8;
const ROUNDS: usize = 120;
/// How many users are made meanwhile.
const NEW: usize = 4;
const ORGANIZATIONS: [&str; 3] = ["acme", "Beta", "coder"];
const OWNERS: [&str; 3] = ["owner", "ann", "bob"];
const ROLES: [&str; 3] = ["gardener", "keeper", "organization-admin"];
const SITE_ROLES: [&[&str]; 3] = [&["owner"], &["user-admin", "owner"], &["auditor"]];

/// A server, on PostgreSQL two of them, and who acts.
struct Storm {
    app: TestApp,
    backends: Vec<Arc<Backend>>,
    bases: Vec<String>,
    owners: Vec<Actor>,
    people: Vec<Actor>,
    lola: Actor,
    _stop: Vec<tokio::sync::oneshot::Sender<()>>,
}

impl Storm {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let owner = app.owner().await;
        let mut owners = vec![owner.clone()];
        for name in &OWNERS[1..] {
            owners.push(app.user(&owner, name, &["owner"]).await);
        }
        let mut people = Vec::new();
        for number in 0..5 {
            people.push(app.user(&owner, &format!("u{number}"), &[]).await);
        }
        let body = json!({ "username": "lola", "login_type": "password", "password": PASSWORD });
        let lola = app.user_from(&owner, body).await;
        let (mut backends, mut bases) = (vec![app.backend.clone()], vec![app.base.clone()]);
        let mut stop = Vec::new();
        if postgres_url().is_some() {
            let (base, backend, end) = app.replica().await;
            backends.push(backend);
            bases.push(base);
            stop.push(end);
        }
        Self { app, backends, bases, owners, people, lola, _stop: stop }
    }

    /// Somebody, on one of the servers.
    fn client(&self, dice: &mut StdRng, token: &str) -> Client {
        Client::new(one::<String>(dice, &self.bases)).with_token(token)
    }
}

fn one<'a, T>(dice: &mut StdRng, of: &'a [T]) -> &'a T {
    &of[dice.random_range(0..of.len())]
}

fn some(dice: &mut StdRng, of: &[&str]) -> Vec<String> {
    of.iter().filter(|_| dice.random_bool(0.5)).map(|name| (*name).to_owned()).collect()
}

/// A request that changes something, as (method, path, body).
fn change(dice: &mut StdRng, storm: &Storm) -> (Method, String, Option<Value>) {
    let organization = (*one(dice, &ORGANIZATIONS)).to_owned();
    let below = format!("/organizations/{organization}");
    let user = one(dice, &storm.people).id;
    let role = *one(dice, &ROLES[..2]);
    let line = json!({ "resource_type": "template", "action": "read" });
    let definition = json!({ "name": role, "organization_permissions": [line] });
    match dice.random_range(0..20) {
        0 => (Method::POST, "/organizations".to_owned(), Some(json!({ "name": organization }))),
        1 => (Method::PATCH, below, Some(json!({ "name": *one(dice, &ORGANIZATIONS) }))),
        2 | 3 => (Method::DELETE, below, None),
        4 | 5 => (Method::POST, format!("{below}/members/{user}"), None),
        6..=9 => (Method::DELETE, format!("{below}/members/{user}"), None),
        10 | 11 => (Method::DELETE, format!("{below}/members/new-{}", dice.random_range(0..NEW)), None),
        12 | 13 => {
            let roles = json!({ "roles": some(dice, &ROLES) });
            (Method::PUT, format!("{below}/members/{user}/roles"), Some(roles))
        }
        14 | 15 => (Method::POST, format!("{below}/members/roles"), Some(definition)),
        16 => (Method::PUT, format!("{below}/members/roles"), Some(definition)),
        17 => (Method::DELETE, format!("{below}/members/roles/{role}"), None),
        _ => {
            let roles = json!({ "roles": one(dice, &SITE_ROLES) });
            (Method::PUT, format!("/users/{}/roles", one(dice, &OWNERS)), Some(roles))
        }
    }
}

/// A new user of all organizations that there are, in any order.
async fn create_user(dice: &mut StdRng, storm: &Storm, client: &Client) -> Reply {
    let mut all = organizations::Entity::find()
        .filter(organizations::Column::Deleted.eq(false))
        .all(&storm.app.db)
        .await
        .unwrap();
    let mut ids = Vec::new();
    while !all.is_empty() {
        ids.push(all.swap_remove(dice.random_range(0..all.len())).id);
    }
    let username = format!("new-{}", dice.random_range(0..NEW));
    let body = json!({
        "username": username, "email": format!("{username}@example.com"), "login_type": "none",
        "organization_ids": ids,
    });
    client.post("/users", body).await
}

/// A change of username, which the memberships follow.
async fn rename(dice: &mut StdRng, storm: &Storm, client: &Client) -> Reply {
    let number = dice.random_range(0..storm.people.len());
    let name = format!("U{number}-{}", dice.random_range(0..100_000));
    let path = format!("/users/{}/profile", storm.people[number].id);
    client.put(&path, json!({ "username": name, "name": "" })).await
}

/// Suspends and activates somebody, now and then one who was an owner a moment ago.
async fn lock_out_and_let_in(dice: &mut StdRng, storm: &Storm, client: &Client) -> Vec<Reply> {
    let among = if dice.random_bool(0.8) { &storm.people } else { &storm.owners };
    let path = format!("/users/{}/status", one::<Actor>(dice, among).id);
    let suspended = client.send(Method::PUT, &format!("{path}/suspend"), None).await;
    let activated = client.send(Method::PUT, &format!("{path}/activate"), None).await;
    vec![suspended, activated]
}

/// Deletes one of the new users, while it joins something and a key is made for it.
async fn delete_who_joins(dice: &mut StdRng, storm: &Storm, client: &Client) -> Vec<Reply> {
    let user = format!("new-{}", dice.random_range(0..NEW));
    let member = format!("/organizations/{}/members/{user}", one(dice, &ORGANIZATIONS));
    let path = format!("/users/{user}");
    let (deleted, joined) = tokio::join!(client.delete(&path), client.post_empty(&member));
    // Those who log in are deleted too, at times while they do.
    let name = format!("brief-{}", dice.random_range(0..u32::MAX));
    let body = json!({
        "username": name, "email": format!("{name}@example.com"), "password": PASSWORD,
        "organization_ids": [storm.app.organization],
    });
    let made = client.post("/users", body).await;
    let login = json!({ "email": format!("{name}@example.com"), "password": PASSWORD });
    let path = format!("/users/{name}");
    let (logged_in, gone) = tokio::join!(client.post("/users/login", login), client.delete(&path));
    vec![deleted, joined, made, logged_in, gone]
}

/// Uses several keys of one user, so that their use is to be written, and ends them while it is.
async fn log_out_while_uses_are_written(dice: &mut StdRng, storm: &Storm) -> Vec<Reply> {
    let mut clients = Vec::new();
    for _ in 0..3 {
        let scopes = vec![*one(dice, &["coder:all", "coder:application_connect"])];
        let token = storm.app.mint(storm.lola.id, Mint { scopes, ..Mint::default() }).await;
        clients.push(Client::new(&storm.app.base).with_token(&token));
    }
    let mut replies = Vec::new();
    for client in &clients {
        replies.push(client.get("/organizations").await);
    }
    let (flushed, one, other) = tokio::join!(
        activity::flush(&storm.app.backend),
        clients[0].post_empty("/users/logout"),
        clients[1].post_empty("/users/logout"),
    );
    flushed.unwrap();
    replies.extend([one, other]);
    replies
}

/// An organization that is deleted while somebody joins it.
async fn join_what_is_deleted(dice: &mut StdRng, storm: &Storm, client: &Client) -> Vec<Reply> {
    let name = format!("brief-{}", dice.random_range(0..u32::MAX));
    let made = client.post("/organizations", json!({ "name": name })).await;
    let (path, user) = (format!("/organizations/{name}"), one(dice, &storm.people).id);
    let member = format!("{path}/members/{user}");
    let (deleted, joined) = tokio::join!(client.delete(&path), client.post_empty(&member));
    vec![made, deleted, joined]
}

/// What may be read while all that happens.
async fn read(dice: &mut StdRng, client: &Client) -> Reply {
    let organization = one(dice, &ORGANIZATIONS);
    match dice.random_range(0..5) {
        0 => client.get(&format!("/organizations/{organization}/paginated-members?limit=3")).await,
        1 => client.get(&format!("/organizations/{organization}/members")).await,
        2 => client.get(&format!("/organizations/{organization}/members/roles")).await,
        3 => client.get("/users?limit=10").await,
        _ => client.get("/users/me/organizations").await,
    }
}

async fn act(dice: &mut StdRng, storm: &Storm) -> Vec<Reply> {
    let owner = one(dice, &storm.owners).token.clone();
    let client = storm.client(dice, &owner);
    match dice.random_range(0..20) {
        0 => vec![create_user(dice, storm, &client).await],
        1 => vec![rename(dice, storm, &client).await],
        2 => log_out_while_uses_are_written(dice, storm).await,
        3 => {
            activity::flush(one::<Arc<Backend>>(dice, &storm.backends)).await.unwrap();
            let login = json!({ "email": storm.lola.email, "password": PASSWORD });
            vec![client.post("/users/login", login).await]
        }
        4 => join_what_is_deleted(dice, storm, &client).await,
        5 | 6 => {
            let token = one(dice, &storm.people).token.clone();
            let client = storm.client(dice, &token);
            vec![read(dice, &client).await]
        }
        7 => vec![read(dice, &client).await],
        8 => lock_out_and_let_in(dice, storm, &client).await,
        9 => delete_who_joins(dice, storm, &client).await,
        _ => {
            let (method, path, body) = change(dice, storm);
            vec![client.send(method, &path, body.map(|body| body.to_string())).await]
        }
    }
}

fn seed() -> u64 {
    let given = variable("ROSTER_TEST_SEED").map(|text| text.parse().unwrap());
    let seed = given.unwrap_or_else(rand::random);
    let line = format!("\nall_writes_at_once_leave_nothing_broken: ROSTER_TEST_SEED={seed}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    seed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_writes_at_once_leave_nothing_broken() {
    let (seed, storm) = (seed(), Arc::new(Storm::new().await));
    let running: Vec<_> = (0..WORKERS)
        .map(|worker| {
            let storm = storm.clone();
            tokio::spawn(async move {
                let mut dice = StdRng::seed_from_u64(seed.wrapping_add(worker));
                let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
                for _ in 0..ROUNDS {
                    for reply in act(&mut dice, &storm).await {
                        assert!(reply.status < 500, "ROSTER_TEST_SEED={seed}: {reply:?}");
                        *statuses.entry(reply.status).or_default() += 1;
                    }
                }
                statuses
            })
        })
        .collect();
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    for worker in running {
        worker.await.unwrap().into_iter().for_each(|(status, n)| *statuses.entry(status).or_default() += n);
    }
    // Enough of each happened to prove something.
    for status in [200, 201, 204, 400, 403, 404, 409] {
        assert!(statuses.get(&status).is_some_and(|n| *n > 3), "ROSTER_TEST_SEED={seed}: {statuses:?}");
    }
    an_owner_is_left(&storm).await;
    the_deleted_stay_empty(&storm).await;
    deleted_users_have_nothing_left(&storm).await;
    roles_mean_something(&storm).await;
    listings_are_in_step(&storm).await;
    what_is_remembered_is_true(&storm).await;
}

async fn an_owner_is_left(storm: &Storm) {
    let all = users::Entity::find().filter(users::Column::Status.eq("active")).all(&storm.app.db).await;
    assert!(all.unwrap().iter().any(|user| user.rbac_roles.0.iter().any(|role| role == "owner")));
}

async fn members(storm: &Storm) -> Vec<organization_members::Model> {
    organization_members::Entity::find().all(&storm.app.db).await.unwrap()
}

async fn the_deleted_stay_empty(storm: &Storm) {
    let deleted = organizations::Entity::find().filter(organizations::Column::Deleted.eq(true));
    let members = members(storm).await;
    let deleted = deleted.all(&storm.app.db).await.unwrap();
    assert!(!deleted.is_empty());
    for gone in deleted {
        let left = members.iter().filter(|member| member.organization_id == gone.id && member.listed).count();
        assert!(left <= 1, "{} has {left} members", gone.name);
    }
}

async fn deleted_users_have_nothing_left(storm: &Storm) {
    let deleted = users::Entity::find().filter(users::Column::Deleted.eq(true));
    let deleted: BTreeSet<Uuid> =
        deleted.all(&storm.app.db).await.unwrap().into_iter().map(|user| user.id).collect();
    assert!(!deleted.is_empty());
    assert!(members(storm).await.iter().all(|member| !deleted.contains(&member.user_id)));
    let keys = api_keys::Entity::find().all(&storm.app.db).await.unwrap();
    assert!(keys.iter().all(|key| !deleted.contains(&key.user_id)));
    let noted = user_deleted::Entity::find().all(&storm.app.db).await.unwrap();
    assert_eq!(noted.into_iter().map(|row| row.user_id).collect::<BTreeSet<_>>(), deleted);
}

/// Nobody holds a role of an organization that does not have it.
async fn roles_mean_something(storm: &Storm) {
    let own = custom_roles::Entity::find().all(&storm.app.db).await.unwrap();
    let own: BTreeSet<(Uuid, String)> =
        own.into_iter().map(|role| (role.organization_id, role.name)).collect();
    for member in members(storm).await {
        for role in member.roles.0 {
            let known = is_organization_role(&role) || own.contains(&(member.organization_id, role.clone()));
            assert!(known, "{role}");
        }
    }
}

async fn listings_are_in_step(storm: &Storm) {
    let all = users::Entity::find().all(&storm.app.db).await.unwrap();
    let all: BTreeMap<Uuid, users::Model> = all.into_iter().map(|user| (user.id, user)).collect();
    for member in members(storm).await {
        let user = &all[&member.user_id];
        let expected = (user.username_lower.clone(), !user.deleted && !user.is_system);
        assert_eq!((member.username_lower, member.listed), expected);
    }
}

/// No server believes in a membership that is not there, or misses one.
async fn what_is_remembered_is_true(storm: &Storm) {
    let members = members(storm).await;
    for backend in &storm.backends[..1] {
        for person in storm.people.iter().chain(&storm.owners) {
            let found = backend.store.person(roster::model::ids::UserId(person.id)).await.unwrap().unwrap();
            let remembered: BTreeMap<Uuid, Vec<String>> =
                found.person.memberships.iter().map(|m| (m.organization.0, m.roles.clone())).collect();
            let own = members.iter().filter(|member| member.user_id == person.id);
            let stored: BTreeMap<Uuid, Vec<String>> =
                own.map(|member| (member.organization_id, member.roles.0.clone())).collect();
            assert_eq!(remembered, stored, "{}", person.username);
        }
    }
}
