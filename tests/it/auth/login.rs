//! Logging in with a password: who may, and what the others are told.

use entity::users::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::helpers::{WRONG, log_in, member, served, set, stored_key, stored_user};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn a_password_opens_a_session() {
    let (app, _, bea) = served().await;
    let made = log_in(&app.client(), &bea.email, PASSWORD).await.expect(201).json();
    let token = made["session_token"].as_str().unwrap();
    let me = app.client().with_token(token).get("/users/me").await.expect(200).json();
    assert_eq!(me["id"], bea.id.to_string());
    let key = stored_key(&app, token).await.unwrap();
    assert_eq!(
        (key.login_type.as_str(), key.lifetime_seconds, key.token_name.as_str()),
        ("password", 86400, "")
    );
    assert_eq!(key.scopes.0, ["coder:all"]);
    assert_eq!(key.allow_list, json!([{ "type": "*", "id": "*" }]));
}

#[tokio::test]
async fn each_login_opens_another_session() {
    let (app, _, bea) = served().await;
    let first = super::helpers::session(&app, &bea.email).await;
    let second = super::helpers::session(&app, &bea.email).await;
    assert_ne!(first, second);
    for token in [first, second] {
        app.client().with_token(&token).get("/users/me").await.expect(200);
    }
}

#[tokio::test]
async fn the_case_of_the_address_does_not_matter() {
    let (app, _, _) = served().await;
    log_in(&app.client(), "BEA@Example.COM", PASSWORD).await.expect(201);
}

#[tokio::test]
async fn the_case_of_the_password_does() {
    let (app, _, bea) = served().await;
    log_in(&app.client(), &bea.email, &PASSWORD.to_lowercase()).await.expect(401);
    log_in(&app.client(), &bea.email, &format!("{PASSWORD} ")).await.expect(401);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let (app, _, bea) = served().await;
    let wrong = log_in(&app.client(), &bea.email, "not the password").await.expect(401);
    let unknown = log_in(&app.client(), "nobody@example.com", "not the password").await.expect(401);
    assert_eq!(wrong.text, unknown.text);
    assert_eq!((wrong.message().as_str(), wrong.detail().as_str()), (WRONG, ""));
    assert!(wrong.header("set-cookie").is_empty() && unknown.header("set-cookie").is_empty());
    let names =
        |reply: &crate::support::Reply| reply.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&wrong), names(&unknown));
}

#[tokio::test]
async fn a_username_is_no_address() {
    let (app, _, _) = served().await;
    let refused = log_in(&app.client(), "bea", PASSWORD).await.expect(400);
    assert_eq!(refused.message(), "Validation failed.");
    let detail = "Validation failed for tag \"email\" with value: \"bea\"".to_owned();
    assert_eq!(refused.validations(), [("email".to_owned(), detail)]);
}

#[tokio::test]
async fn missing_fields_are_told_together() {
    let app = TestApp::new().await;
    let refused = app.client().post("/users/login", json!({})).await.expect(400);
    let fields: Vec<String> = refused.validations().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["email", "password"]);
    let refused = app.client().post_text("/users/login", "").await.expect(400);
    assert_eq!(refused.message(), "Request body must be valid JSON.");
    assert_eq!(refused.detail(), "EOF");
}

#[tokio::test]
async fn odd_bytes_do_not_break_a_login() {
    let (app, _, bea) = served().await;
    for email in ["a\u{0}b@example.com", "%@example.com", "_ea@example.com", "'--@example.com"] {
        let reply = log_in(&app.client(), email, PASSWORD).await;
        assert!([400, 401].contains(&reply.status), "{email:?}: {reply:?}");
    }
    log_in(&app.client(), &bea.email, "a\u{0}b").await.expect(401);
    log_in(&app.client(), &bea.email, &"long ".repeat(100_000)).await.expect(401);
}

#[tokio::test]
async fn a_suspended_user_is_told_so_only_for_the_right_password() {
    let (app, _, bea) = served().await;
    app.set_user(bea.id, Column::Status, "suspended").await;
    let refused = log_in(&app.client(), &bea.email, PASSWORD).await.expect(401);
    assert_eq!(refused.message(), "Your account is suspended. Contact an admin to reactivate your account.");
    assert!(refused.header("set-cookie").is_empty());
    assert_eq!(log_in(&app.client(), &bea.email, "wrong").await.expect(401).message(), WRONG);
}

#[tokio::test]
async fn those_who_log_in_otherwise_are_told_so_only_for_the_right_password() {
    let (app, owner, _) = served().await;
    for login_type in ["oidc", "github", "none"] {
        let other = member(&app, &owner, &format!("by-{login_type}")).await;
        app.set_user(other.id, Column::LoginType, login_type).await;
        let refused = log_in(&app.client(), &other.email, PASSWORD).await.expect(403);
        let text = "Incorrect login type, attempting to use \"password\" but user is of login type";
        assert_eq!(refused.message(), format!("{text} \"{login_type}\""));
        assert_eq!(log_in(&app.client(), &other.email, "wrong").await.expect(401).message(), WRONG);
    }
}

#[tokio::test]
async fn without_a_hash_every_password_is_wrong() {
    let (app, owner, bea) = served().await;
    let none = app.user(&owner, "cy", &[]).await;
    assert_eq!(stored_user(&app, none.id).await.hashed_password, "");
    app.set_user(bea.id, Column::LoginType, "oidc").await;
    app.set_user(bea.id, Column::HashedPassword, "").await;
    for email in [&none.email, &bea.email] {
        for password in [PASSWORD, "hunter2", " ", "x"] {
            assert_eq!(log_in(&app.client(), email, password).await.expect(401).message(), WRONG);
        }
    }
}

/// Makes a service account of a user, in the database.
async fn make_robot(app: &TestApp, user: uuid::Uuid) {
    let update = Entity::update_many()
        .col_expr(Column::Email, Expr::value(""))
        .col_expr(Column::EmailLower, Expr::value(""))
        .col_expr(Column::LoginType, Expr::value("none"))
        .col_expr(Column::IsServiceAccount, Expr::value(true));
    update.filter(Column::Id.eq(user)).exec(&app.db).await.unwrap();
}

#[tokio::test]
async fn a_service_account_has_no_address_to_log_in_with() {
    let (app, _, bea) = served().await;
    make_robot(&app, bea.id).await;
    let refused = log_in(&app.client(), "", PASSWORD).await.expect(400);
    assert_eq!(refused.validations()[0].0, "email");
    bea.get("/users/me/organizations").await.expect(200);
}

#[tokio::test]
async fn the_servers_own_user_cannot_log_in() {
    let (app, _, _) = served().await;
    for password in [PASSWORD, "prebuilds", "x"] {
        let reply = log_in(&app.client(), "prebuilds@system", password).await;
        assert!([400, 401].contains(&reply.status), "{reply:?}");
    }
}

#[tokio::test]
async fn a_deleted_user_is_an_unknown_one() {
    let (app, _, bea) = served().await;
    set(&app, bea.id, Column::Deleted, true).await;
    assert_eq!(log_in(&app.client(), &bea.email, PASSWORD).await.expect(401).message(), WRONG);
}

#[tokio::test]
async fn an_address_freed_by_a_deleted_user_logs_in_its_new_owner() {
    let (app, owner, old) = served().await;
    set(&app, old.id, Column::Deleted, true).await;
    let new = member(&app, &owner, "bea").await;
    let token = super::helpers::session(&app, &new.email).await;
    let me = app.client().with_token(&token).get("/users/me").await.expect(200).json();
    assert_eq!(me["id"], new.id.to_string());
}

#[tokio::test]
async fn a_bad_key_does_not_keep_anybody_from_logging_in() {
    let (app, _, bea) = served().await;
    let client = app.client().with_token("abc");
    log_in(&client, &bea.email, PASSWORD).await.expect(201);
}
