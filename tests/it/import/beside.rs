//! An import beside a running server, and what it leaves in the database.

use entity::{audit_logs, git_ssh_keys, organization_members, users as user_rows};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Desk, organizations, users};
use crate::process::{Child, Server, roster, until};
use crate::support::{TestApp, TestDatabase};

fn file(name: &str, lines: usize) -> String {
    let row = |number| format!("{name}{number},{name}{number}@example.com\n");
    format!("username,email\n{}", (0..lines).map(row).collect::<String>())
}

#[tokio::test]
async fn a_running_server_sees_who_was_imported() {
    let database = TestDatabase::new().await;
    let server = Server::start_with(&database.url, &["--cache-age", "1s"]).await;
    let owner = server.owner().await;
    let listed = async || owner.get("/users?limit=2").await.expect(200).json()["count"].clone();
    let members = "/organizations/default/paginated-members?limit=2";
    let joined = async || owner.get(members).await.expect(200).json()[0]["count"].clone();
    assert_eq!((listed().await, joined().await), (json!(1), json!(1)));
    super::imported(&database, "users.csv", file("u", 50)).await;
    until("the imported in the lists", async || (listed().await, joined().await) == (json!(51), json!(51)))
        .await;
    let found = owner.get("/users/u49").await.expect(200).json();
    assert_eq!(found["email"], "u49@example.com");
    owner.get("/organizations/default/members/u49").await.expect(200);
}

#[tokio::test]
async fn a_running_server_writes_while_an_import_writes() {
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    let owner = server.owner().await;
    let desk = Desk::new();
    let path = desk.file("users.csv", file("u", 150));
    let arguments = ["users", "import", path.to_str().unwrap(), "--batch-size", "5"];
    let mut import = Child::spawn(roster(&arguments).args(["--database-url", &database.url]));
    let mut made = 0;
    while import.is_alive() || made == 0 {
        owner.post("/users", crate::process::user(&format!("beside{made}"))).await.expect(201);
        made += 1;
    }
    import.ended().await.expect(0);
    assert_eq!(super::usernames(&database).await.len(), 150 + made + 1);
}

#[tokio::test]
async fn an_imported_user_has_all_that_users_have() {
    let app = TestApp::new().await;
    organizations(&app).await;
    let file = "username,email,created_at,organizations\nÀda,,,\nada,Ada@Example.com,2026-01-02T03:04:05Z,acme:release-manager\n";
    let flags = ["--skip-refused"];
    Desk::new().import(&app.database, "users.csv", file, &flags).await.expect(1);
    let rows =
        user_rows::Entity::find().filter(user_rows::Column::IsSystem.eq(false)).all(&app.db).await.unwrap();
    let [ada] = &rows[..] else { panic!("{rows:#?}") };
    assert_eq!((ada.username_lower.as_str(), ada.email_lower.as_str()), ("ada", "ada@example.com"));
    assert_eq!(ada.created_at.to_rfc3339(), "2026-01-02T03:04:05+00:00");
    assert!(ada.updated_at > ada.created_at && ada.hashed_password.is_empty());
    let keys = git_ssh_keys::Entity::find_by_id(ada.id).one(&app.db).await.unwrap().unwrap();
    assert!(keys.public_key.starts_with("ssh-ed25519 ") && keys.created_at == ada.updated_at);
    assert!(keys.private_key.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----"));
    let members = organization_members::Entity::find()
        .filter(organization_members::Column::UserId.eq(ada.id))
        .all(&app.db)
        .await
        .unwrap();
    let [member] = &members[..] else { panic!("{members:#?}") };
    assert_eq!((member.user_id, &member.roles.0[..]), (ada.id, &["release-manager".to_owned()][..]));
    assert_eq!((member.username_lower.as_str(), member.listed), ("ada", true));
    let entries =
        audit_logs::Entity::find().filter(audit_logs::Column::ResourceId.eq(ada.id)).all(&app.db).await;
    let entries = entries.unwrap();
    let [entry] = &entries[..] else { panic!("{entries:#?}") };
    assert_eq!((entry.action.as_str(), entry.resource_type.as_str()), ("create", "user"));
    assert_eq!((entry.resource_target.as_str(), entry.user_id, entry.status_code), ("ada", ada.id, 201));
}

#[tokio::test]
async fn two_imports_of_one_file_at_once_import_everybody_once() {
    let database = TestDatabase::new().await;
    super::imported(&database, "users.csv", "username\n").await;
    let desk = Desk::new();
    let path = desk.file("users.csv", file("u", 60));
    let arguments = ["import", path.to_str().unwrap(), "--batch-size", "7"];
    let (one, other) = tokio::join!(users(&database, &arguments), users(&database, &arguments));
    let imported = |ended: crate::process::Ended| -> usize {
        let out = ended.expect(0).out;
        let last = out.lines().last().unwrap().to_owned();
        last.strip_prefix("imported ").unwrap().split(' ').next().unwrap().parse().unwrap()
    };
    assert_eq!(imported(one) + imported(other), 60);
    assert_eq!(super::usernames(&database).await.len(), 60);
}
