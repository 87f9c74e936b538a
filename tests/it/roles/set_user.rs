//! `PUT /users/{user}/roles` (users.md 3.18).

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{NOT_FOUND, PREBUILDS, assign_site, forbidden, names, narrowed, of_user, refused, site_roles_of};
use crate::support::TestApp;

const SELF: &str = "You cannot change your own roles.";

fn not_authorized(role: &str) -> String {
    format!("not authorized to assign role \"{role}\"")
}

#[tokio::test]
async fn the_user_is_answered_with_its_roles() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let bea = app.user(&owner, "bea", &[]).await;
    owner.post_empty(&format!("/organizations/{acme}/members/bea")).await.expect(200);
    let before = owner.get("/users/bea").await.expect(200).json();
    app.clock.advance(chrono::TimeDelta::minutes(5));
    let set = assign_site(&owner, "BEA", &["user-admin", "auditor", "user-admin"]).await.expect(200).json();
    let mut expected = before;
    expected["roles"] = json!([
        { "name": "auditor", "display_name": "Auditor" },
        { "name": "user-admin", "display_name": "User Admin" },
    ]);
    assert_eq!(set, expected);
    assert_eq!(set["updated_at"], "2026-05-20T00:00:00Z");
    assert_eq!(set["organization_ids"].as_array().unwrap().len(), 2);
    assert_eq!(owner.get(&format!("/users/{}", bea.id)).await.expect(200).json(), expected);
}

#[tokio::test]
async fn the_list_is_the_whole_new_set_and_nothing_is_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    for wanted in [vec!["auditor", "owner"], vec!["owner", "template-admin"], vec![], vec!["user-admin"]] {
        assign_site(&owner, "bea", &wanted).await.expect(200);
        assert_eq!(site_roles_of(&owner, "bea").await, wanted);
    }
    for body in ["{}", "null", "{\"roles\":null}", "{\"roles\":[]}"] {
        assign_site(&owner, "bea", &["auditor"]).await.expect(200);
        let set = owner.put_text(&of_user("bea"), body).await.expect(200).json();
        assert_eq!(set["roles"], json!([]), "{body}");
    }
}

#[tokio::test]
async fn the_implied_role_is_not_stored() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let set = assign_site(&owner, "bea", &["member", "auditor", "member"]).await.expect(200).json();
    assert_eq!(names(&set["roles"]), ["auditor"]);
    assert_eq!(site_roles_of(&owner, "bea").await, ["auditor"]);
}

#[tokio::test]
async fn nobody_sets_ones_own_roles_whatever_the_body() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    for (caller, name) in [(&owner, "OWNER"), (&bea, &bea.id.to_string())] {
        for user in ["me", name] {
            for body in ["{\"roles\":[]}", "{\"roles\":[\"nope\"]}", "{", "", "[]"] {
                refused(caller.put_text(&of_user(user), body).await, 400, SELF, "");
            }
        }
    }
}

#[tokio::test]
async fn names_that_are_no_site_roles_are_refused() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let auditor = app.user(&owner, "aud", &["auditor"]).await;
    super::define(&owner, "gardener", &[]).await;
    // Also to somebody who may not assign anything.
    for caller in [&owner, &auditor] {
        for unknown in
            ["nope", "organization-admin", "organization-member", "gardener", "Owner", "", "owner:x", "a\0"]
        {
            let text = format!("{unknown:?} is not a supported role");
            refused(assign_site(caller, "bea", &["auditor", unknown]).await, 400, &text, "");
        }
    }
    let many: Vec<String> = (0..5_000).map(|number| format!("role-{number:04}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    refused(assign_site(&owner, "bea", &many).await, 400, "\"role-0000\" is not a supported role", "");
    assert!(site_roles_of(&owner, "bea").await.is_empty());
}

#[tokio::test]
async fn who_may_not_assign_is_told_so() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let auditor = app.user(&owner, "aud", &["auditor"]).await;
    let here = super::member(&app, &owner, "here", &["organization-admin"]).await;
    app.user(&owner, "bea", &["template-admin"]).await;
    for caller in [&auditor, &here] {
        for wanted in [vec!["template-admin"], vec![], vec!["auditor"], vec!["member", "template-admin"]] {
            forbidden(assign_site(caller, "bea", &wanted).await);
        }
    }
    let plain = app.user(&owner, "plain", &[]).await;
    for body in ["{\"roles\":[]}", "{"] {
        refused(plain.put_text(&of_user("bea"), body).await, 404, NOT_FOUND, "");
        refused(plain.put_text(&of_user("nobody"), body).await, 404, NOT_FOUND, "");
    }
    assert_eq!(site_roles_of(&owner, "bea").await, ["template-admin"]);
}

#[tokio::test]
async fn a_user_admin_may_resend_what_there_is_and_nothing_else() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let user_admin = app.user(&owner, "ua", &["user-admin"]).await;
    app.user(&owner, "bea", &[]).await;
    app.user(&owner, "joe", &["auditor"]).await;
    for role in ["owner", "auditor", "template-admin", "user-admin"] {
        refused(assign_site(&user_admin, "bea", &[role]).await, 400, &not_authorized(role), "");
    }
    refused(assign_site(&user_admin, "joe", &[]).await, 400, &not_authorized("auditor"), "");
    refused(assign_site(&user_admin, "owner", &[]).await, 400, &not_authorized("owner"), "");
    let more = ["auditor", "owner"];
    refused(assign_site(&user_admin, "joe", &more).await, 400, &not_authorized("owner"), "");
    for (user, same) in
        [("bea", vec![]), ("bea", vec!["member"]), ("joe", vec!["auditor"]), ("owner", vec!["owner"])]
    {
        assign_site(&user_admin, user, &same).await.expect(200);
    }
    assert_eq!(site_roles_of(&owner, "owner").await, ["owner"]);
}

#[tokio::test]
async fn an_owner_takes_the_role_from_another_one() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let second = app.user(&owner, "second", &["owner"]).await;
    assign_site(&second, "owner", &["auditor"]).await.expect(200);
    forbidden(assign_site(&owner, "second", &[]).await);
    assert_eq!(site_roles_of(&second, "owner").await, ["auditor"]);
    // The last one cannot take it from itself, and nobody else can.
    refused(assign_site(&second, "me", &[]).await, 400, SELF, "");
}

#[tokio::test]
async fn a_role_acts_from_the_next_request_of_its_holder() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let sees_everybody = async || bea.get("/users").await.expect(200).json()["count"] != 1;
    assert!(!sees_everybody().await);
    assign_site(&owner, "bea", &["auditor"]).await.expect(200);
    assert!(sees_everybody().await);
    assign_site(&owner, "bea", &[]).await.expect(200);
    assert!(!sees_everybody().await);
}

#[tokio::test]
async fn the_deleted_and_the_servers_own_user_are_left_alone() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let gone = app.user_from(&owner, json!({ "username": "gone" })).await;
    let deleted =
        entity::users::Entity::update_many().col_expr(entity::users::Column::Deleted, Expr::value(true));
    deleted.filter(entity::users::Column::Id.eq(gone.id)).exec(&app.db).await.unwrap();
    refused(assign_site(&owner, gone.id, &["auditor"]).await, 404, NOT_FOUND, "");
    forbidden(assign_site(&owner, PREBUILDS, &["auditor"]).await);
}

#[tokio::test]
async fn the_dormant_the_suspended_and_service_accounts_can_be_given_roles() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user_from(&owner, json!({ "username": "robot", "email": "", "service_account": true })).await;
    app.user_from(&owner, json!({ "username": "away", "user_status": "suspended" })).await;
    app.user_from(&owner, json!({ "username": "sleepy", "user_status": "dormant" })).await;
    for username in ["robot", "away", "sleepy"] {
        assign_site(&owner, username, &["auditor"]).await.expect(200);
        assert_eq!(site_roles_of(&owner, username).await, ["auditor"]);
    }
}

#[tokio::test]
async fn a_key_needs_each_of_the_scopes_that_it_takes() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &["auditor"]).await;
    let reader = narrowed(&app, &owner, &["user:read", "assign_role:read"]).await;
    forbidden(assign_site(&reader, "bea", &["auditor"]).await);
    let giver = narrowed(&app, &owner, &["user:read", "assign_role:assign"]).await;
    forbidden(assign_site(&giver, "bea", &["template-admin"]).await);
    assign_site(&giver, "bea", &["auditor", "template-admin"]).await.expect(200);
    let taker = narrowed(&app, &owner, &["user:read", "assign_role:unassign"]).await;
    forbidden(assign_site(&taker, "bea", &[]).await);
    let blind = narrowed(&app, &owner, &["assign_role:*"]).await;
    refused(assign_site(&blind, "bea", &[]).await, 404, NOT_FOUND, "");
    let all = narrowed(&app, &owner, &["user:read", "assign_role:*"]).await;
    assign_site(&all, "bea", &[]).await.expect(200);
}
