//! PUT /users/{user}/profile and GET /users/{user}/login-type (users.md 3.16 and 3.10, cases 26 and 35).

use chrono::TimeDelta;
use serde_json::Value;

use super::*;

fn profile(user: impl std::fmt::Display) -> String {
    format!("/users/{user}/profile")
}

fn named(username: &str, name: &str) -> Value {
    json!({ "username": username, "name": name })
}

#[track_caller]
fn in_use(reply: Reply) {
    let taken = json!([{ "field": "username", "detail": "This username is already in use." }]);
    let body = json!({ "message": "A user with this username already exists.", "validations": taken });
    assert_eq!(reply.expect(409).json(), body);
}

#[tokio::test]
async fn members_change_their_display_name_only() {
    let Cast { app, owner, one, .. } = Cast::new().await;
    let before = one.get("/users/me").await.expect(200).json();
    app.clock.advance(TimeDelta::minutes(5));
    hidden(one.put(&profile("me"), named("other", "Uno")).await);
    hidden(one.put(&profile("me"), named("One", "Uno")).await);
    let changed = one.put(&profile("me"), named("one", "Uno")).await.expect(200).json();
    let mut expected = before;
    expected["name"] = "Uno".into();
    expected["updated_at"] = "2026-05-20T00:05:00Z".into();
    expected["last_seen_at"] = changed["last_seen_at"].clone();
    assert_eq!(changed, expected);
    assert_eq!(owner.search("/users", "name:uno").await.expect(200).json()["count"], 1);
    let entries = audited(&app, one.id, "write").await;
    assert_eq!((entries.len(), entries[0].user_id, entries[0].status_code), (1, one.id, 200));
    // Both are written: a name that is not there is taken away.
    let changed = one.put(&profile("me"), json!({ "username": "one" })).await.expect(200).json();
    assert_eq!(changed["name"], Value::Null);
    assert_eq!(stored(&app, one.id).await.name_lower, "");
}

#[tokio::test]
async fn a_rename_counts_everywhere_at_once() {
    let Cast { app, owner, user_admin, one, two, .. } = Cast::new().await;
    owner.get("/organizations/default/paginated-members?limit=1").await.expect(200);
    one.get("/users/one").await.expect(200);
    user_admin.put(&profile("one"), named("Zed", "")).await.expect(200);
    hidden(owner.get("/users/one").await);
    assert_eq!(owner.get("/users/zED").await.expect(200).json()["id"], one.id.to_string());
    assert_eq!(one.get("/users/me").await.expect(200).json()["username"], "Zed");
    let after = format!("/organizations/default/paginated-members?limit=2&after_id={}", two.id);
    let page = owner.get(&after).await.expect(200).json();
    let text = page.to_string();
    assert!(text.contains("\"Zed\"") && !text.contains("\"one\""), "{text}");
    assert_eq!(owner.search("/users", "username:zed").await.expect(200).json()["count"], 1);
    // The old name is free.
    app.user_from(&owner, json!({ "username": "one", "email": "one-again@example.com" })).await;
    // A change of case is one, too, for those who may change users, and for owners on themselves.
    user_admin.put(&profile("zed"), named("zed", "")).await.expect(200);
    owner.put(&profile("me"), named("Boss", "The Boss")).await.expect(200);
    assert_eq!(owner.get("/users/boss").await.expect(200).json()["name"], "The Boss");
}

#[tokio::test]
async fn a_username_in_use_is_a_conflict() {
    let Cast { app: _app, owner, user_admin, one, .. } = Cast::new().await;
    in_use(owner.put(&profile("one"), named("TWO", "")).await);
    in_use(user_admin.put(&profile("one"), named("owner", "")).await);
    // Who may not rename is not told who is there.
    hidden(one.put(&profile("me"), named("two", "")).await);
    owner.delete("/users/two").await.expect(200);
    owner.put(&profile("one"), named("two", "")).await.expect(200);
}

#[tokio::test]
async fn bad_fields_come_first_and_all_at_once() {
    let Cast { app: _app, owner, auditor, one, .. } = Cast::new().await;
    let reply = one.put(&profile("me"), named("a_b", " x")).await.expect(400);
    assert_eq!(reply.message(), "Validation failed.");
    let of = |field: &str, rule: &str, value: &str| {
        (field.to_owned(), format!("Validation failed for tag \"{rule}\" with value: \"{value}\""))
    };
    assert_eq!(reply.validations(), [of("username", "username", "a_b"), of("name", "user_real_name", " x")]);
    let reply = auditor.put(&profile("one"), json!({ "name": "x" })).await.expect(400);
    assert_eq!(reply.validations(), [of("username", "required", "")]);
    let reply = owner.put_text(&profile("one"), "{").await.expect(400);
    assert_eq!(reply.message(), "Request body must be valid JSON.");
    hidden(owner.put_text(&profile("nobody"), "{").await);
}

#[tokio::test]
async fn what_one_may_not_change_is_hidden() {
    let Cast { app: _app, owner, auditor, one, .. } = Cast::new().await;
    hidden(auditor.put(&profile("one"), named("one", "Uno")).await);
    hidden(auditor.put(&profile("one"), named("uno", "Uno")).await);
    hidden(one.put(&profile("two"), named("two", "x")).await);
    forbidden(owner.put(&profile(PREBUILDS), named("prebuilds", "x")).await);
    assert!(!owner.get("/users").await.expect(200).text.contains("Uno"));
}

/// The page names two members, so a third one is ignored like any other that is not known.
#[tokio::test]
async fn the_picture_is_not_changed() {
    let Cast { app, owner, one, .. } = Cast::new().await;
    let body = json!({ "username": "one", "name": "", "avatar_url": "https://example.com/x.png", "email": "x@y.zz" });
    owner.put(&profile("one"), body).await.expect(200);
    let after = stored(&app, one.id).await;
    assert_eq!((after.avatar_url.as_str(), after.email.as_str()), ("", "one@example.com"));
}

#[tokio::test]
async fn only_oneself_is_told_how_one_logs_in() {
    let Cast { app: _app, owner, one, .. } = Cast::new().await;
    assert_eq!(
        owner.get("/users/me/login-type").await.expect(200).json(),
        json!({ "login_type": "password" })
    );
    assert_eq!(one.get("/users/one/login-type").await.expect(200).json(), json!({ "login_type": "none" }));
    let text = "You are not authorized to view this user's login type.";
    refused(owner.get("/users/one/login-type").await, 403, text);
    hidden(one.get("/users/two/login-type").await);
    hidden(owner.get("/users/nobody/login-type").await);
}
