//! The list: who sees what, in which order, and how it looks (logs.md B4, case 20).

use reqwest::Method;
use roster::domain::Feature;
use serde_json::{Value, json};

use super::{FEED, Garden, feed, found, number};
use crate::support::{TestApp, without};

/// The agent names of a list, which the tests tell entries apart by.
fn names(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["agent_name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_open_connection_says_nothing_of_an_end() {
    let garden = Garden::new().await;
    let more = json!({ "id": number(5), "ip": "2001:DB8::0:1" });
    garden.feed(json!([garden.ssh(more)])).await.expect(204);
    let organization = json!({
        "id": garden.app.organization, "name": "coder", "display_name": "Coder", "icon": "",
    });
    let entry = json!({
        "id": number(5), "connect_time": "2026-05-20T00:00:10Z", "organization": organization,
        "workspace_owner_id": garden.owner.id, "workspace_owner_username": "owner", "workspace_id": number(7),
        "workspace_name": "garden", "agent_name": "main", "ip": "2001:db8::1", "type": "ssh",
        "ssh_info": { "connection_id": number(1) },
    });
    assert_eq!(garden.found("").await, [entry]);
}

#[tokio::test]
async fn a_browser_is_told_of_with_its_user_or_null() {
    let garden = Garden::new().await;
    let bea = garden.app.user(&garden.owner, "bea", &["auditor"]).await;
    let (known, unknown) =
        (json!({ "user_id": bea.id, "id": number(5) }), json!({ "id": number(6), "ip": "nowhere" }));
    garden.feed(json!([garden.web(known), garden.web(unknown)])).await.expect(204);
    let found = garden.found("").await;
    let mut user = garden.owner.get("/users/bea").await.expect(200).json();
    user["organization_ids"] = json!([]);
    let web = |user: Value| json!({ "user_agent": "Firefox", "user": user, "slug_or_port": "code", "status_code": 200 });
    assert_eq!(found[0]["web_info"], web(user));
    assert_eq!(found[1]["web_info"], web(json!(null)));
    for entry in &found {
        assert!(entry.get("ssh_info").is_none() && entry.get("ip").is_none(), "{entry}");
    }
}

#[tokio::test]
async fn a_deleted_user_is_shown_still() {
    let garden = Garden::new().await;
    let bea = garden.app.user(&garden.owner, "bea", &[]).await;
    garden.feed(json!([garden.web(json!({ "user_id": bea.id }))])).await.expect(204);
    garden.owner.delete("/users/bea").await.expect(200);
    assert_eq!(garden.found("").await[0]["web_info"]["user"]["username"], "bea");
    garden.feed(json!([garden.web(json!({ "user_id": number(404) }))])).await.expect(204);
    assert_eq!(garden.found("username:bea").await.len(), 0, "a deleted user has no name any more");
}

#[tokio::test]
async fn the_newest_come_first_and_of_the_same_time_those_with_smaller_ids() {
    let garden = Garden::new().await;
    let at = |name: &str, id: u128, second: &str| {
        let time = format!("2026-05-20T00:00:{second}Z");
        garden.web(json!({ "agent_name": name, "id": number(id), "time": time }))
    };
    garden
        .feed(json!([at("c", 9, "10"), at("d", 3, "09.999999"), at("b", 2, "10"), at("a", 7, "10.000001")]))
        .await
        .expect(204);
    assert_eq!(names(&garden.found("").await), ["a", "b", "c", "d"]);
}

#[tokio::test]
async fn pages_have_a_hundred_entries_unless_asked_otherwise() {
    let garden = Garden::new().await;
    let events: Vec<Value> = (0..120).map(|n| garden.web(json!({ "id": number(1_000 + n) }))).collect();
    garden.feed(json!(events)).await.expect(204);
    let page = async |query: &str| {
        let body = garden.owner.get(&format!("/connectionlog{query}")).await.expect(200).json();
        assert_eq!((&body["count"], &body["count_cap"]), (&json!(120), &json!(2_000)), "{query}");
        let rows = body["connection_logs"].as_array().unwrap();
        rows.iter().map(|row| crate::support::uuid(&row["id"]).as_u128() - 1_000).collect::<Vec<_>>()
    };
    assert_eq!(page("").await, (0..100).collect::<Vec<_>>());
    assert_eq!(page("?limit=0").await.len(), 100);
    assert_eq!(page("?limit=5&offset=2").await, [2, 3, 4, 5, 6]);
    assert_eq!(page("?limit=1000").await.len(), 120);
    assert_eq!(page("?offset=118").await, [118, 119]);
    assert_eq!(page("?offset=120").await, [] as [u128; 0]);
}

#[tokio::test]
async fn bad_paging_is_refused() {
    let garden = Garden::new().await;
    for (query, field) in
        [("limit=-1", "limit"), ("limit=x", "limit"), ("offset=-1", "offset"), ("after_id=x", "after_id")]
    {
        let refused = garden.owner.get(&format!("/connectionlog?{query}")).await.expect(400);
        assert_eq!(refused.message(), "Query parameters have invalid values.", "{query}");
        assert_eq!(refused.validations()[0].0, field, "{query}");
    }
    garden.owner.get(&format!("/connectionlog?after_id={}", number(3))).await.expect(200);
}

#[tokio::test]
async fn counting_stops_behind_the_cap() {
    let garden = Garden::new().await;
    let mut counts = Vec::new();
    for (first, many) in [(0, 0), (0, 1_000), (1_000, 1_000), (2_000, 1), (3_000, 500)] {
        let events: Vec<Value> =
            (first..first + many).map(|n| garden.web(json!({ "id": number(1 + n) }))).collect();
        garden.feed(json!(events)).await.expect(204);
        let body = garden.owner.get("/connectionlog?limit=1").await.expect(200).json();
        assert_eq!(body["count_cap"], 2_000);
        counts.push(body["count"].as_u64().unwrap());
    }
    assert_eq!(counts, [0, 1_000, 2_000, 2_001, 2_001]);
}

#[tokio::test]
async fn each_caller_sees_what_its_roles_show() {
    let garden = Garden::new().await;
    let (app, owner) = (&garden.app, &garden.owner);
    let acme = app.organization("acme").await;
    let here = garden.ssh(json!({ "agent_name": "here" }));
    let there = garden.ssh(json!({ "agent_name": "there", "organization_id": acme }));
    garden.feed(json!([here, there])).await.expect(204);
    let insider = async |username: &str, role: &[&str]| {
        let asked = json!({ "username": username, "organization_ids": [acme] });
        let made = app.user_from(owner, asked).await;
        app.set_member_roles(acme, made.id, role).await;
        made
    };
    let nobody: [&str; 0] = [];
    for (caller, sees) in [
        (owner.clone(), vec!["here", "there"]),
        (app.user(owner, "auditor", &["auditor"]).await, vec!["here", "there"]),
        (app.user(owner, "user-admin", &["user-admin"]).await, nobody.to_vec()),
        (app.user(owner, "template-admin", &["template-admin"]).await, nobody.to_vec()),
        (insider("member", &[]).await, nobody.to_vec()),
        (insider("org-admin", &["organization-admin"]).await, vec!["there"]),
        (insider("org-auditor", &["organization-auditor"]).await, vec!["there"]),
        (insider("org-user-admin", &["organization-user-admin"]).await, nobody.to_vec()),
    ] {
        let mut seen = found(&caller, "").await;
        seen.sort_by_key(|entry| entry["agent_name"].to_string());
        assert_eq!(names(&seen), sees, "{}", caller.username);
        let elsewhere = found(&caller, &format!("organization:{}", app.organization)).await;
        assert_eq!(names(&elsewhere), if sees.contains(&"here") { vec!["here"] } else { vec![] });
    }
}

#[tokio::test]
async fn a_key_shows_what_its_allow_list_names() {
    let garden = Garden::new().await;
    let events = json!([garden.web(json!({ "id": number(5) })), garden.web(json!({ "id": number(6) }))]);
    garden.feed(events).await.expect(204);
    let allow_list = vec![("connection_log", number(6).to_string())];
    let mint = crate::support::Mint { allow_list, ..Default::default() };
    let narrow = garden.app.client().with_token(&garden.app.mint(garden.owner.id, mint).await);
    let seen = found(&narrow, "").await;
    assert_eq!((seen.len(), &seen[0]["id"]), (1, &json!(number(6))));
    feed(&narrow, json!([garden.web(json!({ "id": number(6) }))])).await.expect(403);
}

#[tokio::test]
async fn switched_off_there_is_nothing_to_see_and_nothing_is_written() {
    let app = TestApp::with(without(Feature::ConnectionLog)).await;
    let garden = Garden { owner: app.owner().await, app };
    let off = "Connection Log is not enabled on this deployment.";
    let read = garden.owner.get("/connectionlog?limit=-1").await.expect(403);
    let fed = garden.feed(json!([garden.ssh(json!({}))])).await.expect(403);
    assert_eq!((read.message(), fed.message()), (off.to_owned(), off.to_owned()));
    let client = garden.app.client();
    client.get("/connectionlog").await.expect(401);
    client.finish(client.request(Method::POST, FEED).body("{}")).await.expect(401);

    use roster::domain::connections::ConnectionLogger;
    let event = super::logger::event(&garden, 1);
    garden.app.backend.connections.upsert(event).await.unwrap();
    garden.app.backend.connections.close().await;
    let kept = sea_orm::PaginatorTrait::count(
        <entity::connection_logs::Entity as sea_orm::EntityTrait>::find(),
        &garden.app.db,
    );
    assert_eq!(kept.await.unwrap(), 0);
}
