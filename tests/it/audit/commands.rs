//! `roster audit`: read and add to beside the server.

use serde_json::{Value, json};

use crate::process::{Child, Ended, roster};
use crate::support::{TestApp, TestDatabase};

use super::{served, tick};

async fn audit(database: &TestDatabase, arguments: &[&str]) -> Ended {
    let mut command = roster(&["audit"]);
    command.args(arguments).args(["--database-url", &database.url]);
    Child::spawn(&mut command).ended().await
}

async fn lines(app: &TestApp, arguments: &[&str]) -> Vec<String> {
    let ended = audit(&app.database, arguments).await.expect(0);
    ended.out.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn entries_are_listed_in_sentences() {
    let (app, owner, _) = served().await;
    owner.put_empty("/users/bea/status/suspend").await.expect(200);
    let newest = "2026-05-20T00:00:01Z 127.0.0.1 owner updated user bea (200)";
    assert_eq!(lines(&app, &["list", "--limit", "1"]).await, [newest]);
    assert_eq!(lines(&app, &["list", "user action:write"]).await, [newest]);
    let created = lines(&app, &["list", "user action:create", "--offset", "1"]).await;
    assert_eq!(created.len(), 1, "{created:?}");
    let refused = audit(&app.database, &["list", "foo:bar"]).await.expect(1);
    assert!(refused.err.contains("\"foo\" is not a valid query param"), "{refused:?}");
}

#[tokio::test]
async fn all_entries_are_exported_as_they_are_answered() {
    let (app, owner, _) = served().await;
    super::put(&app, 2_300, |_| ()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("audit.jsonl");
    let ended = audit(&app.database, &["export", "--out", file.to_str().unwrap()]).await.expect(0);
    let written = std::fs::read_to_string(&file).unwrap();
    let entries: Vec<Value> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered = owner.get("/audit?limit=5000").await.expect(200).json();
    // But for when users were seen, which the question itself may change.
    let seen = |entry: &Value| {
        let told = ["id", "time", "description", "diff", "resource_target"];
        told.map(|member| entry[member].to_string())
    };
    let answered: Vec<_> = answered["audit_logs"].as_array().unwrap().iter().map(seen).collect();
    assert!(entries.iter().map(seen).eq(answered), "not the same {} entries", entries.len());
    assert_eq!(ended.out, format!("exported {} entries to {}\n", entries.len(), file.display()));
    let some = audit(&app.database, &["export", "action:login"]).await.expect(0);
    assert_eq!(some.out.lines().count(), 1);
}

#[tokio::test]
async fn an_entry_is_recorded_for_somebody() {
    let (app, owner, _) = served().await;
    tick(&app);
    let id = "6a0d8a2f-5d8a-4f6e-9a5e-0d8a2f5d8a4f";
    let about = ["--resource-type", "task", "--resource-id", id, "--resource-target", "weeding"];
    let more = ["--diff", r#"{"state":{"old":"a","new":"b","secret":false}}"#, "--status-code", "201"];
    let add = |user: &'static str, action: &'static str| {
        [&["record", "--user", user, "--action", action][..], &about, &more].concat()
    };
    let ended = audit(&app.database, &add("bea", "create")).await.expect(0);
    let entries = super::found(&owner, "task").await;
    assert_eq!(ended.out, format!("recorded {}\n", entries[0]["id"].as_str().unwrap()));
    assert_eq!((&entries[0]["user"]["username"], &entries[0]["status_code"]), (&json!("bea"), &json!(201)));
    assert_eq!(entries[0]["diff"], json!({ "state": super::became("a", "b") }));
    assert_eq!((&entries[0]["ip"], &entries[0]["resource_target"]), (&json!(""), &json!("weeding")));
    let refused = audit(&app.database, &add("bea", "fly")).await.expect(1);
    assert!(refused.err.contains("--action cannot be \"fly\": use create, write"), "{refused:?}");
    audit(&app.database, &add("nobody", "create")).await.expect(1);
    assert_eq!(super::found(&owner, "task").await.len(), 1);
}

/// Both names of the setting are looked at.
#[tokio::test]
async fn how_long_entries_are_kept_is_read_under_either_name() {
    let database = TestDatabase::new().await;
    let settings = [
        ("ROSTER_AUDIT_LOGS_RETENTION", "--audit-logs-retention"),
        ("CODER_AUDIT_LOGS_RETENTION", "--audit-logs-retention"),
        ("CODER_API_KEYS_RETENTION", "--api-keys-retention"),
    ];
    for (name, flag) in settings {
        let mut command =
            roster(&["server", "--http-address", "127.0.0.1:0", "--database-url", &database.url]);
        let refused = Child::spawn(command.env(name, "soon")).ended().await.expect(2);
        assert!(refused.complaint().starts_with(&format!("roster: {flag} (")), "{refused:?}");
    }
}
