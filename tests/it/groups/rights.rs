//! Who may do what to groups, and what the others are told (rbac.md 6 and 11).

use super::*;

/// What somebody is told of reading, making, changing and deleting a group.
async fn told(app: &TestApp, owner: &Actor, who: &Client) -> [u16; 5] {
    let name = format!("g{}", app.backend.ids.uuid().simple());
    let group = make(owner, &name[..20]).await;
    let made = who.post(HERE, json!({ "name": &name[..21] })).await.status;
    let listed = names(who, "/groups").await.len();
    [
        if listed > 0 { 200 } else { 404 },
        who.get(&path(group)).await.status,
        made,
        patch(who, group, json!({ "display_name": "x" })).await.status,
        who.delete(&path(group)).await.status,
    ]
}

#[tokio::test]
async fn roles_say_who_may() {
    let (app, owner, bea) = served().await;
    let may = [200, 200, 201, 200, 200];
    let reads = [200, 200, 403, 403, 403];
    assert_eq!(told(&app, &owner, &owner).await, may);
    assert_eq!(told(&app, &owner, &bea).await, reads);
    for (role, expected) in [("user-admin", may), ("auditor", reads), ("template-admin", reads)] {
        let who = app.user(&owner, role, &[role]).await;
        assert_eq!(told(&app, &owner, &who).await, expected, "{role}");
    }
    for (role, expected) in [
        ("organization-admin", may),
        ("organization-user-admin", may),
        ("organization-auditor", reads),
        ("organization-template-admin", reads),
    ] {
        let who = member(&app, &owner, role, &[role]).await;
        assert_eq!(told(&app, &owner, &who).await, expected, "{role}");
    }
}

#[tokio::test]
async fn outsiders_find_nothing() {
    let (app, owner, _) = served().await;
    let acme = app.organization("acme").await;
    let joe = user_of(&app, &owner, acme, "joe").await;
    app.set_member_roles(acme, joe.id, &["organization-admin"]).await;
    let group = make(&owner, "gardeners").await;
    for path in [HERE.to_owned(), format!("{HERE}/gardeners"), format!("{HERE}/gardeners/members")] {
        assert_hidden(joe.get(&path).await);
    }
    assert_hidden(joe.get(&path(group)).await);
    assert_hidden(joe.get(&format!("{}/members", path(group))).await);
    assert_hidden(joe.post(HERE, json!({ "name": "gardeners" })).await);
    assert_hidden(patch(&joe, group, json!({ "name": "x" })).await);
    assert_hidden(joe.delete(&path(group)).await);
    assert_eq!(names(&joe, "/groups").await, ["Everyone"]);
}

/// Who may not make any does not learn which names are taken.
#[tokio::test]
async fn a_refusal_does_not_tell_of_names() {
    let (_app, owner, bea) = served().await;
    make(&owner, "gardeners").await;
    for name in ["gardeners", "free"] {
        assert_forbidden(bea.post(HERE, json!({ "name": name })).await);
    }
}

#[tokio::test]
async fn a_body_is_looked_at_before_the_right() {
    let (_app, owner, bea) = served().await;
    let group = make(&owner, "gardeners").await;
    bea.post(HERE, json!({ "name": "a b" })).await.expect(400);
    patch(&bea, group, json!({ "add_users": ["x"] })).await.expect(400);
    // Whether somebody is a member, after it.
    assert_forbidden(patch(&bea, group, json!({ "add_users": [Uuid::nil()] })).await);
}

/// Of the whole membership the right to change groups shows nothing: nobody is found by trying.
#[tokio::test]
async fn only_members_that_one_sees_are_added() {
    let (app, owner, bea) = served().await;
    app.set_sharing(app.organization, "none").await;
    let rights = [("group", "read"), ("group", "update")];
    app.custom_role(app.organization, "keeper", &rights).await;
    let keeper = member(&app, &owner, "keeper", &["keeper"]).await;
    let group = make(&owner, "gardeners").await;
    for id in [bea.id, Uuid::nil()] {
        let refused = patch(&keeper, group, json!({ "add_users": [id] })).await;
        assert_bad_field(refused, "add_users", &format!("user {id} is not a member of the organization"));
    }
    let shown = patch(&keeper, group, json!({ "add_users": [keeper.id] })).await.expect(200).json();
    assert_eq!(usernames(&shown["members"]), ["keeper"]);
}

#[tokio::test]
async fn keys_narrow() {
    let (app, owner, bea) = served().await;
    let group = make(&owner, "gardeners").await;
    let other = make(&owner, "others").await;
    put_in(&owner, group, &[&bea]).await;
    let reader = narrowed(&app, &owner, &["group:read"], &everything()).await;
    let shown = reader.get(&path(group)).await.expect(200).json();
    assert_eq!((&shown["members"], &shown["total_member_count"]), (&json!([]), &json!(1)));
    assert_forbidden(patch(&reader, group, json!({})).await);
    assert_forbidden(reader.delete(&path(group)).await);
    let both = ["group:read", "group_member:read"];
    let seer = narrowed(&app, &owner, &both, &everything()).await;
    assert_eq!(usernames(&seer.get(&path(group)).await.expect(200).json()["members"]), ["bea"]);
    let list = [("group", group.to_string()), ("group_member", bea.id.to_string())];
    let listed = narrowed(&app, &owner, &both, &list).await;
    assert_eq!(usernames(&listed.get(&path(group)).await.expect(200).json()["members"]), ["bea"]);
    assert_hidden(listed.get(&path(other)).await);
    assert_eq!(names(&listed, "/groups").await, ["gardeners"]);
    let elsewhere = narrowed(&app, &owner, &["user:read"], &everything()).await;
    assert_hidden(elsewhere.get(&path(group)).await);
    assert_eq!(names(&elsewhere, "/groups").await, [""; 0]);
}

/// Making needs no reading, and what was made is answered to who made it.
#[tokio::test]
async fn a_key_that_may_make_groups_and_not_read_them_is_answered() {
    let (app, owner, _) = served().await;
    let maker = narrowed(&app, &owner, &["group:create", "organization:read"], &everything()).await;
    let group = make(&maker, "gardeners").await;
    assert_hidden(maker.get(&path(group)).await);
    let by_id = [("group", group.to_string()), ("organization", "*".to_owned())];
    let maker = narrowed(&app, &owner, &["group:create", "organization:read"], &by_id).await;
    assert_forbidden(maker.post(HERE, json!({ "name": "others" })).await);
}
