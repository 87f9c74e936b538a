//! GET /users/{user} and the `{user}` parameter (users.md 1.2, 1.3, 3.3).

use serde_json::json;

use super::*;
use crate::support::{Mint, uuid};

#[tokio::test]
async fn every_spelling_names_the_same_user() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "Bea-1", &["auditor"]).await;
    let id = bea.id.to_string();
    let expected = owner.get(&format!("/users/{id}")).await.expect(200).json();
    assert_eq!(expected["id"], id);
    let spellings = [
        id.to_uppercase(),
        bea.id.simple().to_string(),
        format!("%7B{id}%7D"),
        format!("urn:uuid:{id}"),
        "Bea-1".to_owned(),
        "bea-1".to_owned(),
        "BEA-1".to_owned(),
        "%42ea-1".to_owned(),
    ];
    for spelling in spellings {
        let reply = owner.get(&format!("/users/{spelling}")).await.expect(200);
        assert_eq!(reply.json(), expected, "{spelling}");
    }
}

#[tokio::test]
async fn a_user_is_answered_in_full() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = with(request(&app, "Bea"), json!({ "name": "Bea B", "roles": ["auditor"] }));
    let id = uuid(&owner.post("/users", body).await.expect(201).json()["id"]);
    let expected = json!({
        "id": id, "username": "Bea", "email": "Bea@example.com", "name": "Bea B",
        "created_at": "2026-05-20T00:00:00Z", "updated_at": "2026-05-20T00:00:00Z",
        "last_seen_at": "0001-01-01T00:00:00Z", "status": "dormant", "login_type": "none", "has_ai_seat": false,
        "organization_ids": [app.organization], "roles": [{ "name": "auditor", "display_name": "Auditor" }],
    });
    assert_eq!(owner.get("/users/bea").await.expect(200).json(), expected);
}

#[tokio::test]
async fn fractions_of_seconds_go_to_microseconds_without_zeros() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.clock.advance(chrono::TimeDelta::microseconds(1_120_500));
    let made = owner.post("/users", request(&app, "bea")).await.expect(201).json();
    assert_eq!(made["created_at"], "2026-05-20T00:00:01.1205Z");
}

#[tokio::test]
async fn an_avatar_is_shown_when_there_is_one() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    app.set_user(bea.id, users::Column::AvatarUrl, "https://example.com/b.png").await;
    let answered = bea.get("/users/me").await.expect(200).json();
    assert_eq!(answered["avatar_url"], "https://example.com/b.png");
}

#[tokio::test]
async fn nobody_is_found_by_part_of_a_name_or_address() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for nobody in ["owner@example", "@example.com", "own", "owner%20", "nobody", "%6De%20"] {
        assert_hidden(owner.get(&format!("/users/{nobody}")).await);
    }
    assert_hidden(owner.get(&format!("/users/{}", app.organization)).await);
    assert_hidden(owner.get(&format!("/users/{}", Uuid::nil())).await);
}

#[tokio::test]
async fn a_member_sees_only_itself() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (one, two) = (app.user(&owner, "m1", &[]).await, app.user(&owner, "m2", &[]).await);
    for hidden in [two.username.clone(), two.id.to_string(), "owner".to_owned(), owner.id.to_string()] {
        assert_hidden(one.get(&format!("/users/{hidden}")).await);
    }
    for own in ["me".to_owned(), "M1".to_owned(), one.id.to_string()] {
        let answered = one.get(&format!("/users/{own}")).await.expect(200).json();
        assert_eq!(uuid(&answered["id"]), one.id);
    }
}

#[tokio::test]
async fn those_who_may_read_users_see_everybody() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let other = app.organization("other").await;
    app.user_from(&owner, json!({ "username": "far", "organization_ids": [other] })).await;
    for role in ["user-admin", "auditor", "template-admin"] {
        app.user(&owner, role, &[role]).await.get("/users/far").await.expect(200);
    }
    for role in ["organization-admin", "organization-user-admin"] {
        let actor = app.user(&owner, role, &[]).await;
        app.set_member_roles(app.organization, actor.id, &[role]).await;
        actor.get("/users/far").await.expect(200);
    }
    let auditor = app.user(&owner, "organization-auditor", &[]).await;
    app.set_member_roles(app.organization, auditor.id, &["organization-auditor"]).await;
    assert_hidden(auditor.get("/users/far").await);
}

#[tokio::test]
async fn a_narrow_key_may_not_even_see_its_owner() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let narrow = Mint { scopes: vec!["organization:read"], ..Mint::default() };
    let client = app.client().with_token(&app.mint(owner.id, narrow).await);
    for own in ["me".to_owned(), "owner".to_owned(), owner.id.to_string()] {
        assert_hidden(client.get(&format!("/users/{own}")).await);
    }
}

#[tokio::test]
async fn an_allow_list_narrows_to_its_users() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let narrow = Mint { allow_list: vec![("user", bea.id.to_string())], ..Mint::default() };
    let client = app.client().with_token(&app.mint(owner.id, narrow).await);
    client.get("/users/bea").await.expect(200);
    assert_hidden(client.get("/users/me").await);
}

#[tokio::test]
async fn deleted_users_are_found_by_id_only() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let gone = uuid(&owner.post("/users", request(&app, "gone")).await.expect(201).json()["id"]);
    delete_in_database(&app, gone).await;
    assert_hidden(owner.get("/users/gone").await);
    let answered = owner.get(&format!("/users/{gone}")).await.expect(200).json();
    assert_eq!((&answered["username"], &answered["organization_ids"]), (&json!("gone"), &json!([])));
    assert_eq!(answered["status"], "dormant");
}

#[tokio::test]
async fn fixed_paths_win_over_usernames() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in ["me", "first", "authmethods"] {
        let made = owner.post("/users", request(&app, name)).await.expect(201).json();
        let by_id = owner.get(&format!("/users/{}", made["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(by_id.json()["username"], name);
    }
    assert_eq!(owner.get("/users/me").await.expect(200).json()["username"], "owner");
    let first = owner.get("/users/first").await.expect(200);
    assert_eq!(first.message(), "The initial user has already been created!");
    assert_eq!(owner.get("/users/authmethods").await.expect(200).json()["password"]["enabled"], true);
}

#[tokio::test]
async fn without_a_key_nothing_is_answered() {
    let app = TestApp::new().await;
    app.owner().await;
    let paths =
        ["/users", "/users/me", "/users/nobody", "/users/me/organizations", "/users/me/organizations/coder"];
    for path in paths {
        app.client().get(path).await.expect(401);
    }
    app.client().post("/users", json!({})).await.expect(401);
    app.client().post_text("/users", "{").await.expect(401);
}
