//! What directories do, in the audit log (logs.md A3).

use entity::audit_logs::Model;
use roster::domain::Feature;

use super::*;
use crate::support::without;

/// The one entry that a request left.
async fn entry_of(app: &TestApp, reply: &Reply) -> Model {
    let found = entries_of(app, reply).await;
    let [entry] = &found[..] else { panic!("not one entry: {found:#?}") };
    entry.clone()
}

/// Who did what to whom, and how that ended.
fn told(entry: &Model) -> (Uuid, &str, &str, Uuid, &str, i32) {
    let Model { user_id, action, resource_type, resource_id, resource_target, status_code, .. } = entry;
    (*user_id, action, resource_type, *resource_id, resource_target, *status_code)
}

#[track_caller]
fn assert_by_directory(entry: &Model) {
    assert_eq!(entry.additional_fields, json!({ "automatic_subsystem": "scim" }), "{entry:?}");
    assert_eq!((entry.ip.as_deref(), entry.organization_id), (Some("127.0.0.1"), Uuid::nil()), "{entry:?}");
}

#[tokio::test]
async fn somebody_new_is_its_own_actor() {
    let (app, owner, _, directory) = served().await;
    let made = post(&directory, somebody("carla", "carla@example.com", true)).await.expect(201);
    let id = uuid(&made.json()["id"]);
    let entry = entry_of(&app, &made).await;
    assert_eq!(told(&entry), (id, "create", "user", id, "carla", 201));
    assert_by_directory(&entry);
    let new = |value: Value| json!({ "new": value, "old": "", "secret": false });
    assert_eq!(entry.diff["username"], new(json!("carla")));
    assert_eq!(entry.diff["login_type"]["new"], "oidc");
    assert_eq!(entry.diff["status"]["new"], "dormant");
    assert!(!entry.diff.to_string().contains(SCIM_SECRET));
    let listed = owner.search("/audit", "action:create username:carla").await.expect(200).json();
    assert_eq!(listed["audit_logs"][0]["additional_fields"], json!({ "automatic_subsystem": "scim" }));
}

#[tokio::test]
async fn a_change_is_told_of_in_the_name_of_whom_it_is_about() {
    let (app, _, bea, directory) = served().await;
    let changed = |old: &str, new: &str| json!({ "status": { "old": old, "new": new, "secret": false } });
    let off = patch(&directory, bea.id, json!({ "active": false })).await.expect(200);
    let entry = entry_of(&app, &off).await;
    assert_eq!(told(&entry), (bea.id, "write", "user", bea.id, "bea", 200));
    assert_eq!(entry.diff, changed("active", "suspended"));
    assert_by_directory(&entry);
    let on = put(&directory, bea.id, somebody("bea", "", true)).await.expect(200);
    let entry = entry_of(&app, &on).await;
    assert_eq!(told(&entry), (bea.id, "write", "user", bea.id, "bea", 200));
    assert_eq!(entry.diff, changed("suspended", "dormant"));
    assert_by_directory(&entry);
}

#[tokio::test]
async fn a_refusal_about_somebody_is_told_of() {
    let (app, owner, bea, directory) = served().await;
    let path = format!("/Users/{}", bea.id);
    for reply in [
        patch(&directory, bea.id, json!({})).await,
        put(&directory, bea.id, somebody("other", "", true)).await,
        send(&directory, Method::PATCH, &path, None).await,
    ] {
        let entry = entry_of(&app, &reply).await;
        assert_eq!(told(&entry), (bea.id, "write", "user", bea.id, "bea", 400));
        assert_eq!(entry.diff, json!({}));
        assert_by_directory(&entry);
    }
    let reply = patch(&directory, owner.id, json!({ "active": false })).await;
    assert_eq!(told(&entry_of(&app, &reply).await), (owner.id, "write", "user", owner.id, "owner", 400));
}

#[tokio::test]
async fn what_is_about_nobody_leaves_no_entry() {
    let (app, _, bea, directory) = served().await;
    let nobody = app.client();
    for reply in [
        patch(&nobody, bea.id, json!({ "active": false })).await.expect(401),
        post(&nobody, somebody("carla", "carla@example.com", true)).await.expect(401),
        patch(&directory, Uuid::nil(), json!({ "active": false })).await.expect(404),
        post(&directory, json!({})).await.expect(400),
        get(&directory, "/Users").await.expect(200),
        get(&directory, &format!("/Users/{}", bea.id)).await.expect(404),
    ] {
        assert_eq!(entries_of(&app, &reply).await, [], "{reply:?}");
    }
}

#[tokio::test]
async fn nothing_is_written_where_there_is_no_audit_log() {
    let app = TestApp::with(without(Feature::AuditLog)).await;
    app.owner().await;
    let made = post(&directory(&app), somebody("carla", "carla@example.com", true)).await.expect(201).json();
    patch(&directory(&app), uuid(&made["id"]), json!({ "active": false })).await.expect(200);
    assert_eq!(entries(&app).await, []);
    assert_eq!(status(&app, uuid(&made["id"])).await, "suspended");
}
