//! What the engines would do differently if they were left to themselves: comparing texts, lists, and numbers.

use entity::{Texts, api_keys, organization_members, users};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};

use super::rows::{self, put};
use crate::support::{Actor, PASSWORD, TestApp};

fn usernames(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect()
}

/// The usernames that a search finds, the same among users and among members.
async fn found(owner: &Actor, query: &str) -> Vec<String> {
    let users = owner.search("/users", query).await.expect(200).json();
    let members = owner.search("/organizations/default/paginated-members", query).await.expect(200).json();
    assert_eq!(users["count"], users["users"].as_array().unwrap().len(), "{query}");
    assert_eq!(usernames(&users["users"]), usernames(&members[0]["members"]), "{query}");
    usernames(&users["users"])
}

/// Puts in users that are members of the default organization.
async fn join(app: &TestApp, users: impl IntoIterator<Item = users::ActiveModel>) {
    for user in users {
        let id = user.id.clone().unwrap();
        put(app, user).await.unwrap();
        put(app, rows::membership(app.organization, id)).await.unwrap();
    }
}

#[tokio::test]
async fn a_search_takes_wildcards_literally() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    join(
        &app,
        [
            rows::with_email(rows::user("percent"), "half%full@example.com"),
            rows::with_email(rows::user("underscore"), "under_score@example.com"),
            rows::with_name(rows::user("named"), r"100% _real_ \o/ [a-z]* ?"),
            rows::user("plain"),
        ],
    )
    .await;
    assert_eq!(found(&owner, "%").await, ["percent"]);
    assert_eq!(found(&owner, "f%f").await, ["percent"]);
    assert_eq!(found(&owner, "_").await, ["underscore"]);
    assert_eq!(found(&owner, "r_s").await, ["underscore"]);
    assert!(found(&owner, "u_d").await.is_empty());
    assert!(found(&owner, "\\").await.is_empty());
    for part in ["%", "_", "\\", "\\o", "0% _", "[a-z]", "*", "?"] {
        assert_eq!(found(&owner, &format!("name:\"{part}\"")).await, ["named"], "{part}");
    }
    assert!(found(&owner, "name:\"1%0\"").await.is_empty());
}

#[tokio::test]
async fn a_search_does_not_look_at_the_case() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    join(
        &app,
        [
            rows::with_name(rows::with_email(rows::user("Bea"), "BEA@Example.COM"), "Béa Größe"),
            rows::with_name(rows::with_email(rows::user("carl"), "Über@exämple.de"), "ИВАН Ωmega"),
        ],
    )
    .await;
    for query in ["bea", "BEA", "bEa@eXample", "name:béa", "name:BÉA", "name:GRÖß"] {
        assert_eq!(found(&owner, query).await, ["Bea"], "{query}");
    }
    assert!(found(&owner, "name:grösse").await.is_empty(), "ß is a letter of its own");
    for query in ["über", "ÜBER", "EXÄMPLE", "name:иван", "name:Иван", "name:ωMEGA", "name:ΩMEGA"]
    {
        assert_eq!(found(&owner, query).await, ["carl"], "{query}");
    }
}

#[tokio::test]
async fn letters_beyond_ascii_have_a_case_in_names_and_addresses() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = |email: &str, username: &str| json!({ "email": email, "username": username, "password": PASSWORD, "organization_ids": [app.organization] });
    let made = owner.post("/users", bea("ÜBER@exämple.de", "bea")).await.expect(201).json();
    assert_eq!(made["email"], "ÜBER@exämple.de");
    owner.post("/users", bea("über@EXÄMPLE.de", "other")).await.expect(409);
    let login = json!({ "email": "Über@Exämple.DE", "password": PASSWORD });
    app.client().post("/users/login", login).await.expect(201);
}

#[tokio::test]
async fn names_in_paths_do_not_look_at_the_case() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "Bea-1", &[]).await;
    for name in ["Bea-1", "bea-1", "BEA-1"] {
        assert_eq!(owner.get(&format!("/users/{name}")).await.expect(200).json()["username"], "Bea-1");
        owner.get(&format!("/organizations/CODER/members/{name}")).await.expect(200);
    }
    owner.get("/users/bea_1").await.expect(404);
    owner.get("/users/bea%251").await.expect(404);
}

#[tokio::test]
async fn a_role_is_found_in_a_list_and_not_in_a_text() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let with = |name: &str, roles: &[&str]| {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        users::ActiveModel { rbac_roles: Set(Texts(roles)), ..rows::user(name) }
    };
    join(
        &app,
        [
            with("a", &["user-admin"]),
            with("b", &["template-admin", "auditor"]),
            with("c", &["not-auditor", "auditor\"", "[\"auditor\"]", "AUDITOR"]),
            with("d", &[]),
        ],
    )
    .await;
    assert_eq!(found(&owner, "role:auditor").await, ["b"]);
    assert_eq!(found(&owner, "role:user-admin,auditor").await, ["a", "b"]);
    assert_eq!(found(&owner, "role:template-admin role:owner").await, ["b", "owner"]);
}

#[tokio::test]
async fn lists_come_back_as_they_went() {
    let app = TestApp::new().await;
    let bea = rows::user("bea");
    let id = bea.id.clone().unwrap();
    put(&app, bea).await.unwrap();
    let odd =
        Texts(["b", "a", "a", "", "\"", "\\", "ü🫖", "[]", "null", "\u{1}"].map(str::to_owned).to_vec());
    let member = organization_members::ActiveModel {
        roles: Set(odd.clone()),
        ..rows::membership(app.organization, id)
    };
    put(&app, member).await.unwrap();
    let allowed = json!([{ "type": "workspace", "id": "*" }, { "type": "*", "id": "a\"b" }]);
    let key = api_keys::ActiveModel {
        scopes: Set(odd.clone()),
        allow_list: Set(allowed.clone()),
        ..rows::session(id)
    };
    put(&app, key).await.unwrap();

    let member =
        organization_members::Entity::find_by_id((app.organization, id)).one(&app.db).await.unwrap().unwrap();
    let key = api_keys::Entity::find().one(&app.db).await.unwrap().unwrap();
    assert_eq!((member.roles, key.scopes, key.allow_list), (odd.clone(), odd, allowed));
}

#[tokio::test]
async fn large_numbers_and_yes_and_no_are_compared_as_such() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let numbered = |name: &str, number: i64| users::ActiveModel {
        github_com_user_id: Set(Some(number)),
        ..rows::user(name)
    };
    join(&app, [numbered("most", i64::MAX), numbered("least", i64::MIN), rows::service_account("robot")])
        .await;
    assert_eq!(found(&owner, "github_com_user_id:9223372036854775807").await, ["most"]);
    assert_eq!(found(&owner, "github_com_user_id:-9223372036854775808").await, ["least"]);
    assert_eq!(found(&owner, "service_account:true").await, ["robot"]);
    assert_eq!(found(&owner, "service_account:false").await, ["least", "most", "owner"]);
}

#[tokio::test]
async fn a_text_with_a_nul_is_refused_by_both() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = json!({
        "email": "bea@example.com", "username": "bea", "name": "B\0a", "login_type": "none",
        "organization_ids": [app.organization],
    });
    let reply = owner.post("/users", body).await.expect(400);
    let rule = "Validation failed for tag \"user_real_name\" with value: \"B\0a\"";
    assert_eq!(reply.validations(), [("name".to_owned(), rule.to_owned())]);
    for login in
        [json!({ "email": "a\0@example.com", "password": "x" }), json!({ "email": "\0", "password": "\0" })]
    {
        app.client().post("/users/login", login).await.expect(400);
    }
    app.client()
        .post("/users/login", json!({ "email": "a@example.com", "password": "\0" }))
        .await
        .expect(401);
    assert!(found(&owner, "name:\0").await.is_empty());
}

#[tokio::test]
async fn text_of_any_script_comes_back_as_it_went() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (n, name) in ["Ωμέγα", "名前", "🫖 de thé", "e\u{301}", "\u{202e}tfel", "a"].iter().enumerate()
    {
        let body = json!({ "username": format!("u{n}"), "name": name });
        app.user_from(&owner, body).await;
        assert_eq!(owner.get(&format!("/users/u{n}")).await.expect(200).json()["name"], *name);
        assert!(found(&owner, &format!("name:\"{name}\"")).await.contains(&format!("u{n}")), "{name}");
    }
}
