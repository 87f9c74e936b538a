//! What `q` asks of the audit log (logs.md A6; case 8).

use sea_orm::Set;
use serde_json::{Value, json};

use super::{found, put, served, tick};
use crate::support::{Client, TestApp};

/// The targets of what is found, each once, in order.
async fn targets(client: &Client, q: &str) -> Vec<String> {
    let entries = found(client, q).await;
    let mut names: Vec<String> =
        entries.iter().map(|entry| entry["resource_target"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names.dedup();
    names
}

#[tokio::test]
async fn each_term_finds_what_it_is_about() {
    let (app, owner, bea) = served().await;
    let acme = app.organization("Acme").await;
    owner.post_empty("/organizations/acme/members/bea").await.expect(200);
    bea.put("/users/me/profile", json!({ "username": "bea", "name": "Bea" })).await.expect(200);
    put(&app, 1, |row| row.resource_target = Set("Two Words".to_owned())).await;
    put(&app, 1, |row| row.resource_target_lower = Set("two words".to_owned())).await;
    let owner_id = format!("resource_id:{}", owner.id);
    let (by_name, by_id) = ("organization:ACME".to_owned(), format!("organization:{acme}"));
    let table: [(&str, &[&str]); 15] = [
        ("user action:create", &["bea", "owner"]),
        ("resource_type:user action:create", &["bea", "owner"]),
        ("action:login", &[""]),
        ("resource_type:organization_member", &["bea"]),
        ("resource_target:BEA action:create user", &["bea"]),
        ("resource_target:\"two words\"", &["Somebody"]),
        ("username:bea", &["bea"]),
        ("username:Me action:create", &["bea", "owner"]),
        ("email:BEA@example.com", &["bea"]),
        ("username:nobody", &[]),
        ("username:bea email:owner@example.com", &[]),
        (&owner_id, &["", "owner"]),
        (&by_name, &["bea"]),
        (&by_id, &["bea"]),
        ("organization:coder", &[]),
    ];
    for (q, expected) in table {
        assert_eq!(targets(&owner, q).await, expected, "{q}");
    }
    assert_eq!(targets(&bea_as_auditor(&app, &owner).await, "username:me").await, Vec::<String>::new());
    assert_eq!(found(&owner, "build_reason:autostart").await, Vec::<Value>::new());
    let elsewhere = "organization:6a0d8a2f-5d8a-4f6e-9a5e-0d8a2f5d8a4f";
    assert_eq!(found(&owner, elsewhere).await, Vec::<Value>::new(), "an unknown id is no error");
}

async fn bea_as_auditor(app: &TestApp, owner: &Client) -> Client {
    let body = json!({
        "email": "ada@example.com", "username": "ada", "login_type": "none", "user_status": "active",
        "organization_ids": [app.organization], "roles": ["auditor"],
    });
    let made = owner.post("/users", body).await.expect(201).json();
    let key = app.mint(crate::support::uuid(&made["id"]), Default::default()).await;
    app.client().with_token(&key)
}

#[tokio::test]
async fn one_request_and_one_day_can_be_asked_for() {
    let (app, owner, _) = served().await;
    let reply = owner.put_empty("/users/bea/status/suspend").await.expect(200);
    let request = format!("request_id:{}", reply.header("x-request-id"));
    assert_eq!(found(&owner, &request).await.len(), 1);
    app.clock.advance(chrono::TimeDelta::days(3));
    let owner = app.client().with_token(&app.mint(owner.id, Default::default()).await);
    tick(&app);
    put(&app, 3, |row| row.action = Set("stop".to_owned())).await;
    put(&app, 1, |row| {
        row.action = Set("stop".to_owned());
        row.time = Set("2026-05-23T23:59:59.5Z".parse().unwrap());
    })
    .await;
    let table = [
        ("date_from:2026-05-23 date_to:2026-05-23 action:stop", 4),
        ("date_from:2026-05-23 action:stop", 4),
        ("date_from:2026-05-24 action:stop", 0),
        ("date_to:2026-05-22 action:stop", 0),
        ("date_from:2026-05-20 date_to:2026-05-20 action:write user", 1),
    ];
    for (q, count) in table {
        assert_eq!(found(&owner, q).await.len(), count, "{q}");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let (_app, owner, _) = served().await;
    let table = [
        ("invalid", "resource_type"),
        ("user api_key", "resource_type"),
        ("resource_type:invalid", "resource_type"),
        ("action:invalid", "action"),
        ("foo:bar", "foo"),
        ("a:b:c", "q"),
        (":x", "q"),
        ("x:", "q"),
        ("resource_id:7", "resource_id"),
        ("date_from:yesterday", "date_from"),
        ("organization:nowhere", "organization"),
    ];
    for (q, field) in table {
        let refused = owner.search("/audit", q).await.expect(400);
        assert_eq!(refused.message(), "Invalid audit search query.", "{q}");
        let fields: Vec<String> = refused.validations().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, [field], "{q}");
    }
    let refused = owner.search("/audit", "foo:bar").await;
    assert_eq!(refused.validations()[0].1, "\"foo\" is not a valid query param");
    let refused = owner.search("/audit", "organization:nowhere").await;
    let why = "organization \"nowhere\" either does not exist, or you are unauthorized to view it";
    assert!(refused.validations()[0].1.ends_with(why), "{refused:?}");
}
