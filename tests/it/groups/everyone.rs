//! The group of everyone in an organization, which is there with it and has its id (members.md 2.6).

use super::*;

#[tokio::test]
async fn every_organization_has_one() {
    let (app, owner, _) = served().await;
    let made = owner.post("/organizations", json!({ "name": "acme", "display_name": "Acme" })).await;
    let acme = uuid(&made.expect(201).json()["id"]);
    for (organization, name, display_name, members) in
        [(app.organization, "coder", "Coder", vec!["bea", "owner"]), (acme, "acme", "Acme", vec!["owner"])]
    {
        let group = owner.get(&path(organization)).await.expect(200).json();
        assert_eq!(usernames(&group["members"]), members);
        let expected = json!({
            "id": organization, "name": "Everyone", "display_name": "", "avatar_url": "", "quota_allowance": 0,
            "source": "user", "organization_id": organization, "organization_name": name,
            "organization_display_name": display_name, "members": group["members"],
            "total_member_count": members.len(),
        });
        assert_eq!(group, expected);
    }
}

#[tokio::test]
async fn those_in_it_are_the_members() {
    let (app, owner, bea) = served().await;
    let shown = async || owner.get(&path(app.organization)).await.expect(200).json();
    assert_eq!(usernames(&shown().await["members"]), ["bea", "owner"]);
    owner.delete("/organizations/default/members/bea").await.expect(204);
    assert_eq!(usernames(&shown().await["members"]), ["owner"]);
    owner.post_empty("/organizations/default/members/bea").await.expect(200);
    assert_eq!(usernames(&shown().await["members"]), ["bea", "owner"]);
    owner.delete(&format!("/users/{}", bea.id)).await.expect(200);
    let shown = shown().await;
    // The server's own user is a member, too, whom nobody is shown.
    assert_eq!((usernames(&shown["members"]), &shown["total_member_count"]), (vec!["owner"], &json!(1)));
    assert_eq!(stored(&app, app.organization).await, [] as [Uuid; 0]);
}

#[tokio::test]
async fn its_looks_and_quota_can_be_changed() {
    let (app, owner, _) = served().await;
    let change = json!({
        "name": "Everyone", "display_name": "All of us", "avatar_url": "https://example.com/all.png",
        "quota_allowance": 5, "add_users": [], "remove_users": [],
    });
    let changed = patch(&owner, app.organization, change).await.expect(200).json();
    assert_eq!(owner.get(&format!("{HERE}/everyone")).await.expect(200).json(), changed);
    let seen = [&changed["name"], &changed["display_name"], &changed["quota_allowance"]];
    assert_eq!(seen, [&json!("Everyone"), &json!("All of us"), &json!(5)]);
}

#[tokio::test]
async fn name_and_members_stay_and_it_is_not_deleted() {
    let (app, owner, bea) = served().await;
    let group = app.organization;
    let before = owner.get(&path(group)).await.expect(200).json();
    let fixed = "The members of the Everyone group are those of its organization.";
    for (change, message, field, detail) in [
        (json!({ "name": "All" }), "The Everyone group cannot be renamed.", "name", "cannot be changed"),
        (json!({ "name": "everyone" }), "The Everyone group cannot be renamed.", "name", "cannot be changed"),
        (json!({ "add_users": [bea.id] }), fixed, "add_users", "must be empty"),
        (json!({ "remove_users": [bea.id] }), fixed, "remove_users", "must be empty"),
    ] {
        let refused = patch(&owner, group, change).await.expect(400).json();
        assert_eq!(
            refused,
            json!({ "message": message, "validations": [{ "field": field, "detail": detail }] })
        );
    }
    let refused = owner.delete(&path(group)).await.expect(400).json();
    assert_eq!(refused, json!({ "message": "The Everyone group cannot be deleted." }));
    assert_eq!(owner.get(&path(group)).await.expect(200).json(), before);
    // Who may not do it at all is told that, and nothing of the group.
    assert_forbidden(bea.delete(&path(group)).await);
    assert_forbidden(patch(&bea, group, json!({ "name": "All" })).await);
}
