//! What narrow keys may do to organizations (rbac.md 3.5, 3.6 and 10).

use super::*;

/// What the owner can do with a key of these scopes: make, change and delete an organization.
async fn assert_done(app: &TestApp, owner: &Actor, scopes: &[&'static str], expected: [u16; 3]) {
    let target = app.organization("target").await;
    let key = narrowed(app, owner, scopes, &everything()).await;
    let made = key.post(ALL, json!({ "name": "made" })).await.status;
    let changed = patch(&key, target, json!({})).await.status;
    let deleted = key.delete(&path(target)).await.status;
    assert_eq!([made, changed, deleted], expected, "{scopes:?}");
    for name in ["made", "target"] {
        let status = owner.delete(&path(name)).await.status;
        assert!([200, 404].contains(&status), "{name}: {status}");
    }
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (scopes, expected) in [
        (&["coder:all"][..], [201, 200, 200]),
        (&["organization:*"], [201, 200, 200]),
        (&["organization:create"], [201, 404, 404]),
        (&["organization:read"], [403, 404, 404]),
        (&["organization:update", "organization:delete"], [403, 404, 404]),
        (&["organization:read", "organization:update"], [403, 200, 404]),
        (&["organization:read", "organization:delete"], [403, 404, 200]),
        (&["organization_member:*", "user:read"], [403, 404, 404]),
        (&["coder:application_connect"], [403, 404, 404]),
    ] {
        assert_done(&app, &owner, scopes, expected).await;
    }
}

#[tokio::test]
async fn a_scope_gives_nothing_that_its_owner_has_not() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let key = narrowed(&app, &bea, &["organization:*"], &everything()).await;
    assert_forbidden(key.post(ALL, json!({ "name": "acme" })).await);
    assert_hidden(patch(&key, "default", json!({})).await);
}

/// A key that cannot read organizations may make them: what it is answered is what it made, and a name in use is told.
#[tokio::test]
async fn a_key_that_only_makes_is_told_what_it_made() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let key = narrowed(&app, &owner, &["organization:create"], &everything()).await;
    assert_eq!(key.post(ALL, json!({ "name": "acme" })).await.expect(201).json()["name"], "acme");
    assert_hidden(key.get(&path("acme")).await);
    let taken = key.post(ALL, json!({ "name": "ACME" })).await;
    assert_refused(taken, 409, "Organization already exists with that name.");
}

#[tokio::test]
async fn an_allow_list_of_one_organization_is_for_that_one() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (mine, other) = (make(&owner, "mine").await, make(&owner, "other").await);
    let key = narrowed(&app, &owner, &["coder:all"], &[("organization", mine.to_string())]).await;
    assert_forbidden(key.post(ALL, json!({ "name": "third" })).await);
    assert_eq!(patch(&key, mine, json!({ "name": "ours" })).await.expect(200).json()["name"], "ours");
    assert_hidden(patch(&key, other, json!({ "name": "ours" })).await);
    assert_hidden(key.delete(&path(other)).await);
    key.delete(&path(mine)).await.expect(200);
}

#[tokio::test]
async fn an_allow_list_of_a_type_is_for_all_of_it() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let key = narrowed(&app, &owner, &["coder:all"], &[("organization", "*".to_owned())]).await;
    let acme = make(&key, "acme").await;
    key.delete(&path(acme)).await.expect(200);
    let key = narrowed(&app, &owner, &["coder:all"], &[("user", "*".to_owned())]).await;
    assert_forbidden(key.post(ALL, json!({ "name": "acme" })).await);
}
