//! What `PATCH /groups/{group}` changes of the group itself.

use super::*;

fn asked() -> Value {
    json!({
        "name": "gardeners", "display_name": "Gardeners", "avatar_url": "https://example.com/a.png",
        "quota_allowance": 3,
    })
}

#[tokio::test]
async fn what_is_given_is_changed_and_the_rest_is_kept() {
    let (_app, owner, _) = served().await;
    let mut expected = owner.post(HERE, asked()).await.expect(201).json();
    let group = uuid(&expected["id"]);
    for (change, field, value) in [
        (json!({ "name": "Diggers" }), "name", json!("Diggers")),
        (json!({ "display_name": "The diggers" }), "display_name", json!("The diggers")),
        (json!({ "display_name": "" }), "display_name", json!("")),
        (json!({ "avatar_url": "" }), "avatar_url", json!("")),
        (json!({ "quota_allowance": 0 }), "quota_allowance", json!(0)),
        (json!({ "quota_allowance": 12.0 }), "quota_allowance", json!(12)),
    ] {
        expected[field] = value;
        assert_eq!(patch(&owner, group, change.clone()).await.expect(200).json(), expected, "{change}");
        assert_eq!(owner.get(&path(group)).await.expect(200).json(), expected, "{change}");
    }
}

#[tokio::test]
async fn absent_and_null_and_an_empty_name_keep_what_is_there() {
    let (_app, owner, _) = served().await;
    let made = owner.post(HERE, asked()).await.expect(201).json();
    let group = uuid(&made["id"]);
    let nulls = json!({
        "name": null, "display_name": null, "avatar_url": null, "quota_allowance": null,
        "add_users": null, "remove_users": null,
    });
    for change in [json!({}), json!(null), json!({ "name": "" }), nulls] {
        assert_eq!(patch(&owner, group, change).await.expect(200).json(), made);
    }
}

#[tokio::test]
async fn bad_fields_are_told_all_at_once() {
    let (_app, owner, _) = served().await;
    let group = make(&owner, "gardeners").await;
    let change = json!({ "name": "a b", "display_name": " x", "avatar_url": "\0", "quota_allowance": -3, "add_users": ["x"] });
    let fields = [
        ("name", broken("group_name", "a b")),
        ("display_name", broken("group_display_name", " x")),
        ("avatar_url", broken("text", "\0")),
        ("quota_allowance", broken("min", -3)),
    ];
    assert_bad_fields(patch(&owner, group, change).await, &fields);
    for body in ["", "[]", r#"{"add_users": "me"}"#, r#"{"quota_allowance": 2147483648}"#] {
        let refused = owner.send(Method::PATCH, &path(group), Some(body.to_owned())).await.expect(400);
        assert_eq!(refused.message(), "Request body must be valid JSON.", "{body}");
    }
}

#[tokio::test]
async fn names_stay_unique_whatever_the_case() {
    let (_app, owner, _) = served().await;
    let group = make(&owner, "gardeners").await;
    make(&owner, "Diggers").await;
    let refused = patch(&owner, group, json!({ "name": "DIGGERS" })).await.expect(409);
    let expected = json!({
        "message": "Group already exists with the name \"DIGGERS\".",
        "validations": [{ "field": "name", "detail": "This value is already in use and should be unique." }],
    });
    assert_eq!(refused.json(), expected);
    let refused = patch(&owner, group, json!({ "name": "everyone" })).await.expect(400);
    assert_eq!(refused.json(), json!({ "message": "Group name \"Everyone\" is reserved." }));
    // Its own, also in another case.
    for name in ["gardeners", "GARDENERS"] {
        assert_eq!(patch(&owner, group, json!({ "name": name })).await.expect(200).json()["name"], name);
    }
}
