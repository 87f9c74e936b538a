//! POST /users: the table of checks after the field rules, and their order (users.md 3.2, rows 2 to 14).

use chrono::TimeDelta;
use roster::domain::Settings;
use serde_json::{Value, json};

use super::*;
use crate::support::{Actor, Mint, PASSWORD, settings, uuid};

const NO_ORGANIZATION: &str = "No organization specified to place the user as a member of.";
const EXISTS: &str = "User already exists.";
const UNKNOWN: &str = "5ea1ab1e-0000-4000-8000-000000000000";

fn no_such_organization() -> String {
    format!("Organization does not exist with the provided id \"{UNKNOWN}\".")
}

async fn refused(caller: &Actor, body: &Value, status: u16, message: &str) -> Reply {
    assert_refused(caller.post("/users", body.clone()).await, status, message)
}

#[tokio::test]
async fn the_checks_come_in_order() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let wrong = json!({
        "username": "a_b", "email": "owner@example.com", "login_type": "oidc", "password": "weak",
        "organization_ids": [], "roles": ["nonsense"],
    });
    refused(&owner, &wrong, 400, "Validation failed.").await;
    let wrong = with(wrong, json!({ "username": "owner" }));
    let password = "Password cannot be set for non-password (\"oidc\") authentication.";
    refused(&owner, &wrong, 400, password).await;
    let wrong = with(wrong, json!({ "password": "" }));
    let reply = owner.post("/users", wrong.clone()).await.expect(400);
    assert!(reply.message().starts_with(NO_ORGANIZATION));
    let wrong = with(wrong, json!({ "organization_ids": [UNKNOWN] }));
    refused(&owner, &wrong, 409, EXISTS).await;
    let wrong = with(wrong, json!({ "username": "bea", "email": "bea@example.com" }));
    refused(&owner, &wrong, 404, &no_such_organization()).await;
    let wrong = with(wrong, json!({ "organization_ids": [app.organization] }));
    refused(&owner, &wrong, 400, "You must configure OIDC before creating OIDC users.").await;
    let wrong = with(wrong, json!({ "login_type": "password" }));
    refused(&owner, &wrong, 400, "Password is invalid").await;
    let wrong = with(wrong, json!({ "password": PASSWORD }));
    refused(&owner, &wrong, 400, "\"nonsense\" is not a supported role").await;
    owner.post("/users", with(wrong, json!({ "roles": [] }))).await.expect(201);
}

#[tokio::test]
async fn service_accounts_have_checks_of_their_own() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let wrong = json!({
        "username": "robot", "email": "robot@example.com", "login_type": "password", "password": PASSWORD,
        "service_account": true, "organization_ids": [],
    });
    refused(&owner, &wrong, 400, "Service accounts must use login type 'none'.").await;
    for other in ["oidc", "github", "token", "garbage"] {
        let wrong = with(wrong.clone(), json!({ "login_type": other }));
        refused(&owner, &wrong, 400, "Service accounts must use login type 'none'.").await;
    }
    let wrong = with(wrong, json!({ "login_type": "" }));
    refused(&owner, &wrong, 400, "Password cannot be set for service accounts.").await;
    let wrong = with(wrong, json!({ "password": "" }));
    refused(&owner, &wrong, 400, "Email cannot be set for service accounts.").await;
    let wrong = with(wrong, json!({ "email": "" }));
    assert!(owner.post("/users", wrong).await.expect(400).message().starts_with(NO_ORGANIZATION));
}

#[tokio::test]
async fn the_address_of_a_service_account_is_checked_like_any() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = with(request(&app, "robot"), json!({ "service_account": true, "email": "nope" }));
    assert_breaks_rule(owner.post("/users", body).await, "email", "email", "nope");
}

#[tokio::test]
async fn only_password_users_have_passwords() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for other in ["none", "oidc", "github", "token", "garbage"] {
        let body = with(request(&app, "x"), json!({ "login_type": other, "password": PASSWORD }));
        let text = format!("Password cannot be set for non-password (\"{other}\") authentication.");
        refused(&owner, &body, 400, &text).await;
    }
}

#[tokio::test]
async fn passwords_must_be_strong() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = without(request(&app, "x"), &["login_type"]);
    for weak in ["", "pass", "password", "testtest", &"a".repeat(65), &"Aq7!".repeat(17)] {
        let reply =
            refused(&owner, &with(body.clone(), json!({ "password": weak })), 400, "Password is invalid")
                .await;
        assert_eq!(reply.validations()[0].0, "password");
    }
    refused(&owner, &body, 400, "Password is invalid").await;
}

#[tokio::test]
async fn some_login_types_cannot_be_made() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for other in ["token", "oauth2_provider_app", "garbage", "Password", "none "] {
        let body = with(request(&app, "x"), json!({ "login_type": other }));
        let text = format!("Unsupported login type \"{other}\" for manually creating new users.");
        refused(&owner, &body, 400, &text).await;
    }
    let body = with(request(&app, "x"), json!({ "login_type": "oidc" }));
    refused(&owner, &body, 400, "You must configure OIDC before creating OIDC users.").await;
    let made = owner.post("/users", with(body, json!({ "login_type": "github" }))).await.expect(201).json();
    assert_eq!(made["login_type"], "github");
}

#[tokio::test]
async fn an_organization_must_be_given() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = request(&app, "x");
    let none = [
        with(body.clone(), json!({ "organization_ids": [] })),
        with(body.clone(), json!({ "organization_ids": null })),
        without(body, &["organization_ids"]),
    ];
    for body in none {
        let reply = owner.post("/users", body).await.expect(400);
        assert!(reply.message().starts_with(NO_ORGANIZATION), "{}", reply.message());
        assert_eq!(reply.detail(), "required at least 1 value for the array 'organization_ids'");
        let missing = "Missing values, this cannot be empty".to_owned();
        assert_eq!(reply.validations(), [("organization_ids".to_owned(), missing)]);
    }
}

#[tokio::test]
async fn every_organization_must_be_there() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = with(request(&app, "x"), json!({ "organization_ids": [app.organization, UNKNOWN] }));
    refused(&owner, &body, 404, &no_such_organization()).await;
    assert_hidden(owner.get("/users/x").await);
}

#[tokio::test]
async fn deleted_organizations_cannot_be_joined() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let id = app.organization("gone").await;
    let update = entity::organizations::Entity::update_many();
    let update = update.col_expr(entity::organizations::Column::Deleted, Expr::value(true));
    update.filter(entity::organizations::Column::Id.eq(id)).exec(&app.db).await.unwrap();
    let text = format!("Organization does not exist with the provided id \"{id}\".");
    let body = with(request(&app, "x"), json!({ "organization_ids": [id] }));
    refused(&owner, &body, 404, &text).await;
}

#[tokio::test]
async fn names_and_addresses_are_taken_in_any_case() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = with(request(&app, "Bea"), json!({ "email": "Béa@Exämple.com" }));
    owner.post("/users", bea).await.expect(201);
    let taken = [
        json!({ "username": "bEA" }),
        json!({ "email": "béa@exämple.com" }),
        json!({ "email": "BÉA@EXÄMPLE.COM" }),
        json!({ "username": "BEA", "email": "béa@exämple.com" }),
    ];
    for same in taken {
        let reply = refused(&owner, &with(request(&app, "other"), same), 409, EXISTS).await;
        assert_eq!((reply.detail(), reply.validations()), (String::new(), vec![]));
    }
    owner.post("/users", request(&app, "other")).await.expect(201);
}

#[tokio::test]
async fn names_of_deleted_users_are_free() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let gone = uuid(&owner.post("/users", request(&app, "bea")).await.expect(201).json()["id"]);
    delete_in_database(&app, gone).await;
    let again = uuid(&owner.post("/users", request(&app, "Bea")).await.expect(201).json()["id"]);
    assert_ne!(again, gone);
    assert_eq!(uuid(&owner.get("/users/bea").await.expect(200).json()["id"]), again);
}

#[tokio::test]
async fn a_service_account_takes_a_username_but_no_address() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let robot = |name| {
        with(without(request(&app, name), &["email", "login_type"]), json!({ "service_account": true }))
    };
    owner.post("/users", robot("r1")).await.expect(201);
    owner.post("/users", robot("r2")).await.expect(201);
    refused(&owner, &robot("R1"), 409, EXISTS).await;
}

#[tokio::test]
async fn password_users_cannot_be_made_where_passwords_are_off() {
    let app = TestApp::with(Settings { password_login: false, ..settings() }).await;
    let first = json!({ "email": "owner@example.com", "username": "owner", "password": PASSWORD });
    let id = uuid(&app.client().post("/users/first", first).await.expect(201).json()["user_id"]);
    let token = app.mint(id, Mint { lifetime: TimeDelta::hours(2), ..Mint::default() }).await;
    let owner = app.actor(id, "owner", "owner@example.com", token);
    let off = "Password based authentication is disabled! Unable to provision new users with password authentication.";
    let body = with(request(&app, "x"), json!({ "login_type": "", "organization_ids": [] }));
    refused(&owner, &body, 403, off).await;
    let body = with(body, json!({ "login_type": "password", "password": PASSWORD }));
    refused(&owner, &body, 403, off).await;
    owner.post("/users", request(&app, "x")).await.expect(201);
}
