//! Passwords that change while other things happen.

use std::time::Duration;

use roster::domain::operator::reset_password;
use roster::domain::{Origin, Visitor};
use roster::model::ids::{RequestId, UserId};
use roster::model::user::UserRef;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use uuid::Uuid;

use super::{INCORRECT, NEW, ask_for_code, change, log_in, served, session, use_code, with_code, written};
use crate::auth::replicas::{count, there_is_one_process};
use crate::support::{Actor, Client, PASSWORD, TestApp};

const ROUNDS: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_changes_with_the_same_old_password_one_counts() {
    let (app, _, bea) = served().await;
    let passwords = [PASSWORD, NEW, "YetAnotherOne789!"];
    let mut old = 0;
    for _ in 0..ROUNDS {
        let sessions = [
            session(&app, &bea.email, passwords[old]).await,
            session(&app, &bea.email, passwords[old]).await,
        ];
        let wanted = [(old + 1) % 3, (old + 2) % 3];
        let (first, second) = tokio::join!(
            change(&sessions[0], "me", passwords[old], passwords[wanted[0]]),
            change(&sessions[1], "me", passwords[old], passwords[wanted[1]]),
        );
        let statuses = [first.status, second.status];
        let winner = statuses.iter().position(|status| *status == 204).unwrap();
        assert!([400, 401].contains(&statuses[1 - winner]), "{first:?} {second:?}");
        old = wanted[winner];
        log_in(&app.client(), &bea.email, passwords[old]).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_login_with_the_old_password_outlives_the_change() {
    let (app, owner, bea) = served().await;
    for round in 0..ROUNDS {
        let (old, new) = if round % 2 == 0 { (PASSWORD, NEW) } else { (NEW, PASSWORD) };
        let logins: Vec<_> = (0..4)
            .map(|_| {
                let (client, email) = (app.client(), bea.email.clone());
                tokio::spawn(async move { log_in(&client, &email, old).await })
            })
            .collect();
        change(&owner, "bea", "", new).await.expect(204);
        for login in logins {
            let reply = login.await.unwrap();
            assert!([201, 401].contains(&reply.status), "{reply:?}");
            if reply.status == 201 {
                let token = reply.json()["session_token"].as_str().unwrap().to_owned();
                app.client().with_token(&token).get("/users/me").await.expect(401);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_counts_once() {
    let (app, _, bea, mut mail) = written().await;
    for round in 0..ROUNDS {
        ask_for_code(&app, &bea.email).await.expect(204);
        let code = mail.next().await.passcode();
        let passwords: Vec<_> = (0..3).map(|n| format!("{NEW}{round}{n}")).collect();
        let uses = passwords.iter().map(|password| use_code(&app, &bea.email, &code, password));
        let replies = futures_util::future::join_all(uses).await;
        let winners: Vec<_> = (0..3).filter(|n| replies[*n].status == 204).collect();
        assert_eq!(winners.len(), 1, "{replies:?}");
        for loser in replies.iter().filter(|reply| reply.status != 204) {
            assert_eq!((loser.status, loser.message().as_str()), (400, INCORRECT));
        }
        log_in(&app.client(), &bea.email, &passwords[winners[0]]).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_is_made_an_owner_meanwhile_is_safe_from_those_below() {
    let (app, owner, bea) = served().await;
    let admin = super::member(&app, &owner, "una", &["user-admin"]).await;
    let (made, changed) = tokio::join!(
        owner.put("/users/bea/roles", json!({ "roles": ["owner"] })),
        change(&admin, "bea", "", NEW),
    );
    made.expect(200);
    // Either it was an owner's password by then, or it was not yet; and what was answered is what happened.
    let counts = if changed.status == 204 { NEW } else { PASSWORD };
    assert!([204, 400].contains(&changed.status), "{changed:?}");
    log_in(&app.client(), &bea.email, counts).await.expect(201);
    change(&admin, "bea", "", "YetAnotherOne789!").await.expect(400);
}

/// Returns when so many connections of this test wait for each other.
async fn waiting(app: &TestApp, wanted: i64) {
    let query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
         AND application_name = current_setting('application_name')";
    for _ in 0..600 {
        if count(app, query).await == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nobody waits");
}

/// The key that somebody makes who was let in before `change`, which begins when the key is about to be stored.
async fn made_beside(
    app: &TestApp,
    bea: &Actor,
    change: impl Future<Output = ()> + Send + 'static,
) -> Client {
    // That bea was seen is written before, and waits for nobody beside those who are counted.
    bea.get("/users/me").await.expect(200);
    roster::app::flush(&app.backend).await;
    #[expect(clippy::disallowed_methods, reason = "the server is not asked")]
    let held = app.db.begin().await.unwrap();
    held.execute_unprepared("SELECT 1 FROM users WHERE username = 'bea' FOR UPDATE").await.unwrap();
    let client = bea.client.clone();
    let making = tokio::spawn(async move { client.post_empty("/users/me/keys").await });
    waiting(app, 1).await;
    let changing = tokio::spawn(change);
    waiting(app, 2).await;
    held.rollback().await.unwrap();
    changing.await.unwrap();
    let made = making.await.unwrap().expect(201).json();
    app.client().with_token(made["key"].as_str().unwrap())
}

/// Of one process all writes take turns; so the change comes to another replica.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_key_that_is_just_being_made_outlives_a_change_with_a_code() {
    if there_is_one_process("a change of a password beside a new key") {
        return;
    }
    let (app, _, bea, mut mail) = written().await;
    let (there, _backend, _stop) = app.replica().await;
    ask_for_code(&app, &bea.email).await.expect(204);
    let body = with_code(&bea.email, &mail.next().await.passcode(), NEW);
    let change = async move {
        Client::new(&there).post("/users/otp/change-password", body).await.expect(204);
    };
    made_beside(&app, &bea, change).await.get("/users/me").await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_key_that_is_just_being_made_outlives_a_reset_by_the_operator() {
    if there_is_one_process("a reset of a password beside a new key") {
        return;
    }
    let (app, _, bea) = served().await;
    let (_there, backend, _stop) = app.replica().await;
    let origin = Origin { request: RequestId(Uuid::nil()), ip: None, user_agent: None };
    let (visitor, user) = (Visitor::new(backend, origin), UserRef::Id(UserId(bea.id)));
    let change = async move {
        reset_password(&visitor, &user, NEW).await.unwrap();
    };
    made_beside(&app, &bea, change).await.get("/users/me").await.expect(401);
}
