//! Whom the provider vouches for, and who is not let in all the same.

use entity::users::{Column, Entity};
use roster::domain::provider::OidcRules;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::world::{Plan, World, alice, assert_refused, described, id, somebody, with};
use crate::support::PASSWORD;

/// Accounts `a0`, `a1`... with addresses of their own, each with one claim of these values; null is no claim.
fn numbered(claim: &str, values: &[Value]) -> Value {
    let account = |(n, value): (usize, &Value)| {
        (format!("a{n}"), with(somebody(&format!("a{n}@example.com")), json!({ claim: value })))
    };
    values.iter().enumerate().map(account).collect::<serde_json::Map<_, _>>().into()
}

#[tokio::test]
async fn only_verified_addresses_count() {
    let refused = [
        json!(false),
        Value::Null,
        json!("no"),
        json!("false"),
        json!(0),
        json!(""),
        json!([true]),
        json!("yes"),
    ];
    let fine = [json!(true), json!("true"), json!("True"), json!(1), json!("1")];
    let all: Vec<Value> = refused.iter().chain(&fine).cloned().collect();
    let Some(world) = World::with_accounts(numbered("email_verified", &all)).await else { return };
    world.app.owner().await;
    let before = world.rows().await;
    for n in 0..refused.len() {
        assert_refused(&world.log_in(&format!("a{n}")).await, "Email not verified");
    }
    assert_eq!(world.rows().await, before);
    for (n, claim) in all.iter().enumerate().skip(refused.len()) {
        let back = world.log_in(&format!("a{n}")).await;
        assert_eq!(back.status, 307, "{claim}: {}", back.text);
    }
}

#[tokio::test]
async fn an_operator_may_let_addresses_count_that_are_not_verified() {
    let rules = OidcRules { ignore_email_verified: true, ..OidcRules::default() };
    let accounts = numbered("email_verified", &[json!(false), Value::Null]);
    let Some(world) = World::of(Plan { accounts, rules, ..Plan::default() }).await else { return };
    world.log_in("a0").await.expect(307);
    world.log_in("a1").await.expect(307);
}

#[tokio::test]
async fn addresses_of_other_domains_are_refused_without_naming_the_right_ones() {
    let domains = ["allowed.example", "other.example"].map(str::to_owned);
    let rules = OidcRules { email_domains: domains.into(), ..OidcRules::default() };
    let others =
        ["a@elsewhere.test", "a@sub.other.example", "a@notother.example", "\"a@other.example\"@evil.test"];
    let mut accounts: serde_json::Map<_, _> =
        others.iter().map(|email| ((*email).to_owned(), somebody(email))).collect();
    accounts.insert("mine".to_owned(), somebody("Mine@Allowed.EXAMPLE"));
    let plan = Plan { accounts: Value::Object(accounts), rules, ..Plan::default() };
    let Some(world) = World::of(plan).await else { return };
    world.app.owner().await;
    let before = world.rows().await;
    for email in others {
        let back = world.log_in(email).await;
        // What is no address at all is a mistake of the provider.
        if back.status != 400 {
            assert_refused(&back, "Unauthorized email");
            assert!(!back.text.contains("allowed.example"), "{}", back.text);
        }
    }
    assert_eq!(world.rows().await, before);
    assert_eq!(world.me("mine").await["email"], "Mine@Allowed.EXAMPLE");
}

#[tokio::test]
async fn an_address_must_be_there_and_be_one() {
    let accounts = json!({
        "none": { "email_verified": true },
        "number": with(somebody("x"), json!({ "email": 7 })),
        "broken": somebody("broken"),
        "name": { "email_verified": true, "preferred_username": "by.name@example.com" },
    });
    let Some(world) = World::with_accounts(accounts).await else { return };
    world.app.owner().await;
    let before = world.rows().await;
    let none = world.log_in("none").await.expect(400);
    assert_eq!(none.message(), "No email found in OIDC payload!");
    world.log_in("number").await.expect(400);
    world.log_in("broken").await.expect(400);
    assert_eq!(world.rows().await, before);
    assert_eq!(world.me("name").await["email"], "by.name@example.com");
}

#[tokio::test]
async fn the_suspended_get_no_key() {
    let Some(world) = World::new().await else { return };
    let owner = world.app.owner().await;
    let me = world.me("alice").await;
    let path = format!("/users/{}/status", id(&me));
    owner.put_empty(&format!("{path}/suspend")).await.expect(200);
    let before = world.rows().await;
    assert_refused(&world.log_in("alice").await, "Account suspended");
    assert_eq!(world.rows().await, before);
    owner.put_empty(&format!("{path}/activate")).await.expect(200);
    assert_eq!(world.me("alice").await["id"], me["id"]);
}

#[tokio::test]
async fn a_login_wakes_the_dormant() {
    let Some(world) = World::new().await else { return };
    world.app.owner().await;
    let user = id(&world.me("alice").await);
    world.app.set_user(user, Column::Status, "dormant").await;
    world.log_in("alice").await.expect(307);
    let stored = Entity::find_by_id(user).one(&world.app.db).await.unwrap().unwrap();
    assert_eq!(stored.status, "active");
}

#[tokio::test]
async fn who_logs_in_otherwise_is_not_taken_over() {
    let accounts = json!({
        "owner": somebody("OWNER@example.com"), "none": somebody("none@example.com"),
        "github": somebody("github@example.com"),
    });
    let Some(world) = World::with_accounts(accounts).await else { return };
    let owner = world.app.owner().await;
    for login_type in ["none", "github"] {
        let body = json!({ "username": login_type, "login_type": login_type });
        world.app.user_from(&owner, body).await;
    }
    let before = world.rows().await;
    for (account, login_type) in [("owner", "password"), ("none", "none"), ("github", "github")] {
        let back = world.log_in(account).await;
        assert_refused(&back, "Incorrect login type");
        assert!(back.text.contains("oidc") && back.text.contains(login_type), "{}", back.text);
    }
    assert_eq!(world.rows().await, before);
    let login = json!({ "email": "owner@example.com", "password": PASSWORD });
    world.app.client().post("/users/login", login).await.expect(201);
}

#[tokio::test]
async fn who_is_linked_is_not_taken_over_by_somebody_with_the_same_address() {
    let thief = with(alice(), json!({ "sub": "another", "preferred_username": "mallory" }));
    let Some(world) = World::with_accounts(json!({ "alice": alice(), "thief": thief })).await else { return };
    world.app.owner().await;
    let session = world.session("alice").await;
    let me = session.get("/users/me").await.expect(200).json();
    let (link, before) = (world.link(&me["id"]).await, world.rows().await);
    assert_refused(&world.log_in("thief").await, "Account already linked");
    assert_eq!((world.link(&me["id"]).await, world.rows().await), (link, before));
    let after = session.get("/users/me").await.expect(200).json();
    assert_eq!(described(&after), described(&me));
}
