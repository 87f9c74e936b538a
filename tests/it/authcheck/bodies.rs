//! Bodies of questions that nobody means well with.

use roster_openapi::payload::BODY_LIMIT;
use serde_json::{Map, Value, json};

use super::{check, explain};
use crate::support::{Actor, TestApp};

async fn served() -> (TestApp, Actor) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    (app, owner)
}

#[tokio::test]
async fn members_of_the_wrong_kind_are_refused() {
    let (_app, owner) = served().await;
    let bad = [
        r#"{"checks":[]}"#,
        r#"{"checks":"a"}"#,
        r#"{"checks":3}"#,
        r#"{"checks":{"a":[]}}"#,
        r#"{"checks":{"a":"read"}}"#,
        r#"{"checks":{"a":true}}"#,
        r#"{"checks":{"a":{"action":1}}}"#,
        r#"{"checks":{"a":{"action":["read"]}}}"#,
        r#"{"checks":{"a":{"action":{}}}}"#,
        r#"{"checks":{"a":{"object":[]}}}"#,
        r#"{"checks":{"a":{"object":"user"}}}"#,
        r#"{"checks":{"a":{"object":{"resource_type":7}}}}"#,
        r#"{"checks":{"a":{"object":{"resource_type":"user","any_org":"true"}}}}"#,
        r#"{"checks":{"a":{"object":{"resource_type":"user","any_org":1}}}}"#,
        r#"{"checks":{"a":{"object":{"resource_type":"user","owner_id":{}}}}}"#,
        r#"{"checks":{"a":{"object":{"resource_type":"user"}}"#,
        r#"{"checks":{"a":{"action":"\ud800","object":{"resource_type":"user"}}}}"#,
    ];
    for body in bad {
        let reply = owner.post_text("/authcheck", body).await.expect(400);
        assert_eq!(reply.message(), "Request body must be valid JSON.", "{body}");
        assert!(!reply.detail().is_empty(), "{body}");
    }
}

#[tokio::test]
async fn names_match_without_regard_to_case_and_keys_do_not() {
    let (_app, owner) = served().await;
    let body = r#"{"CHECKS":{"Key":{"Action":"read","OBJECT":{"Resource_Type":"user","Owner_ID":"me"}}}}"#;
    assert_eq!(owner.post_text("/authcheck", body).await.expect(200).text, "{\"Key\":true}\n");
}

#[tokio::test]
async fn unknown_members_are_ignored_and_nulls_are_absent() {
    let (_app, owner) = served().await;
    let body = r#"{"checks":{"a":{"x":[[{}]],"action":"read","object":{"resource_type":"user","owner_id":null,
        "organization_id":null,"resource_id":null,"any_org":null,"action":3}}},"user":{"a":1}}"#;
    assert_eq!(owner.post_text("/authcheck", body).await.expect(200).text, "{\"a\":true}\n");
}

#[tokio::test]
async fn of_a_key_that_comes_twice_the_last_counts() {
    let (_app, owner) = served().await;
    let body = r#"{"checks":{"a":{},"a":{"action":"read","object":{"resource_type":"ai_seat","resource_type":"user"}}}}"#;
    assert_eq!(owner.post_text("/authcheck", body).await.expect(200).text, "{\"a\":true}\n");
}

#[tokio::test]
async fn text_after_the_body_is_not_looked_at() {
    let (_app, owner) = served().await;
    assert_eq!(owner.post_text("/authcheck", "{} nonsense").await.expect(200).text, "{}\n");
}

#[tokio::test]
async fn keys_of_any_script_come_back_as_they_were() {
    let (_app, owner) = served().await;
    let long = "x".repeat(10_000);
    let keys = [
        "",
        " ",
        "\0",
        "\n\t\r",
        "\u{7f}",
        "\u{feff}",
        "\u{202e}abc",
        "\u{2028}",
        "🫖",
        "👩‍👩‍👧",
        "é",
        "e\u{301}",
        "ß",
        "SS",
        "İ",
        "\\",
        "/",
        "\"",
        "'",
        "{}",
        "__proto__",
        "constructor",
        "checks",
        "null",
        "a.b",
        "%00",
        "\u{10ffff}",
        &long,
    ];
    let question = check("read", &json!({ "resource_type": "user" }));
    let checks: Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), question.clone())).collect();
    let answers = owner.post("/authcheck", json!({ "checks": checks })).await.expect(200).json();
    let wanted: Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), json!(true))).collect();
    assert_eq!(answers, Value::Object(wanted));
}

#[tokio::test]
async fn odd_keys_are_told_readably_in_refusals() {
    let (_app, owner) = served().await;
    for (key, told) in [("a\nb", "a\\nb"), ("\"", "\\\""), ("🫖", "🫖"), ("\0", "\\0")] {
        let reply = owner.post("/authcheck", json!({ "checks": { key: {} } })).await.expect(400);
        let wanted = format!("Object's \"resource_type\" field must be defined for key \"{told}\".");
        assert_eq!(reply.message(), wanted, "{key:?}");
    }
}

#[tokio::test]
async fn thousands_of_questions_are_answered() {
    let (_app, owner) = served().await;
    let kind = |n: usize| if n.is_multiple_of(2) { "user" } else { "ai_seat" };
    let checks: Map<String, Value> =
        (0..5_000).map(|n| (format!("{n}"), check("read", &json!({ "resource_type": kind(n) })))).collect();
    let answers = owner.post("/authcheck", json!({ "checks": checks })).await.expect(200).json();
    let answers = answers.as_object().unwrap();
    assert_eq!(answers.len(), 5_000);
    assert!((0..5_000_usize).all(|n| answers[&n.to_string()] == n.is_multiple_of(2)));
}

/// A body of exactly so many bytes, most of them a verb.
fn body_of(length: usize) -> String {
    let (start, end) = (r#"{"checks":{"a":{"action":""#, r#"","object":{"resource_type":"user"}}}}"#);
    format!("{start}{}{end}", "x".repeat(length - start.len() - end.len()))
}

#[tokio::test]
async fn a_body_is_read_up_to_four_mebibytes() {
    let (_app, owner) = served().await;
    assert_eq!(owner.post_text("/authcheck", &body_of(BODY_LIMIT)).await.expect(200).text, "{\"a\":true}\n");
    owner.post_text("/authcheck", &body_of(BODY_LIMIT + 1)).await.expect(413);
    let checks = (0..80_000).map(|n| format!(r#""{n}":{{"object":{{"resource_type":"user"}}}}"#));
    let many = format!(r#"{{"checks":{{{}}}}}"#, checks.collect::<Vec<_>>().join(","));
    assert!(many.len() < BODY_LIMIT);
    let answers = owner.post_text("/authcheck", &many).await.expect(200).json();
    assert_eq!(answers.as_object().unwrap().len(), 80_000);
}

#[tokio::test]
async fn a_hundred_questions_are_explained_at_once() {
    let (_app, owner) = served().await;
    let checks = |count: usize| -> Map<String, Value> {
        (0..count).map(|n| (format!("{n}"), check("read", &json!({ "resource_type": "user" })))).collect()
    };
    let answers = explain(&owner, &json!({ "checks": checks(100) })).await.expect(200).json();
    assert_eq!(answers["checks"].as_object().unwrap().len(), 100);
    let refused = explain(&owner, &json!({ "checks": checks(101) })).await.expect(400).json();
    let wanted = json!({
        "message": "At most 100 checks are explained at once, found 101.",
        "validations": [{ "field": "checks", "detail": "too many" }],
    });
    assert_eq!(refused, wanted);
}

/// A role may say the same very often; who asks why is told once.
#[tokio::test]
async fn a_line_is_told_once_however_often_a_role_has_it() {
    let (app, owner) = served().await;
    let grants = vec![("template", "update"); 5_000];
    app.custom_role(app.organization, "gardener", &grants).await;
    let bea = super::member(&app, &owner, "bea", &["gardener"]).await;
    let object = json!({ "resource_type": "template", "organization_id": app.organization });
    let answer = super::explained(&bea, "update", &object).await;
    assert_eq!(answer["roles"].as_array().unwrap().len(), 1);
}

/// As many as a body has room for.
#[tokio::test]
async fn a_hundred_thousand_questions_are_answered() {
    let (_app, owner) = served().await;
    let question = |n: usize| format!("\"{n}\":{{\"object\":{{\"resource_type\":\"x\"}}}}");
    let checks = (0..100_000).map(question).collect::<Vec<_>>().join(",");
    let body = format!("{{\"checks\":{{{checks}}}}}");
    let answers = owner.post_text("/authcheck", &body).await.expect(200).json();
    let answers = answers.as_object().unwrap();
    assert_eq!(answers.len(), 100_000);
    assert!(answers.values().all(|answer| *answer == json!(false)));
}
