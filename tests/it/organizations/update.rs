//! `PATCH /organizations/{organization}`: what it changes (members.md 8).

use super::*;

/// An organization with a text in every field, by the API; its answer.
async fn full(owner: &Actor) -> Value {
    let body =
        json!({ "name": "acme", "display_name": "Acme", "description": "Makes things.", "icon": "/i.png" });
    owner.post(ALL, body).await.expect(201).json()
}

fn with(mut object: Value, changes: &Value) -> Value {
    object.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    object
}

#[tokio::test]
async fn every_field_can_be_changed() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let before = full(&owner).await;
    app.clock.advance(TimeDelta::seconds(7));
    let change = json!({ "name": "Initech", "display_name": "Ini Tech", "description": "TPS\nreports", "icon": "/j.png" });
    let changed = patch(&owner, "acme", change.clone()).await.expect(200).json();
    let expected = with(with(before.clone(), &change), &json!({ "updated_at": "2026-05-20T00:00:07Z" }));
    assert_eq!(changed, expected);
    let id = before["id"].as_str().unwrap();
    for same in [id, "initech", "INITECH"] {
        assert_eq!(owner.get(&path(same)).await.expect(200).json(), expected, "{same}");
    }
    assert_hidden(owner.get(&path("acme")).await);
}

#[tokio::test]
async fn what_is_not_given_is_kept() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let mut expected = full(&owner).await;
    let unchanged = json!({});
    for (change, effect) in [
        (json!({}), unchanged.clone()),
        (json!(null), unchanged.clone()),
        (json!({ "name": null, "display_name": null, "description": null, "icon": null }), unchanged.clone()),
        (json!({ "name": "", "display_name": "" }), unchanged.clone()),
        (json!({ "id": Uuid::nil(), "is_default": true, "deleted": true }), unchanged),
        (json!({ "display_name": "Other" }), json!({ "display_name": "Other" })),
        (json!({ "description": "" }), json!({ "description": "" })),
        (json!({ "ICON": "" }), json!({ "icon": "" })),
        (json!({ "description": "again", "name": "" }), json!({ "description": "again" })),
        (json!({ "name": "ACME" }), json!({ "name": "ACME" })),
        (json!({ "name": "ACME" }), json!({ "name": "ACME" })),
    ] {
        app.clock.advance(TimeDelta::seconds(1));
        let now = roster::model::clock::Clock::now(&app.clock);
        let moved = json!({ "updated_at": now.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true) });
        expected = with(with(expected, &effect), &moved);
        let changed = patch(&owner, "acme", change.clone()).await.expect(200).json();
        assert_eq!(changed, expected, "{change}");
        assert_eq!(owner.get(&path("acme")).await.expect(200).json(), expected, "{change}");
    }
}

#[tokio::test]
async fn a_display_name_does_not_follow_the_name() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    make(&owner, "acme").await;
    let changed = patch(&owner, "acme", json!({ "name": "initech" })).await.expect(200).json();
    assert_eq!((&changed["name"], &changed["display_name"]), (&json!("initech"), &json!("acme")));
}

#[tokio::test]
async fn the_default_organization_can_be_changed_and_stays_it() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let changed = patch(&owner, "default", json!({ "name": "home" })).await.expect(200).json();
    assert_eq!((&changed["name"], &changed["is_default"]), (&json!("home"), &json!(true)));
    assert_eq!(owner.get(&path("default")).await.expect(200).json(), changed);
    patch(&owner, Uuid::nil(), json!({ "name": "coder" })).await.expect(200);
    assert_eq!(listed(&owner, ALL).await, ["coder"]);
}

#[tokio::test]
async fn a_name_given_up_is_free() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (first, second) = (make(&owner, "first").await, make(&owner, "second").await);
    patch(&owner, first, json!({ "name": "third" })).await.expect(200);
    patch(&owner, second, json!({ "name": "FIRST" })).await.expect(200);
    make(&owner, "second").await;
    assert_eq!(listed(&owner, ALL).await, ["coder", "FIRST", "second", "third"]);
}

#[tokio::test]
async fn members_see_the_change_at_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = make(&owner, "acme").await;
    let bea = user_of(&app, &owner, acme, "bea").await;
    assert_eq!(listed(&bea, ALL).await, ["acme"]);
    patch(&owner, acme, json!({ "name": "initech" })).await.expect(200);
    assert_eq!(listed(&bea, ALL).await, ["initech"]);
    assert_eq!(listed(&bea, "/users/me/organizations").await, ["initech"]);
    bea.get(&member("initech", "me")).await.expect(200);
}

#[tokio::test]
async fn it_leaves_one_audit_entry_under_the_new_name() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let answer = patch(&owner, "default", json!({ "name": "home" })).await.expect(200);
    assert_audited(&audited(&app).await, "write", &owner, (app.organization, "home"), &answer);
    patch(&owner, "default", json!({})).await.expect(200);
    assert_eq!(audited(&app).await.len(), 2);
}
