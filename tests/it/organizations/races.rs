//! Many at once: each is answered as if it had come alone, before or after the others.

use std::collections::BTreeMap;

use tokio::task::JoinSet;

use super::*;

const AT_ONCE: usize = 16;
const ROUNDS: usize = 12;

/// Sends requests together, each from a task of its own; their answers.
async fn together<F>(requests: impl IntoIterator<Item = F>) -> Vec<Reply>
where
    F: Future<Output = Reply> + Send + 'static,
{
    requests.into_iter().collect::<JoinSet<Reply>>().join_all().await
}

fn counted(replies: &[Reply]) -> BTreeMap<u16, usize> {
    let mut statuses = BTreeMap::new();
    for reply in replies {
        *statuses.entry(reply.status).or_default() += 1;
    }
    statuses
}

/// A request to be sent from a task of its own.
fn asking(
    client: &Client,
    method: Method,
    path: String,
    body: Option<Value>,
) -> impl Future<Output = Reply> + Send + use<> {
    let client = client.clone();
    async move { client.send(method, &path, body.map(|body| body.to_string())).await }
}

fn making(client: &Client, name: &str) -> impl Future<Output = Reply> + Send + use<> {
    asking(client, Method::POST, ALL.to_owned(), Some(json!({ "name": name })))
}

fn changing(client: &Client, id: Uuid, change: Value) -> impl Future<Output = Reply> + Send + use<> {
    asking(client, Method::PATCH, path(id), Some(change))
}

fn deleting(client: &Client, organization: &str) -> impl Future<Output = Reply> + Send + use<> {
    asking(client, Method::DELETE, path(organization), None)
}

fn adding(client: &Client, id: Uuid, user: Uuid) -> impl Future<Output = Reply> + Send + use<> {
    asking(client, Method::POST, member(id, user), None)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_with_a_name_is_made() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let before = rows_of_creation(&app).await;
    let spellings = ["acme", "Acme", "ACME", "aCmE"];
    let replies = together((0..AT_ONCE).map(|n| making(&owner, spellings[n % spellings.len()]))).await;
    assert_eq!(counted(&replies), BTreeMap::from([(201, 1), (409, AT_ONCE - 1)]));
    for refused in replies.iter().filter(|reply| reply.status == 409) {
        assert_eq!(refused.json(), json!({ "message": "Organization already exists with that name." }));
    }
    assert_eq!(rows_of_creation(&app).await, before.map(|rows| rows + 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_is_made_over_two_servers() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (base, _backend, _stop) = app.replica().await;
    let other = Client::new(&base).with_token(&owner.token);
    let clients = [&owner.client, &other];
    let replies = together((0..AT_ONCE).map(|n| making(clients[n % 2], "acme"))).await;
    assert_eq!(counted(&replies), BTreeMap::from([(201, 1), (409, AT_ONCE - 1)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_with_different_names_are_made() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let replies = together((0..AT_ONCE).map(|n| making(&owner, &format!("org{n}")))).await;
    assert_eq!(counted(&replies), BTreeMap::from([(201, AT_ONCE)]));
    let ids = owner.get("/users/me").await.expect(200).json()["organization_ids"].clone();
    assert_eq!(ids.as_array().unwrap().len(), AT_ONCE + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_gets_a_new_name() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let mut ids = Vec::new();
    for number in 0..AT_ONCE {
        ids.push(make(&owner, &format!("org{number}")).await);
    }
    let replies = together(ids.iter().map(|id| changing(&owner, *id, json!({ "name": "acme" })))).await;
    assert_eq!(counted(&replies), BTreeMap::from([(200, 1), (409, AT_ONCE - 1)]));
    for refused in replies.iter().filter(|reply| reply.status == 409) {
        assert_eq!(refused.validations()[0].0, "name");
    }
    let named = listed(&owner, ALL).await.into_iter().filter(|name| name == "acme").count();
    assert_eq!(named, 1);
}

/// Neither can have it while the other has it; and they do not wait for each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn names_are_not_swapped() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (one, other) = (make(&owner, "one").await, make(&owner, "other").await);
    let swap = |n: usize| match n % 2 {
        0 => changing(&owner, one, json!({ "name": "other" })),
        _ => changing(&owner, other, json!({ "name": "one" })),
    };
    assert_eq!(counted(&together((0..AT_ONCE).map(swap)).await), BTreeMap::from([(409, AT_ONCE)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_of_different_fields_are_all_kept() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = make(&owner, "acme").await;
    for round in 0..ROUNDS {
        let text = format!("text{round}");
        let fields = ["name", "display_name", "description", "icon"];
        let replies = together(fields.map(|field| changing(&owner, acme, json!({ field: text })))).await;
        assert_eq!(counted(&replies), BTreeMap::from([(200, fields.len())]));
        let now = owner.get(&path(acme)).await.expect(200).json();
        assert_eq!(fields.map(|field| now[field].as_str().unwrap().to_owned()), fields.map(|_| text.clone()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_deletes() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = make(&owner, "acme").await;
    let replies = together((0..AT_ONCE).map(|n| match n % 2 {
        0 => deleting(&owner, &acme.to_string()),
        _ => deleting(&owner, "acme"),
    }))
    .await;
    assert_eq!(counted(&replies), BTreeMap::from([(200, 1), (404, AT_ONCE - 1)]));
    let deletions =
        audited(&app).await.into_iter().filter(|e| e.action == "delete" && e.status_code < 400).count();
    assert_eq!(deletions, 1);
}

/// Whoever comes first: joined and not deleted, or deleted and not joined.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_joins_what_is_being_deleted() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (bea, carl) = (app.user(&owner, "bea", &[]).await, app.user(&owner, "carl", &[]).await);
    for round in 0..ROUNDS {
        let acme = make(&owner, &format!("org{round}")).await;
        let add = |user: &Actor| adding(&owner, acme, user.id);
        let (deleted, bea, carl) = tokio::join!(
            tokio::spawn(deleting(&owner, &acme.to_string())),
            tokio::spawn(add(&bea)),
            tokio::spawn(add(&carl)),
        );
        let statuses = [deleted, bea, carl].map(|reply| reply.unwrap().status);
        let is_deleted = row(&app, acme).await.deleted;
        let members = members_in_database(&app, acme).await.len();
        match statuses {
            [200, 404, 404] => assert_eq!((is_deleted, members), (true, 1)),
            [409, 200, 200] => assert_eq!((is_deleted, members), (false, 3)),
            other => panic!("round {round}: {other:?}, deleted: {is_deleted}, members: {members}"),
        }
    }
}

/// The same for users who are made into it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_is_made_into_what_is_being_deleted() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for round in 0..ROUNDS {
        let acme = make(&owner, &format!("org{round}")).await;
        let username = format!("user{round}");
        let body = json!({
            "username": username, "email": format!("{username}@example.com"), "login_type": "none",
            "organization_ids": [app.organization, acme],
        });
        let (deleted, made) = tokio::join!(
            tokio::spawn(deleting(&owner, &acme.to_string())),
            tokio::spawn(asking(&owner, Method::POST, "/users".to_owned(), Some(body))),
        );
        let (deleted, made) = (deleted.unwrap(), made.unwrap());
        let is_deleted = row(&app, acme).await.deleted;
        let members = members_in_database(&app, acme).await.len();
        match (deleted.status, made.status) {
            (200, 404) => assert_eq!((is_deleted, members), (true, 1)),
            (409, 201) => assert_eq!((is_deleted, members), (false, 2)),
            other => panic!("round {round}: {other:?}, deleted: {is_deleted}, members: {members}"),
        }
    }
}

/// A name that is given up and wanted at once goes to one or to none, and nothing fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_name_is_freed_and_taken_at_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for _ in 0..ROUNDS {
        let first = make(&owner, "acme").await;
        let (deleted, made) = tokio::join!(
            tokio::spawn(deleting(&owner, &first.to_string())),
            tokio::spawn(making(&owner, "ACME")),
        );
        deleted.unwrap().expect(200);
        let made = made.unwrap();
        assert!([201, 409].contains(&made.status), "{made:?}");
        if made.status == 201 {
            owner.delete(&path("acme")).await.expect(200);
        }
    }
}
