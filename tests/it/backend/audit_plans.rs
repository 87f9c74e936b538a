//! How the engines find a page of the audit log: by an index, in its order, however many entries there are; and how they find
//! what is kept no longer.

use roster::model::ids::{OrgId, UserId};
use roster::model::page::Page;
use roster::rbac::{Resource, Scope, system};
use roster::store::audit::{Filter, page_of};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryTrait, Set, Statement};
use uuid::Uuid;

use super::plans::plan;
use crate::support::TestApp;

const ENTRIES: usize = 4_000;
/// What reads all rows of the table or sorts them, in the words of either engine.
const COSTLY: [&str; 5] = ["SCAN audit_logs\n", "TEMP B-TREE", "Seq Scan", "Sort", "Bitmap"];

/// A server with many entries of two organizations and of a few users.
async fn crowded() -> TestApp {
    let app = TestApp::new().await;
    let ids = roster::model::ids::Ids::random();
    let start: chrono::DateTime<chrono::Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let rows = (0..ENTRIES).map(|number| {
        let whole = u128::try_from(number).unwrap();
        entity::audit_logs::ActiveModel {
            id: Set(ids.uuid()),
            time: Set(start + chrono::TimeDelta::seconds(i64::try_from(number).unwrap())),
            user_id: Set(Uuid::from_u128(whole % 4)),
            organization_id: Set(Uuid::from_u128(whole % 2)),
            ip: Set(None),
            user_agent: Set(None),
            resource_type: Set("user".to_owned()),
            action: Set("write".to_owned()),
            resource_id: Set(Uuid::from_u128(whole % 500)),
            resource_target: Set("somebody".to_owned()),
            resource_target_lower: Set("somebody".to_owned()),
            diff: Set(serde_json::json!({})),
            status_code: Set(200),
            additional_fields: Set(serde_json::json!({})),
            request_id: Set(Uuid::nil()),
            resource_icon: Set(String::new()),
        }
    });
    for some in rows.collect::<Vec<_>>().chunks(500) {
        entity::audit_logs::Entity::insert_many(some.to_vec()).exec_without_returning(&app.db).await.unwrap();
    }
    let learn = match app.db.get_database_backend() {
        DbBackend::Postgres => "VACUUM ANALYZE audit_logs",
        _ => "ANALYZE",
    };
    app.db.execute_unprepared(learn).await.unwrap();
    app
}

#[tokio::test]
async fn a_page_of_the_audit_log_is_read_in_the_order_of_an_index() {
    let app = crowded().await;
    let scope: Scope = system::operator().scope(Resource::AuditLog);
    let of_user = Filter { actors: Some(vec![UserId(Uuid::from_u128(3))]), ..Filter::default() };
    let of_thing = Filter { resource_id: Some(Uuid::from_u128(7)), ..Filter::default() };
    let of_place = Filter { organization: Some(OrgId(Uuid::from_u128(1))), ..Filter::default() };
    let since = Filter { from: Some("2026-01-01T00:30:00Z".parse().unwrap()), ..Filter::default() };
    for (filter, index) in [
        (Filter::default(), "idx_audit_logs_time_desc"),
        (since, "idx_audit_logs_time_desc"),
        (of_place, "idx_audit_log"),
        (of_user, "idx_audit_log_user_id"),
        (of_thing, "idx_audit_log_resource_id"),
    ] {
        for offset in [0, 20] {
            let page = Page { limit: 25, offset, after: None };
            let statement = page_of(&scope, &filter, page).build(app.db.get_database_backend());
            let plan = plan(&app.db, statement).await;
            assert!(plan.contains(index), "{filter:?}\n{plan}");
            // The few entries of one thing may be sorted.
            let costly = COSTLY
                .iter()
                .filter(|word| index != "idx_audit_log_resource_id" || !["Sort", "Bitmap"].contains(word));
            for word in costly {
                assert!(!format!("{plan}\n").contains(word), "{filter:?}\n{plan}");
            }
        }
    }
}

/// Most logs have none: nobody looks through all others for them every ten minutes.
#[tokio::test]
async fn old_entries_about_connections_are_looked_for_in_an_index_of_their_own() {
    let app = crowded().await;
    let find = "SELECT id FROM audit_logs WHERE audit_logs.action IN ('connect', 'disconnect', 'open', 'close') \
                AND time < '2026-06-01T00:00:00+00:00' ORDER BY time LIMIT 1000";
    let statement = Statement::from_string(app.db.get_database_backend(), find);
    let plan = plan(&app.db, statement).await;
    assert!(plan.contains("idx_audit_logs_old_connections"), "{plan}");
}
