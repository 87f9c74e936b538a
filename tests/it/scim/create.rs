//! POST /scim/v2/Users.

use entity::{git_ssh_keys, organization_members, user_status_changes};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};

use super::*;
use crate::support::{PASSWORD, without};

#[tokio::test]
async fn somebody_unknown_is_made_and_answered_whole() {
    let (app, owner, _, directory) = served().await;
    let mut body = somebody("Carla", "Carla@Example.com", true);
    body["name"] = json!({ "givenName": "Carla", "familyName": "Gärtner", "formatted": "ignored" });
    body["displayName"] = "Not this".into();
    body["externalId"] = "00u1".into();
    body["groups"] = json!([{ "value": "x" }]);
    let made = post(&directory, body).await.expect(201);
    let id = uuid(&made.json()["id"]);
    let location = format!("http://roster.test/scim/v2/Users/{id}");
    assert_eq!((made.header("content-type"), made.header("location")), (MEDIA_TYPE, location.as_str()));
    let wanted = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": id, "userName": "Carla",
        "displayName": "Carla Gärtner", "name": { "givenName": "Carla", "familyName": "Gärtner" },
        "active": true, "groups": [],
        "emails": [{ "primary": true, "type": "work", "value": "Carla@Example.com" }],
        "meta": {
            "resourceType": "User", "created": "2026-05-20T00:00:00Z", "lastModified": "2026-05-20T00:00:00Z",
            "location": location,
        },
    });
    assert_eq!(made.json(), wanted);
    let user = owner.get(&format!("/users/{id}")).await.expect(200).json();
    assert_eq!(
        (&user["login_type"], &user["status"], &user["roles"]),
        (&json!("oidc"), &json!("dormant"), &json!([]))
    );
    assert_eq!(
        (&user["name"], &user["organization_ids"]),
        (&json!("Carla Gärtner"), &json!([app.organization]))
    );
}

#[tokio::test]
async fn it_is_a_member_with_a_key_pair_a_history_and_no_password() {
    let (app, _, _, directory) = served().await;
    let id =
        uuid(&post(&directory, somebody("carla", "carla@example.com", true)).await.expect(201).json()["id"]);
    let member = organization_members::Entity::find_by_id((app.organization, id)).one(&app.db).await.unwrap();
    assert_eq!(member.unwrap().roles, entity::Texts(Vec::new()));
    assert!(git_ssh_keys::Entity::find_by_id(id).one(&app.db).await.unwrap().is_some());
    let of = user_status_changes::Entity::find().filter(user_status_changes::Column::UserId.eq(id));
    assert_eq!(of.count(&app.db).await.unwrap(), 1);
    assert_eq!(stored(&app, id).await.hashed_password, "");
    let login = json!({ "email": "carla@example.com", "password": PASSWORD });
    app.client().post("/users/login", login).await.expect(401);
}

#[tokio::test]
async fn whoever_is_not_active_there_begins_suspended() {
    let (app, _, _, directory) = served().await;
    let made = post(&directory, somebody("carla", "carla@example.com", false)).await.expect(201).json();
    assert_eq!(
        (&made["active"], status(&app, uuid(&made["id"])).await.as_str()),
        (&json!(false), "suspended")
    );
}

/// As those who log in by a provider get theirs (auth.md 9.2).
#[tokio::test]
async fn usernames_are_made_valid_and_free() {
    let (_app, _, _, directory) = served().await;
    for (user_name, email, username) in [
        ("carla.g@corp.example", "a@example.com", "carlag"),
        ("", "dora_d@example.com", "dorad"),
        ("e_m m\u{e4}", "e@example.com", "emm"),
    ] {
        let made = post(&directory, somebody(user_name, email, true)).await.expect(201).json();
        assert_eq!(made["userName"], username, "{user_name}");
    }
    for (user_name, email) in [("\u{e9}", "f@example.com"), (&*"x".repeat(3_000), "g@example.com")] {
        let made = post(&directory, somebody(user_name, email, true)).await.expect(201).json();
        let username = made["userName"].as_str().unwrap();
        assert_eq!(username.split('-').count(), 2, "a random one: {username}");
    }
    // Mended it would be that of somebody else, who is not meant.
    let made = post(&directory, somebody("b.e.a", "other@example.com", true)).await.expect(201).json();
    assert!(made["userName"].as_str().unwrap().starts_with("bea-"), "{made}");
}

#[tokio::test]
async fn the_display_name_is_that_of_the_directory_as_far_as_it_can_be_kept() {
    let (_app, _, _, directory) = served().await;
    for (number, (name, display_name, kept)) in [
        (json!({}), json!("Dora D"), "Dora D".to_owned()),
        (json!({ "givenName": "Dora" }), json!("x"), "Dora".to_owned()),
        (json!(null), json!(" a\u{0}b "), "ab".to_owned()),
        (json!({ "givenName": "x".repeat(200) }), json!(""), "x".repeat(128)),
        (json!({}), json!(null), String::new()),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = somebody("", &format!("user{number}@example.com"), true);
        body["name"] = name;
        body["displayName"] = display_name;
        let made = post(&directory, body).await.expect(201).json();
        assert_eq!(made["displayName"], kept, "{made}");
    }
}

#[tokio::test]
async fn the_first_address_counts_where_none_is_primary() {
    let (_app, _, _, directory) = served().await;
    let mut body = somebody("carla", "", true);
    body["emails"] = json!([{ "value": "first@example.com" }, { "value": "second@example.com" }]);
    let made = post(&directory, body.clone()).await.expect(201).json();
    assert_eq!(made["emails"][0]["value"], "first@example.com");
    body["emails"][1]["primary"] = true.into();
    body["userName"] = "dora".into();
    let made = post(&directory, body).await.expect(201).json();
    assert_eq!(made["emails"][0]["value"], "second@example.com");
}

#[tokio::test]
async fn somebody_known_by_address_or_name_stays_as_it_is() {
    let (app, _, bea, directory) = served().await;
    let before = stored(&app, bea.id).await;
    for (user_name, email, active) in [
        ("bea", "bea@example.com", true),
        ("whoever", "BEA@example.com", true),
        ("BEA", "other@example.com", true),
        // That it shall not take part is said by the other operations.
        ("bea", "bea@example.com", false),
    ] {
        let known = post(&directory, somebody(user_name, email, active)).await.expect(200);
        assert_eq!(known.json(), shown(&bea, true), "{user_name} {email}");
        assert_eq!(known.header("location"), "");
        assert_eq!(entries_of(&app, &known).await, [], "{user_name} {email}");
    }
    assert_eq!(stored(&app, bea.id).await, before);
}

#[tokio::test]
async fn the_address_counts_before_the_name() {
    let (app, owner, bea, directory) = served().await;
    app.user(&owner, "carl", &[]).await;
    let known = post(&directory, somebody("carl", "bea@example.com", true)).await.expect(200).json();
    assert_eq!(known["id"], json!(bea.id));
}

/// Case 21. That leaves no entry, as logs.md A3 has it for those who are there, but a line in the history.
#[tokio::test]
async fn somebody_suspended_is_let_in_again() {
    let (app, owner, bea, directory) = served().await;
    bea.get("/users/me").await.expect(200);
    owner.put_empty("/users/bea/status/suspend").await.expect(200);
    let stays = post(&directory, somebody("bea", "bea@example.com", false)).await.expect(200);
    assert_eq!(stays.json(), shown(&bea, false));
    assert_eq!(status(&app, bea.id).await, "suspended");
    bea.get("/users/me").await.expect(401);

    let woken = post(&directory, somebody("bea", "bea@example.com", true)).await.expect(200);
    assert_eq!(woken.json(), shown(&bea, true));
    assert_eq!(status(&app, bea.id).await, "dormant");
    assert_eq!(entries_of(&app, &woken).await, []);
    let of = user_status_changes::Entity::find().filter(user_status_changes::Column::UserId.eq(bea.id));
    assert_eq!(of.count(&app.db).await.unwrap(), 3, "made active, suspended, dormant");
    // What was remembered of it is forgotten.
    bea.get("/users/me").await.expect(200);
    assert_eq!(status(&app, bea.id).await, "active");
}

#[tokio::test]
async fn somebody_dormant_stays_so() {
    let (app, owner, _, directory) = served().await;
    let asked = json!({ "username": "carl", "user_status": "dormant" });
    let carl = app.user_from(&owner, asked).await;
    post(&directory, somebody("carl", "carl@example.com", true)).await.expect(200);
    assert_eq!(status(&app, carl.id).await, "dormant");
}

#[tokio::test]
async fn the_deleted_are_not_known_any_more() {
    let (app, owner, bea, directory) = served().await;
    owner.delete("/users/bea").await.expect(200);
    let made = post(&directory, somebody("bea", "bea@example.com", true)).await.expect(201).json();
    assert_eq!(made["userName"], "bea");
    assert_ne!(made["id"], json!(bea.id));
    assert!(stored(&app, bea.id).await.deleted);
}

#[tokio::test]
async fn those_who_belong_to_the_server_are_not_told_of() {
    let (app, owner, _, directory) = served().await;
    let carl = app.user(&owner, "carl", &[]).await;
    users::Entity::update_many()
        .col_expr(users::Column::IsSystem, sea_orm::sea_query::Expr::value(true))
        .filter(users::Column::Id.eq(carl.id))
        .exec(&app.db)
        .await
        .unwrap();
    let refused = post(&directory, somebody("carl", "carl@example.com", true)).await;
    assert_refused(&refused, 409, "uniqueness", "User already exists.");
    let filter = "/Users?filter=userName%20eq%20%22carl%22";
    assert_eq!(get(&directory, filter).await.expect(200).json()["totalResults"], 0);
    assert_refused(&patch(&directory, carl.id, json!({ "active": false })).await, 404, "", NOT_FOUND);
}

#[tokio::test]
async fn bad_attributes_are_refused() {
    let (app, _, _, directory) = served().await;
    let before = users::Entity::find().count(&app.db).await.unwrap();
    let good = somebody("carla", "carla@example.com", true);
    let but = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let tag = |rule: &str, value: &str| {
        format!("Validation failed. emails: Validation failed for tag \"{rule}\" with value: \"{value}\"")
    };
    for (body, detail) in [
        (but("active", Value::Null), "The attribute active is required.".to_owned()),
        (json!({}), "The attribute active is required.".to_owned()),
        (but("emails", json!([])), tag("required", "")),
        (but("emails", Value::Null), tag("required", "")),
        (but("emails", json!([{}])), tag("required", "")),
        (but("emails", json!([{ "value": "nowhere" }])), tag("email", "nowhere")),
        (but("emails", json!([{ "value": "a@b.co" }, { "value": "b", "primary": true }])), tag("email", "b")),
    ] {
        assert_refused(&post(&directory, body).await, 400, "invalidValue", &detail);
    }
    let field = &post(&directory, but("emails", json!([]))).await.validations()[0];
    assert_eq!(field.0, "emails");
    assert_eq!(users::Entity::find().count(&app.db).await.unwrap(), before, "nobody is made");
}

/// The first user owns the deployment, and could not be made any more.
#[tokio::test]
async fn nobody_is_made_before_the_first_user() {
    let app = TestApp::new().await;
    let body = somebody("carla", "carla@example.com", true);
    let refused = post(&directory(&app), body.clone()).await;
    assert_refused(&refused, 403, "", "The deployment has no first user yet.");
    app.client().get("/users/first").await.expect(404);
    app.owner().await;
    post(&directory(&app), body).await.expect(201);
}

/// Whoever is made here has no session, and comes by a provider: no setting of passwords matters.
#[tokio::test]
async fn other_features_do_not_matter() {
    let app = TestApp::with(without(roster::domain::Feature::ServiceAccounts)).await;
    app.owner().await;
    post(&directory(&app), somebody("carla", "carla@example.com", true)).await.expect(201);
}
