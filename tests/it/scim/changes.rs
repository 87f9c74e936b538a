//! PATCH /scim/v2/Users/{id}.

use super::*;

/// A body as RFC 7644 has it.
fn operations(operations: Value) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations })
}

#[tokio::test]
async fn each_spelling_suspends_and_lets_in_again() {
    let (app, _, bea, directory) = served().await;
    let bodies = |active: bool| {
        let text = if active { "True" } else { "False" };
        [
            json!({ "active": active }),
            // Okta
            operations(json!([{ "op": "replace", "value": { "active": active } }])),
            // Entra
            operations(json!([{ "op": "Replace", "path": "active", "value": text }])),
            operations(json!([{ "op": "add", "path": "active", "value": active }])),
            json!({ "operations": [{ "OP": "replace", "Path": "Active", "VALUE": text }] }),
            operations(json!([
                { "op": "Replace", "path": "displayName", "value": "x" }, { "op": "replace", "path": "active", "value": active },
            ])),
        ]
    };
    for (off, on) in bodies(false).into_iter().zip(bodies(true)) {
        let answer = patch(&directory, bea.id, off.clone()).await.expect(200);
        assert_eq!((answer.json(), answer.header("content-type")), (shown(&bea, false), MEDIA_TYPE), "{off}");
        assert_eq!(status(&app, bea.id).await, "suspended", "{off}");
        let answer = patch(&directory, bea.id, on.clone()).await.expect(200);
        assert_eq!(answer.json(), shown(&bea, true), "{on}");
        assert_eq!(status(&app, bea.id).await, "dormant", "{on}");
    }
}

#[tokio::test]
async fn suspension_locks_out_at_once_and_keys_stay() {
    let (_app, owner, bea, directory) = served().await;
    bea.get("/users/me").await.expect(200);
    patch(&directory, bea.id, json!({ "active": false })).await.expect(200);
    let refused = bea.get("/users/me").await.expect(401);
    assert!(refused.message().starts_with("User is not active (status = \"suspended\")."), "{refused:?}");
    assert_eq!(owner.get("/users/bea").await.expect(200).json()["status"], "suspended");
    patch(&directory, bea.id, json!({ "active": true })).await.expect(200);
    assert_eq!(owner.get("/users/bea").await.expect(200).json()["status"], "dormant");
    assert_eq!(bea.get("/users/me").await.expect(200).json()["status"], "active");
}

#[tokio::test]
async fn what_is_so_already_is_not_written() {
    let (app, owner, bea, directory) = served().await;
    let carl = app.user_from(&owner, json!({ "username": "carl", "user_status": "dormant" })).await;
    let dora = app.user(&owner, "dora", &[]).await;
    owner.put_empty("/users/dora/status/suspend").await.expect(200);
    app.clock.advance(chrono::TimeDelta::seconds(1));
    for (user, active, stays) in
        [(&bea, true, "active"), (&carl, true, "dormant"), (&dora, false, "suspended")]
    {
        let before = stored(&app, user.id).await;
        let answer = patch(&directory, user.id, json!({ "active": active })).await.expect(200);
        assert_eq!(stored(&app, user.id).await, before, "{stays}");
        assert_eq!(before.status, stays);
        assert_eq!(entries_of(&app, &answer).await, [], "{stays}");
    }
}

#[tokio::test]
async fn nothing_else_has_an_effect() {
    let (app, _, bea, directory) = served().await;
    let before = stored(&app, bea.id).await;
    for changes in [
        json!([{ "op": "replace", "path": "userName", "value": "other" }]),
        json!([{ "op": "Add", "path": "emails[type eq \"work\"].value", "value": "x@example.com" }]),
        json!([{ "op": "replace", "value": { "displayName": "Other", "name.givenName": "x" } }]),
        json!([{ "op": "remove", "path": "displayName" }]),
    ] {
        let answer = patch(&directory, bea.id, operations(changes)).await.expect(200);
        assert_eq!(answer.json(), shown(&bea, true));
        assert_eq!(entries_of(&app, &answer).await, []);
    }
    assert_eq!(stored(&app, bea.id).await, before);
}

#[tokio::test]
async fn changes_that_make_no_sense_are_refused() {
    let (app, _, bea, directory) = served().await;
    let truth = "The attribute active must be true or false.";
    for (body, reason, text) in [
        (json!({}), "invalidValue", "The attribute active is required."),
        (operations(json!([])), "invalidValue", "The attribute active is required."),
        (operations(json!([{ "op": "replace", "path": "active", "value": "no" }])), "invalidValue", truth),
        (operations(json!([{ "op": "replace", "path": "active" }])), "invalidValue", truth),
        (operations(json!([{ "op": "replace", "value": { "active": 0 } }])), "invalidValue", truth),
        (
            operations(json!([{ "op": "replace", "value": false }])),
            "invalidValue",
            "A change without a path needs an object as value.",
        ),
        (operations(json!([{ "op": "remove" }])), "noTarget", "A removal needs a path."),
        (
            operations(json!([{ "op": "remove", "path": "active" }])),
            "mutability",
            "The attribute active cannot be removed.",
        ),
        (
            operations(json!([{ "op": "toggle", "path": "active", "value": false }])),
            "invalidSyntax",
            "The op of a change must be add, replace or remove.",
        ),
        (
            // One bad change spoils them all.
            operations(json!([{ "op": "replace", "path": "active", "value": false }, { "op": "remove" }])),
            "noTarget",
            "A removal needs a path.",
        ),
    ] {
        assert_refused(&patch(&directory, bea.id, body).await, 400, reason, text);
    }
    assert_eq!(status(&app, bea.id).await, "active");
}

/// As the ordinary suspension refuses it (users.md 3.19), which protects the last one too.
#[tokio::test]
async fn no_owner_is_suspended() {
    let (app, owner, _, directory) = served().await;
    let other = app.user(&owner, "other", &["owner"]).await;
    let text = "You cannot suspend a user with the \"owner\" role. You must remove the role first.";
    for user in [&owner, &other] {
        assert_refused(&patch(&directory, user.id, json!({ "active": false })).await, 400, "", text);
        let body = json!({ "userName": user.username, "active": false });
        assert_refused(&put(&directory, user.id, body).await, 400, "", text);
        assert_eq!(status(&app, user.id).await, "active");
        patch(&directory, user.id, json!({ "active": true })).await.expect(200);
    }
}

#[tokio::test]
async fn only_those_who_are_there_are_changed() {
    let (_app, owner, bea, directory) = served().await;
    owner.delete("/users/bea").await.expect(200);
    for id in
        [bea.id.to_string(), Uuid::nil().to_string(), "bea".to_owned(), "me".to_owned(), "%FF".to_owned()]
    {
        for body in [json!({ "active": false }), json!({ "userName": "bea", "active": false }), json!([])] {
            assert_refused(&patch(&directory, &id, body.clone()).await, 404, "", NOT_FOUND);
            assert_refused(&put(&directory, &id, body).await, 404, "", NOT_FOUND);
        }
    }
}
