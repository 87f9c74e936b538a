//! `roster skills`

use entity::audit_logs;
use reqwest::Method;
use sea_orm::{ColumnTrait, Database, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Child, Ended, Server, roster};
use crate::support::{Client, Reply, TestDatabase};

const PRUNE: &str = "\u{FEFF}---\r\nname: prune\ndescription: |\n  When\n  \u{1b}[31mand how\n---\nCut.";

/// `roster skills …` with this to read.
async fn skills(database: &TestDatabase, arguments: &[&str], input: &str) -> Ended {
    let mut command = roster(&["skills"]);
    command.args(arguments).args(["--database-url", &database.url]);
    Child::spawn_with_input(&mut command, input).ended().await
}

async fn get(client: &Client, path: &str) -> Reply {
    let path = format!("/api/experimental/users/me/skills{path}");
    client.finish(client.request(Method::GET, &path)).await
}

#[tokio::test]
async fn skills_are_written_read_and_deleted_beside_the_server() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    let owner = server.owner().await;
    assert_eq!(skills(&database, &["list", "owner"], "").await.expect(0).out, "");

    let made = skills(&database, &["put", "owner"], PRUNE).await.expect(0);
    assert_eq!(made.out, "created prune\n");
    let served = get(&owner, "/prune").await.expect(200).json();
    assert_eq!(served["content"], PRUNE);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("SKILL.md");
    std::fs::write(&file, "---\nname: dig\ndescription: Deep\n---\nDig.\n").unwrap();
    skills(&database, &["put", "owner@example.com", file.to_str().unwrap()], "").await.expect(0);

    // What a description does to a terminal is not shown to one.
    let listed = skills(&database, &["list", "OWNER"], "").await.expect(0);
    assert_eq!(listed.out, "dig\tDeep\nprune\tWhen  [31mand how\n");
    let id = owner.get("/users/me").await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(skills(&database, &["show", &id, "prune"], "").await.expect(0).out, PRUNE);

    let other = PRUNE.replace("Cut.", "Cut less.");
    assert_eq!(skills(&database, &["put", "owner", "-"], &other).await.expect(0).out, "updated prune\n");
    let changed = get(&owner, "/prune").await.expect(200).json();
    assert_eq!((&changed["content"], &changed["id"]), (&json!(other), &served["id"]));

    assert_eq!(skills(&database, &["delete", "owner", "prune"], "").await.expect(0).out, "deleted prune\n");
    get(&owner, "/prune").await.expect(404);
    assert_eq!(get(&owner, "").await.expect(200).json()[0]["name"], "dig");

    let beside = Database::connect(&database.url).await.unwrap();
    let about = audit_logs::Entity::find().filter(audit_logs::Column::ResourceType.eq("user_skill"));
    let mut entries: Vec<_> = about.all(&beside).await.unwrap();
    entries.sort_by_key(|entry| entry.time);
    let told: Vec<_> = entries.iter().map(|e| (e.action.as_str(), e.resource_target.as_str())).collect();
    assert_eq!(told, [("create", "prune"), ("create", "dig"), ("write", "prune"), ("delete", "prune")]);
    assert!(entries.iter().all(|entry| entry.user_id.to_string() == id), "{entries:?}");
}

#[tokio::test]
async fn what_cannot_be_is_one_line_and_changes_nothing() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    let owner = server.owner().await;
    skills(&database, &["put", "owner"], PRUNE).await.expect(0);
    let cases: [(&[&str], &str, &str); 8] = [
        (&["list", "nobody"], "", "roster: Resource not found or you do not have access to this resource"),
        (&["put", "me"], PRUNE, "roster: Resource not found or you do not have access to this resource"),
        (
            &["show", "owner", "dig"],
            "",
            "roster: Resource not found or you do not have access to this resource",
        ),
        (
            &["delete", "owner", "dig"],
            "",
            "roster: Resource not found or you do not have access to this resource",
        ),
        (
            &["put", "owner"],
            "",
            "roster: Invalid skill content.; parse skill frontmatter: missing opening frontmatter delimiter",
        ),
        (
            &["put", "owner"],
            "---\nname: prune\n---\n",
            "roster: Skill body is required.; skill body is required: skill \"prune\" has no content after frontmatter",
        ),
        (
            &["put", "owner", "/nowhere/SKILL.md"],
            "",
            "roster: /nowhere/SKILL.md: No such file or directory (os error 2)",
        ),
        (&["put", "owner", "/bin/true"], "", "roster: /bin/true: the text is not UTF-8"),
    ];
    for (arguments, input, wanted) in cases {
        let refused = skills(&database, arguments, input).await.expect(1);
        assert_eq!((refused.complaint(), refused.out.as_str()), (wanted, ""), "{arguments:?}");
    }
    skills(&database, &["put"], "").await.expect(2);
    assert_eq!(get(&owner, "/prune").await.expect(200).json()["content"], PRUNE);
}
