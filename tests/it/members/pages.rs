//! `GET /organizations/{organization}/paginated-members`: pages and counts (members.md 1.3 and 4).

use sea_orm::Set;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{change_user, join, outsider, page, page_of, paginated, texts, with_query};
use crate::support::{Actor, TestApp, uuid};

/// Sorted by lower case, byte by byte, which is not how any language sorts.
const SORTED: [&str; 10] = ["A-b", "a0", "aB", "abc", "b2", "Bea", "Owl", "owner", "Z", "zz-Top"];

/// The default organization with the members of [`SORTED`], made in another order.
async fn crowd(app: &TestApp) -> Actor {
    let owner = app.owner().await;
    for username in SORTED.iter().rev().filter(|name| **name != "owner") {
        app.user(&owner, username, &[]).await;
    }
    owner
}

/// Ids of the members in the order of the list.
async fn ids(owner: &Actor) -> Vec<Uuid> {
    let body = owner.get(&paginated("default")).await.expect(200).json();
    body[0]["members"].as_array().unwrap().iter().map(|row| uuid(&row["user_id"])).collect()
}

fn sorted() -> Vec<String> {
    texts(&SORTED)
}

#[tokio::test]
async fn the_answer_is_a_list_with_one_page() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = owner.get(&paginated("default")).await.expect(200).json();
    let page = &body[0];
    assert_eq!(body.as_array().unwrap().len(), 1);
    assert_eq!((&page["count"], &page["members"][0]["username"]), (&json!(1), &json!("owner")));
    assert_eq!(page.as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn a_row_is_what_the_plain_list_shows() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &["auditor"]).await;
    let plain = owner.get("/organizations/default/members").await.expect(200).json();
    let pages: Value = owner.get(&paginated("default")).await.expect(200).json();
    assert_eq!(pages[0]["members"][0], plain[0]);
}

#[tokio::test]
async fn without_a_limit_everybody_is_on_the_page_in_order() {
    let app = TestApp::new().await;
    let owner = crowd(&app).await;
    for none in [&[][..], &[("limit", "0")], &[("limit", "")], &[("offset", "0"), ("after_id", "")]] {
        assert_eq!(page(&owner, none).await, (sorted(), 10), "{none:?}");
    }
    let nil = Uuid::nil().to_string();
    assert_eq!(page(&owner, &[("after_id", &nil)]).await.1, 10);
}

#[tokio::test]
async fn pages_by_offset_make_up_the_whole() {
    let app = TestApp::new().await;
    let owner = crowd(&app).await;
    for limit in [1, 2, 3, 7, 10, 11] {
        let mut seen = Vec::new();
        for offset in (0..SORTED.len()).step_by(limit) {
            let (names, count) =
                page(&owner, &[("limit", &limit.to_string()), ("offset", &offset.to_string())]).await;
            assert!(names.len() <= limit);
            assert_eq!(count, 10, "limit {limit}, offset {offset}");
            seen.extend(names);
        }
        assert_eq!(seen, sorted(), "limit {limit}");
    }
}

#[tokio::test]
async fn pages_by_cursor_make_up_the_whole() {
    let app = TestApp::new().await;
    let owner = crowd(&app).await;
    let (ids, all) = (ids(&owner).await, sorted());
    for limit in [1, 2, 3, 7, 10, 11] {
        let mut seen: Vec<String> = Vec::new();
        let mut cursor = String::new();
        while seen.len() < all.len() {
            let (names, count) = page(&owner, &[("limit", &limit.to_string()), ("after_id", &cursor)]).await;
            assert_eq!(count, (all.len() - seen.len()) as i64, "limit {limit} after {seen:?}");
            seen.extend(names);
            cursor = ids[seen.len() - 1].to_string();
        }
        assert_eq!(seen, all, "limit {limit}");
        assert_eq!(page(&owner, &[("after_id", &cursor)]).await, (Vec::new(), 0));
    }
}

#[tokio::test]
async fn a_cursor_and_an_offset_add_up() {
    let app = TestApp::new().await;
    let owner = crowd(&app).await;
    let (ids, all) = (ids(&owner).await, sorted());
    for (after, offset, limit) in
        [(0, 0, 3), (0, 2, 3), (5, 1, 2), (5, 0, 0), (5, 3, 0), (5, 4, 0), (9, 0, 1)]
    {
        let parameters = [
            ("after_id", ids[after].to_string()),
            ("offset", offset.to_string()),
            ("limit", limit.to_string()),
        ];
        let borrowed = parameters.each_ref().map(|(key, value)| (*key, value.as_str()));
        let left = &all[after + 1..];
        let expected = left.iter().skip(offset).take(if limit == 0 { all.len() } else { limit });
        let expected: Vec<String> = expected.cloned().collect();
        let count = if expected.is_empty() { 0 } else { left.len() as i64 };
        assert_eq!(page(&owner, &borrowed).await, (expected, count), "{parameters:?}");
    }
}

#[tokio::test]
async fn an_empty_page_counts_nobody() {
    let app = TestApp::new().await;
    let owner = crowd(&app).await;
    for past in [&[("offset", "10")][..], &[("offset", "11"), ("limit", "5")], &[("offset", "2147483647")]] {
        assert_eq!(page(&owner, past).await, (Vec::new(), 0), "{past:?}");
    }
    assert_eq!(page(&owner, &[("q", "nobody")]).await, (Vec::new(), 0));
    let acme = app.organization("acme").await;
    assert_eq!(page_of(owner.get(&paginated(acme)).await), (Vec::new(), 0));
}

#[tokio::test]
async fn the_count_is_of_all_who_match_and_not_of_the_page() {
    let app = TestApp::new().await;
    let owner = crowd(&app).await;
    assert_eq!(page(&owner, &[("limit", "3"), ("offset", "9")]).await, (texts(&["zz-Top"]), 10));
    // Every address ends alike.
    let all = [("q", "example.com"), ("limit", "1"), ("offset", "1")];
    assert_eq!(page(&owner, &all).await, (texts(&["a0"]), 10));
    let (one, count) = page(&owner, &[("q", "ab"), ("limit", "1"), ("offset", "1")]).await;
    assert_eq!((one, count), (texts(&["abc"]), 2));
    let after = ids(&owner).await[5].to_string();
    assert_eq!(page(&owner, &[("after_id", &after), ("limit", "1")]).await.1, 4);
    assert_eq!(page(&owner, &[("after_id", &after), ("q", "ab")]).await, (Vec::new(), 0));
}

#[tokio::test]
async fn a_cursor_in_two_organizations_is_no_trouble() {
    let app = TestApp::new().await;
    let owner = crowd(&app).await;
    let acme = app.organization("acme").await;
    join(&owner, acme, &owner).await;
    let after = owner.id.to_string();
    assert_eq!(page(&owner, &[("after_id", &after)]).await, (texts(&["Z", "zz-Top"]), 2));
    assert_eq!(
        page_of(owner.get(&with_query(&paginated(acme), &[("after_id", &after)])).await),
        (Vec::new(), 0)
    );
}

#[tokio::test]
async fn a_cursor_from_another_organization_counts_by_its_username() {
    let app = TestApp::new().await;
    let owner = crowd(&app).await;
    let acme = app.organization("acme").await;
    let outsider = outsider(&app, &owner, acme, "P").await;
    let after = outsider.id.to_string();
    assert_eq!(page(&owner, &[("after_id", &after)]).await, (texts(&["Z", "zz-Top"]), 2));
}

#[tokio::test]
async fn a_cursor_that_is_nobody_or_in_no_organization_leaves_an_empty_page() {
    let app = TestApp::new().await;
    let owner = crowd(&app).await;
    let loner = app.user(&owner, "0-loner", &[]).await;
    owner.delete(&super::member("default", loner.id)).await.expect(204);
    for after in [Uuid::max().to_string(), loner.id.to_string()] {
        assert_eq!(page(&owner, &[("after_id", &after)]).await, (Vec::new(), 0));
    }
}

#[tokio::test]
async fn deleted_users_are_on_no_page() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    change_user(&app, bea.id, |row| row.deleted = Set(true)).await;
    assert_eq!(page(&owner, &[]).await, (texts(&["owner"]), 1));
    assert_eq!(page(&owner, &[("q", "bea")]).await, (Vec::new(), 0));
}

/// The refused parameters, by name and reason.
async fn refused(owner: &Actor, parameters: &[(&str, &str)]) -> Vec<(String, String)> {
    let reply = owner.get(&with_query(&paginated("default"), parameters)).await.expect(400);
    assert_eq!(reply.message(), "Query parameters have invalid values.", "{parameters:?}");
    reply.validations()
}

#[tokio::test]
async fn all_bad_paging_parameters_are_told_at_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bad = refused(&owner, &[("limit", "-1"), ("offset", "2147483648"), ("after_id", "abc")]).await;
    let of = |field: &str| bad.iter().find(|(name, _)| name == field).map(|(_, detail)| detail.as_str());
    assert_eq!(bad.len(), 3);
    let number = "must be a valid 32-bit positive integer: ";
    assert_eq!(of("limit"), Some(format!("Query param \"limit\" {number}value is negative").as_str()));
    assert!(of("offset").unwrap().starts_with(&format!("Query param \"offset\" {number}")));
    assert_eq!(of("after_id"), Some("Query param \"after_id\" must be a valid uuid"));
}

#[tokio::test]
async fn numbers_are_whole_and_in_range() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for wrong in ["x", "1.5", "2147483648", "99999999999999999999", "-1", "1e3", "0x10", " 1"] {
        for name in ["limit", "offset"] {
            let bad = refused(&owner, &[(name, wrong)]).await;
            assert_eq!(bad.len(), 1, "{name}={wrong}");
            assert_eq!(bad[0].0, name);
        }
    }
    assert_eq!(page(&owner, &[("limit", "2147483647")]).await.1, 1);
    assert_eq!(page(&owner, &[("unknown", "x"), ("Limit", "x")]).await.1, 1);
}

#[tokio::test]
async fn a_parameter_is_given_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let nil = Uuid::nil().to_string();
    for (name, value) in [("limit", "1"), ("offset", "1"), ("after_id", nil.as_str())] {
        let detail = format!(
            "Query param \"{name}\" provided more than once, found 2 times. Only provide 1 instance of this query param."
        );
        assert_eq!(refused(&owner, &[(name, value), (name, value)]).await, [(name.to_owned(), detail)]);
    }
}

#[tokio::test]
async fn a_bad_search_is_told_before_a_bad_page() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let both = with_query(&paginated("default"), &[("limit", "x"), ("q", "foo:bar")]);
    let reply = owner.get(&both).await.expect(400);
    assert_eq!(reply.message(), "Invalid member search query.");
    assert_eq!(reply.validations()[0].0, "foo");
}
