//! How long entries stay (logs.md C; case 21).

use chrono::TimeDelta;
use entity::{api_keys, audit_logs};
use roster::domain::{Settings, retention};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};

use super::{put, tick};
use crate::support::{Mint, TestApp, settings};

async fn kept(days: i64) -> TestApp {
    TestApp::with(Settings { audit_retention: TimeDelta::days(days), ..settings() }).await
}

async fn count(app: &TestApp, action: &str) -> u64 {
    let of = audit_logs::Entity::find().filter(audit_logs::Column::Action.eq(action));
    of.count(&app.db).await.unwrap()
}

async fn purge(app: &TestApp) -> u64 {
    retention::remove_old_entries(&app.backend).await.unwrap()
}

#[tokio::test]
async fn entries_are_kept_for_ever_unless_somebody_says_how_long() {
    let app = kept(0).await;
    put(&app, 10, |row| row.action = Set("stop".to_owned())).await;
    app.clock.advance(TimeDelta::days(10_000));
    assert_eq!((purge(&app).await, count(&app, "stop").await), (0, 10));
}

#[tokio::test]
async fn older_entries_go_and_nothing_else_does() {
    let app = kept(1).await;
    let owner = app.owner().await;
    let key = app.mint(owner.id, Mint { lifetime: TimeDelta::days(3_650), ..Mint::default() }).await;
    let before = audit_logs::Entity::find().count(&app.db).await.unwrap();
    put(&app, 3, |row| row.action = Set("stop".to_owned())).await;
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(purge(&app).await, 2, "those of a second and of two before: not a moment too early");
    assert_eq!(count(&app, "stop").await, 1);
    tick(&app);
    assert_eq!(purge(&app).await, before + 1);
    assert_eq!(audit_logs::Entity::find().count(&app.db).await.unwrap(), 0);
    app.client().with_token(&key).get("/users/me").await.expect(200);
    assert!(api_keys::Entity::find().count(&app.db).await.unwrap() >= 2);
}

/// More than one transaction removes, and the oldest go first.
#[tokio::test]
async fn however_many_there_are_they_all_go() {
    let app = kept(1).await;
    put(&app, 20_500, |row| row.action = Set("stop".to_owned())).await;
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(purge(&app).await, 20_499);
    assert_eq!((purge(&app).await, count(&app, "stop").await), (0, 1));
}

#[tokio::test]
async fn old_entries_about_connections_go_in_any_case() {
    let app = kept(0).await;
    for action in ["connect", "disconnect", "open", "close", "start"] {
        put(&app, 600, |row| row.action = Set(action.to_owned())).await;
    }
    app.clock.advance(TimeDelta::days(90));
    assert_eq!(purge(&app).await, 4 * 599);
    let left = [count(&app, "connect").await, count(&app, "close").await, count(&app, "start").await];
    assert_eq!(left, [1, 1, 600]);
}

/// What the connection log tells of today is not for this setting to remove.
#[tokio::test]
async fn entries_about_connections_are_kept_ninety_days_whatever_the_setting() {
    let app = kept(1).await;
    put(&app, 5, |row| row.action = Set("connect".to_owned())).await;
    app.clock.advance(TimeDelta::days(89));
    assert_eq!((purge(&app).await, count(&app, "connect").await), (0, 5));
}
