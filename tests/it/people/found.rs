//! How users are found beside what the contract says: by e-mail address in paths, and by exact names and organizations in lists.

use super::*;
use crate::support::{Client, Mint};

/// The usernames that a search finds, in their order.
async fn found(client: &Client, q: &str) -> Vec<String> {
    let body = client.search("/users", q).await.expect(200).json();
    let list = body["users"].as_array().unwrap();
    assert_eq!(body["count"], list.len(), "{q}");
    list.iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect()
}

const NOBODY: [&str; 0] = [];

#[tokio::test]
async fn an_address_is_a_name_in_paths() {
    let Cast { app, owner, one, two, .. } = Cast::new().await;
    let odd = app.user_from(&owner, json!({ "username": "odd", "email": "\"Ü/b c\"@Exämple.de" })).await;
    let find = |address: &str| {
        let encoded: String = address.bytes().map(|byte| format!("%{byte:02X}")).collect();
        format!("/users/{encoded}")
    };
    for address in ["one@example.com", "ONE@Example.COM"] {
        assert_eq!(
            owner.get(&format!("/users/{address}")).await.expect(200).json()["id"],
            one.id.to_string()
        );
    }
    assert_eq!(owner.get(&find("\"ü/B c\"@EXÄMPLE.de")).await.expect(200).json()["id"], odd.id.to_string());
    one.get("/users/one@example.com").await.expect(200);
    hidden(one.get("/users/two@example.com").await);
    hidden(owner.get("/users/nobody@example.com").await);
    hidden(owner.get("/users/@").await);
    hidden(owner.get("/users/prebuilds@systemx").await);
    // Wherever a path names a user.
    owner.get("/users/two@example.com/roles").await.expect(200);
    owner.get("/organizations/default/members/two@example.com").await.expect(200);
    owner.send(reqwest::Method::PUT, &suspend("two@example.com"), None).await.expect(200);
    two.get("/users/me").await.expect(401);
    owner.delete("/users/TWO@example.com").await.expect(200);
    hidden(owner.get("/users/two@example.com").await);
}

#[tokio::test]
async fn exact_names_find_one() {
    let Cast { app, owner, one, .. } = Cast::new().await;
    app.user(&owner, "one-more", &[]).await;
    for (q, expected) in [
        ("username:one", vec!["one"]),
        ("USERNAME:ONE", vec!["one"]),
        ("email:One@Example.com", vec!["one"]),
        ("email:one@example.com username:one", vec!["one"]),
        ("email:one@example.com username:two", vec![]),
        ("email:one", vec![]),
        ("username:on", vec![]),
        ("username:one status:suspended", vec![]),
        ("username:\"\" one", vec!["one", "one-more"]),
        ("username:prebuilds", vec![]),
    ] {
        assert_eq!(found(&owner, q).await, expected, "{q}");
    }
    assert_eq!(found(&one, "username:two").await, NOBODY);
    assert_eq!(found(&one, "email:one@example.com").await, ["one"]);
    owner.search("/users", "email:a email:b").await.expect(400);
    owner.delete("/users/one").await.expect(200);
    assert_eq!(found(&owner, "username:one").await, NOBODY);
    assert_eq!(found(&owner, "email:one@example.com").await, NOBODY);
    // A service account has no address to be found by.
    let body = json!({ "username": "robot", "email": "", "service_account": true });
    app.user_from(&owner, body).await;
    assert_eq!(found(&owner, "username:robot").await, ["robot"]);
}

#[tokio::test]
async fn organizations_filter_by_name_or_id() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (acme, beta) = (app.organization("Acme").await, app.organization("beta").await);
    for (name, organizations) in [("a", vec![acme]), ("ab", vec![acme, beta]), ("b", vec![beta])] {
        app.user_from(&owner, json!({ "username": name, "organization_ids": organizations })).await;
    }
    for (q, expected) in [
        ("organization:acme", vec!["a", "ab"]),
        ("organization:ACME,beta", vec!["a", "ab", "b"]),
        ("organization:acme organization:beta", vec!["a", "ab", "b"]),
        ("-organization:acme", vec!["b", "owner"]),
        ("-organization:acme,beta", vec!["owner"]),
        ("organization:acme -organization:beta", vec!["a"]),
        ("organization:acme b", vec!["ab"]),
        ("organization:default", vec!["owner"]),
        ("organization:nowhere", vec![]),
        ("organization:nowhere,beta", vec!["ab", "b"]),
        ("-organization:nowhere", vec!["a", "ab", "b", "owner"]),
        ("organization:\"\"", vec!["a", "ab", "b", "owner"]),
    ] {
        assert_eq!(found(&owner, q).await, expected, "{q}");
    }
    assert_eq!(found(&owner, &format!("organization:{beta} -organization:{acme}")).await, ["b"]);
    let page = owner.get("/users?q=organization:acme,beta&limit=1&offset=1").await.expect(200).json();
    assert_eq!((&page["count"], &page["users"][0]["username"]), (&json!(3), &json!("ab")));
}

/// What one may not read does not tell by a filter who is in it.
#[tokio::test]
async fn an_organization_that_one_may_not_read_is_like_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (acme, beta) = (app.organization("acme").await, app.organization("beta").await);
    for (name, organizations) in [("ann", vec![acme]), ("bob", vec![acme, beta])] {
        app.user_from(&owner, json!({ "username": name, "organization_ids": organizations })).await;
    }
    let allow_list = vec![("user", "*".to_owned()), ("organization", acme.to_string())];
    let narrow = app.mint(owner.id, Mint { allow_list, ..Mint::default() }).await;
    let narrow = app.client().with_token(&narrow);
    narrow.get("/organizations/acme").await.expect(200);
    hidden(narrow.get("/organizations/beta").await);
    for (q, expected) in [
        ("organization:acme", vec!["ann", "bob"]),
        ("organization:beta", vec![]),
        ("organization:beta,acme", vec!["ann", "bob"]),
        ("-organization:beta", vec!["ann", "bob", "owner"]),
    ] {
        assert_eq!(found(&narrow, q).await, expected, "{q}");
        assert_eq!(found(&narrow, &q.replace("beta", "nowhere")).await, expected, "{q}");
    }
    assert_eq!(found(&owner, "-organization:beta").await, ["ann", "owner"]);
}
