//! What memberships repeat of their users is never out of step, whoever writes what.

use std::time::Duration;

use entity::{organization_members, users};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, QueryFilter,
    TransactionTrait,
};
use uuid::Uuid;

use super::rows::{self, put};
use crate::support::TestApp;

/// What need not wait is through by then; what must wait never is.
const A_WHILE: Duration = Duration::from_millis(200);

/// Usernames in lower case, and whether lists show them, of all memberships by username.
async fn listing(app: &TestApp) -> Vec<(String, bool)> {
    let rows = organization_members::Entity::find().all(&app.db).await.unwrap();
    let mut listing: Vec<_> = rows.into_iter().map(|row| (row.username_lower, row.listed)).collect();
    listing.sort();
    listing
}

fn expected(listing: &[(&str, bool)]) -> Vec<(String, bool)> {
    listing.iter().map(|(name, listed)| ((*name).to_owned(), *listed)).collect()
}

/// A server whose default organization has the server's own user and these members.
async fn server_with(names: &[&str]) -> (TestApp, Vec<Uuid>) {
    let app = TestApp::new().await;
    let mut ids = Vec::new();
    for name in names {
        let user = rows::user(name);
        ids.push(user.id.clone().unwrap());
        put(&app, user).await.unwrap();
        put(&app, rows::membership(app.organization, *ids.last().unwrap())).await.unwrap();
    }
    (app, ids)
}

#[tokio::test]
async fn a_new_membership_knows_its_user() {
    let (app, _) = server_with(&["Bea"]).await;
    for (name, is_system) in [("Carl", false), ("dora", true)] {
        let user = users::ActiveModel { is_system: Set(is_system), ..rows::user(name) };
        let id = user.id.clone().unwrap();
        put(&app, user).await.unwrap();
        put(&app, rows::membership(app.organization, id)).await.unwrap();
    }
    let all = [("bea", true), ("carl", true), ("dora", false), ("prebuilds", false)];
    assert_eq!(listing(&app).await, expected(&all));
}

#[tokio::test]
async fn whoever_says_otherwise_is_not_believed() {
    let (app, ids) = server_with(&["bea"]).await;
    let carl = rows::user("carl");
    let id = carl.id.clone().unwrap();
    put(&app, users::ActiveModel { is_system: Set(true), ..carl }).await.unwrap();
    let lie = organization_members::ActiveModel {
        username_lower: Set("zoe".to_owned()),
        listed: Set(true),
        ..rows::membership(app.organization, id)
    };
    put(&app, lie).await.unwrap();
    let all = expected(&[("bea", true), ("carl", false), ("prebuilds", false)]);
    assert_eq!(listing(&app).await, all);

    for lie in
        ["username_lower = 'x' || username_lower", "listed = TRUE", "username_lower = '', listed = FALSE"]
    {
        let update = format!("UPDATE organization_members SET {lie}");
        app.db.execute_unprepared(&update).await.unwrap();
        assert_eq!(listing(&app).await, all, "{lie}");
    }
    let row =
        organization_members::Entity::find_by_id((app.organization, ids[0])).one(&app.db).await.unwrap();
    let row = organization_members::ActiveModel { listed: Set(false), ..row.unwrap().into_active_model() };
    organization_members::Entity::update(row).exec(&app.db).await.unwrap();
    assert_eq!(listing(&app).await, all);
}

#[tokio::test]
async fn a_membership_follows_every_change_of_its_user() {
    let (app, ids) = server_with(&["bea", "carl"]).await;
    let second = app.organization("second").await;
    put(&app, rows::membership(second, ids[0])).await.unwrap();
    // Each change, and the two memberships of the user that was `bea` after it.
    for (change, name, listed) in [
        ("username_lower = 'anna', username = 'Anna'", "anna", true),
        ("username_lower = 'zoe'", "zoe", true),
        ("is_system = TRUE", "zoe", false),
        ("is_system = FALSE, username_lower = 'bea'", "bea", true),
        ("status = 'suspended', name = 'Bea'", "bea", true),
    ] {
        let update = format!("UPDATE users SET {change} WHERE username NOT IN ('carl', 'prebuilds')");
        app.db.execute_unprepared(&update).await.unwrap();
        let mut all = vec![(name, listed), (name, listed), ("carl", true), ("prebuilds", false)];
        all.sort();
        assert_eq!(listing(&app).await, expected(&all), "{change}");
    }
}

#[tokio::test]
async fn that_holds_for_all_rows_of_a_statement() {
    let (app, _) = server_with(&["bea", "carl", "dora"]).await;
    let second = app.organization("second").await;
    let text = second.simple();
    let id = match app.db.get_database_backend() {
        DbBackend::Sqlite => format!("X'{text}'"),
        _ => format!("'{text}'"),
    };
    let join = format!(
        "INSERT INTO organization_members (organization_id, user_id, created_at, updated_at, roles)
        SELECT {id}, user_id, created_at, updated_at, roles FROM organization_members"
    );
    app.db.execute_unprepared(&join).await.unwrap();
    let twice = |all: &[(&str, bool)]| {
        expected(all).into_iter().flat_map(|row| [row.clone(), row]).collect::<Vec<_>>()
    };
    let all = [("bea", true), ("carl", true), ("dora", true), ("prebuilds", false)];
    assert_eq!(listing(&app).await, twice(&all));

    let rename = "UPDATE users SET username_lower = 'x' || username_lower, username = 'X' || username";
    app.db.execute_unprepared(rename).await.unwrap();
    let all = [("xbea", true), ("xcarl", true), ("xdora", true), ("xprebuilds", false)];
    assert_eq!(listing(&app).await, twice(&all));

    let take_over = "UPDATE users SET is_system = (username_lower <> 'xcarl')";
    app.db.execute_unprepared(take_over).await.unwrap();
    let all = [("xbea", false), ("xcarl", true), ("xdora", false), ("xprebuilds", false)];
    assert_eq!(listing(&app).await, twice(&all));

    let swap = "UPDATE users SET is_system = NOT is_system";
    app.db.execute_unprepared(swap).await.unwrap();
    let all = [("xbea", true), ("xcarl", false), ("xdora", true), ("xprebuilds", true)];
    assert_eq!(listing(&app).await, twice(&all));
}

#[tokio::test]
async fn a_membership_that_gets_another_user_gets_its_name() {
    let (app, ids) = server_with(&["bea"]).await;
    let carl = rows::user("carl");
    let id = carl.id.clone().unwrap();
    put(&app, carl).await.unwrap();
    organization_members::Entity::update_many()
        .col_expr(organization_members::Column::UserId, Expr::value(id))
        .filter(organization_members::Column::UserId.eq(ids[0]))
        .exec(&app.db)
        .await
        .unwrap();
    assert_eq!(listing(&app).await, expected(&[("carl", true), ("prebuilds", false)]));
}

#[tokio::test]
async fn who_joins_while_renamed_has_the_new_name() {
    let (app, ids) = server_with(&["bea"]).await;
    let second = app.organization("second").await;
    #[expect(clippy::disallowed_methods, reason = "the server is not asked")]
    let renaming = app.db.begin().await.unwrap();
    renaming
        .execute_unprepared(
            "UPDATE users SET username_lower = 'zoe', is_system = TRUE WHERE username = 'bea'",
        )
        .await
        .unwrap();
    let (db, row) = (app.db.clone(), rows::membership(second, ids[0]));
    let mut joining = tokio::spawn(async move {
        organization_members::Entity::insert(row).exec_without_returning(&db).await.unwrap();
    });
    assert!(tokio::time::timeout(A_WHILE, &mut joining).await.is_err(), "it did not wait");
    renaming.commit().await.unwrap();
    joining.await.unwrap();
    assert_eq!(listing(&app).await, expected(&[("prebuilds", false), ("zoe", false), ("zoe", false)]));
}

#[tokio::test]
async fn who_is_renamed_while_joining_has_the_new_name() {
    let (app, ids) = server_with(&["bea"]).await;
    let second = app.organization("second").await;
    #[expect(clippy::disallowed_methods, reason = "the server is not asked")]
    let joining = app.db.begin().await.unwrap();
    let row = rows::membership(second, ids[0]);
    organization_members::Entity::insert(row).exec_without_returning(&joining).await.unwrap();
    let db = app.db.clone();
    let mut renaming = tokio::spawn(async move {
        let rename = "UPDATE users SET username_lower = 'zoe' WHERE username = 'bea'";
        db.execute_unprepared(rename).await.unwrap();
    });
    assert!(tokio::time::timeout(A_WHILE, &mut renaming).await.is_err(), "it did not wait");
    joining.commit().await.unwrap();
    renaming.await.unwrap();
    assert_eq!(listing(&app).await, expected(&[("prebuilds", false), ("zoe", true), ("zoe", true)]));
}

#[tokio::test]
async fn memberships_from_before_the_columns_get_them() {
    let (app, _) = server_with(&["Bea", "Carl"]).await;
    app.db.execute_unprepared("UPDATE users SET is_system = TRUE WHERE username = 'Carl'").await.unwrap();
    let all = listing(&app).await;
    assert_eq!(all, expected(&[("bea", true), ("carl", false), ("prebuilds", false)]));
    let store = &app.backend.store;
    let name = "list_members_by_index";
    let steps = store.migration_status().await.unwrap();
    let steps = steps.iter().rev().take_while(|(migration, _)| !migration.ends_with(name)).count() + 1;
    store.migrate_down(u32::try_from(steps).unwrap()).await.unwrap();
    store.migrate().await.unwrap();
    assert_eq!(listing(&app).await, all);
}
