//! What the audit log keeps of skills (skills.md 5).

use chrono::TimeDelta;

use super::*;

/// Who did what to which skill, and how it was answered.
fn summary(entry: &audit_logs::Model) -> (Uuid, &str, Uuid, &str, i32) {
    let (action, target) = (entry.action.as_str(), entry.resource_target.as_str());
    (entry.user_id, action, entry.resource_id, target, entry.status_code)
}

#[tokio::test]
async fn each_change_leaves_one_entry() {
    let (app, owner, bea) = served().await;
    let made = post(&bea, "me", &named("prune")).await.expect(201);
    let id: Uuid = made.json()["id"].as_str().unwrap().parse().unwrap();
    app.clock.advance(TimeDelta::seconds(1));
    patch(&bea, "me", "prune", &with_lines("name: prune")).await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    // A text that is there already is a change, too.
    patch(&bea, "me", "prune", &with_lines("name: prune")).await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    delete(&owner, "bea", "prune").await.expect(204);
    let entries = audited(&app).await;
    assert_eq!(
        entries.iter().map(summary).collect::<Vec<_>>(),
        [
            (bea.id, "create", id, "prune", 201),
            (bea.id, "write", id, "prune", 200),
            (bea.id, "write", id, "prune", 200),
            (owner.id, "delete", id, "prune", 204),
        ]
    );
    assert!(entries.iter().all(|entry| entry.organization_id.is_nil()), "{entries:?}");
    assert_eq!(entries[0].request_id.to_string(), made.header("x-request-id"));
}

#[tokio::test]
async fn what_changes_nothing_leaves_none() {
    let (app, owner, bea) = served().await;
    post(&bea, "me", &named("prune")).await.expect(201);
    let admin = app.user(&owner, "admin", &["user-admin"]).await;
    list(&bea, "me").await.expect(200);
    get(&owner, "bea", "prune").await.expect(200);
    post(&bea, "me", "").await.expect(400);
    post(&bea, "me", &named("prune")).await.expect(409);
    patch(&bea, "me", "prune", "").await.expect(400);
    patch(&bea, "me", "prune", &named("rake")).await.expect(400);
    patch(&bea, "me", "rake", &named("rake")).await.expect(404);
    delete(&bea, "me", "rake").await.expect(404);
    post(&admin, "bea", &named("rake")).await.expect(403);
    patch(&admin, "bea", "prune", &named("prune")).await.expect(403);
    delete(&admin, "bea", "prune").await.expect(404);
    assert_eq!(audited(&app).await.len(), 1);
}

#[tokio::test]
async fn skills_that_go_with_their_user_leave_none() {
    let (app, owner, bea) = served().await;
    post(&bea, "me", &named("prune")).await.expect(201);
    owner.delete("/users/bea").await.expect(200);
    assert_eq!(count(&app, bea.id).await, 0);
    assert_eq!(audited(&app).await.len(), 1);
}
