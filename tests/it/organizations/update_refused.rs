//! `PATCH /organizations/{organization}`: what is refused, in the order of the checks (members.md 8).

use super::*;

#[tokio::test]
async fn fields_follow_their_rules() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let before = row(&app, app.organization).await;
    let (name, display_name) = ("x".repeat(33), "x".repeat(65));
    for (field, rule, value) in [
        ("name", "organization_name", "a b"),
        ("name", "organization_name", "new"),
        ("name", "organization_name", " "),
        ("name", "organization_name", "a\0"),
        ("name", "organization_name", &name),
        ("display_name", "organization_display_name", " "),
        ("display_name", "organization_display_name", "a\nb"),
        ("display_name", "organization_display_name", "\0"),
        ("display_name", "organization_display_name", &display_name),
        ("description", "text", "a\0b"),
        ("icon", "text", "\0"),
    ] {
        let reply = patch(&owner, "default", json!({ "description": "other", field: value })).await;
        assert_breaks_rules(reply, &[(field, rule, value)]);
    }
    assert_eq!(row(&app, app.organization).await, before);
}

#[tokio::test]
async fn default_is_reserved() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    make(&owner, "acme").await;
    for organization in ["acme", "default"] {
        let reply = patch(&owner, organization, json!({ "name": "default" })).await.expect(400);
        assert_eq!(reply.json(), json!({ "message": "Organization name \"default\" is reserved." }));
    }
    patch(&owner, "acme", json!({ "name": "Default" })).await.expect(200);
}

#[tokio::test]
async fn a_name_in_use_is_a_conflict_in_any_case() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = make(&owner, "acme").await;
    let before = row(&app, acme).await;
    for name in ["coder", "CODER"] {
        let reply = patch(&owner, acme, json!({ "name": name, "description": "other" })).await.expect(409);
        let expected = json!({
            "message": format!("Organization already exists with the name \"{name}\"."),
            "validations": [{ "field": "name", "detail": "This value is already in use and should be unique." }],
        });
        assert_eq!(reply.json(), expected, "{name}");
    }
    assert_eq!(row(&app, acme).await, before);
}

/// For each check a request that fails it and all that come after it.
#[tokio::test]
async fn the_checks_come_in_their_order() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    make(&owner, "acme").await;
    assert_hidden(bea.send(Method::PATCH, &path("acme"), Some("{".to_owned())).await);
    let broken = bea.send(Method::PATCH, &path("default"), Some("{".to_owned())).await;
    assert_refused(broken, 400, "Request body must be valid JSON.");
    assert_refused(patch(&bea, "default", json!({ "name": "a b" })).await, 400, "Validation failed.");
    let reserved = patch(&bea, "default", json!({ "name": "default" })).await;
    assert_refused(reserved, 400, "Organization name \"default\" is reserved.");
    assert_hidden(patch(&bea, "default", json!({ "name": "acme" })).await);
    assert_refused(
        patch(&owner, "default", json!({ "name": "acme" })).await,
        409,
        "Organization already exists with the name \"acme\".",
    );
}

#[tokio::test]
async fn what_is_refused_leaves_an_entry_that_says_so_where_there_is_something_to_see() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    app.organization("acme").await;
    for change in [json!({ "name": "acme" }), json!({ "name": "default" }), json!({ "name": "-" })] {
        let reply = patch(&owner, "default", change).await;
        assert!([400, 409].contains(&reply.status), "{reply:?}");
    }
    patch(&bea, "default", json!({})).await.expect(404);
    patch(&owner, "nowhere", json!({})).await.expect(404);
    assert_eq!(refusals(&app).await, [400, 400, 404, 409]);
}
