//! POST /users/{user}/convert-login (auth.md 8.1, case 35).

use chrono::TimeDelta;
use entity::users::Column;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use roster::model::clock::Clock;
use serde_json::{Value, json};

use super::{NOT_FOUND, audited, served, stored};
use crate::support::{Client, PASSWORD, Reply, TestApp, settings};

async fn convert(client: &Client, user: &str, to: &str, password: &str) -> Reply {
    let body = json!({ "to_type": to, "password": password });
    client.post(&format!("/users/{user}/convert-login"), body).await
}

/// The value of the cookie and its attributes.
fn cookie(reply: &Reply) -> (String, Vec<String>) {
    let mut parts = reply.header("set-cookie").split("; ").map(str::to_owned);
    let (name, value) =
        parts.next().unwrap().split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert_eq!(name, "coder_oauth_convert_jwt");
    (value, parts.collect())
}

/// What a cookie says, if this deployment signed it.
fn claims(app: &TestApp, text: &str) -> Value {
    let key = DecodingKey::from_secret(app.backend.signing_key.expose().as_bytes());
    let mut validation = Validation::new(Algorithm::HS256);
    // The server has a clock of its own here.
    validation.validate_exp = false;
    decode::<Value>(text, &key, &validation).unwrap().claims
}

#[tokio::test]
async fn a_conversion_begins_with_a_state_and_a_signed_cookie() {
    let (app, _, bea) = served().await;
    for to in ["oidc", "github"] {
        let reply = convert(&bea, "me", to, PASSWORD).await.expect(201);
        let body = reply.json();
        let end = Clock::now(&app.clock) + TimeDelta::minutes(5);
        let state = body["state_string"].as_str().unwrap();
        assert_eq!(
            body,
            json!({ "expires_at": "2026-05-20T00:05:00Z", "state_string": state, "to_type": to, "user_id": bea.id })
        );
        let random = state.strip_prefix("convert-").unwrap();
        assert!(random.len() == 32 && random.bytes().all(|b| b.is_ascii_alphanumeric()), "{state}");
        let (signed, attributes) = cookie(&reply);
        assert_eq!(attributes, ["Path=/", "Max-Age=300", "HttpOnly", "SameSite=Lax"]);
        let said = claims(&app, &signed);
        assert_eq!(
            said,
            json!({
                "deployment_id": app.backend.deployment, "user_id": bea.id, "state": state,
                "from_login_type": "password", "to_login_type": to,
                "iat": end.timestamp() - 300, "exp": end.timestamp(), "password_mark": said["password_mark"],
            })
        );
        // Tells nothing of the hash but whether it is another one.
        let mark = said["password_mark"].as_str().unwrap();
        assert!(mark.len() == 64 && mark.bytes().all(|b| b.is_ascii_hexdigit()), "{mark}");
    }
    // Nothing is changed yet.
    bea.get("/users/me").await.expect(200);
    assert_eq!(stored(&app, bea.id).await.login_type, "password");
    assert_eq!(audited(&app, bea.id, "create").await, vec![("convert_login".to_owned(), bea.id, 201); 2]);
}

#[tokio::test]
async fn each_conversion_has_a_state_of_its_own() {
    let (_app, _, bea) = served().await;
    let state =
        async || convert(&bea, "me", "oidc", PASSWORD).await.expect(201).json()["state_string"].clone();
    assert_ne!(state().await, state().await);
}

#[tokio::test]
async fn refusals_come_in_the_order_of_the_contract() {
    let (_app, _, bea) = served().await;
    let missing = bea.post("/users/me/convert-login", json!({})).await.expect(400);
    let fields: Vec<_> = missing.validations().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["password", "to_type"]);
    for to in ["none", "password", "token"] {
        let refused = convert(&bea, "me", to, "wrong").await.expect(400);
        assert_eq!(refused.message(), format!("Cannot convert to login type \"{to}\"."));
    }
    for to in ["x", "oauth2_provider_app"] {
        let refused = convert(&bea, "me", to, "wrong").await.expect(400);
        assert_eq!(refused.message(), format!("Unknown login type \"{to}\"."));
    }
    let wrong = convert(&bea, "me", "oidc", "wrong").await.expect(401);
    assert_eq!(wrong.message(), "Incorrect email or password.");
    assert!(wrong.header("set-cookie").is_empty());
}

#[tokio::test]
async fn those_who_log_in_otherwise_and_the_suspended_are_told_so_for_the_right_password() {
    let (app, owner, bea) = served().await;
    app.set_user(bea.id, Column::LoginType, "github").await;
    assert_eq!(
        convert(&owner, "bea", "oidc", "wrong").await.expect(401).message(),
        "Incorrect email or password."
    );
    let refused = convert(&owner, "bea", "oidc", PASSWORD).await.expect(403);
    let text = "Incorrect login type, attempting to use \"password\" but user is of login type \"github\"";
    assert_eq!(refused.message(), text);
    app.set_user(bea.id, Column::LoginType, "password").await;
    app.set_user(bea.id, Column::Status, "suspended").await;
    convert(&owner, "bea", "oidc", PASSWORD).await.expect(401);
}

#[tokio::test]
async fn whoever_knows_the_password_may_begin_for_somebody_else() {
    let (app, owner, bea) = served().await;
    let reply = convert(&owner, "bea", "oidc", PASSWORD).await.expect(201);
    assert_eq!(claims(&app, &cookie(&reply).0)["user_id"], bea.id.to_string());
    let cy = app.user(&owner, "cy", &[]).await;
    assert_eq!(cy.post_text("/users/bea/convert-login", "{").await.expect(404).message(), NOT_FOUND);
    convert(&app.client(), "bea", "oidc", PASSWORD).await.expect(401);
}

#[tokio::test]
async fn where_passwords_are_off_nobody_converts() {
    let settings = roster::domain::Settings { password_login: false, ..settings() };
    let app = TestApp::with(settings).await;
    let body = json!({ "email": "owner@example.com", "username": "owner", "password": PASSWORD });
    let made = app.client().post("/users/first", body).await.expect(201).json();
    let token = app.mint(crate::support::uuid(&made["user_id"]), crate::support::Mint::default()).await;
    let owner = app.client().with_token(&token);
    let refused = convert(&owner, "me", "oidc", PASSWORD).await.expect(403);
    assert_eq!(refused.message(), "Password authentication is disabled.");
    convert(&owner, "me", "oidc", "wrong").await.expect(401);
}

#[tokio::test]
async fn the_cookie_goes_over_https_only_where_there_is_https() {
    let app = TestApp::with(roster::domain::Settings { secure_cookies: true, ..settings() }).await;
    let owner = app.owner().await;
    let reply = convert(&owner, "me", "oidc", PASSWORD).await.expect(201);
    assert!(cookie(&reply).1.contains(&"Secure".to_owned()));
}

#[tokio::test]
async fn a_deployment_keeps_its_key() {
    let (app, _, _) = served().await;
    let ids = roster::model::ids::Ids::seeded(99);
    let now = Clock::now(&app.clock);
    let facts = roster::store::install::install(&app.backend.store, now, &ids).await.unwrap();
    assert_eq!((facts.id, &facts.signing_key), (app.backend.deployment, &app.backend.signing_key));
    assert_eq!(app.backend.signing_key.expose().len(), 64);
    assert!(!format!("{:?}", app.backend.signing_key).contains(app.backend.signing_key.expose()));
}

/// As on a database that an older release made.
#[tokio::test]
async fn a_deployment_without_a_key_gets_one_and_keeps_its_id() {
    use entity::site_configs::Entity;
    use sea_orm::EntityTrait;
    let (app, _, _) = served().await;
    Entity::delete_by_id("signing_key").exec(&app.db).await.unwrap();
    let ids = roster::model::ids::Ids::seeded(99);
    let install = async || {
        let now = Clock::now(&app.clock);
        roster::store::install::install(&app.backend.store, now, &ids).await.unwrap()
    };
    let facts = install().await;
    assert_eq!(facts.id, app.backend.deployment);
    assert_ne!(facts.signing_key, app.backend.signing_key);
    assert_eq!(install().await, facts);
}
