//! Every operation by every kind of caller: the statuses, as one table that both engines keep to.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use entity::users;

use super::stage::Stage;
use crate::contract::walk::{Operation, operations};
use crate::support::Client;

/// The kinds of callers, in the order of the table.
const CALLERS: [&str; 11] = [
    "no key",
    "wrong key",
    "expired",
    "suspended",
    "member",
    "stranger",
    "org-admin",
    "user-admin",
    "auditor",
    "owner",
    "narrow",
];

async fn caller(stage: &Stage, kind: &str) -> Client {
    let app = &stage.app;
    match kind {
        "no key" => app.client(),
        "wrong key" => app.client().with_token(&format!("0123456789-{}", "x".repeat(22))),
        "expired" => stage.expired(&stage.owner).await,
        "suspended" => {
            let suspended = stage.insider("suspended", &["auditor"], &[]).await;
            app.set_user(suspended.id, users::Column::Status, "suspended").await;
            suspended.client
        }
        "member" => stage.insider("plain", &[], &[]).await.client,
        "stranger" => app.user(&stage.owner, "stranger", &[]).await.client,
        "org-admin" => stage.insider("admin", &[], &["organization-admin"]).await.client,
        "user-admin" => app.user(&stage.owner, "user-admin", &["user-admin"]).await.client,
        "auditor" => app.user(&stage.owner, "auditor", &["auditor"]).await.client,
        "owner" => stage.narrow(&stage.owner, &["coder:all"]).await,
        "narrow" => stage.narrow(&stage.owner, &["organization:read"]).await,
        other => panic!("nobody is called {other}"),
    }
}

/// The statuses that an operation answers, one per kind of caller.
async fn row(operation: Operation) -> (String, Vec<u16>) {
    let stage = Stage::new().await;
    let mut statuses = Vec::new();
    for (number, kind) in CALLERS.iter().enumerate() {
        let (client, props) = (caller(&stage, kind).await, stage.props(number).await);
        statuses.push(stage.call(&client, &operation, &props).await.status);
    }
    (operation.id().to_owned(), statuses)
}

fn table(rows: &[(String, Vec<u16>)]) -> String {
    let mut out = format!("{:50}", "");
    CALLERS.iter().for_each(|kind| write!(out, "{kind:>12}").unwrap());
    for (id, statuses) in rows {
        write!(out, "\n{id:50}").unwrap();
        statuses.iter().for_each(|status| write!(out, "{status:>12}").unwrap());
    }
    out + "\n"
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_answers_each_kind_of_caller_as_the_table_says() {
    let mut rows = Vec::new();
    for some in operations().chunks(4) {
        let running: Vec<_> = some.iter().map(|operation| tokio::spawn(row(operation.clone()))).collect();
        for one in running {
            rows.push(one.await.unwrap());
        }
    }
    rows.sort();
    let found = table(&rows);
    let kept = include_str!("statuses.txt");
    if found != kept {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("statuses.txt");
        fs::write(&place, &found).unwrap();
        let differs: Vec<_> = found.lines().filter(|line| !kept.lines().any(|old| old == *line)).collect();
        panic!(
            "other statuses than in tests/it/authz/statuses.txt; found (whole table in {place:?}): {differs:#?}"
        );
    }
}
