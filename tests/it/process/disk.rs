//! A disk that is full. The embedded database is meant, whatever the other tests run on.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use entity::{audit_logs, git_ssh_keys, organization_members, users};
use sea_orm::{Database, EntityTrait, PaginatorTrait};
use tempfile::TempDir;

use super::server::user;
use super::{Server, roster};
use crate::support::Client;
use crate::support::environment::skip;

/// Enough to come by every connection of the pool.
const MANY: u64 = 20;

/// A server whose folder has no more room, some time after its start.
struct Cramped {
    server: Server,
    /// The database file, as the test sees it.
    file: PathBuf,
    _folder: TempDir,
}

/// Puts something before the program, in the same process: `WRAPPER… sh -c "SETUP && exec roster …"`.
fn after(wrapper: &[&str], setup: &str, file: &str) -> Command {
    let program = roster(&[]);
    let mut command = Command::new("env");
    command.args(wrapper).args(["sh", "-c", &format!("{setup} && exec \"$0\" \"$@\"")]);
    command.arg(program.get_program());
    command.args(["--http-address", "127.0.0.1:0", "--database-url", &format!("sqlite://{file}")]);
    for (name, _) in program.get_envs() {
        command.env_remove(name);
    }
    command
}

/// Makes users until the server cannot, and holds it to what it must do then.
async fn fill(cramped: &Cramped, owner: &Client) {
    let mut made = 0;
    let refused = loop {
        let answer = owner.post("/users", user(&format!("filler{made}"))).await;
        if answer.status != 201 {
            break answer;
        }
        made += 1;
        assert!(made < 5000, "the disk has no end");
    };
    let refused = refused.expect(500);
    assert_eq!(refused.message(), "An internal server error occurred.");
    assert!(!refused.detail().is_empty());
    assert!(made > 0, "there was no room from the beginning");

    cramped.server.serves().await;
    for number in 0..MANY {
        owner.post("/users", user(&format!("another{number}"))).await.expect(500);
    }
    let list = owner.get("/users?limit=1").await.expect(200).json();
    assert_eq!(list["count"], made + 1);
    assert_nothing_half_written(cramped, made + 1).await;
}

/// A copy of the database, which may lie where SQLite cannot follow. The server holds still meanwhile.
fn copy(cramped: &Cramped) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    cramped.server.signal("STOP");
    for name in ["roster.db", "roster.db-wal"] {
        fs::copy(cramped.file.with_file_name(name), folder.path().join(name)).unwrap();
    }
    cramped.server.signal("CONT");
    folder
}

/// People, and what they have, agree.
async fn assert_nothing_half_written(cramped: &Cramped, people: u64) {
    let copied = copy(cramped);
    let file = copied.path().join("roster.db");
    let database = Database::connect(format!("sqlite://{}", file.display())).await.unwrap();
    let all = users::Entity::find().count(&database).await.unwrap();
    let memberships = organization_members::Entity::find().count(&database).await.unwrap();
    let keys = git_ssh_keys::Entity::find().count(&database).await.unwrap();
    // The server's own user is a member, and has neither a git key nor an entry.
    assert_eq!((all, memberships, keys), (people + 1, people + 1, people));
    let entries = audit_logs::Entity::find().all(&database).await.unwrap();
    let entries = entries.iter().filter(|entry| entry.resource_type == "user" && entry.action == "create");
    assert_eq!(entries.count() as u64, people);
    database.close().await.unwrap();
}

/// What must be so once there is room again.
async fn expect_recovery(cramped: Cramped, owner: &Client) {
    let people = owner.get("/users").await.expect(200).json()["count"].as_u64().unwrap();
    for number in 0..MANY {
        owner.post("/users", user(&format!("afterwards{number}"))).await.expect(201);
    }
    // What was acknowledged is in the file, and not just in a transaction that some connection still has open.
    assert_nothing_half_written(&cramped, people + MANY).await;
    assert_eq!(cramped.server.readiness().await, 200);
    let ended = cramped.server.stop().await;
    assert!(!ended.err.contains("panicked"), "{}", ended.err);
}

/// A disk of its own that only the server sees, and that goes away with it.
async fn on_a_small_disk() -> Option<Cramped> {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().display().to_string();
    let apart = ["unshare", "--user", "--map-root-user", "--mount"];
    let trial = Command::new("env").args(apart).args(["mount", "-t", "tmpfs", "none", &place]).output();
    if !trial.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let setup =
        format!("mount -t tmpfs -o size=8m none '{place}' && head -c 4m /dev/zero > '{place}/ballast'");
    let mut command = after(&apart, &setup, &format!("{place}/roster.db"));
    let server = Server::from(&mut command).await;
    let file = PathBuf::from(format!("/proc/{}/root{place}/roster.db", server.id()));
    Some(Cramped { server, file, _folder: folder })
}

#[tokio::test]
async fn a_full_disk_stops_writes_and_nothing_else_until_there_is_room() {
    let Some(cramped) = on_a_small_disk().await else {
        return skip("needs a kernel that lets this user mount a small disk of its own (unshare)");
    };
    let owner = cramped.server.owner().await;
    fill(&cramped, &owner).await;
    fs::remove_file(cramped.file.with_file_name("ballast")).unwrap();
    expect_recovery(cramped, &owner).await;
}

#[tokio::test]
async fn a_file_that_may_not_grow_stops_writes_and_nothing_else_until_it_may() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("roster.db");
    // The signal would end the process before SQLite hears of the failed write. The limit counts blocks of 512 bytes.
    let setup = "trap '' XFSZ && ulimit -S -f 2000";
    let server = Server::from(&mut after(&[], setup, &file.display().to_string())).await;
    let cramped = Cramped { server, file, _folder: folder };
    let owner = cramped.server.owner().await;
    fill(&cramped, &owner).await;
    let process = cramped.server.id().to_string();
    let lifted = Command::new("prlimit").args(["--pid", &process, "--fsize=unlimited:"]).status().unwrap();
    assert!(lifted.success());
    expect_recovery(cramped, &owner).await;
}
