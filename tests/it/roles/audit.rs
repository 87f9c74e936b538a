//! What the audit log keeps of roles (logs.md A3 and A4).

use entity::audit_logs::{Column, Entity, Model};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{assign, assign_site, define, of_member, of_user, request, role, roles};
use crate::support::{Actor, Reply, TestApp};

/// All entries about things of a type and this action.
async fn entries(app: &TestApp, resource_type: &str, action: &str) -> Vec<Model> {
    let about = Entity::find().filter(Column::ResourceType.eq(resource_type));
    about.filter(Column::Action.eq(action)).all(&app.db).await.unwrap()
}

/// The one entry is about this thing, and about the request that was answered so.
#[track_caller]
fn is_about(entries: &[Model], by: &Actor, target: (Uuid, &str), organization: Uuid, answer: &Reply) {
    let [entry] = entries else { panic!("not one entry: {entries:?}") };
    assert_eq!((entry.user_id, entry.organization_id), (by.id, organization));
    assert_eq!((entry.resource_id, entry.resource_target.as_str()), target);
    assert_eq!(entry.status_code, i32::from(answer.status));
    assert_eq!(entry.request_id.to_string(), answer.header("x-request-id"));
    assert_eq!(entry.ip.as_deref(), Some("127.0.0.1"));
}

#[tokio::test]
async fn defining_roles_leaves_one_entry_each() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let made = owner.post(&roles("default"), request("Gardener", &[])).await.expect(200);
    let row = entity::custom_roles::Entity::find().one(&app.db).await.unwrap().unwrap();
    let target = (row.id, "gardener");
    is_about(&entries(&app, "custom_role", "create").await, &owner, target, app.organization, &made);
    let changed = owner.put(&roles("default"), request("gardener", &[])).await.expect(200);
    is_about(&entries(&app, "custom_role", "write").await, &owner, target, app.organization, &changed);
    let deleted = owner.delete(&role("default", "gardener")).await.expect(200);
    is_about(&entries(&app, "custom_role", "delete").await, &owner, target, app.organization, &deleted);
}

#[tokio::test]
async fn setting_roles_leaves_one_entry_about_the_user() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "Bea", &[]).await;
    let set = assign(&owner, "bea", &["organization-auditor"]).await.expect(200);
    let found = entries(&app, "organization_member", "write").await;
    is_about(&found, &owner, (bea.id, "Bea"), app.organization, &set);
    let set = assign_site(&owner, "bea", &["auditor"]).await.expect(200);
    is_about(&entries(&app, "user", "write").await, &owner, (bea.id, "Bea"), Uuid::nil(), &set);
    // Also when nothing is another than before.
    assign(&owner, "bea", &["organization-auditor"]).await.expect(200);
    assert_eq!(entries(&app, "organization_member", "write").await.len(), 2);
}

#[tokio::test]
async fn what_is_refused_leaves_no_entry_of_a_change() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let plain = app.user(&owner, "plain", &[]).await;
    define(&owner, "gardener", &[]).await;
    let changes = || Entity::find().filter(Column::StatusCode.lt(400)).all(&app.db);
    let before = changes().await.unwrap().len();
    owner.post(&roles("default"), request("gardener", &[])).await.expect(400);
    owner.post(&roles("default"), request("one", &[("user_secret", "read")])).await.expect(400);
    plain.post(&roles("default"), request("two", &[])).await.expect(404);
    owner.put(&roles("default"), request("three", &[])).await.expect(404);
    plain.delete(&role("default", "gardener")).await.expect(403);
    owner.delete(&role("default", "owner")).await.expect(400);
    assign(&owner, "plain", &["nope"]).await.expect(400);
    assign(&plain, "owner", &[]).await.expect(403);
    owner.put(&of_member("default", "me"), serde_json::json!({})).await.expect(400);
    assign_site(&owner, "plain", &["nope"]).await.expect(400);
    owner.put(&of_user("me"), serde_json::json!({})).await.expect(400);
    assert_eq!(changes().await.unwrap().len(), before);
}
