//! Who may change and delete organizations (members.md 10).

use super::*;

/// Role, and whether its holder may.
const OF_THE_SITE: [(&str, bool); 4] =
    [("owner", true), ("user-admin", false), ("template-admin", false), ("auditor", false)];
const OF_THE_ORGANIZATION: [(&str, bool); 7] = [
    ("organization-admin", true),
    ("organization-auditor", false),
    ("organization-user-admin", false),
    ("organization-template-admin", false),
    ("organization-workspace-creation-ban", false),
    ("agents-access", false),
    ("no-such-role", false),
];

async fn assert_may(caller: &Actor, organization: Uuid, may: bool, role: &str) {
    let status = if may { 200 } else { 404 };
    let changed = patch(caller, organization, json!({ "icon": "/i.png" })).await;
    assert_eq!(changed.status, status, "{role} changes: {changed:?}");
    let deleted = caller.delete(&path(organization)).await;
    assert_eq!(deleted.status, status, "{role} deletes: {deleted:?}");
    for refused in [changed, deleted].into_iter().filter(|_| !may) {
        assert_hidden(refused);
    }
}

#[tokio::test]
async fn of_the_site_roles_only_owners_may() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (role, may) in OF_THE_SITE {
        let organization = app.organization(&format!("org-of-{role}")).await;
        assert_may(&app.user(&owner, &format!("the-{role}"), &[role]).await, organization, may, role).await;
    }
}

#[tokio::test]
async fn of_the_organization_roles_only_admins_may() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (number, (role, may)) in OF_THE_ORGANIZATION.into_iter().enumerate() {
        let organization = app.organization(&format!("org{number}")).await;
        let caller = user_of(&app, &owner, organization, &format!("user{number}")).await;
        app.set_member_roles(organization, caller.id, &[role]).await;
        assert_may(&caller, organization, may, role).await;
    }
}

#[tokio::test]
async fn an_admin_of_another_organization_is_an_outsider() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let admin = app.user(&owner, "admin", &[]).await;
    app.set_member_roles(app.organization, admin.id, &["organization-admin"]).await;
    assert_may(&admin, acme, false, "organization-admin elsewhere").await;
    patch(&admin, "default", json!({ "icon": "/i.png" })).await.expect(200);
}

/// An admin that is the last member deletes the organization that makes it an admin.
#[tokio::test]
async fn an_admin_deletes_its_own_organization() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let admin = user_of(&app, &owner, acme, "admin").await;
    app.set_member_roles(acme, admin.id, &["organization-admin"]).await;
    admin.delete(&path(acme)).await.expect(200);
    assert_hidden(admin.delete(&path(acme)).await);
    assert_eq!(listed(&admin, ALL).await, Vec::<String>::new());
}

/// What is hidden answers byte for byte like what is not there, whatever is wrong with the request besides.
#[tokio::test]
async fn a_hidden_organization_is_like_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = make(&owner, "acme").await;
    let bea = app.user(&owner, "bea", &[]).await;
    let joe = user_of(&app, &owner, acme, "joe").await;
    let (hidden, nowhere) = (acme.to_string(), Uuid::max().to_string());
    let bodies = ["{}", "{", r#"{"name":"a b"}"#, r#"{"name":"default"}"#, r#"{"name":"coder"}"#];
    for (caller, there, missing) in [
        (&bea, hidden.as_str(), nowhere.as_str()),
        (&bea, "acme", "acne"),
        (&joe, "default", "nowhere"),
        (&joe, "coder", "codex"),
    ] {
        for body in bodies {
            let one = caller.send(Method::PATCH, &path(there), Some(body.to_owned())).await;
            let other = caller.send(Method::PATCH, &path(missing), Some(body.to_owned())).await;
            assert_eq!(seen(&one), seen(&other), "{there} {body}");
            assert_hidden(one);
        }
        let (one, other) = (caller.delete(&path(there)).await, caller.delete(&path(missing)).await);
        assert_eq!(seen(&one), seen(&other), "{there}");
        assert_hidden(one);
    }
}
