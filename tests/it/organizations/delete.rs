//! `DELETE /organizations/{organization}` (members.md 8).

use super::*;

const NOT_EMPTY: &str = "Error deleting organization.";

fn deleted() -> Value {
    json!({ "message": "Organization has been deleted." })
}

#[tokio::test]
async fn an_organization_with_one_member_is_deleted() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = make(&owner, "acme").await;
    assert_eq!(owner.delete(&path(acme)).await.expect(200).json(), deleted());
    assert!(row(&app, acme).await.deleted);
    assert_eq!(members_in_database(&app, acme).await, [owner.id]);
}

#[tokio::test]
async fn an_organization_is_deleted_by_name_in_any_case() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in ["acme", "ACME", "Acme"] {
        make(&owner, "acme").await;
        assert_eq!(owner.delete(&path(name)).await.expect(200).json(), deleted(), "{name}");
    }
}

#[tokio::test]
async fn an_empty_organization_is_deleted() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    assert_eq!(owner.delete(&path(acme)).await.expect(200).json(), deleted());
}

#[tokio::test]
async fn the_default_organization_is_not_deleted_whoever_asks() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let expected = json!({ "message": "Default organization cannot be deleted." });
    let paths = [path("default"), path(Uuid::nil()), path("coder"), path(app.organization)];
    for caller in [&owner, &bea] {
        for path in &paths {
            assert_eq!(caller.delete(path).await.expect(400).json(), expected, "{} {path}", caller.username);
        }
    }
    assert!(!row(&app, app.organization).await.deleted);
}

#[tokio::test]
async fn the_default_organization_is_hidden_from_outsiders_here_too() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = make(&owner, "acme").await;
    let joe = user_of(&app, &owner, acme, "joe").await;
    assert_hidden(joe.delete(&path("default")).await);
}

#[tokio::test]
async fn all_members_but_one_are_in_the_way() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = make(&owner, "acme").await;
    let before = row(&app, acme).await;
    let mut joined = Vec::new();
    for (number, left) in ["1 member", "2 members", "3 members"].into_iter().enumerate() {
        joined.push(user_of(&app, &owner, acme, &format!("user{number}")).await);
        let detail = format!("This organization has {left} that must be deleted first.");
        let refused = owner.delete(&path(acme)).await.expect(409);
        assert_eq!(refused.json(), json!({ "message": NOT_EMPTY, "detail": detail }));
    }
    assert_eq!(row(&app, acme).await, before);
    for user in &joined {
        owner.delete(&path(acme)).await.expect(409);
        owner.delete(&member(acme, user.id)).await.expect(204);
    }
    assert_eq!(owner.delete(&path(acme)).await.expect(200).json(), deleted());
}

/// Suspended and dormant users, and service accounts, are members like all others.
#[tokio::test]
async fn members_of_any_status_are_in_the_way() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (number, more) in [
        json!({ "user_status": "suspended" }),
        json!({ "user_status": "dormant" }),
        json!({ "service_account": true, "email": "" }),
    ]
    .into_iter()
    .enumerate()
    {
        let acme = make(&owner, &format!("org{number}")).await;
        let mut body = json!({ "username": format!("user{number}"), "organization_ids": [acme] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        app.user_from(&owner, body).await;
        let refused = owner.delete(&path(acme)).await.expect(409);
        assert_eq!(refused.detail(), "This organization has 1 member that must be deleted first.", "{more}");
    }
}

/// The server's own user is in no list and cannot be removed; it must not keep an organization for ever.
#[tokio::test]
async fn the_servers_own_user_is_in_nobodys_way() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = make(&owner, "acme").await;
    owner.post_empty(&member(acme, "prebuilds")).await.expect(200);
    assert_eq!(owner.delete(&path(acme)).await.expect(200).json(), deleted());
}

#[tokio::test]
async fn members_of_other_organizations_are_in_nobodys_way() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (acme, other) = (make(&owner, "acme").await, make(&owner, "other").await);
    for number in 0..3 {
        user_of(&app, &owner, other, &format!("user{number}")).await;
    }
    owner.delete(&path(acme)).await.expect(200);
    owner.delete(&path(other)).await.expect(409);
}

#[tokio::test]
async fn it_leaves_one_audit_entry() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("Acme").await;
    let answer = owner.delete(&path("acme")).await.expect(200);
    assert_audited(&audited(&app).await, "delete", &owner, (acme, "Acme"), &answer);
}

#[tokio::test]
async fn what_is_refused_leaves_an_entry_that_says_so_where_there_is_something_to_see() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let (bea, _joe) = (user_of(&app, &owner, acme, "bea").await, user_of(&app, &owner, acme, "joe").await);
    owner.delete(&path("default")).await.expect(400);
    owner.delete(&path(acme)).await.expect(409);
    owner.delete(&path("nowhere")).await.expect(404);
    bea.delete(&path(acme)).await.expect(404);
    assert_eq!(refusals(&app).await, [400, 404, 409]);
}

#[tokio::test]
async fn the_checks_come_in_their_order() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = make(&owner, "acme").await;
    let bea = user_of(&app, &owner, acme, "bea").await;
    // May not, and there is somebody in the way.
    assert_hidden(bea.delete(&path(acme)).await);
    assert_refused(owner.delete(&path(acme)).await, 409, NOT_EMPTY);
}
