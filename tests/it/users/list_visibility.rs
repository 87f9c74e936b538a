//! GET /users: who sees whom (users.md 1.6, 3.1).

use serde_json::json;

use super::*;
use crate::support::{Actor, Mint, uuid};

async fn seen(client: &Client) -> Vec<String> {
    let list = client.get("/users").await.expect(200).json();
    assert_eq!(list["count"], list["users"].as_array().unwrap().len());
    usernames(&list)
}

/// The default organization with a member, another one with somebody else.
async fn two_organizations() -> (TestApp, Actor, Uuid) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let other = app.organization("other").await;
    app.user(&owner, "m1", &[]).await;
    app.user_from(&owner, json!({ "username": "far", "organization_ids": [other] })).await;
    (app, owner, other)
}

#[tokio::test]
async fn members_see_only_themselves() {
    let (app, owner, other) = two_organizations().await;
    let here = app.user(&owner, "m2", &[]).await;
    let there = app.user_from(&owner, json!({ "username": "f2", "organization_ids": [other] })).await;
    let robot = json!({ "username": "robot", "service_account": true, "email": "" });
    let robot = app.user_from(&owner, robot).await;
    for actor in [here, there, robot] {
        assert_eq!(seen(&actor).await, [actor.username.as_str()]);
        let page = actor.get("/users?limit=1&offset=1").await.expect(200).json();
        assert_eq!(page, json!({ "users": [], "count": 0 }));
    }
}

#[tokio::test]
async fn members_cannot_search_for_others() {
    let (app, owner, _) = two_organizations().await;
    let member = app.user(&owner, "m2", &[]).await;
    assert_eq!(found(&member, "far").await, Vec::<String>::new());
    assert_eq!(found(&member, "role:owner").await, Vec::<String>::new());
    assert_eq!(found(&member, "example.com").await, ["m2"]);
}

#[tokio::test]
async fn site_roles_that_read_users_see_everybody() {
    let (app, owner, _) = two_organizations().await;
    for role in ["auditor", "template-admin", "user-admin"] {
        let actor = app.user(&owner, role, &[role]).await;
        assert_eq!(seen(&actor).await, seen(&owner).await);
    }
}

#[tokio::test]
async fn organization_admins_see_everybody_everywhere() {
    let (app, owner, other) = two_organizations().await;
    for role in ["organization-admin", "organization-user-admin"] {
        let actor = app.user_from(&owner, json!({ "username": role, "organization_ids": [other] })).await;
        app.set_member_roles(other, actor.id, &[role]).await;
        assert_eq!(seen(&actor).await, seen(&owner).await);
    }
}

#[tokio::test]
async fn other_organization_roles_see_no_more_than_members() {
    let (app, owner, _) = two_organizations().await;
    for role in ["organization-auditor", "organization-template-admin", "agents-access"] {
        let actor = app.user(&owner, role, &[]).await;
        app.set_member_roles(app.organization, actor.id, &[role]).await;
        assert_eq!(seen(&actor).await, [role]);
    }
}

#[tokio::test]
async fn deleted_users_and_those_of_the_server_are_not_listed() {
    let (app, owner, _) = two_organizations().await;
    let [gone, system] = ["gone", "system"].map(|name| owner.post("/users", request(&app, name)));
    let (gone, system) = (uuid(&gone.await.json()["id"]), uuid(&system.await.json()["id"]));
    delete_in_database(&app, gone).await;
    set(&app, system, users::Column::IsSystem, true).await;
    assert_eq!(seen(&owner).await, ["far", "m1", "owner"]);
    assert_eq!(owner.get("/users?limit=1").await.expect(200).json()["count"], 3);
    assert_eq!(found(&owner, "gone").await, Vec::<String>::new());
    assert_eq!(found(&owner, "system").await, Vec::<String>::new());
}

#[tokio::test]
async fn all_statuses_are_listed() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for status in ["active", "dormant", "suspended"] {
        let body = with(request(&app, status), json!({ "user_status": status }));
        owner.post("/users", body).await.expect(201);
    }
    assert_eq!(seen(&owner).await, ["active", "dormant", "owner", "suspended"]);
}

#[tokio::test]
async fn a_key_without_the_scope_sees_nobody() {
    let (app, owner, _) = two_organizations().await;
    let narrow = Mint { scopes: vec!["organization:read"], ..Mint::default() };
    let client = app.client().with_token(&app.mint(owner.id, narrow).await);
    assert_eq!(seen(&client).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_key_with_an_allow_list_sees_those_on_it() {
    let (app, owner, _) = two_organizations().await;
    let far = uuid(&owner.get("/users/far").await.expect(200).json()["id"]);
    let allow_list = vec![("user", far.to_string()), ("user", owner.id.to_string())];
    let narrow = Mint { allow_list, ..Mint::default() };
    let client = app.client().with_token(&app.mint(owner.id, narrow).await);
    assert_eq!(seen(&client).await, ["far", "owner"]);
    let page = client.get("/users?limit=1").await.expect(200).json();
    assert_eq!((usernames(&page), &page["count"]), (vec!["far".to_owned()], &json!(2)));
}

#[tokio::test]
async fn a_list_shows_what_get_shows() {
    let (app, owner, other) = two_organizations().await;
    let both =
        json!({ "username": "both", "organization_ids": [app.organization, other], "roles": ["auditor"] });
    app.user_from(&owner, both).await;
    let loner = app.user(&owner, "loner", &[]).await;
    organization_members::Entity::delete_by_id((app.organization, loner.id)).exec(&app.db).await.unwrap();
    let list = owner.get("/users").await.expect(200).json();
    // Not the owner, who is being seen meanwhile.
    let others: Vec<_> =
        list["users"].as_array().unwrap().iter().filter(|user| user["username"] != "owner").collect();
    assert_eq!(others.len(), 4);
    for listed in others {
        let alone = owner.get(&format!("/users/{}", listed["id"].as_str().unwrap())).await.expect(200).json();
        assert_eq!(sorted_organizations(&alone), sorted_organizations(listed));
        assert_eq!(without(alone, &["organization_ids"]), without(listed.clone(), &["organization_ids"]));
    }
}

/// Their order is nobody's business.
fn sorted_organizations(user: &serde_json::Value) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = user["organization_ids"].as_array().unwrap().iter().map(uuid).collect();
    ids.sort();
    ids
}
