//! `POST /organizations`: what it makes (members.md 8).

use super::*;

#[tokio::test]
async fn an_organization_is_made_as_asked_for() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.clock.advance(TimeDelta::seconds(90));
    let body = json!({
        "name": "Acme-1", "display_name": "Acme & Söhne", "description": "Makes things.\nMany.", "icon": "/emojis/1f3ed.png",
    });
    let made = owner.post(ALL, body).await.expect(201).json();
    let expected = json!({
        "id": made["id"], "name": "Acme-1", "display_name": "Acme & Söhne", "description": "Makes things.\nMany.",
        "icon": "/emojis/1f3ed.png", "is_default": false,
        "created_at": "2026-05-20T00:01:30Z", "updated_at": "2026-05-20T00:01:30Z",
    });
    assert_eq!(made, expected);
    let id = uuid(&made["id"]);
    for same in [id.to_string(), "acme-1".to_owned(), "ACME-1".to_owned()] {
        assert_eq!(owner.get(&path(&same)).await.expect(200).json(), expected, "{same}");
    }
    assert_eq!(row(&app, id).await.shareable_workspace_owners, "everyone");
}

#[tokio::test]
async fn a_name_is_enough() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (number, more) in [
        json!({}),
        json!({ "display_name": "", "description": "", "icon": "" }),
        json!({ "display_name": null, "description": null, "icon": null }),
        json!({ "is_default": true, "id": app.organization, "deleted": true }),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("Org{number}");
        let mut body = json!({ "name": name });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = owner.post(ALL, body).await.expect(201).json();
        let expected = json!({
            "id": made["id"], "name": name, "display_name": name, "description": "", "icon": "", "is_default": false,
            "created_at": "2026-05-20T00:00:00Z", "updated_at": "2026-05-20T00:00:00Z",
        });
        assert_eq!(made, expected, "{more}");
    }
}

#[tokio::test]
async fn whoever_makes_it_is_its_one_plain_member() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let acme = make(&owner, "acme").await;
    let members = owner.get(&format!("{}/members", path(acme))).await.expect(200).json();
    assert_eq!(members.as_array().unwrap().len(), 1);
    let first = &members[0];
    assert_eq!(first["user_id"], owner.id.to_string());
    assert_eq!((&first["roles"], &first["created_at"]), (&json!([]), &json!("2026-05-20T00:00:00Z")));
    assert_eq!(members_in_database(&app, acme).await, [owner.id]);
}

/// What is remembered of whoever makes it, and how many members it has, is what it is now.
#[tokio::test]
async fn the_next_request_with_the_same_key_knows_it() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let before = owner.get("/users/me").await.expect(200).json();
    assert_eq!(before["organization_ids"], json!([app.organization]));
    let acme = make(&owner, "acme").await;
    let mut ids = [app.organization, acme];
    ids.sort();
    assert_eq!(owner.get("/users/me").await.expect(200).json()["organization_ids"], json!(ids));
    assert_eq!(listed(&owner, "/users/me/organizations").await, ["acme", "coder"]);
    assert_eq!(listed(&owner, ALL).await, ["acme", "coder"]);
    assert_eq!(owner.get(&member(acme, "me")).await.expect(200).json()["username"], "owner");
    let page = owner.get(&format!("{}/paginated-members?limit=1", path(acme))).await.expect(200).json();
    assert_eq!(page[0]["count"], 1);
}

#[tokio::test]
async fn it_leaves_one_audit_entry() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let before = rows_of_creation(&app).await;
    let answer = owner.post(ALL, json!({ "name": "Acme" })).await.expect(201);
    let id = uuid(&answer.json()["id"]);
    assert_audited(&audited(&app).await, "create", &owner, (id, "Acme"), &answer);
    assert_eq!(rows_of_creation(&app).await, before.map(|rows| rows + 1));
}

#[tokio::test]
async fn it_can_be_lived_in() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = make(&owner, "acme").await;
    let bea = user_of(&app, &owner, acme, "bea").await;
    let carl = app.user(&owner, "carl", &[]).await;
    join(&owner, "ACME", &carl).await;
    assert_eq!(listed(&bea, ALL).await, ["acme"]);
    assert_eq!(listed(&carl, ALL).await, ["acme", "coder"]);
    let members = bea.get(&format!("{}/paginated-members", path(acme))).await.expect(200).json();
    assert_eq!(members[0]["count"], 3);
}

#[tokio::test]
async fn a_name_like_a_path_word_in_another_case_is_a_name() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in ["DEFAULT", "New", "CREATE", "me", "members"] {
        let id = make(&owner, name).await;
        assert_eq!(uuid(&owner.get(&path(name)).await.expect(200).json()["id"]), id, "{name}");
    }
    assert_eq!(uuid(&owner.get(&path("default")).await.expect(200).json()["id"]), app.organization);
}
