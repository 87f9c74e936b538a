//! `GET /organizations`, `GET /organizations/{organization}`, and those of a user (members.md 2.5, 8 and 9).

use sea_orm::Set;
use serde_json::{Value, json};

use super::{NOT_FOUND, change_organization, join, member, outsider};
use crate::support::TestApp;

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_default_organization_is_there_from_the_start() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let expected = json!({
        "id": app.organization, "name": "coder", "display_name": "Coder", "icon": "",
        "description": "Builtin default organization.", "is_default": true,
        "created_at": "2026-05-20T00:00:00Z", "updated_at": "2026-05-20T00:00:00Z",
    });
    assert_eq!(owner.get("/organizations/default").await.expect(200).json(), expected);
    assert_eq!(owner.get("/organizations").await.expect(200).json(), json!([expected]));
}

#[tokio::test]
async fn the_first_user_is_a_plain_member_of_it() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let first = owner.get(&member("default", "me")).await.expect(200).json();
    assert_eq!(first["roles"], json!([]));
    assert_eq!(first["global_roles"], json!([{ "name": "owner", "display_name": "Owner" }]));
}

#[tokio::test]
async fn a_list_shows_the_organizations_that_the_caller_may_read() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (acme, _initech) = (app.organization("acme").await, app.organization("Initech").await);
    let bea = app.user(&owner, "bea", &[]).await;
    let joe = outsider(&app, &owner, acme, "joe").await;
    let both = app.user(&owner, "both", &[]).await;
    join(&owner, acme, &both).await;
    let auditor = app.user(&owner, "auditor", &["auditor"]).await;
    for (who, seen) in [
        (&owner, vec!["acme", "coder", "Initech"]),
        (&auditor, vec!["acme", "coder", "Initech"]),
        (&bea, vec!["coder"]),
        (&joe, vec!["acme"]),
        (&both, vec!["acme", "coder"]),
    ] {
        assert_eq!(names(&who.get("/organizations").await.expect(200).json()), seen, "{}", who.username);
    }
}

#[tokio::test]
async fn who_is_in_no_organization_sees_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    owner.delete(&member("default", "bea")).await.expect(204);
    assert_eq!(bea.get("/organizations").await.expect(200).json(), json!([]));
    assert_eq!(bea.get("/users/me/organizations").await.expect(200).json(), json!([]));
}

#[tokio::test]
async fn deleted_organizations_are_in_no_list() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let gone = app.organization("gone").await;
    join(&owner, gone, &owner).await;
    change_organization(&app, gone, |row| row.deleted = Set(true)).await;
    assert_eq!(names(&owner.get("/organizations").await.expect(200).json()), ["coder"]);
    assert_eq!(names(&owner.get("/users/me/organizations").await.expect(200).json()), ["coder"]);
}

#[tokio::test]
async fn of_anothers_organizations_one_sees_those_one_may_read() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let bea = app.user(&owner, "bea", &[]).await;
    join(&owner, acme, &bea).await;
    let admin = app.user(&owner, "admin", &[]).await;
    app.set_member_roles(app.organization, admin.id, &["organization-admin"]).await;
    let path = "/users/bea/organizations";
    assert_eq!(names(&owner.get(path).await.expect(200).json()), ["acme", "coder"]);
    assert_eq!(names(&bea.get(path).await.expect(200).json()), ["acme", "coder"]);
    // An organization's admin reads all users, but not all organizations.
    assert_eq!(names(&admin.get(path).await.expect(200).json()), ["coder"]);
    let joe = app.user(&owner, "joe", &[]).await;
    assert_eq!(joe.get(path).await.expect(404).message(), NOT_FOUND);
}

#[tokio::test]
async fn an_organization_of_a_user_goes_by_name_and_needs_no_membership() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let bea = app.user(&owner, "bea", &[]).await;
    let of_bea = |name: &str| format!("/users/bea/organizations/{name}");
    assert_eq!(owner.get(&of_bea("ACME")).await.expect(200).json()["name"], "acme");
    for no_name in ["default", &app.organization.to_string(), &acme.to_string()] {
        assert_eq!(owner.get(&of_bea(no_name)).await.expect(404).message(), NOT_FOUND, "{no_name}");
    }
    assert_eq!(bea.get(&of_bea("coder")).await.expect(200).json()["name"], "coder");
    assert_eq!(bea.get(&of_bea("acme")).await.expect(404).message(), NOT_FOUND);
    bea.get("/users/owner/organizations/coder").await.expect(404);
}
