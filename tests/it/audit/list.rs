//! `GET /audit`: its pages, its order, and what it says of an entry (logs.md A6; cases 9, 10, 12 and 13).

use serde_json::{Value, json};
use uuid::Uuid;

use entity::users;
use sea_orm::{EntityTrait, Set};

use super::{became, found, newest, put, served, tick};
use crate::support::TestApp;

async fn page(owner: &crate::support::Client, query: &str) -> Value {
    owner.get(&format!("/audit{query}")).await.expect(200).json()
}

fn ids(page: &Value) -> Vec<String> {
    let entries = page["audit_logs"].as_array().unwrap();
    entries.iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_entry_says_all_there_is_to_say() {
    let (app, owner, _) = served().await;
    let client = app.client().with_token(&owner.token);
    let request = client.request(reqwest::Method::PUT, "/api/v2/organizations/default/members/bea/roles");
    let body = json!({ "roles": ["organization-admin"] }).to_string();
    let request = request.header("user-agent", "tests/1.0").body(body);
    let reply = client.finish(request).await.expect(200);
    let entry = newest(&app, &owner).await;
    let user = owner.get("/users/me").await.expect(200).json();
    let mut user = user.as_object().unwrap().clone();
    user["organization_ids"] = json!([]);
    let shown = entry["user"].as_object().unwrap().clone();
    let seen = |user: &serde_json::Map<String, Value>| {
        let mut user = user.clone();
        // Being seen is written whenever it is.
        ["last_seen_at", "updated_at"].iter().for_each(|key| drop(user.remove(*key)));
        user
    };
    assert_eq!(seen(&shown), seen(&user));
    let organization = app.organization;
    let expected = json!({
        "id": entry["id"], "request_id": reply.header("x-request-id"), "time": "2026-05-20T00:00:01Z", "ip": "127.0.0.1",
        "user_agent": "tests/1.0", "resource_type": "organization_member", "resource_id": entry["resource_id"],
        "resource_target": "bea", "resource_icon": "", "action": "write",
        "diff": { "roles": became(json!([]), json!(["organization-admin"])) }, "status_code": 200,
        "additional_fields": {}, "description": "{user} updated organization member {target}", "resource_link": "",
        "is_deleted": false, "organization_id": organization,
        "organization": { "id": organization, "name": "coder", "display_name": "Coder", "icon": "" }, "user": entry["user"],
    });
    assert_eq!(entry, expected);
}

/// Case 9.
#[tokio::test]
async fn pages_are_of_a_hundred_and_bad_ones_are_refused() {
    let (app, owner, _) = served().await;
    put(&app, 150, |_| ()).await;
    let all = page(&owner, "?limit=1000").await;
    let everything = ids(&all);
    assert_eq!(all["count"], json!(everything.len()));
    for query in ["", "?limit=0", "?limit=&offset=", "?after_id=6a0d8a2f-5d8a-4f6e-9a5e-0d8a2f5d8a4f"] {
        let first = page(&owner, query).await;
        assert_eq!((ids(&first).len(), &first["count"]), (100, &all["count"]), "{query}");
        assert_eq!(ids(&first), everything[..100], "{query}");
    }
    assert_eq!(ids(&page(&owner, "?limit=7&offset=98").await), everything[98..105]);
    let beyond = page(&owner, "?offset=5000").await;
    assert_eq!((&beyond["audit_logs"], &beyond["count"]), (&json!([]), &all["count"]));
    for query in ["limit=-1", "limit=x", "offset=-1", "offset=1.5", "after_id=x"] {
        let refused = owner.get(&format!("/audit?{query}")).await.expect(400);
        assert_eq!(refused.message(), "Query parameters have invalid values.", "{query}");
        assert_eq!(refused.validations()[0].0, query.split_once('=').unwrap().0);
    }
}

/// Case 10.
#[tokio::test]
async fn entries_are_counted_no_further_than_the_cap() {
    let (app, owner, _) = served().await;
    let nothing = page(&owner, "?q=action:stop").await;
    assert_eq!(nothing, json!({ "audit_logs": [], "count": 0, "count_cap": 2000 }));
    put(&app, 2_000, |row| row.action = Set("stop".to_owned())).await;
    assert_eq!(page(&owner, "?q=action:stop&limit=1").await["count"], 2000);
    tick(&app);
    put(&app, 300, |row| row.action = Set("stop".to_owned())).await;
    let more = page(&owner, "?q=action:stop&limit=1").await;
    assert_eq!((&more["count"], &more["count_cap"]), (&json!(2001), &json!(2000)));
    assert_eq!(page(&owner, "?limit=1").await["count"], 2001);
}

#[tokio::test]
async fn the_newest_come_first_and_those_of_one_moment_by_id() {
    let (app, owner, _) = served().await;
    let now = roster::model::clock::Clock::now(&app.clock);
    put(&app, 20, |row| row.time = Set(now)).await;
    let entries = found(&owner, "").await;
    let order: Vec<_> = entries.iter().map(|e| (e["time"].to_string(), e["id"].to_string())).collect();
    let mut sorted = order.clone();
    sorted.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    assert_eq!(order, sorted);
}

/// Case 12.
#[tokio::test]
async fn the_deleted_are_told_apart() {
    let (app, owner, bea) = served().await;
    let carl = app.user(&owner, "carl", &["user-admin"]).await;
    tick(&app);
    carl.put("/users/bea/profile", json!({ "username": "bea", "name": "Bea" })).await.expect(200);
    let before = newest(&app, &owner).await;
    assert_eq!(
        (&before["is_deleted"], &before["resource_link"]),
        (&json!(false), &json!("/users?filter=bea"))
    );
    owner.delete("/users/carl").await.expect(200);
    owner.delete("/users/bea").await.expect(200);
    let entries = found(&owner, &format!("resource_id:{} action:write", bea.id)).await;
    assert_eq!((&entries[0]["is_deleted"], &entries[0]["resource_link"]), (&json!(true), &json!("")));
    assert_eq!(entries[0]["user"]["username"], "carl", "who is deleted softly is still shown");
    users::Entity::delete_by_id(carl.id).exec(&app.db).await.unwrap();
    let entries = found(&owner, &format!("resource_id:{} action:write", bea.id)).await;
    assert_eq!(entries[0]["user"], Value::Null);
}

/// Case 13.
#[tokio::test]
async fn keys_are_told_of_by_owner_and_name() {
    let (app, owner, bea) = served().await;
    owner.post("/users/bea/keys/tokens", json!({ "token_name": "ci" })).await.expect(201);
    let made = newest(&app, &owner).await;
    assert_eq!((&made["resource_id"], &made["resource_target"]), (&json!(bea.id), &json!("ci")));
    assert_eq!(made["description"], "{user} created token {target}");
    tick(&app);
    bea.post_empty("/users/logout").await.expect(200);
    let out = newest(&app, &owner).await;
    assert_eq!((&out["resource_target"], &out["description"]), (&json!(""), &json!("{user} logged out")));
}

/// Words that nobody knows any more, and an organization of which nothing is left.
#[tokio::test]
async fn old_rows_are_shown_as_far_as_they_go() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    tick(&app);
    put(&app, 1, |row| {
        row.resource_type = Set("spaceship".to_owned());
        row.action = Set("launch".to_owned());
        row.organization_id = Set(Uuid::from_u128(7));
    })
    .await;
    let entry = newest(&app, &owner).await;
    assert_eq!((&entry["resource_type"], &entry["action"]), (&json!("unknown"), &json!("unknown")));
    assert_eq!(entry["description"], "{user} unknown unknown {target}");
    assert_eq!((entry.get("organization"), &entry["user"]), (None, &Value::Null));
    assert_eq!(entry["organization_id"], json!(Uuid::from_u128(7)));
}
