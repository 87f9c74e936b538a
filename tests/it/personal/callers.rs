//! Who may read and change what is personal (users.md 1.6), and in which order that is asked.

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::{assert_hidden, of, served};
use crate::support::{Client, Mint, Reply, TestApp};

/// Every operation on something personal, with a body that is good.
fn operations() -> [(Method, &'static str, Option<String>); 7] {
    let appearance = json!({ "theme_preference": "dark", "terminal_font": "fira-code" }).to_string();
    let preferences = json!({ "thinking_display_mode": "preview" }).to_string();
    [
        (Method::GET, "appearance", None),
        (Method::GET, "preferences", None),
        (Method::GET, "gitsshkey", None),
        (Method::GET, "autofill-parameters?template_id=7c6d5e0a-1111-4222-8333-444455556666", None),
        (Method::PUT, "appearance", Some(appearance)),
        (Method::PUT, "preferences", Some(preferences)),
        (Method::PUT, "gitsshkey", None),
    ]
}

/// How a caller's reading and writing of a user's things must be answered.
async fn assert_answers(client: &Client, user: &str, may_read: bool, may_write: bool, who: &str) {
    for (method, what, body) in operations() {
        let may = if method == Method::GET { may_read } else { may_write };
        let reply = client.send(method.clone(), &of(user, what), body).await;
        let told = format!("{who}: {method} {what} of {user}");
        if may { assert_eq!(reply.status, 200, "{told}: {reply:?}") } else { assert_hidden(&reply, &told) }
    }
}

#[tokio::test]
async fn callers_are_answered_by_their_roles() {
    let (app, owner, bea) = served().await;
    let admin = app.user(&owner, "admin", &["user-admin"]).await;
    let auditor = app.user(&owner, "auditor", &["auditor"]).await;
    let templates = app.user(&owner, "templates", &["template-admin"]).await;
    let organization = app.user(&owner, "organization", &[]).await;
    app.set_member_roles(app.organization, organization.id, &["organization-admin"]).await;
    let other = app.user(&owner, "other", &[]).await;
    for (client, who, may) in [
        (&owner, "owner", true),
        (&admin, "user-admin", true),
        (&auditor, "auditor", false),
        (&templates, "template-admin", false),
        (&organization, "organization-admin", false),
        (&other, "plain member", false),
    ] {
        for user in ["bea".to_owned(), "BEA".to_owned(), bea.id.to_string()] {
            assert_answers(client, &user, may, may, who).await;
        }
        for own in ["me".to_owned(), client.username.clone(), client.id.to_string()] {
            assert_answers(client, &own, true, true, who).await;
        }
    }
    // A user-admin is asked no more of an owner than of anybody else.
    assert_answers(&admin, "owner", true, true, "user-admin").await;
}

#[tokio::test]
async fn narrow_keys_do_what_their_scopes_say() {
    let (app, owner, _) = served().await;
    let cases: [(&[&str], bool, bool); 10] = [
        (&["coder:all"], true, true),
        (&["user:*"], true, true),
        (&["user:read", "user:read_personal", "user:update_personal"], true, true),
        (&["user:read", "user:read_personal"], true, false),
        (&["user:read", "user:update_personal"], false, true),
        (&["user:read"], false, false),
        (&["user:read_personal"], false, false),
        (&["user:update_personal"], false, false),
        (&["user:read_personal", "user:update_personal"], false, false),
        (&["coder:application_connect"], false, false),
    ];
    for (scopes, may_read, may_write) in cases {
        let mint = Mint { scopes: scopes.to_vec(), ..Mint::default() };
        let client = app.client().with_token(&app.mint(owner.id, mint).await);
        for user in ["me", "bea"] {
            assert_answers(&client, user, may_read, may_write, &format!("{scopes:?}")).await;
        }
    }
}

#[tokio::test]
async fn an_allow_list_leaves_the_listed_users() {
    let (app, owner, bea) = served().await;
    let mint = Mint { allow_list: vec![("user", bea.id.to_string())], ..Mint::default() };
    let client = app.client().with_token(&app.mint(owner.id, mint).await);
    assert_answers(&client, "bea", true, true, "listed").await;
    assert_answers(&client, "me", false, false, "not listed").await;
}

/// Whom one may not change is told before the body is looked at, so that a body never tells who is there.
#[tokio::test]
async fn the_user_is_looked_at_before_the_body() {
    let (app, owner, bea) = served().await;
    let auditor = app.user(&owner, "auditor", &["auditor"]).await;
    for body in ["", "{", "[]", "{}", r#"{"terminal_font":"comic","theme_preference":"x"}"#] {
        for what in ["appearance", "preferences"] {
            for (client, user) in [(&auditor, "bea"), (&bea, "owner"), (&owner, "nobody")] {
                let reply = client.put_text(&of(user, what), body).await;
                assert_hidden(&reply, &format!("{what} of {user} with {body:?}"));
            }
        }
    }
    let bad_query = of("bea", "autofill-parameters?x=1");
    assert_hidden(&auditor.get(&bad_query).await, "the query comes after the user, too");
}

#[tokio::test]
async fn nobody_is_nobody() {
    let (_app, owner, bea) = served().await;
    for user in ["nobody".to_owned(), Uuid::nil().to_string(), "%00".to_owned()] {
        assert_answers(&owner, &user, false, false, "owner").await;
        assert_answers(&bea, &user, false, false, "bea").await;
    }
}

/// The deleted are found by id, and keep what they had; nobody changes it any more.
#[tokio::test]
async fn the_deleted_can_be_read_and_not_changed() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = json!({
        "username": "gone", "email": "gone@example.com", "login_type": "none", "organization_ids": [app.organization],
    });
    let gone = crate::support::uuid(&owner.post("/users", body).await.expect(201).json()["id"]);
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
    let update =
        entity::users::Entity::update_many().col_expr(entity::users::Column::Deleted, Expr::value(true));
    update.filter(entity::users::Column::Id.eq(gone)).exec(&app.db).await.unwrap();
    assert_answers(&owner, &gone.to_string(), true, false, "owner").await;
    assert_answers(&owner, "gone", false, false, "owner").await;
}

#[tokio::test]
async fn a_suspended_user_changes_nothing_and_can_be_changed() {
    let (app, owner, bea) = served().await;
    app.set_user(bea.id, entity::users::Column::Status, "suspended").await;
    for (method, what, body) in operations() {
        let reply: Reply = bea.send(method, &of("me", what), body).await;
        assert_eq!(reply.status, 401, "{what}");
    }
    assert_answers(&owner, "bea", true, true, "owner").await;
}
