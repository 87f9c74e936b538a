//! What becomes of being in groups when people and organizations come and go (members.md 2.6; users.md 3.4).

use super::*;

#[tokio::test]
async fn whoever_is_removed_from_an_organization_is_out_of_its_groups_only() {
    let (app, owner, bea) = served().await;
    let acme = app.organization("acme").await;
    owner.post_empty(&format!("/organizations/{acme}/members/bea")).await.expect(200);
    let there = owner.post("/organizations/acme/groups", json!({ "name": "there" })).await.expect(201);
    let there = uuid(&there.json()["id"]);
    let here = make(&owner, "here").await;
    for group in [here, there] {
        put_in(&owner, group, &[&bea]).await;
    }
    owner.delete("/organizations/default/members/bea").await.expect(204);
    assert_eq!(stored(&app, here).await, [] as [Uuid; 0]);
    assert_eq!(stored(&app, there).await, [bea.id]);
    assert_eq!(owner.get(&path(here)).await.expect(200).json()["total_member_count"], 0);
    // Whoever comes back is in none.
    owner.post_empty("/organizations/default/members/bea").await.expect(200);
    assert_eq!(owner.get(&path(here)).await.expect(200).json()["total_member_count"], 0);
}

#[tokio::test]
async fn whoever_is_deleted_is_out_of_all_groups() {
    let (app, owner, bea) = served().await;
    let carl = app.user(&owner, "carl", &[]).await;
    let group = make(&owner, "gardeners").await;
    put_in(&owner, group, &[&bea, &carl]).await;
    owner.delete("/users/bea").await.expect(200);
    assert_eq!(stored(&app, group).await, [carl.id]);
    let shown = owner.get(&path(group)).await.expect(200).json();
    assert_eq!((usernames(&shown["members"]), &shown["total_member_count"]), (vec!["carl"], &json!(1)));
    assert_eq!(names(&owner, &format!("/groups?has_member={}", bea.id)).await, [""; 0]);
}

#[tokio::test]
async fn a_new_username_moves_its_owner_in_the_lists() {
    let (app, owner, bea) = served().await;
    let carl = app.user(&owner, "carl", &[]).await;
    let group = make(&owner, "gardeners").await;
    put_in(&owner, group, &[&bea, &carl]).await;
    owner.put("/users/bea/profile", json!({ "username": "zoe", "name": "" })).await.expect(200);
    let shown = owner.get(&path(group)).await.expect(200).json();
    assert_eq!(usernames(&shown["members"]), ["carl", "zoe"]);
}

#[tokio::test]
async fn a_new_name_of_the_organization_shows_in_its_groups() {
    let (app, owner, _) = served().await;
    let acme = app.organization("acme").await;
    let change = json!({ "name": "apex", "display_name": "Apex" }).to_string();
    owner.send(Method::PATCH, "/organizations/acme", Some(change)).await.expect(200);
    let group = owner.get(&path(acme)).await.expect(200).json();
    assert_eq!(
        (&group["organization_name"], &group["organization_display_name"]),
        (&json!("apex"), &json!("Apex"))
    );
}
