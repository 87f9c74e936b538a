//! The search of the paginated list (members.md 5).

use entity::users::Column;
use sea_orm::Set;
use serde_json::json;

use super::{change_user, join, machine, page, page_of, paginated, with_query};
use crate::support::{Actor, TestApp};

async fn names(owner: &Actor, query: &str) -> Vec<String> {
    let (names, count) = page(owner, &[("q", query)]).await;
    assert_eq!(names.len() as i64, count, "{query}");
    names
}

/// The refused fields of a bad search.
async fn refused(owner: &Actor, query: &str) -> Vec<(String, String)> {
    let reply = owner.get(&with_query(&paginated("default"), &[("q", query)])).await.expect(400);
    assert_eq!(reply.message(), "Invalid member search query.", "{query}");
    reply.validations()
}

fn pair(field: &str, detail: &str) -> (String, String) {
    (field.to_owned(), detail.to_owned())
}

/// Members of several kinds: `Ada`, `bill` and `Cyd`, the service account `robot`, and the owner, who is the only one with a
/// password.
async fn crowd(app: &TestApp) -> Actor {
    let owner = app.owner().await;
    let ada = json!({ "username": "Ada", "name": "Ada Byron", "email": "Countess@example.org", "roles": ["auditor"] });
    app.user_from(&owner, ada).await;
    let bill = json!({ "username": "bill", "name": "Bill 100% Gates_x", "user_status": "dormant" });
    app.user_from(&owner, bill).await;
    let cyd = app.user_from(&owner, json!({ "username": "Cyd", "roles": ["user-admin", "auditor"] })).await;
    app.set_user(cyd.id, Column::Status, "suspended").await;
    app.set_user(cyd.id, Column::LoginType, "github").await;
    change_user(app, cyd.id, |row| row.github_com_user_id = Set(Some(42))).await;
    machine(app, &owner, "robot").await;
    owner
}

const ALL: [&str; 5] = ["Ada", "bill", "Cyd", "owner", "robot"];

/// Asks each search and compares who is found.
async fn find(searches: &[(&str, &[&str])]) {
    let app = TestApp::new().await;
    let owner = crowd(&app).await;
    for (query, found) in searches {
        assert_eq!(names(&owner, query).await, *found, "{query}");
    }
}

#[tokio::test]
async fn free_text_is_part_of_the_username_or_the_address_in_any_case() {
    find(&[
        ("", &ALL),
        ("   ", &ALL),
        ("ADA", &["Ada"]),
        ("countess", &["Ada"]),
        ("COUNTESS@EXAMPLE.ORG", &["Ada"]),
        ("example.com", &["bill", "Cyd", "owner"]),
        ("search:o", &["Ada", "bill", "Cyd", "owner", "robot"]),
        ("byron", &[]),
        ("da", &["Ada"]),
        ("ada bill", &[]),
    ])
    .await;
}

#[tokio::test]
async fn quotes_belong_to_free_text_and_not_to_values() {
    find(&[
        ("\"ada\"", &[]),
        ("search:\"ada\"", &["Ada"]),
        ("\"search\":ada", &["Ada"]),
        ("name:\"da by\"", &["Ada"]),
    ])
    .await;
}

#[tokio::test]
async fn wildcards_of_the_database_are_plain_characters() {
    find(&[
        ("%", &[]),
        ("_", &[]),
        ("name:%", &["bill"]),
        ("name:s_x", &["bill"]),
        ("a_a", &[]),
        ("name:\\", &[]),
    ])
    .await;
}

#[tokio::test]
async fn a_name_is_part_of_the_display_name() {
    find(&[
        ("name:BYRON", &["Ada"]),
        ("name:a", &["Ada", "bill"]),
        ("name:\"ada byron\"", &["Ada"]),
        ("name:owner", &[]),
    ])
    .await;
}

#[tokio::test]
async fn several_conditions_must_all_hold() {
    find(&[
        ("STATUS:Active a", &["Ada", "owner"]),
        ("status:active role:auditor", &["Ada"]),
        ("status:suspended role:auditor name:x", &[]),
        ("Search:ADA Status:ACTIVE", &["Ada"]),
    ])
    .await;
}

#[tokio::test]
async fn a_status_is_one_of_those_given() {
    find(&[
        ("status:active", &["Ada", "owner", "robot"]),
        ("status:dormant,suspended", &["bill", "Cyd"]),
        ("status:dormant status:suspended", &["bill", "Cyd"]),
        ("status:\"dormant, suspended\"", &["bill", "Cyd"]),
    ])
    .await;
}

#[tokio::test]
async fn a_role_is_a_site_role_that_is_stored() {
    find(&[
        ("role:member", &ALL),
        ("role:owner", &["owner"]),
        ("role:auditor", &["Ada", "Cyd"]),
        ("role:owner,user-admin", &["Cyd", "owner"]),
        ("role:user-admin role:owner", &["Cyd", "owner"]),
        ("role:member,owner", &["owner"]),
        ("role:organization-admin", &[]),
        ("role:no-such-role", &[]),
    ])
    .await;
}

#[tokio::test]
async fn organization_roles_are_not_searched() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    app.set_member_roles(app.organization, bea.id, &["organization-admin"]).await;
    assert!(names(&owner, "role:organization-admin").await.is_empty());
}

#[tokio::test]
async fn a_login_type_is_one_of_those_given() {
    find(&[
        ("login_type:password", &["owner"]),
        ("login_type:github,password", &["Cyd", "owner"]),
        ("login_type:github login_type:password", &["Cyd", "owner"]),
        ("login_type:none", &["Ada", "bill", "robot"]),
        ("login_type:oidc", &[]),
        ("login_type:token,oauth2_provider_app", &[]),
    ])
    .await;
}

#[tokio::test]
async fn service_accounts_and_others_make_up_the_whole() {
    find(&[
        ("service_account:true", &["robot"]),
        ("service_account:1", &["robot"]),
        ("service_account:false", &["Ada", "bill", "Cyd", "owner"]),
        ("service_account:F", &["Ada", "bill", "Cyd", "owner"]),
    ])
    .await;
}

#[tokio::test]
async fn a_number_at_github_is_one_member() {
    find(&[
        ("github_com_user_id:42", &["Cyd"]),
        ("github_com_user_id:43", &[]),
        ("github_com_user_id:0", &ALL),
    ])
    .await;
}

#[tokio::test]
async fn an_empty_value_is_no_condition() {
    find(&[("search:\"\"", &ALL), ("status:\"\"", &ALL), ("name:\"\" service_account:\"\"", &ALL)]).await;
}

#[tokio::test]
async fn times_are_compared_with_the_ends_included() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let seen = "2023-01-15T12:00:00Z".parse().unwrap();
    change_user(&app, bea.id, |row| row.last_seen_at = Set(seen)).await;
    for (query, found) in [
        ("last_seen_before:\"2023-01-16T00:00:00+12:00\"", true),
        ("last_seen_before:\"2023-01-16t00:00:00+12:00\"", true),
        ("last_seen_before:\"2023-01-15T12:00:00Z\"", true),
        ("last_seen_before:\"2023-01-15T11:59:59.999Z\"", false),
        ("last_seen_after:\"2023-01-15T12:00:00Z\"", true),
        ("last_seen_after:\"2023-01-15T12:00:00.000001Z\"", false),
    ] {
        let found_her = names(&owner, &format!("{query} bea")).await == ["bea"];
        assert_eq!(found_her, found, "{query}");
    }
}

/// Not when the membership was.
#[tokio::test]
async fn created_is_when_the_user_was_made() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let bea = app.user(&owner, "bea", &[]).await;
    app.clock.advance(chrono::TimeDelta::hours(2));
    join(&owner, acme, &bea).await;
    for (query, found) in [
        ("created_before:\"2026-05-20T00:00:00Z\"", 1),
        ("created_after:\"2026-05-20T00:00:00Z\"", 1),
        ("created_after:\"2026-05-20T01:00:00Z\"", 0),
    ] {
        let reply = owner.get(&with_query(&paginated(acme), &[("q", query)])).await;
        assert_eq!(page_of(reply).1, found, "{query}");
    }
}

#[tokio::test]
async fn times_need_quotes_and_a_zone() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let unquoted = refused(&owner, "last_seen_before:2023-01-16T00:00:00+12:00").await;
    assert_eq!(unquoted.len(), 1);
    assert_eq!(unquoted[0].0, "q");
    assert!(unquoted[0].1.ends_with("can only contain 1 ':'"), "{}", unquoted[0].1);
    for (key, value) in [("created_after", "2023-01-16"), ("last_seen_after", "\"2023-01-16T00:00:00\"")] {
        let bad = refused(&owner, &format!("{key}:{value}")).await;
        let begin = format!(
            "Query param \"{key}\" must be a valid date format (2006-01-02T15:04:05.999999999Z07:00): "
        );
        assert!(bad[0].0 == key && bad[0].1.starts_with(&begin), "{bad:?}");
    }
}

#[tokio::test]
async fn unknown_keys_and_broken_elements_are_named() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    assert_eq!(refused(&owner, "foo:bar").await, [pair("foo", "\"foo\" is not a valid query param")]);
    assert_eq!(refused(&owner, "FOO:bar").await, [pair("foo", "\"foo\" is not a valid query param")]);
    let ends =
        |element: &str| pair("q", &format!("Query element \"{element}\" cannot start or end with ':'"));
    assert_eq!(refused(&owner, "status:").await, [ends("status:")]);
    assert_eq!(refused(&owner, ":status").await, [ends(":status")]);
    assert_eq!(refused(&owner, "a:b:c").await, [pair("q", "Query element \"a:b:c\" can only contain 1 ':'")]);
}

#[tokio::test]
async fn values_that_mean_nothing_are_refused() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let status = "Query param \"status\" has invalid values: \"inactive\" is not a valid value";
    assert_eq!(refused(&owner, "status:inactive").await, [pair("status", status)]);
    assert_eq!(refused(&owner, "status:active,inactive").await, [pair("status", status)]);
    let login_type = &refused(&owner, "login_type:magic").await[0];
    assert!(login_type.0 == "login_type" && login_type.1.contains("has invalid values"), "{login_type:?}");
    assert_eq!(refused(&owner, "service_account:maybe").await[0].0, "service_account");
    assert_eq!(refused(&owner, "github_com_user_id:x").await[0].0, "github_com_user_id");
}

#[tokio::test]
async fn a_single_value_is_given_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (query, key) in [
        ("search:a b", "search"),
        ("name:a name:b", "name"),
        ("service_account:1 service_account:1", "service_account"),
    ] {
        let begin = format!("Query param \"{key}\" provided more than once, found 2 times.");
        let bad = refused(&owner, query).await;
        assert_eq!(bad.len(), 1);
        assert!(bad[0].0 == key && bad[0].1.starts_with(&begin), "{bad:?}");
    }
}

#[tokio::test]
async fn all_problems_are_told_at_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let mut fields: Vec<String> = refused(&owner, "status:x login_type:y z:w name: a:b:c")
        .await
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    fields.sort_unstable();
    assert_eq!(fields, ["login_type", "q", "q", "status", "z"]);
}

/// No stored text has one, and databases do not agree on what it would find.
#[tokio::test]
async fn a_nul_character_finds_nobody() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for query in ["\0", "owner\0", "name:\0", "role:owner\0", "status:active \0"] {
        assert_eq!(names(&owner, query).await, Vec::<String>::new(), "{query:?}");
    }
    assert_eq!(refused(&owner, "login_type:\0").await[0].0, "login_type");
}
