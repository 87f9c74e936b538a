//! `POST /organizations/{organization}/groups`

use super::*;

#[tokio::test]
async fn a_group_is_made_as_asked_for() {
    let (app, owner, _) = served().await;
    let asked = json!({
        "name": "Gardeners", "display_name": "The gardeners", "avatar_url": "https://example.com/rake.png",
        "quota_allowance": 7,
    });
    let made = owner.post(HERE, asked).await.expect(201).json();
    let expected = json!({
        "id": made["id"], "name": "Gardeners", "display_name": "The gardeners",
        "avatar_url": "https://example.com/rake.png", "quota_allowance": 7, "source": "user",
        "organization_id": app.organization, "organization_name": "coder", "organization_display_name": "Coder",
        "members": [], "total_member_count": 0,
    });
    assert_eq!(made, expected);
    let read = owner.get(&path(uuid(&made["id"]))).await.expect(200).json();
    assert_eq!(read, expected);
}

#[tokio::test]
async fn a_name_is_enough() {
    let (_app, owner, _) = served().await;
    for body in [
        json!({ "name": "a" }),
        json!({ "name": "b", "display_name": "", "avatar_url": null, "quota_allowance": null }),
        json!({ "NAME": "c", "quota_allowance": 0.0, "members": ["nonsense"] }),
    ] {
        let made = owner.post(HERE, body).await.expect(201).json();
        let rest = [&made["display_name"], &made["avatar_url"], &made["quota_allowance"]];
        assert_eq!(rest, [&json!(""), &json!(""), &json!(0)]);
    }
}

#[tokio::test]
async fn organizations_are_named_in_all_ways_and_have_names_of_their_own() {
    let (app, owner, _) = served().await;
    let acme = app.organization("acme").await;
    for (number, organization) in
        ["default".to_owned(), "coder".to_owned(), app.organization.to_string()].iter().enumerate()
    {
        let path = format!("/organizations/{organization}/groups");
        owner.post(&path, json!({ "name": format!("g{number}") })).await.expect(201);
    }
    let made = owner.post("/organizations/ACME/groups", json!({ "name": "g0" })).await.expect(201).json();
    assert_eq!(made["organization_id"], json!(acme));
    owner.post("/organizations/nowhere/groups", json!({ "name": "g0" })).await.expect(404);
}

#[tokio::test]
async fn bad_fields_are_told_all_at_once() {
    let (_app, owner, _) = served().await;
    let (long, wide) = ("x".repeat(33), "y".repeat(65));
    let body = json!({ "name": long, "display_name": wide, "avatar_url": "a\0b", "quota_allowance": -1 });
    let fields = [
        ("name", broken("group_name", &long)),
        ("display_name", broken("group_display_name", &wide)),
        ("avatar_url", broken("text", "a\0b")),
        ("quota_allowance", broken("min", -1)),
    ];
    assert_bad_fields(owner.post(HERE, body).await, &fields);
}

#[tokio::test]
async fn names_keep_to_the_rule_of_all_names() {
    let (_app, owner, _) = served().await;
    assert_bad_field(owner.post(HERE, json!({})).await, "name", &broken("required", ""));
    for name in ["-a", "a b", "a_b", "ä", "new", "create", "a--b"] {
        let refused = owner.post(HERE, json!({ "name": name })).await;
        assert_bad_field(refused, "name", &broken("group_name", name));
    }
    for name in ["A-1", "New", &"x".repeat(32)] {
        owner.post(HERE, json!({ "name": name })).await.expect(201);
    }
    for text in [" a", "a\n", &"y".repeat(65)] {
        let refused = owner.post(HERE, json!({ "name": "b", "display_name": text })).await;
        assert_bad_field(refused, "display_name", &broken("group_display_name", text));
    }
}

#[tokio::test]
async fn everyone_is_no_name_for_others() {
    let (_app, owner, _) = served().await;
    for name in ["Everyone", "everyone", "EVERYONE"] {
        let refused = owner.post(HERE, json!({ "name": name })).await.expect(400);
        assert_eq!(refused.json(), json!({ "message": "Group name \"Everyone\" is reserved." }));
    }
}

#[tokio::test]
async fn a_name_is_given_once_whatever_the_case() {
    let (app, owner, _) = served().await;
    make(&owner, "Gardeners").await;
    for name in ["Gardeners", "gardeners", "GARDENERS"] {
        let refused = owner.post(HERE, json!({ "name": name })).await.expect(409);
        let expected = json!({
            "message": format!("Group already exists with the name {name:?}."),
            "validations": [{ "field": "name", "detail": "This value is already in use and should be unique." }],
        });
        assert_eq!(refused.json(), expected);
    }
    app.organization("acme").await;
    owner.post("/organizations/acme/groups", json!({ "name": "gardeners" })).await.expect(201);
}

#[tokio::test]
async fn bodies_that_are_none_are_refused() {
    let (_app, owner, _) = served().await;
    for body in ["", "{", "[]", r#"{"name": 3}"#, r#"{"name": "a", "quota_allowance": 2147483648}"#] {
        let refused = owner.send(Method::POST, HERE, Some(body.to_owned())).await.expect(400);
        assert_eq!(refused.message(), "Request body must be valid JSON.", "{body}");
    }
}

#[tokio::test]
async fn nothing_is_made_in_an_organization_that_is_deleted() {
    let (app, owner, _) = served().await;
    let acme = app.organization("acme").await;
    owner.delete("/organizations/acme").await.expect(200);
    let list = format!("/organizations/{acme}/groups");
    assert_hidden(owner.post(&list, json!({ "name": "late" })).await);
    assert_eq!(owner.get(&list).await.expect(200).json(), json!([]));
    assert_hidden(owner.get(&path(acme)).await);
}
