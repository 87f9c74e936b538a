//! Exports, and that an import of one is what was exported.

use std::os::unix::fs::PermissionsExt;

use entity::users::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{ARGON2ID, Desk, imported, organizations, users};
use crate::process::{Child, roster};
use crate::support::{TestApp, TestDatabase};

async fn filled() -> TestApp {
    let app = TestApp::new().await;
    organizations(&app).await;
    let owner = app.owner().await;
    app.user(&owner, "Zoe", &["auditor", "user-admin"]).await;
    let file = format!(
        "username,email,name,login_type,status,service_account,roles,organizations,password_hash\n\
         b-2,b2@example.com,\"a,\"\"b\"\"\nc\",,active,,,acme:organization-admin+release-manager;other,\"{ARGON2ID}\"\n\
         B-1,B1@Example.com,=1+1,oidc,suspended,,,-,\n\
         robot,,,,,true,,acme,\n"
    );
    imported(&app.database, "users.csv", file).await;
    app
}

#[tokio::test]
async fn an_export_that_is_imported_is_exported_again_byte_for_byte() {
    let app = filled().await;
    for format in ["csv", "jsonl"] {
        let flags = ["export", "--format", format, "--with-password-hashes"];
        let first = users(&app.database, &flags).await.expect(0).out;
        assert!(first.contains(&ARGON2ID[10..]) && first.lines().count() >= 5, "{first}");
        let other = TestApp::new().await;
        organizations(&other).await;
        imported(&other.database, &format!("users.{format}"), &first).await;
        assert_eq!(users(&other.database, &flags).await.expect(0).out, first);
    }
}

#[tokio::test]
async fn both_formats_say_the_same() {
    let app = filled().await;
    let csv = users(&app.database, &["export", "--with-password-hashes"]).await.expect(0).out;
    let other = TestApp::new().await;
    organizations(&other).await;
    imported(&other.database, "users.csv", csv).await;
    let flags = ["export", "--format", "jsonl", "--with-password-hashes"];
    assert_eq!(users(&other.database, &flags).await.out, users(&app.database, &flags).await.out);
}

#[tokio::test]
async fn an_export_is_in_order_without_hashes_and_without_those_who_are_not_listed() {
    let app = filled().await;
    for (username, column) in [("robot", Column::Deleted), ("b-2", Column::IsSystem)] {
        let update = Entity::update_many().col_expr(column, Expr::value(true));
        update.filter(Column::UsernameLower.eq(username)).exec(&app.db).await.unwrap();
    }
    let out = users(&app.database, &["export"]).await.expect(0).out;
    let rows: Vec<Vec<&str>> = out.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(
        rows[0].join(","),
        "username,email,name,login_type,status,service_account,created_at,roles,organizations"
    );
    let column = |place: usize| rows[1..].iter().map(|row| row[place]).collect::<Vec<_>>();
    assert_eq!(column(0), ["B-1", "owner", "Zoe"]);
    assert_eq!(column(7), ["", "owner", "auditor;user-admin"]);
    assert_eq!(column(8), ["-", "coder", "coder"]);
    assert!(!out.contains("argon2id"), "{out}");
}

#[tokio::test]
async fn memberships_of_deleted_organizations_are_left_out() {
    let app = filled().await;
    use entity::organizations::{Column, Entity};
    let update = Entity::update_many().col_expr(Column::Deleted, Expr::value(true));
    update.filter(Column::Name.eq("other")).exec(&app.db).await.unwrap();
    let users = super::exported(&app.database).await;
    let places = &users.iter().find(|user| user["username"] == "b-2").unwrap()["organizations"];
    assert_eq!(places[0]["organization"], "acme");
    assert_eq!(places.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_organization_whose_name_reads_as_an_id_goes_by_its_id() {
    let app = TestApp::new().await;
    let id = app.organization("0123456789abcdef0123456789abcdef").await;
    imported(&app.database, "users.csv", format!("username,email,organizations\nada,ada@example.com,{id}\n"))
        .await;
    assert_eq!(super::exported(&app.database).await[0]["organizations"][0]["organization"], id.to_string());
}

#[tokio::test]
async fn pages_join_to_the_whole() {
    let app = TestApp::new().await;
    app.crowd(app.organization, "user", 2_345).await;
    let users = super::usernames(&app.database).await;
    let wanted: Vec<String> = (0..2_345).map(|number| format!("user-{number:06}")).collect();
    assert_eq!(users, wanted);
}

#[tokio::test]
async fn a_file_is_there_when_it_is_whole_and_for_its_owner_only() {
    let app = filled().await;
    let desk = Desk::new();
    let path = desk.file("users.jsonl", "what was there before");
    let out = path.to_str().unwrap();
    let ended = users(&app.database, &["export", "--out", out]).await.expect(0);
    assert_eq!(ended.out, format!("exported 5 users to {out}\n"));
    assert_eq!(desk.read("users.jsonl"), users(&app.database, &["export", "--format", "jsonl"]).await.out);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "something is left");
}

#[tokio::test]
async fn an_export_that_cannot_be_written_leaves_what_was_there() {
    let database = TestDatabase::new().await;
    let refused = users(&database, &["export", "--out", "/nowhere/at/all.csv"]).await.expect(1);
    assert!(refused.complaint().contains("/nowhere/at/all.csv"));
    let desk = Desk::new();
    let out = desk.path("users");
    let refused = users(&database, &["export", "--out", out.to_str().unwrap()]).await.expect(1);
    assert!(refused.complaint().contains("--format"), "{}", refused.complaint());
    let folder = desk.path("folder.csv");
    std::fs::create_dir(&folder).unwrap();
    users(&database, &["export", "--out", folder.to_str().unwrap()]).await.expect(1).complaint();
    assert!(folder.is_dir());
}

#[tokio::test]
async fn a_reader_that_has_seen_enough_is_no_fault() {
    let app = TestApp::new().await;
    app.crowd(app.organization, "user", 3_000).await;
    let pipe = "\"$0\" users export --database-url \"$1\" | head -n 1; exit ${PIPESTATUS[0]}";
    let mut command = std::process::Command::new("bash");
    command.args(["-c", pipe, roster(&[]).get_program().to_str().unwrap(), &app.database.url]);
    let ended = Child::spawn(&mut command).ended().await.expect(0);
    assert_eq!((ended.out.lines().count(), ended.err.as_str()), (1, ""));
}
