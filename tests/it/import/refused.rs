//! Lines that are refused, and what a file with such lines does: nothing.

use super::{ARGON2ID, Desk, organizations, reasons, usernames};
use crate::support::TestApp;

const HEADER: &str =
    "username,email,name,login_type,status,service_account,created_at,roles,organizations,password_hash";

/// A row, and the field and a part of the reason of each refusal.
type Case = (&'static str, &'static [(&'static str, &'static str)]);

const CASES: &[Case] = &[
    ("a--b,x1@example.com,,,,,,,,", &[("username", "tag \"username\" with value: \"a--b\"")]),
    ("new,x2@example.com,,,,,,,,", &[("username", "tag \"username\"")]),
    (",x3@example.com,,,,,,,,", &[("username", "tag \"required\"")]),
    ("c1,,,,,,,,,", &[("email", "tag \"required\"")]),
    ("c2,a@localhost,,,,,,,,", &[("email", "tag \"email\" with value: \"a@localhost\"")]),
    ("c3,c3@example.com, blank,,,,,,,", &[("name", "tag \"user_real_name\"")]),
    ("c4,c4@example.com,,token,,,,,,", &[("login_type", "Unsupported login type \"token\"")]),
    ("c5,c5@example.com,,magic,,,,,,", &[("login_type", "Unsupported login type \"magic\"")]),
    ("c6,c6@example.com,,,gone,,,,,", &[("status", "must be active, dormant or suspended")]),
    ("c7,c7@example.com,,,,true,,,,", &[("service_account", "Email cannot be set for service accounts.")]),
    ("c8,,,password,,true,,,,", &[("service_account", "Service accounts must use login type 'none'.")]),
    ("c9,,,,,true,,,,$HASH", &[("service_account", "Password cannot be set for service accounts.")]),
    (
        "d1,d1@example.com,,oidc,,,,,,$HASH",
        &[("login_type", "Password cannot be set for non-password (\"oidc\")")],
    ),
    ("d2,d2@example.com,,,,,yesterday,,,", &[("created_at", "must be a time like")]),
    (
        "d3,d3@example.com,,,,,,king;owner;queen,,",
        &[("roles", "\"king\" is not"), ("roles", "\"queen\" is not")],
    ),
    ("d4,d4@example.com,,,,,,,nowhere;acme,", &[("organizations", "there is no organization \"nowhere\"")]),
    (
        "d5,d5@example.com,,,,,,,default;coder,",
        &[("organizations", "the organization \"coder\" is named twice")],
    ),
    (
        "d6,d6@example.com,,,,,,,coder:release-manager,",
        &[("organizations", "\"coder\" has no role \"release-manager\"")],
    ),
    ("d7,d7@example.com,,,,,,,acme:organization-service-account,", &[("organizations", "has no role")]),
    ("d8,d8@example.com,,,,,,,,PasswordSecured123!", &[("password_hash", "must be a hash like")]),
    ("d9,d9@example.com,,,,,,,,$2b$12$abcdefghijklmnopqrstuv", &[("password_hash", "must be a hash like")]),
    ("good,good@example.com,,,,,,,,", &[]),
    ("GOOD,other@example.com,,,,,,,,", &[("username", "is the same as in line 23")]),
    ("other,Good@Example.com,,,,,,,,", &[("email", "is the same as in line 23")]),
    ("OWNER,free@example.com,,,,,,,,", &[("username", "another user has this username")]),
    ("free,Owner@Example.com,,,,,,,,", &[("email", "another user has this e-mail address")]),
    (
        "e1,e1,,nope,gone,,x,y,z,w",
        &[
            ("email", "tag \"email\""),
            ("login_type", "Password cannot be set"),
            ("roles", "\"y\""),
            ("status", "must be"),
            ("created_at", "must be"),
            ("organizations", "\"z\""),
            ("password_hash", "must be"),
        ],
    ),
];

async fn world() -> (TestApp, String) {
    let app = TestApp::new().await;
    app.owner().await;
    organizations(&app).await;
    let hash = format!("\"{ARGON2ID}\"");
    let rows: String = CASES.iter().map(|(row, _)| format!("{}\n", row.replace("$HASH", &hash))).collect();
    (app, format!("{HEADER}\n{rows}"))
}

#[tokio::test]
async fn each_refusal_has_its_line_and_all_its_reasons() {
    let (app, file) = world().await;
    let desk = Desk::new();
    let report = desk.path("refused.jsonl");
    desk.import(&app.database, "users.csv", file, &["--report", report.to_str().unwrap()]).await.expect(1);
    let told = desk.read("refused.jsonl");
    assert!(
        !told.contains("argon2id$v=19$m=19456,t=2,p=1$c29t") && !told.contains("Secured"),
        "a secret: {told}"
    );
    let mut told = reasons(&told).into_iter();
    for (number, (row, wanted)) in CASES.iter().enumerate().filter(|(_, (_, wanted))| !wanted.is_empty()) {
        let (line, reasons) = told.next().unwrap_or_else(|| panic!("not refused: {row}"));
        assert_eq!(line, number as u64 + 2, "{row}: {reasons:?}");
        assert_eq!(reasons.len(), wanted.len(), "{row}: {reasons:?}");
        for (wanted, (field, reason)) in wanted.iter().zip(&reasons) {
            assert!(field == wanted.0 && reason.contains(wanted.1), "{row}: {field}: {reason}");
        }
    }
    assert_eq!(told.next(), None);
}

#[tokio::test]
async fn nothing_is_imported_when_a_line_is_refused() {
    let (app, file) = world().await;
    let desk = Desk::new();
    let ended = desk.import(&app.database, "users.csv", &file, &[]).await.expect(1);
    assert_eq!(ended.out, "checked 27 lines: 1 to import, 0 there already, 26 refused\n");
    let err: Vec<&str> = ended.err.lines().collect();
    assert_eq!(err.len(), 12, "{err:#?}");
    assert_eq!(err[0], "line 2: username: Validation failed for tag \"username\" with value: \"a--b\"");
    assert_eq!(err[10], "and 16 more; --report FILE has all of them");
    assert_eq!(err[11], "roster: 26 lines refused, nothing is imported; --skip-refused imports the others");
    assert_eq!(usernames(&app.database).await, ["owner"]);
}

#[tokio::test]
async fn the_good_lines_are_imported_when_the_others_are_to_be_skipped() {
    let (app, file) = world().await;
    let desk = Desk::new();
    let ended = desk.import(&app.database, "users.csv", &file, &["--skip-refused"]).await.expect(1);
    assert_eq!(ended.out, "checked 27 lines: 1 to import, 0 there already, 26 refused\nimported 1 user\n");
    assert!(ended.err.ends_with("roster: 26 lines refused, the others are imported\n"), "{}", ended.err);
    assert_eq!(usernames(&app.database).await, ["good", "owner"]);
}

#[tokio::test]
async fn a_dry_run_imports_nothing() {
    let (app, file) = world().await;
    let desk = Desk::new();
    let ended =
        desk.import(&app.database, "users.csv", &file, &["--dry-run", "--skip-refused"]).await.expect(1);
    assert!(ended.err.ends_with("roster: 26 lines refused\n"), "{}", ended.err);
    let good = "username,email\nada,ada@example.com\n";
    let ended = desk.import(&app.database, "users.csv", good, &["--dry-run"]).await.expect(0);
    assert_eq!(ended.out, "checked 1 line: 1 to import, 0 there already, 0 refused\n");
    assert_eq!(usernames(&app.database).await, ["owner"]);
}

#[tokio::test]
async fn a_report_can_be_csv() {
    let (app, _) = world().await;
    let desk = Desk::new();
    let report = desk.path("refused.csv");
    let file = "username,email,status\nowner,\"a,b\",x\nada,ada@example.com,\n";
    desk.import(&app.database, "users.csv", file, &["--report", report.to_str().unwrap()]).await.expect(1);
    assert_eq!(
        desk.read("refused.csv"),
        "line,username,field,reason\n\
         2,owner,email,\"Validation failed for tag \"\"email\"\" with value: \"\"a,b\"\"\"\n\
         2,owner,status,\"must be active, dormant or suspended\"\n"
    );
}

#[tokio::test]
async fn what_a_file_says_does_nothing_to_a_terminal() {
    let (app, _) = world().await;
    let file = "username,email\nada,\x1b[2Jx\x07@\n";
    let ended = Desk::new().import(&app.database, "users.csv", file, &[]).await.expect(1);
    assert!(!ended.err.trim_end().contains(|c: char| c.is_control() && c != '\n'), "{:?}", ended.err);
}
