//! Many at once.

use std::collections::BTreeMap;
use std::future::Future;

use serde_json::json;

use super::{
    UNACCEPTABLE, assign, assign_site, define, member, names, of_member, of_user, own_roles, request, role,
    roles, roles_of, site_roles_of,
};
use crate::members::races::{AT_ONCE, together};
use crate::support::{Client, Reply, TestApp};

fn putting(
    client: &Client,
    path: String,
    body: serde_json::Value,
) -> impl Future<Output = Reply> + Send + 'static {
    let client = client.clone();
    async move { client.put(&path, body).await }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_make_the_same_role_one_succeeds() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (statuses, replies) = together(|number| {
        let client = owner.client.clone();
        let name = if number % 2 == 0 { "gardener" } else { "Gardener" };
        async move { client.post(&roles("default"), request(name, &[])).await }
    })
    .await;
    assert_eq!(statuses, BTreeMap::from([(200, 1), (400, AT_ONCE - 1)]));
    let later = owner.post(&roles("default"), request("gardener", &[])).await.expect(400);
    assert_eq!(later.message(), UNACCEPTABLE);
    assert!(replies.iter().filter(|reply| reply.status == 400).all(|reply| reply.text == later.text));
    assert_eq!(own_roles(&owner).await, ["gardener"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_delete_the_same_role_one_succeeds() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "gardener", &[]).await;
    let (statuses, _) = together(|_| {
        let client = owner.client.clone();
        async move { client.delete(&role("default", "gardener")).await }
    })
    .await;
    assert_eq!(statuses, BTreeMap::from([(200, 1), (404, AT_ONCE - 1)]));
}

/// Each decides on what is there when it writes, so that the one who comes second is an owner no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_owners_who_demote_each_other_one_stays() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let first = app.user(&owner, "first", &["owner"]).await;
    let second = app.user(&owner, "second", &["owner"]).await;
    // From now on those two are alone.
    assign_site(&first, "owner", &[]).await.expect(200);
    for round in 0..30 {
        let none = || json!({ "roles": [] });
        let (one, other) = tokio::join!(
            tokio::spawn(putting(&first, of_user("second"), none())),
            tokio::spawn(putting(&second, of_user("first"), none())),
        );
        let (one, other) = (one.unwrap(), other.unwrap());
        let first_won = one.status == 200;
        let (won, refused) = if first_won { (one, other) } else { (other, one) };
        let (winner, loser) = if first_won { (&first, &second) } else { (&second, &first) };
        won.expect(200);
        assert!([403, 404].contains(&refused.status), "{round}: {refused:?}");
        assert_eq!(site_roles_of(winner, "me").await, ["owner"], "{round}");
        assert!(site_roles_of(loser, "me").await.is_empty(), "{round}");
        assign_site(winner, loser.id, &["owner"]).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_admins_who_demote_each_other_one_stays() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let ann = app.user(&owner, "ann", &[]).await;
    let bob = app.user(&owner, "bob", &[]).await;
    for round in 0..10 {
        for username in ["ann", "bob"] {
            assign(&owner, username, &["organization-admin"]).await.expect(200);
        }
        let none = || json!({ "roles": [] });
        let (one, other) = tokio::join!(
            tokio::spawn(putting(&ann, of_member("default", "bob"), none())),
            tokio::spawn(putting(&bob, of_member("default", "ann"), none())),
        );
        let mut statuses = [one.unwrap().status, other.unwrap().status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 403], "{round}");
        let left = [roles_of(&owner, "ann").await, roles_of(&owner, "bob").await].concat();
        assert_eq!(left, ["organization-admin"], "{round}");
    }
}

/// Whole sets are written, one after the other: what is left is what one of them asked for.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_set_the_roles_of_a_member_one_is_last() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let sets: [&[&str]; 4] = [
        &["agents-access", "organization-auditor"],
        &["organization-admin"],
        &[],
        &["organization-template-admin", "organization-user-admin"],
    ];
    let set = |number: usize| json!({ "roles": sets[number % sets.len()] });
    let (statuses, replies) =
        together(|number| putting(&owner, of_member("default", "bea"), set(number))).await;
    assert_eq!(statuses, BTreeMap::from([(200, AT_ONCE)]));
    let left = roles_of(&owner, "bea").await;
    assert!(sets.iter().any(|set| left == *set), "{left:?}");
    for reply in replies {
        let body = reply.json();
        assert!(sets.contains(&names(&body["roles"]).as_slice()), "{body}");
    }
}

/// A role that goes while it is given is held by nobody afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_role_is_given_or_deleted_first_and_held_by_nobody_then() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    for round in 0..10 {
        assign(&owner, "bea", &[]).await.expect(200);
        define(&owner, "gardener", &[]).await;
        let client = owner.client.clone();
        let (given, deleted) = tokio::join!(
            tokio::spawn(putting(&owner, of_member("default", "bea"), json!({ "roles": ["gardener"] }))),
            tokio::spawn(async move { client.delete(&role("default", "gardener")).await }),
        );
        assert!([200, 400].contains(&given.unwrap().status), "{round}");
        deleted.unwrap().expect(200);
        assert!(roles_of(&owner, "bea").await.is_empty(), "{round}");
    }
}

/// Whichever comes first, nobody makes a role with a right that is gone when the role is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_is_demoted_hands_on_nothing_afterwards() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let admin = member(&app, &owner, "admin", &[]).await;
    for round in 0..10 {
        assign(&owner, "admin", &["organization-admin"]).await.expect(200);
        let (client, name) = (admin.client.clone(), format!("round-{round}"));
        let body = request(&name, &[("template", "update")]);
        let (made, demoted) = tokio::join!(
            tokio::spawn(async move { client.post(&roles("default"), body).await }),
            tokio::spawn(putting(&owner, of_member("default", "admin"), json!({ "roles": [] }))),
        );
        demoted.unwrap().expect(200);
        let made = made.unwrap();
        assert!([200, 404].contains(&made.status), "{round}: {made:?}");
        assert_eq!(own_roles(&owner).await.contains(&name), made.status == 200, "{round}");
        admin.post(&roles("default"), request("later", &[])).await.expect(404);
    }
}
