//! `DELETE /groups/{group}`

use super::*;

#[tokio::test]
async fn a_group_goes_with_those_in_it_and_frees_its_name() {
    let (app, owner, bea) = served().await;
    let group = make(&owner, "gardeners").await;
    put_in(&owner, group, &[&bea]).await;
    let gone = owner.delete(&path(group)).await.expect(200).json();
    assert_eq!(gone, json!({ "message": "Group has been deleted." }));
    assert_eq!(stored(&app, group).await, [] as [Uuid; 0]);
    assert_hidden(owner.get(&path(group)).await);
    assert_hidden(owner.delete(&path(group)).await);
    assert_hidden(patch(&owner, group, json!({})).await);
    assert_eq!(names(&owner, HERE).await, ["Everyone"]);
    assert_ne!(make(&owner, "Gardeners").await, group);
}

#[tokio::test]
async fn groups_keep_an_organization_from_being_deleted() {
    let (app, owner, _) = served().await;
    let acme = app.organization("acme").await;
    let list = "/organizations/acme/groups";
    let joe = user_of(&app, &owner, acme, "joe").await;
    let mut groups = Vec::new();
    for (name, left) in [("a", "1 group"), ("b", "2 groups"), ("c", "3 groups")] {
        groups.push(uuid(&owner.post(list, json!({ "name": name })).await.expect(201).json()["id"]));
        let refused = owner.delete("/organizations/acme").await.expect(409);
        let detail = format!("This organization has {left} that must be deleted first.");
        assert_eq!(refused.json(), json!({ "message": "Error deleting organization.", "detail": detail }));
    }
    user_of(&app, &owner, acme, "ann").await;
    let refused = owner.delete("/organizations/acme").await.expect(409);
    assert_eq!(refused.detail(), "This organization has 1 member, 3 groups that must be deleted first.");
    owner.delete(&format!("/organizations/acme/members/{}", joe.id)).await.expect(204);
    for group in groups {
        owner.delete("/organizations/acme").await.expect(409);
        owner.delete(&path(group)).await.expect(200);
    }
    owner.delete("/organizations/acme").await.expect(200);
    // That of everyone went with the organization.
    assert_hidden(owner.get(&path(acme)).await);
    assert_eq!(names(&owner, "/groups").await, ["Everyone"]);
}
