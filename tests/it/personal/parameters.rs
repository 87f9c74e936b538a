//! GET /users/{user}/autofill-parameters (users.md 3.7).

use serde_json::json;

use super::served;

const TEMPLATE: &str = "7c6d5e0a-1111-4222-8333-444455556666";

#[tokio::test]
async fn nobody_has_used_a_parameter() {
    let (_app, owner, bea) = served().await;
    let spellings = [
        TEMPLATE.to_owned(),
        TEMPLATE.to_uppercase(),
        TEMPLATE.replace('-', ""),
        format!("%7B{TEMPLATE}%7D"),
        "00000000-0000-0000-0000-000000000000".to_owned(),
    ];
    for template in spellings {
        for (client, user) in [(&bea, "me"), (&owner, "bea")] {
            let path = format!("/users/{user}/autofill-parameters?template_id={template}");
            assert_eq!(client.get(&path).await.expect(200).json(), json!([]), "{path}");
        }
    }
}

#[tokio::test]
async fn bad_parameters_are_told_together() {
    let (_app, _, bea) = served().await;
    let required = ("template_id", "Query param \"template_id\" is required and cannot be empty");
    let no_uuid = ("template_id", "Query param \"template_id\" must be a valid uuid");
    let twice = "Query param \"template_id\" provided more than once, found 2 times. Only provide 1 instance of this query param.";
    let x = ("x", "\"x\" is not a valid query param");
    let good = format!("template_id={TEMPLATE}");
    let cases: [(String, &[(&str, &str)]); 12] = [
        (String::new(), &[required]),
        ("template_id".to_owned(), &[required]),
        ("template_id=".to_owned(), &[required]),
        ("template_id=nope".to_owned(), &[no_uuid]),
        ("template_id=%00".to_owned(), &[no_uuid]),
        ("template_id=%FF".to_owned(), &[no_uuid]),
        (format!("{good}&x=1"), &[x]),
        (format!("x&{good}&x=2"), &[x]),
        ("x=1".to_owned(), &[required, x]),
        (format!("{good}&{good}"), &[("template_id", twice)]),
        ("template_id=nope&y=&x".to_owned(), &[no_uuid, ("y", "\"y\" is not a valid query param"), x]),
        (
            format!("Template_ID={TEMPLATE}"),
            &[required, ("Template_ID", "\"Template_ID\" is not a valid query param")],
        ),
    ];
    for (query, wanted) in cases {
        let reply = bea.get(&format!("/users/me/autofill-parameters?{query}")).await.expect(400);
        let wanted: Vec<_> = wanted.iter().map(|(f, d)| ((*f).to_owned(), (*d).to_owned())).collect();
        assert_eq!(
            (reply.message().as_str(), reply.validations()),
            ("Invalid query parameters.", wanted),
            "{query}"
        );
    }
}

/// The key may be in the query (auth.md 1.1), and is then no parameter of the operation.
#[tokio::test]
async fn a_key_in_the_query_is_no_parameter() {
    let (app, _, bea) = served().await;
    for name in ["coder_session_token", "access_token"] {
        let path = format!("/users/me/autofill-parameters?template_id={TEMPLATE}&{name}={}", bea.token);
        assert_eq!(app.client().get(&path).await.expect(200).json(), json!([]), "{name}");
    }
}
