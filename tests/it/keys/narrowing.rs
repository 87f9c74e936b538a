//! A new key never exceeds the key that makes it.

use serde_json::{Value, json};

use super::{HOUR, ask, served, shown, token};

const TOO_WIDE: &str = "A new key never exceeds the key that makes it: this one asks for scopes, or for things in its allow list, that yours does not have.";

#[tokio::test]
async fn a_new_token_never_exceeds_the_token_that_makes_it() {
    let (_app, _, bea) = served().await;
    let me = format!("user:{}", bea.id);
    let plain = json!({ "scopes": ["user:read", "api_key:create", "api_key:read"] });
    let listing = json!({ "allow_list": [me, "api_key:*"] });
    let table: [(&Value, Value, u16); 14] = [
        (&plain, json!({}), 403),
        (&plain, json!({ "scopes": ["coder:all"] }), 403),
        (&plain, json!({ "scopes": ["api_key:*"] }), 403),
        (&plain, json!({ "scopes": ["coder:apikeys.manage_self"] }), 403),
        (&plain, json!({ "scopes": ["user:read", "template:read"] }), 403),
        (&plain, json!({ "scopes": ["user:read"] }), 201),
        (&plain, json!({ "scopes": ["api_key:create", "user:read"], "allow_list": ["user:*"] }), 201),
        (&plain, json!({ "scopes": ["coder:all"], "allow_list": ["template:*"] }), 403),
        (&listing, json!({}), 403),
        (&listing, json!({ "allow_list": ["user:*"] }), 403),
        (&listing, json!({ "allow_list": [me] }), 201),
        (&listing, json!({ "allow_list": [me, "api_key:*"] }), 201),
        // Nothing but keys can be asked of it, and of those the maker's list has all.
        (&listing, json!({ "scopes": ["api_key:read"] }), 201),
        (&listing, json!({ "scopes": ["user:read"] }), 403),
    ];
    for (maker, body, status) in table {
        let maker_key = bea.with_token(&token(&bea, "me", maker.clone()).await);
        let reply = ask(&maker_key, "me", body.clone()).await;
        assert_eq!(reply.status, status, "{maker} makes {body}: {reply:?}");
        if status == 403 {
            assert_eq!(reply.json(), json!({ "message": "Forbidden.", "detail": TOO_WIDE }));
        }
    }
}

#[tokio::test]
async fn session_keys_are_made_by_keys_that_may_everything() {
    let (_app, owner, bea) = served().await;
    let narrow = json!({ "scopes": ["coder:apikeys.manage_self", "user:read"] });
    let narrow = bea.with_token(&token(&bea, "me", narrow).await);
    assert_eq!(narrow.post_empty("/users/me/keys").await.expect(403).detail(), TOO_WIDE);
    let listing = bea.with_token(&token(&bea, "me", json!({ "allow_list": ["user:*", "api_key:*"] })).await);
    listing.post_empty("/users/me/keys").await.expect(403);
    bea.with_token(&token(&bea, "me", json!({})).await).post_empty("/users/me/keys").await.expect(201);
    let of_owner = json!({ "scopes": ["user:read", "api_key:create"] });
    let of_owner = owner.with_token(&token(&owner, "me", of_owner).await);
    ask(&of_owner, "bea", json!({})).await.expect(403);
    ask(&of_owner, "bea", json!({ "scopes": ["user:read"] })).await.expect(201);
}

/// Whoever may make tokens may make one that takes its own place.
#[tokio::test]
async fn a_new_token_may_live_longer_than_the_one_that_makes_it() {
    let (_app, _, bea) = served().await;
    let short = bea.with_token(&token(&bea, "me", json!({ "lifetime": HOUR })).await);
    let long = token(&short, "me", json!({ "lifetime": 1_000 * HOUR })).await;
    assert_eq!(shown(&bea, &long).await["lifetime_seconds"], 3_600_000);
}
