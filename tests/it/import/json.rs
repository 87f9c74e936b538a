//! JSON lines.

use serde_json::json;

use super::{ARGON2ID, Desk, exported, imported, organizations, reasons, usernames};
use crate::support::{TestApp, TestDatabase};

#[tokio::test]
async fn every_member_is_imported() {
    let app = TestApp::new().await;
    organizations(&app).await;
    let ada = json!({
        "username": "Ada", "email": "Ada@Example.com", "name": "Ada\nLovelace", "login_type": "password",
        "status": "active", "service_account": false, "created_at": "2026-01-02T03:04:05Z", "roles": ["owner"],
        "organizations": [{ "organization": "acme", "roles": ["release-manager"] }, { "organization": "coder", "roles": [] }],
        "password_hash": ARGON2ID,
    });
    let bea =
        json!({ "username": "bea", "email": "bea@example.com", "name": null, "organizations": ["other"] });
    imported(&app.database, "users.jsonl", format!("\u{feff}{ada}\r\n\n  \n {bea} ")).await;
    let users = exported(&app.database).await;
    let mut shown = ada.clone();
    shown.as_object_mut().unwrap().remove("password_hash");
    assert_eq!(users[0], shown);
    assert_eq!(users[1]["organizations"], json!([{ "organization": "other", "roles": [] }]));
    let with = super::users(&app.database, &["export", "--format", "jsonl", "--with-password-hashes"]).await;
    assert_eq!(with.out.lines().next().unwrap(), ada.to_string());
}

#[tokio::test]
async fn lines_that_are_no_rows_are_refused_by_their_number() {
    let database = TestDatabase::new().await;
    let long = format!("{{\"username\":\"{}\"}}", "x".repeat(2 << 20));
    let deep = "[".repeat(100_000);
    let places = r#"must be a list of names and objects like {"organization": "acme", "roles": ["organization-admin"]}"#;
    let cases: [(&[u8], &str, &str); 19] = [
        (b"{", "", "is no JSON: "),
        (b"nonsense", "", "is no JSON: "),
        (b"{} {}", "", "is no JSON: "),
        (deep.as_bytes(), "", "is no JSON: "),
        (b"[]", "", "must be a JSON object"),
        (b"\"$argon2id$secret\"", "", "must be a JSON object"),
        (b"{\"username\":\"\xff\"}", "", "is not UTF-8"),
        (long.as_bytes(), "", "is longer than 1 MiB"),
        (b"{}", "username", "tag \"required\""),
        (br#"{"username":1}"#, "username", "must be a text"),
        (br#"{"username":"a","shoe_size":1}"#, "shoe_size", "there is no such column"),
        (br#"{"username":"b","password":"PasswordSecured123!"}"#, "password", "passwords are not imported"),
        (br#"{"username":"c","password_hash":["secret"]}"#, "password_hash", "must be a text"),
        (br#"{"username":"d","service_account":"true"}"#, "service_account", "must be true or false"),
        (br#"{"username":"e","roles":"owner"}"#, "roles", "must be a list of texts"),
        (br#"{"username":"f","roles":[1]}"#, "roles", "must be a list of texts"),
        (br#"{"username":"g","organizations":"coder"}"#, "organizations", places),
        (br#"{"username":"h","organizations":[{"name":"coder"}]}"#, "organizations", places),
        (
            br#"{"username":"i","organizations":[{"organization":"coder","role":"x"}]}"#,
            "organizations",
            places,
        ),
    ];
    let file =
        cases.iter().map(|(line, ..)| *line).chain([&br#"{"username":"z","email":"z@example.com"}"#[..]]);
    let desk = Desk::new();
    let report = desk.path("refused.jsonl");
    let flags = ["--report", report.to_str().unwrap(), "--skip-refused"];
    let ended =
        desk.import(&database, "users.ndjson", file.collect::<Vec<_>>().join(&b'\n'), &flags).await.expect(1);
    assert_eq!(ended.out, "checked 20 lines: 1 to import, 0 there already, 19 refused\nimported 1 user\n");
    let told = desk.read("refused.jsonl");
    assert!(!told.contains("secret") && !told.contains("Secured"), "{told}");
    let refused = reasons(&told);
    assert_eq!(refused.len(), cases.len());
    for ((number, (line, field, why)), (told_line, told)) in cases.iter().enumerate().zip(&refused) {
        let line = String::from_utf8_lossy(&line[..line.len().min(80)]);
        assert_eq!(*told_line, number as u64 + 1, "{line}");
        assert!(told.iter().any(|(f, w)| f == field && w.contains(why)), "{line}: {told:?}");
    }
    assert_eq!(usernames(&database).await, ["z"]);
}
