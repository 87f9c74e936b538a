//! Lists, lookups, ends and deletions (auth.md 7.3 to 7.7; cases 14, 21 to 28).

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use super::{HOUR, NOT_FOUND, SIGNED_OUT, ask, expire, id, listed, names, served, shown, token};
use crate::auth::replicas::{SOON, hearing, there_is_one_process, until};
use crate::support::Client;

#[tokio::test]
async fn lists_hide_what_ended_and_others_unless_asked() {
    let (app, owner, bea) = served().await;
    token(&bea, "me", json!({ "token_name": "short", "lifetime": HOUR })).await;
    app.clock.advance(TimeDelta::minutes(1));
    token(&bea, "me", json!({ "token_name": "long" })).await;
    app.clock.advance(TimeDelta::seconds(1));
    token(&owner, "me", json!({ "token_name": "mine" })).await;
    assert_eq!(names(&listed(&bea, "").await), ["short", "long"]);
    app.clock.advance(TimeDelta::minutes(59));
    let ended = ["?include_expired=true", "?include_expired=1&x=y", "?include_expired=T"];
    for query in ended {
        assert_eq!(names(&listed(&bea, query).await), ["short", "long"], "{query}");
    }
    for query in
        ["", "?include_expired=yes", "?include_expired=false", "?include_all=banana", "?include_all=1"]
    {
        assert_eq!(names(&listed(&bea, query).await), ["long"], "{query}");
    }
    let all = listed(&owner, "?include_all=true").await;
    let owners: Vec<_> = all.iter().map(|one| (&one["username"], &one["token_name"])).collect();
    assert_eq!(owners, [(&json!("bea"), &json!("long")), (&json!("owner"), &json!("mine"))]);
    assert_eq!(names(&listed(&owner, "").await), ["mine"]);
}

#[tokio::test]
async fn an_empty_list_is_a_list() {
    let (_app, _, bea) = served().await;
    assert_eq!(bea.get("/users/me/keys/tokens").await.expect(200).json(), json!([]));
}

#[tokio::test]
async fn a_name_is_told_only_to_those_who_may_read_its_owner() {
    let (_app, owner, bea) = served().await;
    token(&owner, "bea", json!({ "token_name": "of-bea" })).await;
    let only = format!("user:{}", owner.id);
    let body = json!({ "token_name": "narrow", "allow_list": [only, "api_key:*"] });
    let narrow = owner.with_token(&token(&owner, "me", body).await);
    let all = listed(&narrow, "?include_all=t").await;
    let shown: Vec<_> = all.iter().map(|one| (&one["token_name"], &one["username"])).collect();
    let (of_bea, own) = ((&json!("of-bea"), &json!("")), (&json!("narrow"), &json!("owner")));
    assert!(shown == [of_bea, own] || shown == [own, of_bea], "{shown:?}");
    narrow.get("/users/bea/keys/tokens").await.expect(404);
    assert_eq!(bea.get("/users/me/keys/tokens").await.expect(200).json()[0]["username"], "bea");
}

#[tokio::test]
async fn four_ways_tell_of_one_token() {
    let (_app, _, bea) = served().await;
    let bodies = [
        json!({ "token_name": "plain" }),
        json!({ "token_name": "süß & lang/ein Weg?", "lifetime": 5 * HOUR + 7 }),
        json!({ "token_name": "..", "scopes": ["user:read", "template:*"], "allow_list": ["*:*"] }),
        json!({ "token_name": "🗝", "scope": "application_connect", "allow_list": ["user:*", "api_key:*"] }),
    ];
    for body in bodies {
        let key = token(&bea, "me", body.clone()).await;
        let by_id = shown(&bea, &key).await;
        let mut row = listed(&bea, "").await.into_iter().find(|row| row["id"] == id(&key)).unwrap();
        assert_eq!(row.as_object_mut().unwrap().shift_remove("username"), Some(json!("bea")));
        assert_eq!(row, by_id);
        assert_eq!(by_id["token_name"], body["token_name"]);
        let name = body["token_name"].as_str().unwrap();
        if name == ".." {
            continue;
        }
        let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let by_name = bea.get(&format!("/users/me/keys/tokens/{encoded}")).await.expect(200).json();
        assert_eq!(by_name, by_id, "{name}");
    }
}

#[tokio::test]
async fn words_of_paths_win_over_names_and_ids() {
    let (_app, _, bea) = served().await;
    let key = token(&bea, "me", json!({ "token_name": "tokenconfig" })).await;
    let config = bea.get("/users/me/keys/tokens/tokenconfig").await.expect(200).json();
    assert!(config["max_token_lifetime"].is_i64(), "{config}");
    assert_eq!(shown(&bea, &key).await["token_name"], "tokenconfig");
    for path in ["tokensabcd", "toke", "tokens/tokenconf", "tokens/tokenconfigs", "tokens/expire"] {
        let reply = bea.get(&format!("/users/me/keys/{path}")).await.expect(404);
        assert_eq!(reply.message(), NOT_FOUND, "{path}");
    }
    for (method, path) in [(Method::DELETE, "tokens"), (Method::PUT, "tokens"), (Method::GET, "abc/expire")] {
        bea.send(method, &format!("/users/me/keys/{path}"), None).await.expect(405);
    }
}

#[tokio::test]
async fn a_key_is_found_by_who_may_read_it_whatever_user_the_path_names() {
    let (_app, owner, bea) = served().await;
    let key = token(&bea, "me", json!({ "token_name": "t" })).await;
    assert_eq!(shown(&owner, &key).await["user_id"], json!(bea.id));
    let of_owner = token(&owner, "me", json!({ "token_name": "mine" })).await;
    for path in [
        "owner/keys/tokens/mine".to_owned(),
        format!("me/keys/{}", id(&of_owner)),
        "me/keys/tokens/mine".into(),
    ] {
        assert_eq!(bea.get(&format!("/users/{path}")).await.expect(404).message(), NOT_FOUND, "{path}");
    }
    owner.get("/users/bea/keys/tokens/t").await.expect(200);
    owner.get("/users/bea/keys/tokens/T").await.expect(404);
    // Sessions too.
    let session = id(&bea.token);
    assert_eq!(
        owner.get(&format!("/users/me/keys/{session}")).await.expect(200).json()["login_type"],
        "password"
    );
}

#[tokio::test]
async fn a_deleted_key_is_gone_at_once() {
    let (_app, _, bea) = served().await;
    let key = token(&bea, "me", json!({ "token_name": "t" })).await;
    let used = bea.with_token(&key);
    used.get("/users/me").await.expect(200);
    let path = format!("/users/me/keys/{}", id(&key));
    assert_eq!(bea.delete(&path).await.expect(204).text, "");
    assert_eq!(used.get("/users/me").await.expect(401).detail(), "API key is invalid.");
    assert_eq!(bea.delete(&path).await.expect(404).message(), NOT_FOUND);
    token(&bea, "me", json!({ "token_name": "t" })).await;
    let own = format!("/users/me/keys/{}", id(&bea.token));
    bea.delete(&own).await.expect(204);
    bea.get("/users/me").await.expect(401);
}

#[tokio::test]
async fn an_expired_token_stays_with_its_name() {
    let (app, owner, bea) = served().await;
    let key = token(&bea, "me", json!({ "token_name": "t" })).await;
    let used = bea.with_token(&key);
    used.get("/users/me").await.expect(200);
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(expire(&bea, "me", &key).await.expect(204).text, "");
    let ended = shown(&bea, &key).await;
    app.clock.advance(TimeDelta::microseconds(1));
    let refused = used.get("/users/me").await.expect(401);
    assert_eq!(refused.message(), SIGNED_OUT);
    assert_eq!(refused.detail(), "API key expired at \"2026-05-20 00:01:00 +0000 UTC\".");
    for client in [&bea, &owner] {
        expire(client, "me", &key).await.expect(204);
    }
    assert_eq!(shown(&bea, &key).await, ended, "the row is as it was");
    assert_eq!(ended["expires_at"], "2026-05-20T00:01:00Z");
    assert!(listed(&bea, "").await.is_empty());
    assert_eq!(names(&listed(&bea, "?include_expired=true").await), ["t"]);
    bea.get("/users/me/keys/tokens/t").await.expect(200);
    ask(&bea, "me", json!({ "token_name": "t" })).await.expect(409);
}

#[tokio::test]
async fn who_may_not_end_a_key_is_told_that_there_is_none() {
    let (app, owner, bea) = served().await;
    let admin = app.user(&owner, "admin", &["user-admin"]).await;
    let key = token(&owner, "me", json!({})).await;
    for client in [&bea, &admin] {
        for user in ["me", "owner"] {
            assert_eq!(expire(client, user, &key).await.expect(404).message(), NOT_FOUND);
            client.delete(&format!("/users/{user}/keys/{}", id(&key))).await.expect(404);
        }
    }
    assert_eq!(expire(&owner, "me", "0123456789-x").await.expect(404).message(), NOT_FOUND);
    owner.with_token(&key).get("/users/me").await.expect(200);
    let of_bea = token(&bea, "me", json!({})).await;
    expire(&owner, "bea", &of_bea).await.expect(204);
}

#[tokio::test]
async fn narrow_tokens_need_the_scope_for_their_owner_and_for_keys() {
    let (_app, _, bea) = served().await;
    let table: [(Value, u16, u16); 6] = [
        (json!(["user:read_personal"]), 404, 404),
        (json!(["user:read"]), 200, 200),
        (json!(["application_connect"]), 404, 404),
        (json!(["coder:apikeys.manage_self"]), 404, 404),
        (json!(["coder:apikeys.manage_self", "user:read"]), 200, 200),
        (json!(["api_key:read"]), 404, 404),
    ];
    for (scopes, me, keys) in table {
        let client = bea.with_token(&token(&bea, "me", json!({ "scopes": scopes })).await);
        assert_eq!(client.get("/users/me").await.status, me, "{scopes}");
        assert_eq!(client.get("/users/me/keys/tokens").await.status, keys, "{scopes}");
    }
    let reading = bea.with_token(&token(&bea, "me", json!({ "scopes": ["user:read"] })).await);
    assert!(listed(&reading, "").await.is_empty(), "it may read no key");
}

#[tokio::test]
async fn an_expiry_here_counts_there_within_a_second() {
    if there_is_one_process("an expiry in another replica") {
        return;
    }
    let (app, _, bea) = served().await;
    let (there, _backend, _stop) = app.replica().await;
    hearing(&app, 2).await;
    let key = token(&bea, "me", json!({})).await;
    let there = Client::new(&there).with_token(&key);
    there.get("/users/me").await.expect(200);
    expire(&bea, "me", &key).await.expect(204);
    app.clock.advance(TimeDelta::microseconds(1));
    assert!(until(&there, "/users/me", 401).await < SOON);
}
