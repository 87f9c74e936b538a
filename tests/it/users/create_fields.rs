//! POST /users: the body and the rules of its fields (users.md 1.1, 1.4, 3.2 row 1).

use serde_json::json;

use super::*;

const BAD_JSON: &str = "Request body must be valid JSON.";

#[tokio::test]
async fn broken_json_is_refused_with_the_reason() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let reply = assert_refused(owner.post_text("/users", "{").await, 400, BAD_JSON);
    assert!(!reply.detail().is_empty());
    for nothing in ["", "  \n"] {
        assert_eq!(assert_refused(owner.post_text("/users", nothing).await, 400, BAD_JSON).detail(), "EOF");
    }
    assert_eq!(assert_refused(owner.post_empty("/users").await, 400, BAD_JSON).detail(), "EOF");
}

#[tokio::test]
async fn json_errors_come_before_field_rules() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let wrong_type = json!({ "username": "a_b", "email": "nope", "service_account": "yes" });
    let reply = assert_refused(owner.post("/users", wrong_type).await, 400, BAD_JSON);
    assert_eq!(reply.validations(), []);
}

#[tokio::test]
async fn bodies_are_read_leniently() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let organization = app.organization;
    let body = format!(
        r#" {{"nobody":[1,{{}}], "USERNAME":"first-of-two", "Email":"bea@example.com", "Login_Type":"none",
            "username":"bea", "password":null, "roles":null, "name":null, "user_status":null,
            "Organization_IDs":["{organization}"]}} and more"#
    );
    let made = owner.post_text("/users", &body).await.expect(201).json();
    assert_eq!((&made["username"], &made["email"]), (&json!("bea"), &json!("bea@example.com")));
}

#[tokio::test]
async fn the_last_of_two_spellings_wins() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let organization = app.organization;
    let rest = format!(r#""login_type":"none","organization_ids":["{organization}"]"#);
    let spellings = [r#""username":"one","USERNAME":"two""#, r#""Username":"one","username":"three""#];
    for (names, winner) in spellings.into_iter().zip(["two", "three"]) {
        let body = format!(r#"{{{names},"email":"{winner}@example.com",{rest}}}"#);
        assert_eq!(owner.post_text("/users", &body).await.expect(201).json()["username"], winner);
    }
}

#[tokio::test]
async fn the_content_type_is_not_asked() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (number, kind) in ["text/plain", "application/xml", "nonsense"].into_iter().enumerate() {
        let body = request(&app, &format!("u{number}")).to_string();
        let post =
            owner.request(reqwest::Method::POST, "/api/v2/users").header("Content-Type", kind).body(body);
        owner.finish(post).await.expect(201);
    }
}

#[tokio::test]
async fn null_is_the_same_as_nothing() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let reply = assert_refused(owner.post_text("/users", "null").await, 400, "Validation failed.");
    assert_eq!(reply.validations().len(), 2);
    let in_a_list = with(request(&app, "bea"), json!({ "organization_ids": [null] }));
    let made = owner.post("/users", in_a_list).await.expect(201).json();
    assert_eq!(made["organization_ids"], json!([app.organization]));
}

#[tokio::test]
async fn all_bad_fields_are_told_at_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bad = json!({ "username": "a--b", "email": "a@b", "name": " x" });
    let reply =
        assert_refused(owner.post("/users", with(request(&app, "x"), bad)).await, 400, "Validation failed.");
    let mut fields: Vec<String> = reply.validations().into_iter().map(|(field, _)| field).collect();
    fields.sort();
    assert_eq!(fields, ["email", "name", "username"]);
}

#[tokio::test]
async fn usernames_have_their_rule() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let long = "x".repeat(33);
    let bad = ["-a", "a-", "a--b", "a_b", "a.b", "a b", " a", "a\n", "ä", "new", "create", "a@b", &long];
    for name in bad {
        let body = with(request(&app, "x"), json!({ "username": name }));
        assert_breaks_rule(owner.post("/users", body).await, "username", "username", name);
    }
    for missing in [json!({ "username": "" }), json!({ "username": null })] {
        let reply = owner.post("/users", with(request(&app, "x"), missing)).await;
        assert_breaks_rule(reply, "username", "required", "");
    }
    for good in ["a", "0", "A-b-3", "New", "CREATE", "newer", &"x".repeat(32)] {
        let made = owner.post("/users", request(&app, good)).await.expect(201).json();
        assert_eq!(made["username"], good);
    }
}

#[tokio::test]
async fn addresses_have_their_rule() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bad = [
        "a",
        "a@",
        "@b.co",
        "a@localhost",
        "a b@c.de",
        "a@b.c0",
        "a@b.1c",
        "a..b@c.de",
        ".a@c.de",
        "a.@c.de",
        "a@-b.de",
        "a@b-.de",
        "a@b..de",
        "Ann <a@b.de>",
        "a@b.de ",
        " a@b.de",
        "a\n@b.de",
        "a@b@c.de",
        "\"a@b.de",
    ];
    for email in bad {
        let reply = owner.post("/users", with(request(&app, "x"), json!({ "email": email }))).await;
        assert_breaks_rule(reply, "email", "email", email);
    }
    let reply = owner.post("/users", without(request(&app, "x"), &["email"])).await;
    assert_breaks_rule(reply, "email", "required", "");
    let good = [
        "a@b.co",
        "a.b+c@sub.example.com",
        "\"a b\"@example.com",
        "é@exämple.de",
        "o'x@e-x.com",
        "A%_{}@b.de",
        "1@2.de",
    ];
    for (number, email) in good.into_iter().enumerate() {
        let body = with(request(&app, &format!("u{number}")), json!({ "email": email }));
        assert_eq!(owner.post("/users", body).await.expect(201).json()["email"], email);
    }
}

#[tokio::test]
async fn display_names_have_their_rule() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (long, wide) = ("x".repeat(129), "ä".repeat(65));
    for name in [" Jo", "Jo ", "Jo\n", "\tJo", " ", "\u{a0}Jo", &long, &wide] {
        let body = with(request(&app, "x"), json!({ "name": name }));
        assert_breaks_rule(owner.post("/users", body).await, "name", "user_real_name", name);
    }
    let (long, wide) = ("x".repeat(128), "ä".repeat(64));
    for (number, name) in ["Jo  Doe", "<b>&amp;", "日本", &long, &wide].into_iter().enumerate() {
        let body = with(request(&app, &format!("u{number}")), json!({ "name": name }));
        assert_eq!(owner.post("/users", body).await.expect(201).json()["name"], name);
    }
}

#[tokio::test]
async fn answers_cannot_end_a_script() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = with(request(&app, "bea"), json!({ "name": "</script>&" }));
    let text = owner.post("/users", body).await.expect(201).text;
    assert!(text.contains(r#""\u003c/script\u003e\u0026""#), "{text}");
}

#[tokio::test]
async fn a_status_must_be_one_of_three() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for bad in [json!("sleeping"), json!(""), json!("Active"), json!(1)] {
        owner.post("/users", with(request(&app, "x"), json!({ "user_status": bad }))).await.expect(400);
    }
    for good in ["active", "dormant", "suspended"] {
        let body = with(request(&app, good), json!({ "user_status": good }));
        assert_eq!(owner.post("/users", body).await.expect(201).json()["status"], good);
    }
}

#[tokio::test]
async fn organization_ids_must_be_uuids() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for bad in [json!(["coder"]), json!("coder"), json!([1]), json!([""])] {
        let reply = owner.post("/users", with(request(&app, "x"), json!({ "organization_ids": bad }))).await;
        assert_refused(reply, 400, BAD_JSON);
    }
}
