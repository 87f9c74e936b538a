//! Sentences of the contract about logins by providers that need a set-up of their own.

use std::sync::Arc;

use chrono::TimeDelta;
use entity::{audit_logs, user_links};
use roster::domain::provider::{Oidc, OidcRules, OrganizationSync, Providers, RoleSync};
use roster::domain::{SameSite, Settings, Web};
use roster::model::clock::Clock;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde_json::{Value, json};

use super::github_world::{self, CALLBACK, by_device, open, param};
use super::world::{Plan, World, alice, id, set_cookie, with};
use crate::support::github::{Person, Trouble};
use crate::support::{Client, Mint, settings};

const FAULT: &str = "An internal error occurred. Please try again or contact the system administrator.";

/// auth.md 2.2, row 10.
#[tokio::test]
async fn a_session_of_a_provider_that_is_no_longer_configured_is_a_fault() {
    let habits = json!({ "seconds": 60, "refresh": "rotate" });
    let Some(world) = World::of(Plan { habits, ..Plan::default() }).await else { return };
    world.app.owner().await;
    let session = world.session("alice").await;
    let (base, _backend, _stop) = world.app.replica_with(Providers::default()).await;
    let elsewhere = Client::new(&base).with_token(session.token());
    // As long as the provider's token is good nobody is asked.
    elsewhere.get("/users/me").await.expect(200);
    world.app.clock.advance(TimeDelta::seconds(61));
    let reply = elsewhere.get("/users/me").await.expect(500);
    assert_eq!(reply.message(), FAULT);
    // Where it is, it still is refreshed.
    session.get("/users/me").await.expect(200);
}

/// auth.md 2.2, rows 8 and 9, with the name of GitHub.
#[tokio::test]
async fn sessions_of_github_last_as_long_as_its_tokens_are_renewed() {
    let world = github_world::World::new(open(), [Person::new(7, "ada")]).await;
    world.github.tokens_end_after(60);
    let (mut browser, _) = world.log_in("ada").await;
    let before = world.github.count("POST /login/oauth/access_token");
    world.app.clock.advance(TimeDelta::seconds(61));
    browser.get("/users/me").await.expect(200);
    assert_eq!(world.github.count("POST /login/oauth/access_token"), before + 1);

    world.app.clock.advance(TimeDelta::seconds(61));
    let refusal = r#"{"error":"bad_refresh_token","error_description":"The refresh token passed is incorrect or expired."}"#;
    world.github.trouble("POST /login/oauth/access_token", Trouble::Says(200, refusal.to_owned()));
    let reply = browser.get("/users/me").await.expect(401);
    assert!(reply.message().starts_with("Could not refresh expired GitHub token."), "{reply:?}");
    assert!(reply.detail().starts_with("bad_refresh_token"), "{reply:?}");
}

/// logs.md, case 4: activated by a login, in an entry of the request with the fields of dormancy.
#[tokio::test]
async fn who_wakes_up_by_a_login_is_in_the_log_with_why() {
    let Some(world) = World::new().await else { return };
    world.app.owner().await;
    let user = id(&world.me("alice").await);
    world.app.set_user(user, entity::users::Column::Status, "dormant").await;
    world.log_in("alice").await.expect(307);
    let entries = audit_logs::Entity::find().filter(audit_logs::Column::ResourceId.eq(user));
    let entries = entries.filter(audit_logs::Column::Action.eq("write")).all(&world.app.db).await.unwrap();
    assert_eq!(entries.len(), 1, "{entries:?}");
    let fields = json!({ "automatic_actor": "coder", "automatic_subsystem": "dormancy" });
    assert_eq!(
        (entries[0].user_id, entries[0].status_code, &entries[0].additional_fields),
        (user, 307, &fields)
    );
}

/// auth.md 8.2.
#[tokio::test]
async fn claims_are_of_those_who_logged_in_and_may_see_what_is_personal() {
    let Some(world) = World::new().await else { return };
    let owner = world.app.owner().await;
    let waiting = json!({ "username": "al", "email": "alice@example.com", "login_type": "oidc" });
    let al = world.app.user_from(&owner, waiting).await;
    let reply = al.get("/users/oidc-claims").await.expect(500);
    assert_eq!(reply.message(), "Failed to get user link.");
    world.log_in("alice").await.expect(307);
    al.get("/users/oidc-claims").await.expect(200);
    let narrow = world.app.mint(al.id, Mint { scopes: vec!["user:read"], ..Mint::default() }).await;
    world.app.client().with_token(&narrow).get("/users/oidc-claims").await.expect(404);
    world.app.client().get("/users/oidc-claims").await.expect(401);
}

#[tokio::test]
async fn the_ways_to_log_in_tell_of_the_first_provider() {
    let icon_url = "/icon/first.svg".to_owned();
    let rules = OidcRules { sign_in_text: "Cats".to_owned(), icon_url, ..OidcRules::default() };
    let Some(world) = World::of(Plan { rules, ..Plan::default() }).await else { return };
    let methods = world.app.client().get("/users/authmethods").await.expect(200).json();
    assert_eq!(
        methods["oidc"],
        json!({ "enabled": true, "signInText": "Cats", "iconUrl": "/icon/first.svg" })
    );
}

#[tokio::test]
async fn cookies_of_a_login_are_secure_and_cross_sites_as_the_session_cookie_does() {
    let web = Web { same_site: SameSite::None, ..settings().web };
    let settings = Settings { secure_cookies: true, web, ..settings() };
    let Some(world) = World::of(Plan { settings, ..Plan::default() }).await else { return };
    let mut browser = world.browser();
    let start = browser.begin("").await.expect(307);
    let back = browser.at_provider(start.header("location"), "alice").await;
    let end = browser.get(&back).await.expect(307);
    let there = ["oauth_state", "oauth_redirect", "oauth_pkce_verifier"].map(|name| set_cookie(&start, name));
    for cookie in there.into_iter().chain([set_cookie(&end, "coder_session_token")]) {
        assert!(cookie.contains("; SameSite=None") && cookie.contains("; Secure"), "{cookie}");
    }
}

/// The documented routes are of the first provider, and each other one has its own.
#[tokio::test]
async fn a_second_provider_has_routes_and_people_of_its_own() {
    let Some(first) = World::new().await else { return };
    let habits = json!({ "seconds": 60, "refresh": "rotate", "accounts": { "bob": super::world::somebody("bob@example.com") } });
    let Some(realm) = crate::support::openid::Realm::open_at(
        "http://roster.test",
        "/api/v2/users/oidc/second/callback",
        habits,
    ) else {
        return;
    };
    let rules = OidcRules { slug: "second".to_owned(), ..OidcRules::default() };
    let client = Box::new(super::world::provider(&realm, roster::providers::oidc::ClaimsSource::Userinfo));
    let mut providers = first.app.backend.providers.clone();
    providers.oidc.push(Arc::new(Oidc { client, rules }));
    first.app.owner().await;
    let (base, _backend, _stop) = first.app.replica_with(providers).await;
    first.wind();
    let mut browser = crate::support::Browser::new(Client::new(&base), "http://roster.test");
    let start = browser.get("/api/v2/users/oidc/second/callback?redirect=%2Fx").await.expect(307);
    assert!(start.header("location").starts_with(&realm.issuer), "{start:?}");
    let back = browser.at_provider(start.header("location"), "bob").await;
    assert_eq!(browser.get(&back).await.expect(307).header("location"), "/x");
    let me = browser.client().get("/users/me").await.expect(200).json();
    assert_eq!(first.link(&me["id"]).await.linked_id, format!("{}||bob", realm.issuer));
    // It is asked when its token ends, and not the first one.
    first.app.clock.advance(TimeDelta::seconds(61));
    browser.client().get("/users/me").await.expect(200);
    assert!(first.link(&me["id"]).await.oauth_expiry.unwrap() > first.app.clock.now());

    let reply = Client::new(&base).get("/users/oidc/third/callback").await.expect(404);
    assert_eq!(reply.message(), "Resource not found or you do not have access to this resource");
    let reply = Client::new(&base).get("/users/oidc/second/callback?code=a&state=b").await.expect(401);
    assert_eq!(reply.message(), "Cookie \"oauth_state\" must be provided.");
}

/// logs.md, A3: only logins that succeed, with the status that they are answered with.
#[tokio::test]
async fn logins_with_github_are_in_the_log_with_their_status() {
    for (rules, status) in [(open(), 307), (by_device(open()), 200)] {
        let by_code = rules.device_flow;
        let world = github_world::World::new(rules, [Person::new(7, "ada")]).await;
        for _ in 0..2 {
            world.app.clock.advance(TimeDelta::seconds(1));
            if !by_code {
                world.log_in("ada").await.1.expect(307);
                continue;
            }
            let mut browser = world.browser();
            let state = param(&browser.begin("").await, "state");
            let code = world.app.client().get("/users/oauth2/github/device").await.expect(200).json();
            let question = format!("{CALLBACK}?code={}&state={state}", code["device_code"].as_str().unwrap());
            browser.get(&question).await.expect(400);
            world.github.type_in(code["user_code"].as_str().unwrap(), "ada");
            browser.get(&question).await.expect(200);
        }
        let entries = audit_logs::Entity::find().order_by_asc(audit_logs::Column::Time);
        let entries = entries.all(&world.app.db).await.unwrap().into_iter();
        let told: Vec<_> = entries.map(|it| (it.action, it.resource_type, it.status_code)).collect();
        let deed = |action: &str| (action.to_owned(), "api_key".to_owned(), status);
        assert_eq!(told, [deed("register"), deed("login")]);
    }
}

/// auth.md 9.3, 3: a link that names nobody is filled in.
#[tokio::test]
async fn a_link_without_an_identity_is_filled_in() {
    let Some(world) = World::new().await else { return };
    let owner = world.app.owner().await;
    let waiting = json!({ "username": "al", "email": "alice@example.com", "login_type": "oidc" });
    let al = world.app.user_from(&owner, waiting).await;
    let link = user_links::ActiveModel {
        user_id: Set(al.id),
        login_type: Set("oidc".to_owned()),
        linked_id: Set(String::new()),
        oauth_access_token: Set(String::new()),
        oauth_refresh_token: Set(String::new()),
        oauth_expiry: Set(None),
        refresh_claimed_at: Set(None),
        claims: Set(json!({})),
    };
    user_links::Entity::insert(link).exec_without_returning(&world.app.db).await.unwrap();
    assert_eq!(id(&world.me("alice").await), al.id);
    let link = world.link(&json!(al.id)).await;
    assert_eq!(link.linked_id, format!("{}||248289761001", world.realm.issuer));
}

/// auth.md 9.1: what is refused in the envelope takes the cookies away as well.
#[tokio::test]
async fn a_refusal_in_the_envelope_ends_the_start_too() {
    let Some(world) = World::with_accounts(json!({ "none": { "email_verified": true } })).await else {
        return;
    };
    let mut browser = world.browser();
    browser.log_in("none").await.expect(400);
    for name in ["oauth_state", "oauth_redirect", "oauth_pkce_verifier", "coder_session_token"] {
        assert_eq!(browser.cookie(name), None, "{name}");
    }
}

/// What a provider decides is written down as what people do, and is not theirs to change.
#[tokio::test]
async fn roles_and_organizations_by_a_claim_are_in_the_log_and_not_changed_by_hand() {
    let roles = RoleSync { field: "groups".to_owned(), ..RoleSync::default() };
    let organizations =
        OrganizationSync { field: "groups".to_owned(), assign_default: false, ..OrganizationSync::default() };
    let rules = OidcRules { roles, organizations, ..OidcRules::default() };
    let in_groups = |groups: Value| json!({ "alice": with(alice(), json!({ "groups": groups })) });
    let plan = Plan { rules, accounts: in_groups(json!([])), ..Plan::default() };
    let Some(world) = World::of(plan).await else { return };
    let owner = world.app.owner().await;
    let me = world.me("alice").await;
    world.realm.set_accounts(&in_groups(json!(["auditor"])));
    assert_eq!(world.me("alice").await["roles"][0]["name"], "auditor");
    let entries = audit_logs::Entity::find().filter(audit_logs::Column::ResourceId.eq(id(&me)));
    let entries = entries.filter(audit_logs::Column::Action.eq("write")).all(&world.app.db).await.unwrap();
    let told: Vec<_> =
        entries.iter().map(|it| (it.user_id, it.resource_type.as_str(), it.status_code)).collect();
    assert_eq!(told, [(id(&me), "user", 307)]);

    let path = format!("/organizations/{}/members/{}", world.app.organization, id(&me));
    let refused = owner.post(&path, json!({})).await.expect(400);
    assert!(refused.message().starts_with("Organization sync is enabled for OIDC users"), "{refused:?}");
}

/// logs.md, case 4: whoever slept and comes back by a provider has an entry of the login, and one of being awake.
#[tokio::test]
async fn whoever_comes_back_by_a_provider_is_told_of_as_awake() {
    let world = github_world::World::new(open(), [Person::new(7, "ada")]).await;
    world.log_in("ada").await.1.expect(307);
    let ada = entity::users::Entity::find().filter(entity::users::Column::Username.eq("ada"));
    let ada = ada.one(&world.app.db).await.unwrap().unwrap().id;
    world.app.set_user(ada, entity::users::Column::Status, "dormant").await;
    world.app.clock.advance(TimeDelta::seconds(1));
    let since = world.app.clock.now();
    world.log_in("ada").await.1.expect(307);
    let entries = audit_logs::Entity::find().filter(audit_logs::Column::Time.gte(since));
    let mut entries = entries.all(&world.app.db).await.unwrap();
    entries.sort_by(|one, other| one.action.cmp(&other.action));
    let [login, woken] = &entries[..] else { panic!("not two entries: {entries:#?}") };
    assert_eq!((login.action.as_str(), login.resource_id, &login.diff), ("login", ada, &json!({})));
    assert_eq!(
        (woken.action.as_str(), woken.resource_type.as_str(), woken.status_code),
        ("write", "user", 307)
    );
    let dormancy = json!({ "automatic_actor": "coder", "automatic_subsystem": "dormancy" });
    assert_eq!(woken.additional_fields, dormancy);
    let awake = json!({ "status": { "old": "dormant", "new": "active", "secret": false } });
    assert_eq!(woken.diff, awake);
}
