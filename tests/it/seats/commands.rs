//! `roster ai-seats`.

use crate::process::{Child, Ended, Server, roster, user};
use crate::support::TestDatabase;

async fn ai_seats(database: &TestDatabase, arguments: &[&str]) -> Ended {
    let mut command = roster(&["ai-seats"]);
    command.args(arguments).args(["--database-url", &database.url]);
    Child::spawn(&mut command).ended().await
}

#[tokio::test]
async fn an_operator_notes_lists_and_counts_uses() {
    let database = TestDatabase::new().await;
    let server = Server::start_with(&database.url, &["--cache-age", "0s"]).await;
    let owner = server.owner().await;
    owner.post("/users", user("bot")).await.expect(201);
    let record = async |user: &str, kind: &str| {
        ai_seats(&database, &["record", "--user", user, "--event-type", kind, "--description", "by hand"])
            .await
    };
    assert_eq!(record("owner", "task").await.expect(0).out, "noted the first use by owner\n");
    // No pace holds up an operator.
    assert_eq!(record("owner", "aibridge").await.expect(0).out, "noted another use by owner\n");
    assert_eq!(
        record("bot@example.com", "task").await.expect(0).out,
        "noted the first use by bot@example.com\n"
    );
    assert_eq!(ai_seats(&database, &["count"]).await.expect(0).out, "1\n");
    let listed = ai_seats(&database, &["list"]).await.expect(0).out;
    let columns: Vec<Vec<&str>> = listed.lines().map(|line| line.split('\t').collect()).collect();
    let known = |row: &[&str]| (row[0].to_owned(), row[1].to_owned(), row[3].to_owned(), row[4].to_owned());
    let wanted = [("bot", "no seat", "task", "by hand"), ("owner", "seat", "aibridge", "by hand")];
    let wanted = wanted.map(|(a, b, c, d)| (a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned()));
    assert_eq!(columns.iter().map(|row| known(row)).collect::<Vec<_>>(), wanted);
    assert_eq!(owner.get("/users/me").await.expect(200).json()["has_ai_seat"], true);
}

#[tokio::test]
async fn a_use_that_cannot_be_is_one_line() {
    let database = TestDatabase::new().await;
    let refused =
        ai_seats(&database, &["record", "--user", "nobody", "--event-type", "task"]).await.expect(1);
    assert!(refused.complaint().contains("Resource not found"), "{refused:?}");
    let refused = ai_seats(&database, &["record", "--user", "nobody", "--event-type", "x"]).await.expect(1);
    assert!(refused.complaint().contains("event_type: \"x\" is not one of aibridge, task"), "{refused:?}");
    assert_eq!(ai_seats(&database, &["count"]).await.expect(0).out, "0\n");
}
