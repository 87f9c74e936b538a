//! The life of a skill, from its making to its end.

use chrono::TimeDelta;
use reqwest::Method;
use roster::domain::{RateLimits, Settings, Web};
use serde_json::json;

use super::*;
use crate::support::settings;

#[tokio::test]
async fn there_are_none_at_first() {
    let (_app, owner, bea) = served().await;
    for (client, user) in [(&bea, "me"), (&bea, "bea"), (&owner, "bea"), (&owner, "me")] {
        assert_eq!(list(client, user).await.expect(200).text, "[]\n", "{user}");
    }
}

#[tokio::test]
async fn a_list_is_by_name_and_without_texts() {
    let (_app, _, bea) = served().await;
    let mut made = Vec::new();
    for name in ["b", "a-b", "a", "a1", "0", "b-1"] {
        made.push(head_of(&post(&bea, "me", &named(name)).await.expect(201).json()));
    }
    made.sort_by_key(|head| head["name"].to_string());
    let listed = list(&bea, "me").await.expect(200).json();
    assert_eq!(listed, json!(made));
    assert_eq!(names(&bea).await, ["0", "a", "a-b", "a1", "b", "b-1"]);
}

#[tokio::test]
async fn a_skill_is_made_read_changed_and_deleted() {
    let (app, _, bea) = served().await;
    // Nothing of a text is lost or mended on its way.
    let content = "\u{FEFF}---\r\nname: prune\r\ndescription: \"Cut \u{e4}\"\r\n---\r\n<!-- kept -->\r\nCut <b> & go.\r\n";
    let made = post(&bea, "me", content).await.expect(201).json();
    assert_eq!(
        made,
        json!({
            "id": made["id"], "name": "prune", "description": "Cut \u{e4}", "content": content,
            "created_at": "2026-05-20T00:00:00Z", "updated_at": "2026-05-20T00:00:00Z",
        })
    );
    for user in ["me".to_owned(), "bea".to_owned(), "BEA".to_owned(), bea.id.to_string()] {
        assert_eq!(get(&bea, &user, "prune").await.expect(200).json(), made, "{user}");
    }
    assert_eq!(list(&bea, "me").await.expect(200).json(), json!([head_of(&made)]));

    app.clock.advance(TimeDelta::milliseconds(1500));
    let content = "---\nname: prune\n---\nDo not.";
    let changed = patch(&bea, "me", "prune", content).await.expect(200).json();
    assert_eq!(
        changed,
        json!({
            "id": made["id"], "name": "prune", "description": "", "content": content,
            "created_at": "2026-05-20T00:00:00Z", "updated_at": "2026-05-20T00:00:01.5Z",
        })
    );
    assert_eq!(get(&bea, "me", "prune").await.expect(200).json(), changed);

    assert_eq!(delete(&bea, "me", "prune").await.expect(204).text, "");
    assert_hidden(&get(&bea, "me", "prune").await, "deleted");
    assert_hidden(&delete(&bea, "me", "prune").await, "deleted");
    assert_eq!(list(&bea, "me").await.expect(200).json(), json!([]));
    let again = post(&bea, "me", content).await.expect(201).json();
    assert_ne!(again["id"], made["id"]);
}

#[tokio::test]
async fn a_name_is_compared_letter_by_letter() {
    let (_app, _, bea) = served().await;
    post(&bea, "me", &named("prune")).await.expect(201);
    for other in ["PRUNE", "prun", "prune%20", "prune%00", "%25", "_____", "prun%C3%A9"] {
        assert_hidden(&get(&bea, "me", other).await, other);
        assert_hidden(&delete(&bea, "me", other).await, other);
    }
    get(&bea, "me", "%70rune").await.expect(200);
}

#[tokio::test]
async fn a_user_has_one_skill_of_a_name() {
    let (app, owner, bea) = served().await;
    post(&bea, "me", &named("prune")).await.expect(201);
    let refused = post(&bea, "me", &with_lines("name: prune")).await;
    let detail = "A skill named \"prune\" already exists for this user.";
    assert_refused(&refused, 409, "A skill with that name already exists.", detail);
    assert_eq!(count(&app, bea.id).await, 1);
    post(&owner, "me", &named("prune")).await.expect(201);
}

#[tokio::test]
async fn skills_are_of_no_version_of_the_api() {
    let (_app, _, bea) = served().await;
    for (method, path) in [
        (Method::GET, "/api/v2/users/me/skills"),
        (Method::POST, "/api/v2/users/me/skills"),
        (Method::GET, "/api/v2/users/me/skills/prune"),
        (Method::GET, "/api/experimental/users/me/skills/prune/files"),
    ] {
        let reply = send(&bea, method, path, None).await;
        assert_eq!((reply.status, reply.message().as_str()), (404, "Route not found."), "{path}");
    }
}

#[tokio::test]
async fn nobody_gets_in_without_a_key() {
    let (app, _, bea) = served().await;
    post(&bea, "me", &named("prune")).await.expect(201);
    let client = app.client();
    for reply in [
        list(&client, "bea").await,
        get(&client, "bea", "prune").await,
        post(&client, "bea", "").await,
        patch(&client, "bea", "prune", "").await,
        delete(&client, "bea", "prune").await,
    ] {
        reply.expect(401);
    }
}

#[tokio::test]
async fn requests_about_skills_are_counted() {
    let limits = RateLimits { api: 3, login: 0 };
    let app = TestApp::with(Settings { web: Web { limits, ..Web::default() }, ..settings() }).await;
    let owner = app.owner().await;
    for _ in 0..3 {
        list(&owner, "me").await.expect(200);
    }
    let refused = list(&owner, "me").await.expect(429);
    assert_eq!(refused.message(), "You've been rate limited for sending more than 3 requests in 1m0s.");
}
