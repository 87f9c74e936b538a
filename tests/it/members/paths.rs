//! How paths name organizations and users (members.md 1.1 and 1.2).

use reqwest::Method;
use sea_orm::Set;
use serde_json::json;
use uuid::Uuid;

use super::{NOT_FOUND, change_organization, member, members, outsider, paginated};
use crate::support::{TestApp, uuid};

/// The four spellings of a UUID.
fn spellings(id: Uuid) -> [String; 4] {
    // Braces are not allowed in URLs as they are.
    [id.to_string(), id.simple().to_string(), id.urn().to_string(), format!("%7B{id}%7D")]
}

#[tokio::test]
async fn the_default_organization_answers_to_many_names() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let names = ["default", "coder", "Coder", "CODER", "%63oder"].map(str::to_owned);
    let nil = spellings(Uuid::nil());
    for name in names.iter().chain(&nil).chain(&spellings(app.organization)) {
        let found = owner.get(&format!("/organizations/{name}")).await.expect(200).json();
        assert_eq!(uuid(&found["id"]), app.organization, "{name}");
        owner.get(&members(name)).await.expect(200);
        owner.get(&paginated(name)).await.expect(200);
        owner.get(&member(name, "me")).await.expect(200);
    }
}

#[tokio::test]
async fn default_is_a_word_in_lower_case_only() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    owner.get("/organizations/DEFAULT").await.expect(404);
    let named_so = app.organization("Default").await;
    let found = owner.get("/organizations/DEFAULT").await.expect(200).json();
    assert_eq!(uuid(&found["id"]), named_so);
    let found = owner.get("/organizations/default").await.expect(200).json();
    assert_eq!(uuid(&found["id"]), app.organization);
}

#[tokio::test]
async fn an_organization_with_a_name_like_an_id_is_not_found_by_it() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let name = "0123456789abcdef0123456789abcdef";
    let id = app.organization(name).await;
    owner.get(&format!("/organizations/{name}")).await.expect(404);
    owner.get(&format!("/organizations/{id}")).await.expect(200);
}

#[tokio::test]
async fn a_deleted_organization_is_found_by_id_only() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let gone = app.organization("gone").await;
    change_organization(&app, gone, |row| row.deleted = Set(true)).await;
    owner.get("/organizations/gone").await.expect(404);
    let found = owner.get(&format!("/organizations/{gone}")).await.expect(200).json();
    assert_eq!(found["name"], "gone");
    let successor = app.organization("Gone").await;
    let found = owner.get("/organizations/gone").await.expect(200).json();
    assert_eq!(uuid(&found["id"]), successor);
}

#[tokio::test]
async fn a_member_answers_to_me_to_its_id_and_to_its_name_in_any_case() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "Bea", &[]).await;
    for name in ["bea", "BEA", "Bea", "%42ea"].map(str::to_owned).iter().chain(&spellings(bea.id)) {
        let found = owner.get(&member("default", name)).await.expect(200).json();
        assert_eq!(uuid(&found["user_id"]), bea.id, "{name}");
    }
    let found = bea.get(&member("default", "me")).await.expect(200).json();
    assert_eq!(uuid(&found["user_id"]), bea.id);
}

#[tokio::test]
async fn foreign_addresses_and_other_texts_name_nobody() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let nobody = Uuid::max().to_string();
    for name in ["bea@example.org", "bea@", "ME", "be", "beaa", "%20", "b%2Fea", &nobody] {
        assert_eq!(owner.get(&member("default", name)).await.expect(404).message(), NOT_FOUND, "{name}");
        assert_eq!(
            owner.post_empty(&member("default", name)).await.expect(404).message(),
            NOT_FOUND,
            "{name}"
        );
        assert_eq!(owner.delete(&member("default", name)).await.expect(404).message(), NOT_FOUND, "{name}");
    }
}

#[tokio::test]
async fn a_member_is_seen_by_those_who_may_not_see_the_user() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (bea, _joe) = (app.user(&owner, "bea", &[]).await, app.user(&owner, "joe", &[]).await);
    bea.get("/users/joe").await.expect(404);
    bea.get(&member("default", "joe")).await.expect(200);
}

#[tokio::test]
async fn a_slash_at_the_end_changes_nothing() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    app.user(&owner, "bea", &[]).await;
    let one = format!("/organizations/{acme}");
    for path in
        ["/organizations".to_owned(), one, members("default"), paginated("default"), member("default", "bea")]
    {
        let (plain, slashed) =
            (owner.get(&path).await.expect(200), owner.get(&format!("{path}/")).await.expect(200));
        assert_eq!(plain.text, slashed.text, "{path}");
    }
    let limited = owner.get("/organizations/default/paginated-members/?limit=1").await.expect(200).json();
    assert_eq!(limited[0]["members"].as_array().unwrap().len(), 1);
    owner.post_empty(&format!("{}/", member(acme, "bea"))).await.expect(200);
    owner.delete(&format!("{}/", member(acme, "bea"))).await.expect(204);
}

#[tokio::test]
async fn names_win_over_what_another_organization_calls_itself() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let bea = outsider(&app, &owner, acme, "bea").await;
    let found = bea.get("/organizations/ACME").await.expect(200).json();
    assert_eq!(uuid(&found["id"]), acme);
    bea.get("/organizations/default").await.expect(404);
}

/// No name holds one, and not every database takes one in a text.
#[tokio::test]
async fn a_nul_character_names_nobody() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in ["%00", "coder%00", "%00coder"] {
        assert_eq!(owner.get(&members(name)).await.expect(404).message(), NOT_FOUND, "{name}");
        owner.get(&format!("/users/me/organizations/{name}")).await.expect(404);
    }
    for name in ["%00", "owner%00", "%00owner"] {
        assert_eq!(owner.get(&member("default", name)).await.expect(404).message(), NOT_FOUND, "{name}");
        owner.post_empty(&member("default", name)).await.expect(404);
        owner.delete(&member("default", name)).await.expect(404);
    }
}

/// Told after the key was looked at; the organization before the user.
#[tokio::test]
async fn nothing_is_no_name() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let empty = |what: &str| json!({ "message": format!("\"{what}\" must be provided.") });
    for (method, path, what) in [
        (Method::GET, members(""), "organization"),
        (Method::GET, paginated(""), "organization"),
        (Method::GET, member("", "me"), "organization"),
        (Method::POST, member("", "owner"), "organization"),
        (Method::DELETE, member("", "me"), "organization"),
        (Method::PUT, format!("{}/roles", member("", "")), "organization"),
        (Method::GET, format!("{}/roles", members("")), "organization"),
        (Method::POST, format!("{}/roles", members("")), "organization"),
        (Method::PUT, format!("{}/roles", members("")), "organization"),
        (Method::DELETE, format!("{}/roles/owner", members("")), "organization"),
        (Method::PUT, format!("{}/roles", member("default", "")), "user"),
        (Method::GET, "/users//roles".to_owned(), "user"),
        (Method::PUT, "/users//roles".to_owned(), "user"),
        (Method::GET, "/users//organizations".to_owned(), "user"),
        (Method::GET, "/users//organizations/coder".to_owned(), "user"),
    ] {
        app.client().send(method.clone(), &path, None).await.expect(401);
        let refused = owner.send(method.clone(), &path, Some("{".to_owned())).await.expect(400);
        assert_eq!(refused.json(), empty(what), "{method} {path}");
    }
    assert_eq!(
        owner.get(&format!("{}/roles", member("nowhere", ""))).await.expect(405).header("allow"),
        "PUT"
    );
    let nowhere = owner.put_text(&format!("{}/roles", member("nowhere", "")), "{").await.expect(404);
    assert_eq!(nowhere.message(), NOT_FOUND);
}

#[tokio::test]
async fn bytes_that_are_no_text_name_nobody() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in ["%FF", "%FFcoder", "owner%C3"] {
        let paths = [
            format!("/organizations/{name}"),
            members(name),
            member("default", name),
            format!("/users/{name}"),
            format!("/users/{name}/roles"),
            format!("/users/me/organizations/{name}"),
        ];
        for path in paths {
            assert_eq!(owner.get(&path).await.expect(404).message(), NOT_FOUND, "{path}");
        }
        let role = owner.delete(&format!("{}/roles/{name}", members("default"))).await.expect(400);
        assert_eq!(
            (role.message().as_str(), role.detail().as_str()),
            ("Invalid role name", "must be alphanumeric with hyphens")
        );
    }
}

/// Longer than anything that has a name.
#[tokio::test]
async fn a_very_long_name_names_nobody() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in ["x".repeat(33), "x".repeat(5_000), "%C3%A4".repeat(1_000)] {
        for path in [format!("/organizations/{name}"), members(&name), member("default", &name)] {
            assert_eq!(owner.get(&path).await.expect(404).json(), json!({ "message": NOT_FOUND }));
        }
        owner.post_empty(&member("default", &name)).await.expect(404);
        owner.delete(&member("default", &name)).await.expect(404);
        owner.put_text(&format!("{}/roles", member("default", &name)), "{").await.expect(404);
    }
}
