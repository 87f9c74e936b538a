//! Several servers on one database. SQLite has one process, so these need PostgreSQL.

use std::time::{Duration, Instant};

use entity::users::Column;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::helpers::{audited, served, set, stored_user};
use crate::support::environment::{postgres_url, skip};
use crate::support::{Client, TestApp};

/// The connections of this test's servers that hear what others change; tests share a server, not a name.
const HEARING: &str = "FROM pg_stat_activity WHERE query LIKE 'LISTEN %' \
     AND application_name = current_setting('application_name')";
/// How soon another replica must know.
pub const SOON: Duration = Duration::from_secs(1);

/// Whether there cannot be a second server; says what is then not tested.
pub fn there_is_one_process(why: &str) -> bool {
    let one = postgres_url().is_none();
    if one {
        skip(&format!("needs PostgreSQL: {why}"));
    }
    one
}

pub async fn count(app: &TestApp, query: &str) -> i64 {
    let statement = Statement::from_string(DbBackend::Postgres, query);
    app.db.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

/// Returns when so many servers hear each other.
pub async fn hearing(app: &TestApp, servers: i64) {
    for _ in 0..100 {
        if count(app, &format!("SELECT count(*) {HEARING}")).await == servers {
            // The server has asked; it believes its memory from when the answer has come.
            tokio::time::sleep(Duration::from_millis(50)).await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the servers do not hear each other");
}

/// Cuts the connections on which servers hear.
async fn deafen(app: &TestApp) -> i64 {
    count(app, &format!("SELECT count(pg_terminate_backend(pid)) {HEARING}")).await
}

/// How long it takes until a request is answered with this status.
pub async fn until(client: &Client, path: &str, status: u16) -> Duration {
    let began = Instant::now();
    while client.get(path).await.status != status {
        assert!(began.elapsed() < Duration::from_secs(5), "{path} does not become {status}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    began.elapsed()
}

#[tokio::test]
async fn a_logout_here_counts_there_within_a_second() {
    if there_is_one_process("a logout in another replica") {
        return;
    }
    let (app, _, bea) = served().await;
    let (there, _backend, _stop) = app.replica().await;
    hearing(&app, 2).await;
    let there = Client::new(&there).with_token(&bea.token);
    there.get("/users/me").await.expect(200);
    bea.post_empty("/users/logout").await.expect(200);
    assert!(until(&there, "/users/me", 401).await < SOON);
    there.get("/users/me").await.expect(401);
}

#[tokio::test]
async fn leaving_an_organization_here_counts_there_within_a_second() {
    if there_is_one_process("a membership in another replica") {
        return;
    }
    let (app, owner, bea) = served().await;
    let (there, _backend, _stop) = app.replica().await;
    hearing(&app, 2).await;
    let there = Client::new(&there).with_token(&bea.token);
    let organization = format!("/organizations/{}", app.organization);
    there.get(&organization).await.expect(200);
    owner.delete(&format!("{organization}/members/bea")).await.expect(204);
    assert!(until(&there, &organization, 404).await < SOON);
}

#[tokio::test]
async fn a_session_of_one_replica_is_good_in_the_other() {
    if there_is_one_process("a session in another replica") {
        return;
    }
    let (app, _, bea) = served().await;
    let (there, _backend, _stop) = app.replica().await;
    let there = Client::new(&there);
    let token = super::helpers::log_in(&there, &bea.email, crate::support::PASSWORD).await.expect(201).json();
    let token = token["session_token"].as_str().unwrap();
    app.client().with_token(token).get("/users/me").await.expect(200);
    there.with_token(token).get("/users/me").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_replicas_wake_a_user_once() {
    if there_is_one_process("waking in two replicas") {
        return;
    }
    let (app, _, bea) = served().await;
    app.set_user(bea.id, Column::Status, "dormant").await;
    let (there, _backend, _stop) = app.replica().await;
    hearing(&app, 2).await;
    let clients = [bea.client.clone(), Client::new(&there).with_token(&bea.token)];
    let tries: Vec<_> = (0..24)
        .map(|n| {
            let client = clients[n % 2].clone();
            tokio::spawn(async move { client.get("/users/me").await })
        })
        .collect();
    for one in tries {
        one.await.unwrap().expect(200);
    }
    assert_eq!(stored_user(&app, bea.id).await.status, "active");
    assert_eq!(audited(&app, bea.id, "write").await.len(), 1);
}

/// What a server remembers may be stale from the moment it cannot hear; it then asks the database each time. The changes here
/// send no messages, so that nothing but asking shows them.
#[tokio::test]
async fn a_server_that_cannot_hear_believes_nothing_it_remembers() {
    if there_is_one_process("a server that cannot hear") {
        return;
    }
    let (app, _, bea) = served().await;
    bea.get("/users/me").await.expect(200);
    hearing(&app, 1).await;
    let mut cut = deafen(&app).await;
    for (status, answer) in [("suspended", 401), ("active", 200)].into_iter().cycle().take(8) {
        set(&app, bea.id, Column::Status, status).await;
        let began = Instant::now();
        while bea.get("/users/me").await.status != answer {
            assert!(began.elapsed() < Duration::from_millis(500), "{status} is not seen");
            cut += deafen(&app).await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        cut += deafen(&app).await;
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    assert!(cut > 0, "nothing was cut");
}

#[tokio::test]
async fn a_server_hears_again_after_its_connection_was_cut() {
    if there_is_one_process("hearing again") {
        return;
    }
    let (app, _, bea) = served().await;
    let (there, _backend, _stop) = app.replica().await;
    hearing(&app, 2).await;
    assert_eq!(deafen(&app).await, 2);
    hearing(&app, 2).await;
    let there = Client::new(&there).with_token(&bea.token);
    there.get("/users/me").await.expect(200);
    bea.post_empty("/users/logout").await.expect(200);
    assert!(until(&there, "/users/me", 401).await < SOON);
}
