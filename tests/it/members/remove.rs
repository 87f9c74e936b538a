//! `DELETE /organizations/{organization}/members/{user}` (members.md 6.3).

use serde_json::json;

use super::{NOT_FOUND, join, machine, member, members, outsider, page, usernames};
use crate::support::TestApp;

const SELF: &str = "cannot remove self from an organization";

#[tokio::test]
async fn who_is_removed_is_gone_and_nothing_is_said() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let removed = owner.delete(&member("default", "BEA")).await.expect(204);
    assert_eq!((removed.text.as_str(), removed.header("content-type")), ("", ""));
    assert_eq!(owner.get(&member("default", "bea")).await.expect(404).message(), NOT_FOUND);
    assert_eq!(usernames(&owner.get(&members("default")).await.expect(200).json()), ["owner"]);
    owner.get("/users/bea").await.expect(200);
}

#[tokio::test]
async fn removing_twice_is_not_found() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    owner.delete(&member("default", bea.id)).await.expect(204);
    assert_eq!(owner.delete(&member("default", bea.id)).await.expect(404).message(), NOT_FOUND);
}

#[tokio::test]
async fn only_the_one_membership_ends() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let (bea, joe) = (app.user(&owner, "bea", &[]).await, app.user(&owner, "joe", &[]).await);
    for user in [&bea, &joe] {
        join(&owner, acme, user).await;
    }
    owner.delete(&member(acme, "bea")).await.expect(204);
    assert_eq!(usernames(&owner.get(&members(acme)).await.expect(200).json()), ["joe"]);
    let left = owner.get("/users/bea").await.expect(200).json();
    assert_eq!(left["organization_ids"], json!([app.organization]));
}

#[tokio::test]
async fn the_removed_lose_access_with_the_next_request() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    bea.get(&members("default")).await.expect(200);
    owner.delete(&member("default", "bea")).await.expect(204);
    bea.get(&members("default")).await.expect(404);
    bea.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn nobody_removes_itself() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    for (caller, names) in [(&owner, ["me", "owner"]), (&bea, ["me", &bea.id.to_string()])] {
        for name in names {
            let refused = caller.delete(&member("default", name)).await.expect(400);
            assert_eq!((refused.message().as_str(), refused.detail().as_str()), (SELF, ""));
        }
    }
    bea.get(&member("default", "me")).await.expect(200);
}

#[tokio::test]
async fn who_is_no_member_cannot_be_removed() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    outsider(&app, &owner, acme, "bea").await;
    for who in ["bea", "nobody"] {
        assert_eq!(owner.delete(&member("default", who)).await.expect(404).message(), NOT_FOUND);
    }
    // Not a member oneself: that oneself was meant does not come up.
    assert_eq!(owner.delete(&member(acme, "me")).await.expect(404).message(), NOT_FOUND);
}

#[tokio::test]
async fn the_last_member_can_be_removed_by_somebody_outside() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    outsider(&app, &owner, acme, "bea").await;
    owner.delete(&member(acme, "bea")).await.expect(204);
    assert_eq!(owner.get(&members(acme)).await.expect(200).json(), json!([]));
}

#[tokio::test]
async fn admins_and_service_accounts_can_be_removed() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let admin = app.user(&owner, "admin", &[]).await;
    app.set_member_roles(app.organization, admin.id, &["organization-admin"]).await;
    machine(&app, &owner, "robot").await;
    admin.delete(&member("default", "robot")).await.expect(204);
    owner.delete(&member("default", "admin")).await.expect(204);
}

/// What a site owner may is not bound to organizations, so that an organization's admin may remove even one.
#[tokio::test]
async fn an_organization_admin_may_remove_an_owner() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let admin = app.user(&owner, "admin", &[]).await;
    app.set_member_roles(app.organization, admin.id, &["organization-admin"]).await;
    admin.delete(&member("default", "owner")).await.expect(204);
    assert_eq!(usernames(&owner.get(&members("default")).await.expect(200).json()), ["admin"]);
}

#[tokio::test]
async fn without_the_right_nothing_is_removed() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    app.user(&owner, "joe", &[]).await;
    assert_eq!(bea.delete(&member("default", "joe")).await.expect(404).message(), NOT_FOUND);
    bea.get(&member("default", "joe")).await.expect(200);
}

#[tokio::test]
async fn the_count_follows_those_who_come_and_go() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for username in ["bea", "joe", "zoe"] {
        app.user(&owner, username, &[]).await;
    }
    // A limit that cuts: the count is not seen from the page itself.
    let count = async || page(&owner, &[("limit", "1")]).await.1;
    assert_eq!(count().await, 4);
    owner.delete(&member("default", "bea")).await.expect(204);
    assert_eq!(count().await, 3);
    owner.post_empty(&member("default", "bea")).await.expect(200);
    assert_eq!(count().await, 4);
}
