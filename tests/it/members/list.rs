//! `GET /organizations/{organization}/members` (members.md 3).

use sea_orm::Set;
use serde_json::{Value, json};

use super::{PREBUILDS, change_user, join, members, usernames, with_query};
use crate::support::{Actor, TestApp};

const INVALID: &str = "Invalid organization member search query.";

async fn names(caller: &Actor, query: &str) -> Vec<String> {
    usernames(&caller.get(&with_query(&members("default"), &[("q", query)])).await.expect(200).json())
}

/// The refused fields of a bad query.
async fn refused(caller: &Actor, query: &str) -> Vec<(String, String)> {
    let reply = caller.get(&with_query(&members("default"), &[("q", query)])).await.expect(400);
    assert_eq!(reply.message(), INVALID, "{query}");
    reply.validations()
}

fn pair(field: &str, detail: &str) -> (String, String) {
    (field.to_owned(), detail.to_owned())
}

#[tokio::test]
async fn the_list_goes_by_username_whatever_the_case() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for username in ["Zoe", "adam", "Bea", "b-2", "B2"] {
        app.user(&owner, username, &[]).await;
    }
    let list = owner.get(&members("default")).await.expect(200).json();
    assert_eq!(usernames(&list), ["adam", "b-2", "B2", "Bea", "owner", "Zoe"]);
}

#[tokio::test]
async fn the_list_is_not_cut_into_pages() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let path = with_query(
        &members("default"),
        &[("limit", "1"), ("offset", "1"), ("after_id", "x"), ("any", "thing")],
    );
    assert_eq!(usernames(&owner.get(&path).await.expect(200).json()).len(), 2);
}

#[tokio::test]
async fn an_organization_without_members_has_an_empty_list() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    assert_eq!(owner.get(&members(acme)).await.expect(200).json(), json!([]));
}

#[tokio::test]
async fn members_of_other_organizations_are_not_listed() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let bea = app.user(&owner, "bea", &[]).await;
    join(&owner, acme, &bea).await;
    let list: Value = owner.get(&members(acme)).await.expect(200).json();
    assert_eq!(usernames(&list), ["bea"]);
    assert_eq!(list[0]["organization_id"], json!(acme));
}

#[tokio::test]
async fn deleted_users_are_never_listed() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    change_user(&app, bea.id, |row| row.deleted = Set(true)).await;
    assert_eq!(names(&owner, "").await, ["owner"]);
    assert_eq!(names(&owner, "include_system:true").await, ["owner", "prebuilds"]);
    assert!(names(&owner, &format!("user_id:{}", bea.id)).await.is_empty());
}

#[tokio::test]
async fn the_servers_own_user_is_listed_on_demand() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (query, also) in
        [("include_system:true", true), ("INCLUDE_SYSTEM:1", true), ("include_system:f", false), ("", false)]
    {
        assert_eq!(names(&owner, query).await.contains(&"prebuilds".to_owned()), also, "{query}");
    }
    let path = with_query(&members("default"), &[("q", &format!("include_system:t user_id:{PREBUILDS}"))]);
    let list = owner.get(&path).await.expect(200).json();
    let row = &list[0];
    assert_eq!((&row["email"], &row["name"]), (&json!("prebuilds@system"), &json!("Prebuilds Owner")));
}

#[tokio::test]
async fn one_member_can_be_asked_for_by_id() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    assert_eq!(names(&owner, &format!("user_id:{}", bea.id)).await, ["bea"]);
    assert_eq!(names(&owner, &format!("User_ID:\"{}\"", bea.id.simple())).await, ["bea"]);
    assert!(names(&owner, &format!("user_id:{}", uuid::Uuid::max())).await.is_empty());
    assert!(names(&owner, &format!("user_id:{PREBUILDS}")).await.is_empty());
}

#[tokio::test]
async fn members_can_be_asked_for_by_their_number_at_github() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    change_user(&app, bea.id, |row| row.github_com_user_id = Set(Some(7_000_000_000))).await;
    assert_eq!(names(&owner, "github_user_id:7000000000").await, ["bea"]);
    assert!(names(&owner, "github_user_id:8").await.is_empty());
}

#[tokio::test]
async fn a_bare_key_is_accepted_and_does_nothing() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for word in ["user_id", "include_system", "github_user_id"] {
        assert_eq!(names(&owner, word).await, ["owner"], "{word}");
    }
    assert_eq!(names(&owner, "user_id include_system:true").await, ["owner", "prebuilds"]);
}

#[tokio::test]
async fn other_words_and_keys_are_refused() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    assert_eq!(refused(&owner, "nonsense").await, [pair("q", "invalid search term: nonsense")]);
    assert_eq!(refused(&owner, "some Words").await, [pair("q", "invalid search term: some Words")]);
    assert_eq!(refused(&owner, "foo:bar").await, [pair("foo", "\"foo\" is not a valid query param")]);
    assert_eq!(refused(&owner, "status:active").await[0].0, "status");
    let colon = "Query element \"user_id:\" cannot start or end with ':'";
    assert_eq!(refused(&owner, "user_id:").await, [pair("q", colon)]);
    assert_eq!(refused(&owner, "a:b:c").await, [pair("q", "Query element \"a:b:c\" can only contain 1 ':'")]);
}

#[tokio::test]
async fn values_of_the_wrong_kind_are_refused_all_at_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bad = refused(&owner, "user_id:me include_system:maybe github_user_id:x").await;
    let fields: Vec<&str> = bad.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["user_id", "include_system", "github_user_id"]);
    let twice = refused(&owner, "include_system:true include_system:true").await;
    assert_eq!(twice[0].0, "include_system");
    assert!(twice[0].1.contains("provided more than once, found 2 times."), "{}", twice[0].1);
}
