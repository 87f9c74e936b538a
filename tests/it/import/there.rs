//! Users who are there already.

use entity::users::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{Desk, imported, organizations, reasons, usernames};
use crate::support::TestApp;

const FILE: &str = "username,email,name,status,service_account,roles,organizations\n\
    Ada,Ada@example.com,Ada,active,,owner,acme:release-manager;coder\n\
    bea,bea@example.com,,,,,\n\
    robot,,,,true,,\n";

async fn world() -> TestApp {
    let app = TestApp::new().await;
    organizations(&app).await;
    imported(&app.database, "users.csv", FILE).await;
    app
}

#[tokio::test]
async fn a_file_that_is_imported_twice_changes_nothing() {
    let app = world().await;
    let before = super::exported(&app.database).await;
    let ended = Desk::new().import(&app.database, "users.csv", FILE, &[]).await.expect(0);
    assert_eq!(ended.out, "checked 3 lines: 0 to import, 3 there already, 0 refused\nimported 0 users\n");
    assert_eq!(super::exported(&app.database).await, before);
}

#[tokio::test]
async fn a_changed_status_or_password_makes_nobody_another_one() {
    let app = world().await;
    Entity::update_many()
        .col_expr(Column::Status, Expr::value("suspended"))
        .col_expr(Column::HashedPassword, Expr::value("$another"))
        .filter(Column::UsernameLower.eq("ada"))
        .exec(&app.db)
        .await
        .unwrap();
    let ended = Desk::new().import(&app.database, "users.csv", FILE, &[]).await.expect(0);
    assert!(ended.out.contains("3 there already"), "{}", ended.out);
}

#[tokio::test]
async fn a_user_who_is_there_with_other_values_is_refused() {
    let app = world().await;
    let desk = Desk::new();
    let report = desk.path("refused.jsonl");
    let flags = ["--report", report.to_str().unwrap()];
    let header = "username,email,name,login_type,service_account,created_at,roles,organizations";
    let ada = "Ada,Ada@example.com,Ada,,,,owner,coder;acme:release-manager";
    let cases = [
        (ada.replacen("Ada", "ADA", 1), "username"),
        (ada.replace("Ada@", "ada@"), "email"),
        (ada.replace(",Ada,", ",Eva,"), "name"),
        (ada.replace("Ada,,", "Ada,github,"), "login_type"),
        (ada.replace(",,,owner", ",,2026-01-01T00:00:00Z,owner"), "created_at"),
        (ada.replace("owner", "owner;auditor"), "roles"),
        (ada.replace("coder;", ""), "organizations"),
        (ada.replace(":release-manager", ""), "organizations"),
    ];
    for (row, field) in cases {
        desk.import(&app.database, "users.csv", format!("{header}\n{row}\n"), &flags).await.expect(1);
        let reason = (field.to_owned(), "the user is there already, with another value".to_owned());
        assert_eq!(reasons(&desk.read("refused.jsonl")), [(2, vec![reason])], "{row}");
    }
    let ended = desk.import(&app.database, "users.csv", format!("{header}\n{ada}\n"), &flags).await.expect(0);
    assert!(ended.out.contains("1 there already"), "{}", ended.out);
}

#[tokio::test]
async fn half_a_match_is_refused() {
    let app = world().await;
    let cases = [
        (
            "ada,bea@example.com",
            vec!["username: another user has this username", "email: another user has this e-mail address"],
        ),
        ("bea,new@example.com", vec!["username: another user has this username"]),
        ("cem,BEA@example.com", vec!["email: another user has this e-mail address"]),
        ("robot,robot@example.com", vec!["username: another user has this username"]),
    ];
    for (row, reasons) in cases {
        let file = format!("username,email\n{row}\n");
        let ended = Desk::new().import(&app.database, "users.csv", file, &[]).await.expect(1);
        assert_eq!(ended.err.lines().next().unwrap(), format!("line 2: {}", reasons.join("; ")), "{row}");
    }
}

#[tokio::test]
async fn the_names_of_the_deleted_are_free() {
    let app = world().await;
    Entity::update_many()
        .col_expr(Column::Deleted, Expr::value(true))
        .filter(Column::UsernameLower.eq("bea"))
        .exec(&app.db)
        .await
        .unwrap();
    assert_eq!(usernames(&app.database).await, ["Ada", "robot"]);
    let ended = Desk::new().import(&app.database, "users.csv", FILE, &[]).await.expect(0);
    assert!(ended.out.ends_with("imported 1 user\n"), "{}", ended.out);
    assert_eq!(usernames(&app.database).await, ["Ada", "bea", "robot"]);
}
