//! Texts that nobody means well with, and very long ones.

use super::*;

const ODD: [&str; 12] = [
    "Ω é ß İ ς",
    "\u{202e}abc\u{200b}\u{301}",
    "😀\u{200d}👩‍🚀",
    "'; DROP TABLE organizations; --",
    "<script>alert(1)</script>&amp;",
    "%_\\?$1{0}",
    "\u{feff}\u{fffd}\u{10ffff}",
    "a\tb  c",
    "\"quoted\" 'single' `tick`",
    "null",
    "\u{1}\u{7f}",
    "\\u0000",
];

#[tokio::test]
async fn odd_texts_come_back_as_they_were() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for (number, odd) in ODD.into_iter().enumerate() {
        let name = format!("org{number}");
        let body = json!({ "name": name, "display_name": odd, "description": odd, "icon": odd });
        let made = owner.post(ALL, body).await.expect(201).json();
        let texts = |answer: &Value| {
            ["display_name", "description", "icon"].map(|field| answer[field].as_str().unwrap().to_owned())
        };
        assert_eq!(texts(&made), [odd; 3]);
        let cleared = patch(&owner, &name, json!({ "description": "", "icon": "" })).await.expect(200).json();
        assert_eq!(texts(&cleared), [odd, "", ""]);
        let changed =
            patch(&owner, &name, json!({ "description": odd, "icon": odd })).await.expect(200).json();
        assert_eq!(texts(&changed), [odd; 3]);
        assert_eq!(owner.get(&path(&name)).await.expect(200).json(), changed);
    }
}

#[tokio::test]
async fn free_texts_keep_their_white_space_and_have_no_limit() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for description in [" a ", "\n", "a\r\nb\n", &"x".repeat(1_000_000)] {
        let changed =
            patch(&owner, "default", json!({ "description": description })).await.expect(200).json();
        assert_eq!(changed["description"], description);
    }
}

#[tokio::test]
async fn members_of_a_body_go_in_any_case_and_the_last_one_counts() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let body = r#"{"NAME":"first","Display_Name":"Shown","icon":"/i.png","nope":[1],"name":"acme"} trailing"#;
    let made = owner.post_text(ALL, body).await.expect(201).json();
    let told = (&made["name"], &made["display_name"], &made["icon"]);
    assert_eq!(told, (&json!("acme"), &json!("Shown"), &json!("/i.png")));
}

/// Such a name reads as an id in paths, so that only its own id reaches it (members.md 1.1).
#[tokio::test]
async fn a_name_that_reads_as_an_id_is_reached_by_its_id() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let name = "0123456789abcdef0123456789abcdef";
    let id = make(&owner, name).await;
    assert_hidden(owner.get(&path(name)).await);
    assert_hidden(patch(&owner, name, json!({})).await);
    assert_hidden(owner.delete(&path(name)).await);
    assert_eq!(owner.get(&path(id)).await.expect(200).json()["name"], name);
    let taken = owner.post(ALL, json!({ "name": name.to_uppercase() })).await;
    assert_refused(taken, 409, "Organization already exists with that name.");
    for spelling in [id.simple().to_string(), id.urn().to_string(), format!("%7B{id}%7D")] {
        patch(&owner, &spelling, json!({})).await.expect(200);
    }
    owner.delete(&path(id)).await.expect(200);
}
