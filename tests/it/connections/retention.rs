//! Entries are kept for a while, or for ever (logs.md C, case 21).

use chrono::TimeDelta;
use entity::{api_keys, audit_logs, connection_logs::Entity};
use roster::domain::{Settings, retention};
use sea_orm::{ActiveModelTrait, EntityTrait, PaginatorTrait, Set};
use serde_json::json;

use super::{Garden, number};
use crate::support::{TestApp, settings};

async fn kept_for(kept: TimeDelta) -> Garden {
    let app = TestApp::with(Settings { connection_log_retention: kept, ..settings() }).await;
    Garden { owner: app.owner().await, app }
}

async fn removed(garden: &Garden) -> u64 {
    retention::remove_old_connections(&garden.app.backend).await.unwrap()
}

#[tokio::test]
async fn a_day_removes_what_is_older_and_nothing_of_other_logs() {
    let garden = kept_for(TimeDelta::days(1)).await;
    // It is midnight of May 20.
    let old = json!({ "time": "2026-05-18T23:59:59.999999Z", "agent_name": "old" });
    let young = json!({ "time": "2026-05-19T00:00:00Z", "agent_name": "young" });
    garden.feed(json!([garden.end(old), garden.ssh(young)])).await.expect(204);
    let others = async || {
        let entries = audit_logs::Entity::find().count(&garden.app.db).await.unwrap();
        (entries, api_keys::Entity::find().count(&garden.app.db).await.unwrap())
    };
    let before = others().await;
    assert_eq!(removed(&garden).await, 1);
    assert_eq!(garden.found("").await[0]["agent_name"], "young");
    garden.app.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(removed(&garden).await, 1);
    assert_eq!(removed(&garden).await, 0);
    assert_eq!(others().await, before);
}

#[tokio::test]
async fn nothing_is_removed_when_entries_are_kept_for_ever() {
    let garden = kept_for(TimeDelta::zero()).await;
    garden.feed(json!([garden.ssh(json!({ "time": "0001-01-01T00:00:00Z" }))])).await.expect(204);
    garden.app.clock.advance(TimeDelta::days(100_000));
    assert_eq!(removed(&garden).await, 0);
}

/// More than one transaction removes.
#[tokio::test]
async fn many_are_removed_and_the_young_stay() {
    let garden = kept_for(TimeDelta::days(1)).await;
    let old = json!({ "time": "2026-05-01T00:00:00Z" });
    garden.feed(json!([garden.web(old), garden.web(json!({ "agent_name": "young" }))])).await.expect(204);
    let rows = Entity::find().all(&garden.app.db).await.unwrap();
    let old = rows.into_iter().find(|row| row.agent_name == "main").unwrap();
    for some in (1..=10_200).collect::<Vec<_>>().chunks(1_000) {
        let copies = some.iter().map(|n| {
            let copy: entity::connection_logs::ActiveModel = old.clone().into();
            let copy = entity::connection_logs::ActiveModel { id: Set(number(*n)), ..copy };
            copy.reset_all()
        });
        Entity::insert_many(copies).exec_without_returning(&garden.app.db).await.unwrap();
    }
    assert_eq!(removed(&garden).await, 10_201);
    let left = garden.found("").await;
    assert_eq!((left.len(), &left[0]["agent_name"]), (1, &json!("young")));
}
