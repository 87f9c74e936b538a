//! GET /users: order, pages and counts (users.md 3.1).

use serde_json::{Value, json};

use super::*;
use crate::support::{Actor, uuid};

/// Usernames whose order by bytes differs from their order without case.
const MIXED: [&str; 14] =
    ["Zed", "a", "B", "c", "b-1", "A1", "a-2", "B2", "0x", "aa", "AB", "9", "z", "Carl-Otto"];

async fn with_mixed_names() -> (TestApp, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in MIXED {
        owner.post("/users", request(&app, name)).await.expect(201);
    }
    (app, owner)
}

fn in_order() -> Vec<String> {
    let mut names: Vec<String> =
        MIXED.iter().map(|name| (*name).to_owned()).chain(["owner".to_owned()]).collect();
    names.sort_by_key(|name| name.to_lowercase());
    names
}

async fn page(client: &Client, query: &str) -> Value {
    client.get(&format!("/users?{query}")).await.expect(200).json()
}

async fn names(client: &Client, query: &str) -> Vec<String> {
    usernames(&page(client, query).await)
}

fn last_id(page: &Value) -> Uuid {
    uuid(&page["users"].as_array().unwrap().last().unwrap()["id"])
}

#[tokio::test]
async fn users_come_by_name_whatever_the_case() {
    let (_app, owner) = with_mixed_names().await;
    let whole = page(&owner, "").await;
    assert_eq!(usernames(&whole), in_order());
    assert_eq!(whole["count"], in_order().len());
}

#[tokio::test]
async fn pages_by_offset_join_to_the_whole() {
    let (_app, owner) = with_mixed_names().await;
    for query in ["", "q=example.com", "q=service_account:false"] {
        for limit in [1, 2, 3, 7, 15, 16, 100] {
            let (mut joined, total) = (Vec::new(), in_order().len());
            loop {
                let page = page(&owner, &format!("{query}&limit={limit}&offset={}", joined.len())).await;
                let names = usernames(&page);
                assert_eq!(page["count"], if names.is_empty() { 0 } else { total }, "{query} {limit}");
                if names.is_empty() {
                    break;
                }
                assert!(names.len() <= limit);
                joined.extend(names);
            }
            assert_eq!(joined, in_order(), "{query} {limit}");
        }
    }
}

#[tokio::test]
async fn pages_by_cursor_join_to_the_whole() {
    let (_app, owner) = with_mixed_names().await;
    for query in ["", "q=example.com"] {
        for limit in [1, 2, 4, 14, 15, 50] {
            let (mut joined, mut after) = (Vec::new(), String::new());
            loop {
                let page = page(&owner, &format!("{query}&limit={limit}&after_id={after}")).await;
                assert_eq!(page["count"], in_order().len() - joined.len(), "{query} {limit}");
                if page["count"] == 0 {
                    assert_eq!(page["users"], json!([]));
                    break;
                }
                joined.extend(usernames(&page));
                after = last_id(&page).to_string();
            }
            assert_eq!(joined, in_order(), "{query} {limit}");
        }
    }
}

#[tokio::test]
async fn cursor_and_offset_both_apply() {
    let (_app, owner) = with_mixed_names().await;
    let first = page(&owner, "limit=3").await;
    let second = page(&owner, &format!("limit=4&offset=2&after_id={}", last_id(&first))).await;
    assert_eq!(usernames(&second), in_order()[5..9]);
    assert_eq!(second["count"], in_order().len() - 3);
}

#[tokio::test]
async fn an_offset_needs_no_limit() {
    let (_app, owner) = with_mixed_names().await;
    for query in ["offset=4", "offset=4&limit=0", "offset=4&limit="] {
        let rest = page(&owner, query).await;
        assert_eq!(usernames(&rest), in_order()[4..]);
        assert_eq!(rest["count"], in_order().len());
    }
}

#[tokio::test]
async fn an_empty_page_counts_nothing() {
    let (_app, owner) = with_mixed_names().await;
    for query in ["limit=1&offset=99", "offset=99", "offset=15", "offset=2147483647&limit=2147483647"] {
        assert_eq!(page(&owner, query).await, json!({ "users": [], "count": 0 }), "{query}");
    }
}

#[tokio::test]
async fn an_unknown_cursor_has_nothing_after_it() {
    let (app, owner) = with_mixed_names().await;
    for unknown in [Uuid::from_u128(7), app.organization] {
        let page = page(&owner, &format!("after_id={unknown}")).await;
        assert_eq!(page, json!({ "users": [], "count": 0 }));
    }
}

#[tokio::test]
async fn no_cursor_is_the_beginning() {
    let (_app, owner) = with_mixed_names().await;
    for query in ["after_id=", "after_id=00000000-0000-0000-0000-000000000000"] {
        assert_eq!(names(&owner, query).await, in_order(), "{query}");
    }
}

#[tokio::test]
async fn a_cursor_may_be_deleted_or_filtered_out_or_hidden() {
    let (app, owner) = with_mixed_names().await;
    let cursor = uuid(&owner.get("/users/b").await.expect(200).json()["id"]);
    let rest = &in_order()[in_order().iter().position(|name| name == "B").unwrap() + 1..];
    assert_eq!(names(&owner, &format!("q=name:\"\"&after_id={cursor}")).await, rest);
    assert_eq!(names(&owner, &format!("q=zed&after_id={cursor}")).await, ["Zed"]);
    let member = app.user(&owner, "member", &[]).await;
    assert_eq!(names(&member, &format!("after_id={cursor}")).await, ["member"]);
    assert_eq!(names(&member, &format!("after_id={}", member.id)).await, Vec::<String>::new());
    delete_in_database(&app, cursor).await;
    let after = names(&owner, &format!("after_id={cursor}")).await;
    assert_eq!(
        after.iter().filter(|name| *name != "member").collect::<Vec<_>>(),
        rest.iter().collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn the_cursor_takes_every_spelling_of_an_id() {
    let (_app, owner) = with_mixed_names().await;
    let cursor = uuid(&owner.get("/users/b").await.expect(200).json()["id"]);
    let expected = names(&owner, &format!("after_id={cursor}")).await;
    for spelling in
        [cursor.simple().to_string(), cursor.to_string().to_uppercase(), format!("urn:uuid:{cursor}")]
    {
        assert_eq!(names(&owner, &format!("after_id={spelling}")).await, expected);
    }
}

#[tokio::test]
async fn a_cursor_stays_good_while_users_come() {
    let (app, owner) = with_mixed_names().await;
    let first = page(&owner, "limit=5").await;
    for name in ["00", "zzz"] {
        owner.post("/users", request(&app, name)).await.expect(201);
    }
    let rest = names(&owner, &format!("after_id={}", last_id(&first))).await;
    assert_eq!(rest, [&in_order()[5..], &["zzz".to_owned()]].concat());
}

const BAD: &str = "Query parameters have invalid values.";

fn bad_number(name: &str, why: &str) -> (String, String) {
    let detail = format!("Query param \"{name}\" must be a valid 32-bit positive integer: {why}");
    (name.to_owned(), detail)
}

#[tokio::test]
async fn bad_paging_values_are_told() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in ["limit", "offset"] {
        let reply = owner.get(&format!("/users?{name}=-1")).await;
        assert_eq!(assert_refused(reply, 400, BAD).validations(), [bad_number(name, "value is negative")]);
        for bad in
            ["x", "1.5", "2147483648", "99999999999999999999999999", "0x10", "1e3", "%201", "%F0%9F%98%80"]
        {
            let reply = assert_refused(owner.get(&format!("/users?{name}={bad}")).await, 400, BAD);
            assert_eq!(reply.validations().len(), 1, "{name}={bad}");
            assert!(reply.validations()[0].1.starts_with(&bad_number(name, "").1), "{name}={bad}");
        }
    }
    for bad in ["x", "owner", "00000000-0000-0000-0000-00000000000", "%00"] {
        let reply = assert_refused(owner.get(&format!("/users?after_id={bad}")).await, 400, BAD);
        let detail = "Query param \"after_id\" must be a valid uuid".to_owned();
        assert_eq!(reply.validations(), [("after_id".to_owned(), detail)]);
    }
}

#[tokio::test]
async fn all_bad_paging_values_are_told_at_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let reply = assert_refused(owner.get("/users?limit=-1&offset=x&after_id=y").await, 400, BAD);
    let mut fields: Vec<String> = reply.validations().into_iter().map(|(field, _)| field).collect();
    fields.sort();
    assert_eq!(fields, ["after_id", "limit", "offset"]);
}

#[tokio::test]
async fn a_paging_value_may_be_given_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let reply = assert_refused(owner.get("/users?limit=1&limit=2").await, 400, BAD);
    let (field, detail) = reply.validations().remove(0);
    assert_eq!(field, "limit");
    assert!(detail.starts_with("Query param \"limit\" provided more than once, found 2 times."), "{detail}");
}

#[tokio::test]
async fn unknown_query_parameters_are_ignored() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    assert_eq!(names(&owner, "foo=bar&Limit=x&=&&q").await, ["owner"]);
}
