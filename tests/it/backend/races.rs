//! Requests that meet in the database end like those that came one after the other.

use serde_json::json;

use crate::auth::replicas::there_is_one_process;
use crate::support::{PASSWORD, TestApp, store_options};

const AT_ONCE: usize = 6;

/// The statuses of these requests, sent at once, sorted.
async fn at_once<F>(requests: impl Iterator<Item = F>) -> Vec<u16>
where
    F: Future<Output = u16> + Send + 'static,
{
    let running: Vec<_> = requests.map(tokio::spawn).collect();
    let mut statuses = Vec::new();
    for one in running {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    statuses
}

/// One success and the same refusal for all others.
fn one_wins(success: u16, refusal: u16) -> Vec<u16> {
    let mut statuses = vec![refusal; AT_ONCE - 1];
    statuses.push(success);
    statuses.sort_unstable();
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_several_first_users_one_is_the_first() {
    let app = TestApp::new().await;
    let requests = (0..AT_ONCE).map(|n| {
        let client = app.client();
        let body = json!({ "email": format!("u{n}@example.com"), "username": format!("u{n}"), "password": PASSWORD });
        async move { client.post("/users/first", body).await.status }
    });
    assert_eq!(at_once(requests).await, one_wins(201, 409));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_several_users_of_one_name_one_is_made() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let requests = (0..AT_ONCE).map(|n| {
        let (client, organization) = (owner.client.clone(), app.organization);
        let username = if n % 2 == 0 { "bea" } else { "BEA" };
        let body = json!({
            "email": format!("u{n}@example.com"), "username": username, "login_type": "none",
            "organization_ids": [organization],
        });
        async move { client.post("/users", body).await.status }
    });
    assert_eq!(at_once(requests).await, one_wins(201, 409));
    assert_eq!(owner.get("/users?q=bea").await.json()["count"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_joins_several_times_at_once_joins_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let sales = app.organization("sales").await;
    let bea = app.user(&owner, "bea", &[]).await;
    let requests = (0..AT_ONCE).map(|_| {
        let (client, path) = (owner.client.clone(), format!("/organizations/{sales}/members/{}", bea.id));
        async move { client.post_empty(&path).await.status }
    });
    assert_eq!(at_once(requests).await, one_wins(200, 400));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_leaves_several_times_at_once_leaves_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let requests = (0..AT_ONCE).map(|_| {
        let (client, path) = (owner.client.clone(), format!("/organizations/default/members/{}", bea.id));
        async move { client.delete(&path).await.status }
    });
    assert_eq!(at_once(requests).await, one_wins(204, 404));
}

/// Somewhere a server stands still in the middle of a change of roles. The others must not stand still with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_that_wait_for_each_other_leave_connections_for_everybody_else() {
    if there_is_one_process("a lock that another replica holds") {
        return;
    }
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let elsewhere = roster::store::Store::connect(&store_options(&app.database.url)).await.unwrap();
    let standing_still = elsewhere.write_alone(roster::store::Lock::People).await.unwrap();
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let client = owner.client.clone();
            tokio::spawn(async move { client.put("/users/bea/roles", json!({ "roles": ["auditor"] })).await })
        })
        .collect();
    // More than the server has connections.
    for n in 0..20 {
        owner.get(&format!("/users?q=bea&offset={n}")).await.expect(200);
    }
    assert!(waiting.iter().all(|change| !change.is_finished()));
    drop(standing_still);
    for change in waiting {
        change.await.unwrap().expect(200);
    }
}
