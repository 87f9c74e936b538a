//! `POST /organizations/{organization}/members/roles` (members.md 7.3 and 7.4).

use serde_json::{Value, json};

use super::{
    NOT_FOUND, UNACCEPTABLE, answered, assign, define, line, member, own_roles, refused, request, roles,
};
use crate::support::{Client, Reply, TestApp};

async fn post(caller: &Client, body: Value) -> Reply {
    caller.post(&roles("default"), body).await
}

#[tokio::test]
async fn a_role_is_made_and_answered_in_a_list() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let grants = [("template", "update"), ("template", "read"), ("file", "create"), ("template", "read")];
    let made = post(&owner, request("My-Role", &grants)).await.expect(200).json();
    let mut expected = answered(app.organization, "my-role", &grants);
    expected["display_name"] = "The My-Role".into();
    assert_eq!(made, json!([expected]));
    assert_eq!(own_roles(&owner).await, ["my-role"]);
}

#[tokio::test]
async fn a_name_is_enough() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (name, body) in [
        ("one", json!({ "name": "one" })),
        ("two", json!({ "name": "two", "organization_permissions": null, "site_permissions": null })),
        ("three", json!({ "NAME": "three", "user_permissions": [], "organization_member_permissions": [] })),
        ("four", json!({ "name": "four", "organization_id": "not even an id", "built_in": true })),
    ] {
        let mut expected = answered(app.organization, name, &[]);
        expected["display_name"] = "".into();
        assert_eq!(post(&owner, body).await.expect(200).json(), json!([expected]));
    }
}

#[tokio::test]
async fn what_people_see_is_free() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let long = "ä".repeat(5_000);
    for (number, (given, kept)) in [
        ("", ""),
        (" <b>Ünicode</b>\n ", " <b>Ünicode</b>\n "),
        (long.as_str(), long.as_str()),
        ("a\0b", "a\u{FFFD}b"),
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({ "name": format!("role-{number}"), "display_name": given });
        let made = post(&owner, body).await.expect(200).json();
        assert_eq!(made[0]["display_name"], kept, "{given:?}");
    }
}

#[tokio::test]
async fn names_follow_the_rule_of_all_names() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let long = "x".repeat(33);
    for bad in ["Bad_Name", "new", "create", &long, "", "-a", "a-", "a--b", "a b", "ä", "a:b", "a\0"] {
        let reply = post(&owner, json!({ "name": bad })).await.expect(400);
        let detail = format!("Validation failed for tag \"username\" with value: \"{bad}\"");
        assert_eq!(reply.message(), "Validation failed.", "{bad:?}");
        assert_eq!(reply.validations(), [("name".to_owned(), detail)], "{bad:?}");
    }
    let missing = post(&owner, json!({})).await.expect(400);
    assert_eq!(missing.validations().len(), 1);
    for good in ["x".repeat(32).as_str(), "New", "a-1-B", "0"] {
        post(&owner, json!({ "name": good })).await.expect(200);
    }
}

#[tokio::test]
async fn names_of_the_servers_own_roles_are_reserved_in_any_case() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in [
        "owner",
        "member",
        "auditor",
        "template-admin",
        "user-admin",
        "organization-admin",
        "organization-auditor",
        "organization-user-admin",
        "organization-template-admin",
        "agents-access",
        "organization-member",
        "organization-service-account",
        "Owner",
        "Organization-Admin",
        "ORGANIZATION-MEMBER",
    ] {
        let detail = format!("\"{name}\" is a reserved role name, and not allowed to be used");
        refused(post(&owner, request(name, &[])).await, 400, "Reserved role name", &detail);
    }
    // Too long for the rule of names, which comes first.
    let ban = json!({ "name": "organization-workspace-creation-ban" });
    assert_eq!(post(&owner, ban).await.expect(400).message(), "Validation failed.");
    assert!(own_roles(&owner).await.is_empty());
}

#[tokio::test]
async fn a_role_of_an_organization_reaches_no_further() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (member, what) in [
        ("site_permissions", "site wide"),
        ("user_permissions", "user"),
        ("organization_member_permissions", "organization member"),
    ] {
        let mut body = request("gardener", &[]);
        // Whatever the line says.
        body[member] = json!([{}]);
        let message =
            format!("Invalid request, not allowed to assign {what} permissions for an organization role.");
        let detail = format!("organization scoped roles may not contain {what} permissions");
        refused(post(&owner, body).await, 400, &message, &detail);
    }
}

#[tokio::test]
async fn of_several_faults_the_first_of_the_contract_is_told() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let plain = app.user(&owner, "plain", &[]).await;
    let all = |name: &str| {
        json!({
            "name": name, "site_permissions": [{}], "user_permissions": [{}],
            "organization_member_permissions": [{}],
            "organization_permissions": [{ "negate": true, "resource_type": "foobar", "action": "*" }],
        })
    };
    // Also to somebody who may not make roles.
    for caller in [&owner, &plain] {
        assert_eq!(post(caller, all("a_b")).await.expect(400).message(), "Validation failed.");
        assert_eq!(post(caller, all("owner")).await.expect(400).message(), "Reserved role name");
        let message = post(caller, all("gardener")).await.expect(400).message();
        assert!(message.contains("site wide"), "{message}");
    }
    let mut body = all("gardener");
    for member in ["site_permissions", "user_permissions", "organization_member_permissions"] {
        body[member] = json!([]);
    }
    assert_eq!(post(&plain, body.clone()).await.expect(404).message(), NOT_FOUND);
    assert_eq!(post(&owner, body).await.expect(400).message(), UNACCEPTABLE);
}

#[tokio::test]
async fn words_that_mean_nothing_are_told_together() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = request(
        "gardener",
        &[
            ("foobar", "read"),
            ("template", "read"),
            ("workspace", "view_insights"),
            ("", ""),
            ("user", "nope"),
        ],
    );
    let at = format!("org=\"{}\": org invalid", app.organization);
    let detail = format!(
        "invalid role: {at} resource type \"foobar\"\n{at} action \"view_insights\" for resource \"workspace\"\n{at} resource type \"\"\n{at} action \"nope\" for resource \"user\""
    );
    refused(post(&owner, body).await, 400, UNACCEPTABLE, &detail);
}

#[tokio::test]
async fn very_many_bad_words_do_not_make_a_very_long_answer() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = format!("{{\"name\":\"a\",\"organization_permissions\":[{}{{}}]}}", "{},".repeat(200_000));
    let reply = owner.post_text(&roles("default"), &body).await.expect(400);
    assert_eq!(reply.message(), UNACCEPTABLE);
    assert_eq!(reply.detail().lines().count(), 100);
}

#[tokio::test]
async fn denials_and_wildcards_are_refused_in_the_order_of_the_lines() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let denial = json!({ "negate": true, "resource_type": "workspace", "action": "read" });
    let both = json!({ "negate": true, "resource_type": "*", "action": "*" });
    let escalation = line("user_secret", "read");
    let cases = [
        (vec![denial.clone()], ("read", "workspace", "no negative permissions")),
        (vec![line("workspace", "*")], ("*", "workspace", "no wildcard symbols")),
        (vec![line("*", "read")], ("read", "*", "no wildcard symbols")),
        (vec![line("*", "nonsense")], ("nonsense", "*", "no wildcard symbols")),
        (vec![both.clone()], ("*", "*", "no negative permissions")),
        (vec![escalation.clone()], ("read", "user_secret", "not allowed to grant this permission")),
        (
            vec![line("template", "read"), escalation.clone(), denial.clone()],
            ("read", "user_secret", "not allowed to grant this permission"),
        ),
        (vec![line("*", "*"), both], ("*", "*", "no wildcard symbols")),
    ];
    for (lines, (action, kind, why)) in cases {
        let body = json!({ "name": "gardener", "organization_permissions": lines });
        let detail = format!(
            "org=\"{}\": org: invalid permission for action=\"{action}\" type=\"{kind}\", {why}",
            app.organization
        );
        refused(post(&owner, body).await, 400, UNACCEPTABLE, &detail);
    }
    assert!(own_roles(&owner).await.is_empty());
}

#[tokio::test]
async fn a_name_is_taken_in_any_case_and_in_its_organization_only() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    define(&owner, "my-role", &[]).await;
    let detail = "duplicate key value violates unique constraint \"idx_custom_roles_name_lower\"";
    for name in ["my-role", "My-Role", "MY-ROLE"] {
        refused(post(&owner, request(name, &[])).await, 400, UNACCEPTABLE, detail);
    }
    owner.post(&roles(acme), request("my-role", &[])).await.expect(200);
    // A right that the caller does not have is told before that.
    let reply = post(&owner, request("my-role", &[("user_secret", "read")])).await.expect(400);
    assert!(reply.detail().ends_with("not allowed to grant this permission"), "{}", reply.detail());
}

/// It may define roles, and has nothing to put into them.
#[tokio::test]
async fn who_may_nothing_but_make_roles_makes_empty_ones() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    define(&owner, "maker", &[("assign_org_role", "create")]).await;
    let maker = member(&app, &owner, "mia", &["maker"]).await;
    post(&maker, request("empty", &[])).await.expect(200);
    let refused = post(&maker, request("full", &[("template", "read")])).await.expect(400);
    assert!(refused.detail().ends_with("not allowed to grant this permission"));
    // What one may oneself can be handed on, also when it is little.
    post(&maker, request("another", &[("assign_org_role", "create"), ("organization", "read")]))
        .await
        .expect(200);
    // And making a role is not getting it.
    assert_eq!(assign(&maker, "owner", &["empty"]).await.expect(403).message(), super::FORBIDDEN);
}

#[tokio::test]
async fn names_and_words_are_text_and_nothing_else() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = json!({ "name": "gardener", "organization_permissions": [line("tem\0plate", "re\0ad")] });
    let reply = post(&owner, body).await.expect(400);
    assert_eq!(reply.message(), UNACCEPTABLE);
    let injection = json!({ "name": "gardener", "display_name": "'); DROP TABLE custom_roles; --" });
    post(&owner, injection).await.expect(200);
    assert_eq!(own_roles(&owner).await, ["gardener"]);
}

/// Of two neighbouring checks of the contract's tables the earlier one is told, by POST and by PUT alike.
#[tokio::test]
async fn of_two_faults_the_earlier_one_is_told() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let plain = app.user(&owner, "plain", &[]).await;
    define(&owner, "gardener", &[]).await;
    let denial = json!({ "negate": true, "resource_type": "workspace", "action": "read" });
    let (user, member) =
        (json!({ "user_permissions": [{}] }), json!({ "organization_member_permissions": [{}] }));
    let with = |parts: &[&Value], lines: &[Value]| {
        let mut body = json!({ "name": "gardener", "organization_permissions": lines });
        for part in parts {
            body.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        }
        body
    };
    let level = |what: &str| {
        format!("Invalid request, not allowed to assign {what} permissions for an organization role.")
    };
    for caller in [&owner, &plain] {
        for (parts, what) in [(vec![&member, &user], "user"), (vec![&member], "organization member")] {
            let body = with(&parts, std::slice::from_ref(&denial));
            let detail = format!("organization scoped roles may not contain {what} permissions");
            refused(post(caller, body.clone()).await, 400, &level(what), &detail);
            refused(caller.put(&roles("default"), body).await, 400, &level(what), &detail);
        }
    }
    // Who may not make any is not told what lines mean, nor that there is one of that name.
    for lines in [vec![line("foobar", "read")], vec![denial.clone()], vec![]] {
        refused(post(&plain, with(&[], &lines)).await, 404, NOT_FOUND, "");
        refused(plain.put(&roles("default"), with(&[], &lines)).await, 404, NOT_FOUND, "");
    }
    let here = format!("org=\"{}\": org", app.organization);
    let nonsense = format!("invalid role: {here} invalid resource type \"foobar\"");
    for first in [denial.clone(), line("workspace", "*"), line("user_secret", "read")] {
        refused(
            post(&owner, with(&[], &[first, line("foobar", "read")])).await,
            400,
            UNACCEPTABLE,
            &nonsense,
        );
    }
    // The name is taken.
    let why =
        format!("{here}: invalid permission for action=\"read\" type=\"workspace\", no negative permissions");
    refused(post(&owner, with(&[], &[denial])).await, 400, UNACCEPTABLE, &why);
    refused(post(&owner, with(&[], &[line("foobar", "read")])).await, 400, UNACCEPTABLE, &nonsense);
}
