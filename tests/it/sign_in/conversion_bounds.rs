//! What a conversion takes, what it leaves, and what it is refused for (auth.md 8.1).

use chrono::TimeDelta;
use entity::{audit_logs, users};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use roster::model::clock::Clock;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use super::conversion::asked;
use super::github_world::{self, open};
use super::world::{World, assert_refused, set_cookies, somebody, with};
use crate::support::github::Person;
use crate::support::{Actor, PASSWORD, TestApp};

const NOT_THIS: &str = "Request to convert login type from password to oidc failed";

async fn owned() -> Option<(World, Actor)> {
    let world = World::with_accounts(json!({ "owner": somebody("owner@example.com") })).await?;
    let owner = world.app.owner().await;
    Some((world, owner))
}

/// The changes of a user that the audit log holds: actor and status.
async fn changes(app: &TestApp, user: Uuid) -> Vec<(Uuid, i32)> {
    let entries = audit_logs::Entity::find().filter(audit_logs::Column::ResourceId.eq(user));
    let entries = entries.filter(audit_logs::Column::Action.eq("write"));
    let entries = entries.filter(audit_logs::Column::ResourceType.eq("user"));
    let entries = entries.order_by_asc(audit_logs::Column::Time).all(&app.db).await.unwrap();
    entries.into_iter().map(|entry| (entry.user_id, entry.status_code)).collect()
}

async fn stored(app: &TestApp, user: Uuid) -> users::Model {
    users::Entity::find_by_id(user).one(&app.db).await.unwrap().unwrap()
}

/// The claims of a conversion of this user that began now, with others in their place, signed by the deployment itself.
fn signed(app: &TestApp, user: &Actor, state: &str, others: Value, mark: &str) -> String {
    let now = app.clock.now().timestamp();
    let claims = json!({
        "deployment_id": app.backend.deployment, "user_id": user.id, "state": state, "from_login_type": "password",
        "to_login_type": "oidc", "iat": now, "exp": now + 300, "password_mark": mark,
    });
    let key = EncodingKey::from_secret(app.backend.signing_key.expose().as_bytes());
    encode(&Header::new(Algorithm::HS256), &with(claims, others), &key).unwrap()
}

/// What a signed text says; nobody but the server needs to check it.
fn said(signed: &str) -> Value {
    use base64ct::{Base64UrlUnpadded, Encoding};
    let body = signed.split('.').nth(1).unwrap();
    serde_json::from_slice(&Base64UrlUnpadded::decode_vec(body).unwrap()).unwrap()
}

#[tokio::test]
async fn a_conversion_takes_the_password_and_the_session_and_leaves_the_tokens() {
    let Some((world, owner)) = owned().await else { return };
    let token = owner.post("/users/me/keys/tokens", json!({})).await.expect(201).json();
    let token = world.app.client().with_token(token["key"].as_str().unwrap());
    let (mut browser, state) = asked(&world, &owner).await;
    let query = format!("?oidc_merge_state={state}&redirect=%2Fmine");
    let back = browser.log_in_to(&query, "owner").await.expect(307);
    assert_eq!(back.header("location"), "/mine");

    let stored = stored(&world.app, owner.id).await;
    assert_eq!((stored.login_type.as_str(), stored.hashed_password.as_str()), ("oidc", ""));
    let link = world.link(&json!(owner.id)).await;
    assert_eq!(link.linked_id, format!("{}||owner", world.realm.issuer));
    assert!(!link.oauth_access_token.is_empty());
    assert_eq!(changes(&world.app, owner.id).await, [(owner.id, 307)]);
    owner.get("/users/me").await.expect(401);
    token.get("/users/me").await.expect(200);
    // No session was opened.
    assert_eq!(browser.cookie("coder_session_token"), None);
    assert_eq!(world.rows().await.1, 1);
}

#[tokio::test]
async fn what_this_deployment_did_not_sign_lately_converts_nobody() {
    let Some((world, owner)) = owned().await else { return };
    let (browser, state) = asked(&world, &owner).await;
    let query = format!("?oidc_merge_state={state}");
    let own = browser.cookie("coder_oauth_convert_jwt").unwrap().to_owned();
    let (rest, _) = own.rsplit_once('.').unwrap();
    for bad in ["nonsense", &format!("{rest}."), &format!("{rest}.AAAA"), "eyJhbGciOiJub25lIn0.e30."] {
        let mut browser = browser.clone();
        browser.set_cookie("coder_oauth_convert_jwt", bad);
        let back = browser.log_in_to(&query, "owner").await.expect(400);
        assert!(back.message().starts_with("Using an invalid jwt to authorize this action"), "{back:?}");
        assert_eq!(browser.cookie("coder_oauth_convert_jwt"), None);
    }
    let mut late = browser.clone();
    let start = late.begin(&query).await.expect(307);
    let back = late.at_provider(start.header("location"), "owner").await;
    world.app.clock.advance(TimeDelta::seconds(301));
    let back = late.get(&back).await.expect(400);
    assert!(back.message().starts_with("Using an invalid jwt to authorize this action"), "{back:?}");
    // Nobody knows who asked, so that the log has nothing of it.
    assert_eq!(changes(&world.app, owner.id).await, []);
    assert_eq!(stored(&world.app, owner.id).await.login_type, "password");
    owner.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn what_was_signed_for_something_else_converts_nobody_and_is_told_in_the_log() {
    let Some((world, owner)) = owned().await else { return };
    let (browser, state) = asked(&world, &owner).await;
    let mark = said(browser.cookie("coder_oauth_convert_jwt").unwrap())["password_mark"].clone();
    let mark = mark.as_str().unwrap();
    let query = format!("?oidc_merge_state={state}");
    let others = [
        json!({ "deployment_id": Uuid::nil() }),
        json!({ "state": format!("convert-{}", "x".repeat(32)) }),
        json!({ "user_id": Uuid::nil() }),
        json!({ "from_login_type": "none" }),
        json!({ "to_login_type": "github" }),
        json!({ "password_mark": "" }),
    ];
    for (count, other) in others.iter().enumerate() {
        let mut browser = browser.clone();
        browser
            .set_cookie("coder_oauth_convert_jwt", &signed(&world.app, &owner, &state, other.clone(), mark));
        let back = browser.log_in_to(&query, "owner").await;
        assert_eq!((back.status, back.message().as_str()), (403, NOT_THIS), "{other}: {back:?}");
        assert_eq!(browser.cookie("coder_oauth_convert_jwt"), None, "{other}");
        assert_eq!(changes(&world.app, owner.id).await, vec![(owner.id, 403); count + 1], "{other}");
    }
    assert_eq!(stored(&world.app, owner.id).await.login_type, "password");
    owner.get("/users/me").await.expect(200);

    let mut honest = browser;
    let text = signed(&world.app, &owner, &state, json!({}), mark);
    honest.set_cookie("coder_oauth_convert_jwt", &text);
    honest.log_in_to(&query, "owner").await.expect(307);
    assert_eq!(stored(&world.app, owner.id).await.login_type, "oidc");
}

#[tokio::test]
async fn another_password_or_a_suspension_ends_what_has_begun() {
    let Some((world, owner)) = owned().await else { return };
    let (mut browser, state) = asked(&world, &owner).await;
    let change = json!({ "old_password": PASSWORD, "password": "AnotherGoodOne456?" });
    owner.put("/users/me/password", change).await.expect(204);
    let query = format!("?oidc_merge_state={state}");
    let back = browser.log_in_to(&query, "owner").await.expect(403);
    assert_eq!(back.message(), NOT_THIS);

    let login = json!({ "email": "owner@example.com", "password": "AnotherGoodOne456?" });
    let session = world.app.client().post("/users/login", login).await.expect(201).json();
    let owner = world.app.client().with_token(session["session_token"].as_str().unwrap());
    let cy = json!({ "username": "cy", "login_type": "password", "password": PASSWORD });
    let cy = world.app.user_from(&world.app.actor(Uuid::nil(), "", "", owner.token().to_owned()), cy).await;
    world.realm.set_accounts(&json!({ "cy": somebody("cy@example.com") }));
    let (mut browser, state) = asked(&world, &cy).await;
    owner.put_empty("/users/cy/status/suspend").await.expect(200);
    let back = browser.log_in_to(&format!("?oidc_merge_state={state}"), "cy").await;
    assert_refused(&back, "Account suspended");
    assert_eq!(stored(&world.app, cy.id).await.login_type, "password");
    assert_eq!(
        changes(&world.app, cy.id).await.last().map(|(actor, status)| (*actor, *status)),
        Some((cy.id, 403))
    );
}

#[tokio::test]
async fn only_states_of_conversions_are_taken_from_a_link() {
    let Some(world) = World::new().await else { return };
    let (short, long) = ("x".repeat(31), "x".repeat(33));
    for state in [
        "x",
        "convert-",
        &format!("convert-{short}"),
        &format!("convert-{long}"),
        &format!("convert-{short}%3B"),
    ] {
        let reply = world.browser().begin(&format!("?oidc_merge_state={state}")).await.expect(400);
        assert!(set_cookies(&reply).is_empty(), "{state}: {reply:?}");
    }
    let state = format!("convert-{}", "x".repeat(32));
    let mut browser = world.browser();
    browser.begin(&format!("?oidc_merge_state={state}")).await.expect(307);
    assert_eq!(browser.cookie("oauth_state"), Some(&*state));
}

#[tokio::test]
async fn github_takes_over_from_a_password_too() {
    let world = github_world::World::new(open(), [Person::new(7, "owner")]).await;
    let owner = world.app.owner().await;
    for (to, status) in [("oidc", 403), ("github", 307)] {
        let body = json!({ "to_type": to, "password": PASSWORD });
        let reply = owner.post("/users/me/convert-login", body).await.expect(201);
        let state = reply.json()["state_string"].as_str().unwrap().to_owned();
        let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
        let (name, value) = cookie.split_once('=').unwrap();
        let mut browser = world.browser();
        browser.cookies.insert(name.to_owned(), value.to_owned());
        browser.cookies.insert("coder_session_token".to_owned(), owner.token.clone());
        let back = browser.log_in(&format!("?oidc_merge_state={state}")).await.expect(status);
        if status == 403 {
            assert_eq!(back.message(), "Request to convert login type from password to github failed");
            owner.get("/users/me").await.expect(200);
        } else {
            assert!(browser.cookies.is_empty(), "{:?}", browser.cookies);
        }
    }
    owner.get("/users/me").await.expect(401);
    assert_eq!(stored(&world.app, owner.id).await.login_type, "github");
    let (mut browser, _) = world.log_in("owner").await;
    assert_eq!(browser.me().await["id"], owner.id.to_string());
    assert_eq!(world.stored().await, (1, 1));
}
