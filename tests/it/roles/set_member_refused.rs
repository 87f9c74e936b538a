//! `PUT /organizations/{organization}/members/{user}/roles`: what is refused, and in which order (members.md 6.4).

use serde_json::json;

use super::{
    FORBIDDEN, NOT_FOUND, PREBUILDS, assign, define, forbidden, member, of_member, outsider, refused,
    request, roles, roles_of,
};
use crate::support::TestApp;

const SELF: &str = "You cannot change your own organization roles.";
const SELF_DETAIL: &str = "Another user with the appropriate permissions must change your roles.";

#[tokio::test]
async fn nobody_sets_ones_own_roles_whatever_the_body() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let admin = member(&app, &owner, "admin", &["organization-admin"]).await;
    for (caller, name) in [(&owner, "owner"), (&bea, "BEA"), (&admin, &admin.id.to_string())] {
        for user in ["me", name] {
            for body in ["{\"roles\":[]}", "{\"roles\":[\"a:b\"]}", "{", "", "[]"] {
                let reply = caller.put_text(&of_member("default", user), body).await;
                refused(reply, 400, SELF, SELF_DETAIL);
            }
        }
    }
}

#[tokio::test]
async fn who_is_not_there_comes_before_all_else() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    outsider(&app, &owner, acme, "joe").await;
    for path in [
        of_member("default", "nobody"),
        of_member("default", "joe"),
        of_member("nowhere", "owner"),
        // Not a member oneself: that oneself was meant does not come up.
        of_member(acme, "me"),
    ] {
        for body in ["{\"roles\":[]}", "{"] {
            refused(owner.put_text(&path, body).await, 404, NOT_FOUND, "");
        }
    }
}

#[tokio::test]
async fn the_servers_own_user_keeps_its_roles() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let plain = app.user(&owner, "plain", &[]).await;
    for user in ["prebuilds", PREBUILDS] {
        owner.put_text(&of_member("default", user), "{").await.expect(400);
        for caller in [&owner, &plain] {
            forbidden(assign(caller, user, &[]).await);
            forbidden(assign(caller, user, &["a:b"]).await);
        }
    }
}

#[tokio::test]
async fn names_with_an_organization_are_refused() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let plain = app.user(&owner, "plain", &[]).await;
    app.user(&owner, "bea", &[]).await;
    let full = format!("organization-admin:{}", app.organization);
    for caller in [&owner, &plain] {
        for (names, told) in
            [(vec!["nope", full.as_str()], full.as_str()), (vec![":"], ":"), (vec!["a:", "b:"], "a:")]
        {
            let text = format!("attempt to assign a role \"{told}\", remove the ':<organization_id> suffix");
            refused(assign(caller, "bea", &names).await, 400, &text, "");
        }
    }
}

#[tokio::test]
async fn names_that_mean_nothing_here_are_refused() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let plain = app.user(&owner, "plain", &[]).await;
    let acme = app.organization("acme").await;
    owner.post(&roles(acme), request("gardener", &[])).await.expect(200);
    define(&owner, "my-role", &[]).await;
    app.user(&owner, "bea", &[]).await;
    // Also to somebody who may not assign anything.
    for caller in [&owner, &plain] {
        for unknown in
            ["nope", "owner", "member", "user-admin", "gardener", "My-Role", "Organization-Admin", ""]
        {
            let text = format!("\"{unknown}:{}\" is not a supported role", app.organization);
            refused(assign(caller, "bea", &["organization-auditor", unknown]).await, 400, &text, "");
        }
    }
    let nul = assign(&owner, "bea", &["a\0b", "%"]).await.expect(400);
    assert!(nul.message().ends_with("is not a supported role"), "{}", nul.message());
    assert!(roles_of(&owner, "bea").await.is_empty());
}

#[tokio::test]
async fn who_may_not_assign_may_not_even_change_nothing() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    member(&app, &owner, "bea", &["organization-auditor"]).await;
    let plain = app.user(&owner, "plain", &[]).await;
    let auditor = app.user(&owner, "auditor", &["auditor"]).await;
    let here = member(&app, &owner, "here", &["organization-template-admin"]).await;
    for caller in [&plain, &auditor, &here] {
        for names in [vec![], vec!["organization-auditor"], vec!["organization-auditor", "agents-access"]] {
            forbidden(assign(caller, "bea", &names).await);
        }
    }
    assert_eq!(roles_of(&owner, "bea").await, ["organization-auditor"]);
}

#[tokio::test]
async fn taking_a_role_needs_a_right_of_its_own() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "giver", &[("assign_org_role", "assign")]).await;
    member(&app, &owner, "bea", &["agents-access"]).await;
    // The matrix counts roles: this one may grant, and its key may not take.
    let giver = member(&app, &owner, "joe", &["giver", "organization-user-admin"]).await;
    let scopes = ["organization:read", "organization_member:read", "assign_org_role:assign"];
    let narrow = super::narrowed(&app, &giver, &scopes).await;
    forbidden(assign(&narrow, "bea", &[]).await);
    assign(&narrow, "bea", &["agents-access"]).await.expect(200);
    assign(&giver, "bea", &[]).await.expect(200);
    // Without any role that may grant, the right alone takes nothing and gives nothing.
    let only = member(&app, &owner, "mia", &["giver"]).await;
    assign(&owner, "bea", &["agents-access"]).await.expect(200);
    assert_eq!(assign(&only, "bea", &[]).await.expect(403).message(), FORBIDDEN);
    let text = |name: &str| format!("not authorized to assign role \"{name}:{}\"", app.organization);
    refused(assign(&only, "bea", &["agents-access"]).await, 400, &text("organization-member"), "");
    let both = ["agents-access", "organization-auditor"];
    refused(assign(&only, "bea", &both).await, 400, &text("organization-auditor"), "");
}

#[tokio::test]
async fn a_user_admin_gives_and_takes_what_the_matrix_says() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "gardener", &[]).await;
    let site = app.user(&owner, "site", &["user-admin"]).await;
    let here = member(&app, &owner, "here", &["organization-user-admin"]).await;
    let text = |name: &str| format!("not authorized to assign role \"{name}:{}\"", app.organization);
    for (number, caller) in [&site, &here].into_iter().enumerate() {
        let (plain, admin) = (format!("plain{number}"), format!("admin{number}"));
        member(&app, &owner, &plain, &[]).await;
        member(&app, &owner, &admin, &["organization-admin"]).await;
        assign(caller, &plain, &["agents-access"]).await.expect(200);
        for above in
            ["organization-admin", "organization-auditor", "gardener", "organization-service-account"]
        {
            refused(assign(caller, &plain, &["agents-access", above]).await, 400, &text(above), "");
        }
        assign(caller, &plain, &[]).await.expect(200);
        refused(assign(caller, &admin, &[]).await, 400, &text("organization-admin"), "");
        refused(assign(caller, &admin, &["agents-access"]).await, 400, &text("organization-admin"), "");
        // Nothing but the implied role is given here.
        assign(caller, &admin, &["organization-admin"]).await.expect(200);
        assign(caller, &admin, &["agents-access", "organization-admin"]).await.expect(200);
        assert_eq!(roles_of(&owner, &admin).await, ["agents-access", "organization-admin"]);
    }
}

#[tokio::test]
async fn nobody_grants_the_implied_role_of_service_accounts() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let text = format!("not authorized to assign role \"organization-service-account:{}\"", app.organization);
    refused(assign(&owner, "bea", &["organization-service-account"]).await, 400, &text, "");
}

#[tokio::test]
async fn an_admin_of_another_organization_grants_nothing_here() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let admin = outsider(&app, &owner, acme, "admin").await;
    owner.put(&of_member(acme, "admin"), json!({ "roles": ["organization-admin"] })).await.expect(200);
    app.user(&owner, "bea", &[]).await;
    refused(assign(&admin, "bea", &["agents-access"]).await, 404, NOT_FOUND, "");
    // Being a member here does not make it one's home.
    owner.post_empty("/organizations/default/members/admin").await.expect(200);
    forbidden(assign(&admin, "bea", &["agents-access"]).await);
}
