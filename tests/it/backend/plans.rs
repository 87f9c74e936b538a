//! How the engines find the members of a page: by the index, in its order, without looking at those who are not on it.

use roster::model::ids::{OrgId, UserId};
use roster::model::page::Page;
use roster::model::search::{UserFilter, UserSearch};
use roster::rbac::{Resource, system};
use roster::store::link::as_sent;
use roster::store::{Source, ai_seats, members, places, users};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Statement, TransactionTrait,
};

use crate::support::TestApp;

const MEMBERS: usize = 2_000;
const INDEX: &str = "organization_members_listed_idx";
/// What reads all rows of a table or sorts them, in the words of either engine.
const COSTLY: [&str; 9] = [
    "SCAN organization_members",
    "SCAN users",
    "TEMP B-TREE",
    "AUTOMATIC",
    "Seq Scan",
    "Sort",
    "Hash",
    "Bitmap",
    "Materialize",
];

/// The plan of a statement as the store sends it, as one text.
pub async fn plan(db: &impl ConnectionTrait, statement: Statement) -> String {
    let statement = as_sent(statement);
    let (explain, column) = match statement.db_backend {
        DbBackend::Postgres => ("EXPLAIN", "QUERY PLAN"),
        _ => ("EXPLAIN QUERY PLAN", "detail"),
    };
    let sql = format!("{explain} {}", statement.sql);
    let values = statement.values.map(|values| values.0).unwrap_or_default();
    let rows =
        db.query_all_raw(Statement::from_sql_and_values(statement.db_backend, sql, values)).await.unwrap();
    let lines = rows.iter().map(|row| row.try_get::<String>("", column).unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

/// The same for one that an index should answer by itself. PostgreSQL thinks that cheap only of pages that everybody sees by now, which
/// depends on what other tests are at; so it is asked whether it can.
async fn plan_in_index(db: &DatabaseConnection, statement: Statement) -> String {
    #[expect(clippy::disallowed_methods, reason = "settings for one question; nothing is written")]
    let tx = db.begin().await.unwrap();
    if statement.db_backend == DbBackend::Postgres {
        let other_ways = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off";
        tx.execute_unprepared(other_ways).await.unwrap();
    }
    plan(&tx, statement).await
}

/// As a list is counted.
fn count(mut statement: Statement) -> Statement {
    statement.sql = format!("SELECT COUNT(*) AS num_items FROM ({}) AS sub_query", statement.sql);
    statement
}

/// A server with two organizations, and one member of the smaller one.
async fn crowded() -> (TestApp, OrgId, UserId) {
    let app = TestApp::new().await;
    let second = app.organization("second").await;
    let members = app.crowd(second, "m", MEMBERS).await;
    app.crowd(app.organization, "other", 2 * MEMBERS).await;
    // PostgreSQL reads an index alone when it knows that all of a page is visible to all.
    let learn = match app.db.get_database_backend() {
        DbBackend::Postgres => "VACUUM ANALYZE users, organization_members",
        _ => "ANALYZE",
    };
    app.db.execute_unprepared(learn).await.unwrap();
    (app, OrgId(second), UserId(members[MEMBERS / 2]))
}

#[tokio::test]
async fn a_page_reads_its_members_in_the_order_of_the_index() {
    let (app, organization, cursor) = crowded().await;
    for (after, offset) in [(None, 0), (Some(cursor), 0), (None, 500), (Some(cursor), 500)] {
        let page = Page { after, limit: 50, offset };
        let select = members::page_of_all(organization, page);
        let plan = plan(&app.db, select.build(app.db.get_database_backend())).await;
        assert!(plan.contains(INDEX), "{page:?}\n{plan}");
        assert!(COSTLY.iter().all(|word| !plan.contains(word)), "{page:?}\n{plan}");
    }
}

/// However many there are, whoever is named exactly is looked up.
#[tokio::test]
async fn exact_names_are_found_in_their_unique_index() {
    let (app, ..) = crowded().await;
    let engine = app.backend.store.engine();
    let everybody = UserSearch::<OrgId> {
        filter: UserFilter::default(),
        email: None,
        username: None,
        within: None,
        outside: vec![],
    };
    let name = Some("m-001000".to_owned());
    let by_email = UserSearch { email: Some("m-001000@example.com".to_owned()), ..everybody.clone() };
    let by_name = UserSearch { username: name.clone(), ..everybody.clone() };
    let both = UserSearch { username: name, ..by_email.clone() };
    for (search, index) in
        [(by_email, "users_email_lower_idx"), (by_name, "users_username_lower_idx"), (both, "_lower_idx")]
    {
        let scope = system::login().scope(Resource::User);
        let select = users::page_of_found(engine, &scope, &search, None);
        let page = select.clone().order_by_asc(entity::users::Column::UsernameLower).limit(10);
        let backend = app.db.get_database_backend();
        for statement in [page.build(backend), count(select.build(backend))] {
            let plan = plan(&app.db, statement).await;
            assert!(plan.contains(index), "{search:?}\n{plan}");
            for costly in ["SCAN users", "Seq Scan", "Bitmap"] {
                assert!(!plan.contains(costly), "{search:?}\n{plan}");
            }
        }
    }
}

#[tokio::test]
async fn members_are_counted_in_the_index_alone() {
    let (app, organization, _) = crowded().await;
    let engine = app.db.get_database_backend();
    let name = "m-001000";
    for (what, statement) in [
        ("after", count(places::between(organization, name, None).build(engine))),
        ("between", count(places::between(organization, name, Some("m-001100")).build(engine))),
        ("marks", places::marks_of(engine, organization)),
    ] {
        let plan = plan_in_index(&app.db, statement).await;
        assert!(plan.contains(INDEX), "{what}\n{plan}");
        assert!(COSTLY.iter().all(|word| !plan.contains(word)), "{what}\n{plan}");
        assert!(plan.contains("COVERING INDEX") || plan.contains("Index Only Scan"), "{what}\n{plan}");
        assert!(!plan.contains("users"), "{what}\n{plan}");
    }
}

#[tokio::test]
async fn active_users_are_counted_in_an_index_alone() {
    let (app, ..) = crowded().await;
    let select = entity::users::Entity::find().filter(ai_seats::active());
    let plan = plan_in_index(&app.db, count(select.build(app.db.get_database_backend()))).await;
    assert!(plan.contains("users_active_idx"), "{plan}");
    assert!(plan.contains("COVERING INDEX") || plan.contains("Index Only Scan"), "{plan}");
}
