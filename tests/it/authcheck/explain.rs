//! Why answers come out as they do.

use roster::domain::{Settings, Switches};
use roster::rbac::Resource;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{check, explain, explained, member, one};
use crate::members::custom_role;
use crate::support::{Client, Mint, TestApp, settings};

/// A line of a site role.
fn site_line(name: &str, display_name: &str, permission: (bool, &str, &str)) -> Value {
    let (negate, resource_type, action) = permission;
    let permission = json!({ "negate": negate, "resource_type": resource_type, "action": action });
    json!({ "name": name, "display_name": display_name, "permission": permission })
}

/// A line of a role in an organization.
fn line(at: Uuid, name: &str, display_name: &str, permission: (bool, &str, &str)) -> Value {
    let mut line = site_line(name, display_name, permission);
    line["organization_id"] = json!(at);
    line
}

/// An answer that the key did not change.
fn answer(allowed: bool, by: &str, roles: &[Value]) -> Value {
    let by_roles = json!({ "allowed": allowed, "decided_by": by });
    json!({ "allowed": allowed, "decided_by": by, "by_roles": by_roles, "roles": roles })
}

#[tokio::test]
async fn an_explanation_says_what_settled_the_answer() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let text = explain(&owner, &one("read", &json!({ "resource_type": "template" }))).await.expect(200).text;
    let wanted = format!(
        "{{\"checks\":{{\"it\":{{\"allowed\":true,\"by_roles\":{{\"allowed\":true,\"decided_by\":\"site\"}},\
         \"decided_by\":\"site\",\"roles\":[{{\"display_name\":\"Owner\",\"name\":\"owner\",\"permission\":\
         {{\"action\":\"*\",\"negate\":false,\"resource_type\":\"template\"}}}}]}}}},\
         \"hidden_organizations\":[],\"user_id\":\"{}\"}}\n",
        owner.id
    );
    assert_eq!(text, wanted);
}

#[tokio::test]
async fn no_question_is_explained_with_nothing() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let wanted = json!({ "checks": {}, "hidden_organizations": [], "user_id": owner.id });
    for body in
        [json!({}), json!({ "checks": null, "user": null }), json!({ "user": "" }), json!({ "user": "me" })]
    {
        assert_eq!(explain(&owner, &body).await.expect(200).json(), wanted, "{body}");
    }
}

#[tokio::test]
async fn every_level_is_named_with_its_lines() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let (here, nobody) = (app.organization, Uuid::max());
    let of_member = |permission| line(here, "organization-member", "", permission);
    let table = [
        (
            "read",
            json!({ "resource_type": "assign_role" }),
            answer(true, "site", &[site_line("member", "Member", (false, "assign_role", "read"))]),
        ),
        (
            "read",
            json!({ "resource_type": "user", "owner_id": "me" }),
            answer(true, "user", &[site_line("member", "Member", (false, "user", "read"))]),
        ),
        (
            "read",
            json!({ "resource_type": "user", "resource_id": bea.id }),
            answer(true, "user", &[site_line("member", "Member", (false, "user", "read"))]),
        ),
        (
            "banana",
            json!({ "resource_type": "license", "owner_id": "me" }),
            answer(true, "user", &[site_line("member", "Member", (false, "license", "*"))]),
        ),
        (
            "read",
            json!({ "resource_type": "organization", "organization_id": here }),
            answer(true, "organization", &[of_member((false, "organization", "read"))]),
        ),
        (
            "read",
            json!({ "resource_type": "organization", "any_org": true }),
            answer(true, "organization", &[of_member((false, "organization", "read"))]),
        ),
        (
            "ssh",
            json!({ "resource_type": "workspace", "organization_id": here, "owner_id": "me" }),
            answer(true, "organization_member", &[of_member((false, "workspace", "*"))]),
        ),
        (
            "ssh",
            json!({ "resource_type": "workspace", "any_org": true, "owner_id": "me" }),
            answer(true, "organization_member", &[of_member((false, "workspace", "*"))]),
        ),
        ("create", json!({ "resource_type": "user" }), answer(false, "no_permission", &[])),
        (
            "read",
            json!({ "resource_type": "workspace", "organization_id": "nonsense", "owner_id": "me" }),
            answer(false, "no_permission", &[]),
        ),
        (
            "read",
            json!({ "resource_type": "workspace", "organization_id": here, "any_org": true }),
            answer(false, "contradiction", &[]),
        ),
        ("read", json!({ "resource_type": "nosuchtype" }), answer(false, "unknown_type", &[])),
        (
            "read",
            json!({ "resource_type": "*", "any_org": true, "organization_id": here }),
            answer(false, "unknown_type", &[]),
        ),
        (
            "read",
            json!({ "resource_type": "user", "resource_id": owner.id }),
            answer(false, "not_found", &[]),
        ),
        ("read", json!({ "resource_type": "user", "resource_id": nobody }), answer(false, "not_found", &[])),
        (
            "read",
            json!({ "resource_type": "template", "resource_id": nobody }),
            answer(false, "not_found", &[]),
        ),
    ];
    for (action, object, wanted) in table {
        assert_eq!(explained(&bea, action, &object).await, wanted, "{action} {object}");
    }
}

#[tokio::test]
async fn the_line_that_forbids_is_named() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let here = app.organization;
    let roles = ["organization-admin", "organization-workspace-creation-ban"];
    let joe = member(&app, &owner, "joe", &roles).await;
    let own = json!({ "resource_type": "workspace", "organization_id": here, "owner_id": "me" });
    let ban = line(here, roles[1], "Organization Workspace Creation Ban", (true, "workspace", "create"));
    assert_eq!(explained(&joe, "create", &own).await, answer(false, "organization", &[ban]));
    let admin = line(here, roles[0], "Organization Admin", (false, "workspace", "update"));
    assert_eq!(explained(&joe, "update", &own).await, answer(true, "organization", &[admin]));
}

#[tokio::test]
async fn denials_of_what_one_owns_and_of_the_whole_deployment_are_named() {
    let switches = Switches { workspace_sharing: false, ..Switches::default() };
    let app = TestApp::with(Settings { switches, ..settings() }).await;
    let owner = app.owner().await;
    let everywhere = site_line("member", "Member", (true, "workspace", "share"));
    let object = json!({ "resource_type": "workspace" });
    assert_eq!(explained(&owner, "share", &object).await, answer(false, "site", &[everywhere]));
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.set_sharing(app.organization, "service_accounts").await;
    let bea = app.user(&owner, "bea", &[]).await;
    let own = json!({ "resource_type": "workspace", "organization_id": app.organization, "owner_id": "me" });
    let implied = line(app.organization, "organization-member", "", (true, "workspace", "share"));
    assert_eq!(explained(&bea, "share", &own).await, answer(false, "organization_member", &[implied]));
}

#[tokio::test]
async fn roles_that_organizations_made_are_named_as_people_see_them() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let here = app.organization;
    custom_role(&app, here, "gardener", &[("template", "read"), ("template", "update"), ("file", "read")])
        .await;
    let joe = member(&app, &owner, "joe", &["gardener", "organization-auditor", "forgotten"]).await;
    let object = json!({ "resource_type": "template", "organization_id": here });
    let gardener = |action| line(here, "gardener", "The gardener", (false, "template", action));
    let auditor = line(here, "organization-auditor", "Organization Auditor", (false, "template", "read"));
    assert_eq!(
        explained(&joe, "read", &object).await,
        answer(true, "organization", &[gardener("read"), auditor])
    );
    assert_eq!(explained(&joe, "update", &object).await, answer(true, "organization", &[gardener("update")]));
    assert_eq!(explained(&joe, "delete", &object).await, answer(false, "no_permission", &[]));
}

/// Two organizations may call different things the same.
#[tokio::test]
async fn a_role_is_named_as_its_own_organization_names_it() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (here, acme) = (app.organization, app.organization("acme").await);
    let joe = app.user_from(&owner, json!({ "username": "joe", "organization_ids": [here, acme] })).await;
    let mut expected = Vec::new();
    for (place, shown) in [(here, "Here"), (acme, "There")] {
        let permission = json!({ "negate": false, "resource_type": "template", "action": "read" });
        let body =
            json!({ "name": "helper", "display_name": shown, "organization_permissions": [permission] });
        owner.post(&format!("/organizations/{place}/members/roles"), body).await.expect(200);
        let path = format!("/organizations/{place}/members/joe/roles");
        owner.put(&path, json!({ "roles": ["helper"] })).await.expect(200);
        let line = line(place, "helper", shown, (false, "template", "read"));
        let object = json!({ "resource_type": "template", "organization_id": place });
        let told = explained(&joe, "read", &object).await;
        assert_eq!(told, answer(true, "organization", std::slice::from_ref(&line)));
        expected.push(line);
    }
    let anywhere = json!({ "resource_type": "template", "any_org": true });
    let told = explained(&joe, "read", &anywhere).await["roles"].as_array().unwrap().clone();
    assert!(told.len() == 2 && expected.iter().all(|line| told.contains(line)), "{told:?}");
}

/// Where a denial beats a grant, the grant settled nothing.
#[tokio::test]
async fn of_any_organization_those_are_named_that_say_yes() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (here, acme) = (app.organization, app.organization("acme").await);
    let joe = app.user_from(&owner, json!({ "username": "joe", "organization_ids": [here, acme] })).await;
    app.set_member_roles(here, joe.id, &["organization-admin", "organization-workspace-creation-ban"]).await;
    app.set_member_roles(acme, joe.id, &["organization-admin"]).await;
    let anywhere = json!({ "resource_type": "workspace", "any_org": true });
    let there = line(acme, "organization-admin", "Organization Admin", (false, "workspace", "create"));
    assert_eq!(explained(&joe, "create", &anywhere).await, answer(true, "organization", &[there]));
    let both = explained(&joe, "update", &anywhere).await;
    assert_eq!(both["roles"].as_array().unwrap().len(), 2, "{both}");
}

#[tokio::test]
async fn what_the_scopes_of_the_key_cut_is_said() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let scopes = vec!["user:read", "workspace:read"];
    let key = app.mint(owner.id, Mint { scopes: scopes.clone(), ..Mint::default() }).await;
    let client = app.client().with_token(&key);
    let wanted = json!({
        "allowed": false,
        "by_roles": { "allowed": true, "decided_by": "site" },
        "decided_by": "key_scope",
        "key": { "scopes": scopes, "allow_list": ["*:*"] },
        "roles": [site_line("owner", "Owner", (false, "template", "*"))],
    });
    assert_eq!(explained(&client, "read", &json!({ "resource_type": "template" })).await, wanted);
    let whole = answer(true, "site", &[site_line("owner", "Owner", (false, "user", "*"))]);
    assert_eq!(explained(&client, "read", &json!({ "resource_type": "user" })).await, whole);
    let neither = answer(false, "no_permission", &[]);
    assert_eq!(explained(&client, "read", &json!({ "resource_type": "ai_seat" })).await, neither);
}

#[tokio::test]
async fn what_the_allow_list_of_the_key_cuts_is_said() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let id = owner.id.to_string();
    let allow_list = vec![("user", id.clone()), ("template", "*".to_owned())];
    let key = app.mint(owner.id, Mint { allow_list, ..Mint::default() }).await;
    let client = app.client().with_token(&key);
    let user_line = site_line("owner", "Owner", (false, "user", "*"));
    let wanted = json!({
        "allowed": false,
        "by_roles": { "allowed": true, "decided_by": "site" },
        "decided_by": "allow_list",
        "key": { "scopes": ["coder:all"], "allow_list": [format!("user:{id}"), "template:*"] },
        "roles": [user_line],
    });
    assert_eq!(explained(&client, "create", &json!({ "resource_type": "user" })).await, wanted);
    let listed = answer(true, "site", &[user_line]);
    assert_eq!(
        explained(&client, "delete", &json!({ "resource_type": "user", "resource_id": id })).await,
        listed
    );
}

#[tokio::test]
async fn another_user_is_asked_about_without_a_key() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let key = app.mint(owner.id, Mint { scopes: vec!["user:read"], ..Mint::default() }).await;
    let narrow = app.client().with_token(&key);
    let own = json!({ "it": check("create", &json!({ "resource_type": "user_secret", "owner_id": "me" })) });
    let wanted = json!({
        "checks": { "it": answer(true, "user", &[site_line("member", "Member", (false, "user_secret", "*"))]) },
        "hidden_organizations": [],
        "user_id": bea.id,
    });
    for name in ["bea".to_owned(), "BEA".to_owned(), bea.id.to_string()] {
        let body = json!({ "user": name, "checks": own });
        assert_eq!(explain(&owner, &body).await.expect(200).json(), wanted, "{name}");
        let by_narrow = explain(&narrow, &body).await.expect(200).json();
        assert_eq!(by_narrow["checks"], wanted["checks"], "{name}");
    }
}

#[tokio::test]
async fn whatever_oneself_is_called_the_key_counts() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let key = app.mint(owner.id, Mint { scopes: vec!["user:read"], ..Mint::default() }).await;
    let narrow = app.client().with_token(&key);
    let body = |user: &str| json!({ "user": user, "checks": { "it": check("create", &json!({ "resource_type": "user" })) } });
    let first = explain(&narrow, &body("")).await.expect(200);
    assert_eq!(first.json()["checks"]["it"]["decided_by"], "key_scope");
    for name in ["me", "owner", "OWNER", &owner.id.to_string()] {
        assert_eq!(explain(&narrow, &body(name)).await.expect(200).text, first.text, "{name}");
    }
}

#[tokio::test]
async fn a_suspended_user_is_asked_about_like_any_other() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &["auditor"]).await;
    app.set_user(bea.id, entity::users::Column::Status, "suspended").await;
    let body =
        json!({ "user": "bea", "checks": { "it": check("read", &json!({ "resource_type": "audit_log" })) } });
    let told = explain(&owner, &body).await.expect(200).json();
    let line = site_line("auditor", "Auditor", (false, "audit_log", "read"));
    assert_eq!(told["checks"]["it"], answer(true, "site", &[line]));
}

#[tokio::test]
async fn senseless_questions_are_refused_as_ever() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bad = [
        json!({ "a": {} }),
        json!({ "a": check("read", &json!({ "resource_type": "user", "resource_id": "nonsense" })) }),
        json!({ "a": check("read", &json!({ "resource_type": "file", "resource_id": owner.id })) }),
        (0..11)
            .map(|n| {
                (n.to_string(), check("read", &json!({ "resource_type": "user", "resource_id": owner.id })))
            })
            .collect::<Map<_, _>>()
            .into(),
    ];
    for checks in bad {
        let body = json!({ "checks": checks });
        let plain = owner.post("/authcheck", body.clone()).await.expect(400);
        assert_eq!(explain(&owner, &body).await.expect(400).text, plain.text, "{checks}");
    }
}

/// Every pair of type and verb on things of several owners and places, in portions.
fn every_question(app: &TestApp) -> Vec<Map<String, Value>> {
    let places = [
        json!({}),
        json!({ "owner_id": "me" }),
        json!({ "owner_id": "me", "organization_id": app.organization }),
        json!({ "organization_id": app.organization }),
        json!({ "any_org": true }),
    ];
    let mut all = Vec::new();
    for (n, place) in places.iter().enumerate() {
        for (kind, verb) in
            Resource::ALL.iter().flat_map(|kind| kind.actions().iter().map(move |verb| (kind, verb)))
        {
            let mut object = place.clone();
            object["resource_type"] = json!(kind.as_str());
            all.push((format!("{n} {}:{}", kind.as_str(), verb.as_str()), check(verb.as_str(), &object)));
        }
    }
    all.chunks(100).map(|some| some.iter().cloned().collect()).collect()
}

#[tokio::test]
async fn explanations_agree_with_the_answers() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let roles = ["organization-admin", "organization-workspace-creation-ban"];
    let joe = member(&app, &owner, "joe", &roles).await;
    let auditor = app.user(&owner, "eve", &["auditor"]).await;
    let mint = Mint { scopes: vec!["user:read", "workspace:*", "template:read"], ..Mint::default() };
    let narrow = app.client().with_token(&app.mint(joe.id, mint).await);
    let callers: [&Client; 4] = [&owner, &joe, &auditor, &narrow];
    for (n, client) in callers.into_iter().enumerate() {
        for checks in every_question(&app) {
            let body = json!({ "checks": checks });
            let plain = client.post("/authcheck", body.clone()).await.expect(200).json();
            let told = explain(client, &body).await.expect(200).json();
            let allowed: Map<String, Value> = told["checks"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(key, answer)| (key.clone(), answer["allowed"].clone()))
                .collect();
            assert_eq!(Value::Object(allowed), plain, "caller {n}");
        }
    }
}
