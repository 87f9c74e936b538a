//! Questions about stored groups (rbac.md 14), which are shared with those who are in them.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{allowed, check, explain, explained, member};
use crate::support::{Actor, Client, TestApp, uuid};

fn stored(group: Uuid) -> Value {
    json!({ "resource_type": "group", "resource_id": group })
}

/// A group of an organization where nobody sees the others, with `bea` in it and `carl` not.
async fn unshared() -> (TestApp, Actor, Actor, Actor, Uuid) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.set_sharing(app.organization, "none").await;
    let (bea, carl) = (app.user(&owner, "bea", &[]).await, app.user(&owner, "carl", &[]).await);
    let made = owner.post("/organizations/default/groups", json!({ "name": "gardeners" })).await;
    let group = uuid(&made.expect(201).json()["id"]);
    let adding = json!({ "add_users": [bea.id] }).to_string();
    owner.send(Method::PATCH, &format!("/groups/{group}"), Some(adding)).await.expect(200);
    (app, owner, bea, carl, group)
}

async fn verbs(client: &Client, object: &Value) -> [bool; 4] {
    let mut answers = [false; 4];
    for (answer, verb) in answers.iter_mut().zip(["read", "update", "delete", "create"]) {
        *answer = allowed(client, verb, object).await;
    }
    answers
}

#[tokio::test]
async fn a_stored_group_is_asked_about_with_whom_it_is_shared_with() {
    let (app, owner, bea, carl, group) = unshared().await;
    assert_eq!(verbs(&owner, &stored(group)).await, [true; 4]);
    assert_eq!(verbs(&bea, &stored(group)).await, [true, false, false, false]);
    assert_eq!(verbs(&carl, &stored(group)).await, [false; 4]);
    // That of everyone is shared with all members.
    assert_eq!(verbs(&carl, &stored(app.organization)).await, [true, false, false, false]);
    assert_eq!(verbs(&owner, &stored(Uuid::from_u128(7))).await, [false; 4]);
}

/// Its real organization counts, and not the one in the question.
#[tokio::test]
async fn a_stored_group_is_where_it_is() {
    let (app, owner, ..) = unshared().await;
    let acme = app.organization("acme").await;
    let admin = member(&app, &owner, "admin", &["organization-admin"]).await;
    let question =
        json!({ "resource_type": "group", "resource_id": app.organization, "organization_id": acme });
    assert!(allowed(&admin, "update", &question).await);
    assert!(!allowed(&admin, "update", &stored(acme)).await);
}

#[tokio::test]
async fn being_in_a_group_is_told_as_the_reason() {
    let (app, owner, bea, carl, group) = unshared().await;
    let told = explained(&bea, "read", &stored(group)).await;
    assert_eq!((&told["allowed"], &told["decided_by"]), (&json!(true), &json!("group_acl")));
    assert_eq!(told["roles"], json!([]));
    let told = explained(&carl, "read", &stored(app.organization)).await;
    assert_eq!((&told["allowed"], &told["decided_by"]), (&json!(true), &json!("everyone_acl")));
    let body = json!({ "user": "bea", "checks": { "it": check("read", &stored(group)) } });
    let told = explain(&owner, &body).await.expect(200).json()["checks"]["it"].clone();
    assert_eq!((&told["allowed"], &told["decided_by"]), (&json!(true), &json!("group_acl")));
}

/// Who may not read who is in a group does not find it out by asking why.
#[tokio::test]
async fn who_is_in_a_group_is_not_found_out_by_asking_why() {
    let (app, owner, _bea, _carl, group) = unshared().await;
    let looker = app.user(&owner, "looker", &["template-admin"]).await;
    let seer = json!({ "user": "bea", "checks": { "it": check("read", &stored(group)) } });
    let told = explain(&looker, &seer).await.expect(200).json()["checks"]["it"].clone();
    assert_eq!(told["allowed"], true, "template admins read who is in groups");
    let blind = member(&app, &owner, "blind", &["organization-user-admin"]).await;
    let narrow = ["user:read", "group:read", "organization_member:read"];
    let mint = crate::support::Mint { scopes: narrow.to_vec(), ..crate::support::Mint::default() };
    let blind = app.client().with_token(&app.mint(blind.id, mint).await);
    let told = explain(&blind, &seer).await.expect(200).json()["checks"]["it"].clone();
    assert_eq!(told["allowed"], false);
}
