//! Making keys and tokens (auth.md 7.1 and 7.2; cases 15, 16, 17, 19, 20 and 29; rbac.md 26 and 28).

use chrono::TimeDelta;
use roster::rbac::REQUESTABLE_SCOPES;
use serde_json::{Value, json};

use super::{HOUR, NOT_FOUND, ask, everything, id, listed, served, shown, token};
use crate::support::TestApp;

#[tokio::test]
async fn a_session_key_is_made_without_a_cookie() {
    let (_app, _, bea) = served().await;
    let made = bea.post_empty("/users/me/keys").await.expect(201);
    assert!(made.headers.get("set-cookie").is_none());
    let key = made.json()["key"].as_str().unwrap().to_owned();
    assert_eq!(made.json(), json!({ "key": key }));
    bea.with_token(&key).get("/users/me").await.expect(200);
    let expected = json!({
        "id": id(&key), "user_id": bea.id, "token_name": "", "login_type": "password", "scope": "all",
        "scopes": ["coder:all"], "allow_list": everything(), "created_at": "2026-05-20T00:00:00Z",
        "updated_at": "2026-05-20T00:00:00Z", "expires_at": "2026-05-27T00:00:00Z",
        "last_used": "1970-01-01T00:00:00Z", "lifetime_seconds": 604_800,
    });
    assert_eq!(shown(&bea, &key).await, expected);
    assert!(listed(&bea, "").await.is_empty(), "sessions are not listed");
}

#[tokio::test]
async fn a_token_of_nothing_in_particular_has_a_name_and_may_everything() {
    let (_app, _, bea) = served().await;
    let key = token(&bea, "me", json!({})).await;
    let list = listed(&bea, "").await;
    let name = list[0]["token_name"].as_str().unwrap();
    assert!(name.contains('_') && name.len() <= 32, "{name}");
    let expected = json!([{
        "id": id(&key), "user_id": bea.id, "username": "bea", "token_name": name, "login_type": "token",
        "scope": "all", "scopes": ["coder:all"], "allow_list": everything(), "lifetime_seconds": 604_800,
        "created_at": "2026-05-20T00:00:00Z", "updated_at": "2026-05-20T00:00:00Z",
        "expires_at": "2026-05-27T00:00:00Z", "last_used": "1970-01-01T00:00:00Z",
    }]);
    assert_eq!(Value::from(list), expected);
}

#[tokio::test]
async fn lifetimes_end_at_the_maximum_of_the_owner() {
    let (_app, owner, bea) = served().await;
    let (bad, too_long) = ("lifetime must be positive number greater than 0", "lifetime must be less than");
    let table = [
        (&bea, "me", -1, Some(bad.to_owned())),
        (&bea, "me", i64::MIN, Some(bad.to_owned())),
        (&bea, "me", 876_600 * HOUR, None),
        (&bea, "me", 876_600 * HOUR + 1, Some(format!("{too_long} 876600h0m0s"))),
        (&owner, "me", 168 * HOUR, None),
        (&owner, "me", 168 * HOUR + 1, Some(format!("{too_long} 168h0m0s"))),
        (&owner, "bea", 169 * HOUR, None),
    ];
    for (client, user, lifetime, why) in table {
        let reply = ask(client, user, json!({ "lifetime": lifetime })).await;
        let Some(why) = why else {
            reply.expect(201);
            continue;
        };
        let expected = json!({ "message": "Failed to validate create API key request.", "detail": why });
        assert_eq!(reply.expect(400).json(), expected, "{user}: {lifetime}");
    }
}

#[tokio::test]
async fn a_lifetime_that_looks_like_seconds_is_hinted_at() {
    let (app, _, bea) = served().await;
    let made = ask(&bea, "me", json!({ "lifetime": 3600 })).await.expect(201).json();
    let hint = "lifetime is in nanoseconds: this token ends after 3.6µs. If 3600 seconds were meant, ask for 3600000000000.";
    assert_eq!(made["detail"], hint);
    let key = made["key"].as_str().unwrap();
    let shown = shown(&bea, key).await;
    assert_eq!(shown["expires_at"], "2026-05-20T00:00:00.000003Z");
    assert_eq!(shown["lifetime_seconds"], 86_400);
    app.clock.advance(TimeDelta::microseconds(4));
    bea.with_token(key).get("/users/me").await.expect(401);
    for lifetime in [0, 1_000_000_000, HOUR] {
        let made = ask(&bea, "me", json!({ "lifetime": lifetime })).await.expect(201).json();
        assert!(made.get("detail").is_none(), "{lifetime}: {made}");
    }
}

#[tokio::test]
async fn each_scope_of_the_catalogue_may_be_asked_for() {
    let (_app, _, bea) = served().await;
    for scope in REQUESTABLE_SCOPES {
        let key = token(&bea, "me", json!({ "scopes": [scope] })).await;
        assert_eq!(shown(&bea, &key).await["scopes"], json!([scope]));
    }
}

#[tokio::test]
async fn other_scopes_are_refused_by_name() {
    let (_app, _, bea) = served().await;
    for scope in ["bogus:read", "debug_info:read", "user:*", "user.*", "", "ALL", "no_user_data"] {
        for body in [json!({ "scopes": ["user:read", scope] }), json!({ "scope": scope })] {
            if scope.is_empty() && body["scope"] == "" {
                continue;
            }
            let detail = format!("invalid or unsupported API key scope: {scope:?}");
            let expected = json!({ "message": "Failed to create API key.", "detail": detail });
            assert_eq!(ask(&bea, "me", body).await.expect(400).json(), expected);
        }
    }
}

#[tokio::test]
async fn old_names_are_stored_as_new_ones_and_several_win_over_one() {
    let (_app, _, bea) = served().await;
    let table = [
        (json!({ "scopes": ["all"] }), json!(["coder:all"]), "all"),
        (
            json!({ "scope": "application_connect" }),
            json!(["coder:application_connect"]),
            "application_connect",
        ),
        (
            json!({ "scopes": ["application_connect", "coder:application_connect"] }),
            json!(["coder:application_connect"]),
            "application_connect",
        ),
        (json!({ "scopes": ["api_key:read"], "scope": "all" }), json!(["api_key:read"]), ""),
        (json!({ "scopes": [], "scope": "" }), json!(["coder:all"]), "all"),
        (
            json!({ "scopes": ["user:read", "api_key:read", "user:read"] }),
            json!(["user:read", "api_key:read"]),
            "",
        ),
    ];
    for (body, scopes, scope) in table {
        let key = token(&bea, "me", body.clone()).await;
        let shown = shown(&bea, &key).await;
        assert_eq!((&shown["scopes"], &shown["scope"]), (&scopes, &json!(scope)), "{body}");
    }
}

#[tokio::test]
async fn allow_lists_are_read_in_both_forms_and_normalized() {
    let (_app, _, bea) = served().await;
    let (one, two) = ("00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002");
    let entry = |kind: &str, id: &str| json!({ "type": kind, "id": id });
    let workspace = |id: &str| format!("workspace:{id}");
    let table = [
        (json!([workspace(one)]), json!([entry("workspace", one)])),
        (json!([entry("workspace", one)]), json!([entry("workspace", one)])),
        (json!(["*:*", workspace(one)]), everything()),
        (json!([]), everything()),
        (
            json!([workspace(two), "user:*", workspace(one), workspace(two)]),
            json!([entry("user", "*"), entry("workspace", one), entry("workspace", two)]),
        ),
        (json!([workspace(two), "workspace:*"]), json!([entry("workspace", "*")])),
    ];
    for (given, stored) in table {
        let key = token(&bea, "me", json!({ "allow_list": given })).await;
        assert_eq!(shown(&bea, &key).await["allow_list"], stored, "{given}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_an_allow_list_is_told() {
    let (_app, _, bea) = served().await;
    let table = [
        (json!("nope:*"), "unknown resource type \"nope\""),
        (json!("workspace:bad"), "invalid workspace ID (must be UUID): \"bad\""),
        (json!({ "type": "workspace" }), "allow_list entry must include both type and id"),
        (Value::Null, "allow_list entry must include both type and id"),
        (json!("x"), "invalid allow_list entry \"x\": want <type>:<id>"),
    ];
    for (entry, detail) in table {
        let expected = json!({ "message": "Request body must be valid JSON.", "detail": detail });
        let reply = ask(&bea, "me", json!({ "allow_list": ["user:*", entry] })).await;
        assert_eq!(reply.expect(400).json(), expected, "{entry}");
    }
}

#[tokio::test]
async fn an_allow_list_has_128_entries_at_most() {
    let (_app, _, bea) = served().await;
    let entries = |many: u32| (0..many).map(|n| format!("user:{:032x}", n + 1)).collect::<Vec<_>>();
    let key = token(&bea, "me", json!({ "allow_list": entries(128) })).await;
    assert_eq!(shown(&bea, &key).await["allow_list"].as_array().unwrap().len(), 128);
    let detail = "allow_list has 129 entries; max allowed is 128";
    let expected = json!({ "message": "Failed to create API key.", "detail": detail });
    let reply = ask(&bea, "me", json!({ "allow_list": entries(129) })).await;
    assert_eq!(reply.expect(400).json(), expected);
}

#[tokio::test]
async fn the_checks_come_in_the_order_of_the_contract() {
    let (_app, owner, bea) = served().await;
    let many = vec!["user:*"; 129];
    let prebuilds = "c42fdf75-3097-471c-8c33-fb52454d81c0";
    let all = json!({ "scopes": ["nope"], "allow_list": many, "lifetime": -1 });
    assert_eq!(bea.post_text("/users/nobody/keys/tokens", "{").await.expect(404).message(), NOT_FOUND);
    assert_eq!(
        owner.post_text(&format!("/users/{prebuilds}/keys/tokens"), "").await.expect(400).detail(),
        "EOF"
    );
    assert_eq!(ask(&owner, prebuilds, all.clone()).await.expect(403).message(), "Forbidden.");
    assert!(ask(&bea, "me", all).await.expect(400).detail().starts_with("invalid or unsupported"));
    let rest = json!({ "allow_list": many, "lifetime": -1 });
    assert!(ask(&bea, "me", rest).await.expect(400).detail().starts_with("allow_list has 129"));
    owner.post_empty(&format!("/users/{prebuilds}/keys")).await.expect(403);
}

#[tokio::test]
async fn only_owners_make_keys_for_others() {
    let (app, owner, bea) = served().await;
    let admin = app.user(&owner, "admin", &["user-admin"]).await;
    for (client, status) in [(&owner, 201), (&admin, 403)] {
        ask(client, "bea", json!({})).await.expect(status);
        client.post_empty("/users/bea/keys").await.expect(status);
    }
    let key = token(&owner, "bea", json!({ "token_name": "of bea" })).await;
    assert_eq!(bea.with_token(&key).get("/users/me").await.expect(200).json()["username"], "bea");
    ask(&bea, "owner", json!({})).await.expect(404);
}

#[tokio::test]
async fn a_service_account_acts_through_a_token_that_an_owner_made() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = json!({ "username": "robot", "service_account": true, "user_status": "active",
        "organization_ids": [app.organization] });
    owner.post("/users", body).await.expect(201);
    let key = token(&owner, "robot", json!({ "token_name": "ci", "lifetime": 900 * HOUR })).await;
    let robot = app.client().with_token(&key);
    let me = robot.get("/users/me").await.expect(200).json();
    assert_eq!((me["username"].as_str(), me["is_service_account"].as_bool()), (Some("robot"), Some(true)));
    assert_eq!(super::names(&listed(&robot, "").await), ["ci"]);
}

#[tokio::test]
async fn the_longest_lifetime_is_that_of_the_target() {
    let (_app, owner, bea) = served().await;
    let config = |who: &str| format!("/users/{who}/keys/tokens/tokenconfig");
    let table = [
        (&bea, "me", 3_155_760_000_000_000_000_i64),
        (&owner, "me", 604_800_000_000_000),
        (&owner, "bea", 3_155_760_000_000_000_000),
    ];
    for (client, who, longest) in table {
        let told = client.get(&config(who)).await.expect(200).json();
        assert_eq!(told, json!({ "max_token_lifetime": longest }), "{who}");
    }
    bea.get(&config("owner")).await.expect(404);
}
