//! `add_users` and `remove_users` of `PATCH /groups/{group}`.

use roster::model::group::USERS_AT_ONCE;

use super::*;

#[tokio::test]
async fn users_come_and_go() {
    let (app, owner, bea) = served().await;
    let (carl, dan) = (app.user(&owner, "carl", &[]).await, app.user(&owner, "dan", &[]).await);
    let group = make(&owner, "gardeners").await;
    let shown = patch(&owner, group, json!({ "add_users": [carl.id, bea.id] })).await.expect(200).json();
    assert_eq!(
        (usernames(&shown["members"]), &shown["total_member_count"]),
        (vec!["bea", "carl"], &json!(2))
    );
    let change = json!({ "add_users": [dan.id], "remove_users": [bea.id.to_string().to_uppercase()] });
    let shown = patch(&owner, group, change).await.expect(200).json();
    assert_eq!(usernames(&shown["members"]), ["carl", "dan"]);
    assert_eq!(owner.get(&path(group)).await.expect(200).json(), shown);
}

/// So that a client can send the same once more.
#[tokio::test]
async fn what_is_so_already_changes_nothing() {
    let (app, owner, bea) = served().await;
    let group = make(&owner, "gardeners").await;
    for _ in 0..2 {
        put_in(&owner, group, &[&bea]).await;
        assert_eq!(stored(&app, group).await, [bea.id]);
    }
    for _ in 0..2 {
        patch(&owner, group, json!({ "remove_users": [bea.id, Uuid::nil()] })).await.expect(200);
        assert_eq!(stored(&app, group).await, [] as [Uuid; 0]);
    }
}

#[tokio::test]
async fn only_members_of_the_organization_are_added() {
    let (app, owner, bea) = served().await;
    let acme = app.organization("acme").await;
    let joe = user_of(&app, &owner, acme, "joe").await;
    let gone = app.user(&owner, "gone", &[]).await;
    owner.delete("/users/gone").await.expect(200);
    let prebuilds = owner.get("/users/prebuilds").await;
    assert_eq!(prebuilds.status, 200);
    let group = make(&owner, "gardeners").await;
    let nobody = Uuid::from_u128(7);
    let strangers = [joe.id, gone.id, uuid(&prebuilds.json()["id"]), nobody];
    let add: Vec<Uuid> = strangers.into_iter().chain([bea.id]).collect();
    let detail = |id: Uuid| ("add_users", format!("user {id} is not a member of the organization"));
    assert_bad_fields(patch(&owner, group, json!({ "add_users": add })).await, &strangers.map(detail));
    assert_eq!(stored(&app, group).await, [] as [Uuid; 0]);
}

/// Suspended and dormant users, and service accounts, are members like all others.
#[tokio::test]
async fn members_of_any_status_are_added() {
    let (app, owner, _) = served().await;
    let group = make(&owner, "gardeners").await;
    for (number, more) in [
        json!({ "user_status": "suspended" }),
        json!({ "user_status": "dormant" }),
        json!({ "service_account": true, "email": "" }),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = json!({ "username": format!("user{number}") });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let user = app.user_from(&owner, body).await;
        put_in(&owner, group, &[&user]).await;
    }
    let shown = owner.get(&path(group)).await.expect(200).json();
    assert_eq!(usernames(&shown["members"]), ["user0", "user1", "user2"]);
    assert_eq!(shown["members"][2]["is_service_account"], true);
}

#[tokio::test]
async fn each_user_is_named_once_and_by_id() {
    let (app, owner, bea) = served().await;
    let group = make(&owner, "gardeners").await;
    let id = bea.id;
    let twice = format!("user {id} is named more than once");
    let no_id = |text: &str| format!("{text:?} is no valid user id");
    for (change, fields) in [
        (json!({ "add_users": [id, id] }), vec![("add_users", twice.clone())]),
        (json!({ "remove_users": [id, id] }), vec![("remove_users", twice.clone())]),
        (json!({ "add_users": [id], "remove_users": [id] }), vec![("remove_users", twice.clone())]),
        (
            json!({ "add_users": ["bea", null], "remove_users": ["x", id] }),
            vec![("add_users", no_id("bea")), ("add_users", no_id("")), ("remove_users", no_id("x"))],
        ),
    ] {
        assert_bad_fields(patch(&owner, group, change).await, &fields);
    }
    assert_eq!(stored(&app, group).await, [] as [Uuid; 0]);
}

#[tokio::test]
async fn a_request_moves_no_more_than_a_thousand() {
    let (app, owner, bea) = served().await;
    let group = make(&owner, "gardeners").await;
    let ids = app.crowd(app.organization, "g", USERS_AT_ONCE).await;
    let told = format!("at most {USERS_AT_ONCE} users are added and removed at once, found 1001");
    let refused = patch(&owner, group, json!({ "add_users": ids, "remove_users": [bea.id] })).await;
    assert_bad_field(refused, "add_users", &told);
    let many: Vec<Uuid> = (0..=1_000).map(Uuid::from_u128).collect();
    let refused = patch(&owner, group, json!({ "remove_users": many })).await;
    assert_bad_field(refused, "remove_users", &told);
    let shown = patch(&owner, group, json!({ "add_users": ids })).await.expect(200).json();
    assert_eq!(shown["total_member_count"], USERS_AT_ONCE);
    let shown = patch(&owner, group, json!({ "remove_users": ids })).await.expect(200).json();
    assert_eq!(shown["total_member_count"], 0);
}

/// All of a change or nothing of it.
#[tokio::test]
async fn a_refused_change_changes_nothing() {
    let (app, owner, bea) = served().await;
    let group = make(&owner, "gardeners").await;
    make(&owner, "taken").await;
    let before = owner.get(&path(group)).await.expect(200).json();
    let change = json!({ "add_users": [bea.id, Uuid::nil()], "display_name": "Other" });
    patch(&owner, group, change).await.expect(400);
    patch(&owner, group, json!({ "add_users": [bea.id], "name": "taken" })).await.expect(409);
    assert_eq!(owner.get(&path(group)).await.expect(200).json(), before);
    assert_eq!(stored(&app, group).await, [] as [Uuid; 0]);
}
