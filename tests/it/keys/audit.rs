//! What the audit log keeps of keys (logs.md A3, A4, case 13): the owner's id, and the name of the token.

use entity::audit_logs::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::{ask, expire, id, served, token};
use crate::support::TestApp;

type Entry = (String, Uuid, Uuid, String, i32);

async fn entries(app: &TestApp) -> Vec<Entry> {
    let about = Entity::find().filter(Column::ResourceType.eq("api_key")).filter(Column::Action.ne("login"));
    let rows = about.order_by_asc(Column::Time).all(&app.db).await.unwrap();
    rows.into_iter().map(|e| (e.action, e.user_id, e.resource_id, e.resource_target, e.status_code)).collect()
}

#[tokio::test]
async fn keys_are_told_of_by_their_owner_and_name() {
    let (app, owner, bea) = served().await;
    let tick = || app.clock.advance(chrono::TimeDelta::seconds(1));
    let key = token(&owner, "bea", json!({ "token_name": "ci" })).await;
    tick();
    bea.post_empty("/users/me/keys").await.expect(201);
    tick();
    expire(&owner, "me", &key).await.expect(204);
    expire(&owner, "me", &key).await.expect(204);
    tick();
    bea.delete(&format!("/users/me/keys/{}", id(&key))).await.expect(204);
    let told =
        |action: &str, by: Uuid, name: &str, status| (action.to_owned(), by, bea.id, name.to_owned(), status);
    let expected = [
        told("create", owner.id, "ci", 201),
        told("create", bea.id, "", 201),
        told("write", owner.id, "ci", 204),
        told("delete", bea.id, "ci", 204),
    ];
    assert_eq!(entries(&app).await, expected);
}

#[tokio::test]
async fn what_is_refused_leaves_no_entry() {
    let (app, owner, bea) = served().await;
    let key = token(&owner, "me", json!({ "token_name": "t" })).await;
    let before = entries(&app).await;
    ask(&owner, "me", json!({ "token_name": "t" })).await.expect(409);
    ask(&bea, "me", json!({ "scopes": ["nope"] })).await.expect(400);
    expire(&bea, "me", &key).await.expect(404);
    bea.delete(&format!("/users/me/keys/{}", id(&key))).await.expect(404);
    assert_eq!(entries(&app).await, before);
}
