//! Explanations tell nothing that the caller could not read elsewhere.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{NOT_FOUND, allowed, check, explain, explained, member, outsider};
use crate::support::{Actor, Client, Mint, TestApp};

fn about(user: &str, checks: Value) -> Value {
    json!({ "user": user, "checks": checks })
}

#[tokio::test]
async fn a_hidden_user_looks_like_one_that_is_not_there() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let checks = json!({ "it": check("read", &json!({ "resource_type": "user" })) });
    let unknown = explain(&bea, &about("nobody-at-all", checks.clone())).await.expect(404);
    assert_eq!(unknown.json(), json!({ "message": NOT_FOUND }));
    let (id, long) = (owner.id.to_string(), "x".repeat(100_000));
    let others = [
        "owner",
        "OWNER",
        &id,
        &id.to_uppercase(),
        "\0",
        "a\0b",
        "🫖",
        "ME",
        " ",
        "owner@example.com",
        &long,
    ];
    for other in
        others.into_iter().chain([Uuid::max().to_string().as_str(), Uuid::nil().to_string().as_str()])
    {
        let reply = explain(&bea, &about(other, checks.clone())).await.expect(404);
        assert_eq!(reply.text, unknown.text, "{other:?}");
    }
}

#[tokio::test]
async fn a_hidden_user_is_not_found_whatever_is_asked() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let too_many = (0..101).map(|n| (n.to_string(), json!({}))).collect::<serde_json::Map<_, _>>();
    for checks in
        [json!({}), json!({ "a": {} }), json!({ "a": { "object": { "resource_id": "x" } } }), too_many.into()]
    {
        explain(&bea, &about("owner", checks.clone())).await.expect(404);
    }
}

async fn scoped(app: &TestApp, of: &Actor, scopes: &[&'static str]) -> Client {
    let mint = Mint { scopes: scopes.to_vec(), ..Mint::default() };
    app.client().with_token(&app.mint(of.id, mint).await)
}

#[tokio::test]
async fn a_key_that_may_not_read_its_owner_explains_nothing() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for scopes in [["template:read"], ["coder:application_connect"], ["user:read_personal"]] {
        let client = scoped(&app, &owner, &scopes).await;
        for user in ["", "me", "owner"] {
            let reply = explain(&client, &about(user, json!({}))).await.expect(404);
            assert_eq!(reply.message(), NOT_FOUND, "{scopes:?} {user:?}");
        }
    }
}

/// Who administers one organization reads all users, and not what they are in others.
#[tokio::test]
async fn what_somebody_is_in_a_foreign_organization_is_not_told() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (here, acme) = (app.organization, app.organization("acme").await);
    let admin = member(&app, &owner, "admin", &["organization-admin"]).await;
    let joe = app.user_from(&owner, json!({ "username": "joe", "organization_ids": [here, acme] })).await;
    app.set_member_roles(here, joe.id, &["organization-auditor"]).await;
    app.set_member_roles(acme, joe.id, &["organization-admin"]).await;
    let template = |fields: Value| {
        let mut object = json!({ "resource_type": "template" });
        object.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        object
    };
    let checks = json!({
        "here": check("read", &template(json!({ "organization_id": here }))),
        "there": check("read", &template(json!({ "organization_id": acme }))),
        "anywhere": check("update", &template(json!({ "any_org": true }))),
        // The site-wide part of a role in an organization.
        "users": check("read", &json!({ "resource_type": "user" })),
    });
    let verdicts = |told: &Value| -> Vec<(String, Value, usize)> {
        let answers = told["checks"].as_object().unwrap().iter();
        let verdict = |(key, answer): (&String, &Value)| {
            (key.clone(), answer["decided_by"].clone(), answer["roles"].as_array().unwrap().len())
        };
        answers.map(verdict).collect()
    };
    let wanted =
        |rows: [(&str, &str, usize); 4]| rows.map(|(key, by, lines)| (key.to_owned(), json!(by), lines));
    let told = explain(&admin, &about("joe", checks.clone())).await.expect(200).json();
    assert_eq!(told["hidden_organizations"], json!([acme]));
    let left = [
        ("anywhere", "no_permission", 0),
        ("here", "organization", 1),
        ("there", "no_permission", 0),
        ("users", "no_permission", 0),
    ];
    assert_eq!(verdicts(&told), wanted(left));
    let whole = [
        ("anywhere", "organization", 1),
        ("here", "organization", 1),
        ("there", "organization", 1),
        ("users", "site", 1),
    ];
    for (client, user) in [(&owner, "joe"), (&joe, "me")] {
        let told = explain(client, &about(user, checks.clone())).await.expect(200).json();
        assert_eq!(told["hidden_organizations"], json!([]));
        assert_eq!(verdicts(&told), wanted(whole), "{}", client.username);
    }
}

/// The same decisions as ever, without the names of roles that the key could not read.
#[tokio::test]
async fn a_key_that_may_not_read_memberships_is_not_told_the_roles_in_them() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let joe = member(&app, &owner, "joe", &["organization-admin"]).await;
    let object = json!({ "resource_type": "template", "organization_id": app.organization });
    let scopes = ["user:read", "template:read"];
    let (blind, seeing) = (
        scoped(&app, &joe, &scopes).await,
        scoped(&app, &joe, &[scopes[0], scopes[1], "organization_member:read"]).await,
    );
    for (client, lines) in [(&blind, 0), (&seeing, 1)] {
        assert!(allowed(client, "read", &object).await);
        let told = explained(client, "read", &object).await;
        assert_eq!((&told["allowed"], &told["decided_by"]), (&json!(true), &json!("organization")));
        assert_eq!(told["roles"].as_array().unwrap().len(), lines, "{told}");
    }
    let told = explain(&blind, &json!({})).await.expect(200).json();
    assert_eq!(told["hidden_organizations"], json!([app.organization]));
}

#[tokio::test]
async fn stored_things_are_loaded_with_the_rights_of_who_asks() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let bea = app.user(&owner, "bea", &[]).await;
    let admin = outsider(&app, &owner, "joe", acme, &["organization-admin"]).await;
    let narrow = app.mint(
        admin.id,
        Mint {
            allow_list: vec![("user", admin.id.to_string()), ("user", bea.id.to_string())],
            ..Mint::default()
        },
    );
    let narrow = app.client().with_token(&narrow.await);
    let stored =
        |id: Uuid| json!({ "it": check("read", &json!({ "resource_type": "user", "resource_id": id })) });
    let told = |reply: crate::support::Reply| reply.expect(200).json()["checks"]["it"]["decided_by"].clone();
    // May the member read the owner? The administrator sees both, the narrow key only the member.
    assert_eq!(told(explain(&admin, &about("bea", stored(owner.id))).await), "no_permission");
    assert_eq!(told(explain(&narrow, &about("bea", stored(owner.id))).await), "not_found");
    assert_eq!(told(explain(&narrow, &about("bea", stored(bea.id))).await), "user");
}

/// What an organization's own role says is for those who may see its roles; that it is held is seen with the membership.
#[tokio::test]
async fn a_key_that_may_not_see_roles_is_not_told_their_lines() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.custom_role(app.organization, "gardener", &[("template", "update")]).await;
    let bea = member(&app, &owner, "bea", &["gardener", "organization-template-admin"]).await;
    let object = json!({ "resource_type": "template", "organization_id": app.organization });
    let told = async |client: &Client| {
        let body = about("bea", json!({ "it": check("update", &object) }));
        let it = explain(client, &body).await.expect(200).json()["checks"]["it"].clone();
        assert_eq!(it["by_roles"]["decided_by"], "organization");
        let names =
            it["roles"].as_array().unwrap().iter().map(|role| role["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let both = ["gardener", "organization-template-admin"];
    let (mut seen, scopes) = (told(&owner).await, ["user:read", "organization_member:read"]);
    seen.sort();
    assert_eq!(seen, both);
    for who in [&owner, &bea] {
        assert_eq!(told(&scoped(&app, who, &scopes).await).await, both[1..], "{}", who.username);
        let mut seen = told(&scoped(&app, who, &[scopes[0], scopes[1], "assign_org_role:read"]).await).await;
        seen.sort();
        assert_eq!(seen, both, "{}", who.username);
    }
}
