//! The tables come and go by migrations alone, and a start can happen at any moment, also at the same one.

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use entity::{organizations, users};
use roster::app;
use roster::domain::Backend;
use roster::model::clock::TestClock;
use roster::model::ids::Ids;
use roster::store::Store;
use sea_orm::sqlx::{self, Connection, SqliteConnection};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, EntityTrait, PaginatorTrait};

use super::introspect::things;
use crate::support::{TestApp, TestDatabase, settings, store_options};

/// Everything that the migrations make; a new one adds its lines.
const ALL: &[&str] = &[
    "index group_members_group_id_idx",
    "index groups_id_organization_id_idx",
    "index groups_organization_id_name_lower_idx",
    "index idx_api_key_name",
    "index idx_api_keys_expires_at",
    "index idx_api_keys_tokens",
    "index idx_api_keys_user",
    "index idx_audit_log_organization_id",
    "index idx_audit_log_resource_id",
    "index idx_audit_log_user_id",
    "index idx_audit_logs_old_connections",
    "index idx_audit_logs_time_desc",
    "index idx_connection_logs_connect_time_desc",
    "index idx_connection_logs_connection_id_workspace_id_agent_name",
    "index idx_connection_logs_organization_id",
    "index idx_connection_logs_workspace_id",
    "index idx_connection_logs_workspace_owner_id",
    "index idx_custom_roles_name_lower",
    "index idx_organization_name_lower",
    "index idx_user_deleted_deleted_at",
    "index idx_user_status_changes_changed_at",
    "index idx_user_status_changes_user",
    "index organization_members_listed_idx",
    "index organization_members_user_id_idx",
    "index organizations_single_default_org",
    "index user_links_linked_id_login_type_idx",
    "index user_skills_user_id_name_idx",
    "index users_active_idx",
    "index users_email_lower_idx",
    "index users_username_lower_idx",
    "table ai_seat_state",
    "table api_keys",
    "table audit_logs",
    "table connection_logs",
    "table custom_roles",
    "table git_ssh_keys",
    "table group_members",
    "table groups",
    "table organization_members",
    "table organizations",
    "table seaql_migrations",
    "table site_configs",
    "table user_configs",
    "table user_deleted",
    "table user_links",
    "table user_skills",
    "table user_status_changes",
    "table users",
    "trigger trigger_delete_groups",
    "trigger trigger_delete_user",
    "trigger trigger_delete_user_links",
    "trigger trigger_delete_user_skills",
    "trigger trigger_insert_apikeys",
    "trigger trigger_insert_group_of_everyone",
    "trigger trigger_insert_member_listing",
    "trigger trigger_insert_members",
    "trigger trigger_insert_user_links",
    "trigger trigger_insert_user_skills",
    "trigger trigger_insert_user_status",
    "trigger trigger_update_member_listing",
    "trigger trigger_update_user_listing",
    "trigger trigger_update_user_skills",
    "trigger trigger_update_user_status",
    "view effective_group_members",
];

/// What is left when all migrations are taken back: the table that says so.
const NOTHING: &[&str] = &["table seaql_migrations"];

async fn store_on(database: &TestDatabase) -> Store {
    Store::connect(&store_options(&database.url)).await.unwrap()
}

async fn connection_to(database: &TestDatabase) -> DatabaseConnection {
    Database::connect(&database.url).await.unwrap()
}

async fn start(url: String, seed: u64) -> Arc<Backend> {
    let store = Store::connect(&store_options(&url)).await.unwrap();
    let clock = Arc::new(TestClock::at(DateTime::UNIX_EPOCH));
    app::backend(store, settings(), clock, Ids::seeded(seed), app::Outside::none()).await.unwrap()
}

/// Things without the functions that only one engine needs for its triggers.
async fn common_things(db: &DatabaseConnection) -> Vec<String> {
    things(db).await.into_iter().filter(|thing| !thing.starts_with("function ")).collect()
}

async fn applied(store: &Store) -> Vec<bool> {
    store.migration_status().await.unwrap().into_iter().map(|(_, applied)| applied).collect()
}

/// How many migrations there are.
async fn count(store: &Store) -> u32 {
    u32::try_from(applied(store).await.len()).unwrap()
}

#[tokio::test]
async fn up_makes_everything() {
    let database = TestDatabase::new().await;
    store_on(&database).await.migrate().await.unwrap();
    assert_eq!(common_things(&connection_to(&database).await).await, ALL);
}

#[tokio::test]
async fn up_twice_is_up() {
    let database = TestDatabase::new().await;
    let store = store_on(&database).await;
    store.migrate().await.unwrap();
    store.migrate().await.unwrap();
    assert_eq!(common_things(&connection_to(&database).await).await, ALL);
}

#[tokio::test]
async fn down_step_by_step_leaves_nothing_and_up_makes_it_again() {
    let database = TestDatabase::new().await;
    let (store, db) = (store_on(&database).await, connection_to(&database).await);
    store.migrate().await.unwrap();
    for left in (0..count(&store).await).rev() {
        store.migrate_down(1).await.unwrap();
        let applied = applied(&store).await;
        assert!((0..).zip(&applied).all(|(n, applied)| *applied == (n < left)), "{left} left: {applied:?}");
    }
    assert_eq!(things(&db).await, NOTHING);
    store.migrate_down(1).await.unwrap();
    store.migrate().await.unwrap();
    assert_eq!(common_things(&db).await, ALL);
}

#[tokio::test]
async fn every_way_down_leads_up_again() {
    let database = TestDatabase::new().await;
    let (store, db) = (store_on(&database).await, connection_to(&database).await);
    store.migrate().await.unwrap();
    let everything = things(&db).await;
    for steps in 1..=count(&store).await {
        store.migrate_down(steps).await.unwrap();
        assert!(things(&db).await.len() < everything.len(), "{steps} steps down");
        store.migrate().await.unwrap();
        assert_eq!(things(&db).await, everything, "{steps} steps down and up");
    }
}

#[tokio::test]
async fn a_filled_database_goes_down_and_starts_anew() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let store = &app.backend.store;
    store.migrate_down(count(store).await).await.unwrap();
    assert_eq!(things(&app.db).await, NOTHING);
    let again = start(app.database.url.clone(), 7).await;
    assert_ne!(again.deployment, app.backend.deployment);
    assert_eq!(users::Entity::find().count(&app.db).await.unwrap(), 1, "only the server's own user");
}

#[tokio::test]
async fn the_status_tells_what_is_applied() {
    let database = TestDatabase::new().await;
    let store = store_on(&database).await;
    let before = store.migration_status().await.unwrap();
    assert!(before.iter().all(|(name, applied)| name.starts_with('m') && !applied), "{before:?}");
    assert!(before.is_sorted(), "{before:?}");

    store.migrate().await.unwrap();
    assert!(applied(&store).await.into_iter().all(|applied| applied));

    store.migrate_down(2).await.unwrap();
    let after = applied(&store).await;
    assert_eq!(after.iter().rev().take_while(|applied| !**applied).count(), 2, "{after:?}");
}

#[tokio::test]
async fn the_status_of_an_empty_database_leaves_it_usable() {
    let database = TestDatabase::new().await;
    store_on(&database).await.migration_status().await.unwrap();
    start(database.url.clone(), 1).await;
    assert_eq!(common_things(&connection_to(&database).await).await, ALL);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replicas_that_start_at_once_are_one_deployment() {
    for _ in 0..3 {
        let database = TestDatabase::new().await;
        let starting: Vec<_> = (0..4).map(|seed| tokio::spawn(start(database.url.clone(), seed))).collect();
        let mut deployments = Vec::new();
        for replica in starting {
            deployments.push(replica.await.unwrap().deployment);
        }
        assert!(deployments.iter().all(|id| *id == deployments[0]), "{deployments:?}");
        let db = connection_to(&database).await;
        assert_eq!(organizations::Entity::find().count(&db).await.unwrap(), 1);
        assert_eq!(users::Entity::find().count(&db).await.unwrap(), 1);
        assert_eq!(common_things(&db).await, ALL);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_start_that_was_cut_off_does_not_hinder_the_next() {
    for micros in [0, 300, 1_000, 3_000, 10_000, 30_000] {
        let database = TestDatabase::new().await;
        let cut = tokio::spawn(start(database.url.clone(), 1));
        tokio::time::sleep(Duration::from_micros(micros)).await;
        cut.abort();
        let _ = cut.await;
        start(database.url.clone(), 2).await;
        let db = connection_to(&database).await;
        assert_eq!(common_things(&db).await, ALL, "cut off after {micros} µs");
        assert_eq!(organizations::Entity::find().count(&db).await.unwrap(), 1, "cut off after {micros} µs");
    }
}

#[tokio::test]
async fn a_migration_that_fails_leaves_the_database_as_it_was() {
    let database = TestDatabase::new().await;
    let (store, db) = (store_on(&database).await, connection_to(&database).await);
    db.execute_unprepared("CREATE TABLE audit_logs (in_the_way INTEGER)").await.unwrap();
    store.migrate().await.unwrap_err();
    assert_eq!(things(&db).await, ["table audit_logs"]);

    db.execute_unprepared("DROP TABLE audit_logs").await.unwrap();
    let again = start(database.url.clone(), 1).await;
    assert!(!again.deployment.is_nil());
    assert_eq!(common_things(&db).await, ALL);
}

#[tokio::test]
async fn a_start_between_migration_and_installation_is_made_good() {
    let database = TestDatabase::new().await;
    store_on(&database).await.migrate().await.unwrap();
    let (first, second) = (start(database.url.clone(), 1).await, start(database.url.clone(), 2).await);
    assert_eq!(first.deployment, second.deployment);
}

/// What one process does with a new file while another opens it.
#[tokio::test]
async fn a_new_file_that_another_process_works_on_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("roster.db").display());
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("PRAGMA journal_mode = DELETE; CREATE TABLE t (n INTEGER)")
        .execute(&mut other)
        .await
        .unwrap();
    sqlx::raw_sql("BEGIN; INSERT INTO t VALUES (1)").execute(&mut other).await.unwrap();
    let opening = tokio::spawn(async move { Store::connect(&store_options(&url)).await.map(drop) });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!opening.is_finished());
    sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    opening.await.unwrap().unwrap();
}
