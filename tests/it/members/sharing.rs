//! How far members see each other, by the organization's sharing mode (rbac.md 7, members.md 10).

use super::{NOT_FOUND, machine, member, members, paginated, usernames};
use crate::support::{Actor, TestApp};

/// The default organization in a mode, with a member `bea`, a service account `robot`, and the owner.
async fn people(app: &TestApp, mode: &str) -> (Actor, Actor, Actor) {
    let owner = app.owner().await;
    app.set_sharing(app.organization, mode).await;
    let bea = app.user(&owner, "bea", &[]).await;
    let robot = machine(app, &owner, "robot").await;
    (owner, bea, robot)
}

async fn sees_all(caller: &Actor) {
    let list = caller.get(&members("default")).await.expect(200).json();
    assert_eq!(usernames(&list), ["bea", "owner", "robot"], "{}", caller.username);
    caller.get(&paginated("default")).await.expect(200);
    caller.get(&member("default", "owner")).await.expect(200);
}

async fn sees_only_itself(caller: &Actor) {
    let list = caller.get(&members("default")).await.expect(200).json();
    assert_eq!(usernames(&list), [caller.username.as_str()]);
    assert_eq!(caller.get(&paginated("default")).await.expect(404).message(), NOT_FOUND);
    assert_eq!(caller.get(&member("default", "owner")).await.expect(404).message(), NOT_FOUND);
    for me in ["me", &caller.username, &caller.id.to_string()] {
        caller.get(&member("default", me)).await.expect(200);
    }
}

#[tokio::test]
async fn by_default_members_see_each_other() {
    let app = TestApp::new().await;
    let (owner, bea, robot) = people(&app, "everyone").await;
    for caller in [&owner, &bea, &robot] {
        sees_all(caller).await;
    }
}

#[tokio::test]
async fn when_only_service_accounts_share_members_still_see_each_other() {
    let app = TestApp::new().await;
    let (owner, bea, robot) = people(&app, "service_accounts").await;
    for caller in [&owner, &bea, &robot] {
        sees_all(caller).await;
    }
}

#[tokio::test]
async fn when_nobody_shares_members_see_only_themselves() {
    let app = TestApp::new().await;
    let (owner, bea, robot) = people(&app, "none").await;
    sees_only_itself(&bea).await;
    sees_only_itself(&robot).await;
    sees_all(&owner).await;
}

#[tokio::test]
async fn a_role_that_reads_members_reads_them_in_every_mode() {
    for role in [
        "organization-admin",
        "organization-user-admin",
        "organization-template-admin",
        "organization-auditor",
    ] {
        let app = TestApp::new().await;
        let (_owner, bea, _robot) = people(&app, "none").await;
        app.set_member_roles(app.organization, bea.id, &[role]).await;
        sees_all(&bea).await;
    }
}

#[tokio::test]
async fn the_mode_of_one_organization_says_nothing_about_another() {
    let app = TestApp::new().await;
    let (owner, bea, _robot) = people(&app, "none").await;
    let acme = app.organization("acme").await;
    for user in [&owner, &bea] {
        super::join(&owner, acme, user).await;
    }
    assert_eq!(usernames(&bea.get(&members(acme)).await.expect(200).json()), ["bea", "owner"]);
    sees_only_itself(&bea).await;
}

#[tokio::test]
async fn a_hidden_list_answers_like_a_hidden_organization_only_after_its_query_was_read() {
    let app = TestApp::new().await;
    let (_owner, bea, _robot) = people(&app, "none").await;
    for bad in ["?q=foo:bar", "?limit=x", "?offset=-1&after_id=x"] {
        bea.get(&format!("{}{bad}", paginated("default"))).await.expect(400);
    }
}
