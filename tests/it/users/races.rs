//! Requests at the same time: one wins, the others are told why (users.md 1.7, 2.2, 3.2).

use serde_json::{Value, json};

use super::*;
use crate::support::{Actor, PASSWORD, uuid};

const AT_ONCE: usize = 16;

/// Sends all of these at once, each from a task of its own.
async fn at_once(clients: Vec<Client>, path: &'static str, body: impl Fn(usize) -> Value) -> Vec<Reply> {
    let sent = |(number, client): (usize, Client)| {
        let body = body(number);
        tokio::spawn(async move { client.post(path, body).await })
    };
    let tasks: Vec<_> = clients.into_iter().enumerate().map(sent).collect();
    let mut replies = Vec::with_capacity(tasks.len());
    for task in tasks {
        replies.push(task.await.unwrap());
    }
    replies
}

/// Exactly one reply made something, all others are this conflict; the one that did.
#[track_caller]
fn assert_one_winner(replies: Vec<Reply>, conflict: &str) -> Reply {
    let (mut made, refused): (Vec<Reply>, Vec<Reply>) =
        replies.into_iter().partition(|reply| reply.status == 201);
    assert_eq!((made.len(), refused.len()), (1, AT_ONCE - 1), "{refused:?}");
    for reply in refused {
        assert_refused(reply, 409, conflict);
    }
    made.remove(0)
}

fn first(number: usize) -> Value {
    json!({ "email": format!("u{number}@example.com"), "username": format!("u{number}"), "password": PASSWORD })
}

const FIRST_CONFLICT: &str = "The initial user has already been created.";
const CONFLICT: &str = "User already exists.";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_first_user_wins() {
    let app = TestApp::new().await;
    let before = rows_of_creation(&app).await;
    let replies = at_once(vec![app.client(); AT_ONCE], "/users/first", first).await;
    let id = uuid(&assert_one_winner(replies, FIRST_CONFLICT).json()["user_id"]);
    assert_eq!(rows_of_creation(&app).await, before.map(|rows| rows + 1));
    assert_eq!(row(&app, id).await.rbac_roles.0, ["owner"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_first_user_wins_over_two_servers() {
    let app = TestApp::new().await;
    let (base, _backend, _stop) = app.replica().await;
    let clients = (0..AT_ONCE).map(|n| if n % 2 == 0 { app.client() } else { Client::new(&base) }).collect();
    let before = rows_of_creation(&app).await;
    let replies = at_once(clients, "/users/first", first).await;
    assert_one_winner(replies, FIRST_CONFLICT);
    assert_eq!(rows_of_creation(&app).await, before.map(|rows| rows + 1));
}

async fn assert_one_user_wins(app: &TestApp, owner: &Actor, body: impl Fn(usize) -> Value) {
    let before = rows_of_creation(app).await;
    let replies = at_once(vec![owner.client.clone(); AT_ONCE], "/users", body).await;
    let id = uuid(&assert_one_winner(replies, CONFLICT).json()["id"]);
    assert_eq!(rows_of_creation(app).await, before.map(|rows| rows + 1));
    assert_eq!(audited(app, id, "create").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_with_a_username_wins() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let spellings = ["bea", "Bea", "BEA", "bEa"];
    let body = |number: usize| {
        let email = json!({ "email": format!("u{number}@example.com") });
        with(request(&app, spellings[number % spellings.len()]), email)
    };
    assert_one_user_wins(&app, &owner, body).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_with_an_address_wins() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let spellings = ["béa@example.com", "BÉA@example.com", "Béa@Example.com"];
    let body = |number: usize| {
        let email = json!({ "email": spellings[number % spellings.len()] });
        with(request(&app, &format!("u{number}")), email)
    };
    assert_one_user_wins(&app, &owner, body).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_with_a_password_wins() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let password = json!({ "login_type": "password", "password": PASSWORD });
    assert_one_user_wins(&app, &owner, |_| with(request(&app, "bea"), password.clone())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_different_users_are_all_made() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let replies =
        at_once(vec![owner.client.clone(); AT_ONCE], "/users", |n| request(&app, &format!("u{n}"))).await;
    for reply in replies {
        reply.expect(201);
    }
    let list = owner.get("/users?limit=1").await.expect(200).json();
    assert_eq!(list["count"], AT_ONCE + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_first_requests_wake_a_user_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let id = uuid(&owner.post("/users", request(&app, "bea")).await.expect(201).json()["id"]);
    let client = app.client().with_token(&app.mint(id, crate::support::Mint::default()).await);
    let tasks: Vec<_> = vec![client; AT_ONCE]
        .into_iter()
        .map(|client| tokio::spawn(async move { client.get("/users/me").await }))
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().expect(200).json()["status"], "active");
    }
    assert_eq!(audited(&app, id, "write").await.len(), 1);
}
