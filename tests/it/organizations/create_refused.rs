//! `POST /organizations`: what is refused, in the order of the checks (members.md 8).

use super::*;

#[tokio::test]
async fn names_follow_the_rule() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let before = rows_of_creation(&app).await;
    let long = "x".repeat(33);
    for name in ["-a", "a-", "a--b", "a_b", "a.b", "a b", " a", "ä", "new", "create", "a\0", "a/b", &long] {
        let reply = owner.post(ALL, json!({ "name": name })).await;
        assert_breaks_rules(reply, &[("name", "organization_name", name)]);
    }
    for body in [json!({}), json!({ "name": "" }), json!({ "name": null }), json!(null)] {
        assert_breaks_rules(owner.post(ALL, body).await, &[("name", "required", "")]);
    }
    assert_eq!(rows_of_creation(&app).await, before);
    make(&owner, &"x".repeat(32)).await;
}

#[tokio::test]
async fn display_names_follow_the_rule() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (long, wide) = ("x".repeat(65), "ä".repeat(33));
    let bad = [" a", "a ", "\ta", "a\u{3000}", " ", "a\nb", "a\r\nb", "a\0b", &long, &wide];
    for display_name in bad {
        let reply = owner.post(ALL, json!({ "name": "acme", "display_name": display_name })).await;
        assert_breaks_rules(reply, &[("display_name", "organization_display_name", display_name)]);
    }
    let (long, wide) = ("x".repeat(64), "ä".repeat(32));
    for (number, display_name) in ["a  b", "a\tb", "<b>", "\u{202e}😀", &long, &wide].into_iter().enumerate()
    {
        let body = json!({ "name": format!("org{number}"), "display_name": display_name });
        assert_eq!(owner.post(ALL, body).await.expect(201).json()["display_name"], display_name);
    }
}

#[tokio::test]
async fn all_bad_fields_are_told_at_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = json!({ "name": "a b", "display_name": " ", "description": "\0", "icon": "a\0" });
    let broken = [
        ("name", "organization_name", "a b"),
        ("display_name", "organization_display_name", " "),
        ("description", "text", "\0"),
        ("icon", "text", "a\0"),
    ];
    assert_breaks_rules(owner.post(ALL, body).await, &broken);
}

#[tokio::test]
async fn a_body_of_something_else_is_refused() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for body in ["", "{", "[]", "3", r#"{"name":3}"#, r#"{"name":"a","icon":{}}"#] {
        assert_refused(owner.post_text(ALL, body).await, 400, "Request body must be valid JSON.");
    }
}

#[tokio::test]
async fn default_is_reserved() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let expected = json!({ "message": "Organization name \"default\" is reserved." });
    for body in [json!({ "name": "default" }), json!({ "name": "default", "display_name": "Mine" })] {
        assert_eq!(owner.post(ALL, body).await.expect(400).json(), expected);
    }
}

#[tokio::test]
async fn a_name_in_use_is_a_conflict_in_any_case() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    make(&owner, "Acme").await;
    let before = rows_of_creation(&app).await;
    let expected = json!({ "message": "Organization already exists with that name." });
    for name in ["Acme", "acme", "ACME", "coder", "Coder"] {
        assert_eq!(owner.post(ALL, json!({ "name": name })).await.expect(409).json(), expected, "{name}");
    }
    assert_eq!(rows_of_creation(&app).await, before);
}

#[tokio::test]
async fn only_owners_make_organizations() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let mut callers = vec![];
    for role in ["user-admin", "template-admin", "auditor"] {
        callers.push(app.user(&owner, role, &[role]).await);
    }
    for role in ["organization-admin", "organization-user-admin"] {
        let caller = app.user(&owner, &format!("the-{role}"), &[]).await;
        app.set_member_roles(app.organization, caller.id, &[role]).await;
        callers.push(caller);
    }
    callers.push(app.user(&owner, "plain", &[]).await);
    let before = rows_of_creation(&app).await;
    for caller in &callers {
        assert_forbidden(caller.post(ALL, json!({ "name": "acme" })).await);
    }
    assert_eq!(rows_of_creation(&app).await, before);
    let second = app.user(&owner, "second", &["owner"]).await;
    make(&second, "acme").await;
}

/// For each check a request that fails it and all that come after it.
#[tokio::test]
async fn the_checks_come_in_their_order() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    assert_refused(bea.post_text(ALL, "{").await, 400, "Request body must be valid JSON.");
    assert_refused(bea.post(ALL, json!({ "name": "a b" })).await, 400, "Validation failed.");
    let reserved = bea.post(ALL, json!({ "name": "default", "display_name": " " })).await;
    assert_refused(reserved, 400, "Validation failed.");
    let reserved = bea.post(ALL, json!({ "name": "default" })).await;
    assert_refused(reserved, 400, "Organization name \"default\" is reserved.");
    let taken = bea.post(ALL, json!({ "name": "CODER" })).await;
    assert_refused(taken, 409, "Organization already exists with that name.");
    assert_forbidden(bea.post(ALL, json!({ "name": "acme" })).await);
}

/// Who may not make organizations does not learn from trying which names there are.
#[tokio::test]
async fn a_hidden_name_is_refused_like_a_free_one() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    make(&owner, "hidden").await;
    let taken = bea.post(ALL, json!({ "name": "Hidden" })).await;
    let free = bea.post(ALL, json!({ "name": "Hitten" })).await;
    assert_eq!(seen(&taken), seen(&free));
    assert_forbidden(taken);
}
