//! GET /scim/v2/Users.

use super::*;

async fn search(directory: &Client, filter: &str, more: &str) -> Reply {
    let encoded: String = filter.bytes().map(|byte| format!("%{byte:02X}")).collect();
    get(directory, &format!("/Users?filter={encoded}{more}")).await
}

/// A list with these resources, of so many that match.
fn list(resources: &[Value], total: usize, start: i64) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": total,
        "startIndex": start, "itemsPerPage": resources.len(), "Resources": resources,
    })
}

#[tokio::test]
async fn without_a_filter_nobody_is_found() {
    let (_app, _, _, directory) = served().await;
    for path in ["/Users", "/Users?filter=", "/Users?startIndex=1&count=100", "/Users/"] {
        let found = get(&directory, path).await.expect(200);
        assert_eq!((found.json(), found.header("content-type")), (list(&[], 0, 1), MEDIA_TYPE), "{path}");
    }
}

#[tokio::test]
async fn somebody_is_found_by_name_and_address_whatever_the_case() {
    let (_app, _, bea, directory) = served().await;
    for filter in [
        "userName eq \"bea\"",
        "username EQ \"BEA\"",
        "urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"bea\"",
        "emails eq \"bea@example.com\"",
        "emails.value eq \"Bea@Example.com\"",
    ] {
        let found = search(&directory, filter, "").await.expect(200).json();
        assert_eq!(found, list(&[shown(&bea, true)], 1, 1), "{filter}");
    }
    for filter in
        ["userName eq \"be\"", "userName eq \"bea@example.com\"", "emails eq \"bea\"", "userName eq \"\""]
    {
        let found = search(&directory, filter, "").await.expect(200).json();
        assert_eq!(found, list(&[], 0, 1), "{filter}");
    }
}

#[tokio::test]
async fn the_suspended_are_found_as_such_and_the_deleted_are_not() {
    let (_app, owner, bea, directory) = served().await;
    owner.put_empty("/users/bea/status/suspend").await.expect(200);
    let found = search(&directory, "userName eq \"bea\"", "").await.expect(200).json();
    assert_eq!(found, list(&[shown(&bea, false)], 1, 1));
    owner.delete("/users/bea").await.expect(200);
    for filter in ["userName eq \"bea\"", "emails eq \"bea@example.com\""] {
        assert_eq!(search(&directory, filter, "").await.expect(200).json(), list(&[], 0, 1));
    }
}

#[tokio::test]
async fn a_service_account_is_shown_without_an_address() {
    let (app, owner, _, directory) = served().await;
    let asked = json!({ "username": "robot", "email": "", "service_account": true });
    app.user_from(&owner, asked).await;
    let found = search(&directory, "userName eq \"robot\"", "").await.expect(200).json();
    assert_eq!((&found["totalResults"], &found["Resources"][0]["emails"]), (&json!(1), &json!([])));
    assert_eq!(search(&directory, "emails eq \"\"", "").await.expect(200).json(), list(&[], 0, 1));
}

#[tokio::test]
async fn a_page_is_a_part_of_what_matches() {
    let (_app, _, bea, directory) = served().await;
    let bea = [shown(&bea, true)];
    for (more, resources, start) in [
        ("&startIndex=1&count=1", &bea[..], 1),
        ("&startIndex=&count=", &bea, 1),
        ("&startIndex=0", &bea, 1),
        ("&startIndex=-7&count=9223372036854775807", &bea, 1),
        ("&startIndex=2", &[], 2),
        ("&startIndex=9223372036854775807", &[], i64::MAX),
        ("&count=0", &[], 1),
        ("&count=-1", &[], 1),
    ] {
        let found = search(&directory, "userName eq \"bea\"", more).await.expect(200).json();
        assert_eq!(found, list(resources, 1, start), "{more}");
    }
    for (more, name) in [("&startIndex=x", "startIndex"), ("&count=1.5", "count")] {
        let refused = search(&directory, "userName eq \"bea\"", more).await;
        assert_refused(&refused, 400, "invalidValue", &format!("{name} must be a whole number."));
    }
}

#[tokio::test]
async fn another_filter_is_refused() {
    let (_app, _, _, directory) = served().await;
    let text = "The filter must be userName eq \"…\", emails eq \"…\" or emails.value eq \"…\".";
    for filter in ["userName sw \"b\"", "externalId eq \"1\"", "userName eq bea", "userName pr", "x"] {
        assert_refused(&search(&directory, filter, "").await, 400, "invalidFilter", text);
    }
}
