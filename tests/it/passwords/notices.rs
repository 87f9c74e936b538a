//! Who is told by letter of what happens to accounts (users.md 3.2, 3.4, 3.19 and 3.20).

use entity::users::Column;
use serde_json::json;

use super::{member, settled, written};
use crate::support::{TestApp, mail::Mail};

fn told(mails: &[Mail]) -> Vec<(&str, &str)> {
    mails.iter().map(|mail| (mail.to.as_str(), mail.header("Subject"))).collect()
}

#[tokio::test]
async fn owners_and_user_admins_are_told_of_a_new_account_but_not_the_new_user() {
    let (app, owner, bea, mut mail) = written().await;
    let una = member(&app, &owner, "una", &["user-admin"]).await;
    assert_eq!(mail.next().await.header("Subject"), "Account una was created");
    member(&app, &owner, "ann", &["auditor"]).await;
    let mails = mail.next_by_recipient(2).await;
    let subject = "Account ann was created";
    assert_eq!(told(&mails), [("owner@example.com", subject), ("una@example.com", subject)]);
    assert!(mails[1].text.contains("Hello una,") && mails[1].text.contains("created by owner."));
    // Another owner is told of by all but itself; the suspended are told nothing.
    app.set_user(una.id, Column::Status, "suspended").await;
    member(&app, &owner, "olga", &["owner"]).await;
    assert_eq!(mail.next().await.to, "owner@example.com");
    settled(&app).await;
    assert!(mail.is_empty());
    drop(bea);
}

#[tokio::test]
async fn a_refused_creation_tells_nobody() {
    let (app, owner, bea, mail) = written().await;
    let body = json!({ "email": "x@example.com", "username": "bea", "login_type": "none", "organization_ids": [app.organization] });
    owner.post("/users", body).await.expect(409);
    settled(&app).await;
    assert!(mail.is_empty());
    drop(bea);
}

#[tokio::test]
async fn the_suspended_and_the_activated_are_told_themselves() {
    let (_app, owner, _bea, mut mail) = written().await;
    owner.put_empty("/users/bea/status/suspend").await.expect(200);
    let mails = mail.next_by_recipient(2).await;
    assert_eq!(
        told(&mails),
        [
            ("bea@example.com", "Your account was suspended"),
            ("owner@example.com", "Account bea was suspended")
        ]
    );
    owner.put_empty("/users/bea/status/activate").await.expect(200);
    let mails = mail.next_by_recipient(2).await;
    assert_eq!(
        told(&mails),
        [
            ("bea@example.com", "Your account was activated"),
            ("owner@example.com", "Account bea was activated")
        ]
    );
}

#[tokio::test]
async fn of_a_deletion_only_those_are_told_who_look_after_accounts() {
    let (app, owner, _bea, mut mail) = written().await;
    owner.delete("/users/bea").await.expect(200);
    let letter = mail.next().await;
    assert_eq!(told(std::slice::from_ref(&letter)), [("owner@example.com", "Account bea was deleted")]);
    settled(&app).await;
    assert!(mail.is_empty());
}

#[tokio::test]
async fn a_mail_server_that_is_away_holds_up_nobody() {
    use std::sync::Arc;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = listener.local_addr().unwrap();
    drop(listener);
    let queue = crate::support::mail::queue_to(nobody, roster::notify::Limits::default());
    let app = TestApp::writing(Arc::new(queue)).await;
    let owner = app.owner().await;
    let bea = member(&app, &owner, "bea", &[]).await;
    super::ask_for_code(&app, &bea.email).await.expect(204);
    settled(&app).await;
    assert!(super::stored(&app, bea.id).await.hashed_one_time_passcode.is_some());
}
