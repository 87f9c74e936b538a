//! `GET /users/{user}/roles` (users.md 3.17; as the reference pages have it).

use serde_json::json;

use super::{NOT_FOUND, assign, names, narrowed, of_user, refused};
use crate::support::TestApp;

#[tokio::test]
async fn a_user_is_answered_with_its_site_roles() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &["auditor", "template-admin"]).await;
    assign(&owner, "bea", &["organization-admin"]).await.expect(200);
    let found = owner.get(&of_user("BEA")).await.expect(200).json();
    let roles = json!([
        { "name": "auditor", "display_name": "Auditor" },
        { "name": "template-admin", "display_name": "Template Admin" },
    ]);
    assert_eq!(found["roles"], roles);
    assert_eq!(found, owner.get("/users/bea").await.expect(200).json());
    for name in ["me", "bea", &bea.id.to_string()] {
        assert_eq!(bea.get(&of_user(name)).await.expect(200).json()["id"], json!(bea.id), "{name}");
    }
}

#[tokio::test]
async fn nobody_special_has_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    assert_eq!(bea.get(&of_user("me")).await.expect(200).json()["roles"], json!([]));
    assert_eq!(names(&owner.get(&of_user("me")).await.expect(200).json()["roles"]), ["owner"]);
}

#[tokio::test]
async fn only_those_who_may_see_what_is_personal_see_them() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &["auditor"]).await;
    let user_admin = app.user(&owner, "ua", &["user-admin"]).await;
    user_admin.get(&of_user("bea")).await.expect(200);
    user_admin.get(&of_user("owner")).await.expect(200);
    let auditor = app.user(&owner, "aud", &["auditor"]).await;
    let here = super::member(&app, &owner, "here", &["organization-admin"]).await;
    let plain = app.user(&owner, "plain", &[]).await;
    // Two of them may see the user itself.
    auditor.get("/users/bea").await.expect(200);
    here.get("/users/bea").await.expect(200);
    for caller in [&auditor, &here, &plain] {
        for user in ["bea", "nobody", &uuid::Uuid::max().to_string()] {
            refused(caller.get(&of_user(user)).await, 404, NOT_FOUND, "");
        }
    }
}

#[tokio::test]
async fn a_key_needs_both_scopes() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (scopes, status) in [
        (vec!["user:read", "user:read_personal"], 200),
        (vec!["user:read"], 404),
        (vec!["user:read_personal"], 404),
        (vec!["assign_role:read"], 404),
    ] {
        let narrow = narrowed(&app, &owner, &scopes).await;
        assert_eq!(narrow.get(&of_user("me")).await.status, status, "{scopes:?}");
    }
}
