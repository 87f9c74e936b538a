//! Names of tokens: unique per owner, any text that can be kept, chosen where nobody does (auth.md 7.2; case 18).

use roster::model::token_name::{ADJECTIVES, SURNAMES};
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::json;

use super::{ask, listed, names, served, shown, token};
use crate::support::TestApp;

#[tokio::test]
async fn a_name_is_taken_once_per_owner() {
    let (_app, owner, bea) = served().await;
    token(&bea, "me", json!({ "token_name": "build" })).await;
    let expected = json!({
        "message": "A token with name \"build\" already exists.",
        "validations": [{ "field": "name", "detail": "This value is already in use and should be unique." }],
    });
    assert_eq!(ask(&bea, "me", json!({ "token_name": "build" })).await.expect(409).json(), expected);
    assert_eq!(ask(&owner, "bea", json!({ "token_name": "build" })).await.expect(409).json(), expected);
    ask(&bea, "me", json!({ "token_name": "Build" })).await.expect(201);
    ask(&owner, "me", json!({ "token_name": "build" })).await.expect(201);
}

#[tokio::test]
async fn names_of_any_script_up_to_the_limit_are_kept() {
    let (_app, _, bea) = served().await;
    // Neither engine's index, nor its compression, must mind.
    let odd: String = (0..1_024_u32).map(|n| char::from(33 + ((n * n * 31 + n * 7) % 90) as u8)).collect();
    for name in ["ü".repeat(512), "🗝".repeat(256), odd, " ".to_owned(), "a\nb\t\"'%_\\".to_owned()] {
        let key = token(&bea, "me", json!({ "token_name": name })).await;
        assert_eq!(shown(&bea, &key).await["token_name"], json!(name));
        ask(&bea, "me", json!({ "token_name": name })).await.expect(409);
    }
}

#[tokio::test]
async fn names_that_cannot_be_kept_are_refused() {
    let (_app, _, bea) = served().await;
    for (name, bytes) in
        [("x".repeat(1_025), 1_025), ("ü".repeat(513), 1_026), ("x".repeat(4_000_000), 4_000_000)]
    {
        let detail = format!("a token name has at most 1024 bytes, this one has {bytes}");
        let expected = json!({
            "message": "Validation failed.", "validations": [{ "field": "token_name", "detail": detail }],
        });
        assert_eq!(ask(&bea, "me", json!({ "token_name": name })).await.expect(400).json(), expected);
    }
    let zero = ask(&bea, "me", json!({ "token_name": "a\0b" })).await.expect(400).json();
    assert_eq!(zero["validations"][0]["field"], "token_name");
}

/// One statement that gives a user a token of every short name that could be chosen: two words and two digits.
fn all_names(app: &TestApp, of: uuid::Uuid) -> String {
    let words = |words: &[&str]| words.iter().map(|word| format!("('{word}')")).collect::<Vec<_>>().join(",");
    let digits = (0..100).map(|n| format!("('{n:02}')")).collect::<Vec<_>>().join(",");
    let (user, serial, hash) = match app.db.get_database_backend() {
        DbBackend::Postgres => {
            (format!("'{of}'::uuid"), "lpad((row_number() OVER ())::text, 10, '0')", "'\\x00'::bytea")
        }
        _ => (format!("x'{}'", of.simple()), "printf('%010d', row_number() OVER ())", "x'00'"),
    };
    let hash = hash.replace("00", &"00".repeat(32));
    format!(
        "WITH a(w) AS (VALUES {}), s(w) AS (VALUES {}), d(w) AS (VALUES {digits})
        INSERT INTO api_keys (id, hashed_secret, user_id, login_type, expires_at, created_at, updated_at, last_used,
            token_name, scopes, allow_list)
        SELECT {serial}, {hash}, {user}, 'token', k.expires_at, k.created_at, k.updated_at, k.last_used,
            a.w || '_' || s.w || d.w, k.scopes, k.allow_list
        FROM a, s, d, (SELECT * FROM api_keys LIMIT 1) AS k",
        words(&ADJECTIVES),
        words(&SURNAMES)
    )
}

/// Also that a list of a hundred thousand is one list.
#[tokio::test]
async fn a_name_is_chosen_also_where_all_short_ones_are_taken() {
    let (app, owner, bea) = served().await;
    app.db.execute_unprepared(&all_names(&app, bea.id)).await.unwrap();
    let key = token(&bea, "me", json!({})).await;
    let name = shown(&bea, &key).await["token_name"].as_str().unwrap().to_owned();
    assert!(name.len() <= 32 && name.bytes().filter(u8::is_ascii_digit).count() == 10, "{name}");
    let all = app.client().with_token(&owner.token);
    let response =
        all.request(reqwest::Method::GET, "/api/v2/users/me/keys/tokens?include_all=true&include_expired=1");
    let text = response.send().await.unwrap().text().await.unwrap();
    let list: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(list.len(), ADJECTIVES.len() * SURNAMES.len() * 100 + 1);
    assert!(list.iter().all(|one| one["username"] == "bea"));
    assert!(names(&listed(&owner, "").await).is_empty());
}
