//! What callers are told when the database fails under a login, a logout or a key.

use sea_orm::ConnectionTrait;

use super::helpers::{FAULT, log_in, served};
use crate::support::{PASSWORD, TestApp};

/// From here on no key can be read or written.
async fn lose_keys(app: &TestApp) {
    app.db.execute_unprepared("ALTER TABLE api_keys RENAME TO lost").await.unwrap();
}

#[tokio::test]
async fn a_login_whose_key_cannot_be_stored_says_so() {
    let (app, _, bea) = served().await;
    lose_keys(&app).await;
    let failed = log_in(&app.client(), &bea.email, PASSWORD).await.expect(500);
    assert_eq!(failed.message(), "Failed to create API key.");
    assert!(failed.header("set-cookie").is_empty());
}

#[tokio::test]
async fn a_login_whose_key_cannot_be_stored_leaves_nothing_behind() {
    let (app, _, bea) = served().await;
    app.set_user(bea.id, entity::users::Column::Status, "dormant").await;
    lose_keys(&app).await;
    log_in(&app.client(), &bea.email, PASSWORD).await.expect(500);
    assert_eq!(super::helpers::stored_user(&app, bea.id).await.status, "dormant");
    assert!(super::helpers::audited(&app, bea.id, "write").await.is_empty());
}

#[tokio::test]
async fn a_logout_whose_key_cannot_be_removed_says_so() {
    let (app, _, bea) = served().await;
    bea.get("/users/me").await.expect(200);
    // Only removing fails: the key itself is found, remembered or not.
    let guard = match crate::support::environment::postgres_url() {
        None => "CREATE TRIGGER keep BEFORE DELETE ON api_keys BEGIN SELECT RAISE(ABORT, 'kept'); END",
        Some(_) => {
            "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'kept'; END $$; \
             CREATE TRIGGER keep BEFORE DELETE ON api_keys FOR EACH ROW EXECUTE FUNCTION keep()"
        }
    };
    app.db.execute_unprepared(guard).await.unwrap();
    let failed = bea.post_empty("/users/logout").await.expect(500);
    assert_eq!(failed.message(), "Internal error deleting API key.");
    assert!(failed.header("set-cookie").is_empty());
    bea.get("/users/me").await.expect(200);
    assert!(super::helpers::audited(&app, bea.id, "logout").await.is_empty());
}

#[tokio::test]
async fn a_key_that_cannot_be_looked_up_is_a_fault_and_no_refusal() {
    let (app, _, bea) = served().await;
    lose_keys(&app).await;
    let failed = bea.get("/users/me").await.expect(500);
    assert_eq!(failed.message(), FAULT);
    assert!(failed.header("www-authenticate").is_empty());
}
