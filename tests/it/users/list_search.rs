//! GET /users?q=: what each key finds (users.md 3.1).

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::*;
use crate::support::{Actor, Mint, PASSWORD, uuid};

const NOBODY: [&str; 0] = [];

async fn fresh() -> (TestApp, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    (app, owner)
}

async fn add(app: &TestApp, owner: &Actor, username: &str, changes: Value) -> Uuid {
    uuid(&owner.post("/users", with(request(app, username), changes)).await.expect(201).json()["id"])
}

#[tokio::test]
async fn free_text_is_part_of_the_address_or_the_username() {
    let (app, owner) = fresh().await;
    add(&app, &owner, "Jane", json!({ "email": "Doe@Example.org", "name": "Nobody" })).await;
    add(&app, &owner, "doe-2", json!({ "name": "Jane" })).await;
    for (q, expected) in [
        ("JAN", vec!["Jane"]),
        ("doe", vec!["doe-2", "Jane"]),
        ("DOE@", vec!["Jane"]),
        ("example.ORG", vec!["Jane"]),
        ("search:doe", vec!["doe-2", "Jane"]),
        ("SEARCH:\"doe-2@example\"", vec!["doe-2"]),
        ("nobody", vec![]),
        ("", vec!["doe-2", "Jane", "owner"]),
        ("   ", vec!["doe-2", "Jane", "owner"]),
        ("search:\"\"", vec!["doe-2", "Jane", "owner"]),
    ] {
        assert_eq!(found(&owner, q).await, expected, "{q}");
    }
}

#[tokio::test]
async fn several_words_are_one_text() {
    let (app, owner) = fresh().await;
    add(&app, &owner, "both", json!({ "email": "\"jane doe\"@example.com" })).await;
    add(&app, &owner, "jane", json!({ "email": "doe@example.com" })).await;
    assert_eq!(found(&owner, "jane doe").await, ["both"]);
    assert_eq!(found(&owner, "Jane   DOE").await, ["both"]);
    assert_eq!(found(&owner, "jane status:dormant doe").await, ["both"]);
    assert_eq!(found(&owner, "doe jane").await, NOBODY);
}

#[tokio::test]
async fn display_names_are_searched_by_their_key_only() {
    let (app, owner) = fresh().await;
    add(&app, &owner, "u1", json!({ "name": "Ada Lovelace" })).await;
    add(&app, &owner, "u2", json!({ "name": "Ada: the first" })).await;
    assert_eq!(found(&owner, "lovelace").await, NOBODY);
    assert_eq!(found(&owner, "name:LOVE").await, ["u1"]);
    assert_eq!(found(&owner, "name:\"ada lo\"").await, ["u1"]);
    assert_eq!(found(&owner, "name:\"ada:\"").await, ["u2"]);
    assert_eq!(found(&owner, "name:\"\" u1").await, ["u1"]);
}

#[tokio::test]
async fn case_is_ignored_beyond_ascii() {
    let (app, owner) = fresh().await;
    add(&app, &owner, "u1", json!({ "email": "Élan@Exämple.de", "name": "Ünal ÇELİK" })).await;
    add(&app, &owner, "u2", json!({ "email": "жук@example.com", "name": "Οδυσσέας" })).await;
    for q in ["élan", "ÉLAN@EXÄ", "name:ÜNAL", "name:ünal", "name:\"al çe\""] {
        assert_eq!(found(&owner, q).await, ["u1"], "{q}");
    }
    // The last of these ends in a sigma that is the last letter of the query, but not of the word.
    for q in ["ЖУК", "жУк@", "name:ΟΔΥΣΣ", "name:δυσ", "name:ας", "name:ΟΔΥΣ"] {
        assert_eq!(found(&owner, q).await, ["u2"], "{q}");
    }
    for q in ["elan", "name:unal"] {
        assert_eq!(found(&owner, q).await, NOBODY, "{q}");
    }
}

#[tokio::test]
async fn no_character_is_a_wildcard() {
    let (app, owner) = fresh().await;
    add(&app, &owner, "u1", json!({ "email": "a%b@example.com", "name": "100% sure" })).await;
    add(&app, &owner, "u2", json!({ "email": "a_b@example.com", "name": "under_score" })).await;
    add(&app, &owner, "u3", json!({ "email": "\"a\\b\"@example.com", "name": "back\\slash" })).await;
    add(&app, &owner, "u4", json!({ "email": "axb@example.com", "name": "100 plain [a-z]*?" })).await;
    for (q, expected) in [
        ("a%b", vec!["u1"]),
        ("a_b", vec!["u2"]),
        ("a\\b", vec!["u3"]),
        ("%", vec!["u1"]),
        ("_", vec!["u2"]),
        ("\\", vec!["u3"]),
        ("%%", vec![]),
        ("u_", vec![]),
        ("*", vec![]),
        ("name:100%", vec!["u1"]),
        ("name:_s", vec!["u2"]),
        ("name:k\\s", vec!["u3"]),
        ("name:[a-z]*?", vec!["u4"]),
        ("name:%", vec!["u1"]),
        ("name:\\%", vec![]),
    ] {
        assert_eq!(found(&owner, q).await, expected, "{q}");
    }
}

#[tokio::test]
async fn statuses_are_any_of_those_given() {
    let (app, owner) = fresh().await;
    for status in ["active", "dormant", "suspended"] {
        add(&app, &owner, status, json!({ "user_status": status })).await;
    }
    for (q, expected) in [
        ("status:suspended", vec!["suspended"]),
        ("status:active", vec!["active", "owner"]),
        ("status:dormant,suspended", vec!["dormant", "suspended"]),
        ("status:dormant status:suspended", vec!["dormant", "suspended"]),
        ("STATUS:Dormant", vec!["dormant"]),
        ("status:,dormant,", vec!["dormant"]),
        ("status:\"\" dormant", vec!["dormant"]),
        ("status:active,active active", vec!["active"]),
    ] {
        assert_eq!(found(&owner, q).await, expected, "{q}");
    }
}

#[tokio::test]
async fn roles_are_site_roles() {
    let (app, owner) = fresh().await;
    add(&app, &owner, "aud", json!({ "roles": ["auditor"] })).await;
    add(&app, &owner, "two", json!({ "roles": ["auditor", "user-admin"] })).await;
    let admin = add(&app, &owner, "org", json!({})).await;
    app.set_member_roles(app.organization, admin, &["organization-admin"]).await;
    for (q, expected) in [
        ("role:auditor", vec!["aud", "two"]),
        ("role:Owner", vec!["owner"]),
        ("role:owner,user-admin", vec!["owner", "two"]),
        ("role:owner role:user-admin", vec!["owner", "two"]),
        ("role:member", vec!["aud", "org", "owner", "two"]),
        ("role:member,owner", vec!["owner"]),
        ("role:organization-admin", vec![]),
        ("role:nonsense", vec![]),
        ("role:audit", vec![]),
        ("role:?,$1,%", vec![]),
        ("role:auditor two", vec!["two"]),
        ("role:\"\"", vec!["aud", "org", "owner", "two"]),
    ] {
        assert_eq!(found(&owner, q).await, expected, "{q}");
    }
}

#[tokio::test]
async fn login_types_are_any_of_those_given() {
    let (app, owner) = fresh().await;
    add(&app, &owner, "hub", json!({ "login_type": "github" })).await;
    add(&app, &owner, "nun", json!({})).await;
    add(&app, &owner, "pas", json!({ "login_type": "password", "password": PASSWORD })).await;
    let foreign = add(&app, &owner, "oid", json!({})).await;
    app.set_user(foreign, users::Column::LoginType, "oidc").await;
    for (q, expected) in [
        ("login_type:password", vec!["owner", "pas"]),
        ("login_type:github,oidc", vec!["hub", "oid"]),
        ("login_type:none", vec!["nun"]),
        ("login_type:token,oauth2_provider_app", vec![]),
        ("Login_Type:GITHUB login_type:none", vec!["hub", "nun"]),
    ] {
        assert_eq!(found(&owner, q).await, expected, "{q}");
    }
}

#[tokio::test]
async fn service_accounts_are_apart() {
    let (app, owner) = fresh().await;
    add(&app, &owner, "r1", json!({ "service_account": true, "email": "" })).await;
    add(&app, &owner, "r2", json!({ "service_account": true, "email": "" })).await;
    for yes in ["true", "1", "t", "TRUE", "T"] {
        assert_eq!(found(&owner, &format!("service_account:{yes}")).await, ["r1", "r2"]);
    }
    for no in ["false", "0", "f", "False"] {
        assert_eq!(found(&owner, &format!("service_account:{no}")).await, ["owner"]);
    }
}

#[tokio::test]
async fn github_numbers_are_compared_exactly() {
    let (app, owner) = fresh().await;
    let one = add(&app, &owner, "one", json!({})).await;
    let big = add(&app, &owner, "big", json!({})).await;
    set(&app, one, users::Column::GithubComUserId, 1_i64).await;
    set(&app, big, users::Column::GithubComUserId, i64::MAX).await;
    assert_eq!(found(&owner, "github_com_user_id:1").await, ["one"]);
    assert_eq!(found(&owner, "github_com_user_id:9223372036854775807").await, ["big"]);
    assert_eq!(found(&owner, "github_com_user_id:-1").await, NOBODY);
    assert_eq!(found(&owner, "github_com_user_id:0 one").await, ["one"]);
}

#[tokio::test]
async fn times_of_creation_include_their_ends() {
    let (app, owner) = fresh().await;
    app.clock.advance(TimeDelta::seconds(60));
    add(&app, &owner, "later", json!({})).await;
    app.clock.advance(TimeDelta::microseconds(500_001));
    add(&app, &owner, "latest", json!({})).await;
    for (q, expected) in [
        ("created_after:\"2026-05-20T00:01:00Z\"", vec!["later", "latest"]),
        ("created_after:\"2026-05-20T00:01:00.000001Z\"", vec!["latest"]),
        ("created_after:\"2026-05-20T00:01:00.500001z\"", vec!["latest"]),
        ("created_after:\"2026-05-20T00:01:00.500002Z\"", vec![]),
        ("created_before:\"2026-05-20T00:00:00Z\"", vec!["owner"]),
        ("created_before:\"2026-05-20T00:01:00Z\"", vec!["later", "owner"]),
        ("created_before:\"2026-05-19T23:59:59.999999Z\"", vec![]),
        ("created_before:\"2026-05-20T02:00:00+02:00\"", vec!["owner"]),
        ("created_after:\"2026-05-19T22:01:00.5-02:00\"", vec!["latest"]),
        ("created_after:\"2026-05-20T00:00:01Z\" created_before:\"2026-05-20T00:01:00.1Z\"", vec!["later"]),
    ] {
        assert_eq!(found(&owner, q).await, expected, "{q}");
    }
}

#[tokio::test]
async fn every_time_that_can_be_written_is_compared_rightly() {
    let (_app, owner) = fresh().await;
    for past in
        ["0000-01-01t00:00:00z", "0000-01-01t00:00:00+23:59", "0001-01-01t00:00:00z", "1969-12-31t23:59:59z"]
    {
        assert_eq!(found(&owner, &format!("created_after:\"{past}\"")).await, ["owner"], "{past}");
        assert_eq!(found(&owner, &format!("created_before:\"{past}\"")).await, NOBODY, "{past}");
    }
    for future in ["9999-12-31t23:59:59.999999999z", "9999-12-31t23:59:59-23:59", "2026-12-31t23:59:60z"] {
        assert_eq!(found(&owner, &format!("created_before:\"{future}\"")).await, ["owner"], "{future}");
        assert_eq!(found(&owner, &format!("created_after:\"{future}\"")).await, NOBODY, "{future}");
    }
}

#[tokio::test]
async fn who_was_never_seen_was_seen_before_everything() {
    let (app, owner) = fresh().await;
    add(&app, &owner, "never", json!({})).await;
    let seen = add(&app, &owner, "seen", json!({})).await;
    app.clock.advance(TimeDelta::hours(2));
    let token = app.mint(seen, Mint::default()).await;
    app.client().with_token(&token).get("/users/me").await.expect(200);
    for q in
        ["last_seen_before:\"2000-01-01T00:00:00Z\" never", "last_seen_after:\"0001-01-01T00:00:00Z\" never"]
    {
        assert_eq!(found(&owner, q).await, ["never"]);
    }
    assert_eq!(found(&owner, "last_seen_after:\"0001-01-01T00:00:00.1Z\" never").await, NOBODY);
    assert_eq!(found(&owner, "last_seen_before:\"2000-01-01T00:00:00Z\" seen").await, NOBODY);
    assert_eq!(found(&owner, "last_seen_after:\"2026-05-20T02:00:00Z\" seen").await, ["seen"]);
    assert_eq!(found(&owner, "last_seen_after:\"2026-05-20T02:00:01Z\" seen").await, NOBODY);
    assert_eq!(found(&owner, "last_seen_before:\"2026-05-20T02:00:00Z\" seen").await, ["seen"]);
}

#[tokio::test]
async fn all_conditions_must_hold() {
    let (app, owner) = fresh().await;
    add(&app, &owner, "b1", json!({ "roles": ["auditor"], "user_status": "active", "name": "Bea" })).await;
    add(&app, &owner, "b2", json!({ "roles": ["auditor"], "name": "Bea" })).await;
    add(&app, &owner, "c1", json!({ "roles": ["auditor"], "user_status": "active", "name": "Bea" })).await;
    assert_eq!(found(&owner, "b role:auditor status:active name:bea login_type:none").await, ["b1"]);
}

#[tokio::test]
async fn several_queries_are_one() {
    let (app, owner) = fresh().await;
    add(&app, &owner, "b1", json!({ "roles": ["auditor"] })).await;
    let list = owner.get("/users?q=b1&q=role:auditor").await.expect(200).json();
    assert_eq!(usernames(&list), ["b1"]);
}
