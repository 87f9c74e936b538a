//! One-time passcodes (auth.md 6.5 and 6.6, cases 32 to 34).

use chrono::TimeDelta;
use entity::users::Column;
use serde_json::json;

use super::{
    INCORRECT, NEW, ask_for_code, audited, log_in, member, served, session, settled, stored, use_code,
    with_code, written,
};
use crate::support::{PASSWORD, TestApp, settings};

#[tokio::test]
async fn a_code_comes_by_letter_and_is_good_for_one_new_password() {
    let (app, _, bea, mut mail) = written().await;
    let client = session(&app, &bea.email, PASSWORD).await;
    assert_eq!(ask_for_code(&app, "BEA@example.com").await.expect(204).text, "");
    let letter = mail.next().await;
    assert_eq!((letter.to.as_str(), letter.header("Subject")), ("bea@example.com", "Your one-time passcode"));
    let code = letter.passcode();
    use_code(&app, &bea.email, &code, NEW).await.expect(204);
    for client in [&client, &bea.client] {
        client.get("/users/me").await.expect(401);
    }
    log_in(&app.client(), &bea.email, PASSWORD).await.expect(401);
    log_in(&app.client(), &bea.email, NEW).await.expect(201);
    let again = use_code(&app, &bea.email, &code, PASSWORD).await.expect(400);
    assert_eq!(again.message(), INCORRECT);
}

#[tokio::test]
async fn nobody_is_told_who_has_an_account() {
    let (app, _, bea, mail) = written().await;
    let known = ask_for_code(&app, &bea.email).await.expect(204);
    let unknown = ask_for_code(&app, "nobody@example.com").await.expect(204);
    let names =
        |reply: &crate::support::Reply| reply.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!((known.text.as_str(), names(&known)), (unknown.text.as_str(), names(&unknown)));
    let known = use_code(&app, &bea.email, "wrong", NEW).await.expect(400);
    let unknown = use_code(&app, "nobody@example.com", "wrong", NEW).await.expect(400);
    assert_eq!((known.text.as_str(), known.message().as_str()), (unknown.text.as_str(), INCORRECT));
    drop(mail);
}

#[tokio::test]
async fn the_work_is_the_same_for_those_without_an_account() {
    let (app, owner, bea, _mail) = written().await;
    let oidc = member(&app, &owner, "oda", &[]).await;
    app.set_user(oidc.id, Column::LoginType, "oidc").await;
    let none = app.user(&owner, "nina", &[]).await;
    ask_for_code(&app, &bea.email).await.expect(204);
    settled(&app).await;
    let hasher = &app.backend.hasher;
    for email in [&bea.email, &oidc.email, &none.email, "nobody@example.com"] {
        let before = hasher.done();
        ask_for_code(&app, email).await.expect(204);
        assert_eq!(hasher.done() - before, 1, "{email} asks");
        settled(&app).await;
        let before = hasher.done();
        assert_eq!(use_code(&app, email, "wrong", NEW).await.expect(400).message(), INCORRECT);
        assert_eq!(hasher.done() - before, 1, "{email} tries");
        let before = hasher.done();
        log_in(&app.client(), email, "wrong").await.expect(401);
        assert_eq!(hasher.done() - before, 1, "{email} logs in");
    }
}

#[tokio::test]
async fn a_wrong_try_does_not_use_up_a_code_and_a_second_code_does() {
    let (app, _, bea, mut mail) = written().await;
    ask_for_code(&app, &bea.email).await.expect(204);
    let first = mail.next().await.passcode();
    ask_for_code(&app, &bea.email).await.expect(204);
    let second = mail.next().await.passcode();
    assert_ne!(first, second);
    for wrong in [first.as_str(), "wrong", &second.to_uppercase()] {
        assert_eq!(use_code(&app, &bea.email, wrong, NEW).await.expect(400).message(), INCORRECT);
    }
    use_code(&app, &bea.email, &second, NEW).await.expect(204);
}

#[tokio::test]
async fn a_code_ends_after_twenty_minutes() {
    let (app, _, bea, mut mail) = written().await;
    ask_for_code(&app, &bea.email).await.expect(204);
    let code = mail.next().await.passcode();
    app.clock.advance(TimeDelta::minutes(20) + TimeDelta::microseconds(1));
    assert_eq!(use_code(&app, &bea.email, &code, NEW).await.expect(400).message(), INCORRECT);
    app.clock.advance(-TimeDelta::microseconds(1));
    use_code(&app, &bea.email, &code, NEW).await.expect(204);
}

#[tokio::test]
async fn refusals_come_in_the_order_of_the_contract() {
    let (app, _, bea, mut mail) = written().await;
    let path = "/users/otp/change-password";
    let missing = app.client().post(path, json!({})).await.expect(400);
    let fields: Vec<_> = missing.validations().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["email", "one_time_passcode", "password"]);
    let odd = app.client().post(path, with_code("bea", "x", "y")).await.expect(400);
    assert_eq!((odd.message().as_str(), odd.validations()[0].0.as_str()), ("Validation failed.", "email"));
    let weak = app.client().post(path, with_code(&bea.email, "wrong", "weak")).await.expect(400);
    assert_eq!(
        (weak.message().as_str(), weak.validations()[0].0.as_str()),
        ("Invalid password.", "password")
    );
    let wrong = use_code(&app, &bea.email, "wrong", PASSWORD).await.expect(400);
    assert_eq!(wrong.message(), INCORRECT);
    ask_for_code(&app, &bea.email).await.expect(204);
    let code = mail.next().await.passcode();
    let same = use_code(&app, &bea.email, &code, PASSWORD).await.expect(400);
    assert_eq!(same.message(), "New password cannot match old password.");
    use_code(&app, &bea.email, &code, NEW).await.expect(204);
    let odd = app.client().post("/users/otp/request", json!({ "email": "bea" })).await.expect(400);
    assert_eq!(odd.message(), "Validation failed.");
}

#[tokio::test]
async fn those_who_log_in_otherwise_get_a_code_and_can_use_none() {
    let (app, owner, _, mut mail) = written().await;
    let none = app.user(&owner, "nina", &[]).await;
    mail.next().await;
    for login_type in ["none", "oidc", "github"] {
        app.set_user(none.id, Column::LoginType, login_type).await;
        ask_for_code(&app, &none.email).await.expect(204);
        let code = mail.next().await.passcode();
        assert!(stored(&app, none.id).await.hashed_one_time_passcode.is_some());
        let refused = use_code(&app, &none.email, &code, NEW).await.expect(400);
        assert_eq!(refused.message(), INCORRECT, "{login_type}");
    }
}

#[tokio::test]
async fn the_suspended_may_change_and_stay_suspended() {
    let (app, _, bea, mut mail) = written().await;
    app.set_user(bea.id, Column::Status, "suspended").await;
    ask_for_code(&app, &bea.email).await.expect(204);
    use_code(&app, &bea.email, &mail.next().await.passcode(), NEW).await.expect(204);
    assert_eq!(stored(&app, bea.id).await.status, "suspended");
    let refused = log_in(&app.client(), &bea.email, NEW).await.expect(401);
    assert_eq!(refused.message(), "Your account is suspended. Contact an admin to reactivate your account.");
}

#[tokio::test]
async fn codes_are_stored_as_hashes_and_all_is_audited() {
    let (app, _, bea, mut mail) = written().await;
    ask_for_code(&app, &bea.email).await.expect(204);
    let code = mail.next().await.passcode();
    let row = stored(&app, bea.id).await;
    let hash = row.hashed_one_time_passcode.unwrap();
    assert!(hash.starts_with("$argon2id$") && !hash.contains(&code));
    let end = row.one_time_passcode_expires_at.unwrap();
    assert_eq!(end, roster::model::clock::Clock::now(&app.clock) + TimeDelta::minutes(20));
    use_code(&app, &bea.email, &code, NEW).await.expect(204);
    let row = stored(&app, bea.id).await;
    assert_eq!((row.hashed_one_time_passcode, row.one_time_passcode_expires_at), (None, None));
    for action in ["request_password_reset", "write"] {
        assert_eq!(audited(&app, bea.id, action).await, [("user".to_owned(), bea.id, 204)], "{action}");
    }
}

/// Case 34.
#[tokio::test]
async fn where_passwords_are_off_there_are_no_codes() {
    let app = TestApp::with(roster::domain::Settings { password_login: false, ..settings() }).await;
    let body = json!({ "email": "owner@example.com", "username": "owner", "password": PASSWORD });
    app.client().post("/users/first", body).await.expect(201);
    for path in ["/users/otp/request", "/users/otp/change-password"] {
        let refused = app.client().post_text(path, "not even read").await.expect(403);
        assert_eq!(refused.message(), "Password authentication is disabled.");
    }
    log_in(&app.client(), "owner@example.com", PASSWORD).await.expect(403);
    log_in(&app.client(), "owner@example.com", "wrong").await.expect(401);
    let methods = app.client().get("/users/authmethods").await.expect(200).json();
    assert_eq!(methods["password"]["enabled"], false);
}

#[tokio::test]
async fn a_session_is_no_help_and_no_hindrance() {
    let (app, _, bea) = served().await;
    let client = app.client().with_token("abc");
    client.post("/users/otp/request", json!({ "email": bea.email })).await.expect(204);
}
