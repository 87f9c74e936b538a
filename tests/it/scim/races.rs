//! Directories send the same twice, and at once.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};

use super::*;

fn statuses(replies: &[Reply]) -> Vec<u16> {
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_make_one_user_the_second_knows_it() {
    let (app, _, _, directory) = served().await;
    for round in 0..5 {
        let body = somebody("", &format!("user{round}@example.com"), true);
        let replies = join_all((0..2).map(|_| post(&directory, body.clone()))).await;
        assert_eq!(statuses(&replies), [200, 201], "{replies:?}");
        let ids: BTreeSet<Uuid> = replies.iter().map(|reply| uuid(&reply.json()["id"])).collect();
        assert_eq!(ids.len(), 1, "{replies:?}");
        let entries: usize =
            entries(&app).await.iter().filter(|entry| ids.contains(&entry.resource_id)).count();
        assert_eq!(entries, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_with_one_name_and_other_addresses_are_one_user() {
    let (app, _, _, directory) = served().await;
    let bodies = (0..8).map(|number| somebody("carla", &format!("carla{number}@example.com"), true));
    let replies = join_all(bodies.map(|body| post(&directory, body))).await;
    assert_eq!(statuses(&replies), [200, 200, 200, 200, 200, 200, 200, 201], "{replies:?}");
    let named = users::Entity::find().filter(users::Column::UsernameLower.eq("carla"));
    assert_eq!(named.count(&app.db).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_become_one_are_made_different() {
    let (_app, _, _, directory) = served().await;
    let bodies = (0..6)
        .map(|number| somebody(&format!("car.la@{number}.example"), &format!("u{number}@example.com"), true));
    let replies = join_all(bodies.map(|body| post(&directory, body))).await;
    assert_eq!(statuses(&replies), [201; 6], "{replies:?}");
    let names: BTreeSet<String> = replies.iter().map(|reply| reply.json()["userName"].to_string()).collect();
    assert_eq!(names.len(), 6, "{names:?}");
}

/// Beside somebody who makes the same user by hand, it is made once, and never a fault.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_makes_the_same_user_by_hand_is_no_fault() {
    let (app, owner, _, directory) = served().await;
    for round in 0..5 {
        let (name, email) = (format!("user-{round}"), format!("user-{round}@example.com"));
        let by_hand = json!({
            "username": name, "email": email, "login_type": "none", "organization_ids": [app.organization],
        });
        let (one, other) =
            tokio::join!(post(&directory, somebody(&name, &email, true)), owner.post("/users", by_hand));
        assert!(matches!((one.status, other.status), (201, 409) | (200, 201)), "{one:?} {other:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_suspend_one_user_one_does() {
    let (app, _, bea, directory) = served().await;
    let body = json!({ "active": false });
    let replies = join_all((0..4).map(|_| patch(&directory, bea.id, body.clone()))).await;
    assert_eq!(statuses(&replies), [200; 4], "{replies:?}");
    let written = entries(&app).await;
    let written = written.iter().filter(|entry| entry.resource_id == bea.id && entry.action == "write");
    assert_eq!(written.count(), 1);
}
