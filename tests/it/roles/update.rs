//! `PUT /organizations/{organization}/members/roles` (members.md 7.5).

use entity::custom_roles;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{
    NOT_FOUND, UNACCEPTABLE, answered, define, line, member, own_roles, refused, request, role, roles,
};
use crate::support::{Client, Reply, TestApp};

async fn put(caller: &Client, body: Value) -> Reply {
    caller.put(&roles("default"), body).await
}

async fn stored(app: &TestApp, name: &str) -> custom_roles::Model {
    let rows = custom_roles::Entity::find().filter(custom_roles::Column::Name.eq(name));
    rows.one(&app.db).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_role_is_replaced() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "gardener", &[("template", "read"), ("template", "update")]).await;
    define(&owner, "other", &[("template", "read")]).await;
    let before = stored(&app, "gardener").await;
    app.clock.advance(chrono::TimeDelta::minutes(5));
    let grants = [("file", "read"), ("workspace", "read"), ("file", "read")];
    let body = json!({
        "name": "gardener", "display_name": "New",
        "organization_permissions": grants.map(|(kind, action)| line(kind, action)),
    });
    let mut expected = answered(app.organization, "gardener", &grants);
    expected["display_name"] = "New".into();
    assert_eq!(put(&owner, body).await.expect(200).json(), json!([expected]));
    let after = stored(&app, "gardener").await;
    assert_eq!((after.id, after.created_at), (before.id, before.created_at));
    assert_eq!((after.updated_at - before.updated_at).num_minutes(), 5);
    let list = owner.get(&roles("default")).await.expect(200).json();
    let listed = |at: usize| list[at]["organization_permissions"].clone();
    assert_eq!(listed(6), json!(grants.map(|(kind, action)| line(kind, action))));
    assert_eq!(listed(7), json!([line("template", "read")]));
}

#[tokio::test]
async fn what_is_not_said_is_empty() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for body in [
        json!({ "name": "gardener" }),
        json!({ "name": "gardener", "display_name": null, "organization_permissions": null }),
        json!({ "name": "gardener", "display_name": "", "organization_permissions": [] }),
    ] {
        owner.delete(&role("default", "gardener")).await;
        define(&owner, "gardener", &[("template", "read")]).await;
        let mut expected = answered(app.organization, "gardener", &[]);
        expected["display_name"] = "".into();
        assert_eq!(put(&owner, body).await.expect(200).json(), json!([expected]));
    }
}

#[tokio::test]
async fn words_that_mean_nothing_are_dropped() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "gardener", &[]).await;
    let body = request(
        "gardener",
        &[
            ("foobar", "read"),
            ("template", "read"),
            ("workspace", "view_insights"),
            ("user", "nope"),
            ("", ""),
        ],
    );
    let expected = answered(app.organization, "gardener", &[("template", "read")]);
    assert_eq!(put(&owner, body).await.expect(200).json(), json!([expected]));
    // Also a line that would be refused if it meant something.
    let denied = json!({ "negate": true, "resource_type": "foobar", "action": "*" });
    let body = json!({ "name": "gardener", "organization_permissions": [denied] });
    assert_eq!(put(&owner, body).await.expect(200).json()[0]["organization_permissions"], json!([]));
}

#[tokio::test]
async fn denials_wildcards_and_escalations_are_refused_and_change_nothing() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "gardener", &[("template", "read")]).await;
    for (bad, action, kind, why) in [
        (
            json!({ "negate": true, "resource_type": "workspace", "action": "read" }),
            "read",
            "workspace",
            "no negative permissions",
        ),
        (line("workspace", "*"), "*", "workspace", "no wildcard symbols"),
        (line("*", "read"), "read", "*", "no wildcard symbols"),
        (line("user_secret", "read"), "read", "user_secret", "not allowed to grant this permission"),
    ] {
        let body = json!({ "name": "gardener", "organization_permissions": [line("file", "read"), bad] });
        let detail = format!(
            "org=\"{}\": org: invalid permission for action=\"{action}\" type=\"{kind}\", {why}",
            app.organization
        );
        refused(put(&owner, body).await, 400, UNACCEPTABLE, &detail);
    }
    let list = owner.get(&roles("default")).await.expect(200).json();
    assert_eq!(list[6]["organization_permissions"], json!([line("template", "read")]));
}

#[tokio::test]
async fn a_role_that_is_not_there_is_not_made() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    define(&owner, "gardener", &[]).await;
    refused(put(&owner, request("nobody", &[])).await, 404, NOT_FOUND, "");
    // That comes before what the lines say.
    refused(put(&owner, request("nobody", &[("*", "*")])).await, 404, NOT_FOUND, "");
    // Names are compared exactly, and in their organization.
    refused(put(&owner, request("Gardener", &[])).await, 404, NOT_FOUND, "");
    refused(owner.put(&roles(acme), request("gardener", &[])).await, 404, NOT_FOUND, "");
    assert_eq!(own_roles(&owner).await, ["gardener"]);
}

#[tokio::test]
async fn the_checks_of_names_and_levels_are_those_of_making_one() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let plain = app.user(&owner, "plain", &[]).await;
    define(&owner, "gardener", &[]).await;
    for caller in [&owner, &plain] {
        for bad in ["Bad_Name", "new", ""] {
            assert_eq!(put(caller, json!({ "name": bad })).await.expect(400).message(), "Validation failed.");
        }
        for name in ["owner", "Organization-Admin", "organization-member", "Organization-Service-Account"] {
            let detail = format!("\"{name}\" is a reserved role name, and not allowed to be used");
            refused(put(caller, request(name, &[])).await, 400, "Reserved role name", &detail);
        }
        for level in ["site_permissions", "user_permissions", "organization_member_permissions"] {
            let mut body = request("gardener", &[]);
            body[level] = json!([line("template", "read")]);
            put(caller, body).await.expect(400);
        }
        put(caller, json!({ "name": "gardener", "organization_permissions": "x" })).await.expect(400);
    }
    refused(put(&plain, request("gardener", &[])).await, 404, NOT_FOUND, "");
}

#[tokio::test]
async fn the_holder_loses_access_with_the_next_request() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "maker", &[("assign_org_role", "create")]).await;
    let maker = member(&app, &owner, "mia", &["maker"]).await;
    maker.post(&roles("default"), request("one", &[])).await.expect(200);
    put(&owner, json!({ "name": "maker" })).await.expect(200);
    maker.post(&roles("default"), request("two", &[])).await.expect(404);
    put(&owner, request("maker", &[("assign_org_role", "create")])).await.expect(200);
    maker.post(&roles("default"), request("three", &[])).await.expect(200);
}

/// A role that somebody else made may say more than the caller may grant; the caller may still take from it.
#[tokio::test]
async fn what_a_role_grants_already_is_asked_for_again() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "maker", &[("workspace", "ssh"), ("template", "read")]).await;
    let admin = member(&app, &owner, "admin", &["organization-admin"]).await;
    let same = request("maker", &[("workspace", "ssh"), ("template", "read")]);
    assert!(put(&admin, same).await.expect(400).detail().ends_with("not allowed to grant this permission"));
    put(&admin, request("maker", &[("template", "read")])).await.expect(200);
}
