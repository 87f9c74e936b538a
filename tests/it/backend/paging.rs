//! Orders and pages are the same on both engines.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::introspect::nullable_columns;
use super::rows::{self, put};
use crate::support::{Actor, TestApp};

/// Names that a locale sorts in another way than their bytes, in the order of the bytes of their lower case.
const NAMES: [&str; 11] = ["a", "a-z", "a1", "ab", "B", "b-1", "B1", "c", "z-0", "Z-1", "z10"];

fn texts(list: &Value, key: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item[key].as_str().unwrap().to_owned()).collect()
}

/// A server with an owner and users, all members of the default organization, put in from the last to the first.
async fn server_with_users() -> (TestApp, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in NAMES.iter().rev() {
        let user = rows::user(name);
        let id = user.id.clone().unwrap();
        put(&app, user).await.unwrap();
        put(&app, rows::membership(app.organization, id)).await.unwrap();
    }
    (app, owner)
}

/// All usernames in the order of every list.
fn everybody() -> Vec<String> {
    let at = NAMES.iter().position(|name| *name == "z-0").unwrap();
    let (before, after) = NAMES.split_at(at);
    before.iter().chain(&["owner"]).chain(after).map(|name| (*name).to_owned()).collect()
}

async fn users(owner: &Actor, query: &str) -> (Vec<String>, u64) {
    let list = owner.get(&format!("/users?{query}")).await.expect(200).json();
    (texts(&list["users"], "username"), list["count"].as_u64().unwrap())
}

async fn members(owner: &Actor, query: &str) -> (Vec<String>, u64) {
    let path = format!("/organizations/default/paginated-members?{query}");
    let list = owner.get(&path).await.expect(200).json();
    (texts(&list[0]["members"], "username"), list[0]["count"].as_u64().unwrap())
}

#[tokio::test]
async fn people_are_ordered_by_the_bytes_of_their_names_in_lower_case() {
    let (_app, owner) = server_with_users().await;
    let all = everybody();
    assert_eq!(users(&owner, "").await, (all.clone(), 12));
    assert_eq!(members(&owner, "").await, (all.clone(), 12));
    let plain = owner.get("/organizations/default/members").await.expect(200).json();
    assert_eq!(texts(&plain, "username"), all);
}

#[tokio::test]
async fn organizations_are_ordered_by_the_bytes_of_their_names_in_lower_case() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in NAMES.iter().rev() {
        put(&app, rows::organization(name)).await.unwrap();
    }
    let listed = texts(&owner.get("/organizations").await.expect(200).json(), "name");
    let others: Vec<&String> = listed.iter().filter(|name| *name != "coder").collect();
    assert_eq!(others, NAMES);
}

#[tokio::test]
async fn the_organizations_of_a_user_are_ordered_by_id() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let mut joined = vec![app.organization];
    for n in 0..8 {
        let id = app.organization(&format!("o{n}")).await;
        put(&app, rows::membership(id, owner.id)).await.unwrap();
        joined.push(id);
    }
    joined.sort_unstable();
    let joined: Vec<String> = joined.iter().map(ToString::to_string).collect();
    let listed = owner.get("/users?q=owner").await.expect(200).json();
    assert_eq!(listed["users"][0]["organization_ids"], serde_json::json!(joined));
}

#[tokio::test]
async fn pages_of_any_size_are_the_list_cut_into_pieces() {
    let (_app, owner) = server_with_users().await;
    let all = everybody();
    for size in [1, 2, 5, 11, 12, 13, 2_147_483_647] {
        let mut pieces = Vec::new();
        while pieces.len() < all.len() {
            let query = format!("limit={size}&offset={}", pieces.len());
            let page = users(&owner, &query).await;
            assert_eq!(members(&owner, &query).await, page, "{query}");
            assert!(page.1 == 12 && !page.0.is_empty(), "{query}: {page:?}");
            pieces.extend(page.0);
        }
        assert_eq!(pieces, all, "pages of {size}");
    }
}

#[tokio::test]
async fn pages_after_somebody_are_the_list_cut_into_pieces() {
    let (app, owner) = server_with_users().await;
    let all = everybody();
    for (n, name) in all.iter().enumerate() {
        let id =
            owner.get(&format!("/users/{name}")).await.expect(200).json()["id"].as_str().unwrap().to_owned();
        let page = users(&owner, &format!("after_id={id}")).await;
        assert_eq!(page.0, all[n + 1..], "after {name}");
        assert_eq!(members(&owner, &format!("after_id={id}")).await, page, "after {name}");
    }
    let nobody = format!("after_id={}", rows::id());
    assert_eq!(users(&owner, &nobody).await, (vec![], 0));
    drop(app);
}

#[tokio::test]
async fn an_offset_needs_no_limit_and_may_be_past_the_end() {
    let (_app, owner) = server_with_users().await;
    assert_eq!(users(&owner, "offset=10").await, (everybody()[10..].to_vec(), 12));
    for query in ["offset=12", "offset=2147483647", "limit=2147483647&offset=2147483647"] {
        assert_eq!(users(&owner, query).await, (vec![], 0), "{query}");
        assert_eq!(members(&owner, query).await, (vec![], 0), "{query}");
    }
}

/// The columns that the store's source orders by.
fn ordering_columns() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    // Below it there are only tests.
    let sources = files.filter(|path| path.is_file()).map(|file| fs::read_to_string(file).unwrap());
    let column = |call: &str| {
        let argument = call.split(')').next().unwrap();
        argument.rsplit("Column::").next().unwrap().to_owned()
    };
    sources.flat_map(|text| text.split("order_by_").skip(1).map(column).collect::<Vec<_>>()).collect()
}

/// `CamelCase` for `snake_case`.
fn variant(column: &str) -> String {
    let word = |word: &str| word[..1].to_uppercase() + &word[1..];
    column.split('_').map(word).collect()
}

/// Engines disagree on whether NULL comes first or last.
#[tokio::test]
async fn nothing_is_ordered_by_what_may_be_null() {
    let app = TestApp::new().await;
    let nullable = nullable_columns(&app.db).await;
    let expected = [
        "audit_logs.ip",
        "audit_logs.user_agent",
        "connection_logs.code",
        "connection_logs.connection_id",
        "connection_logs.disconnect_reason",
        "connection_logs.disconnect_time",
        "connection_logs.ip",
        "connection_logs.slug_or_port",
        "connection_logs.user_agent",
        "connection_logs.user_id",
        "user_links.oauth_expiry",
        "user_links.refresh_claimed_at",
        "users.github_com_user_id",
        "users.hashed_one_time_passcode",
        "users.one_time_passcode_expires_at",
    ];
    assert_eq!(nullable, expected);
    let nullable: Vec<String> =
        nullable.iter().map(|name| variant(name.split_once('.').unwrap().1)).collect();
    let ordering = ordering_columns();
    assert!(ordering.contains(&"UsernameLower".to_owned()), "{ordering:?}");
    assert!(ordering.iter().all(|column| !nullable.contains(column)), "{ordering:?}");
}
