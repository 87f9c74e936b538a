//! A change of who is in a group counts for keys in use, at once here and soon in every other replica.

use super::*;
use crate::auth::replicas::{SOON, hearing, there_is_one_process, until};

/// A server where being in a group is the only way for a plain member to see it.
async fn unshared() -> (TestApp, Actor, Actor, Uuid) {
    let (app, owner, bea) = served().await;
    app.set_sharing(app.organization, "none").await;
    let group = make(&owner, "gardeners").await;
    (app, owner, bea, group)
}

#[tokio::test]
async fn those_who_come_and_go_notice_it() {
    let (_app, owner, bea, group) = unshared().await;
    for _ in 0..2 {
        assert_hidden(bea.get(&path(group)).await);
        put_in(&owner, group, &[&bea]).await;
        bea.get(&path(group)).await.expect(200);
        patch(&owner, group, json!({ "remove_users": [bea.id] })).await.expect(200);
    }
    assert_hidden(bea.get(&path(group)).await);
}

#[tokio::test]
async fn whoever_leaves_the_organization_leaves_its_groups() {
    let (_app, owner, bea, group) = unshared().await;
    put_in(&owner, group, &[&bea]).await;
    bea.get(&path(group)).await.expect(200);
    owner.delete("/organizations/default/members/bea").await.expect(204);
    assert_hidden(bea.get(&path(group)).await);
    owner.post_empty("/organizations/default/members/bea").await.expect(200);
    assert_hidden(bea.get(&path(group)).await);
}

/// A deletion does not ask who was in the group; all members of the organization are looked up again.
#[tokio::test]
async fn those_who_were_in_a_deleted_group_notice_it() {
    let (app, owner, bea, group) = unshared().await;
    put_in(&owner, group, &[&bea]).await;
    let question = json!({ "checks": { "it": { "action": "read", "object": {
        "resource_type": "group", "resource_id": group } } } });
    let asked = async || bea.post("/authcheck", question.clone()).await.expect(200).json()["it"].clone();
    assert_eq!(asked().await, true);
    owner.delete(&path(group)).await.expect(200);
    assert_eq!(asked().await, false);
    let person = app.backend.store.person(roster::model::ids::UserId(bea.id)).await.unwrap().unwrap();
    assert_eq!(person.person.groups().count(), 0);
}

#[tokio::test]
async fn another_replica_notices_it_too() {
    if there_is_one_process("groups in another replica") {
        return;
    }
    let (app, owner, bea, group) = unshared().await;
    let (base, _backend, _stop) = app.replica().await;
    hearing(&app, 2).await;
    let there = Client::new(&base).with_token(&bea.token);
    there.get(&path(group)).await.expect(404);
    put_in(&owner, group, &[&bea]).await;
    assert!(until(&there, &path(group), 200).await < SOON);
    patch(&owner, group, json!({ "remove_users": [bea.id] })).await.expect(200);
    assert!(until(&there, &path(group), 404).await < SOON);
}
