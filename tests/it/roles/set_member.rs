//! `PUT /organizations/{organization}/members/{user}/roles`: what it does (members.md 6.4).

use serde_json::{Value, json};

use super::{assign, define, member, of_member, roles_of};
use crate::support::{Reply, TestApp};

/// The roles of an answer as pairs of name and display name; each names its organization.
#[track_caller]
fn answered(app: &TestApp, reply: Reply) -> Vec<(String, String)> {
    let body = reply.expect(200).json();
    let text = |role: &Value, key: &str| role[key].as_str().unwrap().to_owned();
    let roles = body["roles"].as_array().unwrap().iter();
    let told = roles.inspect(|role| assert_eq!(role["organization_id"], json!(app.organization)));
    told.map(|role| (text(role, "name"), text(role, "display_name"))).collect()
}

#[tokio::test]
async fn the_membership_is_answered_with_its_roles() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "gardener", &[]).await;
    let bea = app.user(&owner, "bea", &[]).await;
    app.clock.advance(chrono::TimeDelta::minutes(5));
    let set = assign(&owner, "BEA", &["organization-auditor", "gardener"]).await.expect(200).json();
    let expected = json!({
        "user_id": bea.id, "organization_id": app.organization,
        "created_at": "2026-05-20T00:00:00Z", "updated_at": "2026-05-20T00:00:00Z",
        "roles": [
            { "name": "gardener", "display_name": "The gardener", "organization_id": app.organization },
            { "name": "organization-auditor", "display_name": "Organization Auditor",
              "organization_id": app.organization },
        ],
    });
    assert_eq!(set, expected);
    let member = owner.get("/organizations/default/members/bea").await.expect(200).json();
    assert_eq!((&member["roles"], &member["updated_at"]), (&expected["roles"], &expected["updated_at"]));
    assert_eq!(member["user_updated_at"], "2026-05-20T00:00:00Z");
}

#[tokio::test]
async fn the_list_is_the_whole_new_set() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    for wanted in [
        vec!["organization-admin", "organization-auditor"],
        vec!["agents-access", "organization-auditor"],
        vec!["agents-access", "organization-auditor"],
        vec![],
        vec!["organization-workspace-creation-ban"],
    ] {
        assign(&owner, "bea", &wanted).await.expect(200);
        assert_eq!(roles_of(&owner, "bea").await, wanted);
    }
}

#[tokio::test]
async fn nothing_is_no_roles() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    for body in
        ["{}", "null", "{\"roles\":null}", "{\"roles\":[]}", "{\"ROLES\":[]}", "{\"role\":[\"owner\"]}"]
    {
        assign(&owner, "bea", &["organization-admin"]).await.expect(200);
        let set = owner.put_text(&of_member("default", "bea"), body).await;
        assert!(answered(&app, set).is_empty(), "{body}");
        assert!(roles_of(&owner, "bea").await.is_empty(), "{body}");
    }
}

#[tokio::test]
async fn a_role_counts_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let twice = ["organization-auditor", "agents-access", "organization-auditor", "agents-access"];
    let set = assign(&owner, "bea", &twice).await;
    let names: Vec<String> = answered(&app, set).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["agents-access", "organization-auditor"]);
    let many = vec!["organization-auditor"; 5_000];
    assert_eq!(answered(&app, assign(&owner, "bea", &many).await).len(), 1);
}

#[tokio::test]
async fn very_many_names_are_looked_at_together() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    define(&owner, "gardener", &[]).await;
    let unknown: Vec<String> = (0..5_000).map(|number| format!("role-{number:04}")).collect();
    let names: Vec<&str> = unknown.iter().map(String::as_str).chain(["gardener"]).collect();
    let refused = assign(&owner, "bea", &names).await.expect(400);
    assert_eq!(refused.message(), format!("\"role-0000:{}\" is not a supported role", app.organization));
    assert!(roles_of(&owner, "bea").await.is_empty());
}

#[tokio::test]
async fn an_implied_role_may_be_said() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let set = assign(&owner, "bea", &["organization-member", "agents-access"]).await;
    let expected = [("agents-access", "Coder Agents User"), ("organization-member", "")];
    assert_eq!(answered(&app, set), expected.map(|(name, shown)| (name.to_owned(), shown.to_owned())));
}

/// It was taken out of the database by other hands.
#[tokio::test]
async fn who_holds_a_role_that_is_gone_keeps_working() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    app.set_member_roles(app.organization, bea.id, &["gone", "organization-auditor"]).await;
    bea.get("/organizations/default/members").await.expect(200);
    let kept = assign(&owner, "bea", &["gone", "agents-access"]).await;
    let expected = [("agents-access", "Coder Agents User"), ("gone", "")];
    assert_eq!(answered(&app, kept), expected.map(|(name, shown)| (name.to_owned(), shown.to_owned())));
    // A name that means nothing can neither be given nor taken.
    let taken = assign(&owner, "bea", &[]).await.expect(400);
    assert_eq!(taken.message(), format!("\"gone:{}\" is not a supported role", app.organization));
}

#[tokio::test]
async fn a_role_acts_from_the_next_request_of_its_holder() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    super::outsider(&app, &owner, acme, "joe").await;
    let bea = member(&app, &owner, "bea", &[]).await;
    let add = "/organizations/default/members/joe";
    bea.post_empty(add).await.expect(404);
    assign(&owner, "bea", &["organization-admin"]).await.expect(200);
    bea.post_empty(add).await.expect(200);
    bea.delete(add).await.expect(204);
    assign(&owner, "bea", &[]).await.expect(200);
    bea.post_empty(add).await.expect(404);
}

#[tokio::test]
async fn roles_of_other_organizations_stay() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    member(&app, &owner, "bea", &["organization-auditor"]).await;
    owner.post_empty(&format!("/organizations/{acme}/members/bea")).await.expect(200);
    owner.put(&of_member(acme, "bea"), json!({ "roles": ["organization-admin"] })).await.expect(200);
    assert_eq!(roles_of(&owner, "bea").await, ["organization-auditor"]);
    assign(&owner, "bea", &[]).await.expect(200);
    let there = owner.get(&format!("/organizations/{acme}/members/bea")).await.expect(200).json();
    assert_eq!(there["roles"][0]["name"], "organization-admin");
}

#[tokio::test]
async fn service_accounts_the_suspended_and_owners_can_be_given_roles() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let admin = member(&app, &owner, "admin", &["organization-admin"]).await;
    app.user_from(&owner, json!({ "username": "robot", "email": "", "service_account": true })).await;
    app.user_from(&owner, json!({ "username": "gone", "user_status": "suspended" })).await;
    // What a site owner may is not bound to organizations, so that an organization's admin may set its roles there.
    for username in ["robot", "gone", "owner"] {
        assign(&admin, username, &["organization-auditor"]).await.expect(200);
        assert_eq!(roles_of(&owner, username).await, ["organization-auditor"]);
    }
}

/// Two organizations may call different things the same.
#[tokio::test]
async fn a_name_in_two_organizations_is_two_roles() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let bea = app.user(&owner, "bea", &[]).await;
    owner.post_empty(&format!("/organizations/{acme}/members/bea")).await.expect(200);
    for (place, shown, verb) in [(app.organization, "Here", "update"), (acme, "There", "delete")] {
        let lines = [super::line("organization", verb)];
        let body = json!({ "name": "helper", "display_name": shown, "organization_permissions": lines });
        owner.post(&super::roles(place), body).await.expect(200);
        let set =
            owner.put(&of_member(place, "bea"), json!({ "roles": ["helper"] })).await.expect(200).json();
        let expected = json!([{ "name": "helper", "display_name": shown, "organization_id": place }]);
        let path = format!("/organizations/{place}");
        let list = bea.get(&format!("{path}/members?q=user_id:{}", bea.id)).await.expect(200).json();
        let pages = bea.get(&format!("{path}/paginated-members?q=bea")).await.expect(200).json();
        let one = bea.get(&format!("{path}/members/me")).await.expect(200).json();
        for row in [&set, &list[0], &pages[0]["members"][0], &one] {
            assert_eq!(row["roles"], expected, "{row}");
        }
    }
    let patch = async |place: uuid::Uuid| {
        let path = format!("/organizations/{place}");
        bea.send(reqwest::Method::PATCH, &path, Some("{}".to_owned())).await.status
    };
    assert_eq!((patch(app.organization).await, patch(acme).await), (200, 404));
    bea.delete(&format!("/organizations/{acme}")).await.expect(200);
}

/// Who is in no list of names is shown without one, everywhere alike.
#[tokio::test]
async fn every_answer_shows_the_same_roles() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "gardener", &[]).await;
    owner.put(&super::roles("default"), json!({ "name": "gardener" })).await.expect(200);
    app.user(&owner, "bea", &["auditor"]).await;
    let wanted = ["organization-member", "gardener", "organization-admin", "agents-access"];
    let set = assign(&owner, "bea", &wanted).await.expect(200).json();
    let expected = [
        ("agents-access", "Coder Agents User"),
        ("gardener", ""),
        ("organization-admin", "Organization Admin"),
        ("organization-member", ""),
    ];
    let expected = expected.map(
        |(name, shown)| json!({ "name": name, "display_name": shown, "organization_id": app.organization }),
    );
    let list = owner.get("/organizations/default/members").await.expect(200).json();
    let pages = owner.get("/organizations/default/paginated-members?limit=1").await.expect(200).json();
    let one = owner.get("/organizations/default/members/bea").await.expect(200).json();
    for row in [&set, &list[0], &pages[0]["members"][0], &one] {
        assert_eq!(row["roles"], json!(expected), "{row}");
    }
    // Site roles have no organization.
    let auditor = json!([{ "name": "auditor", "display_name": "Auditor" }]);
    for row in [&list[0], &pages[0]["members"][0], &one] {
        assert_eq!(row["global_roles"], auditor, "{row}");
    }
}
