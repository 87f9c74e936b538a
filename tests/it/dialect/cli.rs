//! The commands of the Coder CLI, call by call (neighbours.md 3).

use reqwest::Method;
use serde_json::{Value, json};

use super::coder;
use super::replay::{Call, Replay, call, delete, get, post, put};
use crate::support::{PASSWORD, TestApp};

const HOUR: i64 = 3_600_000_000_000;

/// `coder login URL` on a fresh server, after which the client shows its session.
async fn logged_in(app: &TestApp) -> Replay {
    let mut cli = Replay::new(app);
    let first = json!({
        "email": "owner@example.com", "username": "owner", "name": "Olga Owner", "password": PASSWORD, "trial": false,
        "trial_info": { "first_name": "", "last_name": "", "phone_number": "", "job_title": "", "company_name": "",
            "country": "", "developers": "" },
    });
    let login = json!({ "email": "owner@example.com", "password": PASSWORD });
    let calls = [
        get("/users/first").fails(404),
        post("/users/first", 201, first).has(&["/user_id", "/organization_id"]),
        post("/users/login", 201, login).keeps("session", "/session_token"),
    ];
    cli.run("login", calls).await;
    cli.show("session");
    cli.run("login", [get("/users/me").is("/username", "owner")]).await;
    cli.run("login", [get("/users/first").has(&["/message"])]).await;
    cli
}

/// The organization that commands are about when none is named.
fn organization() -> Call {
    get("/users/me/organizations").is("/0/is_default", true).has(&["/0/name"]).keeps("org", "/0/id")
}

#[tokio::test]
async fn login_with_a_token_makes_a_session_that_logout_ends() {
    let app = coder().await;
    let mut cli = logged_in(&app).await;
    let token = json!({ "token_name": "for-the-cli", "lifetime": HOUR });
    let token = post("/users/me/keys/tokens", 201, token).keeps("token", "/key");
    cli.run("tokens create", [token]).await;
    cli.show("token");
    let session = call(Method::POST, "/users/me/keys", 201).keeps("new", "/key");
    cli.run("login --token", [get("/users/first"), session]).await;
    cli.show("new");
    cli.run("login --token", [get("/users/me").is("/username", "owner")]).await;
    let kept = cli.kept("new").to_owned();
    assert!(![cli.kept("token"), cli.kept("session")].contains(&kept.as_str()));
    cli.run("logout", [call(Method::POST, "/users/logout", 200)]).await;
    cli.run("whoami", [get("/users/me").fails(401).has(&["/message"])]).await;
    for other in ["token", "session"] {
        cli.show(other);
        cli.run("whoami", [get("/users/me")]).await;
    }
}

#[tokio::test]
async fn whoami_reads_a_user() {
    let app = coder().await;
    let mut cli = logged_in(&app).await;
    let me = get("/users/me").is("/username", "owner").is("/organization_ids", json!([app.organization]));
    cli.run("whoami", [me.is("/roles/0/display_name", "Owner").has(&["/id"])]).await;
}

/// What `coder users create` sends.
fn creation(username: &str) -> Value {
    json!({
        "email": format!("{username}@example.com"), "username": username, "name": "Dean Digger", "password": PASSWORD,
        "organization_ids": ["{org}"], "login_type": "password", "user_status": null, "service_account": false,
    })
}

#[tokio::test]
async fn users_are_created_listed_and_shown() {
    let app = coder().await;
    let mut cli = logged_in(&app).await;
    let made = post("/users", 201, creation("dean")).is("/username", "dean").keeps("dean", "/id");
    cli.run("users create", [organization(), made]).await;
    let list = get("/users?q=").is("/users/0/username", "dean").is("/users/0/status", "dormant");
    let list = list.is("/count", 2).has(&["/users/0/email", "/users/0/created_at", "/users/1/username"]);
    cli.run("users list", [list]).await;
    let none = get("/users?q=github_com_user_id:7").is("", json!({ "count": 0, "users": [] }));
    cli.run("users list --github-user-id", [none]).await;
    let show = get("/users/dean").is("/id", "{dean}").is("/organization_ids", json!(["{org}"]));
    let show = show.is("/name", "Dean Digger").is("/roles", json!([])).has(&[
        "/username",
        "/email",
        "/status",
        "/created_at",
    ]);
    cli.run("users show", [show, get("/organizations/{org}").has(&["/name"])]).await;
}

#[tokio::test]
async fn users_are_suspended_activated_and_deleted() {
    let app = coder().await;
    let mut cli = logged_in(&app).await;
    let made = post("/users", 201, creation("dean")).keeps("dean", "/id");
    cli.run("users create", [organization(), made]).await;
    for (command, before, after) in [("suspend", "dormant", "suspended"), ("activate", "suspended", "active")]
    {
        let path = if command == "suspend" {
            "/users/{dean}/status/suspend"
        } else {
            "/users/{dean}/status/activate"
        };
        let set = call(Method::PUT, path, 200).is("/status", after).is("/username", "dean");
        cli.run(command, [get("/users/dean").is("/status", before), set]).await;
    }
    let calls = [get("/users/dean").is("/username", "dean"), delete("/users/{dean}", 200)];
    cli.run("users delete", calls).await;
    cli.run("users show", [get("/users/dean").fails(404).has(&["/message"])]).await;
}

#[tokio::test]
async fn site_roles_are_edited() {
    let app = coder().await;
    let mut cli = logged_in(&app).await;
    let made = post("/users", 201, creation("dean"));
    cli.run("users create", [organization(), made]).await;
    let none = json!({ "roles": [], "organization_roles": { app.organization.to_string(): [] } });
    let one = json!({ "roles": ["auditor"], "organization_roles": { app.organization.to_string(): [] } });
    let edit = [
        get("/users/dean").has(&["/id"]),
        get("/users/dean/roles").is("", none),
        get("/users/roles").is("/0/name", "owner").has(&["/0/assignable", "/0/display_name"]),
        put("/users/dean/roles", json!({ "roles": ["auditor"] })).is("/roles/0/name", "auditor"),
        get("/users/dean/roles").is("", one),
    ];
    cli.run("users edit-roles", edit).await;
}

#[tokio::test]
async fn members_are_listed_added_edited_and_removed() {
    let app = coder().await;
    let mut cli = logged_in(&app).await;
    let made = post("/users", 201, creation("dean")).keeps("dean", "/id");
    cli.run("users create", [organization(), made]).await;
    let list = get("/organizations/{org}/members/").is("/0/username", "dean").is("/1/username", "owner");
    cli.run("organizations members list", [organization(), list.has(&["/0/roles", "/0/global_roles"])]).await;
    let acme = post("/organizations", 201, json!({ "name": "acme" })).keeps("acme", "/id");
    cli.run("organizations create", [get("/organizations/acme").fails(404), acme]).await;
    let named = || get("/users/me/organizations").is("/0/name", "acme").keeps("org", "/0/id");
    let added = call(Method::POST, "/organizations/{org}/members/dean", 200).is("/user_id", "{dean}");
    cli.run("organizations members add", [named(), added]).await;
    let roles = json!({ "roles": ["organization-auditor"] });
    let edited =
        put("/organizations/{org}/members/dean/roles", roles).is("/roles/0/name", "organization-auditor");
    cli.run("organizations members edit-roles", [named(), edited.has(&["/roles/0/display_name"])]).await;
    cli.run("organizations members remove", [named(), delete("/organizations/{org}/members/dean", 204)])
        .await;
}

#[tokio::test]
async fn organizations_are_shown_listed_and_deleted() {
    let app = coder().await;
    let mut cli = logged_in(&app).await;
    let made =
        post("/organizations", 201, json!({ "name": "acme" })).is("/name", "acme").keeps("acme", "/id");
    cli.run("organizations create", [get("/organizations/acme").fails(404), made]).await;
    let shown = get("/organizations/acme").is("/id", "{acme}").is("/is_default", false);
    cli.run("organizations show acme", [shown.has(&["/name"])]).await;
    let list = get("/organizations").is("/0/name", "acme").is("/1/is_default", true);
    cli.run("organizations list", [list.has(&["/0/display_name", "/0/id"])]).await;
    let gone = [get("/organizations/acme").is("/is_default", false), delete("/organizations/{acme}", 200)];
    cli.run("organizations delete", gone).await;
}

#[tokio::test]
async fn an_organization_is_named_also_by_those_who_are_no_members() {
    let app = coder().await;
    let mut cli = logged_in(&app).await;
    let elsewhere = app.organization("elsewhere").await;
    cli.knows("elsewhere", elsewhere);
    let calls = [
        organization(),
        get("/organizations/elsewhere").is("/id", "{elsewhere}"),
        get("/organizations/{elsewhere}").is("/name", "elsewhere"),
        get("/organizations/{elsewhere}/members/").is("", json!([])),
    ];
    cli.run("organizations members list --org elsewhere", calls).await;
}

#[tokio::test]
async fn groups_are_created_edited_listed_and_deleted() {
    let app = coder().await;
    let mut cli = logged_in(&app).await;
    cli.run("users create", [organization(), post("/users", 201, creation("dean"))]).await;
    let asked = json!({ "name": "gardeners", "display_name": "", "avatar_url": "", "quota_allowance": 0 });
    let made = post("/organizations/{org}/groups", 201, asked).is("/name", "gardeners").keeps("group", "/id");
    cli.run("groups create gardeners", [organization(), made]).await;
    let named = || get("/organizations/{org}/groups/gardeners").is("/id", "{group}");
    let everybody = get("/users?q=").is("/users/0/username", "dean").keeps("dean", "/users/0/id");
    let edit = |add: Value, remove: Value| {
        call(Method::PATCH, "/groups/{group}", 200).sends(json!({
            "name": "", "display_name": "Gardeners", "avatar_url": null, "quota_allowance": null,
            "add_users": add, "remove_users": remove,
        }))
    };
    let added = edit(json!(["{dean}"]), json!(null)).is("/members/0/username", "dean");
    let calls = [organization(), named(), everybody.has(&["/users/1/email"]), added.is("/name", "gardeners")];
    cli.run("groups edit gardeners -a dean@example.com", calls).await;
    let list = get("/groups?organization={org}").is("/0/name", "Everyone").is("/1/display_name", "Gardeners");
    let list = list.is("/1/members/0/email", "dean@example.com").is("/1/organization_id", "{org}");
    cli.run("groups list", [organization(), list.has(&["/1/avatar_url", "/1/quota_allowance"])]).await;
    let removed = edit(json!(null), json!(["{dean}"])).is("/members", json!([]));
    let calls = [organization(), named(), get("/users?q="), removed];
    cli.run("groups edit gardeners -r dean", calls).await;
    cli.run("groups delete gardeners", [organization(), named(), delete("/groups/{group}", 200)]).await;
    let gone = get("/organizations/{org}/groups/gardeners").fails(404).has(&["/message"]);
    cli.run("groups delete gardeners", [organization(), gone]).await;
}

/// What `--stdin` sends.
fn role(display_name: &str) -> Value {
    json!({
        "name": "gardener", "organization_id": "{org}", "display_name": display_name, "site_permissions": [],
        "organization_permissions": [{ "negate": false, "resource_type": "template", "action": "read" }],
        "user_permissions": [], "organization_member_permissions": [],
    })
}

#[tokio::test]
async fn roles_of_an_organization_are_created_updated_and_shown() {
    let app = coder().await;
    let mut cli = logged_in(&app).await;
    let path = "/organizations/{org}/members/roles";
    let made = post(path, 200, role("Gardener")).is("/name", "gardener").is("/display_name", "Gardener");
    cli.run("organizations roles create", [organization(), get(path), made]).await;
    let changed = put(path, role("Head gardener")).is("", role("Head gardener"));
    cli.run("organizations roles update", [organization(), get(path), changed]).await;
    let fields: &'static [&'static str] = &[
        "/0/name",
        "/0/display_name",
        "/0/organization_permissions",
        "/0/site_permissions",
        "/0/user_permissions",
    ];
    let shown = get(path).has(fields);
    cli.run("organizations roles show", [organization(), shown]).await;
    cli.run("roles delete", [delete("/organizations/{org}/members/roles/gardener", 204)]).await;
}

/// What `coder tokens create --lifetime 30d --scope user:read --allow api_key:*` sends.
fn token() -> Value {
    json!({
        "token_name": "trowel", "lifetime": 30 * 24 * HOUR, "scope": "", "scopes": ["user:read", "api_key:read"],
        "allow_list": ["user:*", "api_key:*"],
    })
}

#[tokio::test]
async fn tokens_are_created_listed_viewed_and_removed() {
    let app = coder().await;
    let mut cli = logged_in(&app).await;
    // The tokens of owners do not live as long.
    let made = post("/users", 201, creation("dean"));
    let login = json!({ "email": "dean@example.com", "password": PASSWORD });
    let login = post("/users/login", 201, login).keeps("session", "/session_token");
    cli.run("users create", [organization(), made, login]).await;
    cli.show("session");
    let longest = get("/users/me/keys/tokens/tokenconfig").has(&["/max_token_lifetime"]);
    let made = post("/users/me/keys/tokens", 201, token()).keeps("trowel", "/key");
    cli.run("tokens create", [longest, made]).await;
    let id = cli.kept("trowel").split('-').next().unwrap().to_owned();
    cli.knows("id", id);
    let read = |call: Call, at: [&'static str; 4]| {
        let [id, name, scopes, allowed] = at;
        let call = call.is(id, "{id}").is(name, "trowel").is(scopes, json!(["user:read", "api_key:read"]));
        call.is(allowed, json!(["api_key:*", "user:*"]))
    };
    let at = ["/0/id", "/0/token_name", "/0/scopes", "/0/allow_list"];
    let list = read(get("/users/me/keys/tokens?include_all=false&include_expired=false"), at);
    let list = list.is("/0/username", "dean").has(&["/0/last_used", "/0/expires_at", "/0/created_at"]);
    cli.run("tokens list", [list]).await;
    let at = ["/id", "/token_name", "/scopes", "/allow_list"];
    cli.run("tokens view", [read(get("/users/me/keys/tokens/trowel"), at)]).await;
    let by_key = || [get("/users/me/keys/tokens/{trowel}").fails(404), read(get("/users/me/keys/{id}"), at)];
    cli.run("tokens view", by_key()).await;
    let removed = [get("/users/me/keys/tokens/trowel"), call(Method::PUT, "/users/me/keys/{id}/expire", 204)];
    cli.run("tokens remove", removed).await;
    let listed = [
        get("/users/me/keys/tokens?include_all=false&include_expired=false").is("", json!([])),
        get("/users/me/keys/tokens?include_all=false&include_expired=true").is("/0/id", "{id}"),
    ];
    cli.run("tokens list --include-expired", listed).await;
    let deleted = by_key().into_iter().chain([delete("/users/me/keys/{id}", 204)]);
    cli.run("tokens remove --delete", deleted).await;
    let none = get("/users/me/keys/tokens?include_all=true&include_expired=true").is("", json!([]));
    cli.run("tokens list --all --include-expired", [none]).await;
}

#[tokio::test]
async fn a_token_that_would_live_too_long_is_refused_by_the_server_too() {
    let app = coder().await;
    let mut cli = logged_in(&app).await;
    let longest = get("/users/me/keys/tokens/tokenconfig").has(&["/max_token_lifetime"]);
    let body = json!({ "token_name": "trowel", "lifetime": i64::MAX });
    let refused = post("/users/me/keys/tokens", 400, body).has(&["/message"]);
    cli.run("tokens create", [longest, refused]).await;
}

#[tokio::test]
async fn a_public_key_is_shown_and_made_anew() {
    let app = coder().await;
    let mut cli = logged_in(&app).await;
    cli.run("publickey", [get("/users/me/gitsshkey").keeps("old", "/public_key")]).await;
    let reset = call(Method::PUT, "/users/me/gitsshkey", 200).keeps("new", "/public_key");
    cli.run("publickey --reset", [reset, get("/users/me/gitsshkey").is("/public_key", "{new}")]).await;
    assert_ne!(cli.kept("old"), cli.kept("new"));
}

/// Beside the CLI: what VS Code reads (neighbours.md 5).
#[tokio::test]
async fn an_editor_learns_version_and_user() {
    let app = coder().await;
    let mut cli = logged_in(&app).await;
    let calls = [
        get("/buildinfo").is("/version", "v2.34.0").is("/upgrade_message", "").is("/telemetry", false),
        get("/users/me").is("/roles/0/name", "owner").is("/username", "owner"),
    ];
    cli.run("open", calls).await;
    cli.knows("bad", "0123456789-0123456789012345678901");
    cli.show("bad");
    cli.run("open", [get("/buildinfo"), get("/users/me").fails(401).has(&["/message"])]).await;
}
