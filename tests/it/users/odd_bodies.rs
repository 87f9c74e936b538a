//! Bodies that nobody should send: they are refused or taken, and never a fault of the server.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};

use super::*;
use crate::support::{Actor, PASSWORD};

/// What may come instead of any value.
fn odd_values() -> Vec<Value> {
    let mut nested = json!([]);
    for _ in 0..100 {
        nested = json!([nested]);
    }
    vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e308),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("\0"),
        json!("a\0b"),
        json!("\u{202e}x"),
        json!("😀"),
        json!("\u{feff}"),
        json!("x".repeat(5_000)),
        json!("ß".repeat(20_000)),
        json!([]),
        json!([null]),
        json!([[]]),
        json!([""]),
        json!(["\0"]),
        json!([1, "a", {}]),
        json!({}),
        json!({ "a": null }),
        json!({ "": [] }),
        nested,
        json!(Uuid::nil()),
        json!([Uuid::nil(), Uuid::nil()]),
        json!("'; DROP TABLE users; --"),
        json!("\\"),
        json!("%s%n{}$1?"),
        json!(vec!["x"; 500]),
        json!("\u{e000}\u{fffe}\u{10ffff}"),
    ]
}

/// Whole bodies, most of them no JSON.
fn odd_texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "\0",
        "{",
        "}",
        "[",
        "]",
        "null",
        "true",
        "0",
        "-",
        "1e999",
        "\"",
        "\"x\"",
        "[]",
        "[{}]",
        "{}",
        "{}{}",
        "nul",
        "NaN",
        "{\"username\"",
        "{\"username\":",
        "{\"username\":\"a\",}",
        "{'username':'a'}",
        "{username:1}",
        "\u{feff}{}",
        "{\"username\":\"\\ud800\"}",
        "{\"name\":\"\\u0000\"}",
        "{\"email\":\"\\x\"}",
        "// x\n{}",
        "{\"trial_info\":[]}",
        "{\"trial_info\":{\"first_name\":1}}",
        "username=a&email=b",
        "<xml/>",
        "{\"\":\"\",\"\":\"\"}",
        "[1,2,3]x",
        "{\"organization_id\":\"\"}",
        "{\"organization_id\":null}",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("[".repeat(100_000));
    texts.push("{\"a\":".repeat(10_000));
    texts.push(format!("{{\"username\":\"{}\"}}", "x".repeat(1_000_000)));
    texts
}

const REFUSED_OR_TAKEN: [u16; 5] = [201, 400, 403, 404, 409];

#[tokio::test]
async fn odd_members_of_a_new_user_are_no_fault() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let fields = [
        "username",
        "email",
        "name",
        "password",
        "login_type",
        "user_status",
        "organization_ids",
        "organization_id",
        "service_account",
        "roles",
        "unknown",
        "",
    ];
    for (place, field) in fields.into_iter().enumerate() {
        for (number, value) in odd_values().into_iter().enumerate() {
            let body = with(request(&app, &format!("u{place}x{number}")), json!({ field: value }));
            let reply = owner.post("/users", body).await;
            assert!(REFUSED_OR_TAKEN.contains(&reply.status), "{field} {value}: {reply:?}");
        }
    }
    list_is_readable(&owner).await;
}

#[tokio::test]
async fn odd_members_of_the_first_user_are_no_fault() {
    let app = TestApp::new().await;
    let good = json!({ "email": "a@example.com", "username": "a", "password": "weak" });
    let fields =
        ["email", "username", "name", "trial", "trial_info", "onboarding_info", "unknown", "password"];
    for field in fields {
        for value in odd_values() {
            let reply = app.client().post("/users/first", with(good.clone(), json!({ field: value }))).await;
            assert!([201, 400, 409].contains(&reply.status), "{field} {value}: {reply:?}");
        }
    }
}

#[tokio::test]
async fn odd_display_names_are_no_fault() {
    let app = TestApp::new().await;
    let names = ["\0", "a\0b", "\u{202e}x", "\u{e000}\u{10ffff}", "\u{1}\u{7f}", "\u{feff}"];
    let first = json!({ "email": "a@example.com", "username": "a", "password": PASSWORD, "name": "a\0b" });
    let reply = app.client().post("/users/first", first).await;
    assert!([201, 400].contains(&reply.status), "{reply:?}");
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (number, name) in names.into_iter().enumerate() {
        let body = with(request(&app, &format!("u{number}")), json!({ "name": name }));
        let reply = owner.post("/users", body).await;
        assert!([201, 400].contains(&reply.status), "{name:?}: {reply:?}");
        if reply.status == 201 {
            assert_eq!(owner.get(&format!("/users/u{number}")).await.expect(200).json()["name"], name);
        }
    }
}

#[tokio::test]
async fn odd_texts_are_no_fault() {
    let app = TestApp::new().await;
    for text in odd_texts() {
        let reply = app.client().post_text("/users/first", &text).await;
        assert_eq!(reply.status, 400, "{text:.60}: {reply:?}");
    }
    let owner = app.owner().await;
    for text in odd_texts() {
        let reply = owner.post_text("/users", &text).await;
        assert_eq!(reply.status, 400, "{text:.60}: {reply:?}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_no_fault() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bodies: [&[u8]; 4] =
        [&[0xff], &[0xff, 0xfe, b'{'], b"{\"username\":\"\xc3\"}", b"{\"name\":\"\xed\xa0\x80\"}"];
    for bytes in bodies {
        for path in ["/api/v2/users", "/api/v2/users/first"] {
            let post = owner.request(Method::POST, path).body(bytes.to_vec());
            owner.finish(post).await.expect(400);
        }
    }
}

#[tokio::test]
async fn random_changes_of_a_good_body_are_no_fault() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let mut dice = StdRng::seed_from_u64(20);
    for number in 0..300 {
        let mut text: Vec<char> = request(&app, &format!("u{number}")).to_string().chars().collect();
        for _ in 0..dice.random_range(1..4) {
            let place = dice.random_range(0..text.len());
            let letters = ['"', '\\', '{', '}', '[', ']', ',', ':', '\0', 'é', '0', 'u'];
            match dice.random_range(0..3) {
                0 => text[place] = letters[dice.random_range(0..letters.len())],
                1 if text.len() > 1 => drop(text.remove(place)),
                _ => text.truncate(place.max(1)),
            }
        }
        let text: String = text.into_iter().collect();
        let reply = owner.post_text("/users", &text).await;
        assert!(REFUSED_OR_TAKEN.contains(&reply.status), "{text}: {reply:?}");
    }
    list_is_readable(&owner).await;
}

#[tokio::test]
async fn an_enormous_address_is_no_fault() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let mut dice = StdRng::seed_from_u64(7);
    for (number, length) in [200, 1_000, 3_000, 10_000, 100_000].into_iter().enumerate() {
        // Random letters, which no database can store in less.
        let local: String = (0..length).map(|_| char::from(dice.random_range(b'a'..=b'z'))).collect();
        let body = json!({ "email": format!("{local}@example.com") });
        let reply = owner.post("/users", with(request(&app, &format!("u{number}")), body)).await;
        assert!([201, 400].contains(&reply.status), "{length}: {}", reply.text);
    }
}

#[tokio::test]
async fn an_enormous_body_is_too_large() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = with(request(&app, "x"), json!({ "unknown": "x".repeat(5 * 1024 * 1024) }));
    owner.post("/users", body).await.expect(413);
}

#[tokio::test]
async fn one_organization_a_thousand_times_is_one() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let ids: Vec<Uuid> =
        (0..2_000).map(|n| if n % 2 == 0 { app.organization } else { Uuid::nil() }).collect();
    let body =
        with(request(&app, "bea"), json!({ "organization_ids": ids, "roles": vec!["auditor"; 2_000] }));
    let made = owner.post("/users", body).await.expect(201).json();
    assert_eq!(made["organization_ids"], json!([app.organization]));
    assert_eq!(made["roles"].as_array().unwrap().len(), 1);
}

async fn list_is_readable(owner: &Actor) {
    let list = owner.get("/users").await.expect(200).json();
    assert_eq!(list["count"], list["users"].as_array().unwrap().len());
}
