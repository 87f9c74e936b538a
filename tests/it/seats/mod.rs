//! Seats of AI features (ai-seats.md 1 to 3): who takes one, and how uses are noted.

mod commands;
mod field;
mod list;
mod storage;
mod tracker;
mod usage;

use entity::{ai_seat_state, audit_logs};
use reqwest::Method;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Client, Reply, TestApp};

const USAGE: &str = "/api/experimental/ai-seats/usage";
const SEATS: &str = "/api/experimental/ai-seats";

/// A server with an owner and two members.
async fn served() -> (TestApp, Actor, Actor, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (bea, cy) = (app.user(&owner, "bea", &[]).await, app.user(&owner, "cy", &[]).await);
    (app, owner, bea, cy)
}

/// Tells of a use.
async fn tell(client: &Client, body: Value) -> Reply {
    client.finish(client.request(Method::POST, USAGE).body(body.to_string())).await
}

/// Tells of a use by a task.
async fn use_ai(owner: &Actor, user: impl std::fmt::Display) {
    tell(owner, json!({ "user": user.to_string(), "event_type": "task" })).await.expect(204);
}

/// What is asked of seats with these parameters.
async fn seats(client: &Client, query: &str) -> Reply {
    client.finish(client.request(Method::GET, &format!("{SEATS}{query}"))).await
}

/// How many users take a seat.
async fn taken(owner: &Actor) -> Value {
    seats(owner, "").await.expect(200).json()["taken"].clone()
}

/// What is stored of a user's uses.
async fn stored(app: &TestApp, user: Uuid) -> Option<ai_seat_state::Model> {
    ai_seat_state::Entity::find_by_id(user).one(&app.db).await.unwrap()
}

/// The audit entries about a user's seat.
async fn audited(app: &TestApp, user: Uuid) -> Vec<audit_logs::Model> {
    let about = audit_logs::Entity::find()
        .filter(audit_logs::Column::ResourceType.eq("ai_seat"))
        .filter(audit_logs::Column::ResourceId.eq(user));
    about.all(&app.db).await.unwrap()
}

/// Puts in what is stored of a use, beside the server.
async fn put(app: &TestApp, user: Uuid) {
    let now = roster::model::clock::Clock::now(&app.clock);
    let row = ai_seat_state::Model {
        user_id: user,
        first_used_at: now,
        last_used_at: now,
        updated_at: now,
        last_event_type: "aibridge".to_owned(),
        last_event_description: String::new(),
    };
    let row: ai_seat_state::ActiveModel = row.into();
    ai_seat_state::Entity::insert(row.reset_all()).exec_without_returning(&app.db).await.unwrap();
}
