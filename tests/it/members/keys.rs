//! What narrow keys see of organizations and members (rbac.md 3.5, 3.6 and 10).

use super::{NOT_FOUND, join, member, members, outsider, paginated, usernames};
use crate::support::{Actor, Client, Mint, TestApp};

/// The same person with another key.
async fn narrowed(
    app: &TestApp,
    who: &Actor,
    scopes: &[&'static str],
    list: &[(&'static str, String)],
) -> Client {
    let mint = Mint { scopes: scopes.to_vec(), allow_list: list.to_vec(), ..Mint::default() };
    who.client.with_token(&app.mint(who.id, mint).await)
}

fn everything() -> (&'static str, String) {
    ("*", "*".to_owned())
}

#[tokio::test]
async fn a_key_without_a_scope_for_organizations_sees_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for scope in ["user:read", "coder:application_connect", "organization_member:*", "organization:update"] {
        let narrow = narrowed(&app, &owner, &[scope], &[everything()]).await;
        assert_eq!(narrow.get("/organizations").await.expect(200).text.trim(), "[]", "{scope}");
        assert_eq!(narrow.get("/organizations/default").await.expect(404).message(), NOT_FOUND, "{scope}");
        for path in [members("default"), paginated("default"), member("default", "me")] {
            narrow.get(&path).await.expect(404);
        }
    }
}

#[tokio::test]
async fn a_key_without_a_scope_for_members_sees_none_of_them() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let narrow = narrowed(&app, &owner, &["organization:read"], &[everything()]).await;
    narrow.get("/organizations/default").await.expect(200);
    assert_eq!(narrow.get(&members("default")).await.expect(200).text.trim(), "[]");
    narrow.get(&paginated("default")).await.expect(404);
    narrow.get(&member("default", "me")).await.expect(404);
}

#[tokio::test]
async fn a_key_with_scopes_for_reading_only_reads() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    app.user(&owner, "bea", &[]).await;
    outsider(&app, &owner, acme, "joe").await;
    let scopes = ["organization:read", "organization_member:read", "user:read"];
    let narrow = narrowed(&app, &owner, &scopes, &[everything()]).await;
    assert_eq!(usernames(&narrow.get(&members("default")).await.expect(200).json()), ["bea", "owner"]);
    narrow.get(&paginated("default")).await.expect(200);
    narrow.post_empty(&member("default", "joe")).await.expect(404);
    narrow.delete(&member("default", "bea")).await.expect(404);
    // Refused for another reason, which comes first.
    narrow.delete(&member("default", "me")).await.expect(400);
}

#[tokio::test]
async fn an_allow_list_cuts_lists_to_what_it_names() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let bea = app.user(&owner, "bea", &[]).await;
    app.user(&owner, "joe", &[]).await;
    join(&owner, acme, &bea).await;
    let list = [("organization", app.organization.to_string()), ("organization_member", bea.id.to_string())];
    let narrow = narrowed(&app, &owner, &["coder:all"], &list).await;
    let organizations = narrow.get("/organizations").await.expect(200).json();
    assert_eq!(organizations.as_array().unwrap().len(), 1);
    assert_eq!(organizations[0]["name"], "coder");
    narrow.get(&members(acme)).await.expect(404);
    assert_eq!(usernames(&narrow.get(&members("default")).await.expect(200).json()), ["bea"]);
    narrow.get(&member("default", "bea")).await.expect(200);
    narrow.get(&member("default", "joe")).await.expect(404);
    // All members at once have no id that a list could name.
    narrow.get(&paginated("default")).await.expect(404);
}

#[tokio::test]
async fn an_allow_list_of_a_whole_type_lets_pages_pass() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let list = [("organization", "*".to_owned()), ("organization_member", "*".to_owned())];
    let narrow = narrowed(&app, &owner, &["coder:all"], &list).await;
    narrow.get(&paginated("default")).await.expect(200);
    narrow.get("/users/me").await.expect(404);
}

#[tokio::test]
async fn a_key_adds_nobody_without_each_of_the_scopes_that_it_takes() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    outsider(&app, &owner, acme, "joe").await;
    let all = ["organization:read", "user:read", "assign_org_role:assign", "organization_member:create"];
    for missing in all {
        let some: Vec<&'static str> = all.into_iter().filter(|scope| *scope != missing).collect();
        let narrow = narrowed(&app, &owner, &some, &[everything()]).await;
        assert_eq!(
            narrow.post_empty(&member("default", "joe")).await.expect(404).message(),
            NOT_FOUND,
            "{missing}"
        );
        owner.get(&member("default", "joe")).await.expect(404);
    }
}

/// What was done is not denied afterwards.
#[tokio::test]
async fn a_key_that_may_add_but_not_read_is_told_that_it_added() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    outsider(&app, &owner, acme, "joe").await;
    let scopes = ["organization:read", "user:read", "assign_org_role:assign", "organization_member:create"];
    let narrow = narrowed(&app, &owner, &scopes, &[everything()]).await;
    narrow.post_empty(&member("default", "joe")).await.expect(200);
    narrow.get(&member("default", "joe")).await.expect(404);
    owner.get(&member("default", "joe")).await.expect(200);
}
