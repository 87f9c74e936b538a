//! What is refused leaves an entry once there was something to be tried on (logs.md A3; cases 3, 5, 13 and 14).

use entity::audit_logs::{Column, Entity, Model};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{found, newest, served, settled, tick};
use crate::support::{Actor, PASSWORD, Reply, TestApp};

/// What a request left: actor, action, type, target and status, and nothing that changed.
async fn left(app: &TestApp, reply: &Reply) -> Vec<(Uuid, String, String, String, i32)> {
    settled(app).await;
    let request: Uuid = reply.header("x-request-id").parse().unwrap();
    let rows = Entity::find().filter(Column::RequestId.eq(request)).all(&app.db).await.unwrap();
    rows.iter().for_each(|row| assert_eq!(row.diff, json!({}), "{row:?}"));
    let told = |e: Model| (e.user_id, e.action, e.resource_type, e.resource_target, e.status_code);
    rows.into_iter().map(told).collect()
}

async fn ask(by: &Actor, method: &str, path: &str, body: Option<Value>) -> Reply {
    by.send(method.parse::<Method>().unwrap(), path, body.map(|body| body.to_string())).await
}

/// Who asks, how, for which path, with what; and what the entry says: action, type, target and status.
type Tried<'a> = (&'a Actor, &'a str, &'a str, Option<Value>, &'static str, &'static str, &'static str, u16);

#[tokio::test]
async fn what_is_refused_on_what_one_sees_is_told_of() {
    let (app, owner, bea) = served().await;
    let auditor = app.user(&owner, "adam", &["auditor"]).await;
    let role = json!({ "name": "gardener" });
    owner.post("/organizations/default/members/roles", role).await.expect(200);
    let names = |username: &str| Some(json!({ "username": username }));
    let roles = |roles: &[&str]| Some(json!({ "roles": roles }));
    let escalation = json!({ "action": "read", "negate": false, "resource_type": "user_secret" });
    let table: [Tried<'_>; 22] = [
        (&owner, "PUT", "/users/bea/profile", names("owner"), "write", "user", "bea", 409),
        (&owner, "PUT", "/users/bea/profile", names(""), "write", "user", "bea", 400),
        (&owner, "PUT", "/users/bea/profile", None, "write", "user", "bea", 400),
        (&auditor, "PUT", "/users/bea/profile", names("b"), "write", "user", "bea", 404),
        (&owner, "PUT", "/users/me/roles", roles(&[]), "write", "user", "owner", 400),
        (&owner, "PUT", "/users/bea/roles", roles(&["nope"]), "write", "user", "bea", 400),
        (&auditor, "PUT", "/users/bea/roles", roles(&["auditor"]), "write", "user", "bea", 403),
        (&auditor, "PUT", "/users/bea/password", None, "write", "user", "bea", 404),
        (
            &owner,
            "PUT",
            "/users/bea/password",
            Some(json!({ "password": PASSWORD })),
            "write",
            "user",
            "bea",
            400,
        ),
        (&owner, "PUT", "/users/me/status/suspend", None, "write", "user", "owner", 400),
        (&auditor, "PUT", "/users/bea/status/activate", None, "write", "user", "bea", 403),
        (&owner, "DELETE", "/users/me", None, "delete", "user", "owner", 403),
        (&auditor, "DELETE", "/users/bea", None, "delete", "user", "bea", 403),
        (
            &owner,
            "DELETE",
            "/organizations/default/members/me",
            None,
            "delete",
            "organization_member",
            "owner",
            400,
        ),
        (
            &bea,
            "DELETE",
            "/organizations/default/members/owner",
            None,
            "delete",
            "organization_member",
            "owner",
            404,
        ),
        (
            &owner,
            "PUT",
            "/organizations/default/members/me/roles",
            roles(&[]),
            "write",
            "organization_member",
            "owner",
            400,
        ),
        (
            &owner,
            "PUT",
            "/organizations/default/members/bea/roles",
            roles(&["nope"]),
            "write",
            "organization_member",
            "bea",
            400,
        ),
        (
            &owner,
            "PUT",
            "/organizations/default/members/roles",
            Some(json!({ "name": "gardener", "organization_permissions": [escalation] })),
            "write",
            "custom_role",
            "gardener",
            400,
        ),
        (
            &bea,
            "DELETE",
            "/organizations/default/members/roles/gardener",
            None,
            "delete",
            "custom_role",
            "gardener",
            403,
        ),
        (&owner, "DELETE", "/organizations/default", None, "delete", "organization", "coder", 400),
        (&bea, "PATCH", "/organizations/default", names("x"), "write", "organization", "coder", 404),
        (&owner, "PATCH", "/organizations/default", None, "write", "organization", "coder", 400),
    ];
    for (by, method, path, body, action, kind, target, status) in table {
        let reply = ask(by, method, path, body).await.expect(status);
        let expected = (by.id, action.to_owned(), kind.to_owned(), target.to_owned(), i32::from(status));
        assert_eq!(left(&app, &reply).await, [expected], "{method} {path}: {reply:?}");
    }
}

#[tokio::test]
async fn what_is_refused_on_nothing_is_not() {
    let (app, owner, bea) = served().await;
    let token = owner.post("/users/me/keys/tokens", json!({ "token_name": "t" })).await.expect(201).json();
    let (key, _) = token["key"].as_str().unwrap().split_once('-').unwrap();
    let key = format!("/users/me/keys/{key}");
    let ended = format!("{key}/expire");
    let names = || Some(json!({ "username": "x" }));
    let stranger_role = || Some(json!({ "name": "nobody" }));
    let table: [(&Actor, &str, &str, Option<Value>, u16); 13] = [
        (&owner, "PUT", "/users/nobody/profile", names(), 404),
        (&bea, "PUT", "/users/owner/profile", names(), 404),
        (&bea, "DELETE", "/users/owner", None, 404),
        (&owner, "DELETE", "/users/nobody", None, 404),
        (&owner, "POST", "/users", Some(json!({ "username": "bea" })), 400),
        (&owner, "POST", "/organizations/default/members/bea", None, 400),
        (&owner, "DELETE", "/organizations/default/members/nobody", None, 404),
        (&owner, "PUT", "/organizations/default/members/roles", stranger_role(), 404),
        (&owner, "DELETE", "/organizations/nowhere", None, 404),
        (&owner, "POST", "/users/me/keys/tokens", Some(json!({ "token_name": "t" })), 409),
        (&bea, "DELETE", &key, None, 404),
        (&bea, "PUT", &ended, None, 404),
        (
            &owner,
            "POST",
            "/users/me/convert-login",
            Some(json!({ "password": "no", "to_type": "oidc" })),
            401,
        ),
    ];
    for (by, method, path, body, status) in table {
        let reply = ask(by, method, path, body).await.expect(status);
        assert_eq!(left(&app, &reply).await, [], "{method} {path}");
    }
    let nobody = app.client().put_empty("/users/bea/status/suspend").await.expect(401);
    assert_eq!(left(&app, &nobody).await, []);
}

/// A key that one may read and not change: tried, and refused.
#[tokio::test]
async fn a_key_that_is_only_to_be_read_is_tried_on() {
    let (app, owner, bea) = served().await;
    let token = bea.post("/users/me/keys/tokens", json!({ "token_name": "ci" })).await.expect(201).json();
    let (key, _) = token["key"].as_str().unwrap().split_once('-').unwrap();
    let narrow = app.mint(
        owner.id,
        crate::support::Mint { scopes: vec!["api_key:read", "user:read"], ..Default::default() },
    );
    let narrow = app.client().with_token(&narrow.await);
    let reply = narrow.delete(&format!("/users/bea/keys/{key}")).await.expect(404);
    let expected = (owner.id, "delete".to_owned(), "api_key".to_owned(), "ci".to_owned(), 404);
    assert_eq!(left(&app, &reply).await, [expected]);
}

#[tokio::test]
async fn a_second_end_of_a_key_is_none() {
    let (app, _, bea) = served().await;
    let token = bea.post("/users/me/keys/tokens", json!({ "token_name": "ci" })).await.expect(201).json();
    let (key, _) = token["key"].as_str().unwrap().split_once('-').unwrap();
    let path = format!("/users/me/keys/{key}/expire");
    let first = bea.put_empty(&path).await.expect(204);
    assert_eq!(Entity::find().filter(Column::Action.eq("write")).all(&app.db).await.unwrap().len(), 1);
    assert_eq!(bea.put_empty(&path).await.expect(204).status, first.status);
    assert_eq!(Entity::find().filter(Column::Action.eq("write")).all(&app.db).await.unwrap().len(), 1);
}

/// Case 3.
#[tokio::test]
async fn a_wrong_password_is_told_of_when_its_user_is_known() {
    let (app, owner, _) = served().await;
    let wrong = |email: &str| json!({ "email": email, "password": "WrongOne123!" });
    app.client().post("/users/login", wrong(&owner.email)).await.expect(401);
    for _ in 0..200 {
        if !found(&owner, "action:login").await.iter().all(|entry| entry["status_code"] == 201) {
            break;
        }
        tokio::task::yield_now().await;
    }
    let entries = found(&owner, "action:login").await;
    let entry = entries.iter().find(|entry| entry["status_code"] == 401).unwrap();
    assert_eq!(entry["description"], "{user} unsuccessfully attempted to login");
    assert_eq!((&entry["resource_id"], &entry["diff"]), (&json!(Uuid::nil()), &json!({})));
    assert_eq!((&entry["user"]["username"], &entry["resource_target"]), (&json!("owner"), &json!("")));
    let count = entries.len();
    app.client().post("/users/login", wrong("nobody@example.com")).await.expect(401);
    settled(&app).await;
    assert_eq!(found(&owner, "action:login").await.len(), count);
}

/// Case 14.
#[tokio::test]
async fn codes_are_told_of_where_somebody_has_the_address() {
    let (app, owner, bea) = served().await;
    app.client().post("/users/otp/request", json!({ "email": bea.email })).await.expect(204);
    app.client().post("/users/otp/request", json!({ "email": "nobody@example.com" })).await.expect(204);
    settled(&app).await;
    let requests = found(&owner, "action:request_password_reset").await;
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0]["user"]["username"], "bea");
    tick(&app);
    let guess = |email: &str| json!({ "email": email, "one_time_passcode": "guess", "password": PASSWORD });
    app.client().post("/users/otp/change-password", guess(&bea.email)).await.expect(400);
    let entry = newest(&app, &owner).await;
    assert_eq!(entry["description"], "{user} unsuccessfully attempted to write user {target}");
    assert_eq!((&entry["diff"], &entry["status_code"]), (&json!({}), &json!(400)));
    assert_eq!((&entry["user"]["username"], &entry["resource_target"]), (&json!("bea"), &json!("bea")));
    tick(&app);
    app.client().post("/users/otp/change-password", guess("nobody@example.com")).await.expect(400);
    assert_eq!(newest(&app, &owner).await["id"], entry["id"]);
}
