//! Who reads groups in which sharing mode, and by being in one (rbac.md 7; cases 20 and 40 there).

use super::*;

/// What a member, somebody in the group, and a service account see: the group itself, and the names in a list.
async fn seen(mode: &str) -> [(u16, Vec<String>); 3] {
    let (app, owner, bea) = served().await;
    let carl = app.user(&owner, "carl", &[]).await;
    let bot = json!({ "username": "bot", "service_account": true, "email": "" });
    let bot = app.user_from(&owner, bot).await;
    let group = make(&owner, "gardeners").await;
    make(&owner, "others").await;
    app.set_sharing(app.organization, mode).await;
    put_in(&owner, group, &[&carl]).await;
    let mut seen = Vec::new();
    for who in [&bea, &carl, &bot] {
        let list = names(who, HERE).await;
        assert_eq!(names(who, "/groups").await, list, "{mode} {}", who.username);
        seen.push((who.get(&path(group)).await.status, list));
    }
    seen.try_into().unwrap()
}

fn all() -> (u16, Vec<String>) {
    (200, ["Everyone", "gardeners", "others"].map(str::to_owned).to_vec())
}

fn own() -> (u16, Vec<String>) {
    (200, ["Everyone", "gardeners"].map(str::to_owned).to_vec())
}

fn none() -> (u16, Vec<String>) {
    (404, vec!["Everyone".to_owned()])
}

#[tokio::test]
async fn everybody_reads_all_where_everyone_shares() {
    assert_eq!(seen("everyone").await, [all(), all(), all()]);
}

#[tokio::test]
async fn service_accounts_read_all_where_they_share() {
    assert_eq!(seen("service_accounts").await, [none(), own(), all()]);
}

#[tokio::test]
async fn members_read_their_own_where_nobody_shares() {
    assert_eq!(seen("none").await, [none(), own(), none()]);
}

/// Whoever reads a group sees how many are in it, and of them itself.
#[tokio::test]
async fn members_of_a_group_see_themselves_and_a_number() {
    let (app, owner, bea) = served().await;
    let auditor = member(&app, &owner, "auditor", &["organization-auditor"]).await;
    let group = make(&owner, "gardeners").await;
    put_in(&owner, group, &[&bea, &owner]).await;
    let shown = bea.get(&path(group)).await.expect(200).json();
    assert_eq!((usernames(&shown["members"]), &shown["total_member_count"]), (vec!["bea"], &json!(2)));
    let everyone = bea.get(&path(app.organization)).await.expect(200).json();
    assert_eq!((usernames(&everyone["members"]), &everyone["total_member_count"]), (vec!["bea"], &json!(3)));
    let shown = auditor.get(&path(group)).await.expect(200).json();
    assert_eq!(usernames(&shown["members"]), ["bea", "owner"]);
}

/// What being in a group gives is cut by the key like everything else.
#[tokio::test]
async fn a_key_cuts_what_being_in_a_group_gives() {
    let (app, owner, bea) = served().await;
    app.set_sharing(app.organization, "none").await;
    let group = make(&owner, "gardeners").await;
    put_in(&owner, group, &[&bea]).await;
    let fine = narrowed(&app, &bea, &["group:read"], &everything()).await;
    fine.get(&path(group)).await.expect(200);
    let other = narrowed(&app, &bea, &["user:read"], &everything()).await;
    assert_hidden(other.get(&path(group)).await);
    let listed = narrowed(&app, &bea, &["group:read"], &[("group", app.organization.to_string())]).await;
    assert_hidden(listed.get(&path(group)).await);
    assert_eq!(names(&listed, "/groups").await, ["Everyone"]);
    // And it gives reading only.
    assert_forbidden(patch(&bea, group, json!({})).await);
    assert_forbidden(bea.delete(&path(group)).await);
}
