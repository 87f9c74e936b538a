//! GET /users?q=: what the language refuses (users.md 3.1).

use super::*;

const INVALID: &str = "Invalid user search query.";

/// The refused fields of a query.
async fn errors(client: &Client, q: &str) -> Vec<(String, String)> {
    assert_refused(client.get(&searching(q)).await, 400, INVALID).validations()
}

fn field(name: &str, detail: impl Into<String>) -> (String, String) {
    (name.to_owned(), detail.into())
}

#[tokio::test]
async fn colons_join_one_key_and_one_value() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for q in ["a:b:c", "search:a:b", "status:active:", ":::"] {
        assert_eq!(errors(&owner, q).await[0].0, "q", "{q}");
    }
    assert_eq!(errors(&owner, "a:b:c").await, [field("q", "Query element \"a:b:c\" can only contain 1 ':'")]);
    for q in ["x:", ":x", ":", "search:", "status:"] {
        let detail = format!("Query element \"{q}\" cannot start or end with ':'");
        assert_eq!(errors(&owner, q).await, [field("q", detail)], "{q}");
    }
}

#[tokio::test]
async fn unquoted_times_have_too_many_colons() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    assert_eq!(errors(&owner, "created_after:2026-01-02T00:00:00Z").await[0].0, "q");
}

#[tokio::test]
async fn unknown_keys_are_told() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    assert_eq!(errors(&owner, "foo:bar").await, [field("foo", "\"foo\" is not a valid query param")]);
    for key in ["mail", "user", "id", "organizations", "q", "limit", "is_dormant"] {
        assert_eq!(errors(&owner, &format!("{key}:x")).await[0].0, key);
    }
}

#[tokio::test]
async fn unknown_values_are_told() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for key in ["status", "login_type"] {
        let detail = format!("Query param \"{key}\" has invalid values: \"bogus\" is not a valid value");
        assert_eq!(errors(&owner, &format!("{key}:bogus")).await, [field(key, detail)]);
        let both = errors(&owner, &format!("{key}:bogus,worse")).await;
        assert!(both.len() == 1 && both[0].1.contains("\"bogus\"") && both[0].1.contains("\"worse\""));
    }
}

#[tokio::test]
async fn bad_values_are_told_with_their_type() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (q, key, kind) in [
        ("service_account:maybe", "service_account", "boolean: "),
        ("service_account:2", "service_account", "boolean: "),
        ("github_com_user_id:x", "github_com_user_id", ""),
        ("github_com_user_id:9223372036854775808", "github_com_user_id", ""),
        ("created_before:2026", "created_before", "date format (2006-01-02T15:04:05.999999999Z07:00): "),
        ("created_after:2026-01-02", "created_after", "date format (2006-01-02T15:04:05.999999999Z07:00): "),
        ("last_seen_before:\"2026-13-01T00:00:00Z\"", "last_seen_before", "date format ("),
        ("last_seen_after:\"2026-01-01T00:00:00\"", "last_seen_after", "date format ("),
        ("last_seen_after:yesterday", "last_seen_after", "date format ("),
    ] {
        let told = errors(&owner, q).await;
        assert_eq!(told.len(), 1, "{q}");
        let begin = format!("Query param \"{key}\" must be a valid {kind}");
        assert!(told[0].0 == key && told[0].1.starts_with(&begin), "{q}: {told:?}");
    }
}

#[tokio::test]
async fn a_single_value_may_be_given_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let keys = [
        ("search", "a", "b"),
        ("name", "a", "a"),
        ("service_account", "true", "true"),
        ("github_com_user_id", "1", "2"),
        ("created_before", "\"2026-01-02t00:00:00z\"", "\"2026-01-02t00:00:00z\""),
    ];
    for (key, one, two) in keys {
        let detail = format!(
            "Query param \"{key}\" provided more than once, found 2 times. Only provide 1 instance of this query param."
        );
        assert_eq!(errors(&owner, &format!("{key}:{one} {key}:{two}")).await, [field(key, detail)]);
    }
}

#[tokio::test]
async fn free_text_and_search_are_the_same_value_twice() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let told = errors(&owner, "search:a b").await;
    assert!(told[0].0 == "search" && told[0].1.contains("found 2 times"), "{told:?}");
}

#[tokio::test]
async fn all_errors_are_told_at_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let told = errors(&owner, "a:b:c x: foo:bar status:bogus service_account:maybe search:a b").await;
    let mut fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
    fields.sort();
    assert_eq!(fields, ["foo", "q", "q", "search", "service_account", "status"]);
}

#[tokio::test]
async fn members_are_told_of_their_errors_too() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let member = app.user(&owner, "m1", &[]).await;
    assert_eq!(errors(&member, "foo:bar").await[0].0, "foo");
}
