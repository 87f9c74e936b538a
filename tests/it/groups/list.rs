//! `GET /organizations/{organization}/groups` and `GET /groups`.

use super::*;

/// Two organizations with groups: `bea` is in a group of each, `joe` in `acme` only.
async fn peopled() -> (TestApp, Actor, Actor, Actor) {
    let (app, owner, bea) = served().await;
    let acme = app.organization("acme").await;
    let joe = user_of(&app, &owner, acme, "joe").await;
    owner.post_empty("/organizations/acme/members/bea").await.expect(200);
    for (organization, name, who) in
        [("default", "Planters", &bea), ("default", "diggers", &owner), ("acme", "diggers", &bea)]
    {
        let list = format!("/organizations/{organization}/groups");
        let group = uuid(&owner.post(&list, json!({ "name": name })).await.expect(201).json()["id"]);
        put_in(&owner, group, &[who]).await;
    }
    (app, owner, bea, joe)
}

#[tokio::test]
async fn the_groups_of_an_organization_are_listed_by_name() {
    let (app, owner, ..) = peopled().await;
    assert_eq!(names(&owner, HERE).await, ["diggers", "Everyone", "Planters"]);
    assert_eq!(names(&owner, "/organizations/acme/groups").await, ["diggers", "Everyone"]);
    let list = owner.get(HERE).await.expect(200).json();
    assert_eq!(usernames(&list[0]["members"]), ["owner"]);
    assert_eq!(usernames(&list[1]["members"]), ["bea", "owner"]);
    assert_eq!(list[1]["id"], json!(app.organization));
    assert_eq!(usernames(&list[2]["members"]), ["bea"]);
}

#[tokio::test]
async fn all_groups_are_listed_by_organization_and_name() {
    let (_app, owner, ..) = peopled().await;
    let list = owner.get("/groups").await.expect(200).json();
    let of = |group: &Value| {
        let text = |key: &str| group[key].as_str().unwrap().to_owned();
        (text("organization_name"), text("name"), group["total_member_count"].as_u64().unwrap())
    };
    let found: Vec<_> = list.as_array().unwrap().iter().map(of).collect();
    let expected = [
        ("acme", "diggers", 1),
        ("acme", "Everyone", 2),
        ("coder", "diggers", 1),
        ("coder", "Everyone", 2),
        ("coder", "Planters", 1),
    ];
    let expected = expected.map(|(place, name, count)| (place.to_owned(), name.to_owned(), count));
    assert_eq!(found, expected);
}

#[tokio::test]
async fn an_organization_filters_by_name_and_by_id() {
    let (app, owner, ..) = peopled().await;
    let acme = owner.get("/organizations/acme").await.expect(200).json()["id"].clone();
    for organization in ["acme", "ACME", acme.as_str().unwrap()] {
        let list = format!("/groups?organization={organization}");
        assert_eq!(names(&owner, &list).await, ["diggers", "Everyone"]);
    }
    for organization in ["default", "coder", &app.organization.to_string()] {
        let list = format!("/groups?organization={organization}");
        assert_eq!(names(&owner, &list).await, ["diggers", "Everyone", "Planters"]);
    }
    assert_eq!(names(&owner, &format!("/groups?organization={}", owner.id)).await, [""; 0]);
}

#[tokio::test]
async fn a_member_filters_by_name_and_by_id() {
    let (_app, owner, bea, joe) = peopled().await;
    for who in ["bea", "BEA", &bea.id.to_string()] {
        let list = format!("/groups?has_member={who}");
        assert_eq!(names(&owner, &list).await, ["diggers", "Everyone", "Everyone", "Planters"]);
        let list = format!("/groups?has_member={who}&organization=acme");
        assert_eq!(names(&owner, &list).await, ["diggers", "Everyone"]);
    }
    assert_eq!(names(&owner, &format!("/groups?has_member={}", joe.id)).await, ["Everyone"]);
    assert_eq!(names(&bea, "/groups?has_member=me&organization=default").await, ["Everyone", "Planters"]);
    assert_eq!(names(&owner, &format!("/groups?has_member={}", Uuid::nil())).await, [""; 0]);
}

#[tokio::test]
async fn ids_filter() {
    let (app, owner, ..) = peopled().await;
    let list = owner.get(HERE).await.expect(200).json();
    let (diggers, planters) = (uuid(&list[0]["id"]), uuid(&list[2]["id"]));
    let both = format!("/groups?group_ids={planters},{diggers}");
    assert_eq!(names(&owner, &both).await, ["diggers", "Planters"]);
    let repeated = format!("/groups?group_ids={planters}&group_ids={},{}", app.organization, Uuid::nil());
    assert_eq!(names(&owner, &repeated).await, ["Everyone", "Planters"]);
    let nobody = format!("/groups?group_ids={diggers}&has_member=bea");
    assert_eq!(names(&owner, &nobody).await, [""; 0]);
    let empty = "/groups?group_ids=&organization=&has_member=";
    assert_eq!(names(&owner, empty).await.len(), 5);
}

#[tokio::test]
async fn bad_parameters_are_told_all_at_once() {
    let (_app, owner, ..) = peopled().await;
    let query = "foo=1&exclude_members=true&foo=2&organization=a&organization=b&group_ids=x,y&limit=3";
    let refused = owner.get(&format!("/groups?{query}")).await.expect(400);
    assert_eq!(refused.message(), "Query parameters have invalid values.");
    let twice = "Query param \"organization\" provided more than once, found 2 times. Only provide 1 instance of this query param.";
    let expected = [
        ("foo", "\"foo\" is not a valid query param"),
        ("exclude_members", "\"exclude_members\" is not a valid query param"),
        ("limit", "\"limit\" is not a valid query param"),
        ("organization", twice),
        ("group_ids", "Query param \"group_ids\" has invalid values: \"x\" must be a valid uuid"),
    ];
    let expected = expected.map(|(field, detail)| (field.to_owned(), detail.to_owned()));
    assert_eq!(refused.validations(), expected);
}

#[tokio::test]
async fn the_parameter_that_shows_a_key_is_known() {
    let (app, owner, ..) = peopled().await;
    app.client().get(&format!("/groups?coder_session_token={}", owner.token)).await.expect(200);
}

/// Nobody can tell what is hidden from what is not there.
#[tokio::test]
async fn names_that_nothing_to_be_seen_has_are_refused() {
    let (_app, owner, bea, joe) = peopled().await;
    let told = |parameter: &str| {
        let detail = format!("Query param {parameter:?} names what does not exist, or what you may not see");
        (parameter.to_owned(), detail)
    };
    let both = "/groups?organization=nowhere&has_member=nobody";
    let refused = owner.get(both).await.expect(400);
    assert_eq!(refused.message(), "Query parameters have invalid values.");
    assert_eq!(refused.validations(), [told("organization"), told("has_member")]);
    // Of another organization, and another user: a plain member sees neither.
    let refused = joe.get("/groups?organization=coder&has_member=owner").await.expect(400);
    assert_eq!(refused.validations(), [told("organization"), told("has_member")]);
    bea.get("/groups?organization=coder").await.expect(200);
}

/// Plain members read the groups, but not who else is in them; nor do they find that out by filtering.
#[tokio::test]
async fn filtering_by_a_member_tells_no_more_than_the_groups_do() {
    let (_app, owner, bea, _joe) = peopled().await;
    assert_eq!(names(&bea, "/groups?organization=default").await, ["diggers", "Everyone", "Planters"]);
    let list = format!("/groups?organization=default&has_member={}", owner.id);
    assert_eq!(names(&bea, &list).await, [""; 0]);
    assert_eq!(names(&owner, &list).await, ["diggers", "Everyone"]);
}
