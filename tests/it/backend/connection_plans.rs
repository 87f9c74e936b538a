//! How the engines find the entries of a page of the connection log: by an index, in its order.

use chrono::DateTime;
use entity::connection_logs;
use roster::model::connection_search::{ConnectionFilter, Ended};
use roster::model::ids::{OrgId, UserId};
use roster::rbac::{Resource, system};
use roster::store::connection_logs::page_of;
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryTrait};
use uuid::Uuid;

use super::plans::plan;
use crate::support::TestApp;

/// Entries of the connection log in two organizations, of two owners, one half of them to each of two workspaces.
async fn busy() -> (TestApp, OrgId, UserId) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (second, bea) = (app.organization("second").await, app.user(&owner, "bea", &[]).await);
    for some in (0..5_000_u128).collect::<Vec<_>>().chunks(1_000) {
        let rows = some.iter().map(|number| {
            let (there, time) =
                (number % 3 == 0, DateTime::from_timestamp_micros(*number as i64 * 7_919 % 1_000_000));
            connection_logs::ActiveModel {
                id: Set(Uuid::from_u128(number + 1)),
                connect_time: Set(time.unwrap()),
                organization_id: Set(if there { second } else { app.organization }),
                workspace_owner_id: Set(if there { bea.id } else { owner.id }),
                workspace_id: Set(Uuid::from_u128(number % 2)),
                workspace_name: Set("garden".to_owned()),
                agent_name: Set("main".to_owned()),
                kind: Set("ssh".to_owned()),
                connection_id: Set(Some(Uuid::from_u128(*number))),
                ..Default::default()
            }
        });
        connection_logs::Entity::insert_many(rows).exec_without_returning(&app.db).await.unwrap();
    }
    let learn = match app.db.get_database_backend() {
        DbBackend::Postgres => "VACUUM ANALYZE connection_logs",
        _ => "ANALYZE",
    };
    app.db.execute_unprepared(learn).await.unwrap();
    (app, OrgId(second), UserId(bea.id))
}

#[tokio::test]
async fn a_page_of_the_connection_log_is_read_in_the_order_of_an_index() {
    let (app, second, bea) = busy().await;
    let scope = system::connection_log().scope(Resource::ConnectionLog);
    let all = ConnectionFilter::default();
    let in_one = ConnectionFilter { organization: Some(second), ..all.clone() };
    let of_one = ConnectionFilter { owner: [Some(bea), None], ..all.clone() };
    let to_one = ConnectionFilter { workspace: Some(Uuid::from_u128(1)), ..all.clone() };
    let since = ConnectionFilter { after: DateTime::from_timestamp_micros(500_000), ..all.clone() };
    let ongoing = ConnectionFilter { ended: Some(Ended::Ongoing), ..all.clone() };
    for filter in [all, in_one, of_one, to_one, since, ongoing] {
        for offset in [0, 300] {
            let page = page_of(&scope, &filter, 100, offset);
            let plan = plan(&app.db, page.build(app.db.get_database_backend())).await;
            assert!(plan.contains("idx_connection_logs_"), "{filter:?}\n{plan}");
            for costly in ["TEMP B-TREE", "Seq Scan", "Sort", "Bitmap"] {
                assert!(!plan.contains(costly), "{filter:?}\n{plan}");
            }
        }
    }
}
