//! The job that makes users dormant (users.md 3.21).

use chrono::TimeDelta;
use entity::users::Column;
use roster::domain::{Settings, dormancy};
use roster::model::clock::Clock;
use sea_orm::sea_query::Expr;

use super::*;
use crate::backend::rows;
use crate::support::{Mint, settings};

async fn seen(app: &TestApp, user: Uuid, days_ago: i64) {
    // What was noted before would be written over it.
    roster::app::flush(&app.backend).await;
    users::Entity::update_many()
        .col_expr(Column::LastSeenAt, Expr::value(app.clock.now() - TimeDelta::days(days_ago)))
        .filter(Column::Id.eq(user))
        .exec(&app.db)
        .await
        .unwrap();
}

#[tokio::test]
async fn who_was_not_seen_for_ninety_days_is_dormant_owners_too() {
    let Cast { app, owner, user_admin, auditor, one, two } = Cast::new().await;
    owner.send(reqwest::Method::PUT, &suspend("two"), None).await.expect(200);
    app.clock.advance(TimeDelta::days(200));
    for (user, days) in [(&owner, 91), (&user_admin, 90), (&auditor, 1), (&one, 91), (&two, 91)] {
        seen(&app, user.id, days).await;
    }
    assert_eq!(dormancy::run(&app.backend).await.unwrap(), 2);
    for (user, status) in [
        (&owner, "dormant"),
        (&user_admin, "active"),
        (&auditor, "active"),
        (&one, "dormant"),
        (&two, "suspended"),
    ] {
        assert_eq!(stored(&app, user.id).await.status, status, "{}", user.username);
    }
    assert_eq!(states(&app, one.id).await, ["active", "dormant"]);
    assert_eq!(stored(&app, one.id).await.updated_at, app.clock.now());
    let entries = audited(&app, one.id, "write").await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    let fields = json!({ "automatic_actor": "coder", "automatic_subsystem": "dormancy" });
    assert_eq!(
        (entries[0].user_id, entries[0].status_code, &entries[0].additional_fields),
        (one.id, 200, &fields)
    );
    assert_eq!(dormancy::run(&app.backend).await.unwrap(), 0);
    // What the server remembers of them is dropped, and whoever comes back is awake.
    let back = app.client().with_token(&app.mint(owner.id, Mint::default()).await);
    assert_eq!(back.get("/users/one").await.expect(200).json()["status"], "dormant");
    assert_eq!(back.get("/users/me").await.expect(200).json()["status"], "active");
    assert_eq!(dormancy::run(&app.backend).await.unwrap(), 0);
    assert_eq!(states(&app, owner.id).await, ["active", "dormant", "active"]);
}

/// Who was just made or never came is not gone for long yet.
#[tokio::test]
async fn a_new_account_has_its_time() {
    let Cast { app, owner, .. } = Cast::new().await;
    app.clock.advance(TimeDelta::days(89));
    seen(&app, owner.id, 0).await;
    assert_eq!(dormancy::run(&app.backend).await.unwrap(), 0);
    app.clock.advance(TimeDelta::days(2));
    assert_eq!(dormancy::run(&app.backend).await.unwrap(), 4);
}

#[tokio::test]
async fn the_deleted_and_the_servers_own_user_are_left_alone() {
    let Cast { app, owner, one, .. } = Cast::new().await;
    owner.delete("/users/one").await.expect(200);
    app.clock.advance(TimeDelta::days(91));
    assert_eq!(dormancy::run(&app.backend).await.unwrap(), 4);
    for id in [one.id, PREBUILDS.parse().unwrap()] {
        assert_eq!(stored(&app, id).await.status, "active");
    }
}

#[tokio::test]
async fn the_time_is_a_setting_and_zero_is_for_ever() {
    let app = TestApp::with(Settings { dormant_after: TimeDelta::days(7), ..settings() }).await;
    app.owner().await;
    app.clock.advance(TimeDelta::days(8));
    assert_eq!(dormancy::run(&app.backend).await.unwrap(), 1);
    let app = TestApp::with(Settings { dormant_after: TimeDelta::zero(), ..settings() }).await;
    app.owner().await;
    app.clock.advance(TimeDelta::days(8_000));
    assert_eq!(dormancy::run(&app.backend).await.unwrap(), 0);
}

/// More than are made dormant at once.
#[tokio::test]
async fn many_become_dormant_and_each_once() {
    let app = TestApp::new().await;
    let count = 1_234;
    let some = (0..count).map(|number| rows::user(&format!("u{number}"))).collect::<Vec<_>>();
    for chunk in some.chunks(500) {
        users::Entity::insert_many(chunk.to_vec()).exec_without_returning(&app.db).await.unwrap();
    }
    app.clock.advance(TimeDelta::days(91));
    let (one, other) = tokio::join!(dormancy::run(&app.backend), dormancy::run(&app.backend));
    assert_eq!(one.unwrap() + other.unwrap(), count);
    let entries = audit_logs::Entity::find().filter(audit_logs::Column::Action.eq("write"));
    let mut entries: Vec<Uuid> =
        entries.all(&app.db).await.unwrap().into_iter().map(|entry| entry.resource_id).collect();
    entries.sort_unstable();
    entries.dedup();
    assert_eq!(entries.len() as u64, count);
    let changes = user_status_changes::Entity::find();
    let changes = changes.filter(user_status_changes::Column::NewStatus.eq("dormant"));
    assert_eq!(changes.all(&app.db).await.unwrap().len() as u64, count);
}
