//! What callers are told that they may do.

use serde_json::json;
use uuid::Uuid;

use super::{allowed, check, member, outsider};
use crate::support::TestApp;

#[tokio::test]
async fn no_question_is_answered_with_nothing() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for body in ["{}", "null", r#"{"checks":{}}"#, r#"{"checks":null}"#, r#"{"other":{"a":1}}"#] {
        assert_eq!(owner.post_text("/authcheck", body).await.expect(200).text, "{}\n", "{body}");
    }
}

#[tokio::test]
async fn answers_stand_under_the_keys_of_their_questions_in_byte_order() {
    let app = TestApp::new().await;
    let bea = app.owner().await;
    let (yes, no) = (json!({ "resource_type": "user" }), json!({ "resource_type": "ai_seat" }));
    let checks = json!({ "checks": {
        "b": check("read", &yes), "a": check("read", &no), "Z": check("read", &yes), "é": check("read", &no),
        "": check("read", &yes), "a b": check("read", &no), "<&>": check("read", &yes), "\"": check("read", &no),
    } });
    let text = bea.post("/authcheck", checks).await.expect(200).text;
    let wanted =
        r#"{"":true,"\"":false,"\u003c\u0026\u003e":true,"Z":true,"a":false,"a b":false,"b":true,"é":false}"#;
    assert_eq!(text, format!("{wanted}\n"));
}

#[tokio::test]
async fn members_may_less_than_administrators_of_their_organization_and_owners() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (bea, admin) =
        (app.user(&owner, "bea", &[]).await, member(&app, &owner, "joe", &["organization-admin"]).await);
    let here = app.organization;
    // Of the member, the organization's administrator, and the owner.
    let table = [
        ("read", json!({ "resource_type": "user" }), [false, true, true]),
        ("read", json!({ "resource_type": "workspace", "organization_id": here }), [false, true, true]),
        ("read", json!({ "resource_type": "user", "owner_id": "me" }), [true, true, true]),
        (
            "create",
            json!({ "resource_type": "workspace", "organization_id": here, "owner_id": "me" }),
            [true; 3],
        ),
        ("update", json!({ "resource_type": "template", "organization_id": here }), [false, true, true]),
        ("create", json!({ "resource_type": "user" }), [false, false, true]),
        ("update_personal", json!({ "resource_type": "user", "owner_id": "me" }), [true, true, true]),
        ("ssh", json!({ "resource_type": "workspace", "organization_id": here }), [false, false, true]),
        ("read", json!({ "resource_type": "user_secret", "owner_id": "me" }), [true, true, true]),
        ("read", json!({ "resource_type": "user_secret" }), [false, false, false]),
        (
            "assign",
            json!({ "resource_type": "assign_org_role", "organization_id": here }),
            [false, true, true],
        ),
        ("assign", json!({ "resource_type": "assign_role" }), [false, false, true]),
    ];
    for (action, object, wanted) in table {
        for (caller, wanted) in [&bea, &admin, &owner].into_iter().zip(wanted) {
            let answer = allowed(caller, action, &object).await;
            assert_eq!(answer, wanted, "{}: {action} {object}", caller.username);
        }
    }
}

#[tokio::test]
async fn a_verb_that_is_none_is_allowed_where_every_verb_is() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    for verb in ["banana", "", "*", "READ", "read ", "use\u{0}", "🫖"] {
        for (kind, wanted) in
            [("template", true), ("user_secret", false), ("workspace", false), ("user", true)]
        {
            let object = json!({ "resource_type": kind });
            assert_eq!(allowed(&owner, verb, &object).await, wanted, "owner: {verb:?} {kind}");
            assert!(!allowed(&bea, verb, &object).await, "bea: {verb:?} {kind}");
        }
        let own = json!({ "resource_type": "user_secret", "owner_id": "me" });
        assert!(allowed(&bea, verb, &own).await, "{verb:?}");
    }
}

#[tokio::test]
async fn a_verb_of_another_type_is_a_verb_like_any_other() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    assert!(allowed(&owner, "ssh", &json!({ "resource_type": "license" })).await);
    assert!(!allowed(&owner, "assign", &json!({ "resource_type": "workspace" })).await);
}

#[tokio::test]
async fn nobody_may_anything_with_a_type_that_there_is_none_of() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for kind in ["nosuchtype", "*", "Template", " template", "template\u{0}", "users", "🫖"] {
        for object in [json!({ "resource_type": kind }), json!({ "resource_type": kind, "owner_id": "me" })] {
            for verb in ["read", "banana", ""] {
                assert!(!allowed(&owner, verb, &object).await, "{verb:?} {object}");
            }
        }
    }
}

#[tokio::test]
async fn any_organization_is_one_of_the_callers() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    let (bea, admin) = (
        app.user(&owner, "bea", &[]).await,
        outsider(&app, &owner, "joe", acme, &["organization-admin"]).await,
    );
    let anywhere = |kind: &str| json!({ "resource_type": kind, "any_org": true });
    let own = json!({ "resource_type": "workspace", "any_org": true, "owner_id": "me" });
    assert!(allowed(&admin, "create", &anywhere("organization_member")).await);
    assert!(!allowed(&bea, "create", &anywhere("organization_member")).await);
    assert!(allowed(&bea, "create", &own).await && !allowed(&bea, "create", &anywhere("workspace")).await);
    owner.delete(&format!("/organizations/{}/members/bea", app.organization)).await.expect(204);
    assert!(!allowed(&bea, "create", &own).await, "without any organization");
}

#[tokio::test]
async fn any_and_a_certain_organization_at_once_are_none() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let both = |organization: &str| json!({ "resource_type": "workspace", "any_org": true, "organization_id": organization, "owner_id": "me" });
    for organization in [app.organization.to_string().as_str(), "default", "nonsense", "me"] {
        assert!(!allowed(&owner, "create", &both(organization)).await, "{organization}");
    }
    for organization in ["", &Uuid::nil().to_string()] {
        assert!(allowed(&owner, "create", &both(organization)).await, "{organization:?} is no certain one");
    }
}

/// What stands there is an id; a name, or a text that is neither, is somebody and somewhere that nobody knows.
#[tokio::test]
async fn owners_and_organizations_go_by_their_ids_only() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let (me, here) = (bea.id.to_string(), app.organization.to_string());
    let license = |of: &str| json!({ "resource_type": "license", "owner_id": of });
    for (of, wanted) in [
        ("me", true),
        (me.as_str(), true),
        (me.to_uppercase().as_str(), true),
        ("", false),
        ("bea", false),
        ("ME", false),
        ("me ", false),
        ("nonsense", false),
        (&owner.id.to_string(), false),
        (&Uuid::nil().to_string(), false),
        (&Uuid::max().to_string(), false),
    ] {
        assert_eq!(allowed(&bea, "create", &license(of)).await, wanted, "{of:?}");
    }
    let workspace =
        |at: &str| json!({ "resource_type": "workspace", "organization_id": at, "owner_id": "me" });
    for (at, wanted) in [
        (here.as_str(), true),
        ("", false),
        ("default", false),
        ("coder", false),
        ("nonsense", false),
        (&Uuid::nil().to_string(), false),
        (&Uuid::max().to_string(), false),
    ] {
        assert_eq!(allowed(&bea, "read", &workspace(at)).await, wanted, "{at:?}");
        assert!(allowed(&owner, "read", &workspace(at)).await, "owners may anywhere, also in {at:?}");
    }
}

#[tokio::test]
async fn an_unreadable_organization_is_not_an_absent_one() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let secret =
        |at: &str| json!({ "resource_type": "user_secret", "organization_id": at, "owner_id": "me" });
    assert!(allowed(&bea, "read", &secret("")).await);
    assert!(
        !allowed(&bea, "read", &secret("nonsense")).await,
        "what one owns there is not one's own outside"
    );
}

#[tokio::test]
async fn a_stored_user_is_judged_as_it_is() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let user = |id: Uuid| json!({ "resource_type": "user", "resource_id": id });
    let table = [
        (&owner, "delete", user(bea.id), true),
        (&owner, "read_personal", user(owner.id), true),
        (&bea, "read", user(bea.id), true),
        (&bea, "update_personal", user(bea.id), true),
        (&bea, "update", user(bea.id), false),
        (&bea, "read", user(owner.id), false),
        (&bea, "read", user(Uuid::max()), false),
        (&owner, "read", user(Uuid::max()), false),
        (&owner, "read", user(Uuid::nil()), false),
    ];
    for (caller, action, object, wanted) in table {
        assert_eq!(allowed(caller, action, &object).await, wanted, "{}: {action} {object}", caller.username);
    }
}

#[tokio::test]
async fn what_a_stored_user_is_counts_instead_of_the_other_fields() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let other_fields = [
        json!({ "owner_id": "me" }),
        json!({ "owner_id": owner.id, "organization_id": "nonsense" }),
        json!({ "any_org": true, "organization_id": app.organization }),
    ];
    for fields in other_fields {
        for (id, wanted) in [(bea.id, true), (owner.id, false)] {
            let mut object = json!({ "resource_type": "user", "resource_id": id });
            object.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            assert_eq!(allowed(&bea, "read", &object).await, wanted, "{object}");
        }
    }
}

/// No role says who may update somebody whom one may not even see.
#[tokio::test]
async fn what_may_not_be_read_may_not_be_anything() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    for verb in ["read", "update", "delete", "banana"] {
        let hidden = json!({ "resource_type": "user", "resource_id": owner.id });
        let unknown = json!({ "resource_type": "user", "resource_id": Uuid::max() });
        assert!(!allowed(&bea, verb, &hidden).await && !allowed(&bea, verb, &unknown).await, "{verb}");
    }
}

#[tokio::test]
async fn things_that_the_server_stores_none_of_are_not_found() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for kind in ["workspace", "template"] {
        let object = json!({ "resource_type": kind, "resource_id": app.organization });
        assert!(!allowed(&owner, "read", &object).await, "{kind}");
        assert!(allowed(&owner, "read", &json!({ "resource_type": kind })).await, "{kind}");
    }
}

#[tokio::test]
async fn a_change_of_memberships_counts_from_the_next_question_on() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let bea = app.user(&owner, "bea", &[]).await;
    let path = format!("/organizations/{}/members/bea", app.organization);
    let object = json!({ "resource_type": "organization", "organization_id": app.organization });
    assert!(allowed(&bea, "read", &object).await);
    owner.delete(&path).await.expect(204);
    assert!(!allowed(&bea, "read", &object).await);
    owner.post_empty(&path).await.expect(200);
    assert!(allowed(&bea, "read", &object).await);
}

/// What one owns in an organization is one's own as long as one is in it; what one owns outside of any stays (rbac.md 3.2).
#[tokio::test]
async fn who_leaves_an_organization_leaves_what_is_owned_there() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (here, acme) = (app.organization, app.organization("acme").await);
    let bea = app.user_from(&owner, json!({ "username": "bea", "organization_ids": [here, acme] })).await;
    let workspace =
        |at: Uuid| json!({ "resource_type": "workspace", "organization_id": at, "owner_id": "me" });
    let key = json!({ "resource_type": "api_key", "owner_id": "me" });
    let mine = async || {
        let mut all = Vec::new();
        for (verb, object) in [("ssh", workspace(here)), ("ssh", workspace(acme)), ("delete", key.clone())] {
            all.push(allowed(&bea, verb, &object).await);
        }
        all
    };
    assert_eq!(mine().await, [true, true, true]);
    owner.delete(&format!("/organizations/{here}/members/bea")).await.expect(204);
    assert_eq!(mine().await, [false, true, true]);
    owner.delete(&format!("/organizations/{acme}/members/bea")).await.expect(204);
    assert_eq!(mine().await, [false, false, true]);
    owner.post_empty(&format!("/organizations/{here}/members/bea")).await.expect(200);
    assert_eq!(mine().await, [true, false, true]);
}
