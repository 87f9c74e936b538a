//! Many at once.

use std::collections::BTreeMap;

use entity::{api_keys, organization_members};
use reqwest::Method;

use super::*;
use crate::auth::helpers::{log_in, member};
use crate::members::races::{AT_ONCE, together};
use crate::support::{Client, Mint, PASSWORD};

async fn owners(app: &TestApp) -> Vec<users::Model> {
    let all = users::Entity::find().filter(users::Column::Deleted.eq(false));
    let all = all.filter(users::Column::Status.eq("active")).all(&app.db).await.unwrap();
    all.into_iter().filter(|user| user.rbac_roles.0.contains(&"owner".to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_owners_who_delete_each_other_one_stays() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for round in 0..10 {
        let first = app.user(&owner, &format!("first-{round}"), &["owner"]).await;
        let second = app.user(&owner, &format!("second-{round}"), &["owner"]).await;
        let delete = |by: &Actor, whom: &Actor| {
            let (client, path) = (by.client.clone(), format!("/users/{}", whom.id));
            tokio::spawn(async move { client.delete(&path).await })
        };
        let (one, other) = tokio::join!(delete(&first, &second), delete(&second, &first));
        let mut statuses = [one.unwrap().status, other.unwrap().status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401], "{round}");
        assert_eq!(owners(&app).await.len(), 2 + round, "{round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_owners_who_suspend_each_other_both_stay() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let second = app.user(&owner, "second", &["owner"]).await;
    let suspend = |by: &Actor, whom: &Actor| {
        let (client, path) = (by.client.clone(), suspend(whom.id));
        tokio::spawn(async move { client.send(Method::PUT, &path, None).await })
    };
    let (one, other) = tokio::join!(suspend(&owner, &second), suspend(&second, &owner));
    assert_eq!((one.unwrap().status, other.unwrap().status), (400, 400));
    assert_eq!(owners(&app).await.len(), 2);
}

/// Whichever comes first: who was deleted demotes nobody, and who was demoted deletes nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_is_demoted_and_deletes_at_once_leaves_an_owner() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let second = app.user(&owner, "second", &["owner"]).await;
    for round in 0..10 {
        let demote = {
            let client = owner.client.clone();
            tokio::spawn(async move { client.put("/users/second/roles", json!({ "roles": [] })).await })
        };
        let revenge = {
            let client = second.client.clone();
            tokio::spawn(async move { client.delete("/users/owner").await })
        };
        let (demoted, revenge) = tokio::join!(demote, revenge);
        let (demoted, revenge) = (demoted.unwrap().status, revenge.unwrap().status);
        if revenge == 200 {
            assert_eq!(demoted, 401, "{round}");
            assert_eq!(owners(&app).await.len(), 1);
            return;
        }
        assert!(demoted == 200 && [403, 404].contains(&revenge), "{round}: {demoted} {revenge}");
        assert_eq!(owners(&app).await.len(), 1, "{round}");
        owner.put("/users/second/roles", json!({ "roles": ["owner"] })).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_the_same_username_one_gets_it() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for number in 0..AT_ONCE {
        app.user(&owner, &format!("u{number}"), &[]).await;
    }
    let (statuses, _) = together(|number| {
        let client = owner.client.clone();
        let username = if number % 2 == 0 { "wanted" } else { "Wanted" };
        let body = json!({ "username": username, "name": "" });
        async move { client.put(&format!("/users/u{number}/profile"), body).await }
    })
    .await;
    assert_eq!(statuses, BTreeMap::from([(200, 1), (409, AT_ONCE - 1)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_delete_the_same_user_all_succeed_and_one_is_audited() {
    let Cast { app, owner, one, .. } = Cast::new().await;
    let (statuses, _) = together(|_| {
        let (client, path) = (owner.client.clone(), format!("/users/{}", one.id));
        async move { client.delete(&path).await }
    })
    .await;
    assert_eq!(statuses, BTreeMap::from([(200, AT_ONCE)]));
    assert_eq!(audited(&app, one.id, "delete").await.len(), 1);
}

/// What is left of a deleted user: keys and memberships.
async fn left(app: &TestApp, user: Uuid) -> (usize, usize) {
    let keys = api_keys::Entity::find().filter(api_keys::Column::UserId.eq(user));
    let members = organization_members::Entity::find();
    let members = members.filter(organization_members::Column::UserId.eq(user));
    (keys.all(&app.db).await.unwrap().len(), members.all(&app.db).await.unwrap().len())
}

async fn login(client: Client, email: String) -> Reply {
    log_in(&client, &email, PASSWORD).await
}

/// Whatever was going on for a user when it was deleted, nothing of it is left.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_made_while_its_user_is_deleted_goes_with_it() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    for round in 0..10 {
        let bea = member(&app, &owner, &format!("bea-{round}")).await;
        let boss = app.user(&owner, &format!("boss-{round}"), &["owner"]).await;
        let (client, path) = (owner.client.clone(), format!("/users/{}", bea.id));
        let deleting = tokio::spawn(async move { client.delete(&path).await });
        let (client, path) = (owner.client.clone(), format!("/organizations/{acme}/members/{}", bea.id));
        let joining = tokio::spawn(async move { client.post_empty(&path).await });
        let (client, path) = (owner.client.clone(), format!("/users/{}", boss.id));
        let dismissing = tokio::spawn(async move { client.delete(&path).await });
        let (client, name) = (boss.client.clone(), format!("of-boss-{round}"));
        let founding =
            tokio::spawn(async move { client.post("/organizations", json!({ "name": name })).await });
        let logging_in = tokio::spawn(login(app.client(), bea.email.clone()));
        deleting.await.unwrap().expect(200);
        dismissing.await.unwrap().expect(200);
        let joined = joining.await.unwrap();
        assert!([200, 404].contains(&joined.status), "{round}: {joined:?}");
        let founded = founding.await.unwrap();
        assert!([201, 401].contains(&founded.status), "{round}: {founded:?}");
        let logged_in = logging_in.await.unwrap();
        assert!([201, 401].contains(&logged_in.status), "{round}: {logged_in:?}");
        assert_eq!(left(&app, bea.id).await, (0, 0), "{round}");
        assert_eq!(left(&app, boss.id).await, (0, 0), "{round}");
    }
}

/// Whoever suspends comes after or before whoever wakes, and stays suspended.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn waking_does_not_undo_a_suspension() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for round in 0..10 {
        let body = json!({ "username": format!("asleep-{round}"), "user_status": "dormant" });
        let asleep = app.user_from(&owner, body).await;
        app.mint(asleep.id, Mint::default()).await;
        let (client, path) = (owner.client.clone(), suspend(asleep.id));
        let suspending = tokio::spawn(async move { client.send(Method::PUT, &path, None).await });
        let client = asleep.client.clone();
        let waking = tokio::spawn(async move { client.get("/users/me").await });
        suspending.await.unwrap().expect(200);
        let woken = waking.await.unwrap().status;
        assert!([200, 401].contains(&woken), "{round}: {woken}");
        assert_eq!(stored(&app, asleep.id).await.status, "suspended", "{round}");
        asleep.get("/users/me").await.expect(401);
    }
}
