//! `GET /organizations/{organization}/members/roles` (members.md 7.1).

use std::collections::BTreeSet;

use roster::rbac::{Action, Resource};
use serde_json::{Value, json};

use super::{define, line, member, names, outsider, roles};
use crate::support::{Client, TestApp};

const BUILT_IN: [(&str, &str); 6] = [
    ("organization-admin", "Organization Admin"),
    ("organization-auditor", "Organization Auditor"),
    ("organization-user-admin", "Organization User Admin"),
    ("organization-template-admin", "Organization Template Admin"),
    ("organization-workspace-creation-ban", "Organization Workspace Creation Ban"),
    ("agents-access", "Coder Agents User"),
];

async fn list(caller: &Client) -> Value {
    caller.get(&roles("default")).await.expect(200).json()
}

/// The names of the roles that somebody may grant.
async fn assignable(caller: &Client) -> Vec<String> {
    let list = list(caller).await;
    let yes = list.as_array().unwrap().iter().filter(|role| role["assignable"] == true);
    yes.map(|role| role["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_built_in_roles_come_first_in_their_order() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let list = list(&owner).await;
    assert_eq!(list.as_array().unwrap().len(), BUILT_IN.len());
    for (role, (name, display_name)) in list.as_array().unwrap().iter().zip(BUILT_IN) {
        assert_eq!((&role["name"], &role["display_name"]), (&json!(name), &json!(display_name)));
        assert_eq!((&role["built_in"], &role["assignable"]), (&json!(true), &json!(true)), "{name}");
        assert_eq!(role["organization_id"], json!(app.organization), "{name}");
    }
}

#[tokio::test]
async fn own_roles_follow_by_name() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in ["zoologist", "Gardener", "m-2", "m-10"] {
        define(&owner, name, &[("template", "read")]).await;
    }
    let list = list(&owner).await;
    assert_eq!(names(&list)[6..], ["gardener", "m-10", "m-2", "zoologist"]);
    let expected = json!({
        "name": "gardener", "display_name": "The Gardener", "organization_id": app.organization,
        "site_permissions": [], "user_permissions": [], "organization_member_permissions": [],
        "organization_permissions": [line("template", "read")], "assignable": true, "built_in": false,
    });
    assert_eq!(list[6], expected);
    // Not by what people see of them.
    owner.put(&roles("default"), json!({ "name": "gardener", "display_name": "zz" })).await.expect(200);
    assert_eq!(names(&self::list(&owner).await)[6..], ["gardener", "m-10", "m-2", "zoologist"]);
}

#[tokio::test]
async fn roles_of_other_organizations_are_not_listed() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    define(&owner, "gardener", &[]).await;
    let there = owner.get(&roles(acme)).await.expect(200).json();
    assert_eq!(there.as_array().unwrap().len(), 6);
    assert!(there.as_array().unwrap().iter().all(|role| role["organization_id"] == json!(acme)));
}

#[tokio::test]
async fn implied_roles_are_not_listed() {
    let app = TestApp::new().await;
    let list = list(&app.owner().await.client).await;
    for hidden in ["organization-member", "organization-service-account", "member", "owner"] {
        assert!(!names(&list).contains(&hidden), "{hidden}");
    }
}

#[tokio::test]
async fn what_is_assignable_depends_on_who_asks() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "gardener", &[("assign_org_role", "assign"), ("assign_org_role", "unassign")]).await;
    let all: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).chain(["gardener"]).collect();
    let agents = vec!["agents-access"];
    assert_eq!(assignable(&owner).await, all);
    assert_eq!(assignable(&app.user(&owner, "ua", &["user-admin"]).await.client).await, agents);
    assert!(assignable(&app.user(&owner, "aud", &["auditor"]).await.client).await.is_empty());
    assert!(assignable(&app.user(&owner, "plain", &[]).await.client).await.is_empty());
    for (number, (held, expected)) in [
        ("organization-admin", all.clone()),
        ("organization-user-admin", agents),
        ("organization-auditor", vec![]),
        ("organization-template-admin", vec![]),
        ("agents-access", vec![]),
        ("gardener", vec![]),
    ]
    .into_iter()
    .enumerate()
    {
        let caller = member(&app, &owner, &format!("caller{number}"), &[held]).await;
        assert_eq!(assignable(&caller).await, expected, "{held}");
    }
}

/// The matrix alone: neither the key nor the permission to assign counts.
#[tokio::test]
async fn what_is_assignable_does_not_depend_on_the_key() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let narrow = super::narrowed(&app, &owner, &["organization:read", "assign_org_role:read"]).await;
    assert_eq!(assignable(&narrow).await.len(), 6);
    let admin_of_another = app.organization("acme").await;
    let admin = app.user(&owner, "admin", &["auditor"]).await;
    owner.post_empty(&format!("/organizations/{admin_of_another}/members/admin")).await.expect(200);
    let body = json!({ "roles": ["organization-admin"] });
    owner.put(&super::of_member(admin_of_another, "admin"), body).await.expect(200);
    assert!(assignable(&admin).await.is_empty());
}

/// Every level of every role as pairs of type and verb.
fn lines(role: &Value, level: &str) -> BTreeSet<(String, String, bool)> {
    let text = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
    let list = role[level].as_array().unwrap();
    let lines: BTreeSet<_> = list
        .iter()
        .map(|line| (text(line, "resource_type"), text(line, "action"), line["negate"] == true))
        .collect();
    assert_eq!(lines.len(), list.len(), "a line twice: {role}");
    lines
}

#[tokio::test]
async fn built_in_roles_tell_each_verb() {
    let app = TestApp::new().await;
    let list = list(&app.owner().await.client).await;
    for role in list.as_array().unwrap() {
        for level in [
            "site_permissions",
            "user_permissions",
            "organization_permissions",
            "organization_member_permissions",
        ] {
            for (kind, action, _) in lines(role, level) {
                let (kind, action) = (Resource::parse(&kind).unwrap(), Action::parse(&action).unwrap());
                assert!(kind.actions().contains(&action), "{role}");
            }
        }
    }
    let admin = lines(&list[0], "organization_permissions");
    let left_out = ["ai_seat", "assign_role", "boundary_usage", "user_secret"];
    let special = ["workspace", "workspace_dormant", "prebuilt_workspace"];
    let whole =
        Resource::ALL.iter().filter(|r| !left_out.contains(&r.as_str()) && !special.contains(&r.as_str()));
    let whole: usize = whole.map(|resource| resource.actions().len()).sum();
    assert_eq!(admin.len(), whole + 10 + 8 + 2);
    assert!(admin.contains(&("assign_org_role".to_owned(), "unassign".to_owned(), false)));
    assert!(!admin.contains(&("workspace".to_owned(), "ssh".to_owned(), false)));
}

#[tokio::test]
async fn each_level_of_a_built_in_role_is_told_in_its_place() {
    let app = TestApp::new().await;
    let list = list(&app.owner().await.client).await;
    let of = |name: &str| list.as_array().unwrap().iter().find(|role| role["name"] == name).unwrap().clone();
    assert_eq!(of("organization-user-admin")["site_permissions"], json!([line("user", "read")]));
    let agents = of("agents-access");
    let chat = ["create", "read", "share", "update"].map(|action| line("chat", action));
    assert_eq!(agents["organization_member_permissions"], json!(chat));
    assert_eq!(agents["organization_permissions"], json!([]));
    let ban = of("organization-workspace-creation-ban");
    let banned = ["create", "delete", "create_agent", "delete_agent"]
        .map(|action| json!({ "negate": true, "resource_type": "workspace", "action": action }));
    assert_eq!(ban["organization_permissions"], json!(banned));
}

#[tokio::test]
async fn every_member_sees_the_roles_and_nobody_else() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    app.set_sharing(app.organization, "none").await;
    let plain = app.user(&owner, "plain", &[]).await;
    assert_eq!(names(&list(&plain).await).len(), 6);
    let stranger = outsider(&app, &owner, acme, "stranger").await;
    assert_eq!(stranger.get(&roles("default")).await.expect(404).message(), super::NOT_FOUND);
}

#[tokio::test]
async fn every_name_of_the_organization_reaches_its_roles() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "gardener", &[]).await;
    let expected = list(&owner).await;
    let nil = uuid::Uuid::nil().to_string();
    for name in ["coder", "CODER", &nil, &app.organization.to_string()] {
        assert_eq!(owner.get(&roles(name)).await.expect(200).json(), expected, "{name}");
    }
}
