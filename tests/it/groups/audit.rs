//! What the audit log keeps of groups (logs.md A3 to A5).

use chrono::TimeDelta;

use super::*;

/// Who did what to which group, and how it was answered.
fn summary(entry: &audit_logs::Model) -> (Uuid, &str, Uuid, &str, i32) {
    let (action, target) = (entry.action.as_str(), entry.resource_target.as_str());
    (entry.user_id, action, entry.resource_id, target, entry.status_code)
}

fn sorted(ids: &[Uuid]) -> Vec<Uuid> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn each_change_leaves_one_entry() {
    let (app, owner, bea) = served().await;
    let later = || app.clock.advance(TimeDelta::seconds(1));
    let made = owner.post(HERE, json!({ "name": "gardeners" })).await.expect(201);
    let group = uuid(&made.json()["id"]);
    later();
    put_in(&owner, group, &[&bea]).await;
    later();
    patch(&owner, group, json!({ "name": "diggers" })).await.expect(200);
    later();
    owner.delete(&path(group)).await.expect(200);
    let entries = audited(&app).await;
    assert_eq!(
        entries.iter().map(summary).collect::<Vec<_>>(),
        [
            (owner.id, "create", group, "gardeners", 201),
            (owner.id, "write", group, "gardeners", 200),
            (owner.id, "write", group, "diggers", 200),
            (owner.id, "delete", group, "diggers", 200),
        ]
    );
    assert!(entries.iter().all(|entry| entry.organization_id == app.organization), "{entries:?}");
    assert_eq!(entries[0].request_id.to_string(), made.header("x-request-id"));
}

#[tokio::test]
async fn entries_say_what_became_different() {
    let (app, owner, bea) = served().await;
    let later = || app.clock.advance(TimeDelta::seconds(1));
    let carl = app.user(&owner, "carl", &[]).await;
    let asked = json!({ "name": "gardeners", "display_name": "Gardeners", "quota_allowance": 3 });
    let group = uuid(&owner.post(HERE, asked).await.expect(201).json()["id"]);
    later();
    put_in(&owner, group, &[&bea, &owner]).await;
    later();
    let change = json!({ "add_users": [carl.id, owner.id], "remove_users": [bea.id], "quota_allowance": 4 });
    patch(&owner, group, change).await.expect(200);
    later();
    owner.delete(&path(group)).await.expect(200);
    let diffs: Vec<Value> = audited(&app).await.into_iter().map(|entry| entry.diff).collect();
    let changed = |old: Value, new: Value| json!({ "old": old, "new": new, "secret": false });
    let created = json!({
        "id": changed(json!(""), json!(group)), "name": changed(json!(""), json!("gardeners")),
        "display_name": changed(json!(""), json!("Gardeners")), "quota_allowance": changed(json!(0), json!(3)),
        "members": { "new": [], "secret": false },
    });
    assert_eq!(diffs[0], created);
    let both = sorted(&[bea.id, owner.id]);
    assert_eq!(diffs[1], json!({ "members": changed(json!([]), json!(both)) }));
    // Of those whom the change is about: who was in the group before, and who is now.
    let after = sorted(&[carl.id, owner.id]);
    let third = json!({ "members": changed(json!(both), json!(after)), "quota_allowance": changed(json!(3), json!(4)) });
    assert_eq!(diffs[2], third);
    assert_eq!(diffs[3]["members"], json!({ "old": after, "secret": false }));
    assert_eq!(diffs[3]["name"], changed(json!("gardeners"), json!("")));
}

#[tokio::test]
async fn what_is_refused_leaves_an_entry_that_says_so_where_there_is_something_to_see() {
    let (app, owner, bea) = served().await;
    let acme = app.organization("acme").await;
    let joe = user_of(&app, &owner, acme, "joe").await;
    let group = make(&owner, "gardeners").await;
    make(&owner, "taken").await;
    app.clock.advance(TimeDelta::seconds(1));
    // Nothing to tell of: nothing was loaded that may be seen.
    owner.post(HERE, json!({ "name": "taken" })).await.expect(409);
    bea.post(HERE, json!({ "name": "x" })).await.expect(403);
    joe.delete(&path(group)).await.expect(404);
    patch(&joe, group, json!({})).await.expect(404);
    assert_eq!(audited(&app).await.len(), 2);
    patch(&owner, group, json!({ "name": "a b" })).await.expect(400);
    patch(&owner, group, json!({ "name": "taken" })).await.expect(409);
    patch(&bea, group, json!({ "name": "x" })).await.expect(403);
    bea.delete(&path(group)).await.expect(403);
    owner.delete(&path(app.organization)).await.expect(400);
    let entries = audited(&app).await;
    let mut refused: Vec<_> = entries.iter().filter(|entry| entry.status_code >= 400).map(summary).collect();
    refused.sort_by_key(|entry| (entry.4, entry.1.to_owned()));
    assert_eq!(
        refused,
        [
            (owner.id, "delete", app.organization, "Everyone", 400),
            (owner.id, "write", group, "gardeners", 400),
            (bea.id, "delete", group, "gardeners", 403),
            (bea.id, "write", group, "gardeners", 403),
            (owner.id, "write", group, "gardeners", 409),
        ]
    );
    assert!(entries.iter().filter(|entry| entry.status_code >= 400).all(|entry| entry.diff == json!({})));
}

/// Groups that come and go with others are told of by those.
#[tokio::test]
async fn what_comes_and_goes_by_itself_leaves_none() {
    let (app, owner, _) = served().await;
    let made = owner.post("/organizations", json!({ "name": "acme" })).await.expect(201);
    owner.delete(&format!("/organizations/{}", uuid(&made.json()["id"]))).await.expect(200);
    assert_eq!(audited(&app).await, []);
    let group = make(&owner, "gardeners").await;
    let bob = app.user(&owner, "bob", &[]).await;
    put_in(&owner, group, &[&bob]).await;
    owner.delete("/users/bob").await.expect(200);
    assert_eq!(audited(&app).await.len(), 2);
}
