//! Questions that make no sense.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{check, one};
use crate::support::{Actor, TestApp};

async fn served() -> (TestApp, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    (app, owner)
}

/// Some good questions that name an object.
fn loaded(count: usize) -> Map<String, Value> {
    let object = json!({ "resource_type": "user", "resource_id": Uuid::max() });
    (0..count).map(|n| (format!("k{n}"), check("read", &object))).collect()
}

async fn refused(owner: &Actor, checks: impl Into<Value>) -> Value {
    owner.post("/authcheck", json!({ "checks": checks.into() })).await.expect(400).json()
}

#[tokio::test]
async fn a_question_without_a_type_is_refused() {
    let (_app, owner) = served().await;
    let bad = [
        json!({ "action": "read", "object": { "resource_type": "" } }),
        json!({ "action": "read", "object": { "owner_id": "me" } }),
        json!({ "action": "read", "object": {} }),
        json!({ "action": "read" }),
        json!({ "action": "read", "object": null }),
        json!({}),
        Value::Null,
        json!({ "object": { "resource_id": "nonsense" } }),
    ];
    for bad in bad {
        let wanted = json!({ "message": "Object's \"resource_type\" field must be defined for key \"it\"." });
        assert_eq!(refused(&owner, json!({ "it": bad })).await, wanted, "{bad}");
    }
}

#[tokio::test]
async fn an_id_that_is_none_is_refused() {
    let (_app, owner) = served().await;
    for (id, told) in [("nonsense", "nonsense"), ("me", "me"), ("owner", "owner"), ("*", "*"), ("\"", "\\\"")]
    {
        for kind in ["user", "license", "nosuchtype"] {
            let body = one("read", &json!({ "resource_type": kind, "resource_id": id }));
            let wanted = json!({
                "message": format!("Object \"{told}\" id is not a valid uuid."),
                "validations": [{ "field": "resource_id", "detail": "must be a valid uuid" }],
            });
            assert_eq!(owner.post("/authcheck", body).await.expect(400).json(), wanted, "{kind} {id}");
        }
    }
}

#[tokio::test]
async fn an_id_of_a_type_that_is_not_loaded_is_refused() {
    let (_app, owner) = served().await;
    let others = roster::rbac::Resource::ALL.iter().map(|kind| kind.as_str());
    let others = others.filter(|kind| !["workspace", "template", "user", "group"].contains(kind));
    let kinds: Vec<&str> = others.chain(["nosuchtype", "*", "User"]).collect();
    assert_eq!(kinds.len(), 43 + 3);
    for kind in kinds {
        let body = one("read", &json!({ "resource_type": kind, "resource_id": owner.id }));
        let wanted = json!({
            "message": format!("Object type \"{kind}\" does not support \"resource_id\" field."),
            "validations": [{ "field": "resource_type", "detail": "must be one of: group, template, user, workspace" }],
        });
        assert_eq!(owner.post("/authcheck", body).await.expect(400).json(), wanted, "{kind}");
    }
}

#[tokio::test]
async fn ten_questions_may_name_an_object() {
    let (_app, owner) = served().await;
    let mut checks = loaded(10);
    checks.insert("more".to_owned(), check("read", &json!({ "resource_type": "user" })));
    let answers = owner.post("/authcheck", json!({ "checks": checks })).await.expect(200).json();
    assert_eq!(answers.as_object().unwrap().len(), 11);
    for (count, more) in [(11, 1), (13, 3), (200, 190)] {
        let text = format!(
            "Endpoint only supports using \"resource_id\" field 10 times, found {count} usages. Remove {more} objects with this field set."
        );
        assert_eq!(refused(&owner, loaded(count)).await, json!({ "message": text }));
    }
}

#[tokio::test]
async fn too_many_named_objects_are_told_before_anything_else() {
    let (_app, owner) = served().await;
    let mut checks = loaded(10);
    checks.insert("a".to_owned(), json!({}));
    checks.insert("b".to_owned(), json!({ "object": { "resource_id": "nonsense" } }));
    let told = refused(&owner, checks).await;
    assert!(told["message"].as_str().unwrap().contains("found 11 usages"), "{told}");
}

#[tokio::test]
async fn of_several_bad_questions_the_first_by_its_key_is_told() {
    let (_app, owner) = served().await;
    let (typeless, good) = (json!({}), check("read", &json!({ "resource_type": "user" })));
    let no_id = check("read", &json!({ "resource_type": "user", "resource_id": "nonsense" }));
    let cases = [
        (json!({ "b": typeless, "a": typeless, "c": typeless }), "for key \"a\"."),
        (json!({ "b": typeless, "a": good, "c": typeless }), "for key \"b\"."),
        (json!({ "b": typeless, "B": typeless }), "for key \"B\"."),
        (json!({ "z": typeless, "a": no_id }), "is not a valid uuid."),
        (json!({ "": typeless, "a": no_id }), "for key \"\"."),
        (json!({ "é": typeless, "z": typeless }), "for key \"z\"."),
    ];
    for (checks, end) in cases {
        let told = refused(&owner, checks.clone()).await;
        assert!(told["message"].as_str().unwrap().ends_with(end), "{checks}: {told}");
    }
}
