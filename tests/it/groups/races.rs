//! Writes at the same moment.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::*;

fn count(replies: Vec<Reply>) -> BTreeMap<u16, usize> {
    let mut counts = BTreeMap::new();
    replies.iter().for_each(|reply| *counts.entry(reply.status).or_default() += 1);
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_gets_a_new_name() {
    let (_app, owner, _) = served().await;
    let ask = |number: usize| {
        let name = if number.is_multiple_of(2) { "gardeners" } else { "GARDENERS" };
        let owner = &owner;
        async move { owner.post(HERE, json!({ "name": name })).await }
    };
    let replies = join_all((0..8).map(ask)).await;
    assert_eq!(count(replies), BTreeMap::from([(201, 1), (409, 7)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_gets_the_others_name() {
    let (_app, owner, _) = served().await;
    let groups = [make(&owner, "a").await, make(&owner, "b").await, make(&owner, "c").await];
    let replies = join_all(groups.iter().map(|group| patch(&owner, group, json!({ "name": "d" })))).await;
    assert_eq!(count(replies), BTreeMap::from([(200, 1), (409, 2)]));
}

/// Whoever leaves is in no group afterwards, whoever comes first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_in_a_group_without_being_a_member() {
    let (app, owner, _) = served().await;
    let group = make(&owner, "gardeners").await;
    for number in 0..6 {
        let user = app.user(&owner, &format!("user{number}"), &[]).await;
        let leaving = format!("/organizations/default/members/{}", user.id);
        let (added, removed) =
            tokio::join!(patch(&owner, group, json!({ "add_users": [user.id] })), owner.delete(&leaving));
        assert!([200, 400].contains(&added.status), "{added:?}");
        removed.expect(204);
        assert_eq!(stored(&app, group).await, [] as [Uuid; 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_deletes_it() {
    let (app, owner, bea) = served().await;
    let group = make(&owner, "gardeners").await;
    put_in(&owner, group, &[&bea]).await;
    let there = path(group);
    let replies = join_all((0..4).map(|_| owner.delete(&there))).await;
    assert_eq!(count(replies), BTreeMap::from([(200, 1), (404, 3)]));
    let deleted = audited(&app).await.into_iter().filter(|e| e.action == "delete" && e.status_code == 200);
    assert_eq!(deleted.count(), 1);
}

/// An organization is deleted with no group in it, or a group is made and it stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_group_is_made_in_an_organization_that_is_being_deleted() {
    let (app, owner, _) = served().await;
    for number in 0..6 {
        let acme = app.organization(&format!("org{number}")).await;
        let (list, there) = (format!("/organizations/{acme}/groups"), format!("/organizations/{acme}"));
        let (made, deleted) =
            tokio::join!(owner.post(&list, json!({ "name": "late" })), owner.delete(&there));
        let both = (made.status, deleted.status);
        assert!([(201, 409), (404, 200)].contains(&both), "{both:?}");
        let left = names(&owner, &format!("/groups?organization={acme}")).await;
        assert_eq!(left, if deleted.status == 200 { vec![] } else { vec!["Everyone", "late"] });
    }
}
