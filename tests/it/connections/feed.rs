//! Feeding: who may, what is refused, and that nothing is written then (logs.md, case 22).

use reqwest::Method;
use serde_json::{Value, json};

use super::{FEED, Garden, feed, number};
use crate::support::Mint;

#[tokio::test]
async fn who_may_feed_and_where() {
    let garden = Garden::new().await;
    let (app, owner) = (&garden.app, &garden.owner);
    let acme = app.organization("acme").await;
    let admin = app.user_from(owner, json!({ "username": "admin", "organization_ids": [acme] })).await;
    app.set_member_roles(acme, admin.id, &["organization-admin"]).await;
    let here = |n| garden.ssh(json!({ "connection_id": number(n) }));
    let there = |n| garden.ssh(json!({ "connection_id": number(n), "organization_id": acme }));

    let member = app.user(owner, "member", &[]).await;
    let auditor = app.user(owner, "auditor", &["auditor"]).await;
    for refused in [&member, &auditor, &admin] {
        let refused = feed(refused, json!([here(1)])).await.expect(403);
        assert_eq!(refused.message(), "Forbidden.");
    }
    // One that is not allowed spoils the others.
    feed(&admin, json!([there(2), here(3)])).await.expect(403);
    assert_eq!(garden.found("").await, [] as [Value; 0]);

    feed(&admin, json!([there(4)])).await.expect(204);
    feed(owner, json!([here(5), there(6)])).await.expect(204);
    assert_eq!(garden.found("").await.len(), 3);
}

#[tokio::test]
async fn a_narrow_key_feeds_nothing() {
    let garden = Garden::new().await;
    let narrow = Mint { scopes: vec!["user:read", "organization:read"], ..Mint::default() };
    let narrow = garden.app.client().with_token(&garden.app.mint(garden.owner.id, narrow).await);
    feed(&narrow, json!([garden.ssh(json!({}))])).await.expect(403);
}

#[tokio::test]
async fn a_thousand_events_come_at_once_and_no_more() {
    let garden = Garden::new().await;
    let events: Vec<Value> = (0..1_001).map(|n| garden.web(json!({ "id": number(1 + n) }))).collect();
    let refused = garden.feed(json!(events)).await.expect(400);
    assert_eq!(refused.validations()[0].0, "events");
    assert_eq!(garden.found("").await, [] as [Value; 0]);
    garden.feed(json!(events[..1_000])).await.expect(204);
    garden.feed(json!([])).await.expect(204);
    let none = garden.owner.finish(garden.owner.request(Method::POST, FEED).body("{}")).await;
    none.expect(204);
}

#[tokio::test]
async fn events_that_make_no_sense_are_refused_with_all_that_is_wrong() {
    let garden = Garden::new().await;
    let long = "x".repeat(513);
    let (ssh, end, web) = (garden.ssh(json!({})), garden.end(json!({})), garden.web(json!({})));
    let table = [
        (&ssh, json!({ "connection_id": null }), "connection_id"),
        (&ssh, json!({ "connection_id": number(0) }), "connection_id"),
        (&web, json!({ "connection_id": number(3) }), "connection_id"),
        (&ssh, json!({ "code": 0 }), "code"),
        (&end, json!({ "code": null }), "code"),
        (&ssh, json!({ "disconnect_reason": "early" }), "disconnect_reason"),
        (&web, json!({ "status": "disconnected" }), "status"),
        (&ssh, json!({ "user_agent": "Firefox" }), "user_agent"),
        (&ssh, json!({ "user_id": garden.owner.id }), "user_id"),
        (&ssh, json!({ "slug_or_port": "8080" }), "slug_or_port"),
        (&ssh, json!({ "agent_name": "" }), "agent_name"),
        (&ssh, json!({ "workspace_name": long }), "workspace_name"),
        (&end, json!({ "disconnect_reason": "a\0b" }), "disconnect_reason"),
        (&ssh, json!({ "time": "0000-12-31T00:00:00Z" }), "time"),
    ];
    for (event, more, field) in &table {
        let bad = super::with((*event).clone(), more.clone());
        let refused = garden.feed(json!([ssh, bad])).await.expect(400);
        assert_eq!(refused.message(), "Validation failed.", "{more}");
        let fields: Vec<String> = refused.validations().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, [format!("events[1].{field}")], "{more}");
    }
    let all: Vec<Value> =
        table.iter().map(|(event, more, _)| super::with((*event).clone(), more.clone())).collect();
    assert_eq!(garden.feed(json!(all)).await.expect(400).validations().len(), table.len());
    assert_eq!(garden.found("").await, [] as [Value; 0]);
}

#[tokio::test]
async fn what_is_no_event_is_no_good_body() {
    let garden = Garden::new().await;
    for (more, part) in [
        (json!({ "type": "telnet" }), "telnet"),
        (json!({ "status": "perhaps" }), "perhaps"),
        (json!({ "time": "soon" }), ""),
        (json!({ "organization_id": "x" }), ""),
        (json!({ "code": 3_000_000_000_u64 }), ""),
        (json!({ "agent_name": null }), "agent_name"),
    ] {
        let refused = garden.feed(json!([garden.ssh(more.clone())])).await.expect(400);
        assert_eq!(refused.message(), "Request body must be valid JSON.", "{more}");
        assert!(refused.detail().contains(part), "{more}: {refused:?}");
    }
}

#[tokio::test]
async fn organizations_and_owners_must_be_there() {
    let garden = Garden::new().await;
    for more in [json!({ "organization_id": number(99) }), json!({ "workspace_owner_id": number(99) })] {
        let other = garden.ssh(json!({ "connection_id": number(2) }));
        let refused = garden.feed(json!([other, garden.ssh(more)])).await.expect(400);
        let why = "An event names an organization or a workspace owner that does not exist.";
        assert_eq!(refused.message(), why);
    }
    assert_eq!(garden.found("").await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_new_connection_with_the_id_of_another_entry_is_a_conflict() {
    let garden = Garden::new().await;
    garden.feed(json!([garden.ssh(json!({ "id": number(5) }))])).await.expect(204);
    let other = json!({ "id": number(5), "connection_id": number(2) });
    let refused = garden.feed(json!([garden.ssh(other)])).await.expect(409);
    assert_eq!(refused.message(), "An event of a new connection has the id of another entry.");
    assert_eq!(garden.found("").await.len(), 1);
}
