//! The Terraform provider's resources, step by step (neighbours.md 4).

use reqwest::Method;
use roster::domain::entitlements::{Rules, Source};
use roster::domain::{Dialect, Feature, Settings};
use serde_json::{Value, json};

use super::replay::{Call, Replay, call, delete, get, post, put};
use super::{coder, speaking};
use crate::support::{Actor, PASSWORD, TestApp};

/// The provider as it starts: with a token of the owner, in that user's first organization.
async fn started(app: &TestApp) -> (Replay, Actor) {
    let owner = app.owner().await;
    let mut provider = Replay::new(app);
    provider.knows("session", &owner.token);
    provider.show("session");
    let me = get("/users/me").keeps("org", "/organization_ids/0");
    let features = get("/entitlements").is("/features/custom_roles/enabled", true);
    // The provider itself refuses groups where this is off.
    let features = features.is("/features/template_rbac/enabled", true);
    provider.run("configure", [me, features]).await;
    (provider, owner)
}

fn created(login_type: &str, service_account: bool) -> [Call; 3] {
    let password = if login_type == "password" { PASSWORD } else { "" };
    let email = if service_account { "" } else { "dean@example.com" };
    let body = json!({
        "email": email, "username": "dean", "name": "Dean Digger", "password": password, "login_type": login_type,
        "organization_ids": ["{org}"], "user_status": null, "service_account": service_account,
    });
    let profile = json!({ "username": "dean", "name": "Dean Digger" });
    [
        get("/users/me").is("/organization_ids/0", "{org}"),
        post("/users", 201, body).is("/is_service_account", marked(service_account)).keeps("dean", "/id"),
        put("/users/{dean}/profile", profile).is("/name", "Dean Digger"),
    ]
}

/// The member is absent where it is false.
fn marked(service_account: bool) -> Value {
    if service_account { json!(true) } else { Value::Null }
}

/// What a refresh reads: by id, then by name, which must be the same user.
fn read(status: &str, roles: &[&str]) -> [Call; 2] {
    let by_id = get("/users/{dean}").is("/status", status).is("/organization_ids", json!(["{org}"]));
    let mut by_id = by_id.is("/login_type", "password").has(&["/username", "/created_at", "/last_seen_at"]);
    for (place, role) in ["/roles/0/name", "/roles/1/name"].into_iter().zip(roles) {
        by_id = by_id.is(place, *role);
    }
    [by_id, get("/users/dean").is("/id", "{dean}")]
}

#[tokio::test]
async fn a_user_is_created_updated_and_destroyed() {
    let app = coder().await;
    let (mut provider, _owner) = started(&app).await;
    provider.run("apply", created("password", false)).await;
    let roles = json!({ "roles": ["auditor", "template-admin"] });
    provider.run("apply", [put("/users/{dean}/roles", roles).is("/roles/0/name", "auditor")]).await;
    provider.run("plan", read("dormant", &["auditor", "template-admin"])).await;

    let same = call(Method::PUT, "/users/{dean}/password", 400);
    let update = [
        get("/users/{dean}").is("/username", "dean"),
        put("/users/{dean}/profile", json!({ "username": "dean", "name": "" })),
        put("/users/{dean}/roles", json!({ "roles": [] })).is("/roles", json!([])),
        same.sends(json!({ "password": PASSWORD })).is("/message", "New password cannot match old password."),
        call(Method::PUT, "/users/{dean}/status/suspend", 200).is("/status", "suspended"),
    ];
    provider.run("apply", update).await;
    provider.run("plan", read("suspended", &[])).await;
    let new =
        call(Method::PUT, "/users/{dean}/password", 204).sends(json!({ "password": "AnotherGoodOne456?" }));
    let active = call(Method::PUT, "/users/{dean}/status/activate", 200).is("/status", "active");
    provider.run("apply", [new, active]).await;
    provider.run("plan", read("active", &[])).await;
    provider.run("destroy", [delete("/users/{dean}", 200)]).await;
}

#[tokio::test]
async fn a_service_account_is_created() {
    let app = coder().await;
    let (mut provider, _owner) = started(&app).await;
    provider.run("apply", created("none", true)).await;
    let read = get("/users/{dean}").is("/is_service_account", true).is("/login_type", "none");
    provider.run("plan", [read, get("/users/dean").is("/id", "{dean}")]).await;
}

#[tokio::test]
async fn a_user_that_somebody_else_deleted_is_dropped() {
    let app = coder().await;
    let (mut provider, owner) = started(&app).await;
    provider.run("apply", created("password", false)).await;
    owner.delete("/users/dean").await.expect(200);
    provider.run("plan", [get("/users/dean").fails(404).has(&["/message"])]).await;
    // The name is free for the user that replaces it.
    provider.run("apply", created("password", false)).await;
}

#[tokio::test]
async fn a_user_is_imported_by_name() {
    let app = coder().await;
    let (mut provider, owner) = started(&app).await;
    let bea = app.user(&owner, "bea", &[]).await;
    provider.knows("bea", bea.id);
    provider
        .run("import", [get("/users/bea").is("/id", "{bea}"), get("/users/{bea}").is("/username", "bea")])
        .await;
    provider.run("import", [get("/users/nobody").fails(404).has(&["/message"])]).await;
}

#[tokio::test]
async fn a_user_is_found_by_address_among_more_than_a_page() {
    let app = coder().await;
    let (mut provider, _owner) = started(&app).await;
    // The last of 103 whose addresses have the words.
    app.crowd(app.organization, "dean", 103).await;
    let first = get("/users?q=dean&limit=100").is("/count", 103).keeps("last", "/users/99/id");
    let second = get("/users?q=dean&limit=100&after_id={last}");
    let second = second.is("/users/2/email", "dean-000102@example.com").keeps("found", "/users/2/id");
    provider.run("plan", [first, second]).await;
    provider.run("plan", [get("/users/{found}").is("/username", "dean-000102")]).await;
}

#[tokio::test]
async fn an_organization_is_created_updated_and_destroyed() {
    let app = coder().await;
    let (mut provider, _owner) = started(&app).await;
    let body = json!({ "name": "acme", "display_name": "Acme", "description": "", "icon": "" });
    let calls = [
        post("/organizations", 201, body).is("/name", "acme").keeps("acme", "/id"),
        get("/organizations/{acme}").is("/display_name", "Acme"),
        call(Method::PATCH, "/organizations/{acme}", 200)
            .sends(json!({ "name": "acme", "display_name": "Acme & Sons" }))
            .is("/display_name", "Acme & Sons"),
        get("/organizations/acme").is("/id", "{acme}"),
        get("/organizations/default").is("/id", "{org}"),
        get("/organizations/{acme}/members/").is("/0/username", "owner").has(&["/0/user_id"]),
        delete("/organizations/{acme}", 200),
        get("/organizations/acme").fails(404),
    ];
    provider.run("apply", calls).await;
}

#[tokio::test]
async fn a_group_is_created_with_its_members_updated_and_destroyed() {
    let app = coder().await;
    let (mut provider, owner) = started(&app).await;
    for name in ["bea", "carl"] {
        provider.knows(if name == "bea" { "bea" } else { "carl" }, app.user(&owner, name, &[]).await.id);
    }
    let body =
        json!({ "name": "gardeners", "display_name": "Gardeners", "avatar_url": "", "quota_allowance": 3 });
    let create = [
        post("/organizations/{org}/groups", 201, body).is("/name", "gardeners").keeps("group", "/id"),
        call(Method::PATCH, "/groups/{group}", 200).sends(json!({ "add_users": ["{bea}"] })),
        get("/groups/{group}")
            .is("/members/0/id", "{bea}")
            .is("/members/1", Value::Null)
            .is("/quota_allowance", 3)
            .is("/organization_id", "{org}")
            .is("/source", "user")
            .is("/display_name", "Gardeners"),
    ];
    provider.run("apply", create).await;
    let change = json!({
        "add_users": ["{carl}"], "remove_users": ["{bea}"], "name": "gardeners", "display_name": "The gardeners",
        "avatar_url": "", "quota_allowance": 0,
    });
    let update = [
        get("/groups/{group}").is("/members/0/id", "{bea}"),
        call(Method::PATCH, "/groups/{group}", 200).sends(change).is("/members/0/id", "{carl}"),
        get("/groups/{group}").is("/display_name", "The gardeners").is("/quota_allowance", 0),
    ];
    provider.run("apply", update).await;
    let import = [
        get("/organizations/coder").is("/id", "{org}"),
        get("/organizations/{org}/groups/gardeners").is("/id", "{group}").is("/members/0/username", "carl"),
    ];
    provider.run("import coder/gardeners", import).await;
    let gone = [delete("/groups/{group}", 200), get("/groups/{group}").fails(404).has(&["/message"])];
    provider.run("destroy", gone).await;
}

/// The provider then tells its own error, and asks for no group.
#[tokio::test]
async fn groups_that_are_switched_off_are_told_of_at_the_start() {
    let rules = Rules { disabled: [Feature::TemplateRbac].into(), ..Rules::default() };
    let entitlements = Source::new(move || Ok(rules.clone()));
    let app = TestApp::with(Settings { entitlements, ..speaking(Dialect::Coder) }).await;
    let owner = app.owner().await;
    let mut provider = Replay::new(&app);
    provider.knows("session", &owner.token);
    provider.show("session");
    let features = get("/entitlements").is("/features/template_rbac/enabled", false);
    provider.run("configure", [get("/users/me").keeps("org", "/organization_ids/0"), features]).await;
    let refused = call(Method::POST, "/organizations/{org}/groups", 403).has(&["/message"]);
    provider.run("apply", [refused.sends(json!({ "name": "gardeners" }))]).await;
}
