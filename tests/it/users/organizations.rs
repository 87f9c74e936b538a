//! GET /users/{user}/organizations, and one of them by name (users.md 3.11, 3.12).

use entity::organizations as table;
use serde_json::{Value, json};

use super::*;
use crate::support::Actor;

async fn organizations_of(caller: &Client, user: &str) -> Vec<String> {
    let list = caller.get(&format!("/users/{user}/organizations")).await.expect(200).json();
    texts(list.as_array().unwrap(), "name")
}

async fn member_of(app: &TestApp, owner: &Actor, username: &str, organizations: &[Uuid]) -> Actor {
    app.user_from(owner, json!({ "username": username, "organization_ids": organizations })).await
}

async fn delete_organization(app: &TestApp, id: Uuid) {
    let update = table::Entity::update_many().col_expr(table::Column::Deleted, Expr::value(true));
    update.filter(table::Column::Id.eq(id)).exec(&app.db).await.unwrap();
}

#[tokio::test]
async fn a_member_gets_its_organizations_by_name() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let zoo = app.organization("Zoo").await;
    let apes = app.organization("apes").await;
    app.organization("foreign").await;
    member_of(&app, &owner, "bea", &[zoo, apes, app.organization]).await;
    let bea = member_of(&app, &owner, "ben", &[zoo, app.organization, apes]).await;
    for own in ["me", "BEN"] {
        assert_eq!(organizations_of(&bea, own).await, ["apes", "coder", "Zoo"]);
    }
}

#[tokio::test]
async fn an_organization_is_answered_in_full() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let list = owner.get("/users/me/organizations").await.expect(200).json();
    let default = &list[0];
    let expected = json!({
        "id": app.organization, "name": "coder", "display_name": "Coder", "is_default": true, "icon": "",
        "description": "Builtin default organization.", "created_at": default["created_at"],
        "updated_at": default["updated_at"],
    });
    assert_eq!(list, Value::Array(vec![expected.clone()]));
    assert_eq!(owner.get("/users/me/organizations/coder").await.expect(200).json(), expected);
}

#[tokio::test]
async fn who_is_in_no_organization_gets_an_empty_list() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let loner = app.user(&owner, "loner", &[]).await;
    organization_members::Entity::delete_by_id((app.organization, loner.id)).exec(&app.db).await.unwrap();
    assert_eq!(loner.get("/users/me/organizations").await.expect(200).json(), json!([]));
    assert_eq!(loner.get("/users/me").await.expect(200).json()["organization_ids"], json!([]));
}

#[tokio::test]
async fn a_list_shows_what_the_caller_may_read() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let other = app.organization("other").await;
    member_of(&app, &owner, "both", &[app.organization, other]).await;
    let here = app.user(&owner, "here", &[]).await;
    app.set_member_roles(app.organization, here.id, &["organization-admin"]).await;
    assert_eq!(organizations_of(&here, "both").await, ["coder"]);
    for role in ["auditor", "user-admin"] {
        let reader = app.user(&owner, role, &[role]).await;
        assert_eq!(organizations_of(&reader, "both").await, ["coder", "other"]);
    }
}

#[tokio::test]
async fn nobody_learns_organizations_of_users_it_may_not_see() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (one, two) = (app.user(&owner, "m1", &[]).await, app.user(&owner, "m2", &[]).await);
    for hidden in ["m2".to_owned(), two.id.to_string(), "nobody".to_owned()] {
        assert_hidden(one.get(&format!("/users/{hidden}/organizations")).await);
        assert_hidden(one.get(&format!("/users/{hidden}/organizations/coder")).await);
    }
}

#[tokio::test]
async fn deleted_organizations_are_gone() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let other = app.organization("other").await;
    let bea = member_of(&app, &owner, "bea", &[app.organization, other]).await;
    delete_organization(&app, other).await;
    assert_eq!(organizations_of(&bea, "me").await, ["coder"]);
    assert_hidden(owner.get("/users/me/organizations/other").await);
}

#[tokio::test]
async fn an_organization_is_found_by_name_in_any_case() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    for name in ["coder", "Coder", "CODER"] {
        let answered = bea.get(&format!("/users/me/organizations/{name}")).await.expect(200).json();
        assert_eq!(answered["id"], json!(app.organization));
    }
    for name in ["code", "nobody", "coder%20"] {
        assert_hidden(bea.get(&format!("/users/me/organizations/{name}")).await);
    }
    assert_hidden(bea.get(&format!("/users/me/organizations/{}", app.organization)).await);
}

#[tokio::test]
async fn membership_of_the_named_user_is_not_asked() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let other = app.organization("other").await;
    app.user(&owner, "here", &[]).await;
    let there = member_of(&app, &owner, "there", &[other]).await;
    owner.get("/users/here/organizations/other").await.expect(200);
    owner.get("/users/there/organizations/coder").await.expect(200);
    assert_hidden(there.get("/users/me/organizations/coder").await);
    there.get("/users/me/organizations/other").await.expect(200);
}

#[tokio::test]
async fn who_may_read_the_organization_needs_no_membership() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let other = app.organization("other").await;
    let outsider = member_of(&app, &owner, "aud", &[other]).await;
    assert_hidden(outsider.get("/users/me/organizations/coder").await);
    let body = json!({ "username": "far", "organization_ids": [other], "roles": ["auditor"] });
    app.user_from(&owner, body).await.get("/users/me/organizations/coder").await.expect(200);
}
