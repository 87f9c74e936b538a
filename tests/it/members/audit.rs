//! What the audit log keeps of members (members.md 6.2 and 6.3).

use entity::audit_logs::{Column, Entity, Model};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{member, outsider};
use crate::support::{Actor, Reply, TestApp};

/// All entries about memberships.
async fn entries(app: &TestApp) -> Vec<Model> {
    let about_members = Column::ResourceType.eq("organization_member");
    Entity::find().filter(about_members).all(&app.db).await.unwrap()
}

/// The one entry is about this user and this organization, and about the request that was answered so.
#[track_caller]
fn is_about(entries: &[Model], action: &str, by: &Actor, target: &Actor, organization: Uuid, answer: &Reply) {
    let [entry] = entries else { panic!("not one entry: {entries:?}") };
    assert_eq!(entry.action, action);
    assert_eq!((entry.user_id, entry.organization_id), (by.id, organization));
    assert_eq!((entry.resource_id, entry.resource_target.as_str()), (target.id, target.username.as_str()));
    assert_eq!(entry.status_code, i32::from(answer.status));
    assert_eq!(entry.request_id.to_string(), answer.header("x-request-id"));
    assert_eq!(entry.ip.as_deref(), Some("127.0.0.1"));
    assert_eq!(entry.time.to_rfc3339(), "2026-05-20T00:00:00+00:00");
}

#[tokio::test]
async fn adding_a_member_leaves_one_entry() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let bea = app.user(&owner, "Bea", &[]).await;
    assert!(entries(&app).await.is_empty());
    let answer = owner.post_empty(&member(acme, "bea")).await.expect(200);
    is_about(&entries(&app).await, "create", &owner, &bea, acme, &answer);
}

#[tokio::test]
async fn removing_a_member_leaves_one_entry() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "Bea", &[]).await;
    let answer = owner.delete(&member("default", "bea")).await.expect(204);
    is_about(&entries(&app).await, "delete", &owner, &bea, app.organization, &answer);
}

#[tokio::test]
async fn what_is_refused_on_nothing_leaves_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let (bea, joe) = (app.user(&owner, "bea", &[]).await, outsider(&app, &owner, acme, "joe").await);
    owner.post_empty(&member("default", "bea")).await.expect(400);
    owner.post_empty(&member("default", "nobody")).await.expect(404);
    bea.post_empty(&member("default", "me")).await.expect(404);
    joe.post_empty(&member("default", "me")).await.expect(404);
    owner.delete(&member("default", "joe")).await.expect(404);
    owner.delete(&member("default", "prebuilds")).await.expect(404);
    joe.delete(&member("default", "bea")).await.expect(404);
    assert_eq!(entries(&app).await, []);
}

#[tokio::test]
async fn reading_leaves_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let before = Entity::find().all(&app.db).await.unwrap().len();
    let paths = ["/organizations", "/organizations/default", "/organizations/default/members"];
    for path in paths
        .into_iter()
        .chain(["/organizations/default/paginated-members", "/organizations/default/members/me"])
    {
        owner.get(path).await.expect(200);
    }
    assert_eq!(Entity::find().all(&app.db).await.unwrap().len(), before);
}
