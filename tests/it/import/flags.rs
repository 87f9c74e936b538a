//! Where the file comes from, and what else the command is told.

use std::process::Command;

use super::{Desk, usernames, users, users_with_input};
use crate::process::{Child, roster};
use crate::support::TestDatabase;

const FILE: &str = "username,email\nada,ada@example.com\n";

#[tokio::test]
async fn standard_input_is_imported_when_its_format_is_said() {
    let database = TestDatabase::new().await;
    let refused = users_with_input(&database, &["import", "-"], FILE).await.expect(2);
    assert_eq!(
        refused.complaint(),
        "roster: standard input: --format must say how it is written: csv or jsonl"
    );
    let ended = users_with_input(&database, &["import", "-", "--format", "csv"], FILE).await.expect(0);
    assert_eq!(ended.out, "checked 1 line: 1 to import, 0 there already, 0 refused\nimported 1 user\n");
    assert_eq!(usernames(&database).await, ["ada"]);
}

#[tokio::test]
async fn a_pipe_is_imported() {
    let database = TestDatabase::new().await;
    let desk = Desk::new();
    let path = desk.file("users.csv", FILE);
    let script = "\"$0\" users import <(cat \"$1\") --format csv --database-url \"$2\" --log-level error";
    let mut command = Command::new("bash");
    let program = roster(&[]).get_program().to_owned();
    command.args(["-c", script]).arg(program).arg(path).arg(&database.url);
    Child::spawn(&mut command).ended().await.expect(0);
    assert_eq!(usernames(&database).await, ["ada"]);
}

#[tokio::test]
async fn the_format_that_is_said_wins_over_the_ending() {
    let database = TestDatabase::new().await;
    let desk = Desk::new();
    desk.import(&database, "users.jsonl", FILE, &["--format", "csv"]).await.expect(0);
    let refused = desk.import(&database, "users.txt", FILE, &[]).await.expect(2);
    assert!(refused.complaint().contains("users.txt: --format must say"), "{}", refused.complaint());
}

#[tokio::test]
async fn what_cannot_be_done_ends_with_two() {
    let database = TestDatabase::new().await;
    let desk = Desk::new();
    let path = desk.file("users.csv", FILE);
    let file = path.to_str().unwrap();
    let cases: [(&[&str], &str); 7] = [
        (&["import", "/nowhere/at/all.csv"], "/nowhere/at/all.csv: "),
        (&["import", desk.0.path().to_str().unwrap(), "--format", "csv"], "directory"),
        (&["import", file, "--report", "/nowhere/at/all.csv"], "/nowhere/at/all.csv: "),
        (&["import", file, "--report", file], "--report is the file itself"),
        (&["import", file, "--batch-size", "0"], "--batch-size"),
        (&["import", file, "--batch-size", "10001"], "--batch-size"),
        (&["import", file, "--format", "xml"], "--format"),
    ];
    for (arguments, why) in cases {
        let ended = users(&database, arguments).await.expect(2);
        assert!(ended.complaint().contains(why), "{arguments:?}: {}", ended.complaint());
    }
    assert_eq!(desk.read("users.csv"), FILE);
    let mut nowhere = roster(&["users", "import", file, "--database-url", "sqlite:///nowhere/at/all.db"]);
    let ended = Child::spawn(&mut nowhere).ended().await.expect(2);
    assert!(ended.complaint().contains("--database-url"), "{}", ended.complaint());
}

#[tokio::test]
async fn batches_may_be_larger_than_a_statement() {
    let database = TestDatabase::new().await;
    let rows: String = (0..1_050).map(|number| format!("u{number},u{number}@example.com,-\n")).collect();
    let file = format!("username,email,organizations\n{rows}");
    let desk = Desk::new();
    let ended = desk.import(&database, "users.csv", file, &["--batch-size", "10000"]).await.expect(0);
    assert!(ended.out.ends_with("imported 1050 users\n"), "{}", ended.out);
    assert_eq!(ended.err, "", "a bar where there is no terminal");
}

#[tokio::test]
async fn users_with_a_password_are_refused_where_nobody_logs_in_with_one() {
    let database = TestDatabase::new().await;
    let desk = Desk::new();
    let path = desk.file("users.csv", FILE);
    let mut command = roster(&["users", "import", path.to_str().unwrap(), "--database-url", &database.url]);
    command.env("ROSTER_DISABLE_PASSWORD_AUTH", "true");
    let ended = Child::spawn(&mut command).ended().await.expect(1);
    assert!(
        ended.err.contains("line 2: login_type: Password based authentication is disabled!"),
        "{}",
        ended.err
    );
}
