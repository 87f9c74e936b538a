//! Who can do what (members.md 10): every row of the table that these operations are in.

use serde_json::json;

use super::{member, members, outsider, paginated, usernames};
use crate::support::{Actor, TestApp};

/// What a role may, in the order of the contract's rows: read (all five reads alike), add, remove, see a stranger's record.
type May = [bool; 4];

const SITE_ROLES: [(&str, May); 4] = [
    ("owner", [true, true, true, true]),
    ("user-admin", [true, true, true, true]),
    ("template-admin", [true, false, false, true]),
    ("auditor", [true, false, false, true]),
];

const ORGANIZATION_ROLES: [(&str, May); 6] = [
    ("organization-admin", [true, true, true, true]),
    ("organization-user-admin", [true, true, true, true]),
    ("organization-template-admin", [true, false, false, false]),
    ("organization-auditor", [true, false, false, false]),
    ("organization-workspace-creation-ban", [true, false, false, false]),
    ("agents-access", [true, false, false, false]),
];

const MEMBER: May = [true, false, false, false];
const OUTSIDER: May = [false; 4];

/// Refused means not found, for reads and for writes; `done` is the status of success.
const fn status(may: bool, done: u16) -> u16 {
    if may { done } else { 404 }
}

/// Holds one caller against its row. `victim` is a member to be removed, `newcomer` somebody to be added.
async fn holds(caller: &Actor, role: &str, may: May, victim: &Actor, newcomer: &Actor) {
    let [read, add, remove, see_stranger] = may;
    let reads =
        [members("coder"), paginated("coder"), member("coder", victim.id), "/organizations/coder".to_owned()];
    for path in reads {
        assert_eq!(caller.get(&path).await.status, status(read, 200), "{role}: {path}");
    }
    let listed = caller.get("/organizations").await.expect(200).text.contains("\"coder\"");
    assert_eq!(listed, read, "{role} lists organizations");
    let stranger = caller.get(&format!("/users/{}", newcomer.id)).await.status;
    assert_eq!(stranger, status(see_stranger, 200), "{role} sees a stranger");
    let added = caller.post_empty(&member("coder", newcomer.id)).await.status;
    assert_eq!(added, status(add, 200), "{role} adds");
    let removed = caller.delete(&member("coder", victim.id)).await.status;
    assert_eq!(removed, status(remove, 204), "{role} removes");
}

/// A member for the caller to remove and somebody for it to add.
async fn targets(app: &TestApp, owner: &Actor, acme: uuid::Uuid, number: usize) -> (Actor, Actor) {
    let victim = app.user(owner, &format!("victim{number}"), &[]).await;
    (victim, outsider(app, owner, acme, &format!("newcomer{number}")).await)
}

#[tokio::test]
async fn site_roles_count_without_membership() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    for (number, (role, may)) in SITE_ROLES.into_iter().enumerate() {
        let body =
            json!({ "username": format!("caller{number}"), "roles": [role], "organization_ids": [acme] });
        let caller = app.user_from(&owner, body).await;
        let (victim, newcomer) = targets(&app, &owner, acme, number).await;
        holds(&caller, role, may, &victim, &newcomer).await;
    }
}

#[tokio::test]
async fn organization_roles_count_in_their_organization() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    for (number, (role, may)) in ORGANIZATION_ROLES.into_iter().enumerate() {
        let caller = app.user(&owner, &format!("caller{number}"), &[]).await;
        app.set_member_roles(app.organization, caller.id, &[role]).await;
        let (victim, newcomer) = targets(&app, &owner, acme, number).await;
        holds(&caller, role, may, &victim, &newcomer).await;
    }
}

/// Two of the roles read all users of the deployment; that is all they are worth elsewhere.
#[tokio::test]
async fn organization_roles_do_not_count_in_another_organization() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    for (number, (role, may)) in ORGANIZATION_ROLES.into_iter().enumerate() {
        let caller = outsider(&app, &owner, acme, &format!("caller{number}")).await;
        app.set_member_roles(acme, caller.id, &[role]).await;
        let (victim, newcomer) = targets(&app, &owner, acme, number).await;
        holds(&caller, role, [false, false, false, may[3]], &victim, &newcomer).await;
    }
}

#[tokio::test]
async fn members_read_and_outsiders_do_nothing() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let member = app.user(&owner, "bea", &[]).await;
    let outside = outsider(&app, &owner, acme, "joe").await;
    for (number, (caller, role, may)) in
        [(&member, "member", MEMBER), (&outside, "outsider", OUTSIDER)].into_iter().enumerate()
    {
        let (victim, newcomer) = targets(&app, &owner, acme, number).await;
        holds(caller, role, may, &victim, &newcomer).await;
    }
}

#[tokio::test]
async fn a_role_taken_away_counts_no_more() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let admin = outsider(&app, &owner, acme, "admin").await;
    app.set_member_roles(acme, admin.id, &["organization-admin"]).await;
    assert_eq!(usernames(&admin.get(&members(acme)).await.expect(200).json()), ["admin"]);
    owner.delete(&member(acme, "admin")).await.expect(204);
    admin.get(&members(acme)).await.expect(404);
    admin.post_empty(&member(acme, "me")).await.expect(404);
}
