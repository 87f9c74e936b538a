//! The first login of somebody whom nobody knows.

use entity::audit_logs;
use roster::domain::provider::OidcRules;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::world::{Plan, World, alice, assert_refused, id, set_cookie, somebody, with};
use crate::support::TestApp;

/// The actions of a user in the audit log with their statuses, oldest first.
async fn deeds(app: &TestApp, user: &Value) -> Vec<(String, String, i32)> {
    let entries = audit_logs::Entity::find().filter(audit_logs::Column::UserId.eq(id(user)));
    let entries = entries.order_by_asc(audit_logs::Column::Time).all(&app.db).await.unwrap();
    entries.into_iter().map(|entry| (entry.action, entry.resource_type, entry.status_code)).collect()
}

fn deed(action: &str) -> (String, String, i32) {
    (action.to_owned(), "api_key".to_owned(), 307)
}

fn signups(allow_signups: bool) -> OidcRules {
    let signups_disabled_text = "Ask the <b>porter</b>.".to_owned();
    OidcRules { allow_signups, signups_disabled_text, ..OidcRules::default() }
}

#[tokio::test]
async fn somebody_new_gets_an_account_and_a_session() {
    let Some(world) = World::new().await else { return };
    world.app.owner().await;
    let mut browser = world.browser();
    let back = browser.log_in("alice").await.expect(307);
    assert_eq!((back.header("location"), back.text.as_str()), ("/", ""));
    let cookie = set_cookie(&back, "coder_session_token");
    for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Max-Age=31536000"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "{cookie}");

    let me = browser.client().get("/users/me").await.expect(200).json();
    assert_eq!(
        with(me.clone(), json!({ "id": null, "created_at": null, "updated_at": null, "last_seen_at": null })),
        json!({
            "username": "alice", "email": "alice@example.com", "name": "Alice Liddell",
            "avatar_url": "https://pictures.example.com/alice.png", "login_type": "oidc", "status": "active",
            "organization_ids": [world.app.organization], "roles": [], "has_ai_seat": false,
        })
    );
    assert_eq!(deeds(&world.app, &me).await, [deed("register")]);
    let (key, _) = browser.cookie("coder_session_token").unwrap().split_once('-').unwrap();
    let key = browser.client().get(&format!("/users/me/keys/{key}")).await.expect(200).json();
    assert_eq!((&key["login_type"], &key["lifetime_seconds"]), (&json!("oidc"), &json!(86_400)));
}

#[tokio::test]
async fn the_second_login_makes_no_second_user() {
    let Some(world) = World::new().await else { return };
    world.app.owner().await;
    let first = world.me("alice").await;
    let (users, _) = world.rows().await;
    world.app.clock.advance(chrono::TimeDelta::seconds(1));
    let second = world.me("alice").await;
    assert_eq!(second["id"], first["id"]);
    assert_eq!(world.rows().await.0, users);
    assert_eq!(deeds(&world.app, &first).await, [deed("register"), deed("login")]);
}

#[tokio::test]
async fn usernames_come_from_the_claim_or_the_address_and_are_mended() {
    let taken = "owner";
    let cases = [
        ("plain", somebody("p@example.com"), "plain"),
        ("", somebody("from.address@example.com"), "fromaddress"),
        ("the.dot", somebody("d@example.com"), "thedot"),
        ("an@address.example", somebody("a@example.com"), "an"),
    ];
    let accounts = |(name, claims, _): &(&str, Value, &str)| {
        let name = if name.is_empty() { Value::Null } else { json!(name) };
        (
            claims["email"].as_str().unwrap().to_owned(),
            with(claims.clone(), json!({ "preferred_username": name })),
        )
    };
    let mut all: serde_json::Map<_, _> = cases.iter().map(accounts).collect();
    all.insert("taken".to_owned(), with(somebody("t@example.com"), json!({ "preferred_username": "Owner" })));
    all.insert(
        "reserved".to_owned(),
        with(somebody("r@example.com"), json!({ "preferred_username": "new" })),
    );
    all.insert("number".to_owned(), with(somebody("n1@example.com"), json!({ "preferred_username": 17 })));
    let Some(world) = World::with_accounts(Value::Object(all)).await else { return };
    world.app.owner().await;

    for (_, claims, username) in &cases {
        let email = claims["email"].as_str().unwrap();
        assert_eq!(world.me(email).await["username"], *username, "{email}");
    }
    assert_eq!(world.me("number").await["username"], "n1");
    let second = world.me("taken").await["username"].as_str().unwrap().to_owned();
    assert!(second.to_lowercase().starts_with(&format!("{taken}-")), "{second}");
    let random = world.me("reserved").await["username"].as_str().unwrap().to_owned();
    assert!(random.contains('-') && !random.starts_with("new"), "{random}");
}

#[tokio::test]
async fn without_signups_nobody_new_comes_in() {
    let Some(world) = World::of(Plan { rules: signups(false), ..Plan::default() }).await else { return };
    world.app.owner().await;
    let before = world.rows().await;
    let back = world.log_in("alice").await;
    assert_refused(&back, "Signups are disabled");
    assert!(back.text.contains("porter") && !back.text.contains("<b>porter"), "{}", back.text);
    assert_eq!(world.rows().await, before);
}

#[tokio::test]
async fn whoever_comes_first_owns_the_deployment_even_without_signups() {
    let accounts = json!({ "alice": alice(), "bob": somebody("bob@example.com") });
    let plan = Plan { rules: signups(false), accounts, ..Plan::default() };
    let Some(world) = World::of(plan).await else { return };
    assert_eq!(world.me("alice").await["roles"][0]["name"], "owner");
    assert_refused(&world.log_in("bob").await, "Signups are disabled");
    let first = json!({ "email": "o@example.com", "username": "o", "password": crate::support::PASSWORD });
    world.app.client().post("/users/first", first).await.expect(409);
}

/// By both ways at once: a password and a provider.
#[tokio::test]
async fn of_all_who_come_first_at_the_same_time_one_owns_the_deployment() {
    for round in 0..6 {
        let Some(world) = World::of(Plan { rules: signups(false), ..Plan::default() }).await else { return };
        let mut browser = world.browser();
        let start = browser.begin("").await.expect(307);
        let back = browser.at_provider(start.header("location"), "alice").await;
        let first =
            json!({ "email": "o@example.com", "username": "o", "password": crate::support::PASSWORD });
        let client = world.app.client();
        let (by_password, by_provider) =
            futures_util::join!(client.post("/users/first", first), browser.get(&back));
        let statuses = (by_password.status, by_provider.status);
        assert!([(201, 403), (409, 307)].contains(&statuses), "round {round}: {statuses:?}");
        // With the server's own.
        assert_eq!(world.rows().await.0, 2, "round {round}");
    }
}

#[tokio::test]
async fn whoever_comes_later_owns_nothing() {
    let accounts = json!({ "alice": alice(), "bob": somebody("bob@example.com") });
    let Some(world) = World::with_accounts(accounts).await else { return };
    world.me("alice").await;
    assert_eq!(world.me("bob").await["roles"], json!([]));
}

#[tokio::test]
async fn a_deleted_user_comes_back_as_somebody_new() {
    let Some(world) = World::new().await else { return };
    let owner = world.app.owner().await;
    let session = world.session("alice").await;
    let first = session.get("/users/me").await.expect(200).json();
    owner.delete(&format!("/users/{}", first["username"].as_str().unwrap())).await.expect(200);
    session.get("/users/me").await.expect(401);
    let second = world.me("alice").await;
    assert_ne!(second["id"], first["id"]);
    assert_eq!((&second["username"], &second["email"]), (&first["username"], &first["email"]));
}

#[tokio::test]
async fn first_logins_of_one_person_at_the_same_time_make_one_user() {
    let Some(world) = World::new().await else { return };
    world.app.owner().await;
    let (users, _) = world.rows().await;
    let mut browsers = Vec::new();
    for _ in 0..6 {
        let mut browser = world.browser();
        let start = browser.begin("").await.expect(307);
        let back = browser.at_provider(start.header("location"), "alice").await;
        browsers.push((browser, back));
    }
    let returns = browsers.into_iter().map(|(mut browser, back)| async move {
        browser.get(&back).await.expect(307);
        browser.client().get("/users/me").await.expect(200).json()["id"].clone()
    });
    let ids = futures_util::future::join_all(returns).await;
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(world.rows().await.0, users + 1);
}

#[tokio::test]
async fn first_logins_at_the_same_time_of_people_with_one_username_make_two_users() {
    let named = |email: &str| with(somebody(email), json!({ "preferred_username": "sam" }));
    let accounts = json!({ "one": named("one@example.com"), "two": named("two@example.com") });
    let Some(world) = World::with_accounts(accounts).await else { return };
    world.app.owner().await;
    let (one, two) = futures_util::join!(world.me("one"), world.me("two"));
    let mut names = [&one, &two].map(|me| me["username"].as_str().unwrap().to_owned());
    names.sort();
    assert_eq!(names[0], "sam");
    assert!(names[1].starts_with("sam-"), "{names:?}");
}
