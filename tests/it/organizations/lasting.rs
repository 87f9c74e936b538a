//! What is left of a deleted organization (members.md 1.1 and 8; rbac.md 4).

use super::*;

/// An organization of the owner and nobody else, deleted.
async fn gone(app: &TestApp) -> (Actor, Uuid) {
    let owner = app.owner().await;
    let acme = make(&owner, "acme").await;
    app.clock.advance(TimeDelta::seconds(5));
    owner.delete(&path(acme)).await.expect(200);
    (owner, acme)
}

#[tokio::test]
async fn it_is_in_no_list_and_has_no_name() {
    let app = TestApp::new().await;
    let (owner, _) = gone(&app).await;
    assert_eq!(listed(&owner, ALL).await, ["coder"]);
    assert_eq!(listed(&owner, "/users/me/organizations").await, ["coder"]);
    assert_hidden(owner.get(&path("acme")).await);
    assert_hidden(owner.get("/users/me/organizations/acme").await);
}

#[tokio::test]
async fn it_is_found_by_id_with_its_last_member() {
    let app = TestApp::new().await;
    let (owner, acme) = gone(&app).await;
    let expected = json!({
        "id": acme, "name": "acme", "display_name": "acme", "description": "", "icon": "", "is_default": false,
        "created_at": "2026-05-20T00:00:00Z", "updated_at": "2026-05-20T00:00:05Z",
    });
    assert_eq!(owner.get(&path(acme)).await.expect(200).json(), expected);
    assert_eq!(owner.get(&member(acme, "me")).await.expect(200).json()["username"], "owner");
    // They are the memberships (users.md 1.3), and whoever follows them finds something.
    let ids = owner.get("/users/me").await.expect(200).json()["organization_ids"].clone();
    assert!(ids.as_array().unwrap().contains(&json!(acme)), "{ids}");
}

#[tokio::test]
async fn its_last_member_goes_on_reading_it() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let bea = user_of(&app, &owner, acme, "bea").await;
    bea.get(&path(acme)).await.expect(200);
    owner.delete(&path(acme)).await.expect(200);
    bea.get(&path(acme)).await.expect(200);
    assert_eq!(listed(&bea, ALL).await, Vec::<String>::new());
    owner.delete(&member(acme, bea.id)).await.expect(204);
    assert_hidden(bea.get(&path(acme)).await);
}

#[tokio::test]
async fn nobody_joins_it() {
    let app = TestApp::new().await;
    let (owner, acme) = gone(&app).await;
    let bea = app.user(&owner, "bea", &[]).await;
    assert_hidden(owner.post_empty(&member(acme, bea.id)).await);
    assert_hidden(owner.post_empty(&member(acme, "me")).await);
    let body = json!({
        "username": "carl", "email": "carl@example.com", "login_type": "none", "organization_ids": [acme],
    });
    let missing = format!("Organization does not exist with the provided id \"{acme}\".");
    assert_refused(owner.post("/users", body).await, 404, &missing);
    assert_eq!(members_in_database(&app, acme).await, [owner.id]);
}

#[tokio::test]
async fn it_is_neither_changed_nor_deleted_again() {
    let app = TestApp::new().await;
    let (owner, acme) = gone(&app).await;
    let before = (row(&app, acme).await, rows_of_creation(&app).await);
    app.clock.advance(TimeDelta::seconds(5));
    for change in [json!({}), json!({ "name": "back" }), json!({ "name": "coder" })] {
        assert_hidden(patch(&owner, acme, change).await);
    }
    assert_hidden(owner.delete(&path(acme)).await);
    assert_hidden(owner.delete(&path("acme")).await);
    assert_eq!((row(&app, acme).await, rows_of_creation(&app).await), before);
}

#[tokio::test]
async fn its_name_is_free() {
    let app = TestApp::new().await;
    let (owner, first) = gone(&app).await;
    let second = make(&owner, "ACME").await;
    assert_ne!(first, second);
    assert_eq!(uuid(&owner.get(&path("acme")).await.expect(200).json()["id"]), second);
    owner.delete(&path("acme")).await.expect(200);
    patch(&owner, "default", json!({ "name": "Acme" })).await.expect(200);
    assert_eq!(uuid(&owner.get(&path("acme")).await.expect(200).json()["id"]), app.organization);
    for (id, name) in [(first, "acme"), (second, "ACME"), (app.organization, "Acme")] {
        assert_eq!(owner.get(&path(id)).await.expect(200).json()["name"], name);
    }
}

/// What is there can be read and taken away, but nothing comes and nothing is changed.
#[tokio::test]
async fn no_roles_are_defined_in_it() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = make(&owner, "acme").await;
    let roles = format!("{}/members/roles", path(acme));
    owner.post(&roles, json!({ "name": "gardener", "display_name": "Before" })).await.expect(200);
    owner.delete(&path(acme)).await.expect(200);
    assert_hidden(owner.post(&roles, json!({ "name": "other" })).await);
    assert_hidden(owner.put(&roles, json!({ "name": "gardener", "display_name": "After" })).await);
    let own = async || {
        let list = owner.get(&roles).await.expect(200).json();
        let own = list.as_array().unwrap()[6..].iter();
        own.map(|role| (role["name"].clone(), role["display_name"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(own().await, [(json!("gardener"), json!("Before"))]);
    assert_eq!(owner.delete(&format!("{roles}/gardener")).await.expect(200).json(), json!([]));
    assert_eq!(own().await, []);
}
