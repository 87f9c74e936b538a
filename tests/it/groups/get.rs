//! `GET /groups/{group}` and the same by name.

use super::*;

async fn gardeners(app: &TestApp, owner: &Actor, bea: &Actor) -> Uuid {
    let group = make(owner, "Gardeners").await;
    let zoe = app.user(owner, "Zoe", &[]).await;
    put_in(owner, group, &[&zoe, bea]).await;
    group
}

#[tokio::test]
async fn a_group_is_shown_with_those_in_it() {
    let (app, owner, bea) = served().await;
    let group = gardeners(&app, &owner, &bea).await;
    let shown = owner.get(&path(group)).await.expect(200).json();
    assert_eq!(usernames(&shown["members"]), ["bea", "Zoe"]);
    assert_eq!(shown["total_member_count"], 2);
    let user = owner.get("/users/bea").await.expect(200).json();
    let mut reduced = user.clone();
    for more in ["organization_ids", "roles"] {
        reduced.as_object_mut().unwrap().remove(more);
    }
    assert_eq!(shown["members"][0], reduced);
}

#[tokio::test]
async fn a_group_is_found_by_name_in_any_case() {
    let (app, owner, bea) = served().await;
    let group = gardeners(&app, &owner, &bea).await;
    let by_id = owner.get(&path(group)).await.expect(200).json();
    for name in ["Gardeners", "gardeners", "GARDENERS"] {
        assert_eq!(owner.get(&format!("{HERE}/{name}")).await.expect(200).json(), by_id);
    }
    // By name, not by id; and each organization has its own.
    assert_hidden(owner.get(&format!("{HERE}/{group}")).await);
    app.organization("acme").await;
    assert_hidden(owner.get("/organizations/acme/groups/gardeners").await);
    assert_hidden(owner.get("/organizations/nowhere/groups/gardeners").await);
}

#[tokio::test]
async fn members_are_left_out_on_demand() {
    let (app, owner, bea) = served().await;
    let group = gardeners(&app, &owner, &bea).await;
    for path in [path(group), format!("{HERE}/gardeners")] {
        for yes in ["true", "1", "t"] {
            let shown = owner.get(&format!("{path}?exclude_members={yes}")).await.expect(200).json();
            assert_eq!((&shown["members"], &shown["total_member_count"]), (&json!([]), &json!(2)));
        }
        for no in ["false", "0", "maybe", ""] {
            let shown = owner.get(&format!("{path}?exclude_members={no}")).await.expect(200).json();
            assert_eq!(usernames(&shown["members"]), ["bea", "Zoe"], "{no}");
        }
    }
}

#[tokio::test]
async fn what_is_no_group_is_not_found() {
    let (_app, owner, bea) = served().await;
    for id in [bea.id.to_string(), Uuid::nil().to_string(), "gardeners".to_owned(), "1".to_owned()] {
        assert_hidden(owner.get(&path(&id)).await);
        assert_hidden(owner.get(&format!("{}/members", path(&id))).await);
        assert_hidden(patch(&owner, &id, json!({})).await);
        assert_hidden(owner.delete(&path(&id)).await);
    }
}

/// Who is in it is told by its role in the AI features too, as for users (ai-seats.md 1).
#[tokio::test]
async fn seats_are_told_of() {
    let (app, owner, bea) = served().await;
    let group = gardeners(&app, &owner, &bea).await;
    let used = json!({ "user": bea.id, "event_type": "task" }).to_string();
    let request = owner.request(Method::POST, "/api/experimental/ai-seats/usage");
    owner.finish(request.body(used)).await.expect(204);
    let shown = owner.get(&path(group)).await.expect(200).json();
    let seats: Vec<&Value> =
        shown["members"].as_array().unwrap().iter().map(|user| &user["has_ai_seat"]).collect();
    assert_eq!(seats, [&json!(true), &json!(false)]);
}
