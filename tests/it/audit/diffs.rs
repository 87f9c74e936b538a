//! What became different (logs.md A5, cases 2, 6 and 7).

use roster::model::clock::Clock;
use serde_json::{Value, json};

use super::{became, found, newest, newest_diff, served, settled, tick};
use crate::support::{Actor, PASSWORD, TestApp};

const NEW: &str = "AnotherGoodOne456?";

/// The clock's time as the log writes it.
fn now(app: &TestApp) -> String {
    app.clock.now().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[tokio::test]
async fn a_new_user_is_compared_with_nobody() {
    let (app, owner, _) = served().await;
    let body = json!({
        "username": "Carl", "email": "carl@example.com", "password": PASSWORD, "organization_ids": [app.organization],
    });
    let carl = owner.post("/users", body).await.expect(201).json();
    let expected = json!({
        "id": became("", carl["id"].clone()), "email": became("", "carl@example.com"), "username": became("", "Carl"),
        "status": became("", "dormant"), "login_type": became("", "password"),
        "rbac_roles": { "new": [], "secret": false }, "hashed_password": { "secret": true },
    });
    assert_eq!(newest_diff(&app, &owner).await, expected);
}

#[tokio::test]
async fn a_service_account_has_no_password_to_tell_of() {
    let (app, owner, _) = served().await;
    let body = json!({
        "username": "robot", "service_account": true, "organization_ids": [app.organization], "roles": ["auditor"],
        "user_status": "active",
    });
    let robot = owner.post("/users", body).await.expect(201).json();
    let expected = json!({
        "id": became("", robot["id"].clone()), "username": became("", "robot"), "status": became("", "active"),
        "login_type": became("", "none"), "is_service_account": became(false, true),
        "rbac_roles": { "new": ["auditor"], "secret": false },
    });
    assert_eq!(newest_diff(&app, &owner).await, expected);
}

#[tokio::test]
async fn a_deleted_user_is_deleted_and_nothing_else() {
    let (app, owner, _) = served().await;
    owner.delete("/users/bea").await.expect(200);
    assert_eq!(newest_diff(&app, &owner).await, json!({ "deleted": became(false, true) }));
}

#[tokio::test]
async fn a_password_is_a_secret_that_changed() {
    let (app, owner, _) = served().await;
    let body = json!({ "username": "carl", "login_type": "password", "password": PASSWORD });
    let carl = app.user_from(&owner, body).await;
    tick(&app);
    let body = json!({ "old_password": PASSWORD, "password": NEW });
    carl.put("/users/me/password", body).await.expect(204);
    assert_eq!(newest_diff(&app, &owner).await, json!({ "hashed_password": { "secret": true } }));
}

#[tokio::test]
async fn a_key_pair_shows_its_public_half_only() {
    let (app, owner, bea) = served().await;
    let old = bea.get("/users/me/gitsshkey").await.expect(200).json();
    let new = bea.put_empty("/users/me/gitsshkey").await.expect(200).json();
    let expected = json!({
        "public_key": became(old["public_key"].clone(), new["public_key"].clone()),
        "private_key": { "old": "", "new": "", "secret": true },
    });
    assert_eq!(newest_diff(&app, &owner).await, expected);
}

/// Neither hashes nor private keys, whoever did what.
#[tokio::test]
async fn no_entry_holds_a_hash_or_a_private_key() {
    let (app, owner, bea) = served().await;
    let body = json!({ "username": "carl", "login_type": "password", "password": PASSWORD });
    let carl = app.user_from(&owner, body).await;
    let code = json!({ "email": carl.email });
    app.client().post("/users/otp/request", code).await.expect(204);
    settled(&app).await;
    carl.put("/users/me/password", json!({ "old_password": PASSWORD, "password": NEW })).await.expect(204);
    bea.put_empty("/users/me/gitsshkey").await.expect(200);
    let token = bea.post("/users/me/keys/tokens", json!({ "token_name": "ci" })).await.expect(201).json();
    let text = owner.get("/audit").await.expect(200).text;
    let secret = token["key"].as_str().unwrap().split_once('-').unwrap().1;
    for forbidden in ["argon2", "$", "PRIVATE KEY", secret, PASSWORD, NEW] {
        assert!(!text.contains(forbidden), "{forbidden}: {text}");
    }
}

#[tokio::test]
async fn the_present_value_changes_nothing() {
    let (app, owner, _) = served().await;
    owner.put("/users/bea/profile", json!({ "username": "bea", "name": "" })).await.expect(200);
    let entry = newest(&app, &owner).await;
    assert_eq!((&entry["action"], &entry["diff"]), (&json!("write"), &json!({})));
    tick(&app);
    owner.put("/users/bea/profile", json!({ "username": "Bea", "name": "Bea B." })).await.expect(200);
    let expected = json!({ "username": became("bea", "Bea"), "name": became("", "Bea B.") });
    assert_eq!(newest_diff(&app, &owner).await, expected);
}

#[tokio::test]
async fn roles_are_told_as_lists() {
    let (app, owner, _) = served().await;
    let role = json!({ "roles": ["organization-auditor"] });
    owner.put("/organizations/default/members/bea/roles", role).await.expect(200);
    let entry = newest(&app, &owner).await;
    assert_eq!(entry["diff"], json!({ "roles": became(json!([]), json!(["organization-auditor"])) }));
    assert_eq!(entry["organization"]["id"], json!(app.organization));
    tick(&app);
    owner.put("/users/bea/roles", json!({ "roles": ["auditor"] })).await.expect(200);
    let entry = newest(&app, &owner).await;
    assert_eq!(entry["diff"], json!({ "rbac_roles": became(json!([]), json!(["auditor"])) }));
    assert_eq!((entry.get("organization"), &entry["resource_type"]), (None, &json!("user")));
}

#[tokio::test]
async fn permissions_of_a_role_are_told_as_pairs() {
    let (app, owner, _) = served().await;
    let line = |verb: &str| json!({ "action": verb, "negate": false, "resource_type": "workspace" });
    let role = |name: &str, display: &str, verbs: &[&str]| {
        let lines: Vec<Value> = verbs.iter().map(|verb| line(verb)).collect();
        json!({ "name": name, "display_name": display, "organization_permissions": lines })
    };
    let path = "/organizations/default/members/roles";
    owner.post(path, role("gardener", "Gardener", &["read"])).await.expect(200);
    let expected = json!({
        "name": became("", "gardener"), "display_name": became("", "Gardener"),
        "org_permissions": { "new": ["workspace.read"], "secret": false },
    });
    assert_eq!(newest_diff(&app, &owner).await, expected);
    tick(&app);
    owner.put(path, role("gardener", "Gardener", &["read", "update"])).await.expect(200);
    let (old, new) = (json!(["workspace.read"]), json!(["workspace.read", "workspace.update"]));
    assert_eq!(newest_diff(&app, &owner).await, json!({ "org_permissions": became(old, new.clone()) }));
    tick(&app);
    owner.delete(&format!("{path}/gardener")).await.expect(200);
    let expected = json!({
        "name": became("gardener", ""), "display_name": became("Gardener", ""),
        "org_permissions": { "old": new, "secret": false },
    });
    assert_eq!(newest_diff(&app, &owner).await, expected);
}

async fn joined(app: &TestApp, owner: &Actor) -> (Value, String) {
    let acme = app.organization("acme").await;
    owner.post_empty(&format!("/organizations/{acme}/members/bea")).await.expect(200);
    (newest_diff(app, owner).await, now(app))
}

#[tokio::test]
async fn a_membership_comes_and_goes_with_all_that_it_is() {
    let (app, owner, bea) = served().await;
    let (diff, time) = joined(&app, &owner).await;
    let expected = json!({
        "username": became("", "bea"), "user_id": became("", bea.id.to_string()), "roles": { "new": [], "secret": false },
        "created_at": became("0001-01-01T00:00:00Z", time.clone()), "updated_at": became("0001-01-01T00:00:00Z", time.clone()),
    });
    assert_eq!(diff, expected);
    tick(&app);
    owner.delete("/organizations/acme/members/bea").await.expect(204);
    let expected = json!({
        "username": became("bea", ""), "user_id": became(bea.id.to_string(), ""), "roles": { "old": [], "secret": false },
        "created_at": became(time.clone(), "0001-01-01T00:00:00Z"), "updated_at": became(time, "0001-01-01T00:00:00Z"),
    });
    assert_eq!(newest_diff(&app, &owner).await, expected);
}

#[tokio::test]
async fn an_organization_is_told_of_from_its_beginning_to_its_end() {
    let (app, owner, _) = served().await;
    let made = now(&app);
    owner.post("/organizations", json!({ "name": "acme" })).await.expect(201);
    let expected = json!({
        "name": became("", "acme"), "display_name": became("", "acme"), "updated_at": became("0001-01-01T00:00:00Z", made.clone()),
        "shareable_workspace_owners": became("", "everyone"),
    });
    assert_eq!(newest_diff(&app, &owner).await, expected);
    tick(&app);
    let changed = now(&app);
    owner
        .send(reqwest::Method::PATCH, "/organizations/acme", Some(json!({ "icon": "/a.png" }).to_string()))
        .await
        .expect(200);
    let expected = json!({ "icon": became("", "/a.png"), "updated_at": became(made, changed.clone()) });
    assert_eq!(newest_diff(&app, &owner).await, expected);
    tick(&app);
    owner.delete("/organizations/acme").await.expect(200);
    let expected = json!({
        "name": became("acme", ""), "display_name": became("acme", ""), "icon": became("/a.png", ""),
        "updated_at": became(changed, "0001-01-01T00:00:00Z"), "shareable_workspace_owners": became("everyone", ""),
    });
    assert_eq!(newest_diff(&app, &owner).await, expected);
}

#[tokio::test]
async fn a_key_is_told_of_by_its_times() {
    let (app, owner, bea) = served().await;
    let made = now(&app);
    let hour = 3_600_000_000_000_i64;
    let body = json!({ "token_name": "ci", "lifetime": hour });
    let key = bea.post("/users/me/keys/tokens", body).await.expect(201).json();
    let (id, _) = key["key"].as_str().unwrap().split_once('-').unwrap();
    let diff = newest_diff(&app, &owner).await;
    let end = diff["expires_at"]["new"].as_str().unwrap().to_owned();
    let expected = json!({
        "user_id": became("", bea.id.to_string()), "created_at": became("0001-01-01T00:00:00Z", made),
        "expires_at": became("0001-01-01T00:00:00Z", end.clone()),
        "last_used": became("0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
    });
    assert_eq!(diff, expected);
    tick(&app);
    bea.put_empty(&format!("/users/me/keys/{id}/expire")).await.expect(204);
    assert_eq!(newest_diff(&app, &owner).await, json!({ "expires_at": became(end, now(&app)) }));
}

#[tokio::test]
async fn standing_and_sleep_are_told_of() {
    let (app, owner, _) = served().await;
    owner.put_empty("/users/bea/status/suspend").await.expect(200);
    assert_eq!(newest_diff(&app, &owner).await, json!({ "status": became("active", "suspended") }));
    tick(&app);
    let body = json!({ "username": "dora", "user_status": "dormant" });
    let dora = app.user_from(&owner, body).await;
    tick(&app);
    dora.get("/users/me").await.expect(200);
    let entry = newest(&app, &owner).await;
    assert_eq!(entry["diff"], json!({ "status": became("dormant", "active") }));
    assert_eq!(
        entry["additional_fields"],
        json!({ "automatic_actor": "coder", "automatic_subsystem": "dormancy" })
    );
    assert_eq!(
        (&entry["ip"], &entry["user_agent"], &entry["status_code"]),
        (&json!(""), &json!(""), &json!(200))
    );
    assert_eq!(entry["user"]["username"], "dora");
}

/// A code comes with its end, and goes with the password that it is used for.
#[tokio::test]
async fn the_end_of_a_passcode_is_told_of_and_nothing_else_of_it() {
    let (app, owner, _) = served().await;
    let body = json!({ "username": "carl", "login_type": "password", "password": PASSWORD });
    let carl = app.user_from(&owner, body).await;
    tick(&app);
    app.client().post("/users/otp/request", json!({ "email": carl.email })).await.expect(204);
    let entry = newest(&app, &owner).await;
    let until = entry["diff"]["one_time_passcode_expires_at"]["new"].as_str().unwrap().to_owned();
    assert_eq!(entry["diff"], json!({ "one_time_passcode_expires_at": became("null", until.clone()) }));
    assert_eq!(entry["description"], "password reset requested for {target}");
    tick(&app);
    owner.put("/users/carl/password", json!({ "password": NEW })).await.expect(204);
    let expected = json!({
        "hashed_password": { "secret": true }, "one_time_passcode_expires_at": became(until, "null"),
    });
    assert_eq!(newest_diff(&app, &owner).await, expected);
}

#[tokio::test]
async fn the_first_user_and_logins_have_entries_without_secrets() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let created = found(&owner, "action:create user").await;
    assert_eq!(created[0]["diff"]["hashed_password"], json!({ "secret": true }));
    assert_eq!((&created[0]["user"]["id"], &created[0]["resource_id"]), (&json!(owner.id), &json!(owner.id)));
    let login = found(&owner, "action:login").await;
    assert_eq!((login.len(), &login[0]["diff"]), (1, &json!({})));
    assert_eq!(login[0]["description"], "{user} logged in");
}
