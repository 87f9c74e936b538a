//! Roles and organizations that follow what the provider says, at every login.

use std::collections::BTreeSet;

use roster::domain::provider::{OidcRules, OrganizationSync, RoleSync};
use roster::model::ids::OrgId;
use serde_json::{Value, json};

use super::world::{Plan, World, alice, with};

fn in_groups(groups: Value) -> Value {
    json!({ "alice": with(alice(), json!({ "groups": groups })) })
}

fn roles(me: &Value) -> Vec<&str> {
    me["roles"].as_array().unwrap().iter().map(|role| role["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn site_roles_follow_a_claim() {
    let mapping = [("staff".to_owned(), vec!["user-admin".to_owned(), "auditor".to_owned()])];
    let roles_of = RoleSync { field: "groups".to_owned(), mapping: mapping.into(), default: Vec::new() };
    let rules = OidcRules { roles: roles_of, ..OidcRules::default() };
    let accounts = in_groups(json!(["staff", "template-admin", "unknown"]));
    let Some(world) = World::of(Plan { accounts, rules, ..Plan::default() }).await else { return };
    let owner = world.app.owner().await;
    let me = world.me("alice").await;
    assert_eq!(roles(&me), ["auditor", "template-admin", "user-admin"]);

    // They cannot be granted by hand, and go when the claim goes.
    owner
        .put(&format!("/users/{}/roles", me["id"].as_str().unwrap()), json!({ "roles": ["owner"] }))
        .await
        .expect(400);
    world.realm.set_accounts(&in_groups(json!(["template-admin"])));
    assert_eq!(roles(&world.me("alice").await), ["template-admin"]);
    world.realm.set_accounts(&in_groups(Value::Null));
    assert_eq!(roles(&world.me("alice").await), [""; 0]);
}

#[tokio::test]
async fn without_a_field_roles_that_were_granted_by_hand_stay() {
    let Some(world) = World::with_accounts(in_groups(json!(["owner", "auditor"]))).await else { return };
    let owner = world.app.owner().await;
    let me = world.me("alice").await;
    assert_eq!(roles(&me), [""; 0]);
    let path = format!("/users/{}/roles", me["id"].as_str().unwrap());
    owner.put(&path, json!({ "roles": ["auditor"] })).await.expect(200);
    assert_eq!(roles(&world.me("alice").await), ["auditor"]);
}

#[tokio::test]
async fn the_last_owner_stays_one_whatever_the_provider_says() {
    let roles_of = RoleSync { field: "groups".to_owned(), ..RoleSync::default() };
    let rules = OidcRules { roles: roles_of, ..OidcRules::default() };
    let accounts = in_groups(json!([]));
    let Some(world) = World::of(Plan { accounts, rules, ..Plan::default() }).await else { return };
    // The first user, who owns the deployment for that.
    assert_eq!(roles(&world.me("alice").await), ["owner"]);
    assert_eq!(roles(&world.me("alice").await), ["owner"]);
}

#[tokio::test]
async fn organizations_follow_a_claim() {
    // The id of an organization is known once the server has a database, and the settings come first.
    let far = uuid::Uuid::from_u128(0x00fa_0000_0000_4000_8000_0000_0000_0001);
    let organizations = OrganizationSync {
        field: "groups".to_owned(),
        mapping: [("far".to_owned(), vec![OrgId(far)])].into(),
        assign_default: false,
    };
    let rules = OidcRules { organizations, ..OidcRules::default() };
    let accounts = in_groups(json!(["far", "unknown"]));
    let Some(world) = World::of(Plan { accounts, rules, ..Plan::default() }).await else { return };
    world.app.owner().await;
    world.app.organization_with_id("far", far).await;
    let of =
        |me: &Value| me["organization_ids"].as_array().unwrap().iter().map(crate::support::uuid).collect();
    let joined: BTreeSet<_> = of(&world.me("alice").await);
    assert_eq!(joined, BTreeSet::from([far]));
    world.realm.set_accounts(&in_groups(json!([])));
    let left: BTreeSet<_> = of(&world.me("alice").await);
    assert_eq!(left, BTreeSet::new());
}
