//! CSV files, as programs write them.

use serde_json::{Value, json};

use super::{ARGON2ID, Desk, exported, imported, organizations, reasons, usernames};
use crate::support::{PASSWORD, TestApp, TestDatabase};

#[tokio::test]
async fn every_column_is_imported() {
    let app = TestApp::new().await;
    organizations(&app).await;
    let file = format!(
        "password_hash,organizations,roles,created_at,service_account,status,login_type,name,email,username\n\
         \"{ARGON2ID}\",acme:release-manager+organization-admin;coder,user-admin;auditor;member,2026-01-02T04:04:05.123456+01:00,false,active,password,\"Lovelace, \"\"Ada\"\"\",Ada@Example.com,Ada\n\
         ,,,,true,,,,,robot\n\
         ,-,,2026-01-01T00:00:00Z,,suspended,github,,cem@example.com,cem\n"
    );
    imported(&app.database, "users.csv", file).await;
    let users = exported(&app.database).await;
    assert_eq!(
        users[0],
        json!({
            "username": "Ada", "email": "Ada@Example.com", "name": "Lovelace, \"Ada\"", "login_type": "password",
            "status": "active", "service_account": false, "created_at": "2026-01-02T03:04:05.123456Z",
            "roles": ["auditor", "user-admin"],
            "organizations": [
                { "organization": "acme", "roles": ["organization-admin", "release-manager"] },
                { "organization": "coder", "roles": [] },
            ],
        })
    );
    let brief = |user: &Value| {
        ["username", "email", "login_type", "status"].map(|member| user[member].as_str().unwrap().to_owned())
    };
    assert_eq!(brief(&users[1]), ["cem", "cem@example.com", "github", "suspended"]);
    assert_eq!(users[1]["organizations"], json!([]));
    assert_eq!(brief(&users[2]), ["robot", "", "none", "dormant"]);
    assert_eq!(users[2]["service_account"], true);
    assert_eq!(users[2]["organizations"], json!([{ "organization": "coder", "roles": [] }]));
}

#[tokio::test]
async fn an_imported_password_logs_in_and_an_imported_owner_is_one() {
    let app = TestApp::new().await;
    let hash = app.backend.hasher.hash(PASSWORD).await.unwrap();
    let file =
        format!("username,email,roles,password_hash\nada,ada@example.com,owner,\"{}\"\n", hash.expose());
    imported(&app.database, "users.csv", file).await;
    let login = json!({ "email": "ADA@example.com", "password": PASSWORD });
    let session = app.client().post("/users/login", login).await.expect(201).json();
    let ada = app.client().with_token(session["session_token"].as_str().unwrap());
    let me = ada.get("/users/me").await.expect(200).json();
    assert_eq!(me["roles"], json!([{ "name": "owner", "display_name": "Owner" }]));
    assert_eq!(me["status"], "active");
    assert_eq!(me["organization_ids"], json!([app.organization]));
    let made = json!({ "username": "bea", "email": "bea@example.com", "login_type": "none",
        "organization_ids": [app.organization] });
    ada.post("/users", made).await.expect(201);
}

#[tokio::test]
async fn organizations_go_by_name_in_any_case_by_id_and_as_the_default() {
    let app = TestApp::new().await;
    organizations(&app).await;
    let nil = "00000000-0000-0000-0000-000000000000";
    for (number, name) in ["CODER", "default", nil, &app.organization.to_string()].iter().enumerate() {
        let file = format!(
            "username,email,organizations\nu{number},u{number}@example.com,{name}; Acme : release-manager ;\n"
        );
        imported(&app.database, "users.csv", file).await;
        let users = exported(&app.database).await;
        assert_eq!(
            users[number]["organizations"],
            json!([{ "organization": "acme", "roles": ["release-manager"] }, { "organization": "coder", "roles": [] }]),
            "{name}"
        );
    }
}

#[tokio::test]
async fn byte_order_marks_line_ends_and_empty_lines_do_not_matter() {
    let files = [
        "\u{feff}username,email\nada,ada@example.com\nbea,bea@example.com\n",
        "username,email\r\nada,ada@example.com\r\nbea,bea@example.com\r\n",
        "username,email\rada,ada@example.com\rbea,bea@example.com",
        "\n\r\nusername,email\n\n\nada,ada@example.com\n\r\n\nbea,bea@example.com\n\n\n",
        "\"username\",\"email\"\n\"ada\",\"ada@example.com\"\nbea,\"bea@example.com\"",
    ];
    for file in files {
        let database = TestDatabase::new().await;
        imported(&database, "users.CSV", file).await;
        assert_eq!(usernames(&database).await, ["ada", "bea"], "{file:?}");
    }
}

#[tokio::test]
async fn names_keep_every_letter() {
    let database = TestDatabase::new().await;
    let names = ["Ædå Løvelace", "李 小龍", "a\nb", "x,y;\"z\"", "=1+1", "👩‍💻"];
    let row = |(number, name): (usize, &&str)| {
        format!("u{number},u{number}@example.com,\"{}\"\r\n", name.replace('"', "\"\""))
    };
    let rows: String = names.iter().enumerate().map(row).collect();
    imported(&database, "users.csv", format!("username,email,name\r\n{rows}")).await;
    let users = exported(&database).await;
    assert_eq!(users.iter().map(|user| user["name"].as_str().unwrap()).collect::<Vec<_>>(), names);
}

#[tokio::test]
async fn a_file_with_a_header_only_imports_nobody() {
    let database = TestDatabase::new().await;
    let ended = Desk::new().import(&database, "users.csv", "username\n", &[]).await.expect(0);
    assert_eq!(ended.out, "checked 0 lines: 0 to import, 0 there already, 0 refused\nimported 0 users\n");
}

#[tokio::test]
async fn wrong_headers_are_refused_before_anything_is_opened() {
    let hundred = (0..100).map(|number| format!("column{number}")).collect::<Vec<_>>().join(",");
    let cases: [(&[u8], &str); 9] = [
        (b"", "the first line must name the columns"),
        (b"\n\n", "the first line must name the columns"),
        (b"email\n", "line 1: there is no column username"),
        (b"\nusername,e-mail\n", "line 2: column \"e-mail\": there is no such column; use username, email"),
        (b"username,email,username\n", "line 1: the column username is there twice"),
        (b"username;email\n", "column \"username;email\": there is no such column"),
        (b"username,password\n", "passwords are not imported"),
        (b"username,\xff\xfe\n", "line 1: is not UTF-8"),
        (hundred.as_bytes(), "column \"column0\": there is no such column"),
    ];
    let desk = Desk::new();
    for (content, why) in cases {
        let path = desk.file("users.csv", content);
        let mut command = crate::process::roster(&["users", "import", path.to_str().unwrap()]);
        command.args(["--database-url", "sqlite:///nowhere/at/all.db"]);
        let ended = crate::process::Child::spawn(&mut command).ended().await.expect(2);
        assert!(ended.complaint().contains(why), "{why}: {}", ended.complaint());
        assert!(ended.complaint().contains("users.csv"), "{}", ended.complaint());
    }
}

#[tokio::test]
async fn rows_that_do_not_fit_are_refused_by_their_line() {
    let database = TestDatabase::new().await;
    let long = "x".repeat(2 << 20);
    let wide = ",".repeat(3_000_000);
    let mut file = b"username,email,name,service_account\r\n".to_vec();
    file.extend(b"ada,ada@example.com,\"two\r\nlines\",\r\n\r\n");
    file.extend(b"bea,bea@example.com\r\n");
    file.extend(b"cem,cem@example.com,\xff,\r\n");
    file.extend(format!("dan,dan@example.com,{long},\r\n").bytes());
    file.extend(format!("eva{wide}\r\n").bytes());
    file.extend(b"fay,fay@example.com,,yes\r\n");
    file.extend(b"gil,gil@example.com,\"never closed,\r\n\r\n");
    file.extend(long.bytes());
    let desk = Desk::new();
    let report = desk.path("refused.jsonl");
    let flags = ["--report", report.to_str().unwrap(), "--skip-refused"];
    desk.import(&database, "users.csv", file, &flags).await.expect(1);
    let whole = |why: &str| vec![(String::new(), why.to_owned())];
    let too_long = "is longer than 1 MiB; is a quote not closed?";
    assert_eq!(
        reasons(&desk.read("refused.jsonl")),
        [
            (5, whole("has 2 fields where the header has 4")),
            (6, vec![("name".to_owned(), "is not UTF-8".to_owned())]),
            (7, whole(too_long)),
            (8, whole(too_long)),
            (9, vec![("service_account".to_owned(), "must be true or false".to_owned())]),
            (10, whole(too_long)),
        ]
    );
    assert_eq!(usernames(&database).await, ["ada"]);
}
