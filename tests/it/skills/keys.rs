//! What narrow keys let through.

use super::*;
use crate::support::Mint;

async fn narrow(app: &TestApp, user: Uuid, mint: Mint) -> Client {
    app.client().with_token(&app.mint(user, mint).await)
}

/// The statuses of list, get, create, update and delete of one's own.
async fn answers(client: &Client) -> [u16; 5] {
    [
        list(client, "me").await.status,
        get(client, "me", "prune").await.status,
        post(client, "me", &named("rake")).await.status,
        patch(client, "me", "prune", &named("prune")).await.status,
        delete(client, "me", "prune").await.status,
    ]
}

/// A skill `prune` and no `rake`.
async fn set_out(bea: &Actor) {
    for name in names(bea).await {
        delete(bea, "me", &name).await.expect(204);
    }
    post(bea, "me", &named("prune")).await.expect(201);
}

#[tokio::test]
async fn a_key_needs_the_scope_of_the_verb_and_to_read_the_user() {
    let (app, _, bea) = served().await;
    let cases: [(&[&'static str], [u16; 5]); 10] = [
        (&["coder:all"], [200, 200, 201, 200, 204]),
        (&["user_skill:*", "user:read"], [200, 200, 201, 200, 204]),
        (&["user_skill:read"], [404; 5]),
        (&["user_skill:*"], [404; 5]),
        (&["user:read"], [404, 404, 403, 403, 404]),
        (&["user_skill:read", "user:read"], [200, 200, 403, 403, 404]),
        (&["user_skill:create", "user:read"], [404, 404, 201, 403, 404]),
        // Who may not read it changes nothing.
        (&["user_skill:update", "user:read"], [404, 404, 403, 403, 404]),
        (&["user_skill:read", "user_skill:update", "user:read"], [200, 200, 403, 200, 404]),
        (&["user_skill:delete", "user:read"], [404, 404, 403, 403, 204]),
    ];
    for (scopes, wanted) in cases {
        set_out(&bea).await;
        let client = narrow(&app, bea.id, Mint { scopes: scopes.to_vec(), ..Mint::default() }).await;
        assert_eq!(answers(&client).await, wanted, "{scopes:?}");
    }
}

/// A skill has no id that an allow list could name.
#[tokio::test]
async fn an_allow_list_lets_all_skills_through_or_none() {
    let (app, _, bea) = served().await;
    set_out(&bea).await;
    let id = get(&bea, "me", "prune").await.json()["id"].as_str().unwrap().to_owned();
    let any = || "*".to_owned();
    let open = [200, 200, 201, 200, 204];
    let shut = [404, 404, 403, 403, 404];
    for (list, wanted) in [
        (vec![("*", any())], open),
        (vec![("user_skill", any()), ("user", any())], open),
        (vec![("user_skill", any()), ("user", bea.id.to_string())], open),
        (vec![("user_skill", id.clone()), ("user", any())], shut),
        (vec![("user_skill", bea.id.to_string()), ("user", any())], shut),
        (vec![("user", any())], shut),
        (vec![("user_skill", any())], [404; 5]),
        (vec![("user_skill", id), ("user", Uuid::nil().to_string())], [404; 5]),
    ] {
        set_out(&bea).await;
        let told = format!("{list:?}");
        let client = narrow(&app, bea.id, Mint { allow_list: list, ..Mint::default() }).await;
        assert_eq!(answers(&client).await, wanted, "{told}");
    }
}

#[tokio::test]
async fn the_scopes_can_be_asked_for() {
    let (_app, _, bea) = served().await;
    let known = bea.get("/auth/scopes").await.expect(200).text;
    for verb in ["create", "read", "update", "delete", "*"] {
        assert!(known.contains(&format!("\"user_skill:{verb}\"")), "{verb}: {known}");
    }
    let asked = json!({ "token_name": "reader", "scopes": ["user_skill:read", "user:read"] });
    let key = bea.post("/users/me/keys/tokens", asked).await.expect(201).json();
    let reader = bea.with_token(key["key"].as_str().unwrap());
    post(&bea, "me", &named("prune")).await.expect(201);
    get(&reader, "me", "prune").await.expect(200);
    assert_forbidden(&post(&reader, "me", &named("rake")).await, "a reader");
}
