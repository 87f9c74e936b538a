//! What becomes of users: other names, suspended, dormant, deleted.

mod deletion;
mod dormancy;
mod found;
mod profile;
mod races;
mod replicas;
mod standing;

use entity::{audit_logs, user_status_changes, users};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use crate::support::{Actor, Reply, TestApp};

/// The server's own user.
const PREBUILDS: &str = "c42fdf75-3097-471c-8c33-fb52454d81c0";

/// The people of the contract's cases: an owner, a user-admin, an auditor and two members.
struct Cast {
    app: TestApp,
    owner: Actor,
    user_admin: Actor,
    auditor: Actor,
    one: Actor,
    two: Actor,
}

impl Cast {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let owner = app.owner().await;
        let user_admin = app.user(&owner, "uma", &["user-admin"]).await;
        let auditor = app.user(&owner, "aud", &["auditor"]).await;
        let (one, two) = (app.user(&owner, "one", &[]).await, app.user(&owner, "two", &[]).await);
        Self { app, owner, user_admin, auditor, one, two }
    }
}

/// A refusal with this status and message, and nothing else.
#[track_caller]
fn refused(reply: Reply, status: u16, message: &str) {
    assert_eq!(reply.expect(status).json(), json!({ "message": message }));
}

/// The answer for what is not there and for what may not be seen.
#[track_caller]
fn hidden(reply: Reply) {
    refused(reply, 404, "Resource not found or you do not have access to this resource");
}

/// A refusal of a write on something that may be seen.
#[track_caller]
fn forbidden(reply: Reply) {
    assert_eq!(reply.expect(403).message(), "Forbidden.");
}

fn suspend(user: impl std::fmt::Display) -> String {
    format!("/users/{user}/status/suspend")
}

fn activate(user: impl std::fmt::Display) -> String {
    format!("/users/{user}/status/activate")
}

async fn stored(app: &TestApp, user: Uuid) -> users::Model {
    users::Entity::find_by_id(user).one(&app.db).await.unwrap().unwrap()
}

/// The states that a user was in, oldest first.
async fn states(app: &TestApp, user: Uuid) -> Vec<String> {
    let all = user_status_changes::Entity::find().filter(user_status_changes::Column::UserId.eq(user));
    let all = all.order_by_asc(user_status_changes::Column::Id).all(&app.db).await.unwrap();
    all.into_iter().map(|row| row.new_status).collect()
}

/// The audit entries about a user with this action.
async fn audited(app: &TestApp, user: Uuid, action: &str) -> Vec<audit_logs::Model> {
    let about = audit_logs::Entity::find().filter(audit_logs::Column::ResourceId.eq(user));
    let about = about.filter(audit_logs::Column::ResourceType.eq("user"));
    // What was refused has entries too, which tests/it/audit is about.
    let done = about.filter(audit_logs::Column::StatusCode.lt(400));
    done.filter(audit_logs::Column::Action.eq(action)).all(&app.db).await.unwrap()
}
