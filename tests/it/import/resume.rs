//! An import that was ended before its end.

use sea_orm::{ColumnTrait, Database, EntityTrait, PaginatorTrait, QueryFilter};

use super::{Desk, exported, users};
use crate::process::{Child, roster, until};
use crate::support::TestDatabase;

const LINES: u64 = 400;

fn file() -> String {
    let row = |number| format!("u{number},u{number}@example.com\n");
    format!("username,email\n{}", (0..LINES).map(row).collect::<String>())
}

#[tokio::test]
async fn an_import_that_was_killed_goes_on_where_it_was() {
    let database = TestDatabase::new().await;
    super::imported(&database, "users.csv", "username\n").await;
    let beside = Database::connect(&database.url).await.unwrap();
    let count = async || {
        entity::users::Entity::find()
            .filter(entity::users::Column::IsSystem.eq(false))
            .count(&beside)
            .await
            .unwrap()
    };
    let desk = Desk::new();
    let path = desk.file("users.csv", file());
    let file = path.to_str().unwrap();

    let mut command =
        roster(&["users", "import", file, "--batch-size", "1", "--database-url", &database.url]);
    let import = Child::spawn(&mut command);
    until("some users", async || count().await >= 3).await;
    import.signal("KILL");
    assert_eq!(import.ended().await.code, None);
    let there = count().await;
    assert!((3..LINES).contains(&there), "it was not killed on its way: {there}");
    // What is there of a user is all of it.
    let keys = entity::git_ssh_keys::Entity::find().count(&beside).await.unwrap();
    let members = entity::organization_members::Entity::find()
        .filter(entity::organization_members::Column::Listed.eq(true))
        .count(&beside)
        .await
        .unwrap();
    let entries = entity::audit_logs::Entity::find().count(&beside).await.unwrap();
    assert_eq!((keys, members, entries), (there, there, there));

    let ended = users(&database, &["import", file]).await.expect(0);
    let left = LINES - there;
    assert_eq!(
        ended.out,
        format!(
            "checked {LINES} lines: {left} to import, {there} there already, 0 refused\nimported {left} users\n"
        )
    );
    assert_eq!(exported(&database).await.len() as u64, LINES);
    assert_eq!(entity::audit_logs::Entity::find().count(&beside).await.unwrap(), LINES);
}
