//! The audit log (logs.md A and C): what leaves an entry, what it says, who reads it, and how long it stays.

mod commands;
mod diffs;
mod feed;
mod list;
mod refusals;
mod retention;
mod rights;
mod search;
mod switch;
mod writes;

use chrono::{DateTime, TimeDelta, Utc};
use entity::audit_logs::{ActiveModel, Entity};
use roster::model::clock::Clock;
use roster::model::ids::Ids;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Client, TestApp};

/// A server with an owner, and with a member of the default organization.
async fn served() -> (TestApp, Actor, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    tick(&app);
    (app, owner, bea)
}

/// Time goes on: what comes next is newer than what was.
fn tick(app: &TestApp) {
    app.clock.advance(TimeDelta::seconds(1));
}

/// What requests left to be done later is done when this returns.
async fn settled(app: &TestApp) {
    let background = &app.backend.background;
    background.close();
    background.wait().await;
    background.reopen();
}

/// What a search finds.
async fn found(client: &Client, q: &str) -> Vec<Value> {
    let answer = client.search("/audit", q).await.expect(200).json();
    answer["audit_logs"].as_array().unwrap().clone()
}

/// The newest entry.
async fn newest(app: &TestApp, client: &Client) -> Value {
    settled(app).await;
    let answer = client.get("/audit?limit=1").await.expect(200).json();
    answer["audit_logs"][0].clone()
}

/// What changed, by the newest entry.
async fn newest_diff(app: &TestApp, client: &Client) -> Value {
    newest(app, client).await["diff"].clone()
}

/// A field that became another.
fn became(old: impl Into<Value>, new: impl Into<Value>) -> Value {
    json!({ "old": old.into(), "new": new.into(), "secret": false })
}

/// Puts entries into the database: `count` of them, a second apart, the newest now, `with` what is special of them.
async fn put(app: &TestApp, count: usize, with: impl Fn(&mut ActiveModel)) {
    let (now, ids) = (app.clock.now(), Ids::random());
    let rows: Vec<ActiveModel> = (0..count)
        .map(|number| {
            let mut row = row(ids.uuid(), now - TimeDelta::seconds(i64::try_from(number).unwrap()));
            with(&mut row);
            row
        })
        .collect();
    for some in rows.chunks(500) {
        Entity::insert_many(some.to_vec()).exec_without_returning(&app.db).await.unwrap();
    }
}

fn row(id: Uuid, time: DateTime<Utc>) -> ActiveModel {
    ActiveModel {
        id: Set(id),
        time: Set(time),
        user_id: Set(Uuid::nil()),
        organization_id: Set(Uuid::nil()),
        ip: Set(None),
        user_agent: Set(None),
        resource_type: Set("user".to_owned()),
        action: Set("write".to_owned()),
        resource_id: Set(Uuid::nil()),
        resource_target: Set("Somebody".to_owned()),
        resource_target_lower: Set("somebody".to_owned()),
        diff: Set(json!({})),
        status_code: Set(200),
        additional_fields: Set(json!({})),
        request_id: Set(Uuid::nil()),
        resource_icon: Set(String::new()),
    }
}
