//! What a key leaves of its owner's rights.

use roster::model::user::LoginType;
use uuid::Uuid;

use super::helpers::{NOT_FOUND, served};
use crate::support::{Actor, Client, Mint, TestApp};

async fn scoped(app: &TestApp, of: &Actor, scopes: &[&'static str]) -> Client {
    let mint = Mint { scopes: scopes.to_vec(), login_type: LoginType::Token, ..Mint::default() };
    app.client().with_token(&app.mint(of.id, mint).await)
}

async fn listing(app: &TestApp, of: &Actor, allow_list: &[(&'static str, String)]) -> Client {
    let mint = Mint { allow_list: allow_list.to_vec(), login_type: LoginType::Token, ..Mint::default() };
    app.client().with_token(&app.mint(of.id, mint).await)
}

fn usernames(list: &serde_json::Value) -> Vec<String> {
    let users = list["users"].as_array().unwrap().iter();
    users.map(|user| user["username"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_key_reads_its_owner_only_with_the_scope_for_it() {
    let (app, _, bea) = served().await;
    let cases: [(&[&str], u16); 12] = [
        (&["coder:all"], 200),
        (&["user:read"], 200),
        (&["user:*"], 200),
        (&["template:read", "user:read"], 200),
        (&["user:read_personal"], 404),
        (&["user:update_personal"], 404),
        (&["coder:application_connect"], 404),
        (&["api_key:read"], 404),
        (&["api_key:*"], 404),
        (&["coder:apikeys.manage_self"], 404),
        (&["coder:workspaces.access", "coder:templates.author"], 404),
        (&["organization:*", "organization_member:*"], 404),
    ];
    for (scopes, status) in cases {
        let reply = scoped(&app, &bea, scopes).await.get("/users/me").await;
        assert_eq!(reply.status, status, "{scopes:?}: {reply:?}");
        assert!(status == 200 || reply.message() == NOT_FOUND, "{scopes:?}");
    }
}

#[tokio::test]
async fn a_narrow_key_of_an_owner_is_narrow() {
    let (app, owner, _) = served().await;
    let reading = scoped(&app, &owner, &["user:read"]).await;
    assert_eq!(usernames(&reading.get("/users").await.expect(200).json()), ["bea", "owner"]);
    reading.get("/users/bea").await.expect(200);
    let new = serde_json::json!({
        "username": "cy", "email": "cy@example.com", "login_type": "none", "organization_ids": [app.organization],
    });
    let refused = reading.post("/users", new).await;
    assert!([403, 404].contains(&refused.status), "{refused:?}");
    let path = format!("/organizations/{}/members/bea", app.organization);
    reading.delete(&path).await.expect(404);
    owner.get(&path).await.expect(200);
}

#[tokio::test]
async fn lists_hold_what_the_key_may_read() {
    let (app, owner, _) = served().await;
    let organizations = scoped(&app, &owner, &["organization:read"]).await;
    assert_eq!(
        organizations.get("/users").await.expect(200).json(),
        serde_json::json!({ "count": 0, "users": [] })
    );
    assert_eq!(organizations.get("/organizations").await.expect(200).json().as_array().unwrap().len(), 1);
    let users = scoped(&app, &owner, &["user:read"]).await;
    assert_eq!(users.get("/organizations").await.expect(200).json(), serde_json::json!([]));
}

#[tokio::test]
async fn scopes_add_up() {
    let (app, _, bea) = served().await;
    let members = format!("/organizations/{}/members", app.organization);
    let one = scoped(&app, &bea, &["organization_member:read"]).await;
    one.get(&members).await.expect(404);
    let both = scoped(&app, &bea, &["organization_member:read", "organization:read"]).await;
    both.get(&members).await.expect(200);
}

#[tokio::test]
async fn a_scope_gives_nothing_that_the_owner_has_not() {
    let (app, _, bea) = served().await;
    let wide = scoped(&app, &bea, &["user:*", "organization_member:*", "organization:*"]).await;
    wide.get("/users/owner").await.expect(404);
    assert_eq!(usernames(&wide.get("/users").await.expect(200).json()), ["bea"]);
    let path = format!("/organizations/{}/members/owner", app.organization);
    wide.delete(&path).await.expect(404);
}

#[tokio::test]
async fn an_allow_list_leaves_the_listed_objects() {
    let (app, owner, bea) = served().await;
    let client = listing(&app, &owner, &[("user", bea.id.to_string())]).await;
    client.get("/users/bea").await.expect(200);
    client.get(&format!("/users/{}", bea.id)).await.expect(200);
    client.get("/users/me").await.expect(404);
    assert_eq!(usernames(&client.get("/users").await.expect(200).json()), ["bea"]);
    assert_eq!(client.get("/organizations").await.expect(200).json(), serde_json::json!([]));
    client.get(&format!("/organizations/{}", app.organization)).await.expect(404);
}

#[tokio::test]
async fn an_allow_list_may_leave_a_whole_type() {
    let (app, owner, _) = served().await;
    let client = listing(&app, &owner, &[("user", "*".to_owned())]).await;
    assert_eq!(usernames(&client.get("/users").await.expect(200).json()), ["bea", "owner"]);
    client.get(&format!("/organizations/{}", app.organization)).await.expect(404);
    let any_type = listing(&app, &owner, &[("*", owner.id.to_string())]).await;
    any_type.get("/users/me").await.expect(200);
    any_type.get("/users/bea").await.expect(404);
}

#[tokio::test]
async fn entries_of_an_allow_list_add_up() {
    let (app, owner, bea) = served().await;
    let entries = [("user", bea.id.to_string()), ("organization", app.organization.to_string())];
    let client = listing(&app, &owner, &entries).await;
    client.get("/users/bea").await.expect(200);
    client.get(&format!("/organizations/{}", app.organization)).await.expect(200);
    client.get("/users/owner").await.expect(404);
}

#[tokio::test]
async fn an_allow_list_of_something_else_leaves_nothing() {
    let (app, owner, _) = served().await;
    let client = listing(&app, &owner, &[("user", Uuid::nil().to_string())]).await;
    client.get("/users/me").await.expect(404);
    assert_eq!(usernames(&client.get("/users").await.expect(200).json()), Vec::<String>::new());
}

#[tokio::test]
async fn scopes_and_allow_list_cut_together() {
    let (app, owner, bea) = served().await;
    let mint = Mint {
        scopes: vec!["organization:read"],
        allow_list: vec![("user", bea.id.to_string())],
        ..Mint::default()
    };
    let client = app.client().with_token(&app.mint(owner.id, mint).await);
    client.get("/users/bea").await.expect(404);
    client.get(&format!("/organizations/{}", app.organization)).await.expect(404);
}
