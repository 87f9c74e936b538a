//! Who reads which entries (logs.md A7; case 11).

use serde_json::Value;

use super::{found, served};
use crate::support::{Actor, Mint, TestApp};

/// A server with the organizations `a` and `b`, an entry in each, and one of neither.
async fn staged() -> (TestApp, Actor) {
    let (app, owner, _) = served().await;
    for name in ["a", "b"] {
        let organization = app.organization(name).await;
        owner.post_empty(&format!("/organizations/{organization}/members/bea")).await.expect(200);
    }
    (app, owner)
}

async fn insider(app: &TestApp, owner: &Actor, name: &str, organization: &str, roles: &[&str]) -> Actor {
    let of = owner.get(&format!("/organizations/{organization}")).await.expect(200).json();
    let of = crate::support::uuid(&of["id"]);
    let asked = serde_json::json!({ "username": name, "organization_ids": [of] });
    let actor = app.user_from(owner, asked).await;
    app.set_member_roles(of, actor.id, roles).await;
    actor
}

fn places(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["organization"]["name"].as_str().unwrap_or("none")).collect()
}

#[tokio::test]
async fn auditors_of_an_organization_see_its_entries_and_no_others() {
    let (app, owner) = staged().await;
    for role in ["organization-auditor", "organization-admin"] {
        let ann = insider(&app, &owner, role, "a", &[role]).await;
        assert_eq!(places(&found(&ann, "").await), ["a"], "{role}");
        let count = ann.get("/audit").await.expect(200).json()["count"].clone();
        assert_eq!(count, 1, "{role}: what is not shown is not counted");
        let b = owner.get("/organizations/b").await.expect(200).json();
        let b = format!("organization:{}", b["id"].as_str().unwrap());
        assert_eq!(found(&ann, &b).await, Vec::<Value>::new(), "{role}");
        ann.search("/audit", "organization:b").await.expect(400);
    }
}

#[tokio::test]
async fn auditors_of_the_site_see_all() {
    let (app, owner) = staged().await;
    let ada = app.user(&owner, "ada", &["auditor"]).await;
    let entries = found(&ada, "").await;
    let seen = places(&entries);
    for place in ["a", "b", "none"] {
        assert!(seen.contains(&place), "{place}: {seen:?}");
    }
    assert_eq!(places(&found(&ada, "organization:b").await), ["b"]);
}

#[tokio::test]
async fn all_others_are_refused() {
    let (app, owner) = staged().await;
    let admin = app.user(&owner, "admin", &["user-admin", "template-admin"]).await;
    let plain = insider(&app, &owner, "plain", "a", &["organization-user-admin"]).await;
    let narrow = app.mint(owner.id, Mint { scopes: vec!["user:read"], ..Mint::default() }).await;
    let narrow = app.client().with_token(&narrow);
    for client in [&*admin, &*plain, &narrow] {
        for query in ["", "?q=foo:bar", "?limit=-1"] {
            let refused = client.get(&format!("/audit{query}")).await.expect(403);
            assert_eq!(refused.message(), "Forbidden.", "{query}");
        }
    }
    app.client().get("/audit").await.expect(401);
}
