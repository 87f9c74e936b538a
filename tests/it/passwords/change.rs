//! PUT /users/{user}/password (users.md 3.13, cases 27 and 28).

use entity::users::Column;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{NEW, NOT_FOUND, audited, change, log_in, member, served, session, stored};
use crate::support::{Mint, PASSWORD, TestApp};

#[tokio::test]
async fn oneself_needs_the_old_password_and_loses_all_keys() {
    let (app, _, bea) = served().await;
    let other = session(&app, &bea.email, PASSWORD).await;
    let token = Mint { login_type: roster::model::user::LoginType::Token, ..Mint::default() };
    let token = app.client().with_token(&app.mint(bea.id, token).await);
    let reply = change(&bea, "me", PASSWORD, NEW).await.expect(204);
    assert_eq!(reply.text, "");
    for client in [&bea.client, &other, &token] {
        assert_eq!(client.get("/users/me").await.expect(401).detail(), "API key is invalid.");
    }
    log_in(&app.client(), &bea.email, PASSWORD).await.expect(401);
    log_in(&app.client(), &bea.email, NEW).await.expect(201);
}

#[tokio::test]
async fn refusals_come_in_the_order_of_the_contract() {
    let (_app, _, bea) = served().await;
    let required = bea.put("/users/me/password", json!({ "old_password": PASSWORD })).await.expect(400);
    assert_eq!(required.validations()[0].0, "password");
    assert_eq!(
        bea.put_text("/users/me/password", "{").await.expect(400).message(),
        "Request body must be valid JSON."
    );
    let no_old = change(&bea, "me", "", "weak").await.expect(400);
    assert_eq!(no_old.message(), "Old password is required.");
    let weak = change(&bea, "me", "wrong", "weak").await.expect(400);
    assert_eq!(
        (weak.message().as_str(), weak.validations()[0].0.as_str()),
        ("Invalid password.", "password")
    );
    let wrong = change(&bea, "me", "wrong", PASSWORD).await.expect(400);
    let text = "Old password is incorrect.".to_owned();
    assert_eq!(
        (wrong.message(), wrong.validations()),
        (text.clone(), vec![("old_password".to_owned(), text)])
    );
    let same = change(&bea, "me", PASSWORD, PASSWORD).await.expect(400);
    assert_eq!(same.message(), "New password cannot match old password.");
    bea.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn owners_need_their_old_password_too() {
    let (_app, owner, _) = served().await;
    assert_eq!(change(&owner, "owner", "", NEW).await.expect(400).message(), "Old password is required.");
    change(&owner, "owner", PASSWORD, NEW).await.expect(204);
}

#[tokio::test]
async fn those_who_look_after_accounts_need_no_old_password() {
    let (app, owner, bea) = served().await;
    let admin = member(&app, &owner, "una", &["user-admin"]).await;
    for (who, new) in [(&owner, NEW), (&admin, "YetAnotherOne789!")] {
        let client = session(&app, &bea.email, if who.username == "owner" { PASSWORD } else { NEW }).await;
        change(who, "bea", "", new).await.expect(204);
        client.get("/users/me").await.expect(401);
        log_in(&app.client(), &bea.email, new).await.expect(201);
    }
    let wrong = change(&owner, "bea", "wrong", PASSWORD).await.expect(400);
    assert_eq!(wrong.message(), "Old password is incorrect.");
    let same = change(&owner, "bea", "", "YetAnotherOne789!").await.expect(400);
    assert_eq!(same.message(), "New password cannot match old password.");
    owner.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn only_owners_change_the_password_of_an_owner() {
    let (app, owner, _) = served().await;
    let second = member(&app, &owner, "olga", &["owner"]).await;
    let admin = member(&app, &owner, "una", &["user-admin"]).await;
    let refused = admin.put_text("/users/olga/password", "not even read").await.expect(400);
    assert_eq!(refused.message(), "Only owners can change the password of an owner.");
    change(&admin, "una", PASSWORD, NEW).await.expect(204);
    change(&second, "owner", "", NEW).await.expect(204);
}

#[tokio::test]
async fn others_are_told_nothing() {
    let (app, owner, bea) = served().await;
    let cy = member(&app, &owner, "cy", &[]).await;
    // An auditor sees everybody and changes nobody.
    let auditor = member(&app, &owner, "ann", &["auditor"]).await;
    for who in [&cy, &auditor] {
        for body in ["{", "{}"] {
            let refused = who.put_text("/users/bea/password", body).await.expect(404);
            assert_eq!(refused.message(), NOT_FOUND);
        }
    }
    assert_eq!(change(&owner, "nobody", "", NEW).await.expect(404).message(), NOT_FOUND);
    app.client().put("/users/bea/password", json!({ "password": NEW })).await.expect(401);
    bea.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn a_narrow_key_changes_no_password() {
    let (app, _, bea) = served().await;
    let mint = Mint { scopes: vec!["user:read"], ..Mint::default() };
    let narrow = app.client().with_token(&app.mint(bea.id, mint).await);
    assert_eq!(change(&narrow, "me", PASSWORD, NEW).await.expect(404).message(), NOT_FOUND);
}

#[tokio::test]
async fn whoever_logs_in_otherwise_has_no_password_to_change() {
    let (app, owner, _) = served().await;
    for login_type in ["oidc", "github", "none"] {
        let user = member(&app, &owner, &format!("by-{login_type}"), &[]).await;
        app.set_user(user.id, Column::LoginType, login_type).await;
        let refused = change(&owner, &user.username, "", "weak").await.expect(400);
        assert_eq!(refused.message(), "Users without password login type cannot change their password.");
    }
}

#[tokio::test]
async fn the_deleted_have_no_password() {
    let (app, owner, bea) = served().await;
    let update = entity::users::Entity::update_many().col_expr(Column::Deleted, Expr::value(true));
    update.filter(Column::Id.eq(bea.id)).exec(&app.db).await.unwrap();
    assert_eq!(change(&owner, &bea.id.to_string(), "", NEW).await.expect(404).message(), NOT_FOUND);
}

#[tokio::test]
async fn a_change_is_audited_and_moves_no_time() {
    let (app, owner, bea) = served().await;
    let before = stored(&app, bea.id).await;
    app.clock.advance(chrono::TimeDelta::minutes(5));
    change(&owner, "bea", "", NEW).await.expect(204);
    let after = stored(&app, bea.id).await;
    assert_eq!(after.updated_at, before.updated_at);
    assert_ne!(after.hashed_password, before.hashed_password);
    assert_eq!(audited(&app, owner.id, "write").await, [("user".to_owned(), bea.id, 204)]);
}

#[tokio::test]
async fn a_change_makes_a_code_void() {
    let (app, owner, bea, mut mail) = super::written().await;
    super::ask_for_code(&app, &bea.email).await.expect(204);
    let code = mail.next().await.passcode();
    change(&owner, "bea", "", NEW).await.expect(204);
    super::use_code(&app, &bea.email, &code, PASSWORD).await.expect(400);
}

#[tokio::test]
async fn a_new_password_counts_while_passwords_are_not_the_way_in() {
    let settings = roster::domain::Settings { password_login: false, ..crate::support::settings() };
    let app = TestApp::with(settings).await;
    let body = json!({ "email": "owner@example.com", "username": "owner", "password": PASSWORD });
    let made = app.client().post("/users/first", body).await.expect(201).json();
    let token = app.mint(crate::support::uuid(&made["user_id"]), Mint::default()).await;
    change(&app.client().with_token(&token), "me", PASSWORD, NEW).await.expect(204);
}
