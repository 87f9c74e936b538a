//! Hashes that come from elsewhere, and those that were made with less work.

use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use entity::users::Column;

use super::{log_in, served, stored};
use crate::support::{PASSWORD, TestApp};

/// Of the usual password, as other servers store it: 65535 rounds, 64 bytes.
const PBKDF2: &str = "$pbkdf2-sha256$65535$AAECAwQFBgcICQoLDA0ODw$FlyYlkNfEqq8Wg5vfb8AZo6kSryp0HIiTWE0BgHiyP5QBL/5RQuGqEzRWBtWOrvnlqhIFNn4QIcLgeZ8WM+ZFA";

/// Of the usual password, with a quarter of the memory.
fn weak() -> String {
    let params = argon2::Params::new(4864, 2, 1, None).unwrap();
    let argon2 = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    argon2.hash_password(PASSWORD.as_bytes()).unwrap().to_string()
}

async fn hash_of(app: &TestApp, user: uuid::Uuid) -> String {
    stored(app, user).await.hashed_password
}

#[tokio::test]
async fn a_weaker_hash_is_accepted_and_replaced_by_the_first_login() {
    let (app, _, bea) = served().await;
    for weak in [PBKDF2.to_owned(), weak()] {
        app.set_user(bea.id, Column::HashedPassword, &weak).await;
        log_in(&app.client(), &bea.email, "wrong").await.expect(401);
        assert_eq!(hash_of(&app, bea.id).await, weak);
        log_in(&app.client(), &bea.email, PASSWORD).await.expect(201);
        let better = hash_of(&app, bea.id).await;
        assert!(better.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{better}");
        log_in(&app.client(), &bea.email, PASSWORD).await.expect(201);
        assert_eq!(hash_of(&app, bea.id).await, better);
    }
}

#[tokio::test]
async fn logins_at_once_that_replace_a_hash_all_succeed() {
    let (app, _, bea) = served().await;
    app.set_user(bea.id, Column::HashedPassword, PBKDF2).await;
    let client = app.client();
    let logins = (0..6).map(|_| log_in(&client, &bea.email, PASSWORD));
    for reply in futures_util::future::join_all(logins).await {
        reply.expect(201);
    }
}

#[tokio::test]
async fn who_may_not_log_in_keeps_the_hash() {
    let (app, _, bea) = served().await;
    app.set_user(bea.id, Column::HashedPassword, PBKDF2).await;
    app.set_user(bea.id, Column::Status, "suspended").await;
    log_in(&app.client(), &bea.email, PASSWORD).await.expect(401);
    assert_eq!(hash_of(&app, bea.id).await, PBKDF2);
}

#[tokio::test]
async fn a_hash_made_to_burn_minutes_is_a_wrong_password() {
    let (app, _, bea) = served().await;
    let hostile = PBKDF2.replace("$65535$", "$4000000000$");
    for hash in [
        hostile.as_str(),
        "$argon2id$v=19$m=4194304,t=99,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "garbage",
    ] {
        app.set_user(bea.id, Column::HashedPassword, hash).await;
        let before = app.backend.hasher.done();
        log_in(&app.client(), &bea.email, PASSWORD).await.expect(401);
        assert_eq!(app.backend.hasher.done() - before, 1);
    }
}

#[tokio::test]
async fn a_replaced_hash_leaves_a_code_good() {
    let (app, _, bea, mut mail) = super::written().await;
    app.set_user(bea.id, Column::HashedPassword, PBKDF2).await;
    super::ask_for_code(&app, &bea.email).await.expect(204);
    let code = mail.next().await.passcode();
    log_in(&app.client(), &bea.email, PASSWORD).await.expect(201);
    super::use_code(&app, &bea.email, &code, super::NEW).await.expect(204);
}
