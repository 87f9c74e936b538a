//! Entries that are made by hand: `POST /audit/testgenerate` and `POST /api/experimental/audit` ("Roster decides").

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{became, found, newest, served, tick};
use crate::support::{Actor, Client, Reply, TestApp};

async fn record(client: &Client, body: &Value) -> Reply {
    client.finish(client.request(Method::POST, "/api/experimental/audit").body(body.to_string())).await
}

fn started(organization: Option<Uuid>) -> Value {
    let mut body = json!({
        "action": "start", "resource_type": "workspace", "resource_id": "6a0d8a2f-5d8a-4f6e-9a5e-0d8a2f5d8a4f",
        "resource_target": "shed",
    });
    if let Some(organization) = organization {
        body["organization_id"] = json!(organization);
    }
    body
}

#[tokio::test]
async fn what_happened_elsewhere_is_added() {
    let (app, owner, _) = served().await;
    let mut body = started(Some(app.organization));
    let more = json!({
        "diff": { "ttl": { "old": 1, "new": [2, null] }, "token": { "secret": true } }, "status_code": 303,
        "additional_fields": { "workspace_owner": "bea", "nested": { "zero": "a\u{0}b" } }, "time": "2026-01-02T03:04:05.000000678+01:00",
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = record(&owner, &body).await.expect(201);
    let entry = made.json();
    let expected = json!({
        "id": entry["id"], "request_id": made.header("x-request-id"), "time": "2026-01-02T02:04:05Z", "ip": "127.0.0.1",
        "user_agent": "", "resource_type": "workspace", "resource_id": "6a0d8a2f-5d8a-4f6e-9a5e-0d8a2f5d8a4f",
        "resource_target": "shed", "resource_icon": "", "action": "start",
        "diff": { "ttl": became(1, json!([2, null])), "token": { "secret": true } }, "status_code": 303,
        "additional_fields": { "workspace_owner": "bea", "nested": { "zero": "a\u{FFFD}b" } },
        "description": "{user} was redirected attempting to start workspace {target}", "resource_link": "", "is_deleted": true,
        "organization_id": app.organization,
        "organization": { "id": app.organization, "name": "coder", "display_name": "Coder", "icon": "" },
        "user": entry["user"],
    });
    assert_eq!(entry, expected);
    assert_eq!(entry["user"]["username"], "owner");
    let again = found(&owner, "workspace action:start").await;
    assert_eq!(again, [entry]);
}

#[tokio::test]
async fn what_is_missing_or_unknown_is_told() {
    let (_app, owner, _) = served().await;
    let fields = |reply: &Reply| reply.validations().into_iter().map(|(field, _)| field).collect::<Vec<_>>();
    let nothing = record(&owner, &json!({})).await.expect(400);
    assert_eq!(fields(&nothing), ["action", "resource_id", "resource_type"]);
    let with = |key: &str, value: Value| {
        let mut body = started(None);
        body[key] = value;
        body
    };
    let unknown = record(&owner, &with("action", json!("unknown"))).await.expect(400);
    assert_eq!(fields(&unknown), ["action"]);
    for (key, value) in [
        ("action", json!("fly")),
        ("resource_type", json!("ship")),
        ("resource_id", json!("7")),
        ("time", json!("noon")),
        ("diff", json!({ "x": { "old": 1, "other": 2 } })),
        ("additional_fields", json!([])),
    ] {
        let refused = record(&owner, &with(key, value)).await.expect(400);
        assert_eq!(refused.message(), "Request body must be valid JSON.", "{key}");
    }
    for status in [99, 600, -1] {
        let refused = record(&owner, &with("status_code", json!(status))).await.expect(400);
        assert_eq!(fields(&refused), ["status_code"], "{status}");
    }
}

/// An auditor of the organization, and its admin.
async fn insiders(app: &TestApp, owner: &Actor) -> [Actor; 2] {
    let ann = app.user(owner, "ann", &[]).await;
    let adam = app.user(owner, "adam", &[]).await;
    app.set_member_roles(app.organization, ann.id, &["organization-auditor"]).await;
    app.set_member_roles(app.organization, adam.id, &["organization-admin"]).await;
    [ann, adam]
}

#[tokio::test]
async fn adding_needs_the_right_to_add_where_it_happened() {
    let (app, owner, bea) = served().await;
    let elsewhere = app.organization("elsewhere").await;
    let [ann, adam] = insiders(&app, &owner).await;
    let auditor = app.user(&owner, "ada", &["auditor"]).await;
    let (here, there, nowhere) = (started(Some(app.organization)), started(Some(elsewhere)), started(None));
    let table: [(&Client, &Value, u16); 9] = [
        (&bea, &here, 403),
        (&ann, &here, 403),
        (&auditor, &here, 403),
        (&adam, &here, 201),
        (&adam, &there, 403),
        (&adam, &nowhere, 403),
        (&owner, &here, 201),
        (&owner, &there, 201),
        (&owner, &nowhere, 201),
    ];
    for (client, body, status) in table {
        record(client, body).await.expect(status);
    }
    assert_eq!(found(&owner, "workspace").await.len(), 4, "what was refused is not written");
}

#[tokio::test]
async fn a_sample_entry_is_made_up() {
    let (app, owner, bea) = served().await;
    owner.post("/audit/testgenerate", json!({})).await.expect(204);
    let entry = newest(&app, &owner).await;
    assert_eq!((&entry["action"], &entry["resource_type"]), (&json!("write"), &json!("user")));
    assert_eq!((&entry["resource_target"], &entry["status_code"]), (&json!("owner"), &json!(200)));
    assert_eq!(entry["diff"], json!({ "foo": became("bar", "baz") }));
    assert_eq!((&entry["additional_fields"], &entry["user"]["username"]), (&json!({}), &json!("owner")));
    tick(&app);
    let body = json!({
        "action": "delete", "resource_type": "custom_role", "resource_id": bea.id, "time": "2030-01-02T03:04:05Z",
        "additional_fields": { "a": 1 }, "organization_id": app.organization, "build_reason": "boredom",
        "request_id": "7c6d5e0a-0000-4000-8000-000000000000",
    });
    owner.post("/audit/testgenerate", body).await.expect(204);
    let entry = newest(&app, &owner).await;
    assert_eq!((&entry["action"], &entry["resource_id"]), (&json!("delete"), &json!(bea.id)));
    assert_eq!(
        (&entry["time"], &entry["additional_fields"]),
        (&json!("2030-01-02T03:04:05Z"), &json!({ "a": 1 }))
    );
    assert_eq!(entry["organization_id"], json!(app.organization));
    assert_eq!(entry["request_id"], "7c6d5e0a-0000-4000-8000-000000000000");
}

#[tokio::test]
async fn a_sample_entry_needs_the_right_to_add() {
    let (app, owner, bea) = served().await;
    let auditor = app.user(&owner, "ada", &["auditor"]).await;
    let [ann, adam] = insiders(&app, &owner).await;
    for client in [&*bea, &*auditor, &*ann, &*adam] {
        let refused = client.post("/audit/testgenerate", json!({})).await.expect(403);
        assert_eq!(refused.message(), "Forbidden.");
    }
    bea.post_text("/audit/testgenerate", "{").await.expect(403);
    adam.post("/audit/testgenerate", json!({ "organization_id": app.organization })).await.expect(204);
    for body in
        [json!({ "action": "fly" }), json!({ "resource_type": "ship" }), json!({ "resource_id": "x" })]
    {
        owner.post("/audit/testgenerate", body).await.expect(400);
    }
    owner.post("/audit/testgenerate", json!({ "action": "unknown" })).await.expect(400);
}
