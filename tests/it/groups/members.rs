//! `GET /groups/{group}/members` and the same by name: pages of those in a group.

use super::*;

const SIZE: usize = 7;

/// A group with `g-000000` to `g-000006` in it, and some who are not.
async fn crowded() -> (TestApp, Actor, Uuid, Vec<Uuid>) {
    let (app, owner, _) = served().await;
    let ids = app.crowd(app.organization, "g", SIZE + 3).await;
    let group = make(&owner, "gardeners").await;
    patch(&owner, group, json!({ "add_users": ids[..SIZE] })).await.expect(200);
    (app, owner, group, ids)
}

fn name(number: usize) -> String {
    format!("g-{number:06}")
}

#[tokio::test]
async fn all_are_listed_by_username() {
    let (_app, owner, group, _) = crowded().await;
    let expected: Vec<String> = (0..SIZE).map(name).collect();
    for path in [format!("{}/members", path(group)), format!("{HERE}/Gardeners/members")] {
        let page = owner.get(&path).await.expect(200).json();
        assert_eq!(usernames(&page["users"]), expected);
        assert_eq!(page["count"], SIZE);
        assert_eq!(page.as_object().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn pages_join_whatever_the_limit() {
    let (_app, owner, group, _) = crowded().await;
    for limit in 1..=SIZE + 1 {
        let (mut by_offset, mut by_cursor, mut after) = (Vec::new(), Vec::new(), String::new());
        for offset in (0..SIZE).step_by(limit) {
            let page = format!("{}/members?limit={limit}&offset={offset}", path(group));
            let page = owner.get(&page).await.expect(200).json();
            assert_eq!(page["count"], SIZE);
            by_offset.extend(usernames(&page["users"]).into_iter().map(str::to_owned));
            let page = format!("{}/members?limit={limit}{after}", path(group));
            let page = owner.get(&page).await.expect(200).json();
            assert_eq!(page["count"], SIZE - by_cursor.len());
            by_cursor.extend(usernames(&page["users"]).into_iter().map(str::to_owned));
            let last = page["users"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
            after = format!("&after_id={last}");
        }
        let expected: Vec<String> = (0..SIZE).map(name).collect();
        assert_eq!((&by_offset, &by_cursor), (&expected, &expected), "{limit}");
    }
}

#[tokio::test]
async fn an_empty_page_counts_nothing() {
    let (_app, owner, group, ids) = crowded().await;
    let nothing = json!({ "count": 0, "users": [] });
    let last = format!("after_id={}", ids[SIZE - 1]);
    let nobody = format!("after_id={}", group);
    for query in ["offset=7", "limit=2&offset=100", "q=nobody", &last, &nobody] {
        let page = owner.get(&format!("{}/members?{query}", path(group))).await.expect(200).json();
        assert_eq!(page, nothing, "{query}");
    }
}

#[tokio::test]
async fn a_search_looks_at_those_in_the_group_only() {
    let (app, owner, group, ids) = crowded().await;
    app.set_user(ids[2], entity::users::Column::Status, "suspended").await;
    app.set_user(ids[SIZE], entity::users::Column::Status, "suspended").await;
    for (query, expected) in [
        ("q=000003", vec![name(3)]),
        ("q=000008", vec![]),
        ("q=status:suspended", vec![name(2)]),
        ("q=g-&limit=2&offset=1", vec![name(1), name(2)]),
    ] {
        let page = owner.get(&format!("{}/members?{query}", path(group))).await.expect(200).json();
        assert_eq!(usernames(&page["users"]), expected, "{query}");
    }
    let page = owner.get(&format!("{}/members?q=g-&limit=2", path(group))).await.expect(200).json();
    assert_eq!(page["count"], SIZE);
}

#[tokio::test]
async fn bad_queries_and_pages_are_refused_in_that_order() {
    let (_app, owner, group, _) = crowded().await;
    for members in [format!("{}/members", path(group)), format!("{HERE}/gardeners/members")] {
        let refused = owner.get(&format!("{members}?q=foo:bar&limit=x")).await.expect(400);
        assert_eq!(refused.message(), "Invalid member search query.");
        let refused = owner.get(&format!("{members}?limit=x&offset=-1&after_id=y")).await.expect(400);
        assert_eq!(refused.message(), "Query parameters have invalid values.");
        let fields: Vec<String> = refused.validations().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["after_id", "limit", "offset"]);
    }
}

/// Those of everyone's group are the members of the organization.
#[tokio::test]
async fn everyone_has_pages_too() {
    let (app, owner, ..) = crowded().await;
    let page = format!("/groups/{}/members?limit=3&offset=10", app.organization);
    let page = owner.get(&page).await.expect(200).json();
    assert_eq!(usernames(&page["users"]), ["g-000009", "owner"]);
    assert_eq!(page["count"], SIZE + 5);
}

/// A plain member sees itself only, and counts no others.
#[tokio::test]
async fn pages_show_and_count_whom_the_caller_may_see() {
    let (app, owner, group, _) = crowded().await;
    let zoe = app.user(&owner, "zoe", &[]).await;
    put_in(&owner, group, &[&zoe]).await;
    let page = zoe.get(&format!("{}/members", path(group))).await.expect(200).json();
    assert_eq!((usernames(&page["users"]), &page["count"]), (vec!["zoe"], &json!(1)));
    let shown = zoe.get(&path(group)).await.expect(200).json();
    assert_eq!((usernames(&shown["members"]), &shown["total_member_count"]), (vec!["zoe"], &json!(SIZE + 1)));
}
