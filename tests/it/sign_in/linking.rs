//! Which user somebody is, and what a login changes of that user.

use roster::domain::provider::OidcRules;
use roster::providers::oidc::ClaimsSource;
use serde_json::{Value, json};

use super::world::{Plan, World, alice, described, id, somebody, with};

#[tokio::test]
async fn a_user_whom_an_administrator_announced_is_linked_at_the_first_login() {
    let rules = OidcRules { allow_signups: false, ..OidcRules::default() };
    let Some(world) = World::of(Plan { rules, ..Plan::default() }).await else { return };
    let owner = world.app.owner().await;
    let body = json!({
        "username": "al", "email": "Alice@Example.com", "login_type": "oidc", "user_status": "dormant",
        "organization_ids": [world.app.organization],
    });
    let made = owner.post("/users", body).await.expect(201).json();
    let (users, _) = world.rows().await;

    let me = world.me("alice").await;
    assert_eq!((&me["id"], &me["username"], &me["status"]), (&made["id"], &json!("al"), &json!("active")));
    assert_eq!((&me["email"], &me["name"]), (&json!("alice@example.com"), &json!("Alice Liddell")));
    assert_eq!(world.rows().await.0, users);
    assert_eq!(world.link(&me["id"]).await.linked_id, format!("{}||248289761001", world.realm.issuer));
}

#[tokio::test]
async fn what_changes_at_the_provider_changes_here_but_the_username_stays() {
    let Some(world) = World::new().await else { return };
    world.app.owner().await;
    let before = world.me("alice").await;
    let changed = json!({
        "sub": "248289761001", "email": "al@example.org", "email_verified": true, "name": "Al", "picture": "",
        "preferred_username": "al",
    });
    world.realm.set_accounts(&json!({ "alice": changed }));
    let after = world.me("alice").await;
    for (member, value) in
        [("id", &before["id"]), ("username", &json!("alice")), ("email", &json!("al@example.org"))]
    {
        assert_eq!(after[member], *value, "{member}: {after}");
    }
    assert_eq!((&after["name"], &after["avatar_url"]), (&json!("Al"), &Value::Null));
}

#[tokio::test]
async fn a_changed_address_that_somebody_else_has_is_a_fault_that_changes_nothing() {
    let Some(world) = World::new().await else { return };
    world.app.owner().await;
    let session = world.session("alice").await;
    let before = session.get("/users/me").await.expect(200).json();
    let rows = world.rows().await;
    let changed = with(alice(), json!({ "email": "Owner@example.com", "name": "Changed" }));
    world.realm.set_accounts(&json!({ "alice": changed }));
    let back = world.log_in("alice").await.expect(500);
    assert!(!back.message().is_empty());
    assert_eq!(world.rows().await, rows);
    let after = session.get("/users/me").await.expect(200).json();
    assert_eq!(described(&after), described(&before));
}

#[tokio::test]
async fn users_see_the_claims_of_their_last_login() {
    let account = with(alice(), json!({ "groups": ["a", "b"], "level": 3 }));
    let Some(world) = World::with_accounts(json!({ "alice": account.clone() })).await else { return };
    let owner = world.app.owner().await;
    let session = world.session("alice").await;
    let claims = session.get("/users/oidc-claims").await.expect(200).json()["claims"].clone();
    assert_eq!(
        (&claims["iss"], &claims["aud"], &claims["sub"]),
        (&json!(world.realm.issuer), &json!("roster"), &json!("248289761001"))
    );
    // From the userinfo endpoint: the id token has none of them.
    for (member, value) in account.as_object().unwrap() {
        assert_eq!(claims[member], *value, "{member}: {claims}");
    }

    world.realm.set_accounts(&json!({ "alice": with(alice(), json!({ "level": 4 })) }));
    world.log_in("alice").await.expect(307);
    let claims = session.get("/users/oidc-claims").await.expect(200).json()["claims"].clone();
    assert_eq!((&claims["groups"], &claims["level"]), (&Value::Null, &json!(4)));
    let refused = owner.get("/users/oidc-claims").await.expect(400);
    assert_eq!(refused.message(), "User is not an OIDC user.");
}

#[tokio::test]
async fn the_id_token_alone_is_enough_where_the_provider_has_no_userinfo() {
    for source in [ClaimsSource::Userinfo, ClaimsSource::None] {
        let plan = Plan { habits: json!({ "tells": "id_token" }), source, ..Plan::default() };
        let Some(world) = World::of(plan).await else { return };
        assert_eq!(world.me("alice").await["name"], "Alice Liddell", "{source:?}");
    }
}

#[tokio::test]
async fn userinfo_is_not_asked_where_the_operator_does_not_want_it() {
    let plan = Plan { source: ClaimsSource::None, ..Plan::default() };
    let Some(world) = World::of(plan).await else { return };
    // The provider tells nothing but who it is in the id token.
    assert_eq!(world.log_in("alice").await.expect(400).message(), "No email found in OIDC payload!");
}

#[tokio::test]
async fn other_claims_count_where_the_operator_says_so() {
    let rules = OidcRules {
        email_field: "mail".to_owned(),
        username_field: "login".to_owned(),
        name_field: "display".to_owned(),
        ..OidcRules::default()
    };
    let account =
        with(alice(), json!({ "mail": "work@example.com", "login": "worker", "display": "The Worker" }));
    let plan = Plan { accounts: json!({ "alice": account }), rules, ..Plan::default() };
    let Some(world) = World::of(plan).await else { return };
    let me = world.me("alice").await;
    assert_eq!(
        (&me["email"], &me["username"], &me["name"]),
        (&json!("work@example.com"), &json!("worker"), &json!("The Worker"))
    );
}

#[tokio::test]
async fn people_are_told_apart_by_who_they_are_and_not_by_their_address() {
    let Some(world) =
        World::with_accounts(json!({ "alice": alice(), "bob": somebody("bob@example.com") })).await
    else {
        return;
    };
    world.app.owner().await;
    let (first, bob) = (world.me("alice").await, world.me("bob").await);
    // They swap their addresses, one after the other, as the provider has each once.
    world.realm.set_accounts(&json!({ "alice": with(alice(), json!({ "email": "new@example.com" })) }));
    assert_eq!(id(&world.me("alice").await), id(&first));
    world.realm.set_accounts(&json!({ "bob": somebody("alice@example.com") }));
    let moved = world.me("bob").await;
    assert_eq!((id(&moved), &moved["email"]), (id(&bob), &json!("alice@example.com")));
}
