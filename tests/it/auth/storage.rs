//! What is stored of secrets, and keys that the database must not hold or that mean nothing.

use entity::users::Column;
use sea_orm::{EntityTrait, IntoActiveModel};
use sha2::{Digest, Sha256};

use super::helpers::{FAULT, flush, parts, served, session, set, stored_key, stored_user};
use crate::support::{Actor, Mint, PASSWORD, TestApp};

/// All rows of all tables as text.
async fn everything(app: &TestApp) -> String {
    macro_rules! all {
        ($($table:ident),*) => { [$(format!("{:?}", entity::$table::Entity::find().all(&app.db).await.unwrap())),*] };
    }
    all!(
        api_keys,
        audit_logs,
        custom_roles,
        git_ssh_keys,
        organization_members,
        organizations,
        site_configs,
        user_configs,
        users
    )
    .join("\n")
}

#[tokio::test]
async fn of_a_key_only_the_hash_of_its_secret_is_stored() {
    let (app, _, bea) = served().await;
    let token = session(&app, &bea.email).await;
    let (id, secret) = parts(&token);
    assert_eq!((id.len(), secret.len()), (10, 22));
    assert!(token.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{token}");
    let key = stored_key(&app, &token).await.unwrap();
    assert_eq!(key.hashed_secret, Sha256::digest(secret).to_vec());
    assert_eq!(key.user_id, bea.id);
}

#[tokio::test]
async fn no_table_holds_a_secret_or_a_password() {
    let (app, _, bea) = served().await;
    let token = session(&app, &bea.email).await;
    app.client().with_token(&token).get("/users/me").await.expect(200);
    super::helpers::log_in(&app.client(), &bea.email, "a wrong password").await.expect(401);
    flush(&app).await;
    let stored = everything(&app).await;
    assert!(stored.contains(parts(&token).0), "the id is public");
    for secret in [parts(&token).1, PASSWORD, "a wrong password"] {
        assert!(!stored.contains(secret), "{secret} is in the database");
    }
}

#[tokio::test]
async fn a_password_is_stored_as_a_slow_hash_with_its_own_salt() {
    let (app, owner, bea) = served().await;
    let first = stored_user(&app, owner.id).await.hashed_password;
    let second = stored_user(&app, bea.id).await.hashed_password;
    assert!(first.starts_with("$argon2id$v=19$"), "{first}");
    assert_ne!(first, second, "the same password");
}

#[tokio::test]
async fn no_answer_shows_a_hash() {
    let (app, owner, bea) = served().await;
    let hash = stored_user(&app, bea.id).await.hashed_password;
    for path in ["/users", "/users/bea", "/users/me"] {
        let text = owner.get(path).await.expect(200).text;
        assert!(!text.contains("argon2") && !text.contains(&hash) && !text.contains("hashed"), "{text}");
    }
}

#[tokio::test]
async fn a_deleted_owners_key_is_refused() {
    let (app, _, bea) = served().await;
    set(&app, bea.id, Column::Deleted, true).await;
    let refused = bea.get("/users/me").await.expect(401);
    assert_eq!(refused.detail(), "API key is invalid.");
}

#[tokio::test]
async fn the_database_refuses_a_new_key_of_a_deleted_user() {
    let (app, _, bea) = served().await;
    let mut row = stored_key(&app, &bea.token).await.unwrap();
    set(&app, bea.id, Column::Deleted, true).await;
    row.id = "another000".to_owned();
    let refused =
        entity::api_keys::Entity::insert(row.into_active_model()).exec_without_returning(&app.db).await;
    let text = refused.unwrap_err().to_string();
    assert!(text.contains("Cannot create API key for deleted user"), "{text}");
}

#[tokio::test]
async fn the_database_refuses_a_key_of_nobody_or_without_scopes() {
    let (app, _, bea) = served().await;
    let good = stored_key(&app, &bea.token).await.unwrap();
    let insert = async |id: &str, change: fn(&mut entity::api_keys::Model)| {
        let mut row = entity::api_keys::Model { id: id.to_owned(), ..good.clone() };
        change(&mut row);
        entity::api_keys::Entity::insert(row.into_active_model()).exec_without_returning(&app.db).await
    };
    insert("fine000000", |_| ()).await.unwrap();
    insert("nobody0000", |row| row.user_id = uuid::Uuid::nil()).await.unwrap_err();
    insert("noscopes00", |row| row.scopes = entity::Texts(vec![])).await.unwrap_err();
    insert("nolist0000", |row| row.allow_list = serde_json::json!([])).await.unwrap_err();
    insert("odd0000000", |row| row.login_type = "none".to_owned()).await.unwrap_err();
}

/// Such a key is of no use at all: not for what it names beside, and not for logging out.
async fn assert_worthless(app: &TestApp, of: &Actor, mint: Mint) {
    let client = app.client().with_token(&app.mint(of.id, mint).await);
    for path in ["/users/me", "/organizations", "/users"] {
        let refused = client.get(path).await.expect(500);
        assert_eq!(refused.message(), FAULT);
        assert!(refused.detail().contains("unknown"), "{refused:?}");
    }
    client.post_empty("/users/logout").await.expect(500);
    of.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn a_key_with_an_unknown_scope_opens_nothing() {
    let (app, owner, _) = served().await;
    for scope in ["bogus:read", "all", "user.*", "", "coder:ALL", "*:*"] {
        let mint = Mint { scopes: vec!["coder:all", scope], ..Mint::default() };
        assert_worthless(&app, &owner, mint).await;
    }
}

#[tokio::test]
async fn a_key_with_an_unknown_entry_in_its_allow_list_opens_nothing() {
    let (app, owner, _) = served().await;
    for (kind, id) in [("bogus", "*"), ("user", "me"), ("", "*"), ("*", "")] {
        let mint = Mint { allow_list: vec![("*", "*".to_owned()), (kind, id.to_owned())], ..Mint::default() };
        assert_worthless(&app, &owner, mint).await;
    }
}
